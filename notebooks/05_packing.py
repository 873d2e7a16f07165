# %% [markdown]
# # 5. Padding and packing
#
# *About 50 minutes, and 35 more for the common mistakes. You need lesson 4: `nn.LSTM` with its `output`,
# `h_n` and `c_n`, and `batch_first`.*
#
# After this lesson you can
#
# 1. put sequences of different lengths into one batch, and say of every result whether padding reached it;
# 2. read the state at the last real step, by an index or by packing, in one direction or in two;
# 3. keep the padding out of the loss, and decide by a measurement whether packing is worth its time.
#
# There are `B` sequences and `T` steps in the padded batch; `lengths` has the number of real steps of each.
# All layers here are `batch_first`: `x` is `(batch, time, input)`. To *read* a batch padded means to give
# it to the layer as it is, zeros included.
#
# Terms are explained in the [glossary](glossary.md).

# %%
import platform

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import (
    pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence,
)

import lstmlab
from lstmlab.draw import packing
from lstmlab.tasks import padded as tasks
from lstmlab.tasks.vowels import SPEAKERS, japanese_vowels
from lstmlab.training import track
from lstmlab.widgets import PackingExplorer

torch.manual_seed(0)
torch.set_num_threads(1)  # layers as small as these are fastest on one thread
lstmlab.use_style()
quiz = lstmlab.Quiz("05_packing")

# %% [markdown]
# ## Predictions
#
# Five questions. Commit to an answer for each before you read on.

# %% tags=["hide-input"]
quiz.predict("same length")

# %% tags=["hide-input"]
quiz.predict("state")

# %% tags=["hide-input"]
quiz.predict("read")

# %% tags=["hide-input"]
quiz.predict("bidirectional")

# %% tags=["hide-input"]
quiz.predict("time")

# %% [markdown]
# ## The idea
#
# Take three sequences, of 2, 5 and 3 steps. Can `nn.LSTM` read them as one batch? The cell tries the list, and
# then the list filled up with zeros.

# %% tags=["hide-input"]
layer, three = nn.LSTM(1, 4, batch_first=True), [torch.randn(n, 1) for n in (2, 5, 3)]
try:
    layer(three)
    message = "no error"
except AttributeError as error:
    message = str(error)
filled = pad_sequence(three, batch_first=True)  # (batch, time, input)
assert "no attribute 'dim'" in message and layer(filled)[0].shape == (3, 5, 4)
print(f"the list: {message};  filled up: output {tuple(layer(filled)[0].shape)}")

# %% tags=["hide-input"]
quiz.reveal("same length")

# %% [markdown]
# Sequences of different lengths cannot be stacked as they are. There are two solutions.
#
# **Padding** fills short sequences up after their end, here with zeros. The zeros are not data, and nothing in
# the tensor says so: that is what `lengths` is for, or a **mask**, which marks the real steps. **Packing**
# sorts the sequences by length and stores the real steps, column after column. Follow `a0`: it moves from the
# first row to the third place. The numbers below the sorted batch say how many sequences are still running at
# each step.

# %%
packing.draw_packing([2, 5, 3])

# %% [markdown]
# Here is the same batch: drag the end of a sequence, or use the sliders. Choose a cell, by a click or with
# *look at sequence* and *after step*: what fills up is all that the state after this cell has read. Find three
# things:
#
# 1. lengths with which `out[:, -1]` reads the right state of all three sequences;
# 2. a padded batch of which more than half is padding;
# 3. a cell whose state exists in the padded batch and in no packed one.

# %%
PackingExplorer([2, 5, 3])

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# The first needs equal lengths: then padding does no harm because there is none. The second takes one long
# sequence among short ones: with lengths 1, 8 and 2, 13 of 24 cells are padding. The third is every padding
# cell: packing has no states there.
#
# </details>

# %% tags=["hide-input"]
assert PackingExplorer([4, 4, 4]).packed.batch_sizes.tolist() == [3, 3, 3, 3]
assert 3 * 8 - len(PackingExplorer([1, 8, 2]).packed.data) == 13 > 24 / 2

# %% [markdown]
# What does a layer do with padding? It goes on reading. The figure shows one unit of an untrained `nn.LSTM`
# that reads four sequences of 8 steps, each followed by 32 steps of zeros. Look at the right of the dashed
# line: is `h` kept there, and does it fall to zero?

# %% tags=["hide-input"]
lstm = nn.LSTM(1, 8, batch_first=True)
x = torch.zeros(4, 40, 1)  # (batch, time, input)
x[:, :8] = torch.randn(4, 8, 1)
h = lstm(x)[0].detach()  # (batch, time, hidden)
# the unit in which the four differ most at their end
unit = int(h[:, 7].std(0).argmax())
end, rest = h[:, 7, unit].tolist(), h[0, -1, unit].item()
assert (h[:, 22, unit] - rest).abs().max() < 0.03 and h[0, -1].abs().max() > 0.05
fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
ax.plot(h[:, :, unit].T, color=lstmlab.COLOURS["h"], lw=1.6)
ax.axvline(7, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
top = h[:, :, unit].max().item()
ax.text(6.6, 1.12 * top, "four sequences", color=lstmlab.COLOURS["h"], ha="right")
ax.text(7.5, 1.12 * top, "padding", color=lstmlab.COLOURS["x"])
ax.set(xlabel="step", ylabel="hidden state h of one unit")
lstmlab.picture(
    fig,
    "Hidden state of one unit for four sequences. At their last real step, step 7, it "
    f"lies between {min(end):.2f} and {max(end):.2f}. In the padding all four run to "
    f"{rest:.2f} and stay there.",
)

# %% [markdown]
# The cell gives two different sequences to five random layers, and prints the distance between their states.

# %%
for seed in range(5):
    torch.manual_seed(seed)
    lstm = nn.LSTM(1, 8, batch_first=True)
    x = torch.zeros(2, 38, 1)  # (batch, time, input)
    x[:, :8] = torch.randn(2, 8, 1)
    h = lstm(x)[0].detach()  # (batch, time, hidden)
    distance = (h[0] - h[1]).norm(dim=-1)  # (time,)
    assert distance[-1] < 1e-4 * distance[7] and h[:, -1].norm(dim=-1).min() > 0.1
    print(
        f"seed {seed}: distance {distance[7].item():.2f} at the end, "
        f"{distance[-1].item():.0e} later"
    )
quiz.reveal("state")

# %% [markdown]
# In the figure `h` is not kept, and it does not fall to zero. Fifteen steps later all four curves are within
# 0.03 of one line. In the five layers less than a ten-thousandth of the distance is left, and the state that
# both share is not zero.
#
# ## Experiments
#
# **Pad.** `pad_sequence` takes a list of tensors `(steps, features)` and fills up to the longest. It is
# sequence-first unless you say otherwise, like all of `torch.nn.utils.rnn`.

# %%
torch.manual_seed(0)
sequences = [torch.randn(n, 3) for n in (2, 5, 3)]  # (steps, input) each
lengths = torch.tensor([len(sequence) for sequence in sequences])  # (batch,)
x = pad_sequence(sequences, batch_first=True)  # (batch, time, input)
assert x.shape == (3, 5, 3) and pad_sequence(sequences).shape == (5, 3, 3)
assert (x[0, 2:] == 0).all()
print("x", tuple(x.shape), "lengths", lengths.tolist())

# %% [markdown]
# **Mask.** Compare every step's number with the sequence's length. Do not look for zeros: a real step may
# be zero, and padding need not be.

# %%
B, T = len(lengths), int(lengths.max())
mask = torch.arange(T) < lengths[:, None]  # (batch, time)
assert torch.equal(mask.sum(1), lengths)
assert int(mask.sum()) == 10 and mask.numel() == 15
print(mask.int())

# %% [markdown]
# **Read the last valid step.** Row `b` of `output` holds the state that is wanted at step `lengths[b] - 1`.
# One index for each row picks it. It is the state that each sequence has when it is run alone.

# %%
lstm = nn.LSTM(3, 4, batch_first=True)
output, (h_n, c_n) = lstm(x)  # (batch, time, hidden), (1, batch, hidden) each
last = output[torch.arange(B), lengths - 1]  # (batch, hidden)
# (batch, hidden)
alone = torch.stack([lstm(sequence)[1][0][0] for sequence in sequences])
assert torch.allclose(last, alone, atol=1e-6)
print(
    "largest difference from the sequences run alone: "
    f"{(last - alone).abs().max().item():.0e}"
)

# %% [markdown]
# **Pack.** `pack_padded_sequence` takes the padded batch and its lengths. It is sequence-first by default, it
# expects the longest sequence first by default, and it expects the lengths on the CPU. So two arguments are
# nearly always needed. The result is a `PackedSequence`. Compare its fields with the picture above.

# %%
packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
assert packed.data.shape == (10, 3)
assert packed.batch_sizes.tolist() == [
    3, 3, 2, 1, 1,
] and packed.sorted_indices.tolist() == [1, 2, 0]
assert torch.equal(
    packed.data[:3], torch.stack([sequences[1][0], sequences[2][0], sequences[0][0]])
)
for field in ("batch_sizes", "sorted_indices", "unsorted_indices"):
    print(f"{field:17s}", getattr(packed, field).tolist())

# %% [markdown]
# `nn.LSTM` takes it in place of `x`. Its `h_n` and `c_n` come back in the order in which *you* gave the
# sequences, each at its own last step. Its `output` is packed as well; `pad_packed_sequence` unpacks it and
# fills up with zeros.

# %%
# PackedSequence, (1, batch, hidden) each
packed_output, (h_packed, c_packed) = lstm(packed)
# (batch, time, hidden)
unpacked, lengths_back = pad_packed_sequence(packed_output, batch_first=True)
assert torch.allclose(h_packed[0], alone, atol=1e-6) and torch.equal(
    lengths_back, lengths
)
assert (
    torch.allclose(unpacked[mask], output[mask], atol=1e-6)
    and (unpacked[~mask] == 0).all()
)
print("output", tuple(unpacked.shape), " h_n", tuple(h_packed.shape))


# %% [markdown]
# ### What the reading is worth
#
# It is often said that handling lengths properly prevents errors and improves performance. It does, and
# this section measures how much. The task is to say whether the sum of 2 to 20 random numbers is above
# zero. A guess is right half of the time. Every batch is padded to 50 steps, as pipelines with a fixed
# maximum length do. The model is `nn.LSTM(1, 8)`; it gets 80 updates of 32 sequences. Only one line differs
# between the three readings: which state the classifier is given.

# %%
def read_end(lstm, x, lengths):
    return lstm(x)[0][:, -1]  # (batch, hidden)


def read_last_valid(lstm, x, lengths):
    return lstm(x)[0][torch.arange(len(lengths)), lengths - 1]  # (batch, hidden)


def read_packed(lstm, x, lengths):
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    return lstm(packed)[1][0][0]  # (batch, hidden)


# %% [markdown]
# There are ten seeds.

# %% tags=["claim-90", "claim-121"]
scores = {}
readings = {"end": read_end, "valid": read_last_valid, "packed": read_packed}
for name, read in readings.items():
    models = [
        tasks.train_reader(read, seed, updates=80) for seed in track(range(10), name)
    ]
    scores[name] = [tasks.reader_accuracy(model, read) for model in models]
    print(f"{name:7s}", " ".join(f"{score:.2f}" for score in scores[name]))
assert max(scores["end"]) < 0.6 and min(scores["valid"] + scores["packed"]) > 0.86

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 2.8), layout="constrained")
for row, values in enumerate(scores.values()):
    heights = [row + 0.05 * (seed - 4.5) for seed in range(10)]
    ax.plot(values, heights, "o", ms=9, alpha=0.6, color=lstmlab.COLOURS["h"])
ax.axvline(0.5, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
ax.text(0.51, 2.35, "guessing", color=lstmlab.COLOURS["x"], va="center")
ax.set(xlim=(0.4, 1.03), ylim=(-0.5, 2.7), xlabel="test accuracy, one dot a seed")
ax.set_yticks([0, 1, 2], ["output[:, -1]", "last valid step", "packed, h_n"])
lstmlab.picture(
    fig,
    "Test accuracy by what is read. "
    + " ".join(
        f"{name}: {min(values):.2f} to {max(values):.2f}."
        for name, values in scores.items()
    ),
)

# %% tags=["hide-input"]
quiz.reveal("read")

# %% [markdown]
# Read at the last valid step, each of ten seeds learns and passes 86 %. So does each with packing. Read at
# `output[:, -1]`, no seed of ten gets beyond 60 %.
#
# Why does no seed learn there? The loss looks at the last column, and its gradient has to come back through the
# padding to reach data. A fresh layer forgets half at every step (lesson 3). Behind 30 steps of padding, less
# than a ten-thousandth of the gradient arrives at the last real step.

# %%
shares = []
for seed in range(5):
    torch.manual_seed(seed)
    lstm = nn.LSTM(1, 8, batch_first=True)
    # (batch, time, input)
    x = F.pad(torch.randn(4, 20, 1), (0, 0, 0, 30)).requires_grad_()
    h = lstm(x)[0]  # (batch, time, hidden)
    sizes = [
        torch.autograd.grad(h[:, step].sum(), x, retain_graph=True)[0][:, 19].norm()
        for step in (-1, 19)
    ]
    shares.append((sizes[0] / sizes[1]).item())
assert max(shares) < 1e-4
print(
    "share of the gradient that arrives:", " ".join(f"{share:.0e}" for share in shares)
)

# %% [markdown]
# ### Two directions
#
# A bidirectional layer reads one sequence of 20 steps, alone and with 20 steps of padding behind it. How far apart
# are the outputs, step by step, in each half?

# %% tags=["claim-88"]
torch.manual_seed(0)
both = nn.LSTM(1, 8, batch_first=True, bidirectional=True)
x = torch.randn(1, 20, 1)  # (batch, time, input)
with torch.no_grad():
    # (time, 2 * hidden)
    apart = (both(F.pad(x, (0, 0, 0, 20)))[0][:, :20] - both(x)[0])[0].abs()
forward, reverse = apart[:, :8].amax(1), apart[:, 8:].amax(1)  # (time,) each
assert forward.max() < 1e-6 and reverse[-1] > 0.05 and (reverse > 1e-6).sum() > 10
packed = pack_padded_sequence(F.pad(x, (0, 0, 0, 20)), [20], batch_first=True)
assert torch.allclose(
    pad_packed_sequence(both(packed)[0], batch_first=True)[0], both(x)[0], atol=1e-6
)
print(
    f"forward half {forward.max().item():.0e}; reverse half, last real step "
    f"{reverse[-1].item():.2f}"
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 2.8), layout="constrained")
ax.plot(reverse, color=lstmlab.COLOURS["h"])
ax.plot(forward, color=lstmlab.COLOURS["x"])
ax.text(
    16.2, reverse[17].item(), "reverse half", color=lstmlab.COLOURS["h"], ha="right",
    va="bottom",
)
ax.text(0, 0.06 * reverse.max().item(), "forward half", color=lstmlab.COLOURS["x"])
ax.set(xlabel="real step", ylabel="largest error", xticks=range(0, 20, 3))
lstmlab.picture(
    fig,
    "Error made by 20 steps of padding, over the 20 real steps. The forward half has "
    f"none. The reverse half is off by {reverse[-1]:.2f} at the last real step, by "
    f"{reverse[10]:.4f} at step 10.",
)

# %% tags=["hide-input"]
quiz.reveal("bidirectional")

# %% [markdown]
# The reverse half starts at the *last column*. In a short sequence it reads the padding first and arrives
# at the data with a state made of padding.
#
# Packing takes the error away, in both halves: the reverse direction then starts at each sequence's own
# last step. An index cannot do that. **One direction: index or pack. Two directions: pack.**

# %% [markdown]
# ### The loss has padding too
#
# A tagger answers at every step, so its targets are padded like its input. Three ways to leave the padding
# out give the same loss: name the padding's tag, choose the real steps with the mask, or compare the packed
# data. The third needs no mask: pack the targets as the input was packed.
#
# The first expects the classes in dimension 1, which is why the cell transposes.

# %%
torch.manual_seed(0)
x = pad_sequence(sequences, batch_first=True)  # (batch, time, input)
tags = torch.randint(1, 5, (B, T)) * mask  # (batch, time): tags 1 to 4, 0 is padding
lstm, head = nn.LSTM(3, 4, batch_first=True), nn.Linear(4, 5)
z = head(lstm(x)[0])  # (batch, time, classes)
named = F.cross_entropy(z.transpose(1, 2), tags, ignore_index=0)
chosen = F.cross_entropy(z[mask], tags[mask])
packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
packed_tags = pack_padded_sequence(
    tags, lengths, batch_first=True, enforce_sorted=False
)
compared = F.cross_entropy(head(lstm(packed)[0].data), packed_tags.data)
assert torch.allclose(named, chosen) and torch.allclose(named, compared)
print(f"{named.item():.4f} {chosen.item():.4f} {compared.item():.4f}")

# %% [markdown]
# `ignore_index` is -100 unless you set it; 0 is a class like any other. If 0 is one of your real classes,
# pad the targets with -100, and the default does the rest.
#
# Where you multiply by the mask yourself, divide by the number of real steps. `.mean()` divides by all steps:
# here by 15 where it should be 10, so the loss is two thirds of what it should be.

# %%
assert torch.allclose(
    F.cross_entropy(z.transpose(1, 2), tags.masked_fill(~mask, -100)), named
)
# (batch, time)
each = F.cross_entropy(z.transpose(1, 2), tags, reduction="none") * mask
assert torch.allclose(each.sum() / mask.sum(), named) and torch.allclose(
    each.mean(), named * 10 / 15
)
print(
    f"sum over real steps: {(each.sum() / mask.sum()).item():.4f}; mean over all: "
    f"{each.mean().item():.4f}"
)

# %% [markdown]
# ### Real recordings: who is speaking?
#
# Now real data whose sequences have different lengths. Nine men said two Japanese vowels, *ae*, many times (Kudo
# and others 1999). Each recording has 7 to 29 steps of 12 numbers. The model has to say who speaks. There are
# 270 recordings to train on, 30 of each man, and 370 to test on.
#
# Each of the 12 features is scaled with the mean and the spread of the *training* recordings.

# %%
train, test = japanese_vowels()
steps = torch.cat(train.sequences)  # (steps of all, features)
mean, spread = steps.mean(dim=0), steps.std(dim=0)  # (features,) each
known, fresh = ([(s - mean) / spread for s in part.sequences] for part in (train, test))
long = torch.tensor([len(s) for s in known + fresh])  # (number,)
assert (len(known), len(fresh), long.min(), long.max()) == (270, 370, 7, 29)
print(
    "shortest", long.min().item(), " longest", long.max().item(), " first:",
    tuple(known[0].shape),
)


# %% [markdown]
# First two baselines. Both take only the *mean* of each feature over the steps. The first chooses the man whose
# average is nearest. The second is a linear layer, trained.

# %% tags=["hide-input"]
def share_right(guess):
    return (guess == test.speakers).float().mean().item()


means, fresh_means = (
    torch.stack([s.mean(dim=0) for s in part]) for part in (known, fresh)
)  # (number, features)
# (9, features)
centres = torch.stack([means[train.speakers == k].mean(dim=0) for k in range(SPEAKERS)])
nearest = share_right(torch.cdist(fresh_means, centres).argmin(dim=1))
linear = nn.Linear(12, SPEAKERS)
optimizer = torch.optim.LBFGS(linear.parameters(), max_iter=200)


def linear_loss():
    optimizer.zero_grad()
    loss = (
        F.cross_entropy(linear(means), train.speakers)
        + 1e-3 * linear.weight.square().sum()
    )
    loss.backward()
    return loss


optimizer.step(linear_loss)
linear_right = share_right(linear(fresh_means).argmax(dim=1))
assert 0.9 < nearest < 0.95 < linear_right < 0.98
print(f"nearest mean: {nearest:.3f}; linear layer on the means: {linear_right:.3f}")


# %% [markdown]
# Then the LSTM. Each batch is padded and packed, and the linear layer reads `h_n`: the state after the last
# *real* step of each recording.

# %%
class Listener(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.head = (
            nn.LSTM(12, 32, batch_first=True), nn.Linear(32, SPEAKERS),
        )

    def forward(self, sequences):
        lengths = torch.tensor([len(s) for s in sequences])  # (batch,)
        x = pad_sequence(sequences, batch_first=True)  # (batch, time, features)
        packed = pack_padded_sequence(
            x, lengths, batch_first=True, enforce_sorted=False
        )
        _, (h_n, _) = self.lstm(packed)  # (layers, batch, hidden)
        return self.head(h_n[-1])  # (batch, speakers)


# %% tags=["hide-input"]
def listen(seed, epochs=20):
    torch.manual_seed(seed)
    model = Listener()
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(epochs):
        for some in torch.randperm(len(known)).split(32):
            loss = F.cross_entropy(
                model([known[k] for k in some]), train.speakers[some]
            )
            adam.zero_grad()
            loss.backward()
            adam.step()
    with torch.no_grad():
        return share_right(model(fresh).argmax(dim=1))


# (seeds,)
heard = torch.tensor([listen(seed) for seed in track(range(10), "learning who speaks")])
assert heard.min() > 0.92 and abs(heard.mean() - linear_right) < 0.02
print(
    f"LSTM, ten seeds: {heard.min():.3f} to {heard.max():.3f}, mean "
    f"{heard.mean():.3f}; linear: {linear_right:.3f}"
)

# %% [markdown]
# It is a tie: over ten seeds the LSTM's mean is within 0.02 of the linear layer's result. The average sound of
# a voice already says whose voice it is, and order adds little. Without the baseline, about 96 % would have
# looked like a success of the LSTM. Measure the simple model first.

# %% [markdown]
# ## Claims put to the test
#
# Here are six sentences about lengths. Decide on each before you read on.
#
# ### "All sequences of a batch must have the same length, or be packed."

# %% tags=["hide-input"]
quiz.myth("variable length")

# %% [markdown]
# <details><summary>What holds</summary>
#
# The sentence holds in part. In two directions the reverse half of the output of a padded batch is wrong. The
# forward half stays right, as the cell shows. So padding without packing is neither forbidden nor harmless:
# it depends on what you read.
#
# </details>

# %% tags=["hide-input", "claim-88", "claim-103"]
for directions in (1, 2):
    layer = nn.LSTM(3, 4, batch_first=True, bidirectional=directions == 2)
    # (batch, time, directions * hidden), (directions, batch, hidden)
    padded_output, (h_padded, _) = layer(x)
    true_output, (h_true, _) = layer(packed)
    # (batch, time, directions * hidden)
    true_output, _ = pad_packed_sequence(true_output, batch_first=True)
    gaps = [
        (padded_output[b, :n] - true_output[b, :n]).abs().max()
        for b, n in enumerate(lengths)
    ]
    same = [bool(gap < 1e-6) for gap in gaps]
    same_h = [torch.allclose(h_padded[0, b], h_true[0, b], atol=1e-6) for b in range(B)]
    assert same == ([True] * 3 if directions == 1 else [False, True, False])
    forward = [
        (padded_output[b, :n, :4] - true_output[b, :n, :4]).abs().max()
        for b, n in enumerate(lengths)
    ]
    assert max(forward) < 1e-6  # in two directions only the reverse half is wrong
    assert same_h == [False, True, False]
    print(f"{directions} direction(s): output right {same}, h_n right {same_h}")

# %% [markdown]
# ### "PyTorch recommends padding and packing."
#
# The sentence holds in part. The documentation of `nn.RNN` and `nn.LSTM` says that the input *can also be*
# a packed sequence. It is allowed, not asked for. Neither page recommends it.

# %% tags=["hide-input", "claim-51"]
for layer_type in (nn.RNN, nn.LSTM):
    text = " ".join(layer_type.__doc__.split())
    assert "can also be a packed variable length sequence" in text
    assert "recommend" not in text and "should be packed" not in text
print("allowed, not asked for")

# %% [markdown] tags=["claim-54"]
# ### "Padding with packing is the answer; a loop over the sequences is wrong."
#
# A common quiz question asks how a batch of varying lengths is handled correctly, and its key says: pad, then
# pack. That answer is right. Its explanation goes on that the other ways cause errors or are inefficient, and
# there it mixes two things. A raw list does raise. A loop over the sequences returns the same numbers, so the
# question has two correct answers. What the loop costs in time is measured below.

# %% tags=["hide-input", "claim-50", "claim-52"]
rnn = nn.RNN(3, 4, batch_first=True)
looped = torch.stack([rnn(sequence)[1][0] for sequence in sequences])  # (batch, hidden)
assert torch.allclose(rnn(packed)[1][0], looped, atol=1e-6)
print(
    "pad and pack, against a loop: "
    f"{(rnn(packed)[1][0] - looped).abs().max().item():.0e} apart"
)
try:
    rnn(sequences)
    message = "no error"
except AttributeError as error:
    message = str(error)
assert "no attribute 'dim'" in message
print("a raw list:", message)


# %% [markdown]
# ### "Packing tells the layer the lengths, so it ignores the padding."
#
# It holds, to the last bit. Put 99 or NaN into the padding: results and gradients stay as they were. What the
# sentence leaves out are the conditions: `batch_first`, `enforce_sorted`, and lengths that are right, on the
# CPU and above zero. Each of them has its mistake below.

# %% tags=["hide-input", "claim-53", "claim-89"]
def run_packed(x):
    lstm.zero_grad()
    output, (h_n, _) = lstm(
        pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    )
    h_n.sum().backward()
    return output.data.detach(), h_n.detach(), lstm.weight_ih_l0.grad.clone()


reference = run_packed(x)
for garbage in (99.0, float("nan")):
    dirty = x.masked_fill(~mask[..., None], garbage)  # (batch, time, input)
    assert all(
        torch.equal(a, b) for a, b in zip(reference, run_packed(dirty), strict=True)
    )
print("the same with 0, 99 and NaN in the padding")

# %% [markdown]
# ### "Padding on the left does no harm: `output[:, -1]` is then the last real step."
#
# That is the last real step, but the layer now *starts* with the padding, and arrives at the data with
# another state than zero. The same two steps behind 0, 3 and 30 steps of padding: over ten seeds the result
# moves by more than 0.03 in the median, and it moves on every seed. It is a legitimate layout where
# training and use pad alike. It does not equal reading the sequence alone.

# %% tags=["hide-input"]
least = []
for seed in range(10):
    torch.manual_seed(seed)
    layer = nn.LSTM(3, 4, batch_first=True)
    short = torch.randn(1, 2, 3)  # (batch, time, input)
    # (batch, hidden) each
    states = [layer(F.pad(short, (0, 0, k, 0)))[0][:, -1] for k in (0, 3, 30)]
    moved = [(state - states[0]).abs().max().item() for state in states[1:]]
    least.append(min(moved))
    print(f"seed {seed}: moved by {moved[0]:.2f} and {moved[1]:.2f}")
assert sorted(least)[5] > 0.03 and min(least) > 1e-4

# %% [markdown]
# ### "Packing saves time."

# %% tags=["hide-input"]
quiz.myth("packing saves time")

# %% [markdown]
# The lengths are real: 320 paragraphs of Python's own manual, up to 120 words each.
# More than half have fewer than 25 words, and a few have a hundred. In batches of 32 as they come, more
# than 60 % of the cells are padding. Sorted into batches of similar length, less than 30 % are.

# %% tags=["hide-input"]
words = tasks.paragraph_lengths(320)  # (paragraphs,)
as_they_come = words.split(32)
grouped = words.sort().values.split(32)


def share_of_padding(batches):
    cells = sum(len(batch) * int(batch.max()) for batch in batches)
    return 1 - int(words.sum()) / cells


assert len(words) == 320 and 100 <= words.max() <= 120 and words.median() < 25
assert share_of_padding(as_they_come) > 0.6 and share_of_padding(grouped) < 0.3
print(
    f"padding: {share_of_padding(as_they_come):.0%} as they come, "
    f"{share_of_padding(grouped):.0%} grouped"
)


# %% [markdown]
# Now the time. The cell measures a forward and a backward pass of `nn.LSTM(32, 64)` over these 320 paragraphs,
# in CPU seconds on one thread, relative to the padded batches.

# %% tags=["hide-input"]
def output_padded(lstm, x, lengths):
    return lstm(x)[0]  # (batch, time, hidden)


def output_packed(lstm, x, lengths):
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    # (batch, time, hidden)
    return pad_packed_sequence(lstm(packed)[0], batch_first=True)[0]


def output_looped(lstm, x, lengths):
    return pad_sequence(
        [lstm(row[:n])[0] for row, n in zip(x, lengths, strict=True)], batch_first=True
    )


# %% tags=["hide-input"]
wide = nn.LSTM(32, 64, batch_first=True)
ways = {
    "padded, as they come": (output_padded, as_they_come),
    "packed, as they come": (output_packed, as_they_come),
    "one at a time": (output_looped, as_they_come),
    "packed, grouped": (output_packed, grouped),
    "padded, grouped": (output_padded, grouped),
}
seconds = {
    name: tasks.training_seconds(read, wide, batches)
    for name, (read, batches) in ways.items()
}
relative = {
    name: value / seconds["padded, as they come"] for name, value in seconds.items()
}
# elsewhere torch reads padded batches with other code
if platform.machine() in ("x86_64", "AMD64"):
    assert relative["packed, as they come"] > 1.2
assert relative["padded, grouped"] < 0.7
for name, value in relative.items():
    print(f"{name:22s} {value:.1f}")

# %% tags=["hide-input"]
quiz.reveal("time")

# %% [markdown]
# Packing saves *steps*. On an x86 processor it left out more than 60 % of them and took more than 1.2 times as
# *long*: there a padded batch runs through one fused routine (oneDNN), a packed batch step by step. What saves time
# is another idea: sort the sequences into batches of similar length, shuffle the batches, and pad. That takes less
# than 0.7 of the time here. Its price is that a batch is no longer a random sample.
#
# This was one processor and one size of layer. Other sizes, layers and graphics cards give other ratios: a
# report to PyTorch (issue 149194) finds packing slower on both kinds of hardware. Measure your own case.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 2.8), layout="constrained")
names = list(relative)[::-1]
ax.barh(
    names, [relative[name] for name in names], color=lstmlab.COLOURS["c"], height=0.55
)
for row, name in enumerate(names):
    ax.text(relative[name] + 0.04, row, f"{relative[name]:.1f}", va="center")
ax.axvline(1, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
ax.set(
    xlabel="CPU time, relative to reading the padding",
    xlim=(0, 1.12 * max(relative.values())),
)
ax.grid(False)
lstmlab.picture(
    fig,
    "CPU time of training, relative to padded batches as they come. "
    + " ".join(f"{name}: {value:.1f}." for name, value in relative.items()),
)

# %% [markdown]
# ## Common mistakes
#
# There are thirteen mistakes. Three raise an error at once. The others can be silent: they are found late,
# or only where two shapes happen to disagree.
#
# Find three of them yourself first.

# %% tags=["hide-input"]
quiz.pitfall("last column")

# %% tags=["hide-input"]
quiz.pitfall("raw list")

# %% tags=["hide-input"]
quiz.pitfall("mean loss")

# %% [markdown]
# ### 1. `output[:, -1]` on a padded batch
#
# Its cost in training was measured above: guessing, where the last valid step passes 86 %. There is
# another: the answer for a sequence depends on *which others are in its batch*. **Wrong:**

# %% tags=["mistake-13"]
wrong, right = [], []
five = torch.full((100,), 5)  # (batch,)
for seed in range(3):
    torch.manual_seed(seed)
    # x (batch, time, input)
    layer, x = nn.LSTM(1, 8, batch_first=True), torch.randn(100, 5, 1)
    # (batch, time, input), as it stands beside a sequence of 50 steps
    beside = F.pad(x, (0, 0, 0, 45))
    wrong.append(
        (read_end(layer, x, five) - read_end(layer, beside, five)).abs().max().item()
    )
    right.append(
        (read_last_valid(layer, x, five) - read_last_valid(layer, beside, five))
        .abs()
        .max()
        .item()
    )
print("state moved by a longer neighbour:", " ".join(f"{value:.2f}" for value in wrong))

# %% [markdown]
# **Cost:** a neighbour of 50 steps moves the state of a sequence of 5 by more than 0.1, where no state is
# above 1. **Right:** the last valid step, or a packed `h_n`; then the only difference is rounding.

# %% tags=["hide-input", "mistake-13"]
assert max(scores["end"]) < 0.6 and min(scores["valid"]) > 0.86
assert min(wrong) > 0.1 and max(right) < 1e-6
print("last valid step:", " ".join(f"{value:.0e}" for value in right))

# %% [markdown]
# ### 2. A bidirectional tagger on padded input
#
# "Packing matters for the final state only; a tagger reads `output`." A task tests this: mark the last three
# steps of each sequence, which only the reverse direction can know. Train with packing. **Wrong:** no packing
# when the model is used.

# %% tags=["mistake-14"]
results = []
for seed in track(range(10), "tagger"):
    model = tasks.train_end_tagger(output_packed, seed)
    forgotten, common = tasks.end_tagger_accuracy(model, output_padded)
    results.append((forgotten, tasks.end_tagger_accuracy(model, output_packed)[0]))
print("padded:", " ".join(f"{wrong:.3f}" for wrong, _ in results))
print(f"the commoner tag: {common:.3f}")

# %% [markdown]
# **Cost:** an accuracy below 90 %, where always saying "no" gets about 83 %. **Right:** pack in use as in
# training; then all ten seeds are above 98 %.

# %% tags=["mistake-14"]
assert (
    max(wrong for wrong, _ in results) < 0.9
    and min(right for _, right in results) > 0.98
)
assert 0.81 < common < 0.85
print("packed:", " ".join(f"{right:.3f}" for _, right in results))

# %% [markdown]
# ### 3. `padding_idx` believed to stop the layer
#
# `nn.Embedding(..., padding_idx=0)` makes the vector of token 0 zero and keeps it zero. The layer above it
# reads that zero like any other input: its biases and its recurrence go on. **Wrong:**

# %% tags=["mistake-15"]
kept = []
for seed in range(3):
    torch.manual_seed(seed)
    embed, layer = nn.Embedding(20, 6, padding_idx=0), nn.LSTM(6, 8, batch_first=True)
    # (batch, time): two sentences of 4 tokens
    tokens = F.pad(torch.randint(1, 20, (2, 4)), (0, 30))
    assert embed(tokens)[:, 4:].abs().max() == 0
    h_wrong = layer(embed(tokens))[1][0][0]  # (batch, hidden)
    h_right = layer(pack_padded_sequence(embed(tokens), [4, 4], batch_first=True))[1][
        0
    ][0]
    kept.append(
        ((h_wrong[0] - h_wrong[1]).norm() / (h_right[0] - h_right[1]).norm()).item()
    )
print(
    "left of the difference between two sentences:",
    " ".join(f"{share:.0e}" for share in kept),
)

# %% [markdown]
# **Cost:** two different sentences end in the same state; less than a ten-thousandth of their difference is
# left. **Right:** pack, or read the last valid step. The two ways give the same state, up to rounding.

# %% tags=["hide-input", "mistake-15"]
assert max(kept) < 1e-4
h_index = layer(embed(tokens))[0][:, 3]  # (batch, hidden)
assert torch.allclose(h_index, h_right, atol=1e-6)
print(f"index against packing: {(h_index - h_right).abs().max().item():.0e}")

# %% [markdown]
# ### 4. A raw list, and a remedy that does not work
#
# `nn.LSTM` takes no list, and neither does `pack_padded_sequence`, which some tutorials offer as the
# remedy. **Wrong:** both lines raise.

# %% tags=["mistake-16", "claim-115", "claim-116"]
lstm = nn.LSTM(3, 4, batch_first=True)
messages = []
for call in (lambda: lstm(sequences), lambda: pack_padded_sequence(sequences, lengths)):
    try:
        call()
    except (AttributeError, TypeError) as error:
        messages.append(f"{type(error).__name__}: {error}")
assert len(messages) == 2 and "'list' object has no attribute 'dim'" in messages[0]
assert "must be Tensor, not list" in messages[1]
print(*messages, sep="\n")

# %% [markdown]
# **Cost:** none but the time to read the message. **Right:** `pack_sequence` for a list, or `pad_sequence`
# first. The two give the same packed data. The output is a `PackedSequence`, without `.shape`, until it is
# unpacked.

# %% tags=["mistake-16", "claim-116"]
from_list = pack_sequence(sequences, enforce_sorted=False)
padded = pad_sequence(sequences, batch_first=True)  # (batch, time, input)
from_padded = pack_padded_sequence(
    padded, lengths, batch_first=True, enforce_sorted=False
)
assert torch.equal(from_list.data, from_padded.data)
output, _ = lstm(from_list)
assert not hasattr(output, "shape")
assert pad_packed_sequence(output, batch_first=True)[0].shape == (3, 5, 4)
print(
    type(output).__name__, "->",
    tuple(pad_packed_sequence(output, batch_first=True)[0].shape),
)

# %% [markdown]
# ### 5. Unsorted lengths
#
# `enforce_sorted` is True unless you say otherwise. **Wrong:**

# %% tags=["mistake-17"]
try:
    pack_padded_sequence(padded, lengths, batch_first=True)
except RuntimeError as error:
    message = str(error)
assert "sorted in decreasing order" in message and "enforce_sorted=False" in message
print(message)

# %% [markdown]
# **Cost:** only the error. **Right:** `enforce_sorted=False`. PyTorch sorts, remembers the order, and puts
# `h_n`, `c_n` and the unpacked output back. The default serves one purpose, export to ONNX.

# %% tags=["mistake-17"]
_, (h_n, _) = lstm(from_padded)  # (1, batch, hidden)
assert torch.allclose(
    h_n[0], torch.stack([lstm(s)[1][0][0] for s in sequences]), atol=1e-6
)
print("h_n in the order given:", tuple(h_n.shape))


# %% [markdown]
# ### 6. Sorted by hand, and not put back
#
# Another remedy for the same message is to sort the batch. But the labels stay in the old order. **Wrong:**

# %% tags=["mistake-18"]
def read_sorted(lstm, x, lengths):
    order = lengths.argsort(descending=True)  # (batch,)
    packed = pack_padded_sequence(x[order], lengths[order], batch_first=True)
    return lstm(packed)[1][0][0]  # (batch, hidden), longest first


wrong = [
    tasks.reader_accuracy(tasks.train_reader(read_sorted, seed), read_sorted)
    for seed in track(range(10), "sorted")
]
print("trained on it:", " ".join(f"{score:.2f}" for score in wrong))

# %% [markdown]
# **Cost:** the sum task stays at guessing, 40 to 60 % on all ten seeds, because nearly every sequence is
# trained with the label of another sequence. **Right:** `[order.argsort()]` puts the rows back. `[order]` a
# second time does not. It is better to leave the sorting to `enforce_sorted=False`.

# %% tags=["mistake-18"]
assert min(wrong) > 0.4 and max(wrong) < 0.6
order = lengths.argsort(descending=True)  # (batch,)
packed = pack_padded_sequence(padded[order], lengths[order], batch_first=True)
h_sorted = lstm(packed)[1][0][0]  # (batch, hidden), longest first
assert torch.allclose(h_sorted[order.argsort()], h_n[0], atol=1e-6)
assert not torch.allclose(h_sorted[order], h_n[0], atol=1e-2)
print("order", order.tolist(), " back", order.argsort().tolist())


# %% [markdown]
# ### 7. `batch_first` forgotten in the packing
#
# The layer has it, the packing function does not, and with `enforce_sorted=False` nothing checks the sizes.
# The task is the sum task again, with 32 sequences of at most 20 steps, padded to 50. **Wrong:**

# %%
def read_transposed(lstm, x, lengths):
    packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
    return lstm(packed)[1][0][0]  # (batch, hidden)


wrong = []
for seed in track(range(10), "transposed"):
    model = tasks.train_reader(read_transposed, seed)
    wrong.append(tasks.reader_accuracy(model, read_transposed))
print("trained on it:", " ".join(f"{score:.2f}" for score in wrong))

# %% [markdown]
# **Cost:** guessing, 40 to 60 % on all ten seeds, without an error. **Right:** `batch_first=True` here too, and in
# `pad_packed_sequence`. That is the row *packed* above: every seed is above 86 %.

# %% tags=["mistake-19", "claim-116"]
right = scores["packed"]
assert min(wrong) > 0.4 and max(wrong) < 0.6 and min(right) > 0.86
print("batch_first=True:", " ".join(f"{score:.2f}" for score in right))

# %% [markdown]
# When exactly is it silent? The function sorts the wrong dimension, which has `T` entries, by `B`
# indices, and keeps `B` of them. So it needs **longest ≤ B ≤ T**. With `B > T` the packing raises; with
# `longest > B` the layer does, later, and its message does not mention `batch_first`.

# %% tags=["mistake-19", "claim-116"]
for batch, steps, longest in ((3, 6, 3), (6, 3, 3), (3, 6, 5)):
    x = torch.randn(batch, steps, 3)  # (batch, time, input)
    wanted = torch.tensor([1, longest, *[2] * (batch - 2)])  # (batch,)
    try:
        lstm(pack_padded_sequence(x, wanted, enforce_sorted=False))
        said = "silent"
    except (RuntimeError, IndexError) as error:
        said = f"{type(error).__name__}: {str(error)[:60]}"
    assert (said == "silent") == (longest <= batch <= steps)
    print(f"B = {batch}, T = {steps}, longest = {longest}: {said}")

# %% [markdown]
# ### 8. `total_length` forgotten
#
# `pad_packed_sequence` pads to the longest sequence *it has seen*, not to the `T` you started with. Where
# targets are padded to a fixed length, shapes disagree and most losses raise. If the longest sequence has
# one step, they broadcast. **Wrong:**

# %% tags=["mistake-20"]
x, y = torch.randn(4, 6, 3), torch.randn(4, 6)  # (batch, time, input), (batch, time)
y[:, 1:] = 0  # one real step each
ones = [1, 1, 1, 1]
short, _ = pad_packed_sequence(
    lstm(pack_padded_sequence(x, ones, batch_first=True))[0], batch_first=True
)
wrong = (short[..., 0] - y).square()  # (batch, 1) against (batch, time)
print("output", tuple(short.shape), " squared errors", tuple(wrong.shape))

# %% [markdown]
# **Cost:** one prediction is compared with six targets, 24 errors where there are 4 real steps. With other
# lengths there is an error: the mask does not fit. **Right:** `total_length=T`.

# %% tags=["mistake-20"]
assert short.shape == (4, 1, 4) and wrong.numel() == 24
full, _ = pad_packed_sequence(
    lstm(pack_padded_sequence(x, ones, batch_first=True))[0],
    batch_first=True,
    total_length=6,
)  # (batch, time, hidden)
assert full.shape == (4, 6, 4) and (full[:, 1:] == 0).all()
try:
    unpacked[torch.ones(3, 8, dtype=torch.bool)]
except IndexError as error:
    message = str(error)
assert "does not match the shape" in message
print("output", tuple(full.shape), " and with another mask:", message)

# %% [markdown]
# ### 9. Lengths on the GPU
#
# A trainer that moves every tensor of a batch to the GPU moves the lengths too. Without a GPU the cell
# below uses PyTorch's `meta` device, which has shapes and no data; the check and its message are the
# same. **Wrong:**

# %% tags=["mistake-21"]
elsewhere = torch.device("cuda" if torch.cuda.is_available() else "meta")
three = torch.tensor([5, 3, 2])  # (batch,)
try:
    pack_padded_sequence(torch.randn(3, 5, 2), three.to(elsewhere), batch_first=True)
except RuntimeError as error:
    message = str(error)
assert "'lengths' argument should be a 1D CPU int64 tensor" in message
print(message)

# %% [markdown]
# **Cost:** only the error (since PyTorch 1.7). **Right:** `lengths.cpu()`, or better, never move them: the
# transfer back makes the program wait for the GPU at every batch. A plain list works as well.

# %% tags=["mistake-21"]
x = torch.randn(3, 5, 2)  # (batch, time, input)
from_tensor = pack_padded_sequence(x, three, batch_first=True)
assert torch.equal(
    from_tensor.data, pack_padded_sequence(x, three.tolist(), batch_first=True).data
)
print("packed", tuple(from_tensor.data.shape))

# %% [markdown]
# ### 10. Wrong lengths
#
# The lengths are too small by one, for instance because an end mark was not counted. The data are cut
# without an error. Fractions are cut to whole numbers. **Wrong:**

# %% tags=["mistake-22"]
short_by_one = []
for seed in range(3):
    torch.manual_seed(seed)
    # x (batch, time, input)
    layer, x = nn.LSTM(2, 4, batch_first=True), torch.randn(3, 5, 2)
    # (1, batch, hidden)
    h_wrong = layer(pack_padded_sequence(x, three - 1, batch_first=True))[1][0]
    # (1, batch, hidden)
    h_right = layer(pack_padded_sequence(x, three, batch_first=True))[1][0]
    short_by_one.append((h_wrong - h_right).abs().max().item())
assert pack_padded_sequence(
    x, [2.9, 1.9, 1.9], batch_first=True
).batch_sizes.tolist() == [3, 1]
print("state moved by:", " ".join(f"{value:.2f}" for value in short_by_one))

# %% [markdown]
# **Cost:** the last step of every sequence is never read; the state is off by more than 0.05. A length that
# is too large passes the packing and raises in the layer. A length of 0, from an empty sequence, raises at
# once.
#
# **Right:** lengths from `len` of the sequences, checked where the batch is made. Where sequences may be
# empty, `lengths.clamp(min=1)`, and their results masked afterwards.

# %% tags=["mistake-22"]
assert min(short_by_one) > 0.05
said = []
for lengths_wrong in ([7, 3, 2], [5, 3, 0]):
    try:
        layer(pack_padded_sequence(x, lengths_wrong, batch_first=True))
    except RuntimeError as error:
        said.append(str(error))
assert "exceeds dimension size" in said[0] and "greater than 0" in said[1]
assert int(three.min()) >= 1 and int(three.max()) <= x.shape[1]  # the check
clamped = torch.tensor([5, 3, 0]).clamp(min=1)  # (batch,)
assert pack_padded_sequence(x, clamped, batch_first=True).data.shape == (9, 2)
print("too large:", said[0], "\nzero:", said[1])

# %% [markdown]
# ### 11. The fields of a `PackedSequence` taken for something else
#
# `batch_sizes` are not lengths: they count sequences at each step. `data` runs through time first, not
# through sequences. With equal lengths `.view(B, T)` even fits. **Wrong:**

# %% tags=["mistake-23"]
numbers = torch.arange(12).view(3, 4)  # (batch, time): row b holds 4 b to 4 b + 3
packed = pack_padded_sequence(numbers, [4, 4, 4], batch_first=True)
wrong = packed.data.view(3, 4)  # (batch, time), it seems
print(wrong.tolist(), " batch_sizes", packed.batch_sizes.tolist())

# %% [markdown]
# **Cost:** 10 of 12 values stand in the wrong place, and each row mixes three sequences. **Right:**
# `pad_packed_sequence`, which returns the lengths as well.

# %% tags=["mistake-23"]
assert int((wrong != numbers).sum()) == 10 and all(
    len(set((row // 4).tolist())) == 3 for row in wrong
)
assert packed.batch_sizes.tolist() == [3, 3, 3, 3]
# (batch, time), (batch,)
back, lengths_back = pad_packed_sequence(packed, batch_first=True)
assert torch.equal(back, numbers) and lengths_back.tolist() == [4, 4, 4]
print(back.tolist(), " lengths", lengths_back.tolist())


# %% [markdown]
# ### 12. Padding counted in the loss
#
# A tagger says at each step whether the sum so far is above zero. Its tags are 1 and 2, and padding is 0.
# Most sequences are short, so about 86 % of the targets are padding. **Wrong:**

# %% tags=["mistake-24"]
def with_padding(z, y):
    return F.cross_entropy(z.flatten(0, 1), y.flatten())


generator = torch.Generator().manual_seed(0)
# (batches, batch, time)
masks = torch.stack([tasks.mostly_short(generator).mask for _ in range(20)])
assert abs(1 - masks.float().mean().item() - 0.86) < 0.02
wrong = [
    tasks.tagger_accuracy(tasks.train_tagger(with_padding, seed)) for seed in range(10)
]
print("over all steps:", " ".join(f"{everything:.2f}" for everything, _ in wrong))


# %% [markdown]
# That looks good. But most of it is padding that is recognised as padding.
#
# **Cost:** counted over all steps the accuracy is above 95 %, and on real steps it is below 92 %. **Right:**
# `ignore_index=0`. After the same 120 updates it is better by more than 3 points, on average over ten seeds.
# Count accuracy over real steps too.

# %% tags=["mistake-24"]
def without_padding(z, y):
    return F.cross_entropy(z.flatten(0, 1), y.flatten(), ignore_index=0)


right = [
    tasks.tagger_accuracy(tasks.train_tagger(without_padding, seed))
    for seed in range(10)
]
assert (
    min(everything for everything, _ in wrong) > 0.95
    and max(real for _, real in wrong) < 0.92
)
gains = [b[1] - a[1] for a, b in zip(wrong, right, strict=True)]
assert sum(gains) / 10 > 0.03
print("real steps, padding counted:", " ".join(f"{real:.2f}" for _, real in wrong))
print("real steps, padding ignored:", " ".join(f"{real:.2f}" for _, real in right))


# %% [markdown]
# ### 13. Classes in the last dimension
#
# `cross_entropy` needs the classes in dimension 1: `(batch, classes, time)`. A layer gives `(batch, time,
# classes)`. Where time and classes differ it raises; where they agree it does not. The task has ten steps of
# ten symbols, which are repeated one step later. **Wrong:**

# %% tags=["mistake-26"]
def classes_last(z, y):
    return F.cross_entropy(z, y)


wrong = [tasks.echo_accuracy(classes_last, seed) for seed in range(10)]
try:
    classes_last(torch.randn(2, 5, 3), torch.randint(0, 3, (2, 5)))
except RuntimeError as error:
    message = str(error)
assert "Expected target size" in message
print(
    "accuracy:", " ".join(f"{score:.2f}" for score in wrong), " and with other sizes:",
    message,
)


# %% [markdown]
# **Cost:** an accuracy below 35 %, where the task is easy. **Right:** `z.transpose(1, 2)`, or `z.flatten(0,
# 1)` with `y.flatten()`. Then every seed is above 99 %.

# %% tags=["mistake-26"]
def classes_second(z, y):
    return F.cross_entropy(z.transpose(1, 2), y)


right = [tasks.echo_accuracy(classes_second, seed) for seed in range(10)]
assert max(wrong) < 0.35 and min(right) > 0.99
print("accuracy:", " ".join(f"{score:.2f}" for score in right))

# %% [markdown]
# ## Questions
#
# Six questions, two easy, two medium, two hard. Each has a hint and a worked solution.

# %% tags=["hide-input"]
quiz.choice("index")

# %% tags=["hide-input"]
quiz.choice("unsorted")

# %% tags=["hide-input"]
quiz.choice("which right")

# %% tags=["hide-input"]
quiz.choice("ignore")

# %% tags=["hide-input"]
quiz.choice("put back")

# %% tags=["hide-input"]
quiz.choice("batch first")

# %% [markdown]
# The cells check the arithmetic of these and the review's questions:

# %% tags=["hide-input"]
output = torch.randn(3, 5, 4)  # (batch, time, hidden)
assert output[torch.arange(3), lengths - 1].shape == (3, 4) and output[
    :, lengths - 1
].shape == (3, 3, 4)
assert 2 + 5 + 3 == 10 and 3 * 5 == 15
assert pack_padded_sequence(torch.randn(5, 3, 1), [5, 3, 2]).batch_sizes.tolist() == [
    3, 3, 2, 1, 1,
]
twelve = pack_padded_sequence(torch.randn(4, 20, 3), [12, 9, 5, 2], batch_first=True)
layer = nn.LSTM(3, 8, batch_first=True)
assert pad_packed_sequence(layer(twelve)[0], batch_first=True)[0].shape == (4, 12, 8)
assert pad_packed_sequence(layer(twelve)[0], batch_first=True, total_length=20)[
    0
].shape == (4, 20, 8)
assert round(1 - (60 + 5 + 5 + 5) / (4 * 60), 2) == 0.69 and round(75 / 240, 2) == 0.31
assert 4 * 60 - 75 == 165 and round(55 / 60, 2) == 0.92
real = torch.tensor([True] * 5 + [False] * 3)  # (cells,)
each = torch.full((8,), 0.8) * real  # (cells,)
assert (
    round(each.mean().item(), 6) == 0.5
    and round((each.sum() / real.sum()).item(), 6) == 0.8
)
assert round(each.sum().item(), 6) == 4.0 and round(0.8 * 3 / 8, 6) == 0.3

# %%
# (batch, time, input), (batch,)
x, four = torch.randn(4, 6, 3), torch.tensor([1, 4, 2, 3])
# question "batch first": silent
exchanged = pack_padded_sequence(x, four, enforce_sorted=False)
proper = pack_padded_sequence(x, four, batch_first=True, enforce_sorted=False)
assert exchanged.data.shape == proper.data.shape and not torch.allclose(
    exchanged.data, proper.data
)
assert nn.LSTM(3, 4, batch_first=True)(exchanged)[1][0].shape == (1, 4, 4)
try:
    pack_padded_sequence(x, four.sort(descending=True).values)
except RuntimeError as error:
    message = str(error)
assert "equal to batch_size" in message  # with enforce_sorted=True it is loud
print(message)

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card. Put away what you knew; the rest comes again.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then compare: tick the concepts your text has.

# %% tags=["hide-input"]
quiz.explain("end")

# %% tags=["hide-input"]
quiz.explain("pack or not")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **The assignment** is [`a5_packing`](../release/a5_packing/a5_packing.ipynb): `pad_batch`, `run_packed`
# and `last_valid`.
#
# **When not to pack:** in one direction, an index is simpler and was faster here; where all lengths agree,
# there is nothing to pack; where lengths vary much, first try batches of similar length. If you read one
# sequence at a time, there is no padding.
#
# **Where it leads:** [lesson 6](06_stacking.ipynb) stacks layers and takes the two directions apart;
# [lesson 8](08_metrics.ipynb) counts accuracy over real steps, batch by batch.

# %% [markdown]
# ### Sources
#
# - [`pack_padded_sequence`](https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pack_padded_sequence.html),
#   [`pad_sequence`](https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_sequence.html),
#   [`nn.LSTM`](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html): defaults, and *can also be
#   a packed variable length sequence*.
# - PyTorch: [issue 43227, lengths on the CPU since 1.7](https://github.com/pytorch/pytorch/issues/43227);
#   [issue 8026, sorting](https://github.com/pytorch/pytorch/issues/8026);
#   [issue 6299, `total_length`](https://github.com/pytorch/pytorch/issues/6299);
#   [issue 4582, a length of 0](https://github.com/pytorch/pytorch/issues/4582);
#   [issue 517, padding in two directions](https://github.com/pytorch/pytorch/issues/517);
#   [issue 1203, the fields of a PackedSequence](https://github.com/pytorch/pytorch/issues/1203);
#   [issue 149194, packed input slower than padded](https://github.com/pytorch/pytorch/issues/149194).
# - The same mistakes in other people's code:
#   [the last column](https://github.com/bentrevett/pytorch-sentiment-analysis/issues/86),
#   [a tagger without packing](https://github.com/bentrevett/pytorch-pos-tagging/issues/8),
#   [the order not put back](https://github.com/fartashf/vsepp/pull/36),
#   [padding in the loss](https://github.com/huggingface/transformers/issues/2759).
# - V. Khomenko, O. Shyshkov, O. Radyvonenko, K. Bokhan: [*Accelerating recurrent neural network training
#   using sequence bucketing and multi-GPU data parallelization*](https://arxiv.org/abs/1708.05604). 2016.
# - M. Kudo, J. Toyama, M. Shimbo: *Multidimensional curve classification using passing-through regions*. Pattern
#   Recognition Letters 20, 1999. The recordings, from the
#   [UCI repository](https://archive.ics.uci.edu/ml/datasets/Japanese+Vowels) by way of sktime (BSD 3-Clause).
# - The paragraphs are from `pydoc_data.topics`, the Python manual's own text in the standard library.

# %% [markdown]
# ### What to remember
#
# 1. Pad with `pad_sequence`, keep `lengths`, make the mask from them. Padding without packing reaches `h_n`,
#    and the reverse half of `output`; the forward half of `output` is right at every real step.
# 2. One direction: `output[torch.arange(B), lengths - 1]`, or `h_n` of a packed run. Two directions: pack. You
#    must give both `batch_first=True` and `enforce_sorted=False`.
# 3. Name the padding in the loss (`ignore_index`) and divide by real steps. Packing saves steps; measure
#    whether it saves time. Batches of similar length did so here.

# %% [markdown]
# # 14. What makes an LSTM good
#
# *About 50 minutes, and 10 more for the common mistakes. You need lessons 5, 7 and 9: padding, truncated
# backpropagation, and exporting a model.*
#
# After this lesson you can
#
# 1. feed sequences of different lengths with little padding, and say what a chunk's length costs and gains;
# 2. choose a start and a regularisation, and say what each gained over ten seeds, or that it gained nothing;
# 3. stop training without a look at the test set, and hand over a model that is compiled, in int8, or
#    exported.
#
# The symbols are those of `nn.LSTM`. The *spread* is the standard deviation of ten runs that differ in their seed
# only. We call two settings *a tie* where their means differ by less than the spread: then the choice of the seed
# matters more than the choice of the setting.
#
# Terms are explained in the [glossary](glossary.md).

# %%
import io
import math
import subprocess
import sys
import warnings

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.export import Dim, export
from torch.export._patches import register_lstm_while_loop_decomposition
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torch.utils.data import DataLoader, Dataset, Sampler

import lstmlab
from lstmlab.tasks.craft import Recipe, echo, peek, recall, text_losses
from lstmlab.tasks.letters import manual

torch.manual_seed(0)
torch.set_num_threads(1)  # layers as small as these are fastest on one thread
lstmlab.use_style()
quiz = lstmlab.Quiz("14_craft")
COLOURS = lstmlab.COLOURS
SEEDS = range(10)

# %% [markdown]
# ## Predictions
#
# There are four questions. Commit to an answer before you read on; your choices are kept and compared later.

# %% tags=["hide-input"]
quiz.predict("chunk length")

# %% tags=["hide-input"]
quiz.predict("which start")

# %% tags=["hide-input"]
quiz.predict("coins")

# %% tags=["hide-input"]
quiz.predict("graphs")


# %% [markdown]
# ## The idea
#
# Two people build the same `nn.LSTM`, and one gets a much better model. The difference is in what stands around
# the layer: how batches are made, how weights start, what keeps the model from learning its data by heart, when
# training stops. None of this is in the layer's equations.
#
# There are many opinions on each of these. We measure them: ten seeds for each setting, trained side by
# side on the same data. The tasks are small. On larger models other methods may gain something.

# %% [markdown]
# ## Experiments
#
# ### A Dataset and `collate_fn`
#
# A `Dataset` says how many examples there are and gives example `k`. A `DataLoader` collects some of them.
# Lines of a text have different lengths, so they cannot be stacked. The function `collate_fn` gets the list
# of examples and makes one batch of it: it pads, and keeps the lengths.

# %%
class Lines(Dataset):
    def __init__(self, lines):
        self.ids = [torch.tensor([ord(sign) for sign in line]) for line in lines]

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, k):
        return self.ids[k]  # (time,)


def pad_collate(examples):
    lengths = torch.tensor([len(ids) for ids in examples])  # (batch,)
    return pad_sequence(examples), lengths  # (time, batch), (batch,)


lines = Lines([line for line in manual()[0].splitlines() if line.strip()][:1000])
ids, lengths = next(iter(DataLoader(lines, batch_size=4, collate_fn=pad_collate)))
print("batch", tuple(ids.shape), " lengths", lengths.tolist())

# %% tags=["hide-input"]
assert len(lines) == 1000 and ids.shape == (lengths.max(), 4)
assert (ids[lengths.min() :, lengths.argmin()] == 0).all()


# %% [markdown]
# ### Batches of similar length
#
# A batch is as long as its longest example. With random batches a large part of the steps may be padding. A
# **bucket sampler** puts examples of similar length together. It still shuffles: draw all examples in a new order,
# take a *pool* of some batches, sort within the pool, cut it into batches, and give the batches in random
# order.

# %%
class BucketBatches(Sampler):
    def __init__(self, lengths, batch, pool=10, seed=0):
        self.lengths, self.batch, self.pool = lengths, batch, pool
        self.draw = torch.Generator().manual_seed(seed)

    def __len__(self):
        return math.ceil(len(self.lengths) / self.batch)

    def __iter__(self):
        # a new order each epoch
        order = torch.randperm(len(self.lengths), generator=self.draw)
        batches = []
        for pool in order.split(self.pool * self.batch):
            batches += pool[self.lengths[pool].argsort()].split(self.batch)
        for k in torch.randperm(len(batches), generator=self.draw):
            yield batches[k].tolist()


def padding(loader):
    """The share of all steps that is padding."""
    steps = [(ids.numel(), lengths.sum().item()) for ids, lengths in loader]
    return 1 - sum(real for _, real in steps) / sum(all_steps for all_steps, _ in steps)


sizes = torch.tensor([len(line) for line in lines])  # (examples,)
shares = []
for seed in SEEDS:
    torch.manual_seed(seed)
    by_chance = DataLoader(lines, batch_size=16, shuffle=True, collate_fn=pad_collate)
    buckets = BucketBatches(sizes, 16, seed=seed)
    bucketed = DataLoader(lines, batch_sampler=buckets, collate_fn=pad_collate)
    shares.append((padding(by_chance), padding(bucketed)))
by_chance, bucketed = torch.tensor(shares).mean(0).tolist()
print(f"padding: {by_chance:.0%} with random batches, {bucketed:.0%} with buckets")

# %% tags=["hide-input"]
assert by_chance > 2 * bucketed and bucketed < 0.15
assert sorted(k for batch in buckets for k in batch) == list(range(1000))  # each once
assert list(buckets) != list(buckets)  # a new order each epoch

# %% [markdown]
# Buckets leave less than half of the padding, on ten orders of the data. Each line comes once an epoch, and the
# next epoch has other batches. The layer still needs the lengths: padding that is left must not be read as data
# (lesson 5).
#
# ### TBPTT as a training run
#
# Lesson 7 cut a stream into chunks: *truncated backpropagation through time*, TBPTT. A longer chunk lets the gradient
# reach farther. It also keeps more in memory, and gives fewer updates from the same stream. The task: name the sign
# that stood 5 steps before, at each step of one stream of 3,840 steps. Each chunk gives one update. The state goes on to
# the next chunk, detached.
#
# `saved_tensors_hooks` sees each tensor that autograd keeps for the backward pass. Their bytes are the same in
# every run, unlike a process's memory.

# %%
chunks = (4, 16, 64)
runs = {chunk: echo(chunk, SEEDS) for chunk in chunks}
restarted = echo(16, SEEDS, carry=False)
for chunk, run in runs.items():
    low, mean, high = run.accuracy.min(), run.accuracy.mean(), run.accuracy.max()
    print(f"chunk {chunk:2}: accuracy {mean:.2f} ({low:.2f} to {high:.2f}),", end=" ")
    print(f"saved {run.bytes / 1e6:.1f} MB")
print(f"chunk 16, the state not carried: accuracy {restarted.accuracy.mean():.2f}")

# %% tags=["hide-input", "claim-242"]
means = {chunk: run.accuracy.mean().item() for chunk, run in runs.items()}
assert means[4] < 0.65 and means[16] > 0.93 and means[64] < means[16] - 0.1
assert runs[16].accuracy.min() > runs[64].accuracy.max()  # no tie: all seeds
assert 13 < runs[64].bytes / runs[4].bytes < 17  # in proportion to the chunk

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.0), layout="constrained")
for place, run in enumerate(runs.values()):
    ax.plot([place] * len(SEEDS), run.accuracy, "o", color=COLOURS["h"], alpha=0.6)
    height = run.accuracy.mean().item()
    ax.text(place + 0.08, height, f"{run.bytes / 1e6:.1f} MB", va="center")
ax.axhline(0.5, color=COLOURS["f"], lw=1)
ax.text(2.45, 0.51, "guessing", ha="right", va="bottom")
ax.set(xlim=(-0.3, 2.5), ylim=(0.45, 1.03))
ax.set(ylabel="accuracy", xlabel="chunk length in steps")
ax.set_xticks(range(3), [str(chunk) for chunk in chunks])
lstmlab.picture(
    fig,
    "Accuracy of ten seeds by chunk length, with the saved bytes: "
    + ", ".join(f"{means[k]:.2f} at {k} steps ({runs[k].bytes} bytes)" for k in chunks),
)

# %% tags=["hide-input"]
quiz.reveal("chunk length")

# %% [markdown]
# With chunks of 4 the gradient never reaches the sign 5 steps before, and the accuracy is hardly better
# than guessing. With 16 nearly all answers are right. With 64 the memory is about four times that of 16, and the
# result is worse on all seeds. The reason is the number of updates: the same stream gives a quarter of them. With a
# stream three times as long, chunks of 64 are right too, as the folded cell shows. So take a chunk that is a few times
# longer than the lag, not the longest that fits.
#
# In the last printed line the state starts each chunk at zero. Then the first 5 of 16 answers can only be
# guessed.

# %% tags=["hide-input"]
assert restarted.accuracy.max() < 0.88 and 11 / 16 + 5 / 32 < 0.85
assert restarted.accuracy.mean() < means[16] - 0.1
longer = echo(64, SEEDS, steps=3 * 3_840).accuracy
assert longer.mean() > 0.93
print(f"chunk 64, a stream three times as long: accuracy {longer.mean():.2f}")


# %% [markdown]
# ### Initialisation
#
# An *orthogonal* matrix keeps the length of each vector. `W_hh` has four blocks, one for each of `i`, `f`,
# `g`, `o`, so four square matrices are made orthogonal, not the whole matrix.
#
# **Chrono initialisation** (Tallec and Ollivier 2018) sets biases from the longest lag `T` of the task: the forget
# biases are `log(u)` with `u` drawn between 1 and `T - 1`, and the input biases their negatives. So each unit gets a
# timescale of its own, from about 2 steps to about `T`.

# %%
def orthogonal(lstm):
    with torch.no_grad():
        for block in lstm.weight_hh_l0.split(lstm.hidden_size):  # (hidden, hidden) each
            nn.init.orthogonal_(block)


def chrono(lstm, longest=40):
    n = lstm.hidden_size
    with torch.no_grad():
        lstm.bias_ih_l0.zero_()
        lstm.bias_hh_l0.zero_()  # the two are added: one carries the value
        lstm.bias_ih_l0[n : 2 * n] = torch.empty(n).uniform_(1, longest - 1).log()
        lstm.bias_ih_l0[:n] = -lstm.bias_ih_l0[n : 2 * n]


def forget_one(lstm):
    n = lstm.hidden_size
    with torch.no_grad():
        lstm.bias_ih_l0[n : 2 * n], lstm.bias_hh_l0[n : 2 * n] = 1, 0


# %% [markdown]
# The task is to tell the sign of the first step after 40 steps of noise. Each start gets 100 updates.

# %%
starts = {"as built": lambda lstm: None, "orthogonal": orthogonal}
starts |= {"forget bias 1": forget_one, "chrono": chrono}
learned = {name: recall(start, SEEDS) for name, start in starts.items()}
for name, accuracy in learned.items():
    print(f"{name:14}", " ".join(f"{value:.2f}" for value in accuracy))

# %% tags=["hide-input", "claim-243", "claim-244"]
assert learned["as built"].mean() < 0.7 and learned["orthogonal"].mean() < 0.7
tied = [learned[name].mean() for name in ("as built", "orthogonal")]
assert abs(tied[0] - tied[1]) < 0.05
assert learned["chrono"].median() > 0.95 and (learned["chrono"] > 0.9).sum() >= 8
assert learned["chrono"].mean() > learned["forget bias 1"].mean() + 0.2
for block in nn.LSTM(3, 8).weight_hh_l0.split(8):
    made = nn.init.orthogonal_(block.detach().clone())
    assert torch.allclose(made @ made.T, torch.eye(8), atol=1e-5)

# %% tags=["hide-input"]
quiz.reveal("which start")

# %% [markdown]
# The layer as built and the layer with orthogonal blocks both stay near guessing. The chrono start solves the task.
# Lesson 7 gives the reason: the forget gates decide how long a cell keeps, and orthogonal blocks do not
# touch them. Chrono is told the lag of the task, and this task has a single long lag. An orthogonal start
# helps a plain RNN (lesson 2), whose only memory is `W_hh`.

# %% [markdown]
# ### Regularisation
#
# A model that learns its data by heart gets better on them and worse on new data: it *overfits*. Here the
# text is so short that the model must overfit: it learns from 2,000 letters of Python's manual and is tested on
# 4,000 others. These methods made LSTMs good at text around 2016 and 2017:
#
# - **dropout**: each number the head reads is set to 0 with probability 0.3, drawn anew at each step;
# - **locked dropout** (also *variational*): the same, but a single mask for all steps of a sequence;
# - **weight drop**: entries of `W_hh` are set to 0, with a single mask for a batch, so `h` itself stays whole;
# - **layer norm**: inside the cell, the sums of each gate, and `c` where `h` is made from it, are brought to mean 0 and
#   variance 1 over the units of one step;
# - **tied weights**: the head's weight is the embedding's, one matrix for reading and writing.
#
# The two kinds of dropout differ in one axis of the mask:

# %%
torch.manual_seed(1)
h = torch.ones(6, 2, 8)  # (time, batch, hidden)
each_step = nn.functional.dropout(h, 0.5)
locked = h * nn.functional.dropout(torch.ones(1, 2, 8), 0.5)  # one mask, all steps
print("steps of 6 that a unit has")
print("  drawn at each step:", (each_step[:, 0] > 0).sum(0).tolist())
print("  locked:            ", (locked[:, 0] > 0).sum(0).tolist())
assert (locked == locked[0]).all()

# %%
recipes = {
    "plain": Recipe(),
    "dropout": Recipe(step_dropout=0.3),
    "locked dropout": Recipe(locked_dropout=0.3),
    "weight drop": Recipe(weight_drop=0.3),
    "layer norm": Recipe(layer_norm=True),
    "tied weights": Recipe(tied=True),
}
losses = {name: text_losses(recipe, SEEDS) for name, recipe in recipes.items()}
print(f"{'nats a letter':16} best point   last point (sd over ten seeds)")
for name, points in losses.items():
    best, last = points.min(1).values, points[:, -1]  # (runs,) each
    print(f"{name:16} {best.mean():.3f}        {last.mean():.3f} ({last.std():.3f})")

# %% tags=["hide-input", "claim-240"]
last = {name: points[:, -1] for name, points in losses.items()}
both = [last[name].mean() for name in ("dropout", "locked dropout")]
assert max(both) < last["plain"].mean() - last["plain"].std()  # more than the spread
# overfits
stopped = losses["plain"].min(1).values.mean()
assert stopped < last["plain"].mean() - 0.03
assert stopped < (last["plain"].mean() + max(both)) / 2  # more than half of the gain
assert all(values.mean() < last["plain"].mean() + 0.03 for values in last.values())
gap = abs(last["dropout"].mean() - last["locked dropout"].mean())
assert gap < max(last["dropout"].std(), last["locked dropout"].std())  # a tie

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
for place, points in enumerate(losses.values()):
    ax.plot(points[:, -1], [place] * len(SEEDS), "o", color=COLOURS["f"], alpha=0.5)
    ax.plot(points[:, -1].mean(), place, "|", color=COLOURS["h"], ms=18, mew=2.5)
ax.set_yticks(range(len(losses)), list(losses))
ax.invert_yaxis()
ax.set_xlabel("loss on text not learned, after the last update (nats a letter)")
lstmlab.picture(
    fig,
    "Loss of ten seeds for each method after the last update, bars are means: "
    + ", ".join(f"{name} {values.mean():.2f}" for name, values in last.items()),
)

# %% [markdown]
# After the last update both kinds of dropout are better than the plain model, by more than the spread. The two are
# a tie here: with 24 units and sequences of 20 letters, locking the mask gains nothing that ten seeds could show. In
# large models it did (Gal and Ghahramani 2016; Merity, Keskar and Socher 2018). The other three are better than the
# plain model or less than 0.03 nats worse. Tied weights reach this with fewer parameters.
#
# Now compare the two columns. The plain model's best point is better than its last by more than 0.03 nats: stopping
# in time gives more than half of what dropout gives here. But to find the best point we looked at the test text. The
# next section shows what that costs.
#
# ### Early stopping without peeking
#
# *Early stopping* keeps the weights of the best measurement. To see what it costs to choose on the test set, take a task
# where nothing can be learned: the labels are coin flips, so the true accuracy is 0.5. Each run is measured 30
# times, on 100 sequences for validation and on 100 for the test.

# %%
peeked, honest = peek(SEEDS)
for how, found in {"best of 30 looks": peeked, "chosen by validation": honest}.items():
    print(f"{how:21} {found.mean():.3f} ({found.min():.2f} to {found.max():.2f})")

# %% tags=["hide-input", "claim-245"]
assert peeked.mean() > 0.52 and abs(honest.mean() - 0.5) < 0.07
assert (peeked >= honest).all() and peeked.mean() - honest.mean() > 0.01

# %% tags=["hide-input"]
quiz.reveal("coins")


# %% [markdown]
# The best of many looks is above one half, although there is nothing to learn. If validation chooses the
# point, the mean test accuracy is less than 0.07 away from one half. So the data need three parts: one to train, one to choose (when
# to stop, how much dropout, which start), and one that is read once, at the end.

# %% [markdown]
# ### Faster and smaller: compile, int8, export
#
# **`torch.compile`** turns Python code into graphs and hands each to a *backend*. The usual backend writes
# C++ or GPU code and needs a compiler on the machine. A backend is just a function, so ours counts the
# graph's nodes and runs it as it is. That works on any machine. Which graphs does it get?

# %%
def graphs(function, *inputs):
    seen = []

    def backend(graph, example):
        seen.append(len(graph.graph.nodes))
        return graph.forward

    torch._dynamo.reset()
    compiled = torch.compile(function, backend=backend)
    for x in inputs:
        compiled(x)
    return seen


cell = nn.LSTMCell(3, 8)


def loop(x):
    h = c = torch.zeros(2, 8)  # (batch, hidden)
    for step in x:
        h, c = cell(step, (h, c))
    return h


short, longer = torch.randn(5, 2, 3), torch.randn(20, 2, 3)  # (time, batch, input)
found = {"nn.Linear": graphs(nn.Linear(3, 8), short)}
found["nn.LSTM"] = graphs(nn.LSTM(3, 8), short)
found["a loop over nn.LSTMCell"] = graphs(loop, short, longer)
print(found)

# %% tags=["hide-input", "claim-246"]
assert len(found["nn.Linear"]) == 1 and found["nn.LSTM"] == []
assert len(found["a loop over nn.LSTMCell"]) == 2
assert found["a loop over nn.LSTMCell"][1] > 2 * found["a loop over nn.LSTMCell"][0]

# %% tags=["hide-input"]
quiz.reveal("graphs")


# %% [markdown]
# `nn.LSTM` gives no graph at all: `torch.compile` leaves it to PyTorch's own kernel. There is no gain and
# no harm; what stands around it, such as embedding and head, is compiled. A loop that you write is unrolled: each
# step adds nodes of its own, and a new length needs a new graph. So the longer the sequence, the more there is to compile.
# We measure no time here, since a machine without a compiler could not.

# %% [markdown]
# **int8.** *Dynamic quantisation* stores weights as 8-bit numbers and one scale, and turns inputs into 8
# bits while it runs. In torch 2.13 `torch.ao.quantization.quantize_dynamic` still knows `nn.LSTM`, and
# warns that it is deprecated. Its successor is a package of its own, `torchao`. The cell below collects the
# warning instead of showing it. Expect a change in a later version.

# %%
def size(model):
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    return file.tell()


torch.manual_seed(0)
model = nn.Sequential(nn.LSTM(64, 256)).eval()
x = torch.randn(50, 4, 64)  # (time, batch, input)
with warnings.catch_warnings(record=True) as told, torch.no_grad():
    warnings.simplefilter("always")
    small = torch.ao.quantization.quantize_dynamic(model, {nn.LSTM}, dtype=torch.qint8)
    off = (small(x)[0] - model(x)[0]).abs().max().item()
    ratio = size(model) / size(small)
print(f"{ratio:.1f} times smaller; outputs below 1 differ by {off:.4f} at most")

# %% tags=["hide-input", "claim-248"]
assert 3.5 < ratio < 4.1 and 1e-5 < off < 0.05
assert any(issubclass(warning.category, DeprecationWarning) for warning in told)

# %% [markdown]
# The file is nearly four times smaller, and the outputs differ little. Only your validation data can show
# what that costs in your task.
#
# **Export.** Plain `torch.export.export` of an `nn.LSTM` fixes the number of steps and refuses an open time axis. Under
# `register_lstm_while_loop_decomposition` the loop over time becomes one operator, and the axis stays open. It is in a
# module with an underscore, so it may change, and it is for inference only.

# %% tags=["claim-247"]
torch.manual_seed(0)
lstm, example = nn.LSTM(3, 8).eval(), torch.randn(7, 2, 3)  # (time, batch, input)
open_time = ({0: Dim("time")},)
open_axis = register_lstm_while_loop_decomposition()
with warnings.catch_warnings(), torch.no_grad(), open_axis:
    warnings.simplefilter("ignore")  # one about the layer's own list of weights
    program = export(lstm, (example,), dynamic_shapes=open_time).module()
differences = {}
with torch.no_grad():
    for steps in (1, 7, 13, 200):
        x = torch.randn(steps, 2, 3)  # (time, batch, input)
        differences[steps] = (program(x)[0] - lstm(x)[0]).abs().max().item()
assert max(differences.values()) < 1e-6
print("differences by steps:", differences)

# %% [markdown]
# What happens without it? PyTorch keeps in memory how it took `nn.LSTM` apart the first time. So the
# attempt needs a new Python process, in which nothing has been exported.

# %%
plain = """
import torch
from torch.export import Dim, export
x = torch.randn(7, 2, 3)
with torch.no_grad():
    export(torch.nn.LSTM(3, 8).eval(), (x,), dynamic_shapes=({0: Dim("time")},))
"""
command = [sys.executable, "-W", "ignore", "-c", plain]
attempt = subprocess.run(command, capture_output=True, text=True, check=False)
messages = attempt.stderr.splitlines()
print(next(line.strip() for line in messages if "specialized it" in line)[:75], "...")

# %% tags=["hide-input", "claim-247"]
assert attempt.returncode != 0 and "Suggested fixes" in attempt.stderr


# %% [markdown]
# The exported program runs at every length tried, also at one it never saw, and gives the layer's own numbers.
#
# ### On a GPU
#
# The next cell runs where there is a GPU, and says so where there is none. You need to know this before:
#
# - **cuDNN**, NVIDIA's library, runs `nn.LSTM` in one call if layer and input are on the GPU. It needs the weights
#   in one block of memory. Where they are not, PyTorch copies them at every call, and a warning says so;
#   `flatten_parameters()` puts them together again. The *persistent* algorithm of cuDNN can be faster still.
#   PyTorch's documentation names the conditions for it: float16, a V100, no packed input. A loop over
#   `nn.LSTMCell` gets neither.
# - **Same seed, other numbers:** some cuDNN versions add up in an order that changes from run to run. The documentation of
#   `nn.LSTM` asks for the environment variable `CUBLAS_WORKSPACE_CONFIG=:4096:2`, set before Python starts.
# - **TF32:** products of float32 matrices may be computed with 10 bits after the point of the significand instead of 23:
#   faster, less exact. `torch.backends.cudnn.allow_tf32` is on by default, and that includes recurrent layers.
# - **autocast** runs the layer in half precision where that is safe. Keep the loss in float32.
# - **Packing** saves steps. But `lengths` must be on the CPU, and a copy from the GPU makes the CPU wait.

# %%
def on_gpu():
    layer = nn.LSTM(64, 256).cuda()
    x = torch.randn(200, 64, 64).cuda()  # (time, batch, input)
    lengths = torch.linspace(20, 200, 64).long().flip(0)  # on the CPU, longest first
    packed = pack_padded_sequence(x, lengths)

    def milliseconds(data):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        for _ in range(3):
            layer(data)  # warm-up
        start.record()
        for _ in range(10):
            layer(data)
        end.record()
        torch.cuda.synchronize()  # the GPU works on while Python goes on
        return start.elapsed_time(end) / 10

    cudnn = torch.backends.cudnn
    print(f"cuDNN {cudnn.version()}, TF32 {cudnn.allow_tf32}")
    print(f"forward: padded {milliseconds(x):.2f} ms,", end=" ")
    print(f"packed {milliseconds(packed):.2f} ms")
    with torch.autocast("cuda"):
        print(f"autocast {milliseconds(x):.2f} ms, output {layer(x)[0].dtype}")
    same = torch.equal(layer(x)[0], layer(x)[0])
    print("two forward passes are equal to the last bit:", same)


if torch.cuda.is_available():
    on_gpu()
else:
    print("no GPU here: nothing in this section is measured")

# %% [markdown]
# ## Claims put to the test
#
# ### "Locked dropout is better than ordinary dropout."
#
# It holds with a condition. Locked dropout was better in the large text models of its papers. Here, at 24 units, the
# two are a tie. See *Regularisation*.
#
# ### "Sort the data by length once, and padding is no problem."
#
# It holds in part. There is the least padding then. But each epoch has the same batches, in the same order, short
# lines first.

# %% tags=["claim-241", "mistake-x27"]
by_length = sizes.argsort(stable=True)  # (examples,)
always = [[part.tolist() for part in by_length.split(16)] for epoch in range(2)]
sampler = BucketBatches(sizes, 16)
epochs = [{tuple(sorted(batch)) for batch in sampler} for epoch in range(2)]
common = len(epochs[0] & epochs[1])
assert always[0] == always[1] and common <= 2
print(f"batches of epoch 1 that epoch 2 has again, of {len(always[0])}:", end=" ")
print(f"{len(always[1])} if sorted, {common} in buckets")

# %% [markdown]
# ### "The longer the chunk, the better." and "Orthogonal weights make an LSTM remember."
#
# Neither holds here. Chunks of 64 were worse than chunks of 16 on all seeds, with the same stream. With
# orthogonal blocks the task of 40 steps stayed near guessing; the chrono biases solved it.
#
# ### "To stop at the best test score is harmless."
#
# It does not hold. The best test score was above one half for coin flips. See *Early stopping without peeking*.
#
# ### "torch.compile makes nn.LSTM faster.", "An LSTM cannot be exported with an open time axis."
#
# Neither holds. `torch.compile` gets no graph of the layer. And the layer can be exported so, under the context
# manager shown above. See *Faster and smaller: compile, int8, export*.

# %% [markdown]
# ## Common mistakes
#
# There are five mistakes, and none of them raises an error. Find two of them yourself first.

# %% tags=["hide-input"]
quiz.pitfall("anew")

# %% tags=["hide-input"]
quiz.pitfall("whole matrix")

# %% [markdown]
# ### 1. A dropout mask drawn anew at each step
#
# **Wrong** where locked dropout was meant: `F.dropout(h, 0.5)` on `(time, batch, hidden)`. **Cost:** a unit that a
# sequence has lost comes back at the next step. **Right:** one mask of `(1, batch, hidden)`, as above.

# %% tags=["mistake-x25"]
h = torch.ones(50, 8, 16)  # (time, batch, hidden)
wrong = nn.functional.dropout(h, 0.5)
right = h * nn.functional.dropout(torch.ones(1, 8, 16), 0.5)
changed = [(a[1:] != a[:-1]).float().mean().item() for a in (wrong, right)]
assert 0.4 < changed[0] < 0.6 and changed[1] == 0
print(f"units that change at a step: {changed[0]:.0%} and {changed[1]:.0%}")

# %% [markdown]
# ### 2. Orthogonal on the whole matrix
#
# **Wrong:** `nn.init.orthogonal_(lstm.weight_hh_l0)`. The matrix is `(4H, H)`: its columns become orthonormal, its blocks
# do not. **Cost:** each gate shrinks what it reads to about a half. **Right:** block by block.

# %% tags=["mistake-x26"]
lstm = nn.LSTM(3, 64)
factors = {}
for name, start in {"whole": nn.init.orthogonal_, "blocks": orthogonal}.items():
    start(lstm.weight_hh_l0 if name == "whole" else lstm)
    blocks = lstm.weight_hh_l0.split(64)  # (hidden, hidden) each
    factors[name] = [block.norm().item() / math.sqrt(64) for block in blocks]
    print(f"{name:6} mean factors:", [f"{value:.2f}" for value in factors[name]])
assert all(0.4 < value < 0.6 for value in factors["whole"])
assert all(abs(value - 1) < 1e-4 for value in factors["blocks"])

# %% [markdown]
# ### 3. The chrono bias in both biases
#
# **Wrong:** the value in `bias_ih` and in `bias_hh`. They are added. **Cost:** `log(u)` twice is `log(u * u)`: a timescale
# of 362 steps where 20 was meant. **Right:** `bias_ih` carries the value, and `bias_hh` is zero.

# %% tags=["mistake-36"]
u = torch.tensor(19.0)
meant, doubled = (1 / (1 - torch.sigmoid(k * u.log())).item() for k in (1, 2))
assert round(meant) == 20 and round(doubled) == 362
print(f"timescale 1 / (1 - f): {meant:.0f} steps meant, {doubled:.0f} in effect")

# %% [markdown]
# ### 4. Buckets that are never shuffled
#
# **Wrong:** sort once and cut. **Cost:** the same batches in each epoch; the loss goes up and down with the
# lengths. **Right:** a new order each epoch, pools, and batches in random order. See the claim above.
#
# ### 5. Layer norm over time
#
# **Wrong:** a mean over the time axis. **Cost:** step 0 then knows what comes later: a leak. **Right:** over the units
# of one step.

# %% tags=["mistake-x28"]
norms = {"over time": lambda a: (a - a.mean(0)) / a.std(0)}
norms["over units"] = lambda a: nn.functional.layer_norm(a, a.shape[-1:])
leaks = {}
for name, norm in norms.items():
    x = torch.randn(10, 2, 4, requires_grad=True)  # (time, batch, hidden)
    norm(x)[0, 0, 0].backward()
    leaks[name] = x.grad[9].abs().max().item()
assert leaks["over time"] > 0 and leaks["over units"] == 0
for name, leak in leaks.items():
    print(f"{name:10} gradient of step 0 with respect to step 9: {leak:.3f}")

# %% [markdown]
# ## Questions
#
# There are six questions.

# %% tags=["hide-input"]
quiz.choice("pool")

# %% tags=["hide-input"]
quiz.choice("mask shape")

# %% tags=["hide-input"]
quiz.choice("chrono value")

# %% tags=["hide-input"]
quiz.choice("reach of a chunk")

# %% tags=["hide-input"]
quiz.choice("tied count")

# %% tags=["hide-input"]
quiz.choice("three parts")

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card. Put away what you knew; the rest comes again.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then compare: tick the concepts your text has.

# %% tags=["hide-input"]
quiz.explain("tie")

# %% tags=["hide-input"]
quiz.explain("chunks")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **The assignment** is [`a14_craft`](../release/a14_craft/a14_craft.ipynb): the `collate_fn` of a model that guesses the next
# token, and a bucket sampler.
#
# **To practise:** take the model of your capstone, give it buckets, and set its biases from the longest lag that you
# expect. Train ten seeds with and without, and say which of the two is better, or that it is a tie.
#
# **When not to add craft:** before there is a baseline, and before the spread over seeds is known. A gain that is smaller
# than the spread may come from the seeds alone.
#
# **Where it leads:** to your own data. [Lesson 10](10_review.ipynb) brings back the cards of this lesson too.

# %% [markdown]
# ### Sources
#
# - C. Tallec, Y. Ollivier: [*Can recurrent neural networks warp time?*](https://arxiv.org/abs/1804.11188) ICLR 2018.
#   Chrono initialisation.
# - A. M. Saxe, J. L. McClelland, S. Ganguli: [*Exact solutions to the nonlinear dynamics of learning in deep linear
#   neural networks*](https://arxiv.org/abs/1312.6120). ICLR 2014. Orthogonal starts.
# - Y. Gal, Z. Ghahramani: [*A Theoretically Grounded Application of Dropout in Recurrent Neural
#   Networks*](https://arxiv.org/abs/1512.05287). NeurIPS 2016. Locked (variational) dropout.
# - S. Merity, N. S. Keskar, R. Socher: [*Regularizing and Optimizing LSTM Language
#   Models*](https://arxiv.org/abs/1708.02182). ICLR 2018. Weight drop, and the other methods together.
# - J. L. Ba, J. R. Kiros, G. E. Hinton: [*Layer Normalization*](https://arxiv.org/abs/1607.06450). 2016.
# - O. Press, L. Wolf: [*Using the Output Embedding to Improve Language Models*](https://arxiv.org/abs/1608.05859).
#   EACL 2017. Tied weights.
# - L. Prechelt: [*Early Stopping, but when?*](https://doi.org/10.1007/3-540-49430-8_3) In: Neural Networks: Tricks of
#   the Trade, 1998.
# - PyTorch: [documentation of nn.LSTM](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html), with the notes
#   on cuDNN and on nondeterminism.

# %% [markdown]
# ### What to remember
#
# 1. `collate_fn` pads and keeps the lengths; buckets cut the padding and still shuffle. A chunk should be a
#    few times longer than the lag that matters; memory grows with it, and the number of updates falls.
# 2. The start that sets timescales (chrono) solved a long lag; orthogonal blocks alone did not. Dropout
#    helped a model that overfits; locked and ordinary dropout were a tie here. Compare ten seeds with their
#    spread, and say "a tie" where it is one.
# 3. Validation chooses, the test is read once. `torch.compile` leaves `nn.LSTM` alone, int8 makes its file a quarter, and
#    it can be exported with an open time axis.

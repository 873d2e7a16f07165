# %% [markdown]
# # 6. Stacked and bidirectional
#
# *About 45 minutes, and 20 more for the common mistakes. You need lesson 4: what `nn.LSTM` returns, and
# its parameters by name.*
#
# After this lesson you can
#
# 1. name every row of `h_n`, and take the summary of a sequence from it without mixing anything up;
# 2. say where `nn.LSTM` drops values and where it never does;
# 3. decide whether a second layer or a second direction is worth its price.
#
# The symbols are those of `nn.LSTM`. Layers count from 0, as in `weight_ih_l0`.
#
# Terms are explained in the [glossary](glossary.md).

# %%
import statistics
import warnings

import matplotlib.pyplot as plt
import torch
from torch import nn

import lstmlab
from lstmlab.draw.stacks import VIOLETS, draw_sight, draw_stack
from lstmlab.tasks.stacks import coins, sight, summary_accuracy, train_coins
from lstmlab.training import track
from lstmlab.widgets import StackExplorer

torch.manual_seed(0)
torch.set_num_threads(1)  # layers as small as these are fastest on one thread
lstmlab.use_style()
quiz = lstmlab.Quiz("06_stacking")

# %% [markdown]
# ## Predictions
#
# There are four questions. Commit to an answer for each before you read on.

# %% tags=["hide-input"]
quiz.predict("last")

# %% tags=["hide-input"]
quiz.predict("coin")

# %% tags=["hide-input"]
quiz.predict("deeper")

# %% tags=["hide-input"]
quiz.predict("parameters")

# %% [markdown]
# ## The idea
#
# The figure has two layers, two directions and five steps. Each box is one layer at one step. In it, one cell
# belongs to the forward direction, which reads from the left, and one to the backward direction, which reads
# from the right. A grey arrow carries the whole box upwards: **both** cells of the lower layer feed **both** of
# the upper layer.
#
# Look at the filled cells. They are the last of their direction, and their numbers are the rows of `h_n`.
# At which step do the backward cells end?

# %%
draw_stack(num_layers=2, bidirectional=True, steps=5)

# %% [markdown]
# The dashed box is `output[-1]`, which many programs take for the *summary* of the sequence: one vector that
# stands for all of it. Follow the arrows: how many steps has each of its two cells taken?
#
# The code below finds the ends on a real layer. `H` is the hidden size; the forward half of `output` is its
# first `H` features.

# %%
H = 4
both = nn.LSTM(3, H, num_layers=2, bidirectional=True)
x = torch.randn(5, 2, 3)  # (time, batch, input)
output, (h_n, c_n) = both(x)  # (time, batch, 2 * hidden), (4, batch, hidden) each
assert torch.equal(h_n[2], output[-1, :, :H])  # layer 1, forward: at the last step
assert torch.equal(h_n[3], output[0, :, H:])  # layer 1, backward: at step 0
print("output", tuple(output.shape), " h_n", tuple(h_n.shape), " c_n", tuple(c_n.shape))

# %% [markdown]
# Choose a state, by a click or with the controls under *the state*. The figure fills all states and inputs from which
# it was computed; the two grids show where the call returns it. Guess first:
#
# 1. the backward state of layer 1 at step 4: which slice of `output` is it, which row of `h_n`, and what of
#    `x` has it read? What has it read with `num_layers` 1?
# 2. a state that is in `h_n` and not in `output`, and one that is returned nowhere;
# 3. the arrows on which dropout acts, and those that it leaves alone. Then tick *dropout, in training*.

# %%
StackExplorer(num_layers=2, bidirectional=True, steps=5)

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# The first is `output[4, :, 4:8]` and no row of `h_n`. With two layers it has read all of `x`, through the layer
# below; with one layer, `x[4]` only. The last states of layer 0 are in `h_n` and not in `output`; its other states are
# returned nowhere. Dropout acts on the arrows from layer 0 to layer 1. It leaves alone the arrows along time, from `x`
# and to `output`.
#
# </details>

# %% tags=["hide-input"]
chosen = {"layer": 1, "backward": True, "step": 4}
assert StackExplorer(2, True, 5, **chosen).slices == ("output[4, :, 4:8]",)
assert StackExplorer(2, True, 5, layer=0).slices == ("h_n[0]",)
assert StackExplorer(2, True, 5, layer=0, step=2).slices == ()

# %% [markdown]
# Which output depends on which input? `sight` differentiates each output with respect to each input. An
# empty square is an exact zero: nothing leads from that input to that output. The more violet a square
# is, the stronger is the influence, on a logarithmic scale and relative to the strongest in its row.
#
# Look at the empty triangles in the two panels on the left. In one layer the forward direction sees the
# past, and the backward direction the future. Then look for empty squares in the two panels on the right.

# %%
# (direction, output step, input step)
one_layer = sight(nn.LSTM(3, 8, bidirectional=True))
# (direction, output step, input step)
two_layers = sight(nn.LSTM(3, 8, num_layers=2, bidirectional=True))
past, future = one_layer
steps = torch.ones(12, 12, dtype=torch.bool)
assert torch.equal(past > 0, steps.tril()) and torch.equal(future > 0, steps.triu())
assert (two_layers > 0).all()

# %%
names = [
    "1 layer, forward", "1 layer, backward", "2 layers, forward", "2 layers, backward",
]
draw_sight(dict(zip(names, [*one_layer, *two_layers], strict=True)))


# %% [markdown]
# There are none. The second layer's forward cells read the first layer's backward cells, and those have
# read the end already. From two layers on, both halves of a bidirectional stack depend on the future.

# %% [markdown]
# ## Experiments
#
# ### A stack is a chain
#
# The lower layer's hidden states, at every step, are the upper layer's input. `part` takes one layer and one
# direction out of an `nn.LSTM`, by the names of its parameters, as a layer of its own.

# %%
def part(lstm, k, reverse=False):
    """Layer `k` of `lstm`, one direction, as an nn.LSTM of its own
    (read it from the left)."""
    end = f"_l{k}_reverse" if reverse else f"_l{k}"
    state = {
        n.removesuffix(end) + "_l0": p
        for n, p in lstm.state_dict().items()
        if n.endswith(end)
    }
    alone = nn.LSTM(state["weight_ih_l0"].shape[1], lstm.hidden_size)
    alone.load_state_dict(state)
    return alone


# %% tags=["claim-91"]
stack = nn.LSTM(3, H, num_layers=2)
output, (h_n, c_n) = stack(x)  # (time, batch, hidden), (2, batch, hidden) each
# (time, batch, hidden), (1, batch, hidden) each
lower, (h_lower, c_lower) = part(stack, 0)(x)
# (time, batch, hidden), (1, batch, hidden) each
upper, (h_upper, c_upper) = part(stack, 1)(lower)
assert torch.allclose(upper, output, atol=1e-6)
assert torch.allclose(torch.cat([h_lower, h_upper]), h_n, atol=1e-6)
assert torch.allclose(torch.cat([c_lower, c_upper]), c_n, atol=1e-6)
assert not torch.allclose(
    part(stack, 1)(c_lower.expand_as(lower))[0], output, atol=1e-2
)
print(f"largest difference: {(upper - output).abs().max().item():.0e}")


# %% [markdown]
# `output` holds the top layer only. Of the lower layer only the last `h` and `c` come back, in row 0.
#
# ### A second direction is a second layer that reads from the end
#
# Reverse the sequence in time, let the backward weights read it, and **turn their output back**, so that both
# halves belong to the same step. Then join them. Layer 1 does the same with the output of layer 0.

# %%
def read_both_ways(lstm, k, x):
    """Layer `k` of a bidirectional `lstm` by hand: its output, and its two final hidden
    states."""
    forward, (h_forward, _) = part(lstm, k)(x)
    backward, (h_backward, _) = part(lstm, k, reverse=True)(x.flip(0))
    return torch.cat([forward, backward.flip(0)], dim=2), torch.cat(
        [h_forward, h_backward]
    )


# %% [markdown]
# The assertions check the order of the rows of `h_n`: layer by layer, and in each layer forward before backward. The
# row is `2 * layer + direction`. `c_n` has the same order.

# %% tags=["claim-33", "claim-35"]
output, (h_n, _) = both(x)  # (time, batch, 2 * hidden), (4, batch, hidden)
# (time, batch, 2 * hidden), (2, batch, hidden)
middle, h_0 = read_both_ways(both, 0, x)
# (time, batch, 2 * hidden), (2, batch, hidden)
top, h_1 = read_both_ways(both, 1, middle)
assert torch.allclose(top, output, atol=1e-6)
assert torch.allclose(torch.cat([h_0, h_1]), h_n, atol=1e-6)
for layer, out in enumerate([middle, top]):
    assert torch.allclose(h_n[2 * layer], out[-1, :, :H], atol=1e-6)
    assert torch.allclose(h_n[2 * layer + 1], out[0, :, H:], atol=1e-6)
    assert not torch.allclose(h_n[2 * layer + 1], out[-1, :, H:], atol=1e-2)
print(f"largest difference: {(top - output).abs().max().item():.0e}")

# %% tags=["hide-input"]
quiz.reveal("last")


# %% [markdown]
# So two sentences of the manuals hold. `bidirectional=True` reads forwards and backwards. And `h_n` has the
# last hidden state of each layer and direction, if "last" means last *read*: for the backward direction that is
# step 0. The backward half of `output[-1]` has taken its first step only: it has read a single step of its input.

# %% [markdown]
# ### Dropout, made visible
#
# In training, dropout sets each value to zero with probability p. Its *mask* says which values, and is hidden inside
# the layer. To see it, let layer 0 put out ones, and let layer 1 copy what it reads: an `nn.RNN` with relu and the
# identity as its weights can do that. With p = 0.5 a 1 becomes 0 or, to keep the average, 1 / (1 - p) = 2.
#
# The left panel shows what `nn.RNN`, `nn.GRU` and `nn.LSTM` do. The right panel shows what Gal and Ghahramani
# (2016) derived: a single, *locked* mask for the whole sequence. Compare the rows.

# %%
def locked(x, p):
    """Dropout with one mask for all steps of x (time, batch, features)."""
    return x * torch.bernoulli(torch.full_like(x[:1], 1 - p)) / (1 - p)


glass = nn.RNN(1, 24, num_layers=2, nonlinearity="relu", dropout=0.5)
with torch.no_grad():
    for parameter in glass.parameters():
        parameter.zero_()
    glass.bias_ih_l0.fill_(1.0)  # layer 0 puts out ones
    glass.weight_ih_l1.copy_(torch.eye(24))  # layer 1 copies what it reads
    fresh = glass(torch.zeros(12, 1, 1))[0][:, 0]  # (time, hidden)
same = locked(torch.ones(12, 1, 24), 0.5)[:, 0]  # (time, hidden)
assert set(fresh.unique().tolist()) == {0.0, 2.0} == set(same.unique().tolist())

# %% tags=["hide-input", "claim-109"]
repeats = [sum(torch.equal(mask[0], row) for row in mask[1:]) for mask in (fresh, same)]
assert repeats == [0, 11]
fig, axes = plt.subplots(1, 2, figsize=(7.6, 2.5), layout="constrained", sharey=True)
for ax, mask, title in zip(
    axes, (fresh, same), ("nn.RNN, nn.GRU, nn.LSTM", "locked"), strict=True
):
    ax.imshow(mask.numpy(), cmap=VIOLETS, aspect="auto")
    ax.set(title=title, xlabel="unit", yticks=[0, 5, 11], xticks=[0, 11, 23])
    ax.grid(False)
axes[0].set_ylabel("step")
lstmlab.picture(
    fig,
    "Two dropout masks, 12 steps by 24 units, p = 0.5; kept is violet, dropped is "
    f"empty. Left, nn.RNN: every step has another pattern, {repeats[0]} of 11 equal "
    f"the first. Right, locked: the columns run through, {repeats[1]} of 11 equal the "
    "first.",
)


# %% [markdown]
# ### A residual connection
#
# A *residual connection* adds the input of a layer to its output, so that the layer has to learn only what should
# change. `nn.LSTM` has no option for it; a few lines of code are enough. Below, every layer but the first has it.

# %%
class Residual(nn.Module):
    """A stack of `num_layers` LSTM layers of 8 units; x goes past every layer but the
    first."""

    def __init__(self, num_layers):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.LSTM(1 if k == 0 else 8, 8) for k in range(num_layers)
        )

    def forward(self, x):
        x, _ = self.layers[0](x)  # (time, batch, hidden)
        for layer in self.layers[1:]:
            x = x + layer(x)[0]
        return x, None  # a pair, as nn.LSTM returns


# %% [markdown]
# What is that good for? Take 64 sequences of twelve coin tosses, each 1 or -1. Feed them into ten fresh layers and
# ask, layer by layer, how much the outputs still differ: their standard deviation over the 64 sequences. A plain layer
# passes on a fraction of it. After ten layers less than 0.000001 is left: the sequences look the same. With residual
# connections more than 0.02 is left.

# %%
def spread(layers, x, residual):
    """How much the 64 sequences differ after each layer: the mean standard deviation
    over the batch."""
    found = []
    for layer in layers:
        y, _ = layer(x)  # (time, batch, hidden)
        x = x + y if residual and found else y
        found.append(x.std(dim=1).mean().item())
    return found


plain_spread, residual_spread = [], []
for seed in range(3):
    torch.manual_seed(seed)
    layers = Residual(10).layers
    # (time, batch, input)
    sequences = coins(64, 12, torch.Generator().manual_seed(seed))
    plain_spread.append(spread(layers, sequences, residual=False))
    residual_spread.append(spread(layers, sequences, residual=True))
assert (
    max(s[-1] for s in plain_spread) < 1e-6
    and min(s[-1] for s in residual_spread) > 0.02
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
for plain, residual in zip(plain_spread, residual_spread, strict=True):
    ax.semilogy(range(1, 11), plain, "o-", color=lstmlab.COLOURS["h"], alpha=0.7)
    ax.semilogy(range(1, 11), residual, "s-", color=lstmlab.COLOURS["c"], alpha=0.7)
ax.text(5.3, 1e-3, "plain stack", color=lstmlab.COLOURS["h"])
ax.text(5.3, 0.2, "with residual connections", color=lstmlab.COLOURS["c"])
ax.set(
    xlabel="after layer number", ylabel="spread of 64 sequences", xticks=range(1, 11),
    ylim=(1e-9, 2),
)
lstmlab.picture(
    fig,
    "Spread of 64 sequences after each of ten fresh layers, three seeds, log scale. "
    f"Plain: from about {plain_spread[0][0]:.2f} down to "
    f"{max(s[-1] for s in plain_spread):.0e} or less. With residual connections it "
    f"stays between {min(map(min, residual_spread)):.2f} and "
    f"{max(map(max, residual_spread)):.2f}.",
)

# %% [markdown]
# ## Claims put to the test
#
# Here are nine sentences that are often read. Some hold with a condition, some do not hold. Decide on each
# before you read on. What holds stands below it, with a folded cell that shows it.

# %% [markdown]
# ### "More layers, better model."

# %% tags=["hide-input"]
quiz.myth("more layers")

# %% [markdown]
# Here is a test with a known answer. A coin is tossed 12 times; at each step the model says what the coin
# showed *two steps ago*. A guess is right half of the time. Every stack has layers of 8 units and gets up to
# 100 updates of 16 fresh sequences, and stops when it makes no mistake. There are ten seeds.
#
# The depths are 1, 2, 3, 6 and 10, plain and with residual connections.

# %% tags=["hide-input"]
DEPTHS = (1, 2, 3, 6, 10)


def score(build):
    return [model.accuracy() for model in train_coins(build, range(10))]


plain, residual = {}, {}
for depth in track(DEPTHS, "training 100 stacks"):
    plain[depth] = score(lambda depth=depth: nn.LSTM(1, 8, depth))
    residual[depth] = score(lambda depth=depth: Residual(depth))
    print(
        f"{depth:2d} layers: plain", *(f"{a:.2f}" for a in plain[depth]),
        end="   residual ",
    )
    print(*(f"{a:.2f}" for a in residual[depth]))

# %% tags=["hide-input", "claim-105", "claim-93"]
assert min(min(plain[depth]) for depth in (1, 2, 3)) > 0.98
assert min(plain[6]) < 0.97 and max(plain[10]) < 0.55
assert min(map(min, residual.values())) > 0.98

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
for scores, mark, colour in ((plain, "o", "h"), (residual, "s", "c")):
    for seed in range(10):
        heights = [scores[depth][seed] for depth in DEPTHS]
        ax.plot(DEPTHS, heights, mark + "-", color=lstmlab.COLOURS[colour], alpha=0.6)
ax.axhline(0.5, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
ax.text(1, 0.515, "guessing", color=lstmlab.COLOURS["x"])
ax.text(5.8, 0.72, "plain stack", color=lstmlab.COLOURS["h"], ha="right")
ax.text(8, 1.03, "with residual connections", color=lstmlab.COLOURS["c"], ha="center")
ax.set(xlabel="layers", ylabel="test accuracy", xticks=DEPTHS, ylim=(0.45, 1.08))
lstmlab.picture(
    fig,
    "Test accuracy against the number of layers, ten seeds. Plain: "
    f"{min(min(plain[depth]) for depth in (1, 2, 3)):.2f} or more up to three layers, "
    f"{min(plain[6]):.2f} to {max(plain[6]):.2f} with six, "
    f"{min(plain[10]):.2f} to {max(plain[10]):.2f} with ten. With residual connections "
    f"{min(map(min, residual.values())):.2f} or more at every depth.",
)

# %% tags=["hide-input"]
quiz.reveal("deeper")

# %% [markdown]
# Stacks of one, two and three layers get more than 98 % on every seed. Six layers stay below 97 % on at least one
# seed. Ten layers learn nothing: they stay at guessing. With residual connections every seed gets more than 98 %, at
# each depth.
#
# The builders of Google's translation system saw the same on a large scale: plain LSTM stacks worked well
# up to 4 layers, barely with 6, very poorly beyond 8 (Wu and others 2016). They added residual
# connections.
#
# More updates may get a deep stack to learn. But a stack that needs them, and 5,536 parameters, for what one
# layer does with 352, is not the better model.

# %% tags=["hide-input"]
assert sum(p.numel() for p in nn.LSTM(1, 8).parameters()) == 352
assert sum(p.numel() for p in nn.LSTM(1, 8, 10).parameters()) == 5536


# %% [markdown] tags=["claim-93"]
# ### "Stacking improves accuracy."
#
# It may. Make the task harder (six steps ago) and the layers narrower (4 units). Now one layer is too small,
# and a second layer helps, by more than 3 points in the median of ten seeds.
#
# But a second layer also brings parameters, 272 against 112. Use them for width instead: one layer of 7 units
# has 280, and is at most 5 points worse than the two layers. So measure both. On large tasks depth has helped: the
# translation system above ran eight layers, with residual connections, and Graves and others (2013) reported a
# record in speech recognition with deep LSTMs.

# %% tags=["hide-input", "claim-93"]
def harder(build):
    models = train_coins(build, range(10), shift=-6, steps=20, updates=200)
    return [model.accuracy() for model in models]


shapes = {"1 layer of 4": (4, 1), "2 layers of 4": (4, 2), "1 layer of 7": (7, 1)}
sizes, found = [], []
for name, shape in shapes.items():
    found.append(harder(lambda shape=shape: nn.LSTM(1, *shape)))
    sizes.append(sum(p.numel() for p in nn.LSTM(1, *shape).parameters()))
    print(f"{name}: {sizes[-1]} parameters, accuracy", *(f"{a:.2f}" for a in found[-1]))
assert sizes == [112, 272, 280]
small, deep, wide = (statistics.median(scores) for scores in found)
assert deep > small + 0.03 and wide > deep - 0.05

# %% [markdown]
# ### "Ten layers are wrong; three layers and dropout 0.5 are right."
#
# Three layers with dropout do learn the task here. So do three layers without dropout, and so does one layer. Ten
# layers stay at guessing, with dropout and without: dropout does not help a stack that does not train.

# %% tags=["hide-input", "claim-120"]
threes = train_coins(lambda: nn.LSTM(1, 8, 3, dropout=0.5), range(10))
three = [model.accuracy() for model in threes]
ten = score(lambda: nn.LSTM(1, 8, 10, dropout=0.5))
assert min(three) > 0.98 and min(plain[3]) > 0.98 and min(plain[1]) > 0.98
assert max(ten) < 0.55 and max(plain[10]) < 0.55
print("3 layers, dropout 0.5: ", *(f"{a:.2f}" for a in three))
print("10 layers, dropout 0.5:", *(f"{a:.2f}" for a in ten))


# %% [markdown]
# Dropout helps against another problem: too little data. Train two layers of 32 units on three sequences,
# always the same. They learn all three without a mistake, with dropout and without. On new sequences
# dropout 0.5 gains more than 1 point, on average over ten seeds.

# %% tags=["hide-input", "claim-120"]
def few(dropout):
    def build():
        return nn.LSTM(1, 32, 2, dropout=dropout)

    return train_coins(build, range(10), examples=3, updates=100)


models, dropped = few(0.0), few(0.5)
without, with_dropout = (
    [model.accuracy() for model in group] for group in (models, dropped)
)
gain = statistics.mean(with_dropout) - statistics.mean(without)
assert gain > 0.01 and max(without) < 0.99
for model in models + dropped:
    # the three: (time, batch, input)
    x_3 = coins(3, 12, torch.Generator().manual_seed(model.seed))
    assert ((model.logits(x_3) > 0) == (model.target(x_3) > 0.5)).all()  # by heart
print("three sequences, no dropout: ", *(f"{a:.2f}" for a in without))
print(
    "three sequences, dropout 0.5:", *(f"{a:.2f}" for a in with_dropout),
    f"  gain {gain:.2f}",
)

# %% [markdown]
# ### "A second direction makes a better model."
#
# Where the whole sequence is there, it can help: *Common mistakes* below has a task where the backward direction
# alone stays below 60 % and both directions get more than 98 %. And in a forecast? Take a fair coin again: at
# each step, the layer has to say the **next** toss. The cell tests both layers on whole new sequences, and `live`,
# where the next toss has not been made yet.

# %% tags=["hide-input", "claim-92", "claim-93"]
for two in (False, True):
    models = train_coins(
        lambda two=two: nn.LSTM(1, 8, bidirectional=two), range(10), shift=1
    )
    whole = [model.accuracy() for model in models]
    live = [model.live_accuracy() for model in models]
    assert (min(whole) > 0.99 if two else max(whole) < 0.55) and max(live) < 0.55
    print(
        "two directions:" if two else "one direction: ", *(f"{a:.2f}" for a in whole),
        end="   ",
    )
    print("live:", *(f"{a:.2f}" for a in live))
quiz.reveal("coin")

# %% [markdown]
# A layer with one direction gets half right, as it must. The bidirectional layer gets everything right on whole
# sequences: its backward half has read the answer. Live it gets half right, too.
#
# No test set warns you: the test sequences hold their own future as well. Where the answer is due before
# the future is there (forecasts, generated text, live speech) use one direction.
#
# ### "Two bidirectional layers are a forward stack beside a backward stack."
#
# Each upper cell reads both directions: `weight_ih_l1` has `2 * H` columns. Change the last input,
# and at step 0 the *forward* half of a two-layer stack changes. In a single layer it does not.

# %% tags=["hide-input", "claim-92"]
one = nn.LSTM(3, H, bidirectional=True)
assert both.weight_ih_l1.shape == (4 * H, 2 * H)
changed = x.clone()  # (time, batch, input)
changed[-1] += 1
for name, lstm in (("one layer", one), ("two layers", both)):
    moved = (lstm(changed)[0] - lstm(x)[0])[0, :, :H].abs().max().item()
    assert (moved > 0) == (name == "two layers")
    print(f"{name}: forward half at step 0 moves by {moved:.0e}")

# %% [markdown]
# ### "The shape of the output is (time, batch, hidden_size)."
#
# That is the default. The last dimension doubles with a second direction and shrinks with `proj_size`;
# `batch_first` exchanges the first two. The number of layers changes nothing.

# %% tags=["hide-input", "claim-18"]
variants = [
    {}, {"num_layers": 3}, {"bidirectional": True}, {"proj_size": 2},
    {"batch_first": True},
]
shapes = [(5, 2, 4), (5, 2, 4), (5, 2, 8), (5, 2, 2), (2, 5, 4)]
for options, shape in zip(variants, shapes, strict=True):
    data = x.transpose(0, 1) if "batch_first" in options else x
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # proj_size: a note that a slower kernel runs
        got = nn.LSTM(3, 4, **options)(data)[0]
    assert got.shape == shape
    print(f"{options!s:24} {shape}")

# %% [markdown]
# ### "`bidirectional=True` doubles the output size."
#
# It doubles the last dimension of `output`. But it doubles the *first* dimension of `h_n`: each direction has a row
# of its own, and rows stay `hidden_size` wide.

# %% tags=["hide-input", "claim-31"]
for two in (False, True):
    rnn = nn.RNN(3, H, bidirectional=two)
    # (time, batch, directions * hidden), (directions, batch, hidden)
    output, h_n = rnn(x)
    assert output.shape == (5, 2, 2 * H if two else H)
    assert h_n.shape == (2 if two else 1, 2, H)
    print(
        f"bidirectional={two!s:5}  output {tuple(output.shape)}  h_n {tuple(h_n.shape)}"
    )


# %% [markdown]
# ### "It doubles parameters and computation."
#
# Count them, at 64 inputs and 64 units, for stacks of 1, 2, 3 and 100 layers.

# %% tags=["hide-input", "claim-108"]
def size(num_layers, two):
    return sum(
        p.numel() for p in nn.LSTM(64, 64, num_layers, bidirectional=two).parameters()
    )


ratios = {n: size(n, True) / size(n, False) for n in (1, 2, 3, 100)}
upper_layer = (size(2, True) - size(1, True)) / (size(2, False) - size(1, False))
assert ratios[1] == 2 and [round(r, 2) for r in ratios.values()] == [
    2.0, 2.49, 2.66, 2.97,
]
assert round(upper_layer, 2) == 2.98
for n, products in ((1, 2.0), (2, 2.5), (3, 2.67)):
    both_ways, one_way = (
        nn.LSTM(64, 64, n, bidirectional=two).parameters() for two in (True, False)
    )
    weights = [
        sum(p.numel() for p in found if p.dim() == 2) for found in (both_ways, one_way)
    ]
    assert round(weights[0] / weights[1], 2) == products
for n, ratio in ratios.items():
    print(
        f"{n:3d} layers: {size(n, False):9,d} -> {size(n, True):9,d} parameters, "
        f"{ratio:.2f} times"
    )
quiz.reveal("parameters")

# %% [markdown]
# For one layer the sentence is exact. The layers above read twice the width, so there each direction
# costs about one and a half times what it did: both together nearly three times. The whole grows by 2.0,
# 2.49 and 2.66 for one, two and three layers, and tends to 2.98.
#
# Each weight, the biases apart, is used in one multiplication per step and sequence. So these grow by
# nearly the same factors: 2.0, 2.5 and 2.67. The head on top grows too: its input is twice as wide.
#
# ### "The built-in dropout handles temporal dependencies correctly."
#
# It does not touch them. The cell shows three facts on a real `nn.LSTM` in training mode. Layer 0 ends in the
# same state, whatever the masks are: its recurrence is not touched. Layer 1 gets another input at every call. And
# the whole equals layer 0, then ordinary dropout on all its outputs, then layer 1 without dropout.
#
# "Ordinary" means a fresh mask for each step, as in the left panel above, not the locked mask that was derived
# for recurrent networks and may act on the recurrence as well.

# %% tags=["hide-input", "claim-109", "mistake-34"]
dropping = nn.LSTM(3, H, num_layers=2, dropout=0.5).train()
state_a, state_b = dropping(x)[1], dropping(x)[1]  # (h_n, c_n), (2, batch, hidden) each
assert torch.equal(state_a[0][0], state_b[0][0]) and torch.equal(
    state_a[1][0], state_b[1][0]
)
assert not torch.allclose(state_a[0][1], state_b[0][1])
layer_0, layer_1 = part(dropping, 0), part(dropping, 1)
torch.manual_seed(1)
whole = dropping(x)[0]  # (time, batch, hidden)
torch.manual_seed(1)
by_hand = layer_1(nn.functional.dropout(layer_0(x)[0], 0.5))[0]  # (time, batch, hidden)
assert torch.allclose(whole, by_hand, atol=1e-6)
assert repeats[0] == 0  # of the 11 later masks in the left panel, none equals the first

# %% [markdown]
# Why not simply drop values on the way from step to step? A value that travels in `h` would have to survive
# every mask. With p = 0.5 and 20 steps, fresh masks let one in a million through; a locked mask spares the same
# half of the units at every step.

# %% tags=["hide-input"]
assert round(0.5**20 * 1e6, 2) == 0.95
kept = torch.rand(20, 100_000) > 0.5  # (time, unit)
every_step, first_step = kept.all(0).sum().item(), kept[0].sum().item()
assert every_step <= 3 and 49_000 < first_step < 51_000
print(
    f"of 100,000 units, kept at all 20 steps: fresh masks {every_step}, locked mask "
    f"{first_step}"
)

# %% [markdown]
# ## Common mistakes
#
# There are eight mistakes, each with its cost. Seven are silent.
#
# The first four take the summary of a sequence from the wrong place. What is wrong with this summary?

# %% tags=["hide-input"]
quiz.pitfall("summary")


# %% [markdown]
# A single task measures all four: 20 steps of noise, with a sign at the first step and a sign at the last. Which two
# signs were they? There are four answers, so guessing gets 25 %. With each summary a layer is trained on ten seeds, for
# 50 updates.
#
# **Right:** the top layer's two final states.

# %%
def right(output, h_n):
    return torch.cat([h_n[-2], h_n[-1]], dim=1)  # (batch, 2 * hidden)


def measure(summary, num_layers=1):
    scores = summary_accuracy(summary, range(10), num_layers=num_layers, updates=50)
    print(" ".join(f"{a:.2f}" for a in scores))
    return scores


results = {"h_n[-2] and h_n[-1]": measure(right)}
assert min(results["h_n[-2] and h_n[-1]"]) > 0.98

# %% [markdown]
# ### 1. `output[-1]` as the summary
#
# The backward half of `output[-1]` has read a single step, the last. **Wrong:**

# %% tags=["mistake-9"]
results["output[-1]"] = measure(lambda output, h_n: output[-1])
lstm = nn.LSTM(3, H, bidirectional=True)
assert torch.allclose(lstm(x)[0][-1, :, H:], lstm(x[-1:])[0][-1, :, H:], atol=1e-6)
assert max(results["output[-1]"]) < 0.6

# %% [markdown]
# **Cost:** less than 60 % are right, instead of more than 98 %. Both halves have the sign at the end, and neither has
# the sign at the start: the forward half has forgotten it. The first assertion shows it for the backward half: without
# the first four steps it is the same.
#
# ### 2. `h_n[-1]` as the summary
#
# With one direction this is right. Here `h_n[-1]` is the backward state alone. **Wrong:**

# %% tags=["mistake-10"]
results["h_n[-1]"] = measure(lambda output, h_n: h_n[-1])
output, (h_n, _) = lstm(x)  # (time, batch, 2 * hidden), (2, batch, hidden)
assert torch.equal(h_n[-1], output[0, :, H:]) and h_n[-1].shape == (2, H)
assert max(results["h_n[-1]"]) < 0.6

# %% [markdown]
# **Cost:** less than 60 % again, for the opposite reason: the backward state has the first sign and has forgotten the
# last. The features are half as wide as they should be; if the head is made to fit, no error is raised.
#
# ### 3. Directions joined with `view`
#
# `h_n` is (2, batch, H). `view(batch, -1)` has the right shape and moves nothing: row 0 holds the forward
# states of sequences 0 and 1. **Wrong:**

# %% tags=["mistake-4"]
results["view(batch, -1)"] = measure(lambda output, h_n: h_n.view(h_n.shape[1], -1))
mixed = h_n.view(2, -1)  # (batch, 2 * hidden), it seems
assert mixed.shape == right(output, h_n).shape
assert torch.equal(mixed[0], torch.cat([h_n[0, 0], h_n[0, 1]]))  # sequences 0 and 1
assert max(results["view(batch, -1)"]) < 0.35


# %% [markdown]
# **Cost:** less than 35 %, which is near guessing: most rows belong to other sequences than their label.
#
# ### 4. `h_n` split as if all forward rows came first
#
# Now there are two layers. The rows are layer 0 forward, layer 0 backward, layer 1 forward, layer 1
# backward. Here they are viewed as (directions, layers). **Wrong:**

# %% tags=["mistake-5"]
def direction_major(output, h_n):
    # (directions, layers, batch, hidden), it seems
    split = h_n.view(2, -1, *h_n.shape[1:])
    return torch.cat([split[0, -1], split[1, -1]], dim=1)  # (batch, 2 * hidden)


results["2 layers, view(2, layers, ...)"] = measure(direction_major, num_layers=2)
rows = torch.arange(4.0).view(4, 1, 1)  # stands for h_n: each row holds its own number
assert direction_major(None, rows).tolist() == [[1, 3]]  # both backward
assert max(results["2 layers, view(2, layers, ...)"]) < 0.6


# %% [markdown]
# **Cost:** less than 60 %. These are rows 1 and 3, the backward states of both layers; no forward state is left.
# **Right:** `view(layers, directions, ...)`, or rows `-2` and `-1`.

# %% tags=["mistake-5"]
def layer_major(output, h_n):
    split = h_n.view(-1, 2, *h_n.shape[1:])  # (layers, directions, batch, hidden)
    return torch.cat([split[-1, 0], split[-1, 1]], dim=1)  # (batch, 2 * hidden)


results["2 layers, view(layers, 2, ...)"] = measure(layer_major, num_layers=2)
assert layer_major(None, rows).tolist() == [[2, 3]]
assert sorted(results["2 layers, view(layers, 2, ...)"])[2] > 0.98

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.4, 3.0), layout="constrained")
for row, scores in enumerate(results.values()):
    heights = [row + 0.05 * (seed - 4.5) for seed in range(10)]
    colour = lstmlab.COLOURS["h" if statistics.median(scores) > 0.98 else "x"]
    ax.plot(scores, heights, "o", ms=8, alpha=0.6, color=colour)
ax.axvline(0.25, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
ax.text(0.26, 5.5, "guessing", color=lstmlab.COLOURS["x"], va="center")
ax.set(xlim=(0.15, 1.05), ylim=(-0.5, 5.9), xlabel="test accuracy, one dot a seed")
ax.set_yticks(range(len(results)), list(results))
lstmlab.picture(
    fig,
    "Test accuracy of six summaries, ten seeds each: "
    + "; ".join(f"{name} {min(s):.2f} to {max(s):.2f}" for name, s in results.items())
    + ".",
)

# %% [markdown]
# The four wrong summaries raise no error. A test on values finds them: `h_n[-1]` must equal `output[0, :,
# H:]`, and changing one sequence of a batch must not move the features of another.
#
# In a padded batch `output[0]` and `output[-1]` are wrong for another reason: the backward direction begins
# in the padding. Pack it, as in lesson 5; `h_n` is then right for every sequence.
#
# ### 5. `dropout=` with one layer
#
# This dropout acts between layers, and a single layer has no place for it. PyTorch warns once, when the layer is
# made. **Wrong:**

# %% tags=["mistake-33"]
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    (hopeful,) = train_coins(lambda: nn.LSTM(1, 8, dropout=0.5), [0], examples=4)
message = str(caught[0].message)
assert "num_layers greater than 1" in message
print(message)

# %% [markdown]
# **Cost:** there is no regularisation. After 100 updates every parameter is, to the last bit, what it would
# be without the argument. **Right:** `nn.Dropout` on the output, or a second layer.

# %% tags=["mistake-33"]
(without,) = train_coins(lambda: nn.LSTM(1, 8), [0], examples=4)
(two,) = train_coins(lambda: nn.LSTM(1, 8, 2, dropout=0.5), [0], examples=4)
(two_without,) = train_coins(lambda: nn.LSTM(1, 8, 2), [0], examples=4)


def same_weights(a, b):
    pairs = zip(a.layer.parameters(), b.layer.parameters(), strict=True)
    return all(torch.equal(p, q) for p, q in pairs)


assert same_weights(hopeful, without) and not same_weights(two, two_without)
print("one layer, trained with and without dropout: equal to the last bit")

# %% [markdown]
# ### 6. Dropout believed to be where it is not
#
# The cell tests three beliefs: that dropout acts on the recurrence, on the last layer's output, or with one mask per
# sequence. All three are **wrong**. The first and the third are tested on an `nn.RNN` whose mask can be seen, the
# second on an LSTM.

# %% tags=["mistake-34"]
carrier = nn.RNN(
    1, 1, num_layers=2, nonlinearity="relu", dropout=0.9, bias=False
).train()
with torch.no_grad():
    for name, parameter in carrier.named_parameters():
        # each layer repeats its own h, for ever
        parameter.fill_(1.0 if "hh" in name else 0.0)
h_0 = torch.ones(2, 1, 1)  # (layers, batch, hidden)
# 50 steps at p = 0.9: nothing dropped
assert torch.equal(carrier(torch.zeros(50, 1, 1), h_0)[1], h_0)
last = nn.LSTM(3, 64, num_layers=2, dropout=0.9).train()(x)[0]  # (time, batch, hidden)
assert (last == 0).sum() == 0  # the last layer's output: not one zero in 640
assert not all(torch.equal(fresh[0], row) for row in fresh[1:])
print(
    "dropped on the way from step to step: 0 of 100; in the last output: 0 of",
    last.numel(),
)

# %% [markdown]
# **Cost:** a report says "variational dropout", and the model has none; or the head gets every feature
# without dropout. **Right:** `nn.Dropout` behind the last layer for the head; `locked`, between layers of
# your own, for one mask per sequence. Its mask is the same at all steps and another at each call.

# %% tags=["mistake-34"]
ones = torch.ones(12, 2, 24)  # (time, batch, features)
first, second = locked(ones, 0.5), locked(ones, 0.5)  # (time, batch, features) each
assert (first == first[0]).all() and not torch.equal(first, second)
assert not torch.equal(first[:, 0], first[:, 1])  # each sequence of a batch has its own
assert (nn.functional.dropout(last, 0.5) == 0).float().mean() > 0.4

# %% [markdown]
# ### 7. `eval()` forgotten
#
# `torch.no_grad()` stops recording gradients. Dropout goes on. **Wrong:**

# %% tags=["mistake-39"]
changed, flipped = [], []
for model in threes:  # the three layers with dropout 0.5 from above
    model.layer.train()  # the mode that training leaves a model in
    tosses = model.test_set()  # (time, batch, input)
    with torch.no_grad():
        # (time - 2, batch) each
        first, second = model.logits(tosses), model.logits(tosses)
    changed.append((first != second).float().mean().item())
    flipped.append(((first > 0) != (second > 0)).float().mean().item())
wrong = [model.accuracy(training=True) for model in threes]
print("second call, numbers changed:", *(f"{share:.0%}" for share in changed))
print("second call, answers flipped:", *(f"{share:.1%}" for share in flipped))
print("accuracy in training mode:", *(f"{a:.3f}" for a in wrong))

# %% [markdown]
# **Cost:** the numbers differ from call to call, one to twelve answers in a hundred change, and a model
# that makes hardly a mistake seems to make more. **Right:** `model.eval()`, score, `model.train()`.

# %% tags=["mistake-39"]
right_mode = [model.accuracy() for model in threes]  # accuracy() calls eval() first
with torch.no_grad():
    assert torch.equal(threes[-1].logits(tosses), threes[-1].logits(tosses))
assert min(changed) > 0.99 and min(flipped) > 0.01 and max(flipped) < 0.12
assert min(right_mode) > 0.98 and all(
    r - w > 0.003 for r, w in zip(right_mode, wrong, strict=True)
)
print("accuracy in eval mode:    ", *(f"{a:.3f}" for a in right_mode))

# %% [markdown]
# ### 8. The backward output not turned back
#
# When you build the two directions yourself, two flips are needed, one before and one after. **Wrong:** the
# second is forgotten; the shape is the same.

# %%
x_long = torch.randn(21, 8, 3)  # (time, batch, input)
turned_wrong, turned_right = [], []
for seed in range(3):
    torch.manual_seed(seed)
    lstm = nn.LSTM(3, 16, bidirectional=True)
    backward = part(lstm, 0, reverse=True)(x_long.flip(0))[0]  # (time, batch, hidden)
    wanted = lstm(x_long)[0][:, :, 16:]  # (time, batch, hidden)
    turned_wrong.append((backward - wanted).abs().max().item())
    turned_right.append((backward.flip(0) - wanted).abs().max().item())
print("one flip: off by", *(f"{error:.2f}" for error in turned_wrong))

# %% [markdown]
# **Cost:** each step is joined to the backward reading of another step. The output is off by more than 0.2 on
# each of three seeds, and `|h|` is never above 1. Only the middle step is right, so a test on a sequence of one
# step passes. **Right:** flip the output back.

# %% tags=["hide-input"]
assert min(turned_wrong) > 0.2 and max(turned_right) < 1e-5
assert torch.allclose(backward[10], wanted[10], atol=1e-5)
print("two flips: off by", *(f"{error:.0e}" for error in turned_right))

# %% [markdown]
# ## Questions
#
# There are six questions: two easy, two medium, two hard.

# %% tags=["hide-input"]
quiz.choice("output width")

# %% tags=["hide-input"]
quiz.choice("between layers")

# %% tags=["hide-input"]
quiz.choice("which row")

# %% tags=["hide-input"]
quiz.choice("no_grad")

# %% tags=["hide-input"]
quiz.choice("direction-major")

# %% tags=["hide-input"]
quiz.choice("forward half")

# %% [markdown]
# The folded cell computes the numbers of these questions, and of those that come in the review.

# %% tags=["hide-input"]
quiz_layer = nn.LSTM(8, 16, num_layers=2, bidirectional=True)
assert nn.LSTM(8, 16, bidirectional=True)(torch.zeros(20, 5, 8))[0].shape == (20, 5, 32)
assert quiz_layer(torch.zeros(20, 5, 8))[1][0].shape == (4, 5, 16)
batch_first = nn.LSTM(8, 16, num_layers=2, batch_first=True, bidirectional=True)
assert batch_first(torch.zeros(5, 20, 8))[1][0].shape == (4, 5, 16)
assert (
    quiz_layer.weight_ih_l1.shape == (64, 32) == quiz_layer.weight_ih_l1_reverse.shape
)
assert nn.LSTM(10, 20, num_layers=2).weight_ih_l1.shape == (80, 20)
assert nn.LSTM(8, 6, bidirectional=True)(torch.zeros(6, 1, 8))[0].shape == (6, 1, 12)
assert nn.LSTM(8, 12, bidirectional=True)(torch.zeros(6, 1, 8))[0].shape == (6, 1, 24)
assert nn.LSTM(8, 6, num_layers=2)(torch.zeros(6, 1, 8))[0].shape == (6, 1, 6)
rows = torch.arange(6)
assert rows.view(2, 3)[:, -1].tolist() == [2, 5] and rows.view(3, 2)[-1].tolist() == [
    4, 5,
]
# forward 0, forward 1
assert torch.arange(8).view(2, 4, 1).view(4, -1)[0].tolist() == [0, 1]
assert round(-torch.tensor(0.5).log().item(), 2) == 0.69

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then compare: tick the concepts your text has.

# %% tags=["hide-input"]
quiz.explain("two readings")

# %% tags=["hide-input"]
quiz.explain("final states")

# %% tags=["hide-input"]
quiz.explain("ten layers")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **The assignment** is [`a6_stacking`](../release/a6_stacking/a6_stacking.ipynb): `final_features`,
# `bilstm_from_two` and `stacked_forward`.
#
# **When not to stack:** when a single layer, or a wider one, does the task. Start with one layer; add a second if it
# helps on data that you have not trained on; beyond three or four, add residual connections.
#
# **When not to read both ways:** whenever the answer is due before the future is there.
#
# **Where it leads:** [lesson 7](07_gradient_flow.ipynb) follows the gradient through time, as this lesson
# followed the signal through layers. [Lesson 9](09_beyond.ipynb) compares with attention, which sees both sides
# without two directions.

# %% [markdown]
# ### Sources
#
# - M. Schuster, K. K. Paliwal: [*Bidirectional Recurrent Neural
#   Networks*](https://doi.org/10.1109/78.650093). IEEE Transactions on Signal Processing 45(11),
#   2673-2681, 1997. The second direction.
# - A. Graves, A. Mohamed, G. Hinton: [*Speech Recognition with Deep Recurrent Neural
#   Networks*](https://arxiv.org/abs/1303.5778). ICASSP 2013. A record with deep LSTMs: 17.7 % wrong phonemes
#   on TIMIT.
# - W. Zaremba, I. Sutskever, O. Vinyals: [*Recurrent Neural Network
#   Regularization*](https://arxiv.org/abs/1409.2329). 2014. Dropout on the connections between layers only.
# - Y. Gal, Z. Ghahramani: [*A Theoretically Grounded Application of Dropout in Recurrent Neural
#   Networks*](https://arxiv.org/abs/1512.05287). NeurIPS 2016. Figure 1: the locked mask.
# - Y. Wu and others: [*Google's Neural Machine Translation System*](https://arxiv.org/abs/1609.08144). 2016.
#   Section 3.1: how deep a plain stack can be.
# - PyTorch: [issue 3587, the backward direction's end](https://github.com/pytorch/pytorch/issues/3587);
#   [issue 37731, locked dropout](https://github.com/pytorch/pytorch/issues/37731).
# - [`torch.nn.LSTM`](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html): the order of `h_n`.

# %% [markdown]
# ### What to remember
#
# 1. Rows of `h_n`: layer by layer, forward before backward. The summary is `torch.cat([h_n[-2], h_n[-1]],
#    dim=1)`. The backward direction ends at step 0, so `output[-1]` is not it. Test values, not shapes.
# 2. Dropout acts on the output of every layer except the last, with a fresh mask for each step, in training
#    mode only. It never acts on the recurrence, and never with a single layer.
# 3. With a second direction there are 2.0, 2.49, 2.66 times as many parameters at one, two, three layers of 64. It must
#    not see what it has to predict. A second layer is worth its price where you measured that it is; the plain stacks
#    of ten layers learned nothing.

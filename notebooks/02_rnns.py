# %% [markdown]
# # 2. RNNs
#
# *About 60 minutes, and 30 more for the common mistakes. You need lesson 1: what a sequence is, and that
# its order carries information; from mathematics, derivatives and what an eigenvalue of a matrix is.*
#
# After this lesson you can
#
# 1. compute one step of an RNN by hand, and a whole `nn.RNN` from it;
# 2. say the shape of all that goes into `nn.RNN` and comes out of it, and carry its state from one piece of
#    a sequence to the next;
# 3. measure how fast an RNN forgets, and recognise the usual mistakes with its state.
#
# The symbols are those of `nn.RNN`: input `x`, hidden state `h`, weights `W_ih` (input to hidden) and
# `W_hh` (hidden to hidden), biases `b_ih` and `b_hh`.
#
# Terms are explained in the [glossary](glossary.md).

# %%
import math
import statistics

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

import lstmlab
from lstmlab.draw.rnns import draw_returned, draw_unrolled
from lstmlab.tasks.rnns import (
    decodable, fresh_signs, graph_size, train_letters, train_readers,
)
from lstmlab.training import fit, track
from lstmlab.widgets import StateStepper

torch.manual_seed(0)
torch.set_num_threads(1)  # layers as small as these are fastest on one thread
lstmlab.use_style()
quiz = lstmlab.Quiz("02_rnns")

# %% [markdown]
# ## Predictions
#
# Four questions. Commit to an answer for each before you read on; a wrong guess you remember teaches more
# than a right answer you were given. Your choices are kept and compared when the numbers are there.

# %% tags=["hide-input"]
quiz.predict("layout")

# %% tags=["hide-input"]
quiz.predict("pieces")

# %% tags=["hide-input"]
quiz.predict("size")

# %% tags=["hide-input"]
quiz.predict("fade")

# %% [markdown]
# ## The idea
#
# A recurrent neural network (RNN) reads a sequence one step at a time. It keeps a few numbers, the **hidden
# state** `h`; each of them belongs to one **unit**. Each step makes a new `h` from the input and the `h`
# before it. The tanh brings every number into the range from −1 to 1:
#
# > `h = tanh(W_ih x + b_ih + W_hh h + b_hh)`
#
# Below, three units read five steps of two numbers. Follow the arrows marked `W_hh` from left to right. Each
# column depends on the column to its left, so `h_5` depends on all five inputs. The weights are the same at
# every step: the network is one cell, drawn five times. Drawing it so is called **unrolling**. (The figure
# counts steps from 1, because `h_0` is the start; the code counts from 0.)

# %%
rnn = nn.RNN(input_size=2, hidden_size=3)
x = torch.randn(5, 1, 2)  # (time, batch, input)
draw_unrolled(rnn, x)

# %% [markdown]
# Here is the same layer to walk through. Above it is unrolled; below it is **folded**, one cell with the
# numbers of one step: two products and a bias make `z`, and the tanh of `z` is the new state. Press play, or
# move the slider; the sentence in the box adds up one unit.
#
# 1. Walk unit 0 through the five steps. At which of them does `x` change its `z` by more than the old `h` does?
# 2. Change `x` at step 1. Which columns change, and which cannot?
# 3. *Reset*; at step 4 set *x at this step* to 0, for feature 0 and for feature 1. Is the new state 0?

# %%
stepper = StateStepper(rnn, x)
assert torch.allclose(stepper.states.float(), rnn(x)[0][:, 0], atol=1e-6)
stepper

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# At step 0 only `x` adds to `z`, because the old `h` is 0 there. The next cell prints all steps at which `x`
# adds more. A change at step 1 reaches steps 1 to 4 and never step 0: a state never depends on later inputs.
# Without `x` the state is not 0: the old `h` and the bias still make a `z`.
#
# </details>

# %% tags=["hide-input"]
changed = StateStepper(rnn, x)
changed.x = [row if step != 1 else [2.0, -2.0] for step, row in enumerate(changed.x)]
moved = (changed.states - stepper.states).abs().max(dim=1).values  # (time,)
assert moved[0] == 0 and (moved[1:] > 0).all()
old = torch.cat([torch.zeros(1, 3), rnn(x)[0][:-1, 0]])  # (time, hidden)
# (time,) each
from_x, from_h = x[:, 0] @ rnn.weight_ih_l0[0], old @ rnn.weight_hh_l0[0]
assert from_h[0] == 0 and from_x[0] != 0
print(
    "x adds more at steps",
    [step for step in range(5) if from_x[step].abs() > from_h[step].abs()],
)
silent = StateStepper(rnn, torch.cat([x[:4], torch.zeros(1, 1, 2)]))
assert (silent.states[4] != 0).all()
print(f"without x at step 4, unit 0 stands at {silent.states[4, 0]:.2f}")

# %% [markdown]
# For how many steps does one input still count? Take the smallest RNN there is: one unit, `h = tanh(w * h +
# x)`. The input is 1 at step 4 and 0 elsewhere. The only thing that differs between the four curves is `w`,
# the weight from `h` to itself.
#
# With 0.5 the pulse is below 0.02 after six steps. With 0.9 some of it is left 20 steps later. With 1 it
# fades ever more slowly: near zero a tanh is almost a straight line. With 1.5 it never fades: the unit is
# drawn to 0.86 and stays.

# %%
pulse = lstmlab.pulses(45, {4: 1.0})[:, 0, 0].tolist()  # 45 steps
echoes = {}
for w in (0.5, 0.9, 1.0, 1.5):
    h, echoes[w] = 0.0, []
    for x_t in pulse:
        h = math.tanh(w * h + x_t)
        echoes[w].append(h)
later = {w: echo[4 + 20] for w, echo in echoes.items()}  # 20 steps after the pulse
assert later[0.5] < 1e-6 and 0.02 < later[0.9] < 0.07 and 0.2 < later[1.0] < 0.3
assert round(later[1.5], 2) == 0.86 and echoes[0.5][10] < 0.02
print(
    "20 steps later:",
    ", ".join(f"{value:.2g} with w = {w}" for w, value in later.items()),
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
for w, echo in echoes.items():
    ax.plot(echo, color=lstmlab.COLOURS["h"], lw=1 + 1.2 * w)
    place = echo[-1] + {0.5: -0.055, 0.9: 0.035}.get(w, 0.0)
    ax.text(44.6, place, f"w = {w}", va="center", color=lstmlab.COLOURS["h"])
ax.plot(pulse, color=lstmlab.COLOURS["x"], lw=1.2, ls="--")
ax.text(4.4, 0.95, "input x", color=lstmlab.COLOURS["x"], va="center")
ax.set(xlabel="step", ylabel="hidden state h", xlim=(-0.5, 49), ylim=(-0.13, 1.05))
lstmlab.picture(
    fig,
    "One unit after a pulse of 1 at step 4, for four weights w from h to itself. 20 "
    "steps later it stands at "
    + ", ".join(f"{value:.2f} with w = {w}" for w, value in later.items())
    + ".",
)

# %% [markdown]
# The last curve is a memory that does not fade, and it has a price. A pulse of 0.5 ends in the same place
# as a pulse of 1. The unit still knows *that* something came, and its sign. How large it was is lost.

# %%
ends = []
for size in (0.5, 1.0, -1.0):
    h = size
    for _ in range(40):
        h = math.tanh(1.5 * h)
    ends.append(round(h, 4))
assert ends[0] == ends[1] == -ends[2]
print("pulses of 0.5, 1 and -1 end at", ends)

# %% [markdown]
# ## Experiments
#
# ### One step by hand
#
# `nn.RNN` keeps its four parameters under names that end in `_l0`, for layer 0. Each row of a weight matrix
# belongs to one unit, so we multiply by the transpose.

# %%
torch.manual_seed(0)
rnn = nn.RNN(input_size=3, hidden_size=4)
W_ih, W_hh, b_ih, b_hh = (
    rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0,
)
x = torch.randn(6, 2, 3)  # (time, batch, input)
h = torch.zeros(2, 4)  # (batch, hidden)
h = torch.tanh(x[0] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)  # (batch, hidden)
assert (
    W_ih.shape == (4, 3) and W_hh.shape == (4, 4) and b_ih.shape == b_hh.shape == (4,)
)
h

# %% [markdown]
# Repeat this line for each later step, and the network is unrolled. Over three seeds and 50 steps the largest
# difference from `nn.RNN` is rounding, below one millionth.

# %% tags=["hide-input"]
for seed in range(3):
    torch.manual_seed(seed)
    layer = nn.RNN(5, 7)
    sequence = torch.randn(50, 4, 5)  # (time, batch, input)
    weights = [parameter for _, parameter in layer.named_parameters()]
    h, by_hand = torch.zeros(4, 7), []  # (batch, hidden)
    for x_t in sequence:
        # (batch, hidden)
        h = torch.tanh(x_t @ weights[0].T + weights[2] + h @ weights[1].T + weights[3])
        by_hand.append(h)
    output, h_n = layer(sequence)  # (time, batch, hidden), (1, batch, hidden)
    error = (torch.stack(by_hand) - output).abs().max().item()
    assert error < 1e-6 and torch.equal(output[-1], h_n[0])
    print(f"seed {seed}: largest difference from nn.RNN {error:.0e}")


# %% [markdown]
# So information passes from each step to the next, and to all that follow. Two checks show it. If the input at
# step 0 changes, the output at step 5 changes. If the same six inputs come in reverse, the last state is
# different. A network that only summed its inputs could not tell the two orders apart.

# %% tags=["claim-28", "claim-39", "claim-82"]
def far(a, b):
    """The largest difference between two tensors."""
    return (a - b).abs().max().item()


output, h_n = rnn(x)  # (time, batch, hidden), (1, batch, hidden)
nudged = x.clone()  # (time, batch, input)
nudged[0] += 1
assert far(rnn(nudged)[0][5], output[5]) > 1e-3
assert far(rnn(x.flip(0))[1], h_n) > 0.1
print(f"step 0 changed: step 5 moves by {far(rnn(nudged)[0][5], output[5]):.3f}")
print(f"order reversed: the last state moves by {far(rnn(x.flip(0))[1], h_n):.2f}")

# %% [markdown]
# ### The hidden state is the only memory
#
# Whatever the network knows of the past has to fit into `h`. Read 40 steps, keep `h`, and throw the inputs
# away. Then read on from `h`. Are the next outputs those of the unbroken run?
#
# The second argument of the call is the state to start from, `h_0`. It is zero if you leave it out.

# %% tags=["claim-38"]
torch.manual_seed(0)
rnn = nn.RNN(3, 16)
x = torch.randn(100, 2, 3)  # (time, batch, input)
whole, h_end = rnn(x)  # (time, batch, hidden), (1, batch, hidden)
_, h_mid = rnn(x[:40])  # (1, batch, hidden)
rest, h_n = rnn(x[40:], h_mid)  # (time, batch, hidden), (1, batch, hidden)
assert far(rest, whole[40:]) < 1e-6 and far(h_n, h_end) < 1e-6
assert torch.equal(rnn(x)[0], rnn(x, torch.zeros(1, 2, 16))[0])
assert far(rnn(x[40:])[0], rest) > 0.1
print(f"state handed on: off by {far(rest, whole[40:]):.0e}")
print(f"state dropped: off by {far(rnn(x[40:])[0], rest):.2f}")

# %% [markdown]
# This is how a sequence that is too long, or has no end, is read: in pieces, with the state carried over.
# The cell tries four lengths of the pieces; one step at a time is how a live stream is read.

# %%
for length in (1, 7, 25, 100):
    h, outputs = None, []
    for piece in x.split(length):  # (up to length, batch, input)
        out, h = rnn(piece, h)  # (up to length, batch, hidden), (1, batch, hidden)
        outputs.append(out)
    error = far(torch.cat(outputs), whole)
    assert error < 1e-6 and far(h, h_end) < 1e-6
    print(f"pieces of {length:3d}: off by {error:.0e}")
quiz.reveal("pieces")

# %% [markdown]
# The length of the pieces does not matter: all give the same 100 outputs.
#
# ### The arguments
#
# | position | argument | default | meaning |
# | --- | --- | --- | --- |
# | 1 | `input_size` | none | numbers per step |
# | 2 | `hidden_size` | none | numbers in the state |
# | 3 | `num_layers` | 1 | layers; each reads the states of the one below |
# | 4 | `nonlinearity` | `"tanh"` | or `"relu"`, nothing else |
# | 5 | `bias` | `True` | `b_ih` and `b_hh` |
# | 6 | `batch_first` | `False` | whether the batch is axis 0 of input and output |
# | 7 | `dropout` | 0.0 | between layers (lesson 6) |
# | 8 | `bidirectional` | `False` | a second RNN reads from the end |
#
# Name every argument from the third on. `nn.LSTM` has no `nonlinearity`, so its positions differ.

# %%
plain = nn.RNN(3, 5)
named = (
    "num_layers", "nonlinearity", "bias", "batch_first", "dropout", "bidirectional",
)
assert [getattr(plain, name) for name in named] == [1, "tanh", True, False, 0.0, False]
full = nn.RNN(3, 5, 2, "relu", False, True, 0.5, True)
assert [getattr(full, name) for name in named] == [2, "relu", False, True, 0.5, True]
print(full)

# %% [markdown]
# ### The shapes
#
# `nn.RNN(8, 4)` is given a tensor of shape (3, 5, 8). How many sequences does it read? `h_n` has a state for each.

# %% tags=["hide-input"]
h_n = nn.RNN(8, 4)(torch.randn(3, 5, 8))[1]  # (1, batch, hidden)
assert h_n.shape == (1, 5, 4)
print("h_n", tuple(h_n.shape))
quiz.reveal("layout")

# %% [markdown]
# Write T for time, B for batch, H for hidden size, L for layers, D for directions (2 if bidirectional, else
# 1).
#
# | tensor | shape | with `batch_first=True` |
# | --- | --- | --- |
# | input | (T, B, input size) | (B, T, input size) |
# | `output` | (T, B, D·H) | (B, T, D·H) |
# | `h_0`, `h_n` | (L·D, B, H) | **the same** |
#
# The cell checks all eight combinations. `batch_first` does not change `h_0` and `h_n`.

# %% tags=["claim-29"]
T, B, I, H = 7, 4, 5, 3
for L in (1, 2):
    for D in (1, 2):
        for batch_first in (False, True):
            layer = nn.RNN(
                I, H, num_layers=L, bidirectional=D == 2, batch_first=batch_first
            )
            x_any = torch.randn(B, T, I) if batch_first else torch.randn(T, B, I)
            h_0 = torch.randn(L * D, B, H)  # (layers * directions, batch, hidden)
            output, h_n = layer(x_any, h_0)
            assert output.shape == ((B, T, D * H) if batch_first else (T, B, D * H))
            assert h_n.shape == (L * D, B, H) and far(output, layer(x_any)[0]) > 0.01
            print(
                f"L={L} D={D} batch_first={batch_first!s:5}", tuple(output.shape),
                tuple(h_n.shape),
            )

# %% [markdown]
# The picture shows which states are returned. Each disc is the state of one layer, in one direction, at one
# step. `output` is the tinted area: everything of the *top* layer. `h_n` is what stands in the dark frames:
# where each layer and each direction *ended*. The backward direction ends at step 0.

# %%
draw_returned()


# %% [markdown]
# ### What a larger `hidden_size` changes
#
# It sets the size of `h`, so it sets how much can be remembered. It also sets the price: `W_ih` has H·I
# numbers, `W_hh` H·H, the two biases H each.
#
# How much is remembered can be measured without training. Feed noise to a fresh RNN. Fit a weighted sum of the
# state, the *readout*, that tells the input of 0, 1, 2, ... steps ago, and score it on fresh noise. R² of lesson 1
# is 1 where the input can be read off exactly, and 0 where it is gone.

# %% tags=["claim-30"]
def count(layer):
    return sum(parameter.numel() for parameter in layer.parameters())


readable = {}
for H in (4, 16, 64):
    curves = []
    for seed in range(3):
        torch.manual_seed(seed)
        curves.append(decodable(nn.RNN(1, H).double()))  # R² per lag
    capacities = [sum(curve) for curve in curves]
    readable[H] = (curves[0], min(capacities), max(capacities))
    assert count(nn.RNN(1, H)) == H * 1 + H * H + 2 * H and max(capacities) <= H
    print(
        f"{H:2d} units, {count(nn.RNN(1, H))} parameters:",
        " ".join(f"{c:.1f}" for c in capacities), "inputs",
    )
for H, low, high in ((4, 2, 4), (16, 6, 10), (64, 12, 17)):
    assert low < readable[H][1] and readable[H][2] < high

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
for (H, (curve, _, _)), x_label in zip(readable.items(), (4.6, 9.6, 15.6), strict=True):
    ax.plot(curve, "o-", color=lstmlab.COLOURS["h"], ms=4, lw=1 + H / 32)
    ax.text(x_label, 0.62, f"{H} units", color=lstmlab.COLOURS["h"])
halves = {
    H: sum(value > 0.5 for value in curve) for H, (curve, _, _) in readable.items()
}
ax.set(xlabel="steps ago", ylabel="R² of the readout", ylim=(-0.03, 1.05))
lstmlab.picture(
    fig,
    "How well the input of some steps ago can be read from the state of a fresh RNN. "
    "R² stays near 1, then falls to 0 within a few steps; it is below a half from "
    + ", ".join(f"{reach} steps ago on with {H} units" for H, reach in halves.items())
    + ".",
)

# %% tags=["hide-input"]
quiz.reveal("size")

# %% [markdown]
# The sum under a curve is the *memory capacity*, in inputs. For a linear readout it cannot exceed the
# number of units (Jaeger 2001). A fresh `nn.RNN` stays far below that when it is large: from 4 units to
# 64 the state grows 16 times, the capacity three to seven times. It holds about the last dozen inputs and
# loses the rest.

# %% tags=["hide-input"]
growth = [readable[64][1] / readable[4][2], readable[64][2] / readable[4][1]]
assert 3 < growth[0] < growth[1] < 7.5
print(f"16 times the units, {growth[0]:.1f} to {growth[1]:.1f} times the capacity")


# %% [markdown]
# ### How fast it forgets
#
# To learn from an input that lies 100 steps back, training needs to know how that input moves the present
# state: a gradient. Take the last output, sum it, and ask for its gradient at every input. The **lag** of an
# input is how many steps it lies behind the last input.
#
# The layer is a fresh `nn.RNN(1, 128)` in float64, with five seeds.

# %% tags=["claim-83"]
def gradient_by_lag(layer, seed, lags=150):
    """Size of the gradient of the last output at the input 0, 1, 2, ... steps before
    it: (lags + 1,)."""
    noise = torch.randn(
        lags + 1, 1, layer.input_size, generator=torch.Generator().manual_seed(seed)
    )
    noise = noise.to(layer.weight_hh_l0.dtype).requires_grad_()  # (time, batch, input)
    # (time, batch, input)
    (grad,) = torch.autograd.grad(layer(noise)[0][-1].sum(), noise)
    return grad[:, 0].flip(0).abs().amax(dim=1)  # (lags + 1,)


def fresh(seed, input_size=1, **arguments):
    torch.manual_seed(seed)
    return nn.RNN(input_size, 128, **arguments).double()


as_built = [gradient_by_lag(fresh(seed), seed) for seed in range(5)]
ratios = [(curve[100] / curve[1]).item() for curve in as_built]
assert max(ratios) < 1e-17 and min(ratios) > 1e-29
print("lag 100 over lag 1:", " ".join(f"{ratio:.0e}" for ratio in ratios))
quiz.reveal("fade")

# %% [markdown]
# At lag 100 the gradient is less than 1e-17 of what it is at lag 1. For training this is as if the input
# had not been there.
#
# Where does the number come from? On its way back the gradient is multiplied by `W_hh` once per step, and by
# the slope of the tanh, which is at most 1. PyTorch draws the entries of `W_hh` evenly from −1/√H to 1/√H. The
# largest absolute eigenvalue of such a matrix, its **spectral radius**, says by how much it shrinks a vector
# per step in the long run. It is about 1/√3 = 0.58, *whatever H is*. And 1/√3 to the power of 99 is 2e-24.

# %%
for H in (32, 128, 256):
    radii = []
    for seed in range(5):
        torch.manual_seed(seed)
        radii.append(torch.linalg.eigvals(nn.RNN(1, H).weight_hh_l0).abs().max().item())
    assert min(radii) > 0.53 and max(radii) < 0.7
    print(f"{H:3d} units: spectral radius {min(radii):.2f} to {max(radii):.2f}")
assert (
    round(1 / math.sqrt(3), 2) == 0.58 and f"{(1 / math.sqrt(3)) ** 99:.0e}" == "2e-24"
)


# %% [markdown]
# An **orthogonal** matrix turns a vector and keeps its length. If `W_hh` starts as an orthogonal matrix, only
# the slope of the tanh is left to shrink the gradient. At lag 100 more than 1e-6 of the gradient at lag 1
# arrives on all five seeds. The median of the seeds is at least fifteen powers of ten larger than before, and
# one line of code did it.
#
# The other extreme is a relu RNN (negative sums become 0) with `W_hh` = 1.5 times the identity and a bias
# of 1, which keeps every sum above 0. Nothing damps it, so the gradient is multiplied by 1.5 at each step.
# Gradients *explode* as well as vanish.

# %%
def orthogonal(layer):
    nn.init.orthogonal_(layer.weight_hh_l0)
    return layer


def explosive(layer):
    with torch.no_grad():
        layer.weight_hh_l0.copy_(1.5 * torch.eye(128))
        layer.bias_ih_l0.fill_(1.0)
    return layer


# %% tags=["hide-input", "claim-96"]
turned = [gradient_by_lag(orthogonal(fresh(seed)), seed) for seed in range(5)]
blown_up = [
    gradient_by_lag(explosive(fresh(seed, nonlinearity="relu")), seed)
    for seed in range(5)
]
ratios_turned = [(curve[100] / curve[1]).item() for curve in turned]
ratios_grown = [(curve[100] / curve[1]).item() for curve in blown_up]
assert min(ratios_turned) > 1e-6 and max(ratios_turned) < 0.1
assert statistics.median(ratios_turned) / statistics.median(ratios) > 1e15
assert all(abs(ratio / 1.5**99 - 1) < 0.01 for ratio in ratios_grown) and 1.5**99 > 1e17
print("orthogonal:", " ".join(f"{ratio:.0e}" for ratio in ratios_turned))
print(
    "relu, 1.5 times the identity:", " ".join(f"{ratio:.0e}" for ratio in ratios_grown)
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.8), layout="constrained")
for curves, colour in ((as_built, "h"), (turned, "c"), (blown_up, "x")):
    for curve in curves:
        ax.semilogy(
            range(1, 151), curve[1:] / curve[1], color=lstmlab.COLOURS[colour], lw=1.4,
            alpha=0.8,
        )
ax.text(66, 1e-24, "as built", color=lstmlab.COLOURS["h"], ha="right")
ax.text(112, 1e-9, "orthogonal W_hh", color=lstmlab.COLOURS["c"], ha="center")
ax.text(60, 1e14, "relu, 1.5 times identity", color=lstmlab.COLOURS["x"], ha="right")
ax.set(
    xlabel="lag in steps", ylabel="gradient, relative to lag 1",
    yticks=[1e20, 1, 1e-20, 1e-40],
)
lstmlab.picture(
    fig,
    "Gradient against lag, log scale. As built, five seeds: straight down to "
    f"{min(ratios):.0e} to {max(ratios):.0e} at lag 100. Orthogonal W_hh: "
    f"{min(ratios_turned):.0e} to {max(ratios_turned):.0e}. Relu with 1.5 times the "
    f"identity: straight up to {max(ratios_grown):.0e}.",
)

# %% [markdown]
# Why float64? In float32 a gradient may be reported as zero although it is not. `norm()` squares the entries,
# and the square of 1e-24 is below what float32 can hold: it *underflows*. With eight inputs per step, the norm
# is zero from lag 125 at the latest on all five seeds; the entries themselves last until lag 150 or longer.

# %% tags=["hide-input"]
for seed in range(5):
    layer = fresh(seed, input_size=8).float()
    noise = torch.randn(
        301, 1, 8, generator=torch.Generator().manual_seed(seed)
    ).requires_grad_()
    # (time, batch, input)
    (grad,) = torch.autograd.grad(layer(noise)[0][-1].sum(), noise)
    by_lag = grad[:, 0].flip(0)  # (lag, input)
    # the first lag after the last above 0
    norm_zero = int((by_lag.norm(dim=1) > 0).nonzero().max()) + 1
    entries_zero = int((by_lag.abs().amax(dim=1) > 0).nonzero().max()) + 1
    assert norm_zero < 125 and entries_zero > 150
    print(
        f"seed {seed}: norm zero from lag {norm_zero}, entries from lag {entries_zero}"
    )

# %% [markdown]
# The state forgets in the same way, forwards. Change the first input, and compare the two runs. After 30 steps,
# on five seeds, the states of both agree to 1e-6: hardly more than rounding. A layer on top of the state cannot
# know what the state has lost.

# %%
for seed in range(5):
    layer = fresh(seed).float()
    past = torch.randn(200, 1, 1)  # (time, batch, input)
    other = past.clone()  # (time, batch, input)
    other[0] += 1
    with torch.no_grad():
        apart = (layer(past)[0] - layer(other)[0]).abs().amax(dim=(1, 2))  # (time,)
    forgotten = int((apart > 1e-6).nonzero().max()) + 1
    assert apart[0] > 0.05 and forgotten <= 30
    print(
        f"seed {seed}: states {apart[0]:.2f} apart at first, below 1e-6 from step "
        f"{forgotten} on"
    )

# %% [markdown]
# ### How far back it can learn
#
# Training shows the same. Step 0 shows a sign, plus or minus; noise follows; at the end a linear layer on
# the last state, the head, has to say which sign it was. A guess is right half of the time. The layer is
# `nn.RNN(2, 8)`, and it gets 100 updates. For each length ten seeds draw the weights, and all ten read the
# same batches. The only difference between the two curves is how `W_hh` starts. "Learned" means right on
# more than 95 % of 1000 fresh sequences.

# %%
LENGTHS = (5, 10, 20, 30, 60)
STARTS = {"as built": lambda layer: None, "orthogonal W_hh": orthogonal}


def learned(name, steps, updates):
    readers = train_readers(range(10), steps, updates=updates, prepare=STARTS[name])
    scores = [
        reader.accuracy(*fresh_signs(steps, 1000, seed))
        for seed, reader in enumerate(readers)
    ]
    good = sum(score > 0.95 for score in scores)
    print(
        f"{name:15} {steps:2d} steps, {updates} updates: learned on {good} of 10 seeds"
    )
    return scores


# %% tags=["claim-83"]
reached = {
    (name, steps): learned(name, steps, 100)
    for name in STARTS
    for steps in track(LENGTHS, name)
}
solved = {key: sum(score > 0.95 for score in scores) for key, scores in reached.items()}
assert solved["as built", 5] == 10 and solved["as built", 10] >= 8
assert max(solved["as built", 30], solved["as built", 60]) <= 3
assert solved["orthogonal W_hh", 20] >= 8
assert solved["orthogonal W_hh", 30] >= 6 and solved["orthogonal W_hh", 60] >= 3

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
for name, colour, shift in (("as built", "h", -0.13), ("orthogonal W_hh", "c", 0.13)):
    places, means = (
        range(len(LENGTHS)), [sum(reached[name, steps]) / 10 for steps in LENGTHS],
    )
    ax.plot(
        [place + shift for place in places], means, color=lstmlab.COLOURS[colour],
        lw=1.2,
    )
    for place, steps in enumerate(LENGTHS):
        spread = [place + shift + 0.015 * (seed - 4.5) for seed in range(10)]
        ax.plot(
            spread, reached[name, steps], "o", ms=7, alpha=0.6,
            color=lstmlab.COLOURS[colour],
        )
ax.axhline(0.5, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
ax.text(-0.35, 0.515, "guessing", color=lstmlab.COLOURS["x"])
ax.text(1.45, 0.76, "as built", color=lstmlab.COLOURS["h"], ha="right")
ax.text(3.5, 0.8, "orthogonal W_hh", color=lstmlab.COLOURS["c"], ha="right")
ax.set(
    xlabel="length of the sequence in steps", ylabel="test accuracy", ylim=(0.42, 1.04)
)
ax.set_xticks(range(len(LENGTHS)), LENGTHS)
lstmlab.picture(
    fig,
    "Test accuracy against sequence length, ten seeds each. Seeds that learned it: "
    + "; ".join(f"{name} " + ", ".join(f"{solved[name, s]} at {s}" for s in LENGTHS)
                for name in ("as built", "orthogonal W_hh")) + " steps.",
)

# %% [markdown]
# In 100 updates the RNN as built learns 10 steps on at least eight seeds of ten, and 30 or 60 on three at
# most. The gradient says why: what comes back from step 0 is tiny beside what comes back from the noise of
# the last steps. An RNN that starts orthogonal gets further: it learns 20 steps on at least eight seeds, 30
# on at least six, and 60 on at least three.
#
# More updates help a little. After 500 updates the RNN as built has learned 30 steps on at least one seed. At
# 60 steps, after 250 updates, it has learned on five seeds of ten at most; with the orthogonal start, on at
# least six. Lesson 3 gives the cell a separate path for memory.

# %% tags=["claim-83"]
patient = {key: learned(*key) for key in (("as built", 30, 500), ("as built", 60, 250))}
patient_turned = learned("orthogonal W_hh", 60, 250)
assert max(patient["as built", 30, 500]) > 0.95
assert sum(score > 0.95 for score in patient["as built", 60, 250]) <= 5
assert sum(score > 0.95 for score in patient_turned) >= 6

# %% [markdown]
# ## Claims put to the test
#
# Here are twelve sentences that are often read and do not hold, or hold only under conditions that are not
# said. Decide on each before you read on. What holds stands below it, with a cell that shows it.
#
# ### "`output` holds all hidden states."
#
# It holds only those of the top layer. With two layers, the states of layer 0 appear nowhere in `output`; `h_n`
# has only the last of them. To see the others, run layer 0 by itself.

# %% tags=["hide-input", "claim-32", "claim-33"]
torch.manual_seed(0)
two = nn.RNN(5, 3, num_layers=2)
x = torch.randn(7, 2, 5)  # (time, batch, input)
output, h_n = two(x)  # (time, batch, hidden), (layers, batch, hidden)
assert torch.equal(output[-1], h_n[-1])
assert not any(torch.allclose(output[t], h_n[0], atol=1e-3) for t in range(7))
bottom = nn.RNN(5, 3)
bottom.load_state_dict(
    {name: value for name, value in two.state_dict().items() if name.endswith("_l0")}
)
assert torch.allclose(bottom(x)[0][-1], h_n[0], atol=1e-6)
print("layer 1 ends as output[-1]; layer 0 is only in h_n[0]")

# %% [markdown]
# ### "`bidirectional=True` doubles the output."
#
# It doubles the last axis of `output`. Of `h_n` it doubles the *first* axis; its last stays H. And the
# backward direction's last state is not at the last step: it has read the whole sequence when it arrives at
# step 0.
#
# This direction is a second RNN with its own weights, which reads `x` reversed. The activation does not change.

# %% tags=["hide-input", "claim-31", "claim-33", "claim-35", "claim-56"]
both = nn.RNN(5, 3, bidirectional=True)
output, h_n = both(x)  # (time, batch, 2 * hidden), (2, batch, hidden)
assert output.shape == (7, 2, 6) and h_n.shape == (2, 2, 3)
assert torch.equal(output[-1, :, :3], h_n[0]) and torch.equal(output[0, :, 3:], h_n[1])
assert far(output[-1, :, 3:], h_n[1]) > 0.1
backward = nn.RNN(5, 3)
suffix = "_reverse"
backward.load_state_dict(
    {
        name.removesuffix(suffix): value
        for name, value in both.state_dict().items()
        if name.endswith(suffix)
    }
)
assert far(backward(x.flip(0))[0].flip(0), output[:, :, 3:]) < 1e-6
assert both.nonlinearity == nn.RNN(5, 3).nonlinearity == "tanh"
print(
    "h_n[1] is output[0, :, 3:]; from output[-1, :, 3:] it differs by "
    f"{far(output[-1, :, 3:], h_n[1]):.2f}"
)

# %% [markdown]
# ### "The first axis is the batch."
#
# The folded cell calls `nn.RNN(8, 4)` on `torch.randn(3, 5, 10)`, with a comment that is often printed:
# `batch=3, seq_len=5, input_size=10`. This has two faults. One raises an error: 10 features for a layer that
# needs 8.

# %% tags=["hide-input", "claim-45"]
rnn = nn.RNN(input_size=8, hidden_size=4)
try:
    rnn(torch.randn(3, 5, 10))  # batch=3, seq_len=5, input_size=10
except RuntimeError as error:
    message = str(error)
assert message == "input.size(-1) must be equal to input_size. Expected 8, got 10"
print(message)

# %% [markdown]
# With that repaired, the other fault remains. It is silent. `h_n` has one state per sequence, so its middle
# axis counts them.

# %% tags=["hide-input", "claim-34", "claim-47"]
x = torch.randn(3, 5, 8)  # (time, batch, input), whatever a comment says
assert rnn(x)[1].shape == (1, 5, 4)
said = nn.RNN(input_size=8, hidden_size=4, batch_first=True)
assert said(x)[1].shape == (1, 3, 4)
said.load_state_dict(rnn.state_dict())
assert said(x)[0].shape == rnn(x)[0].shape and far(said(x)[0], rnn(x)[0]) > 0.1
print(
    "sequences read:", rnn(x)[1].shape[1], "by default,", said(x)[1].shape[1],
    "with batch_first=True",
)
print(
    "same weights, same output shape, outputs off by up to "
    f"{far(said(x)[0], rnn(x)[0]):.2f}"
)

# %% [markdown]
# They are 5 sequences of 3 steps, not 3 of 5. By default the first axis is time, and a comment in the
# code does not change that. With `batch_first=True` there are 3, and only then does the comment hold.
#
# ### "An RNN takes 3-D input."
#
# It takes 3-D or 2-D input. A 2-D tensor is *one* sequence without a batch axis, (T, input size), and the
# output is 2-D too. With one or four axes there is an error.

# %% tags=["hide-input", "claim-48"]
one = torch.randn(5, 8)  # (time, input)
assert rnn(one)[0].shape == (5, 4) and rnn(one)[1].shape == (1, 4)
assert far(rnn(one)[0], rnn(one[:, None])[0][:, 0]) < 1e-6
messages = []
for shape in ((8,), (1, 1, 1, 8)):
    try:
        rnn(torch.randn(shape))
    except ValueError as error:
        messages.append(str(error))
assert [message[-21:] for message in messages] == [
    "got 1D tensor instead", "got 4D tensor instead",
]
print("\n".join(messages))

# %% [markdown]
# ### "`hidden_size` must match the input, or the longest sequence."
#
# You may choose it freely. It sets the size of `h` and so the number of weights. It does not set the number of
# steps, of layers, or of sequences. One layer reads batches of any size and sequences of any length. (How
# *well* it does at a length it was not trained on is another matter: lesson 1.)

# %% tags=["hide-input", "claim-37", "claim-49", "claim-55"]
for hidden in (1, 8, 50):
    layer = nn.RNN(8, hidden)
    for steps, batch in ((1, 1), (3, 5), (200, 2)):
        output, h_n = layer(torch.randn(steps, batch, 8))
        assert output.shape == (steps, batch, hidden) and h_n.shape == (
            1, batch, hidden,
        )
    print(
        f"hidden_size={hidden}: lengths 1, 3 and 200, batches of 1, 5 and 2, all read"
    )


# %% [markdown]
# ### "`input_size` has to come first."
#
# That holds by position. As keywords the order is free: what matters is which number has which name.
# Swapping the numbers is legal as well, and makes another layer. Only a missing size is an error, and its
# message names `RNNBase`, from which `nn.RNN` inherits.

# %% tags=["hide-input", "claim-40", "claim-42"]
def sizes(layer):
    return layer.input_size, layer.hidden_size


assert (
    sizes(nn.RNN(input_size=10, hidden_size=20))
    == sizes(nn.RNN(hidden_size=20, input_size=10))
    == (10, 20)
)
assert sizes(nn.RNN(10, 20)) == (10, 20) and sizes(nn.RNN(20, 10)) == (20, 10)
assert sizes(nn.RNN(hidden_size=10, input_size=20)) == (20, 10)
try:
    nn.RNN(10)
except TypeError as error:
    message = str(error)
assert message.endswith("missing 1 required positional argument: 'hidden_size'")
print(message)

# %% [markdown]
# ### "An RNN predicts."
#
# It returns states, in two tensors. What they mean is decided by the layer you put on top. For classes that is
# a linear layer on the last state, and with the default tanh the states themselves never leave the range from
# −1 to 1.

# %% tags=["hide-input", "claim-36"]
result = nn.RNN(8, 4)(torch.randn(6, 2, 8))
assert isinstance(result, tuple) and [tuple(part.shape) for part in result] == [
    (6, 2, 4), (1, 2, 4),
]
assert result[0].abs().max() < 1
classes = nn.Linear(4, 3)(result[1][0])  # (batch, classes)
assert classes.shape == (2, 3)
print(
    "nn.RNN returns", [tuple(part.shape) for part in result], "and the head",
    tuple(classes.shape),
)


# %% [markdown]
# ### "In a sequence, each item depends on the items before it."
#
# It may depend on those after it as well. Lesson 1 saw it on a fresh layer; here is a task. Each step must
# name the sign of the *next* input, which is drawn anew. An RNN that reads forwards guesses, whatever it
# learns; a bidirectional one is right on more than 99 %. It needs the whole sequence first, so it cannot
# forecast.

# %% tags=["hide-input", "claim-80"]
def name_the_next(bidirectional, seed, updates=40):
    torch.manual_seed(seed)
    layer, head = (
        nn.RNN(1, 8, bidirectional=bidirectional),
        nn.Linear(16 if bidirectional else 8, 1),
    )
    optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()], lr=0.02)

    def answers():
        x = torch.randn(20, 64, 1).sign()  # (time, batch, input)
        return head(layer(x)[0])[:-1], (x[1:] > 0).float()  # (time - 1, batch, 1) each

    fit(
        nn.functional.binary_cross_entropy_with_logits,
        (answers() for _ in range(updates)), optimizer,
    )
    z, y = answers()  # on a fresh batch
    return ((z > 0) == (y > 0.5)).float().mean().item()


forwards, two_ways = (
    [name_the_next(way, seed) for seed in range(10)] for way in (False, True)
)
assert max(forwards) < 0.56 and min(two_ways) > 0.99
print(
    "forwards:", [f"{a:.2f}" for a in forwards], " bidirectional:",
    [f"{a:.2f}" for a in two_ways],
)


# %% [markdown]
# ### "Neural networks need special layers to handle order."
#
# One linear layer is enough here. It reads twenty random signs and has to name the first. When the steps stand
# side by side, each has its own weight, so a linear layer finds the first. From the sum of the steps, where the
# order is lost, it is right on less than 70 %: the first sign is one of twenty that make up the sum.
#
# Recurrence is one way to use order. Convolutions and attention with positions are others (lesson 9). Unlike
# the linear layer, recurrence needs the same number of weights for every length.

# %% tags=["hide-input", "claim-81"]
def name_the_first(use, seed):
    torch.manual_seed(seed)
    signs = torch.randn(2000, 20).sign()  # (batch, time)
    y = (signs[:, 0] > 0).double()  # (batch,)
    # (batch, features + 1)
    features = torch.cat([use(signs), torch.ones(2000, 1)], dim=1).double()
    # least squares
    weights = torch.linalg.lstsq(features[:1000], y[:1000, None] - 0.5).solution
    return (
        (((features[1000:] @ weights)[:, 0] > 0) == (y[1000:] > 0.5))
        .float()
        .mean()
        .item()
    )


flat = [name_the_first(lambda signs: signs, seed) for seed in range(10)]
bag = [
    name_the_first(lambda signs: signs.sum(1, keepdim=True), seed)
    for seed in range(10)
]
assert min(flat) == 1 and max(bag) < 0.7
print("linear layer on the window:", flat, " on the sum:", [f"{a:.2f}" for a in bag])

# %% [markdown]
# ### "Without LSTM layers, models would struggle to remember what happened earlier."
#
# You have seen the counterexample. With one line changed, a plain RNN carries a sign over 20 steps on at
# least eight seeds of ten. The linear layer above reads a sign from the far end of 20 steps with no state at
# all. Lesson 9 has more: GRUs, convolutions, attention. The LSTM is a good way, not the only one.

# %% tags=["hide-input", "claim-72"]
assert solved["orthogonal W_hh", 20] >= 8 and min(flat) == 1
print(
    "20 steps, plain RNN, orthogonal start:",
    [f"{score:.2f}" for score in reached["orthogonal W_hh", 20]],
)

# %% [markdown]
# ### "A wider RNN remembers longer."

# %% tags=["hide-input"]
quiz.myth("wider")

# %% [markdown]
# <details><summary>What holds</summary>
#
# With 4 units it holds about the last 3 inputs, with 64 about the last 14. But far back nothing changes. From
# 32 units to 512, the gradient at lag 100 stays below 1e-17 of that at lag 1 on every seed: the spectral radius
# hardly depends on the number of units.
#
# </details>

# %% tags=["hide-input"]
for H in (32, 128, 512):
    ratios = []
    for seed in range(3):
        torch.manual_seed(seed)
        curve = gradient_by_lag(nn.RNN(1, H).double(), seed, lags=100)  # (lags + 1,)
        ratios.append((curve[100] / curve[1]).item())
    assert max(ratios) < 1e-17
    print(
        f"{H:3d} units: lag 100 over lag 1",
        " ".join(f"{ratio:.0e}" for ratio in ratios),
    )

# %% [markdown]
# ### "With an orthogonal start the gradient no longer fades."
#
# The matrix keeps lengths; the tanh does not. Its slope is 1 only at zero. Drive the units harder, with eight
# noisy inputs instead of one, and the slopes are smaller. In the median of five seeds less than a tenth as much
# arrives at lag 100 as with one input. On no seed is it more than a thousandth of the gradient at lag 1.

# %% tags=["hide-input"]
driven = []
for seed in range(5):
    curve = gradient_by_lag(orthogonal(fresh(seed, input_size=8)), seed)  # (lags + 1,)
    driven.append((curve[100] / curve[1]).item())
assert (
    max(driven) < 1e-3
    and statistics.median(driven) < statistics.median(ratios_turned) / 10
)
print("one input:   ", " ".join(f"{ratio:.0e}" for ratio in ratios_turned))
print("eight inputs:", " ".join(f"{ratio:.0e}" for ratio in driven))

# %% [markdown]
# ## Common mistakes
#
# There are nine mistakes, each with its cost. Some raise an error; they are here because the usual remedy
# is worse than the error.
#
# Find one of them yourself first.

# %% tags=["hide-input"]
quiz.pitfall("graph")

# %% [markdown]
# ### 1. The state carried over, its history with it
#
# A long sequence is read in pieces, with a training step after each. The state of piece 1 is the start of
# piece 2, and with it comes the *graph* of piece 1: the record of operations that `backward` walks through.
# **Wrong:**

# %% tags=["mistake-27"]
torch.manual_seed(0)
rnn = nn.RNN(3, 4)
x = torch.randn(60, 2, 3)  # (time, batch, input)
h, read = None, 0
try:
    for piece in x.split(20):  # (20, batch, input)
        out, h = rnn(piece, h)  # (20, batch, hidden), (1, batch, hidden)
        out.square().mean().backward()
        read += 1
except RuntimeError as error:
    message = str(error)
assert "backward through the graph a second time" in message and read == 1
print(f"pieces learned from: {read} of 3.", message.split(" (")[0])

# %% [markdown]
# **Cost:** an error after the first piece. **Right:** `h.detach()`. The numbers of the state are kept, and its
# history is cut. This is *truncated backpropagation through time*. It has a price, which the cell measures: no
# gradient goes from one piece to the piece before, so training never sees a connection longer than a piece.

# %% tags=["mistake-27"]
x.requires_grad_()
h, outputs = None, []
for piece in x.split(20):  # (20, batch, input)
    out, h = rnn(piece, h)  # (20, batch, hidden), (1, batch, hidden)
    outputs.append(out)
    h = h.detach()  # (1, batch, hidden)
assert far(torch.cat(outputs), rnn(x)[0]) < 1e-6
(grad,) = torch.autograd.grad(out.square().mean(), x)  # (time, batch, input)
sizes_3 = [part.abs().max().item() for part in grad.split(20)]
assert sizes_3[0] == sizes_3[1] == 0 < sizes_3[2]
print(
    "gradient of what piece 3 costs, in pieces 1, 2, 3:",
    [f"{size:.0e}" for size in sizes_3],
)

# %% [markdown]
# ### 2. `retain_graph=True` as the remedy
#
# The error of mistake 1 suggests it, and so do many answers on the web. **Wrong:**

# %% tags=["mistake-28"]
optimizer = torch.optim.SGD(rnn.parameters(), lr=0.1)
h, read = None, 0
try:
    for piece in x.detach().split(20):  # (20, batch, input)
        out, h = rnn(piece, h)  # (20, batch, hidden), (1, batch, hidden)
        optimizer.zero_grad()
        out.square().mean().backward(retain_graph=True)
        optimizer.step()
        read += 1
except RuntimeError as error:
    message = str(error)
assert "modified by an inplace operation" in message and read == 1
print(f"pieces learned from: {read} of 3.", message.split(":")[0])

# %% [markdown]
# **Cost:** another error, because the optimizer has changed the weights that the old graph still needs.
# Without an optimizer step in between the code runs, and gets slower: the graph behind the loss grows with
# every piece, and so do memory and time. At the tenth piece it is ten times as large. **Right:** detach;
# the graph then keeps its size.

# %% tags=["mistake-28"]
sizes_kept, sizes_cut = [], []
for sizes_seen, cut in ((sizes_kept, False), (sizes_cut, True)):
    h = None
    for piece in torch.randn(200, 2, 3).split(20):  # (20, batch, input)
        out, h = rnn(piece, h)  # (20, batch, hidden), (1, batch, hidden)
        out.square().mean().backward(retain_graph=not cut)
        sizes_seen.append(graph_size(out))
        h = h.detach() if cut else h  # (1, batch, hidden)
assert 9 < sizes_kept[9] / sizes_kept[0] < 11 and len(set(sizes_cut)) == 1
for name, seen in (("kept", sizes_kept), ("detached", sizes_cut)):
    print(
        f"{name:8}: operations behind the output of pieces 1, 2, 10:",
        seen[0],
        seen[1],
        seen[9],
    )

# %% [markdown]
# ### 3. The state of one batch given to the next
#
# Carrying the state is right when batch k+1 continues batch k. With sequences that have nothing to do with one
# another it is a leak. **Wrong:** ten RNNs, the *readers*, have learned to name the sign at step 0 of a 10-step
# sequence. Each now starts from the state in which it left another sequence.

# %% tags=["mistake-29"]
clean, leaked, repeats = [], [], []
readers = train_readers(range(10), 10, prepare=orthogonal)
for seed, reader in enumerate(readers):
    x, y = fresh_signs(10, 1000, seed)  # (time, batch, 2), (batch,)
    x_before, y_before = fresh_signs(10, 1000, 100 + seed)  # (time, batch, 2), (batch,)
    _, h_before = reader.rnn(x_before)  # (1, batch, hidden)
    clean.append(reader.accuracy(x, y))
    leaked.append(reader.accuracy(x, y, h_before))
    repeats.append(reader.accuracy(x, y_before, h_before))
assert sum(score < 0.65 for score in leaked) >= 6
print("with the state of another sequence:", [f"{score:.2f}" for score in leaked])

# %% [markdown]
# **Cost:** on at least six of ten readers the accuracy falls from 1.00 to guessing or little more. At least one
# of them repeats the sign of the sequence *before*, nearly every time. A reader may also stay right, and then a
# test does not find the leak. **Right:** leave the state out.

# %% tags=["mistake-29"]
assert min(clean) > 0.99 and max(repeats) > 0.99
print("from zeros:", [f"{score:.2f}" for score in clean])
print(
    "leaked, agreement with the sequence before:", [f"{score:.2f}" for score in repeats]
)

# %% [markdown]
# ### 4. A random start at every call
#
# Some code draws `h_0` with `torch.randn` in `forward`. The numbers are as large as those of real states, or
# larger, so the network takes them for a past. **Wrong:**

# %% tags=["mistake-31"]
noisy, changed = [], []
for seed, reader in enumerate(readers):
    x, y = fresh_signs(10, 1000, seed)  # (time, batch, 2), (batch,)
    # (batch,) each
    first, second = (reader.logits(x, torch.randn(1, 1000, 8)) > 0 for _ in range(2))
    noisy.append(reader.accuracy(x, y, torch.randn(1, 1000, 8)))
    changed.append((first != second).float().mean().item())
assert max(noisy) < 0.75 and min(changed) > 0.3
print("accuracy:", [f"{score:.2f}" for score in noisy])
print("answers that change from call to call:", [f"{share:.2f}" for share in changed])

# %% [markdown]
# **Cost:** readers that were right every time are now below 75 %, and asked twice they give another answer
# to more than 30 % of the sequences. `eval()` does not help; it does not change `randn`. **Right:** zeros,
# the default. Or a learned start: an `nn.Parameter` of shape (1, 1, H), expanded to the batch.

# %% tags=["mistake-31"]
reader = readers[0]
x, y = fresh_signs(10, 1000, 0)  # (time, batch, 2), (batch,)
assert torch.equal(reader.logits(x), reader.logits(x)) and reader.accuracy(x, y) > 0.99
start = nn.Parameter(torch.zeros(1, 1, 8))  # (1, 1, hidden)
learned_start = reader.logits(x, start.expand(1, 1000, 8).contiguous())  # (batch,)
(grad,) = torch.autograd.grad(learned_start.sum(), start)  # (1, 1, hidden)
assert torch.equal(learned_start, reader.logits(x)) and grad.abs().max() > 0
print(
    "from zeros: the same answers at every call; a learned start begins there and has "
    "a gradient"
)

# %% [markdown]
# ### 5. An initial state of a fixed size
#
# `h_0` has a batch axis. 100 sequences in batches of 32 leave a last batch of 4. **Wrong:**

# %% tags=["mistake-30"]
rnn = nn.RNN(3, 8)
data = torch.randn(6, 100, 3)  # (time, sequences, input)
h_0, read = torch.zeros(1, 32, 8), 0  # (1, batch, hidden)
try:
    for batch in data.split(32, dim=1):  # (time, up to 32, input)
        rnn(batch, h_0)
        read += batch.shape[1]
except RuntimeError as error:
    message = str(error)
assert read == 96 and message == "Expected hidden size (1, 4, 8), got [1, 32, 8]"
print(f"{read} of 100 sequences read, then:", message)

# %% [markdown]
# **Cost:** an error in the last batch of the epoch. The usual remedy, `drop_last=True`, is silent: 4 of 100
# sequences are never used, and in a test set never counted. **Right:** no `h_0` at all. If you need one,
# make it from the batch: `new_zeros` also takes over the device and the dtype, so it works on a GPU.

# %% tags=["mistake-30"]
kept = sum(batch.shape[1] for batch in data.split(32, dim=1) if batch.shape[1] == 32)
assert kept == 96
for batch in data.split(32, dim=1):  # (time, up to 32, input)
    h_0 = batch.new_zeros(1, batch.shape[1], 8)  # (1, batch, hidden)
    assert torch.equal(rnn(batch)[0], rnn(batch, h_0)[0])
h_64 = data.double().new_zeros(1, 4, 8)  # (1, batch, hidden)
assert h_64.dtype == torch.float64
print("all 100 read; drop_last would keep", kept)


# %% [markdown]
# ### 6. The batch size taken from the wrong axis
#
# `init_hidden(x.size(0))` is right for `batch_first=True`. By default axis 0 is time. **Wrong:**

# %% tags=["mistake-x5"]
def init_hidden(batch_size):
    return torch.zeros(1, batch_size, 8)  # (1, batch, hidden)


x = torch.randn(5, 2, 3)  # (time, batch, input)
try:
    rnn(x, init_hidden(x.size(0)))
except RuntimeError as error:
    message = str(error)
assert message == "Expected hidden size (1, 2, 8), got [1, 5, 8]"
square = torch.randn(5, 5, 3)  # (time, batch, input)
assert rnn(square, init_hidden(square.size(0)))[0].shape == (5, 5, 8)
print(message, "- and with 5 steps and 5 sequences, no error")

# %% [markdown]
# **Cost:** an error, unless there are as many steps as sequences: a test with a square batch lets it pass.
# **Right:** `x.size(1)`, or no `h_0`.

# %% tags=["mistake-x5"]
for steps, batch in ((5, 2), (5, 5), (1, 7)):
    x = torch.randn(steps, batch, 3)  # (time, batch, input)
    assert torch.equal(rnn(x, init_hidden(x.size(1)))[0], rnn(x)[0])
print("x.size(1): right for every shape")

# %% [markdown]
# ### 7. A long text cut across its columns
#
# Lesson 1 counted letters; here an RNN learns. For batches of 8 a long text is cut into 8 columns. Row t+1
# must continue row t in every column, because the state is carried down the columns. The cut `view(-1, 8)`
# has the right shape, but the text then runs along the rows. **Wrong:**

# %% tags=["mistake-8"]
text = "the rain comes down, the river runs high; a boat drifts by. " * 32
letters = sorted(set(text))
stream = torch.tensor([letters.index(letter) for letter in text])  # (time,)
wrong = stream.view(-1, 8)  # (time, batch)
right = stream.view(8, -1).t()  # (time, batch)
assert wrong.shape == right.shape == (240, 8)
for name, cut in (("view(-1, 8)", wrong), ("view(8, -1).t()", right)):
    print(f"{name:15} column 0 reads: {''.join(letters[k] for k in cut[:40, 0])!r}")
assert (
    "".join(letters[k] for k in right[:40, 0])
    == text[:40]
    != "".join(letters[k] for k in wrong[:40, 0])
)

# %% [markdown]
# **Cost:** nothing in the training shows it. This text repeats, so the letter that comes *eight* letters
# later can be predicted as well as the next one. That is what the RNN learns from the wrong cut. There it
# is nearly always right, and on the text itself less than one time in four. (On a text that does not repeat
# it learns next to nothing, as lesson 1 measured, and that looks like a bad model.) **Right:** `view(8,
# -1).t()`.

# %% tags=["hide-input", "mistake-8"]
scores = {}
for name, cut in (("wrong", wrong), ("right", right)):
    models = [train_letters(cut, len(letters), seed) for seed in range(10)]
    own = [model.accuracy(cut) for model in models]
    whole = [model.accuracy(stream[:, None]) for model in models]
    scores[name] = own, whole
    print(f"{name}: on its own cut", *(f"{share:.2f}" for share in own))
    print("          on the text", *(f"{share:.2f}" for share in whole))
assert min(*scores["wrong"][0], *scores["right"][0], *scores["right"][1]) > 0.95
assert max(scores["wrong"][1]) < 0.25

# %% [markdown]
# ### 8. Names that hide other things
#
# `input` is a function of Python. Many snippets give this name to a tensor. `output = rnn(x)` names a pair, so
# `output[-1]` is `h_n` and not a step. And a state called `h`, left by one model, fits any other model of the
# same size. **Wrong:**

# %% tags=["claim-57", "mistake-x6"]
notebook = {"torch": torch}
# what such a cell does to the notebook it is in
exec("input = torch.randn(4, 7, 5)", notebook)
assert not callable(notebook["input"]) and callable(input)
torch.manual_seed(0)
# x: (time, batch, input)
model_a, model_b, x = nn.RNN(3, 8), nn.RNN(3, 8), torch.randn(5, 2, 3)
pair = model_a(x)
assert pair[-1].shape == (1, 2, 8) and torch.equal(pair[-1], pair[1])
_, h = model_a(x)  # (1, batch, hidden)
moved = far(model_b(x, h)[0], model_b(x)[0])
assert moved > 0.1
print(
    f"pair[-1] has shape {tuple(pair[-1].shape)}; the state of another model moves "
    f"outputs by {moved:.2f}"
)

# %% [markdown]
# **Cost:** no error in any of the three. `input("name? ")` fails much later, with a message about a tensor
# that is not callable. **Right:** `x` for the input, the pair unpacked at once, the state named after its
# model.

# %% tags=["claim-57", "mistake-x6"]
try:
    notebook["input"]("name? ")
except TypeError as error:
    message = str(error)
assert message == "'Tensor' object is not callable"
output_b, h_b = model_b(x)  # (time, batch, hidden), (1, batch, hidden)
assert output_b[-1].shape == (2, 8) and torch.equal(output_b[-1], h_b[0])
print(message)

# %% [markdown]
# ### 9. Arguments by position
#
# In `nn.LSTM` the fourth argument is `bias`; in `nn.RNN` it is `nonlinearity`. A call that is copied from
# one to the other means something else. **Wrong:**

# %% tags=["mistake-x2"]
try:
    nn.RNN(3, 5, 1, True)
except ValueError as error:
    message = str(error)
assert message == "Unknown nonlinearity 'True'. Select from 'tanh' or 'relu'."
print(message)
silent = nn.RNN(3, 5, 1, "tanh", True)  # meant: batch_first. It is bias
assert silent.bias and not silent.batch_first
print(silent, "batch_first:", silent.batch_first)

# %% [markdown]
# **Cost:** the first raises an error. The second is silent: the layer runs along the batch, from sample to
# sample, and the outputs are wrong on every seed, as the next cell prints. **Right:** keywords.

# %% tags=["mistake-x2"]
errors = []
for seed in range(3):
    torch.manual_seed(seed)
    meant = nn.RNN(3, 5, num_layers=1, batch_first=True)
    silent.load_state_dict(meant.state_dict())
    x = torch.randn(4, 7, 3)  # (batch, time, input)
    assert silent(x)[0].shape == meant(x)[0].shape == (4, 7, 5)
    errors.append(far(silent(x)[0], meant(x)[0]))
assert meant.batch_first and min(errors) > 0.3
print("outputs off by", [f"{error:.2f}" for error in errors])

# %% [markdown]
# ## Questions
#
# Six questions, two easy, two medium, two hard. Each has a hint and a worked solution.

# %% tags=["hide-input"]
quiz.choice("constructor")

# %% tags=["hide-input"]
quiz.choice("hidden size")

# %% tags=["hide-input"]
quiz.choice("shape")

# %% tags=["hide-input"]
quiz.choice("detach")

# %% tags=["hide-input"]
quiz.choice("where backward ends")

# %% tags=["hide-input"]
quiz.choice("positions")


# %% [markdown]
# The cell checks the arithmetic of the questions. Some texts on `nn.RNN` print a right solution and a wrong
# letter below it. Here the letters are checked: `key` is the text of the option that the bank calls right.

# %% tags=["hide-input", "claim-43"]
def key(name):
    question = quiz.bank.questions[name]
    return question.options[question.letters.index(question.answer)]


letters = {
    name: quiz.bank.questions[name].answer
    for name in ("constructor", "shape", "mismatch")
}
assert letters == {"constructor": "C", "shape": "D", "mismatch": "B"}
assert sizes(eval(key("constructor").strip("`"))) == (10, 20)
layer = nn.RNN(input_size=5, hidden_size=3, batch_first=True)
output, _ = layer(torch.randn(4, 7, 5))  # (batch, time, hidden)
assert str(tuple(output.shape)) == key("shape") == "(4, 7, 3)"
assert "8 features per step, not 10" in key("mismatch")
try:
    nn.RNN(input_size=8, hidden_size=4)(torch.randn(3, 5, 10))
except RuntimeError as error:
    message = str(error)
assert "Expected 8, got 10" in message
print(letters)

# %% [markdown]
# One question of the review is about sequences of different lengths. *Padding* fills the short ones up with
# zeros, *packing* tells the layer how long each was. Both together give each sequence its own last state. A
# list is an error; padding alone lets the short ones read the zeros. A loop over the sequences is as right as
# packing, and makes one call for each. Lesson 5 is about this.

# %% tags=["hide-input", "claim-54", "claim-55"]
torch.manual_seed(0)
# (time, input) each
rnn, sequences = nn.RNN(3, 4), [torch.randn(n, 3) for n in (2, 5, 3)]
alone = torch.stack([rnn(sequence)[1][0] for sequence in sequences])  # (batch, hidden)
padded = pad_sequence(sequences)  # (time, batch, input)
packed = pack_padded_sequence(padded, torch.tensor([2, 5, 3]), enforce_sorted=False)
assert (
    far(rnn(packed)[1][0], alone) < 1e-6
    and quiz.bank.questions["lengths"].answer == "A"
)
assert far(rnn(padded)[1][0][[0, 2]], alone[[0, 2]]) > 0.05  # the two short ones
try:
    rnn(sequences)
except AttributeError as error:
    message = str(error)
assert message == "'list' object has no attribute 'dim'"
# hidden_size = longest length: runs, and mends nothing
assert nn.RNN(3, 5)(padded)[0].shape == (5, 3, 5)

# %% tags=["hide-input"]
assert (
    count(nn.RNN(10, 20)) == 10 * 20 + 20 * 20 + 2 * 20 == 640
    and key("parameters") == "640"
)
four = nn.RNN(8, 20, num_layers=2, bidirectional=True, batch_first=True)
assert (
    str(tuple(four(torch.randn(16, 5, 8))[1].shape))
    == key("all of h_n")
    == "(4, 16, 20)"
)
assert f"{0.6**20:.1e}" == "3.7e-05" and round(0.6**5, 2) == 0.08 and 0.6 / 20 == 0.03
assert round(1e-4 ** (1 / 99), 2) == 0.91 and round(1e-8 ** (1 / 99), 2) == 0.83
s = torch.arange(6)  # (time,)
assert s.view(2, -1).t().tolist() == [[0, 3], [1, 4], [2, 5]]
assert s.view(-1, 2).tolist() == [[0, 1], [2, 3], [4, 5]]
assert s.view(-1, 2).t().tolist() == [[0, 2, 4], [1, 3, 5]]
print(
    "parameters", key("parameters"), " h_n", key("all of h_n"),
    f" 0.6 ** 20 = {0.6**20:.1e}",
)

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card. Put away what you knew; the rest comes again.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then compare: tick the concepts your text has.

# %% tags=["hide-input"]
quiz.explain("step by step")

# %% tags=["hide-input"]
quiz.explain("two directions")

# %% tags=["hide-input"]
quiz.explain("forgetting")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **The assignment** is [`a2_rnns`](../release/a2_rnns/a2_rnns.ipynb): `rnn_cell`, `rnn_forward` and
# `run_in_chunks`.
#
# **When not to use an RNN:** where the window is short and fixed, a linear layer or a convolution on it is
# simpler and runs over all steps at once; where the first of hundreds of steps decides, an RNN as built
# does not learn it.
#
# **Where it leads:** [lesson 3](03_gates.ipynb) gives the cell gates, so that it can choose how fast it
# forgets. [Lesson 5](05_packing.ipynb) reads sequences of different lengths,
# [lesson 6](06_stacking.ipynb) stacks layers and directions, [lesson 7](07_gradient_flow.ipynb) follows
# the gradient.

# %% [markdown]
# ### Sources
#
# - J. L. Elman: [*Finding Structure in Time*](https://doi.org/10.1207/s15516709cog1402_1). Cognitive Science
#   14(2), 179-211, 1990. PyTorch's documentation calls `nn.RNN` an Elman RNN.
# - Y. Bengio, P. Simard, P. Frasconi: [*Learning Long-Term Dependencies with Gradient Descent is
#   Difficult*](https://doi.org/10.1109/72.279181). IEEE Transactions on Neural Networks 5(2), 157-166, 1994.
# - R. Pascanu, T. Mikolov, Y. Bengio: [*On the difficulty of training recurrent neural
#   networks*](https://proceedings.mlr.press/v28/pascanu13.html). ICML 2013. Section 2: vanishing and
#   exploding.
# - A. M. Saxe, J. L. McClelland, S. Ganguli: [*Exact solutions to the nonlinear dynamics of learning in deep
#   linear neural networks*](https://arxiv.org/abs/1312.6120). ICLR 2014. The orthogonal start.
# - H. Jaeger: *Short Term Memory in Echo State Networks*. GMD Report 152, 2001. Memory capacity and its
#   bound.
# - [PyTorch's documentation of `nn.RNN`](https://docs.pytorch.org/docs/stable/generated/torch.nn.RNN.html):
#   equation, arguments, shapes. Where it says that h at t-1 is "of the previous layer", read "of the same
#   layer".
# - The mistakes as people met them:
#   1, [PyTorch-Tutorial 57](https://github.com/MorvanZhou/PyTorch-Tutorial/issues/57);
#   2, [toward-controlled-generation
#   9](https://github.com/GBLin5566/toward-controlled-generation-of-text-pytorch/issues/9);
#   3, [deep-learning-v2-pytorch 244](https://github.com/udacity/deep-learning-v2-pytorch/issues/244);
#   4, [crat-pred 8](https://github.com/schmidt-ju/crat-pred/issues/8);
#   5, with the silent cure,
#   [deep-learning-v2-pytorch 398](https://github.com/udacity/deep-learning-v2-pytorch/pull/398);
#   6, [introtodeeplearning 188](https://github.com/MITDeepLearning/introtodeeplearning/issues/188);
#   7, [pytorch/tutorials 1841](https://github.com/pytorch/tutorials/issues/1841).

# %% [markdown]
# ### What to remember
#
# 1. One step is `h = tanh(W_ih x + b_ih + W_hh h + b_hh)`. The same step again and again is `nn.RNN`, to
#    1e-6.
# 2. Input (T, B, I), `output` (T, B, D·H) of the top layer, `h_n` (L·D, B, H) where each layer and direction
#    ended. `batch_first` moves the batch in the first two only. Hand `h_n` to the next piece, detached if you
#    learn from each.
# 3. As built, an RNN forgets by a factor of about 0.6 a step: with 128 units the gradient at lag 100 is below
#    1e-17 of that at lag 1. Take the gradient by lag of your own network before you hope it learns. Hand the
#    state on only to what continues it, and detached.

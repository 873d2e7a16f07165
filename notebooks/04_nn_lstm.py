# %% [markdown]
# # 4. nn.LSTM
#
# *About 60 minutes, and 45 more for the common mistakes. You need lesson 3: one LSTM step by hand, gates
# `i`, `f`, `o`, candidate `g`, states `c` and `h`.*
#
# After this lesson you can
#
# 1. say the shape of everything `nn.LSTM` takes and returns, whatever its arguments;
# 2. find every weight in it: count them, and copy them into a cell of your own;
# 3. recognise the usual mistakes with layout and state, most of which raise no error.
#
# Words for the axes: *time* is the steps of a sequence, *batch* the sequences read side by side, *features*
# the numbers of one step.
#
# Terms are explained in the [glossary](glossary.md).

# %%
import inspect
import warnings

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

import lstmlab
from lstmlab.draw.layer_shapes import (
    draw_blocks, draw_layouts, draw_returns, step_states,
)
from lstmlab.tasks.first_sign import sign_accuracy
from lstmlab.training import device, fit
from lstmlab.widgets import ShapeExplorer

torch.manual_seed(0)
torch.set_num_threads(1)  # layers as small as these are fastest on one thread
lstmlab.use_style()
quiz = lstmlab.Quiz("04_nn_lstm")

# %% [markdown]
# ## Predictions
#
# Five questions. Commit to an answer for each before you read on. Your choices are kept and compared later.

# %% tags=["hide-input"]
quiz.predict("returns")

# %% tags=["hide-input"]
quiz.predict("fourth")

# %% tags=["hide-input"]
quiz.predict("h_n")

# %% tags=["hide-input"]
quiz.predict("flat")

# %% tags=["hide-input"]
quiz.predict("order")


# %% [markdown]
# ## The idea
#
# Here is one call. The layer is told two sizes: 5 features come in, 3 units hold the state. It is not
# told how long a sequence is or how many there are; it reads both from `x`. By default `x` is (time,
# batch, features). The steps may be words, hours of weather, slices of sound or moves in a game: what
# matters is their order.
#
# The cell prints the shapes of what comes back, for 2 sequences of 4 steps.

# %% tags=["claim-7", "claim-8", "claim-17", "claim-22", "claim-25", "claim-61", "claim-87", "claim-106", "claim-119"]
def shapes(layer, x):
    output, (h_n, c_n) = layer(x)
    return tuple(output.shape), tuple(h_n.shape), tuple(c_n.shape)


lstm = nn.LSTM(input_size=5, hidden_size=3)
assert shapes(lstm, torch.randn(4, 2, 5)) == ((4, 2, 3), (1, 2, 3), (1, 2, 3))
# the same layer
assert shapes(lstm, torch.randn(9, 6, 5)) == ((9, 6, 3), (1, 6, 3), (1, 6, 3))
for name, shape in zip(
    ("output", "h_n", "c_n"), shapes(lstm, torch.randn(4, 2, 5)), strict=True
):
    print(f"{name:6}", shape)

# %% tags=["hide-input"]
quiz.reveal("returns")

# %% [markdown]
# Three tensors come back, as one tensor and a pair. Remember this form. `output` has a row for each of the 4
# steps. `h_n` and `c_n` are the two states after the last step.
#
# Which numbers return, and which are computed and thrown away? The figure shows a layer with `num_layers=2`: a
# second LSTM that reads the hidden states of the first. Each box is `h` or `c` of the same unit at one layer
# and one step. To have them all, `step_states` feeds the layer one step at a time and keeps each state.
#
# Look at the frames. `output` is the top row of `h`. `h_n` is the last column of `h`, `c_n` the last column
# of `c`. The numbers outside the frames are gone when the call is over.

# %%
torch.manual_seed(0)
two_layers = nn.LSTM(3, 4, num_layers=2)
x = torch.randn(5, 2, 3)  # (time, batch, input)
# (time, batch, hidden), (layers, batch, hidden) each
output, (h_n, c_n) = two_layers(x)
h, c = step_states(two_layers, x)  # (layers, time, batch, hidden) each
assert (
    torch.allclose(h[1], output)
    and torch.allclose(h[:, -1], h_n)
    and torch.allclose(c[:, -1], c_n)
)
draw_returns(two_layers, x, unit=1)

# %% [markdown]
# `batch_first=True` exchanges two axes. The figure shows which, and in which tensors: the filled box is the
# batch. All sizes in the figure differ, so that no axis can be mistaken for another.

# %%
draw_layouts(time=7, batch=3, features=5, hidden=15, layers=2)

# %%
assert shapes(nn.LSTM(5, 15, num_layers=2, batch_first=True), torch.randn(3, 7, 5))[
    1
] == (2, 3, 15)
quiz.reveal("h_n")

# %% [markdown]
# The batch moves in `x` and in `output`. It stays in `h_n` and `c_n`, which have no time axis to exchange
# it with.
#
# In the explorer below each axis has its own colour, and you can copy the line of code. Say the shapes before
# you look, then change:
#
# 1. `num_layers` from 1 to 3. Which of `output`, `h_n` and `c_n` change?
# 2. `batch_first`. In which boxes do axes change places?
# 3. `bidirectional`, then `proj_size` 2. What are the features of `output`, of `h_n` and of `c_n` now?
# 4. *Features of x* to 7. What does PyTorch say?

# %%
ShapeExplorer(input_size=5, hidden_size=3)

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# Layers add rows to `h_n` and `c_n` only. `batch_first` changes `x` and `output` only. Two directions of two
# features each make 4 in `output`; `h_n` has 2 and `c_n` still 3.
#
# </details>

# %% tags=["hide-input"]
turned = ShapeExplorer(
    5, 3, num_layers=3, bidirectional=True, proj_size=2, batch_first=True
).shapes
assert turned == {
    "x": (2, 4, 5), "output": (2, 4, 4), "h_n": (6, 2, 2), "c_n": (6, 2, 3),
}

# %% [markdown]
# ## Experiments
#
# ### The constructor
#
# These are all arguments with their defaults. Their order matters to a call that passes them by position. There
# is no argument for the batch size or the length.
#
# The signature of `nn.LSTM` itself shows only `*args`; its arguments live in the class below it, `RNNBase`,
# behind a `mode`.

# %% tags=["claim-22", "claim-25", "claim-60"]
parameters = inspect.signature(nn.RNNBase.__init__).parameters
arguments = [
    parameter for name, parameter in parameters.items() if name not in ("self", "mode")
]
for position, parameter in enumerate(arguments, start=1):
    print(f"{position:2}. {parameter}")
names = [parameter.name for parameter in arguments]
assert names[2:5] == ["num_layers", "bias", "batch_first"]
assert (
    names[:2] == ["input_size", "hidden_size"]
    and "args" in inspect.signature(nn.LSTM.__init__).parameters
)
assert names[5:] == ["dropout", "bidirectional", "proj_size", "device", "dtype"]

# %% tags=["hide-input"]
quiz.reveal("fourth")

# %% [markdown]
# The two sizes have no default. Everything else may be left out. The cell makes three wrong calls and shows
# what they say. Two of the messages name `RNNBase`, a word you never wrote.
#
# A fourth mistake raises no error yet: `nn.LSTM(20, 10)` for 10 features has the sizes swapped and is accepted.
# It fails at the first input.

# %% tags=["claim-5", "claim-16", "claim-19", "claim-21", "claim-63"]
for build, expected in [
    (lambda: nn.LSTM(10), "missing 1 required positional argument: 'hidden_size'"),
    (lambda: nn.LSTM(input=10, hidden=20), "unexpected keyword argument 'input'"),
    (lambda: nn.LSTM((10,), 20), "input_size should be of type int"),
]:
    try:
        build()
        message = "no error"
    except TypeError as error:
        message = str(error)
    assert expected in message and ("RNNBase" in message) == ("argument" in message)
    print(message)
assert shapes(nn.LSTM(input_size=10, hidden_size=20), torch.randn(4, 2, 10))[0] == (
    4, 2, 20,
)
assert nn.LSTM(10, 20).hidden_size == 20 and nn.LSTM(20, 10).input_size == 20
assert nn.LSTM(10, 20).num_layers == 1 and not nn.LSTM(10, 20).bidirectional

# %% [markdown]
# ### How many features come out
#
# Write **D** for the number of directions: 1, or 2 with `bidirectional=True`, a second reading from the end
# to the start (lesson 6). Write **H_out** for the features of `h`: `hidden_size`, or `proj_size` if that is
# set.
#
# Then `output` has D · H_out features. The cell makes three layers for 8 features in and 12 out. Look at
# the last column, `c_n`, which always has `hidden_size` features.
#
# The second direction is a reading of its own: change the last step of `x`, and the *first* step of the
# bidirectional output moves. In the plain layer it cannot.

# %% tags=["claim-9", "claim-23", "claim-65"]
# On some CPUs torch says once that projections take another path.
# It changes no number here.
warnings.filterwarnings("ignore", message="LSTM with projections")
x = torch.randn(6, 2, 8)  # (time, batch, input)
plain, both_ways, projected = (
    nn.LSTM(8, 12), nn.LSTM(8, 6, bidirectional=True), nn.LSTM(8, 24, proj_size=12),
)
for layer in (plain, both_ways, projected):
    print(f"{layer!s:30}", *shapes(layer, x))
assert shapes(plain, x) == ((6, 2, 12), (1, 2, 12), (1, 2, 12))
assert shapes(both_ways, x) == ((6, 2, 12), (2, 2, 6), (2, 2, 6))
assert shapes(projected, x) == ((6, 2, 12), (1, 2, 12), (1, 2, 24))
assert shapes(nn.LSTM(8, 16, bidirectional=True), x)[0][-1] == 32
changed = torch.cat([x[:-1], x[-1:] + 1])  # (time, batch, input)
assert not torch.allclose(both_ways(changed)[0][0], both_ways(x)[0][0], atol=1e-4)
assert torch.equal(plain(changed)[0][0], plain(x)[0][0])

# %% [markdown]
# ### Batch first
#
# Many tutorials show this call, here on 2 sequences of 4 steps with 3 features. The cell checks two things: the
# last step of `output` is `h_n`, and a second call that starts from the states gives what one long call gives.

# %% tags=["claim-66", "claim-67", "claim-68", "claim-69", "claim-70"]
lstm = nn.LSTM(input_size=3, hidden_size=5, num_layers=1, batch_first=True)
x = torch.randn(2, 4, 3)  # (batch, time, input)
output, (h_n, c_n) = lstm(x)  # (batch, time, hidden), (1, batch, hidden) each
print("output", tuple(output.shape), " h_n", tuple(h_n.shape), " c_n", tuple(c_n.shape))
assert output.shape == (2, 4, 5) and h_n.shape == c_n.shape == (1, 2, 5)
assert torch.equal(output[:, -1], h_n[0])
more = torch.randn(2, 3, 3)  # (batch, time, input)
whole, _ = lstm(torch.cat([x, more], dim=1))  # (batch, time, hidden)
assert torch.allclose(lstm(more, (h_n, c_n))[0], whole[:, 4:], atol=1e-6)

# %% [markdown]
# ### Without a batch
#
# The layer above has `batch_first=True`. What does it make of an input with two axes, or with one, or with four?

# %%
single = torch.randn(4, 3)  # (time, input)
print(*shapes(lstm, single))
assert shapes(lstm, single) == ((4, 5), (1, 5), (1, 5))
# a batch of one
assert torch.allclose(lstm(single)[0], lstm(single[None])[0][0], atol=1e-6)
for axes in (1, 4):
    try:
        lstm(torch.randn((1,) * (axes - 1) + (3,)))
        message = "no error"
    except ValueError as error:
        message = str(error)
    assert "Expected input to be 2D or 3D" in message
    print(message)

# %% tags=["hide-input"]
quiz.reveal("flat")

# %% [markdown]
# An input with two axes is one sequence, (time, features). Then no tensor has a batch axis, and `batch_first`
# changes nothing. One axis or four is an error.
#
# ### The initial state
#
# The second argument is the pair `(h_0, c_0)`, each (D · layers, batch, features). If you leave it out,
# both are zeros. They can be learned, but no argument does it for you: make two `nn.Parameter` for a batch
# of one, expand them to the batch, pass them. Their gradients are the sum over the batch.

# %% tags=["claim-2", "claim-107"]
zeros = torch.zeros(1, 2, 5)  # (layers, batch, hidden)
assert torch.equal(lstm(x)[0], lstm(x, (zeros, zeros))[0])
# (layers, 1, hidden) each
h_0, c_0 = nn.Parameter(torch.zeros(1, 1, 5)), nn.Parameter(torch.zeros(1, 1, 5))


def start(batch, *states):
    return tuple(state.expand(-1, batch, -1).contiguous() for state in states)


lstm(x, start(2, h_0, c_0))[0].sum().backward()
assert h_0.grad.abs().max() > 0 and c_0.grad.abs().max() > 0
alone = [
    torch.autograd.grad(lstm(x[[k]], (h_0, c_0))[0].sum(), h_0)[0] for k in range(2)
]
assert torch.allclose(h_0.grad, alone[0] + alone[1], atol=1e-6)
print("gradients reach h_0:", h_0.grad.shape, "and c_0:", c_0.grad.shape)


# %% [markdown]
# What can a learned start do? Take a layer of 16 units, its weights frozen, that has read 20 steps. Over
# the next five its outputs differ from those of a layer that starts at zero. Let 32 numbers, `h_0` and
# `c_0`, learn to stand in for those 20 steps. On new sequences the mean squared difference falls by more
# than a factor of 1000, on each of ten seeds.

# %%
def learn_start(seed, updates=150):
    torch.manual_seed(seed)
    layer = nn.LSTM(3, 16).requires_grad_(False)
    warm = layer(torch.randn(20, 1, 3))[1]  # (1, 1, hidden) each
    # (1, 1, hidden) each
    learned = [nn.Parameter(torch.zeros(1, 1, 16)) for _ in range(2)]
    optimizer = torch.optim.Adam(learned, lr=0.05)

    def loss(batch):
        x = torch.randn(5, batch, 3)  # (time, batch, input)
        return nn.functional.mse_loss(
            layer(x, start(batch, *learned))[0], layer(x, start(batch, *warm))[0]
        )

    before = loss(500).item()
    fit(loss, [(32,)] * updates, optimizer)
    return before, loss(500).item()


# %%
pairs = [learn_start(seed) for seed in range(10)]
assert all(after < before / 1000 for before, after in pairs)
print("squared difference, from zeros:     ", *(f"{before:.0e}" for before, _ in pairs))
print("squared difference, learned start:  ", *(f"{after:.0e}" for _, after in pairs))

# %% [markdown]
# ### Where the weights are
#
# Layer 0 has four parameters. `_ih` multiplies the input, `_hh` the hidden state of the step before. The
# figure shows those of `nn.LSTM(3, 5)` as tables, each number as a coloured field. Every table is cut into
# the same four blocks of 5 rows, in the order **i, f, g, o**: rows 5 to 9 of all four make the forget gate,
# and so on.

# %%
torch.manual_seed(0)
lstm = nn.LSTM(3, 5)
assert {name: tuple(value.shape) for name, value in lstm.named_parameters()} == {
    "weight_ih_l0": (20, 3),
    "weight_hh_l0": (20, 5),
    "bias_ih_l0": (20,),
    "bias_hh_l0": (20,),
}
draw_blocks(lstm)

# %% [markdown]
# They start as random numbers between −1/√H and 1/√H, where H is `hidden_size`, the biases too. A layer of
# 16 units starts within ±0.25, one of 400 within ±0.05. `input_size` plays no part.

# %% tags=["claim-26"]
for inputs, hidden in ((10, 16), (200, 16), (10, 400)):
    bound = hidden**-0.5
    largest = [
        value.abs().max().item() for value in nn.LSTM(inputs, hidden).parameters()
    ]
    assert max(largest) <= bound * (1 + 1e-6) and min(largest) > 0.8 * bound
    said = (
        f"{inputs} features, {hidden} units: largest entries {min(largest):.4f} to "
        f"{max(largest):.4f}"
    )
    print(f"{said}, bound {bound:.4f}")
assert 16**-0.5 == 0.25 and round(400**-0.5, 2) == 0.05


# %% [markdown]
# ### The weights in a cell of your own
#
# This is the step of lesson 3, in a loop, with the weights of the layer. It agrees with `nn.LSTM` to rounding:
# over 50 steps and five seeds the largest difference is below one millionth. The code also reads the blocks in
# a wrong order, as i, f, **o, g**.

# %%
def by_hand(layer, x, order="ifgo"):
    h = c = x.new_zeros(x.shape[1], layer.hidden_size)  # (batch, hidden) each
    steps = []
    for x_t in x:
        # (batch, 4 * hidden)
        z = nn.functional.linear(x_t, layer.weight_ih_l0, layer.bias_ih_l0)
        z = z + nn.functional.linear(h, layer.weight_hh_l0, layer.bias_hh_l0)
        block = dict(zip(order, z.chunk(4, dim=1), strict=True))  # (batch, hidden) each
        i, f, o = (block[name].sigmoid() for name in "ifo")
        c = f * c + i * block["g"].tanh()  # (batch, hidden)
        h = o * c.tanh()  # (batch, hidden)
        steps.append(h)
    return torch.stack(steps)  # (time, batch, hidden)


# %%
gaps = {"ifgo": [], "ifog": []}
for seed in range(5):
    torch.manual_seed(seed)
    layer = nn.LSTM(5, 7)
    x = torch.randn(50, 4, 5)  # (time, batch, input)
    for order, found in gaps.items():
        # (time, batch, hidden)
        difference = (by_hand(layer, x, order) - layer(x)[0]).detach().abs()
        found.append(difference.amax(dim=(1, 2)))  # (time,)
right, wrong = (torch.stack(found) for found in gaps.values())  # (seeds, time) each
assert right.max() < 1e-6 and wrong.amax(dim=1).min() > 0.5
print("i, f, g, o: at most", f"{right.max().item():.0e}")
print(
    "i, f, o, g: at most",
    " ".join(f"{value:.2f}" for value in wrong.amax(dim=1).tolist()),
)

# %% tags=["hide-input"]
quiz.reveal("order")

# %% [markdown]
# In the wrong order every shape still fits. `h` lies between −1 and 1, and is off by more than 0.5.
#
# The figure shows the same differences, step by step, on a log scale, for five seeds each. The right order
# stays at the last digit of float32 and does not drift. The wrong order is wrong from the first step.

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
ax.semilogy(wrong.T, color=lstmlab.COLOURS["c"], lw=1.2)
ax.semilogy(right.clamp(min=1e-9).T, color=lstmlab.COLOURS["h"], lw=1.2)
ax.text(25, 3e-2, "read as i, f, o, g", color=lstmlab.COLOURS["c"], ha="center")
ax.text(25, 1.2e-6, "read as i, f, g, o", color=lstmlab.COLOURS["h"], ha="center")
ax.set(xlabel="step", ylabel="largest difference in h", ylim=(3e-9, 2))
assert wrong.min() > 0.1
lstmlab.picture(
    fig,
    "Largest difference between nn.LSTM and a cell by hand over 50 steps, five seeds, "
    f"log scale. Blocks read as i, f, g, o: at most {right.max():.0e} throughout. Read "
    f"as i, f, o, g: between {wrong.min():.2f} and {wrong.max():.2f} from the first "
    "step on.",
)

# %% [markdown]
# ### Two biases
#
# `bias_ih` and `bias_hh` are added, so a single bias would be enough: put the sum into the first, zero
# into the second, and the output is the same to rounding. PyTorch keeps two because cuDNN, the library
# behind it on a GPU, asks for two.
#
# This has a consequence. Both get the same gradient, so under plain SGD the bias that counts, the sum,
# moves twice as far as a single bias would.

# %%
torch.manual_seed(0)
layer, x = nn.LSTM(5, 7), torch.randn(50, 4, 5)  # x (time, batch, input)
before = layer(x)[0].detach()  # (time, batch, hidden)
with torch.no_grad():
    layer.bias_ih_l0.add_(layer.bias_hh_l0)
    layer.bias_hh_l0.zero_()
assert torch.allclose(layer(x)[0], before, atol=1e-6)
layer(x)[0].pow(2).mean().backward()
assert torch.equal(layer.bias_ih_l0.grad, layer.bias_hh_l0.grad)
total = (layer.bias_ih_l0 + layer.bias_hh_l0).detach()  # (4 * hidden,)
torch.optim.SGD(layer.parameters(), lr=1.0).step()
moved = (layer.bias_ih_l0 + layer.bias_hh_l0).detach() - total  # (4 * hidden,)
assert torch.allclose(moved, -2 * layer.bias_ih_l0.grad, atol=1e-6)
print(
    f"the sum moved {(moved / -layer.bias_ih_l0.grad).median().item():.1f} times the "
    "gradient"
)


# %% [markdown]
# ### Counting parameters
#
# Write I for `input_size`. One layer, one direction, no projection: four blocks of H rows, each row with I
# weights for `x`, H for `h` and two biases. Together they are **4 · H · (I + H + 2)** numbers.
#
# For `nn.LSTM(10, 20)` that is 2560. `nn.RNN` has one block, a quarter; `nn.GRU` three (lesson 9). Whatever
# an LSTM does better than an `nn.RNN`, it is not "because it has fewer parameters".

# %% tags=["claim-12"]
def count(layer):
    return sum(parameter.numel() for parameter in layer.parameters())


counts = {kind.__name__: count(kind(10, 20)) for kind in (nn.RNN, nn.GRU, nn.LSTM)}
print(counts)
assert counts["LSTM"] == 4 * 20 * (10 + 20 + 2) == 2560
assert counts["LSTM"] == 4 * counts["RNN"] and counts["GRU"] == 3 * counts["RNN"]

# %% [markdown]
# The cell shows what one more argument does to the count, with 64 features in and 64 units. A second layer
# reads the 64 features of the first, so it is as large as the first. The second direction has weights of its
# own. With both, the second layer reads 128 features: in all, nearly five times the plain layer.

# %%
variants = {
    "one layer": {}, "bias=False": {"bias": False}, "proj_size=16": {"proj_size": 16},
}
variants |= {
    "num_layers=2": {"num_layers": 2}, "bidirectional": {"bidirectional": True},
}
variants |= {"both": {"num_layers": 2, "bidirectional": True}}
sizes = {name: count(nn.LSTM(64, 64, **extra)) for name, extra in variants.items()}
one = sizes["one layer"]
assert one == 4 * 64 * (64 + 64 + 2) == 33280
assert one - sizes["bias=False"] == 2 * 4 * 64
assert (
    sizes["num_layers=2"] == sizes["bidirectional"] == 2 * one
    and 4.9 < sizes["both"] / one < 5
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.0), layout="constrained")
ax.barh(
    list(sizes), list(sizes.values()), color=lstmlab.COLOURS["x"], alpha=0.75,
    height=0.6,
)
for row, size in enumerate(sizes.values()):
    ax.text(size + 1500, row, f"{size:,}   {size / one:.2f}×", va="center")
ax.set(
    xlim=(0, 215_000), xlabel="parameters of nn.LSTM(64, 64, ...)",
    xticks=range(0, 200_000, 50_000),
)
ax.xaxis.set_major_formatter("{x:,.0f}")
ax.invert_yaxis()
ax.grid(axis="y", visible=False)
said = ", ".join(f"{name} {size:,}" for name, size in sizes.items())
lstmlab.picture(
    fig,
    "Bars of the parameter counts of nn.LSTM(64, 64) with one argument changed: "
    f"{said}.",
)

# %% [markdown]
# ### `proj_size`
#
# `proj_size` gives a large cell state and a small output. A matrix `weight_hr` of shape (proj_size,
# hidden_size) shrinks `h` inside the step: **h = W_hr (o · tanh(c))**. The gates read the shrunken `h`, so
# `weight_hh` shrinks too. `c` keeps its size.
#
# `nn.LSTM(64, 512)` has 1,183,744 parameters, with a projection to 128 it has 462,848: 39 %. The design is
# from speech recognition (Sak, Senior and Beaufays 2014).

# %%
torch.manual_seed(0)
layer, x = nn.LSTM(8, 24, proj_size=12), torch.randn(6, 2, 8)  # x (time, batch, input)
h, c = torch.zeros(2, 12), torch.zeros(2, 24)  # (batch, proj), (batch, hidden)
for x_t in x:
    # (batch, 4 * hidden)
    z = nn.functional.linear(x_t, layer.weight_ih_l0, layer.bias_ih_l0)
    z = z + nn.functional.linear(h, layer.weight_hh_l0, layer.bias_hh_l0)
    i, f, g, o = z.chunk(4, dim=1)  # (batch, hidden) each
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()  # (batch, hidden)
    h = (o.sigmoid() * c.tanh()) @ layer.weight_hr_l0.T  # (batch, proj)
_, (h_n, c_n) = layer(x)  # (1, batch, proj), (1, batch, hidden)
assert torch.allclose(h, h_n[0], atol=1e-6) and torch.allclose(c, c_n[0], atol=1e-6)
assert layer.weight_hh_l0.shape == (96, 12) and layer.weight_hr_l0.shape == (12, 24)
large, small = count(nn.LSTM(64, 512)), count(nn.LSTM(64, 512, proj_size=128))
assert (large, small) == (1_183_744, 462_848) and round(100 * small / large) == 39
print(f"{large:,} parameters, with the projection {small:,}")

# %% [markdown]
# The last two arguments, `device` and `dtype`, say where and in which precision the parameters are made.
# Input and states must match both. In float64 the cell by hand agrees to fourteen decimals: the sharpest
# test of a cell of your own.

# %%
torch.manual_seed(0)
precise, x = (
    nn.LSTM(5, 7, dtype=torch.float64), torch.randn(50, 4, 5, dtype=torch.float64),
)
difference = (by_hand(precise, x) - precise(x)[0]).abs().max().item()
assert difference < 1e-14
print("largest difference in float64:", difference)

# %% [markdown]
# ## Claims put to the test
#
# Here are eight sentences from tutorials. Decide on each before you read on. What holds stands below it, with a
# cell that shows it.
#
# ### "batch_first=True makes input and output (batch, time, input_size)."
#
# That is true of the input. The output has D · H_out features: 30 here, not 5. And "input and output
# tensors have the batch first" leaves out half of the tensors: the states keep (D · layers, batch,
# features), coming in and going out. For an input without a batch the argument is ignored.

# %% tags=["hide-input", "claim-6", "claim-10", "claim-64"]
lstm = nn.LSTM(5, 15, num_layers=2, batch_first=True, bidirectional=True)
x = torch.randn(3, 7, 5)  # (batch, time, input)
print(*shapes(lstm, x))
assert shapes(lstm, x) == ((3, 7, 30), (4, 3, 15), (4, 3, 15))
# (batch, layers, hidden) each: wrong
state = torch.zeros(3, 4, 15), torch.zeros(3, 4, 15)
try:
    lstm(x, state)
    message = "no error"
except RuntimeError as error:
    message = str(error)
assert message == "Expected hidden[0] size (4, 3, 15), got [3, 4, 15]"
print(message)
assert shapes(lstm, torch.randn(7, 5))[0] == (7, 30)
one_way = nn.LSTM(5, 15, num_layers=2, batch_first=True)
assert shapes(one_way, x) == ((3, 7, 15), (2, 3, 15), (2, 3, 15))

# %% [markdown]
# ### "The signature is LSTM(input_size, hidden_size, num_layers, batch_first, ...)."
#
# This list is widely copied. Is it complete?

# %% tags=["hide-input", "claim-60"]
layer = nn.LSTM(3, 5, 1, True)
default, x = nn.LSTM(3, 5), torch.randn(2, 4, 3)  # x (2, 4, input)
default.load_state_dict(layer.state_dict())
assert layer.bias and not layer.batch_first and torch.equal(layer(x)[0], default(x)[0])
assert not nn.LSTM(3, 5, 1, False).bias
missing = count(nn.LSTM(3, 5)) - count(nn.LSTM(3, 5, 1, False))
assert missing == 40
print("batch_first:", layer.batch_first, "- parameters lost with False:", missing)

# %% [markdown]
# `bias` is missing from the list. `nn.LSTM(3, 5, 1, True)` reads sequence first: the same input gives
# what the default layer gives. `nn.LSTM(3, 5, 1, False)` has no biases, 40 numbers fewer, and raises no
# error.
#
# ### "hidden_size is the number of features that come out."
#
# That is true without bidirectional and proj_size. In general the number is D · H_out. So "which layer
# gives 12 features?" has more than one answer unless the defaults are stated, and "output is (time,
# batch, hidden_size)" is a rule for the default layer only.

# %% tags=["hide-input", "claim-18", "claim-24", "claim-62"]
x = torch.randn(6, 2, 8)  # (time, batch, input)
answers = {12: {}, 6: {"bidirectional": True}, 24: {"proj_size": 12}}
for hidden, extra in answers.items():
    layer = nn.LSTM(8, hidden, **extra)
    print(f"hidden_size {hidden:2}: output", shapes(layer, x)[0])
    assert shapes(layer, x)[0] == (6, 2, 12)
assert nn.LSTM(8, 12, batch_first=True)(x.transpose(0, 1))[0].shape == (2, 6, 12)

# %% [markdown]
# ### "nn.LSTM requires two positional arguments."
#
# It requires two arguments, and they need not be positional. Python's message says "positional" of any
# argument without a default. By keyword they work, in any order.

# %% tags=["hide-input", "claim-20"]
layer = nn.LSTM(hidden_size=20, input_size=10)
assert (layer.input_size, layer.hidden_size) == (10, 20)
print(layer)

# %% [markdown]
# ### "The input is one tensor, (time, batch, features)."
#
# That is the default for one of its two inputs. The first may be (batch, time, features), or (time,
# features), or a packed batch of sequences of different lengths (lesson 5). The second is the initial
# state, and it changes the result.

# %% tags=["hide-input", "claim-2"]
layer = nn.LSTM(5, 3)
x = torch.randn(4, 2, 5)  # (time, batch, input)
packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor([4, 2]))
assert isinstance(layer(packed)[0], nn.utils.rnn.PackedSequence)
assert layer(x[:, 0])[0].shape == (4, 3)
state = torch.randn(1, 2, 3), torch.randn(1, 2, 3)  # (layers, batch, hidden) each
change = (layer(x, state)[0] - layer(x)[0]).abs().max().item()
assert change > 0.1
print(f"with another initial state h moves by up to {change:.2f}")

# %% [markdown]
# ### "output holds the hidden states of the layer."
#
# It holds those of its *top* layer. For two layers, look for layer 0's state in `output`: the nearest step
# differs by more than 0.05 on each of five seeds. The cell states of single steps are not returned at all.

# %% tags=["hide-input", "claim-3"]
for seed in range(5):
    torch.manual_seed(seed)
    # x (time, batch, input)
    layer, x = nn.LSTM(3, 4, num_layers=2), torch.randn(6, 2, 3)
    output, (h_n, _) = layer(x)  # (time, batch, hidden), (layers, batch, hidden)
    nearest = min((output[t] - h_n[0]).abs().max().item() for t in range(6))
    assert torch.equal(output[-1], h_n[1]) and nearest > 0.05
    print(
        f"seed {seed}: top layer equal; layer 0 at least {nearest:.2f} away from every "
        "step of output"
    )

# %% [markdown]
# ### "nn.LSTM returns only the last hidden state."

# %% tags=["hide-input"]
quiz.myth("last state only")

# %% [markdown]
# <details><summary>What holds</summary>
#
# Confusion comes from output and states being separate objects that overlap in one row. The line that keeps
# them apart is `output, (h_n, c_n) = lstm(x)`.
#
# </details>

# %% tags=["hide-input", "claim-106", "claim-119", "claim-70"]
returned = nn.LSTM(3, 4)(torch.randn(6, 2, 3))
assert len(returned) == 2 and returned[0].shape == (6, 2, 4)
assert (
    isinstance(returned[1], tuple)
    and [tuple(state.shape) for state in returned[1]] == [(1, 2, 4)] * 2
)
print(
    type(returned).__name__, "of a", type(returned[0]).__name__, "and a",
    type(returned[1]).__name__,
)

# %% [markdown]
# ### "output[-1] is wrong, h_n[-1] is right."
#
# The advice comes with a faulty example: `output = lstm(x); output[-1]`. There `output` is the whole tuple,
# and its last element is `(h_n, c_n)`, no time step. Unpacked rightly, `output[-1]` and `h_n[-1]` are equal
# to the last bit: in the default layout, in one direction, without padding.
#
# Elsewhere *either* can be wrong. With batch_first `output[-1]` is the last *sample*. With two directions
# `h_n[-1]` is the backward half alone, as of step 0. On a padded batch both have read the padding.

# %% tags=["hide-input", "claim-117", "claim-118"]
x = torch.randn(5, 2, 3)  # (time, batch, input)
lstm = nn.LSTM(3, 4)
faulty = lstm(x)
assert isinstance(faulty[-1], tuple) and faulty[-1][0].shape == (1, 2, 4)
output, (h_n, c_n) = lstm(x)  # (time, batch, hidden), (1, batch, hidden) each
assert torch.equal(output[-1], h_n[-1])
# (batch, time, hidden)
output, (h_n, _) = nn.LSTM(3, 4, batch_first=True)(x.transpose(0, 1))
assert output[-1].shape == (5, 4) and torch.equal(output[:, -1], h_n[-1])
output, (h_n, _) = nn.LSTM(3, 4, bidirectional=True)(x)  # (time, batch, 2 * hidden)
assert torch.equal(h_n[-1], output[0, :, 4:]) and not torch.allclose(
    h_n[-1], output[-1, :, 4:]
)
padded = x.clone()
padded[2:, 0] = 0  # sequence 0 has two real steps
assert not torch.allclose(
    lstm(padded)[1][0][-1, 0], lstm(x[:2, :1])[1][0][-1, 0], atol=1e-2
)


# %% [markdown]
# ## Common mistakes
#
# There are fourteen mistakes, each with its cost. For some the cost is accuracy on one task of 8 steps: the
# first step shows a sign, plus or minus, noise follows, and the model says the sign at the end. It is an
# `nn.LSTM(2, 16)`, trained for 45 updates with batches of 32 and tested on fresh sequences. A guess is
# right half of the time. This is the right way, with ten seeds:

# %%
def layout(read, batch=32, **extra):
    """Accuracies of a layer nn.LSTM(2, 16, **extra) whose `read(lstm, x)` gets x
    (batch, time, 2)."""
    sizes = {"batch": batch, "steps": 8, "updates": 45}
    return [
        sign_accuracy(lambda: nn.LSTM(2, 16, **extra), read, seed, **sizes)
        for seed in range(10)
    ]


right = layout(lambda lstm, x: lstm(x)[0][:, -1], batch_first=True)
assert min(right) > 0.99
print("right:", " ".join(f"{accuracy:.2f}" for accuracy in right))

# %% [markdown]
# Find three of them yourself before you read on, and say first what you expect of the states.

# %% tags=["hide-input"]
quiz.myth("batch first states")

# %% tags=["hide-input"]
quiz.pitfall("view")

# %% tags=["hide-input"]
quiz.pitfall("tuple")

# %% tags=["hide-input"]
quiz.pitfall("position")

# %% [markdown]
# ### 1. Batches first, and batch_first left out
#
# The layer takes the batch for time: sequence 7 is read after sequence 6, as its future. Every shape fits.
# **Wrong:**

# %% tags=["mistake-1"]
forgotten = layout(lambda lstm, x: lstm(x)[0][:, -1])
assert max(forgotten) < 0.6 and min(right) > 0.99
print("batch_first left out:", " ".join(f"{accuracy:.2f}" for accuracy in forgotten))

# %% [markdown]
# **Cost:** all seeds stay close to guessing, and no error is raised. **Right:** `batch_first=True`. One test
# finds the mistake in any model: reorder the batch. A sequence's output must not depend on its neighbours.

# %% tags=["mistake-1"]
torch.manual_seed(0)
x, order = torch.randn(32, 8, 2), torch.randperm(32)  # x (batch, time, input)
for batch_first in (False, True):
    lstm = nn.LSTM(2, 16, batch_first=batch_first)
    change = (lstm(x[order])[0] - lstm(x)[0][order]).abs().max().item()
    assert (change > 0.1) if not batch_first else (change < 1e-6)
    print(
        f"batch_first={batch_first}: a new order of the batch changes outputs by up to "
        f"{change:.2g}"
    )

# %% [markdown]
# ### 2. States expected batch first
#
# With batch_first it is natural to expect `h_n` as (batch, layers, features), and to take `h_n[:, -1]`.
# **Wrong:** with two layers and a batch of two every shape fits, and the result is the last *sample* at
# each layer.

# %% tags=["mistake-2"]
torch.manual_seed(0)
# x (batch, time, input)
lstm, x = nn.LSTM(3, 4, num_layers=2, batch_first=True), torch.randn(2, 5, 3)
_, (h_n, _) = lstm(x)  # (layers, batch, hidden)
wrong, right_state = h_n[:, -1], h_n[-1]  # (2, hidden) each
assert wrong.shape == right_state.shape and (wrong - right_state).abs().max() > 0.05
print(f"h_n[:, -1] is off by up to {(wrong - right_state).abs().max().item():.2f}")

# %% [markdown]
# **Cost:** `h_n[:, -1]` is off by more than 0.05 on each of three seeds. A state that goes *in* batch first
# moves the outputs by more than 0.05 too. **Right:** `h_n[-1]`, and states of (layers, batch, features). With
# another batch size a wrong state raises an error, as in the first claim above.

# %% tags=["mistake-2"]
for seed in range(3):
    torch.manual_seed(seed)
    # x (batch, time, input)
    lstm, x = nn.LSTM(3, 4, num_layers=2, batch_first=True), torch.randn(2, 5, 3)
    h_n = lstm(x)[1][0]  # (layers, batch, hidden)
    # (batch, layers, hidden) each
    h_0, c_0 = torch.randn(2, 2, 4), torch.randn(2, 2, 4)
    right_way = lstm(
        x, (h_0.transpose(0, 1).contiguous(), c_0.transpose(0, 1).contiguous())
    )[0]
    out_error = (h_n[:, -1] - h_n[-1]).abs().max().item()
    in_error = (lstm(x, (h_0, c_0))[0] - right_way).abs().max().item()
    assert (
        out_error > 0.05 and in_error > 0.05 and torch.equal(h_n[-1], lstm(x)[0][:, -1])
    )
    print(
        f"seed {seed}: taken out wrongly {out_error:.2f}, put in wrongly {in_error:.2f}"
    )

# %% [markdown]
# ### 3. view where transpose was meant
#
# To turn (batch, time, features) into (time, batch, features) two axes must be *exchanged*. `view` and
# `reshape` only cut the same run of numbers at other places. **Wrong:**

# %% tags=["mistake-3"]
# (batch, time): 0, 1, 2 is one sequence, 3, 4, 5 the other
tiny = torch.arange(6).view(2, 3)
print("two sequences     ", tiny.tolist())
print("view(3, 2)        ", tiny.view(3, 2).tolist())
print("transpose(0, 1)   ", tiny.transpose(0, 1).tolist())
viewed = layout(lambda lstm, x: lstm(x.view(x.shape[1], x.shape[0], 2))[0][-1])
assert tiny.view(3, 2)[:, 0].tolist() == [0, 2, 4] and tiny.transpose(0, 1)[
    :, 0
].tolist() == [0, 1, 2]
print("accuracy with view:", " ".join(f"{accuracy:.2f}" for accuracy in viewed))

# %% [markdown]
# **Cost:** guessing again. Column 0 after `view` mixes steps of both sequences. **Right:** `transpose(0,
# 1)`, which is as good as batch_first.

# %% tags=["mistake-3"]
transposed = layout(lambda lstm, x: lstm(x.transpose(0, 1))[0][-1])
assert max(viewed) < 0.6 and min(transposed) > 0.99
print(
    "accuracy with transpose:", " ".join(f"{accuracy:.2f}" for accuracy in transposed)
)

# %% tags=["hide-input"]
rows = {
    "batch_first=True": right, "transpose": transposed,
    "batch_first left out": forgotten, "view": viewed,
}
fig, ax = plt.subplots(figsize=(7.2, 2.9), layout="constrained")
for row, scores in enumerate(rows.values()):
    heights = [row + 0.05 * (seed - 4.5) for seed in range(10)]
    ax.plot(
        scores, heights, "o", ms=8, alpha=0.6,
        color=lstmlab.COLOURS["h" if row < 2 else "c"],
    )
ax.axvline(0.5, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
ax.text(0.51, -0.42, "guessing", color=lstmlab.COLOURS["x"], va="center")
ax.set(xlim=(0.4, 1.03), ylim=(3.5, -0.7), xlabel="test accuracy, one dot a seed")
ax.set_yticks(range(4), list(rows))
said = ", ".join(
    f"{name} {min(scores):.2f} to {max(scores):.2f}" for name, scores in rows.items()
)
lstmlab.picture(
    fig,
    f"Test accuracy of ten seeds for four ways to hand a batch to nn.LSTM: {said}.",
)

# %% [markdown]
# ### 4. A flat batch read as a sequence
#
# A (32, 8) tensor holds 32 samples of one step each. **Wrong:** `lstm(x)`.

# %% tags=["mistake-6"]
torch.manual_seed(0)
lstm, samples = nn.LSTM(8, 16), torch.randn(32, 8)  # samples (batch, input)
as_sequence = lstm(samples)[0]  # (32, hidden)
as_batch = lstm(samples[None])[0][0]  # (32, hidden)
assert (
    as_sequence.shape == as_batch.shape and (as_sequence - as_batch).abs().max() > 0.2
)
print(f"off by up to {(as_sequence - as_batch).abs().max().item():.2f}")

# %% [markdown]
# Two axes mean one sequence, so the samples become its 32 steps. **Cost:** each sample's output depends on
# those above it in the batch: a new order of the same samples moves outputs by more than 0.2 on each of three
# seeds. **Right:** `x.unsqueeze(0)`, a time axis of one step; a new order then changes no output.

# %% tags=["mistake-6"]
for seed in range(3):
    torch.manual_seed(seed)
    # (batch, input)
    lstm, samples, order = nn.LSTM(8, 16), torch.randn(32, 8), torch.randperm(32)
    wrong = (lstm(samples[order])[0] - lstm(samples)[0][order]).abs().max().item()
    batch = samples.unsqueeze(0)  # (time, batch, input)
    fine = (lstm(batch[:, order])[0] - lstm(batch)[0][:, order]).abs().max().item()
    assert wrong > 0.2 and fine < 1e-6
    print(f"seed {seed}: read as a sequence {wrong:.2f}, as a batch {fine:.0e}")

# %% [markdown]
# ### 5. squeeze() on a batch of one
#
# `h_n.squeeze()` removes the layer axis. It removes every other axis of size 1 too. **Wrong:** the features
# of 33 sequences are collected with it, in batches of 8.

# %% tags=["mistake-7"]
lstm, x = nn.LSTM(3, 16), torch.randn(5, 33, 3)  # x (time, batch, input)
squeezed, kept = [], []
for piece in x.split(8, dim=1):
    _, (h_n, _) = lstm(piece)  # (1, batch, hidden)
    squeezed.extend(h_n.squeeze())
    kept.extend(h_n[-1])
assert len(squeezed) == 48 and squeezed[-1].shape == ()
print("rows collected with squeeze():", len(squeezed))

# %% [markdown]
# **Cost:** 48 rows for 33 sequences. The last batch holds one sequence, and its (16,) vector was taken for
# 16 rows. This happens only when the data leave a remainder of one. **Right:** `h_n[-1]`: 33 rows of 16.

# %% tags=["hide-input", "mistake-7"]
assert len(kept) == 33 and all(row.shape == (16,) for row in kept)
print("rows collected with h_n[-1]:", len(kept))

# %% [markdown]
# ### 6. output taken for a list of layers
#
# A stack has three layers, and you want the state of the bottom layer. **Wrong:** `output[0]`. It has the right
# shape, but it is the *top* layer at step 0.

# %% tags=["mistake-11"]
torch.manual_seed(0)
lstm, x = nn.LSTM(3, 4, num_layers=3), torch.randn(6, 2, 3)  # x (time, batch, input)
output, (h_n, c_n) = lstm(x)  # (time, batch, hidden), (layers, batch, hidden) each
assert output[0].shape == h_n[0].shape and (output[0] - h_n[0]).abs().max() > 0.15
print(f"output[0] is off by up to {(output[0] - h_n[0]).abs().max().item():.2f}")

# %% [markdown]
# **Cost:** wrong values, by more than 0.15 on each of five seeds. **Right:** `h_n[0]` for the last step.
# The steps before are not returned: run the bottom layer by itself, with its weights copied, or feed the
# steps one at a time, as `step_states` does.

# %% tags=["mistake-11"]
for seed in range(5):
    torch.manual_seed(seed)
    # x (time, batch, input)
    lstm, x = nn.LSTM(3, 4, num_layers=3), torch.randn(6, 2, 3)
    output, (h_n, _) = lstm(x)  # (time, batch, hidden), (layers, batch, hidden)
    bottom = nn.LSTM(3, 4)
    bottom.load_state_dict(
        {name: value for name, value in lstm.state_dict().items() if "_l0" in name}
    )
    every_step = bottom(x)[0]  # (time, batch, hidden)
    assert (output[0] - h_n[0]).abs().max() > 0.15
    assert torch.allclose(every_step[-1], h_n[0], atol=1e-6)
    assert torch.allclose(every_step, step_states(lstm, x)[0][0], atol=1e-6)
print("layer 0 by itself, every step:", tuple(every_step.shape))

# %% [markdown]
# ### 7. The tuple not unpacked
#
# The code says `out = lstm(x)` and takes `out[-1]` for the last step. **Wrong:** `out[-1]` is `(h_n, c_n)`. No
# error is raised until the pair is used.

# %% tags=["mistake-12"]
head = nn.Linear(4, 1)
# x (batch, time, input)
lstm, x = nn.LSTM(3, 4, batch_first=True), torch.randn(8, 8, 3)
out = lstm(x)
try:
    head(out[-1])
    message = "no error"
except TypeError as error:
    message = str(error)
assert "must be Tensor, not tuple" in message
print(message)

# %% [markdown]
# **Cost:** an error. It is worse to unpack and to keep the index: `output[-1]` of a batch-first layer is
# the last *sample* at every step. Where batch and length happen to be equal, 8 here, the shape fits, and
# the accuracy stays at chance. **Right:** `h_n[-1]`, or `output[:, -1]`.

# %% tags=["mistake-12"]
last_sample = layout(lambda lstm, x: lstm(x)[0][-1], batch=8, batch_first=True)
last_step = layout(lambda lstm, x: lstm(x)[1][0][-1], batch=8, batch_first=True)
assert max(last_sample) < 0.6 and sorted(last_step)[2] > 0.95
print("output[-1]:", " ".join(f"{accuracy:.2f}" for accuracy in last_sample))
print("h_n[-1]:   ", " ".join(f"{accuracy:.2f}" for accuracy in last_step))

# %% [markdown]
# ### 8. An initial state of fixed size
#
# `h_0` is made once, for batches of 32. **Wrong:** with 100 sequences the last batch has 4.

# %% tags=["mistake-30"]
lstm, data = nn.LSTM(3, 16), torch.randn(5, 100, 3)  # data (time, batch, input)
# (layers, batch, hidden) each
h_0, c_0 = torch.zeros(1, 32, 16), torch.zeros(1, 32, 16)
read = 0
try:
    for batch in data.split(32, dim=1):
        lstm(batch, (h_0, c_0))
        read += batch.shape[1]
    message = "no error"
except RuntimeError as error:
    message = str(error)
assert message == "Expected hidden[0] size (1, 4, 16), got [1, 32, 16]" and read == 96
print(f"after {read} sequences:", message)

# %% [markdown]
# **Cost:** a run that stops at the end of its first epoch. The usual remedy, `drop_last=True` in the
# loader, is silent and costs 4 of 100 sequences, in a test set too. **Right:** leave the state out. Where
# one is needed, make it from the batch: `x.new_zeros` also takes the batch's device and dtype, so it works
# on a GPU.

# %% tags=["mistake-30"]
read = 0
for batch in data.split(32, dim=1):
    zeros = batch.new_zeros(1, batch.shape[1], 16)  # (layers, batch, hidden)
    assert torch.equal(lstm(batch)[0], lstm(batch, (zeros, zeros))[0])
    read += batch.shape[1]
assert read == 100
print("sequences read:", read)

# %% [markdown]
# ### 9. The state taken for one tensor
#
# What works for `nn.RNN` and `nn.GRU`, `rnn(x, h_0)`, fails here, and so does `state.detach()`. **Wrong:**

# %% tags=["mistake-32"]
lstm, x = nn.LSTM(3, 4), torch.randn(5, 2, 3)  # x (time, batch, input)
_, state = lstm(x)  # a pair: (1, batch, hidden) each
messages = []
for attempt in (
    lambda: lstm(x, torch.zeros(1, 2, 4)), lambda: lstm(x, state[0]),
    lambda: state.detach(),
):
    try:
        attempt()
        messages.append("no error")
    except (IndexError, AttributeError) as error:
        messages.append(f"{type(error).__name__}: {error}")
assert (
    messages[0]
    == messages[1]
    == "IndexError: index 1 is out of bounds for dimension 0 with size 1"
)
assert messages[2] == "AttributeError: 'tuple' object has no attribute 'detach'"
print("\n".join(messages))

# %% [markdown]
# **Cost:** an error that speaks of an index and not of the state. **Right:** pass a pair, and do to both
# parts whatever you do to the state.

# %% tags=["mistake-32"]
state = tuple(part.detach() for part in state)
output, (h_n, c_n) = lstm(x, state)  # (time, batch, hidden), (1, batch, hidden) each
assert output.shape == (5, 2, 4) and not any(part.requires_grad for part in state)
for kind in (nn.RNN, nn.GRU):  # here one tensor is right
    assert kind(3, 4)(x, torch.zeros(1, 2, 4))[0].shape == (5, 2, 4)
print("output:", tuple(output.shape))


# %% [markdown]
# ### 10. An argument by position
#
# `nn.LSTM(2, 16, 1, True)` is meant to read batches first. **Wrong:** `True` is the bias.

# %% tags=["mistake-x2"]
def build():
    return nn.LSTM(2, 16, 1, True)


positional = [
    sign_accuracy(build, lambda lstm, x: lstm(x)[0][:, -1], seed) for seed in range(10)
]
assert positional == forgotten and not nn.LSTM(2, 16, 1, True).batch_first
print(
    "nn.LSTM(2, 16, 1, True):", " ".join(f"{accuracy:.2f}" for accuracy in positional)
)

# %% [markdown]
# **Cost:** the same accuracies, digit for digit, as with batch_first left out. In `nn.RNN` the fourth
# argument is `nonlinearity`, and there the call raises an error. **Right:** keywords for everything but the
# two sizes.

# %% tags=["mistake-x2"]
try:
    nn.RNN(2, 16, 1, True)
    message = "no error"
except ValueError as error:
    message = str(error)
assert message == "Unknown nonlinearity 'True'. Select from 'tanh' or 'relu'."
print(message)
by_keyword = layout(lambda lstm, x: lstm(x)[0][:, -1], num_layers=1, batch_first=True)
assert by_keyword == right


# %% [markdown]
# ### 11. Weights copied in another order
#
# ONNX, a file format for trained models, stores the blocks as i, o, f, c (its `c` is our `g`). **Wrong:**
# such a matrix loaded as it is. `load_state_dict` compares names and shapes, and both fit.

# %% tags=["mistake-35"]
def reorder(layer, rows):
    """The layer's state_dict with the four blocks of each parameter in the order
    `rows`."""
    blocks = {
        name: value.unflatten(0, (4, -1)) for name, value in layer.state_dict().items()
    }
    return {name: value[rows].flatten(0, 1) for name, value in blocks.items()}


errors = []
for seed in range(5):
    torch.manual_seed(seed)
    # x (time, batch, input)
    trained, copied, x = nn.LSTM(5, 7), nn.LSTM(5, 7), torch.randn(50, 4, 5)
    exported = reorder(trained, [0, 3, 1, 2])  # i, o, f, g
    copied.load_state_dict(exported)
    errors.append((copied(x)[0] - trained(x)[0]).abs().max().item())
assert min(errors) > 0.4
print("largest error in h:", " ".join(f"{error:.2f}" for error in errors))

# %% [markdown]
# **Cost:** `h`, which lies between −1 and 1, is off by more than 0.4 on each of five seeds. The copy runs,
# but it is another model. **Right:** put the blocks back in order, and compare outputs once before the copy
# is used.

# %% tags=["mistake-35"]
back = [0, 2, 3, 1]  # where i, f, g, o stand in i, o, f, g
for name, value in exported.items():
    exported[name] = value.unflatten(0, (4, -1))[back].flatten(0, 1)
copied.load_state_dict(exported)
assert torch.equal(copied(x)[0], trained(x)[0])
print("after reordering:", (copied(x)[0] - trained(x)[0]).abs().max().item())

# %% [markdown]
# ### 12. nn.LSTM inside nn.Sequential
#
# `nn.Sequential` hands on what a module returns, and `nn.LSTM` returns a tuple. **Wrong:**

# %% tags=["mistake-x3"]
x = torch.randn(5, 2, 3)  # (time, batch, input)
try:
    nn.Sequential(nn.LSTM(3, 4), nn.Linear(4, 2))(x)
    message = "no error"
except TypeError as error:
    message = str(error)
assert message == "linear(): argument 'input' (position 1) must be Tensor, not tuple"
print(message)


# %% [markdown]
# **Cost:** an error, at the first call. **Right:** a module of your own that says which part goes on: every
# step of `output`, or `h_n[-1]` for one answer to a sequence.

# %% tags=["mistake-x3"]
class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(3, 4), nn.Linear(4, 2)

    def forward(self, x):
        _, (h_n, _) = self.lstm(x)  # (layers, batch, hidden)
        return self.head(h_n[-1])  # (batch, classes)


answer = Classifier()(x)  # (batch, classes)
assert answer.shape == (2, 2)
print("one row of class scores for each sequence:", tuple(answer.shape))

# %% [markdown]
# ### 13. NumPy's float64, and token numbers
#
# NumPy makes float64, and the layer holds float32. Token numbers are int64. **Wrong:** either of them as
# the input. Both are refused, with the same advice: convert the input.

# %% tags=["mistake-x4"]
tokens = torch.randint(0, 5000, (20, 8))  # (time, batch)
# (time, batch, input)
numbers = torch.from_numpy(np.linspace(-1, 1, 160).reshape(20, 8, 1))
messages = []
for wrong_input in (numbers, tokens[..., None]):
    try:
        nn.LSTM(1, 32)(wrong_input)
        messages.append("no error")
    except ValueError as error:
        messages.append(str(error))
assert "torch.float64" in messages[0] and "torch.int64" in messages[1]
assert all("Convert input: input.to(torch.float32)" in message for message in messages)
print("\n".join(messages))


# %% [markdown]
# **Cost:** none for the numbers: `.float()` is right. For tokens the advice is wrong. Converted, token 4000
# is an input of 4000, and nearly all gates are *saturated*: they are below 0.01 or above 0.99, where a
# sigmoid is almost flat and they hardly learn. **Right:** `nn.Embedding`, a learned vector for each token.
# Then no gate is saturated.

# %% tags=["mistake-x4"]
def pinned(layer, x):
    traced = lstmlab.trace_gates(layer, x)
    gates = torch.stack([traced.i, traced.f, traced.o])  # (gates, time, batch, hidden)
    return ((gates < 0.01) | (gates > 0.99)).float().mean().item()


assert (
    nn.LSTM(1, 32)(numbers.float())[0].shape == (20, 8, 32)
    and tokens.float().max() > 4000
)
for seed in range(3):
    torch.manual_seed(seed)
    as_numbers = pinned(nn.LSTM(1, 32), tokens[..., None].float())
    embedded = pinned(nn.LSTM(16, 32), nn.Embedding(5000, 16)(tokens))
    assert as_numbers > 0.9 and embedded == 0
    print(
        f"seed {seed}: gates pinned with .float() {as_numbers:.0%}, with an embedding "
        f"{embedded:.0%}"
    )

# %% [markdown]
# ### 14. Weights replaced, not copied into
#
# **Wrong:** a new `nn.Parameter` in the place of an old one, after the optimizer was made. The layer uses
# the new one. The optimizer still holds the old one.

# %% tags=["mistake-x7"]
torch.manual_seed(0)
where = device()
# x (time, batch, input)
lstm, x = nn.LSTM(64, 64).to(where), torch.randn(10, 4, 64, device=where)
optimizer = torch.optim.SGD(lstm.parameters(), lr=0.1)
identity = torch.eye(64, device=where).repeat(4, 1)  # (4 * hidden, hidden)
lstm.weight_hh_l0 = nn.Parameter(identity.clone())
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    lstm(x)[0].pow(2).mean().backward()
optimizer.step()
assert lstm.weight_hh_l0.grad.abs().max() > 0 and torch.equal(
    lstm.weight_hh_l0, identity
)
print(
    f"{where}: largest change of the new weights "
    f"{(lstm.weight_hh_l0 - identity).abs().max().item()}"
)
for warning in caught:  # none on a CPU
    print(warning.message)

# %% [markdown]
# **Cost:** the new weights never learn: their change is exactly 0. On a GPU there is a second cost: cuDNN
# needs all weights in one piece of memory, a replaced weight lies elsewhere, and torch warns that the
# weights "are not part of single contiguous chunk of memory" and copies them all at every call, 133,120
# bytes here. `lstm.flatten_parameters()` puts them together again. On a CPU there is no warning, and it
# does nothing.
#
# **Right:** copy *into* the parameter, under `no_grad`. It stays the same object in the same place.

# %% tags=["mistake-x7"]
assert 4 * count(lstm) == 133_120
assert where.type != "cpu" or not caught
before = lstm(x)[0]  # (time, batch, hidden)
lstm.flatten_parameters()
assert torch.allclose(lstm(x)[0], before, atol=1e-6)
lstm = nn.LSTM(64, 64).to(where)
optimizer = torch.optim.SGD(lstm.parameters(), lr=0.1)
with torch.no_grad():
    lstm.weight_hh_l0.copy_(identity)
lstm(x)[0].pow(2).mean().backward()
optimizer.step()
change = (lstm.weight_hh_l0 - identity).abs().max().item()
assert change > 0
print(f"largest change after copy_: {change:.0e}")

# %% [markdown]
# ## Questions
#
# Six questions, two easy, two medium, two hard. Each has a hint and a worked solution.

# %% tags=["hide-input"]
quiz.choice("constructor")

# %% tags=["hide-input"]
quiz.choice("default layout")

# %% tags=["hide-input"]
quiz.choice("output shape")

# %% tags=["hide-input"]
quiz.choice("top layer")

# %% tags=["hide-input"]
quiz.choice("twelve features")

# %% tags=["hide-input"]
quiz.choice("count")

# %% [markdown]
# The cells check the arithmetic of these six, and of the questions in the review.

# %%
keys = "purpose", "constructor", "output shape", "missing size", "twelve features"
assert "".join(quiz.bank.questions[key].answer for key in keys) == "ACABD"
assert shapes(nn.LSTM(5, 3, 1), torch.randn(4, 2, 5)) == (
    (4, 2, 3), (1, 2, 3), (1, 2, 3),
)
assert shapes(nn.LSTM(8, 24, proj_size=12), torch.randn(6, 2, 8))[1:] == (
    (1, 2, 12), (1, 2, 24),
)
assert shapes(nn.LSTM(8, 6), torch.randn(6, 2, 8))[0] == (6, 2, 6)
for wrong_sizes in ((12, 8), (6, 8)):
    try:
        nn.LSTM(*wrong_sizes)(torch.randn(6, 2, 8))
        message = "no error"
    except RuntimeError as error:
        message = str(error)
    assert "input.size(-1) must be equal to input_size" in message
output, (h_n, _) = nn.LSTM(3, 4, num_layers=3)(torch.randn(6, 2, 3))
assert torch.equal(output[-1], h_n[-1]) and h_n.shape[0] == 3

# %% tags=["hide-input"]
assert (
    count(nn.LSTM(10, 20)) == 2560
    and count(nn.RNN(10, 20)) == 20 * (10 + 20 + 2) == 640
)
assert (
    count(nn.LSTM(10, 20, num_layers=2))
    == 2560 + 4 * 20 * (20 + 20 + 2)
    == 2560 + 3360
    == 5920
)
assert 2 * 2560 == 5120 and 5920 // 4 == 1480  # wrong options
assert 4 * 20 * (10 + 20 + 1) + 4 * 20 * (20 + 20 + 1) == 5760  # wrong option: one bias
assert (
    count(nn.LSTM(64, 128, 2)) - count(nn.LSTM(64, 128, 2, False))
    == 2 * 2 * 4 * 128
    == 2048
)
checked = nn.LSTM(3, 5)
with torch.no_grad():
    for parameter in checked.parameters():
        parameter[10:15] = 0.0
assert lstmlab.trace_gates(checked, torch.randn(4, 2, 3)).g.abs().max() == 0
assert names[3] == "bias" and names[6] == "bidirectional" and names[5] == "dropout"

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card. Put away what you knew; the rest comes again.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then compare: tick the concepts your text has.

# %% tags=["hide-input"]
quiz.explain("step by step")

# %% tags=["hide-input"]
quiz.explain("two states")

# %% tags=["hide-input"]
quiz.explain("wrong axis")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **The assignment** is [`a4_nn_lstm`](../release/a4_nn_lstm/a4_nn_lstm.ipynb): `lstm_forward`,
# `lstm_param_count` and `lstm_shapes`.
#
# **When not to use `nn.LSTM`:** where something must happen between two steps, such as feeding a prediction
# back, `nn.LSTMCell` gives one step at a time; where only the last few steps decide, a plain `nn.RNN` needs a
# quarter of the parameters.
#
# **Where it leads:** [lesson 5](05_packing.ipynb) reads sequences of different lengths,
# [lesson 6](06_stacking.ipynb) stacks layers and reads both ways.

# %% [markdown]
# ### Sources
#
# - [`torch.nn.LSTM`](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html): arguments, shapes,
#   equations, initialisation.
# - H. Sak, A. Senior, F. Beaufays: [*Long Short-Term Memory Based Recurrent Neural Network Architectures for
#   Large Vocabulary Speech Recognition*](https://arxiv.org/abs/1402.1128). 2014. The projection.
# - [ONNX operators, LSTM](https://onnx.ai/onnx/operators/onnx__LSTM.html): the order i, o, f, c.
# - PyTorch: [issue 4145, states and batch_first](https://github.com/pytorch/pytorch/issues/4145);
#   [issue 3349, the returned tuple](https://github.com/pytorch/pytorch/issues/3349);
#   [issue 36905, why two biases](https://github.com/pytorch/pytorch/issues/36905);
#   [issue 99998, input dtype](https://github.com/pytorch/pytorch/issues/99998);
#   [examples 248, weights not in one chunk](https://github.com/pytorch/examples/issues/248).
# - The same mistakes in other people's code:
#   [batch_first left out](https://github.com/closeheat/pytorch-lstm-text-generation-tutorial/issues/3),
#   [squeeze on a batch of one](https://github.com/bentrevett/pytorch-sentiment-analysis/issues/41),
#   [a state of fixed size](https://github.com/udacity/deep-learning-v2-pytorch/pull/398),
#   [the pair taken for one tensor](https://github.com/spro/char-rnn.pytorch/issues/2),
#   [block order](https://github.com/keras-team/keras/issues/3088).

# %% [markdown]
# ### What to remember
#
# 1. `output, (h_n, c_n) = lstm(x)`. By default `x` is (time, batch, features); `output` is the top layer at
#    every step, with D · H_out features; `h_n` and `c_n` are every layer after the last step, (D · layers,
#    batch, features), whatever batch_first says.
# 2. A layer is four blocks of rows, i, f, g, o, and two biases: 4 · H · (I + H + 2) numbers. Copy into them
#    under `no_grad`, and compare one output before you trust the copy.
# 3. Use keywords for all but the two sizes, `transpose` and never `view`, and a pair for the state. Test any
#    model in this way: reorder the batch; each sequence must keep its result.

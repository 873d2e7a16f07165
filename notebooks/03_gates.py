# %% [markdown]
# # 3. Gates
#
# *About 45 minutes, and 20 more for the common mistakes. You need lesson 2: a recurrent step, and a
# hidden state that every step overwrites.*
#
# After this lesson you can
#
# 1. compute one LSTM step by hand, and point at the only place where something is added to a state;
# 2. turn a forget gate into a number of steps, and a number of steps into a forget bias;
# 3. recognise the usual mistakes with gates, most of which raise no error.
#
# The symbols are those of `nn.LSTM`: gates `i`, `f`, `o`, candidate `g` (together the four *blocks*), cell
# state `c`, hidden state `h`.
#
# Terms are explained in the [glossary](glossary.md).

# %%
import math
import statistics

import matplotlib.pyplot as plt
import torch
from torch import nn

import lstmlab
from lstmlab.draw.equations import draw_equations
from lstmlab.tasks.first_sign import first_sign, recall_accuracy

torch.manual_seed(0)
torch.set_num_threads(1)  # layers as small as these are fastest on one thread
lstmlab.use_style()
quiz = lstmlab.Quiz("03_gates")

# %% [markdown]
# ## Predictions
#
# There are four questions. Commit to an answer for each before you read on.

# %% tags=["hide-input"]
quiz.predict("leak")

# %% tags=["hide-input"]
quiz.predict("reads")

# %% tags=["hide-input"]
quiz.predict("counter")

# %% tags=["hide-input"]
quiz.predict("default")

# %% [markdown]
# ## The idea
#
# Here is one unit with one input. Its weights were chosen by hand: a pulse in `x` opens the input gate, the
# candidate carries the pulse's size and sign, and nothing else happens until the next pulse.
#
# Look at three rows. `i` opens at the two pulses and only there. `f` stays at 0.73. `c` jumps at a pulse, then
# falls to half every 2.2 steps: the first pulse is almost gone when the second arrives.

# %%
lstm = lstmlab.story_lstm(forget_bias=1.0)
x = lstmlab.pulses(40)  # (time, batch, input)
trace = lstmlab.trace_gates(lstm, x)
f = trace.f[0].item()
assert round(f, 2) == 0.73 and round(math.log(0.5) / math.log(f), 1) == 2.2
assert 0 < trace.c[24].item() < 0.01 < trace.c[4].item()
lstmlab.plot_gates(trace, cursor=9)

# %% [markdown]
# This is the inside of the cell at step 4, when the pulse arrives. The further a gate is open, the fuller is its
# disc; the larger a value, the thicker is its wire. Follow the top wire from left to right: the old `c` is
# multiplied by `f`, then `i * g` is added. The old value was 0, so all of the new value, 0.89, was just written.
#
# Look also at the bottom: what do the wires carry that lead to the four blocks? Does a wire lead from `c` to a gate?

# %% tags=["hide-input"]
assert round(trace.c[4].item(), 2) == 0.89 == round((trace.i[4] * trace.g[4]).item(), 2)
lstmlab.draw_cell(trace, step=4)

# %% [markdown]
# Five steps later nothing arrives. The input gate is nearly shut, at 0.08, and the candidate is 0, so nothing is
# written. The cell keeps 73 % of what it had: 0.254 becomes 0.186.

# %% tags=["hide-input"]
assert round(trace.i[9].item(), 2) == 0.08 and trace.g[9].item() == 0
assert round(trace.c[8].item(), 3) == 0.254 and round(trace.c[9].item(), 3) == 0.186
lstmlab.draw_cell(trace, step=9)

# %% [markdown]
# Now change the cell yourself, by mouse, finger or keyboard. The drawing shows it at one step: each gate is two
# jaws around a wire. The strips show the same cell over time; the dotted curves stay where they started. The
# sentence in the box says what your last move did. Try four things; press *Reset* before each:
#
# 1. Forget gate, bias: from 1 to 3. How long does a pulse last now?
# 2. Output gate, bias: down to −6. What happens to `h`, and what to `c`?
# 3. Choose the input *always on* and the forget bias 6. Which of `c` and `h` leaves the range from −1 to 1?
# 4. Draw an input of your own into the top strip. Can a negative pulse undo a positive one? Look at `i` when it
#    arrives.

# %%
lstmlab.GateExplorer(forget_bias=1.0)

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# With bias 3 the half-life is 14.3 steps. A shut output gate hides the memory from `h` and leaves `c` as it
# was. Under a constant input `c` climbs past 30 in 40 steps and `h` stays below 1. A negative pulse undoes
# nothing: with these weights it shuts the input gate, and is not written.
#
# </details>

# %% tags=["claim-79"]
slow = lstmlab.trace_gates(lstmlab.story_lstm(forget_bias=3.0), x)
assert round(math.log(0.5) / math.log(slow.f[0].item()), 1) == 14.3
shut = lstmlab.story_lstm()
with torch.no_grad():
    shut.bias_ih_l0[3] = -6.0
hidden = lstmlab.trace_gates(shut, x)
assert torch.equal(hidden.c, trace.c) and hidden.h.abs().max() < 0.01
on = lstmlab.trace_gates(lstmlab.story_lstm(forget_bias=6.0), torch.ones_like(x))
assert 30 < on.c.max() < 40 and on.h.max() < 1
down = lstmlab.trace_gates(lstmlab.story_lstm(), -lstmlab.pulses(40, {4: 1.0}))
assert down.i[4] < 0.001 and down.c.abs().max() < 0.001
print(f"always on: c reaches {on.c.max().item():.1f}, h {on.h.max().item():.2f}")

# %% [markdown]
# ## Experiments
#
# Now compute one step by hand, one block at a time. In each weight matrix PyTorch stacks the four blocks, in
# the order **i, f, g, o**. Every block has two bias vectors. With 4 units there are 16 rows.
#
# `z` is the sum that each block computes before its activation.

# %% tags=["claim-84"]
cell = nn.LSTMCell(input_size=3, hidden_size=4)
x_t = torch.randn(2, 3)  # (batch, input)
h, c = torch.randn(2, 4), torch.randn(2, 4)  # (batch, hidden) each
# (batch, 4 * hidden)
z = x_t @ cell.weight_ih.T + cell.bias_ih + h @ cell.weight_hh.T + cell.bias_hh
z_i, z_f, z_g, z_o = z.chunk(4, dim=1)  # (batch, hidden) each
assert cell.weight_ih.shape == (16, 3) and cell.weight_hh.shape == (16, 4)
print("z", tuple(z.shape), "-> four blocks of", tuple(z_i.shape))

# %% [markdown]
# **The candidate `g`** is the content: what could be written. It is a tanh, so it has a sign. It is not a
# gate, though PyTorch's documentation calls it the *cell gate*.

# %%
g = torch.tanh(z_g)  # (batch, hidden)
assert g.min() < 0 < g.max() and g.abs().max() < 1
g

# %% [markdown]
# **The input gate `i`** says how much of the candidate is written, unit by unit. It is a sigmoid: it lies between
# 0 and 1, and reaches them only by rounding.

# %% tags=["claim-78"]
i = torch.sigmoid(z_i)  # (batch, hidden)
write = i * g  # (batch, hidden)
assert i.min() > 0 and i.max() < 1 and (write.abs() < g.abs()).all()
write

# %% [markdown]
# **The forget gate `f`** says how much of the old cell state stays. Its name misleads: 1 keeps everything, 0
# forgets everything.

# %% tags=["claim-77"]
f = torch.sigmoid(z_f)  # (batch, hidden)
keep = f * c  # (batch, hidden)
assert f.min() > 0 and f.max() < 1 and (keep.abs() < c.abs()).all()
keep

# %% [markdown]
# **The only addition to a state.** Two products are added and make the new cell state. After `z`, everything
# else multiplies or squashes.

# %%
c_new = keep + write  # (batch, hidden)
c_new

# %% [markdown]
# **The output gate `o`** says how much of the cell state is shown. What it shows is `h`: the output of this
# step, which all four blocks read at the next step. `h` is overwritten; nothing is added to it.
#
# The last line compares with PyTorch: the difference should be rounding, below one millionth.

# %% tags=["claim-13", "claim-71", "claim-76", "claim-85"]
o = torch.sigmoid(z_o)  # (batch, hidden)
h_new = o * torch.tanh(c_new)  # (batch, hidden)
h_torch, c_torch = cell(x_t, (h, c))  # (batch, hidden) each
error = max((h_new - h_torch).abs().max().item(), (c_new - c_torch).abs().max().item())
assert error < 1e-6
print(f"largest difference from nn.LSTMCell: {error:.0e}")

# %% [markdown]
# Here are the six lines together, as PyTorch's documentation writes them, in the colours of the widgets. σ is
# the sigmoid, ⊙ multiplies unit by unit, and t−1 is the step before.

# %%
draw_equations()

# %% [markdown]
# The same six lines at every step give a whole `nn.LSTM`. `trace_gates` does that, and keeps the gates, which
# PyTorch does not return. Over three seeds and 50 steps the difference is still rounding.

# %%
for seed in range(3):
    torch.manual_seed(seed)
    layer = nn.LSTM(5, 7)
    sequence = torch.randn(50, 4, 5)  # (time, batch, input)
    # (time, batch, hidden), (1, batch, hidden) each
    output, (h_n, c_n) = layer(sequence)
    traced = lstmlab.trace_gates(layer, sequence)
    error = max(
        (traced.h - output).abs().max().item(),
        (traced.c[-1] - c_n[0]).abs().max().item(),
    )
    assert error < 2e-6
    print(f"seed {seed}: largest difference from nn.LSTM {error:.0e}")

# %% tags=["hide-input"]
quiz.reveal("reads")

# %% [markdown]
# All four blocks read `x` and `h`. None reads `c`.
#
# ### A forget gate is a timescale
#
# A cell that writes nothing multiplies by `f` at each step. After `n` steps `f ** n` is left. Half is left
# when `f ** n = 0.5`, so the half-life is **ln 0.5 / ln f** steps.

# %%
left = 0.9**20
half = math.log(0.5) / math.log(0.9)
assert round(left, 2) == 0.12 and round(half, 1) == 6.6
# a wrong option: the gate that would leave 0.45
assert round(0.45 ** (1 / 20), 2) == 0.96
print(f"left after 20 steps: {left:.2f}; half-life: {half:.1f} steps")
quiz.reveal("leak")

# %% [markdown]
# At `f = 0.9`, 0.12 is left after 20 steps, and half after 6.6.
#
# What you can set is the *bias* of the gate. Where the gate's weights are 0, as in the unit above, the gate is the
# sigmoid of the bias. The code and the figure compare the formula with the steps until `c` has halved after a pulse.
#
# Look at the slope: from bias 2 on, a bias larger by 1 multiplies the half-life by about e = 2.7.

# %%
measured = {}
for bias in (0.0, 1.0, 2.0, 3.0, 4.0, 5.0):
    unit = lstmlab.story_lstm(forget_bias=bias)
    # (time,)
    c_path = lstmlab.trace_gates(unit, lstmlab.pulses(400, {0: 1.0})).c[:, 0, 0]
    measured[bias] = int((c_path <= c_path[0] / 2).nonzero()[0])
    predicted = math.log(0.5) / math.log(torch.tensor(bias).sigmoid().item())
    assert predicted <= measured[bias] + 1e-3 and measured[bias] < predicted + 1
    print(
        f"bias {bias:.0f}: half-life {predicted:6.1f} steps, halved at step "
        f"{measured[bias]}"
    )

# %% tags=["hide-input"]
biases = torch.linspace(-2, 6, 81)  # (81,)
curve = math.log(0.5) / biases.sigmoid().log()  # (81,)
assert (
    2.5 < curve[-1] / curve[-11] < 2.8
    and 2.5 < curve[50] / curve[40] < 2.8
    and round(math.e, 1) == 2.7
)
fig, ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
ax.semilogy(biases, curve, color=lstmlab.COLOURS["f"])
ax.plot(list(measured), list(measured.values()), "o", color=lstmlab.COLOURS["c"])
ax.annotate("ln 0.5 / ln f", (2.6, 9), (0.6, 30), color=lstmlab.COLOURS["f"])
ax.annotate(
    "measured: first step at or below half", (3, measured[3]), (1.7, 1.6),
    color=lstmlab.COLOURS["c"],
)
ax.set(
    xlabel="forget bias", ylabel="half-life in steps", yticks=[1, 10, 100],
    yticklabels=["1", "10", "100"],
)
lstmlab.picture(
    fig,
    f"Half-life against forget bias, log scale. It rises from {curve[0]:.2f} steps at "
    f"bias -2 through 1 step at bias 0 to {curve[-1]:.0f} steps at bias 6. Six "
    "measured points lie within one step above the curve.",
)

# %% [markdown]
# You can use the formula the other way round. For a half-life of `n` steps take `f = 0.5 ** (1 / n)` and
# `bias = ln(f / (1 - f))`. For 30 steps that is a bias of 3.8.

# %%
n = 30
f_wanted = 0.5 ** (1 / n)
bias_wanted = math.log(f_wanted / (1 - f_wanted))
assert round(bias_wanted, 1) == 3.8
print(f"half-life {n} steps: forget gate {f_wanted:.3f}, forget bias {bias_wanted:.2f}")

# %% [markdown]
# And what does a fresh `nn.LSTM` do? Its weights and biases are drawn around zero. The code averages its forget
# gates, over 64 units and 100 steps, on five seeds.

# %%
for seed in range(5):
    torch.manual_seed(seed)
    fresh = lstmlab.trace_gates(nn.LSTM(8, 64), torch.randn(100, 16, 8))
    mean = fresh.f.mean().item()
    assert 0.48 < mean < 0.52 and 0.9 < math.log(0.5) / math.log(mean) < 1.1
    print(
        f"seed {seed}: mean forget gate {mean:.3f}, half-life "
        f"{math.log(0.5) / math.log(mean):.2f} steps"
    )
# the wrong options
assert round(0.5 ** (1 / 10), 2) == 0.93 and round(0.5 ** (1 / 100), 3) == 0.993
quiz.reveal("default")

# %% [markdown]
# The forget gates of a fresh layer start around 0.5: a half-life of one step. Every average lies between
# 0.48 and 0.52.
#
# ### `h` is bounded, `c` is not
#
# Hold `i`, `f`, `o` and `g` at 1 for 1000 steps.

# %% tags=["claim-114"]
counter = nn.LSTM(1, 1)
with torch.no_grad():
    for parameter in counter.parameters():
        parameter.zero_()
    counter.bias_ih_l0.fill_(50.0)  # sigmoid(50) and tanh(50) are 1 in float32
_, (h_n, c_n) = counter(torch.zeros(1000, 1, 1))  # (1, batch, hidden) each
assert c_n.item() == 1000 and h_n.item() == 1
print(f"after 1000 steps: c = {c_n.item():.0f}, h = {h_n.item():.0f}")
quiz.reveal("counter")

# %% [markdown]
# Each step keeps everything and adds 1: `c` counts the steps. `h` is a gate times a tanh: `|h|` is at most 1,
# whatever `c` does.
#
# The figure shows the first 30 steps. `h` does not climb with `c`: beyond `c = 3` it stays above 0.99, and says
# only "large". A unit whose `h` must tell a count has to keep `c` small.

# %% tags=["hide-input"]
counted = lstmlab.trace_gates(counter, torch.zeros(30, 1, 1))
c_path, h_path = counted.unit("c"), counted.unit("h")
assert min(h_path[2:]) > 0.99 and c_path[-1] == 30
fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
ax.plot(range(1, 31), c_path, color=lstmlab.COLOURS["c"])
ax.plot(range(1, 31), h_path, color=lstmlab.COLOURS["h"])
ax.text(20, 15.5, "cell state c", color=lstmlab.COLOURS["c"], ha="left")
ax.text(20, 2.2, "hidden state h", color=lstmlab.COLOURS["h"])
ax.set(xlabel="steps", ylabel="value")
lstmlab.picture(
    fig,
    "All gates and the candidate held at 1 for 30 steps: the cell state climbs in a "
    f"straight line to {c_path[-1]:.0f}; the hidden state is {h_path[2]:.3f} after 3 "
    "steps and never passes 1.",
)


# %% [markdown]
# ### What a timescale is worth
#
# The task has 30 steps. Step 0 shows a sign, plus or minus. Noise follows. At the end the layer must say
# which sign it was. A guess is right half of the time. The layer is `nn.LSTM(2, 8)`; it gets 100 updates,
# with ten seeds for each start.
#
# Only the eight forget biases differ. At the default start almost every seed stays below 60 %. With a forget
# bias of 4, a half-life of 38 steps, almost every seed is above 95 %. "Almost every" means at least eight of
# ten.

# %% tags=["claim-86"]
def set_bias(rows, value):
    """Return a function that sets these rows of an LSTM's bias to `value`, the second
    bias to zero."""

    def prepare(lstm):
        with torch.no_grad():
            lstm.bias_ih_l0[rows] = value
            lstm.bias_hh_l0[rows] = 0.0

    return prepare


FORGET = slice(8, 16)  # rows H to 2H of i, f, g, o
default = [recall_accuracy(lambda lstm: None, seed) for seed in range(10)]
longer = [recall_accuracy(set_bias(FORGET, 4.0), seed) for seed in range(10)]
assert sorted(default)[7] < 0.6 and sorted(longer)[2] > 0.95
assert round(math.log(0.5) / math.log(torch.tensor(4.0).sigmoid().item())) == 38

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 2.6), layout="constrained")
for row, scores in enumerate((default, longer)):
    heights = [row + 0.05 * (seed - 4.5) for seed in range(10)]
    ax.plot(scores, heights, "o", ms=9, alpha=0.6, color=lstmlab.COLOURS["f"])
ax.axvline(0.5, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
ax.text(0.51, 1.32, "guessing", color=lstmlab.COLOURS["x"], va="center")
ax.set(xlim=(0.4, 1.03), ylim=(-0.5, 1.6), xlabel="test accuracy, one dot a seed")
ax.set_yticks([0, 1], ["forget bias as built", "forget bias 4"])
lstmlab.picture(
    fig,
    f"Test accuracy of ten seeds. Forget bias as built: {min(default):.2f} to "
    f"{max(default):.2f}, about guessing. Forget bias 4: {min(longer):.2f} to "
    f"{max(longer):.2f}.",
)

# %% [markdown]
# Now look inside a layer that has learned the task. Would you expect a cell state that jumps at step 0 and stays?
# The code follows the unit that ends with the largest `|c|`, on three seeds: `|c|` is below 1 after step 0 and
# above 4 at the end. It grows faster than it is forgotten: `h` feeds the candidate, which writes the same sign again
# at each step.

# %%
trained = []


def set_and_keep(lstm):
    set_bias(FORGET, 4.0)(lstm)
    trained.append(lstm)


signs, _ = first_sign(1, 30, torch.Generator().manual_seed(1))  # (time, batch, input)
for seed in range(3):
    assert recall_accuracy(set_and_keep, seed) > 0.95
    # (time, hidden)
    path = lstmlab.trace_gates(trained[seed], signs).c[:, 0].abs().detach()
    loudest = int(path[-1].argmax())
    assert path[0, loudest] < 1 and path[-1, loudest] > 4
    print(
        f"seed {seed}, unit {loudest}: |c| goes from {path[0, loudest]:.2f} to "
        f"{path[-1, loudest]:.1f}"
    )

# %% [markdown]
# The explorer takes any `nn.LSTM` and an input. It shows the gates of the last layer trained above, unit by unit;
# thin lines are the other units. Feature 1 of `x` is the sign, feature 0 the noise. Follow one unit from step
# to step: how much does it write, and how much does it keep? `explorer.trace` has the numbers; your own
# `gate_values` in the assignment must give the same.

# %%
explorer = lstmlab.GateExplorer(trained[-1], signs, unit=loudest, feature=1)
kept, written = (
    explorer.trace.f[:, 0, loudest],
    (explorer.trace.i * explorer.trace.g)[:, 0, loudest],
)  # (time,) each
assert kept.min() > 0.95 and len(written.sign().unique()) == 1
assert torch.allclose(
    explorer.trace.h[:, :, loudest], trained[-1](signs)[0][:, :, loudest].double(),
    atol=1e-5,
)
explorer

# %% [markdown]
# The unit shown keeps more than 0.95 of its state at every step, and writes in the same direction each time: so
# `c` climbs.
#
# A forget bias is a choice of timescale, and no setting is good for every task: lesson 7 has a task where
# a bias of 5 learns less than the default does. Here the timescale fitted the task.

# %% [markdown]
# ## Claims put to the test
#
# Here are nine sentences that are often read. None of them holds. Say of each what is wrong with it before you read
# on. What holds stands below it, with a cell that shows it.
#
# ### "Gates multiply and add values to the states."
#
# A gate only multiplies. Let the gates have any weights, and set the candidate's weights to zero: then `g = 0`.
# Whatever the gates do, a cell that starts at 0 stays at 0. No gate can put anything in.

# %% tags=["hide-input", "claim-78", "claim-97", "claim-98"]
layer = nn.LSTM(3, 4)
with torch.no_grad():
    for parameter in layer.parameters():
        parameter.view(4, 4, -1)[2] = 0  # block 2 of i, f, g, o
# (time, batch, hidden), (1, batch, hidden)
output, (_, c_n) = layer(torch.randn(50, 2, 3))
assert output.abs().max() == 0 and c_n.abs().max() == 0
print("50 steps of gates without a candidate: largest |c|", c_n.abs().max().item())

# %% [markdown]
# ### "Gates use sigmoid and tanh."
#
# The three gates are sigmoids: they lie between 0 and 1. The two tanhs do other work: the first makes the
# candidate, the second squashes `c` on its way out. A gate with a tanh could flip the sign of the memory. Look at the
# minima: which block can be negative?

# %% tags=["hide-input", "claim-97", "claim-102"]
traced = lstmlab.trace_gates(nn.LSTM(3, 16), torch.randn(50, 8, 3))
for name in "ifgo":
    values = getattr(traced, name)  # (time, batch, hidden)
    assert values.max() < 1 and (values.min() < 0) == (name == "g")
    print(f"{name}: {values.min().item():+.2f} to {values.max().item():+.2f}")


# %% [markdown]
# ### "The output gate is fed by the cell state."
#
# Many diagrams draw it so. Start one step from two different cell states and recover the output gate as `h
# / tanh(c)`: it is the same. Start from another `h` instead, and it changes.
#
# Some LSTMs do have connections from `c` to the gates. They are called *peepholes* (Gers and Schmidhuber 2000).
# `nn.LSTM` has none.

# %% tags=["hide-input", "claim-101"]
def output_gate(h, c):
    h_new, c_new = cell(x_t, (h, c))  # (batch, hidden) each
    return h_new / torch.tanh(c_new)  # (batch, hidden)


base = output_gate(h, c)
assert torch.allclose(base, output_gate(h, c + 1), atol=1e-4)
assert not torch.allclose(base, output_gate(h + 1, c), atol=1e-2)
print(
    "c moved by 1: o changes by",
    f"{(output_gate(h, c + 1) - base).abs().max().item():.0e}",
)
print(
    "h moved by 1: o changes by",
    f"{(output_gate(h + 1, c) - base).abs().max().item():.2f}",
)


# %% [markdown]
# ### "Three gates, so three blocks of weights."
#
# There are four: the candidate has weights of its own. An LSTM therefore has exactly 4 times the
# parameters of an `nn.RNN` of the same size, a GRU 3 times.

# %% tags=["hide-input", "claim-12", "claim-84"]
def count(layer):
    return sum(parameter.numel() for parameter in layer.parameters())


assert nn.LSTM(10, 20).weight_ih_l0.shape == (80, 10)
assert count(nn.LSTM(10, 20)) == 4 * count(nn.RNN(10, 20))
assert count(nn.GRU(10, 20)) == 3 * count(nn.RNN(10, 20))
print(count(nn.LSTM(10, 20)), "parameters; nn.RNN has", count(nn.RNN(10, 20)))

# %% [markdown]
# ### "A forget gate of 1 forgets."

# %% tags=["hide-input"]
quiz.myth("forget one")

# %% [markdown]
# The code holds `f` at 1 and `i` at 0 for 100 steps.

# %% tags=["hide-input", "claim-77"]
keeper = nn.LSTM(2, 3)
with torch.no_grad():
    for parameter in keeper.parameters():
        parameter.zero_()
    keeper.bias_ih_l0[3:6] = 50.0  # f = 1
    keeper.bias_ih_l0[0:3] = -200.0  # i = 0
c_0 = torch.randn(1, 1, 3)  # (1, batch, hidden)
_, (_, c_n) = keeper(torch.randn(100, 1, 2), (torch.zeros(1, 1, 3), c_0))
assert torch.equal(c_n, c_0)
print("c before", c_0.flatten().tolist(), "and after", c_n.flatten().tolist())

# %% [markdown]
# ### "`c` is the long-term memory, `h` the short-term one."
#
# This helps to remember the names, but it is no property of the cell. Set the forget gate to 0, and the old `c` is
# gone after one step. How long `c` lasts is decided by `f`, at every step anew.

# %% tags=["hide-input", "claim-4"]
with torch.no_grad():
    keeper.bias_ih_l0[3:6] = -200.0  # f = 0
_, (_, c_n) = keeper(torch.randn(1, 1, 2), (torch.zeros(1, 1, 3), c_0))
assert c_n.abs().max() == 0
print(
    "before:", [f"{value:.2f}" for value in c_0.flatten()], "one step later:",
    c_n.flatten().tolist(),
)

# %% [markdown]
# ### "The original LSTM had a forget gate."
#
# The cell of Hochreiter and Schmidhuber (1997) had an input gate and an output gate. Its cell state was
# carried over with a fixed weight of 1, as if `f = 1` for ever. Gers, Schmidhuber and Cummins (2000) added
# the forget gate, because the state kept growing on input that never ended.
#
# The code runs both on 5000 steps of noise. With `f` held at 1 the largest `|c|` at the end is above 100 on every
# seed; with the default forget gates it is below 2.

# %% tags=["hide-input", "claim-99"]
for seed in range(3):
    torch.manual_seed(seed)
    modern = nn.LSTM(2, 8)
    noise = torch.randn(5000, 1, 2)  # (time, batch, input)
    with torch.no_grad():
        largest = modern(noise)[1][1].abs().max().item()
        for parameter in modern.parameters():
            parameter[8:16] = 0.0
        modern.bias_ih_l0[8:16] = 50.0  # f = 1: the cell of 1997
        largest_1997 = modern(noise)[1][1].abs().max().item()
    assert largest < 2 and largest_1997 > 100
    print(
        f"seed {seed}: largest |c| at the end, with forget gate {largest:.2f}, without "
        f"{largest_1997:.0f}"
    )

# %% [markdown]
# ### "Its gates were inspired by cognitive science."
#
# The name borrows from psychology; the design does not. The paper of 1997 starts from an analysis of errors
# flowing back through time (Hochreiter 1991). Through one unit with self-weight `w` and activation `φ` an
# error is multiplied by `w · φ'` at each step, so it lasts only where that product is 1: a linear unit with
# weight 1, the *constant error carousel*. The gates protect it from unwanted writing and reading.
#
# Over 100 steps, a tanh unit with weight 1, its sum held at 0.5, lets less than 1e-10 of the error through. The
# linear one lets through all of it.

# %% tags=["hide-input", "claim-99", "claim-113"]
slope = 1 - math.tanh(0.5) ** 2
through_tanh, through_linear = (1.0 * slope) ** 100, (1.0 * 1.0) ** 100
assert through_tanh < 1e-10 and through_linear == 1
with torch.no_grad():
    # close the ways through h: only the cell's own path is left
    modern.weight_hh_l0.zero_()
h_0 = torch.zeros(1, 1, 8)  # (1, batch, hidden)
c_0 = torch.ones(1, 1, 8, requires_grad=True)  # (1, batch, hidden)
_, (_, c_n) = modern(noise[:100], (h_0, c_0))  # (1, batch, hidden)
(grad,) = torch.autograd.grad(c_n.sum(), c_0)  # (1, batch, hidden)
assert torch.equal(grad, torch.ones(1, 1, 8))
print(
    f"left after 100 steps: tanh unit {through_tanh:.0e}, linear {through_linear:.0f}, "
    "LSTM at f = 1: 1"
)

# %% [markdown]
# The forget gate of 2000 puts a gate on this path at every step: along it an error is multiplied by exactly
# `f`. The code differentiates one step of the cell from above.

# %% tags=["hide-input", "claim-95"]
c_before = c.clone().requires_grad_()  # (batch, hidden)
# (batch, hidden)
(factor,) = torch.autograd.grad(cell(x_t, (h, c_before))[1].sum(), c_before)
assert torch.allclose(factor, f, atol=1e-6)
print(f"d c_new / d c is f: largest difference {(factor - f).abs().max().item():.0e}")


# %% [markdown]
# ### "The LSTM solves vanishing gradients by itself."
#
# It can solve this, but at its default initialisation it does not. How strongly does the output at step 100 depend
# on the input at step 1, compared with the input at step 100? In a layer of 32 units as built, the ratio is below
# 1e-17 on each of five seeds. With a forget bias of 4 the median of the seeds lies between a tenth and ten. Lesson 7
# is about this number.

# %% tags=["hide-input", "claim-73", "claim-104"]
def reach(seed, prepare):
    torch.manual_seed(seed)
    layer = nn.LSTM(8, 32).double()
    prepare(layer)
    # (time, batch, input)
    steps = torch.randn(100, 1, 8, dtype=torch.float64, requires_grad=True)
    (grad,) = torch.autograd.grad(layer(steps)[0][-1].sum(), steps)
    return (grad[0].norm() / grad[-1].norm()).item()


as_built = [reach(seed, lambda layer: None) for seed in range(5)]
biased = [reach(seed, set_bias(slice(32, 64), 4.0)) for seed in range(5)]
assert max(as_built) < 1e-17 and 0.1 < statistics.median(biased) < 10
print("as built:     ", " ".join(f"{value:.0e}" for value in as_built))
print("forget bias 4:", " ".join(f"{value:.1f}" for value in biased))

# %% [markdown]
# ## Common mistakes
#
# There are seven mistakes, each with its cost. Six of them are silent: shapes agree, no error is raised,
# and the loss may even fall.
#
# Find two of them yourself first.

# %% tags=["hide-input"]
quiz.pitfall("wrong rows")

# %% tags=["hide-input"]
quiz.pitfall("both biases")


# %% [markdown]
# ### 1. The blocks read in another order
#
# ONNX, a file format for models, stores i, o, f, c (its `c` is our `g`), and some code reads i, f, o, g. Every
# shape fits. **Wrong:**

# %% tags=["mistake-35"]
def lstm_step(z, c, order):
    block = dict(zip(order, z.chunk(4, dim=1), strict=True))  # (batch, hidden) each
    i, f, o = (block[name].sigmoid() for name in "ifo")
    c_new = f * c + i * block["g"].tanh()  # (batch, hidden)
    return o * c_new.tanh(), c_new


h_wrong, _ = lstm_step(z, c, "ifog")
print(f"i, f, o, g: off by {(h_wrong - h_torch).abs().max().item():.2f}")

# %% [markdown]
# **Cost:** on ten random cells `h` is off by 0.2 to 0.9, and `|h|` is never larger than 1. **Right:**
# the order i, f, g, o. Then the only difference is rounding.

# %% tags=["mistake-35"]
wrong, right = [], []
for seed in range(10):
    torch.manual_seed(seed)
    random_cell = nn.LSTMCell(3, 5)
    # (batch, input or hidden)
    x_r, h_r, c_r = torch.randn(4, 3), torch.randn(4, 5), torch.randn(4, 5)
    # (batch, 4 * hidden)
    z_r = nn.functional.linear(x_r, random_cell.weight_ih, random_cell.bias_ih)
    z_r = z_r + nn.functional.linear(h_r, random_cell.weight_hh, random_cell.bias_hh)
    h_true = random_cell(x_r, (h_r, c_r))[0]  # (batch, hidden)
    wrong.append((lstm_step(z_r, c_r, "ifog")[0] - h_true).abs().max().item())
    right.append((lstm_step(z_r, c_r, "ifgo")[0] - h_true).abs().max().item())
assert min(wrong) > 0.2 and max(wrong) < 0.9 and max(right) < 1e-6
print(
    f"i, f, o, g: {min(wrong):.2f} to {max(wrong):.2f};  i, f, g, o: at most "
    f"{max(right):.0e}"
)

# %% [markdown]
# ### 2. The forget bias set on the wrong rows
#
# The forget gate is the *second* block. `bias[:H]` is the input gate. **Wrong:**

# %%
INPUT = slice(0, 8)  # rows 0 to H
wrong = [recall_accuracy(set_bias(INPUT, 4.0), seed) for seed in range(10)]
print("first H rows:", " ".join(f"{accuracy:.2f}" for accuracy in wrong))

# %% [markdown]
# **Cost:** on the task of 30 steps at least eight of ten seeds are close to guessing. With the right rows at
# least eight of ten are above 95 %. **Right:** rows `H` to `2 * H`.

# %%
right = [recall_accuracy(set_bias(FORGET, 4.0), seed) for seed in range(10)]
assert sorted(wrong)[7] < 0.6 and sorted(right)[2] > 0.95
print("rows H to 2H:", " ".join(f"{accuracy:.2f}" for accuracy in right))

# %% [markdown]
# ### 3. The forget bias set in both biases
#
# `nn.LSTM` has two bias vectors, `bias_ih_l0` and `bias_hh_l0`, and adds them. A loop over all parameters with
# "bias" in the name sets both. **Wrong:**

# %% tags=["mistake-36"]
H = 8
both = nn.LSTM(2, H)
with torch.no_grad():
    for name, parameter in both.named_parameters():
        if "bias" in name:
            parameter[H : 2 * H] = 1.0
total = (both.bias_ih_l0 + both.bias_hh_l0)[H : 2 * H]  # (hidden,)
assert (total == 2).all()
print("forget bias in effect:", total.tolist()[0])

# %% [markdown]
# **Cost:** the bias in effect is 2, not 1, and the half-life is 5.5 steps, not 2.2. **Right:** set one of the two
# biases to the value, and the other to zero.

# %% tags=["mistake-36"]
half_lives = [
    math.log(0.5) / math.log(torch.tensor(bias).sigmoid().item()) for bias in (2.0, 1.0)
]
assert [round(value, 1) for value in half_lives] == [5.5, 2.2]
with torch.no_grad():
    both.bias_ih_l0[H : 2 * H] = 1.0
    both.bias_hh_l0[H : 2 * H] = 0.0
total = (both.bias_ih_l0 + both.bias_hh_l0)[H : 2 * H]  # (hidden,)
assert (total == 1).all()
print("forget bias in effect:", total.tolist()[0])

# %% [markdown]
# ### 4. The forget bias set in one bias, the other left as drawn
#
# This is the opposite mistake. The second bias still holds its random start, which differs from unit to
# unit. **Wrong:**

# %%
torch.manual_seed(0)
one = nn.LSTM(2, H)
with torch.no_grad():
    one.bias_ih_l0[H : 2 * H] = 1.0
spread = (one.bias_ih_l0 + one.bias_hh_l0)[H : 2 * H]  # (hidden,)
assert spread.min() < 0.95 and spread.max() > 1.05
print(f"forget bias in effect: {spread.min().item():.2f} to {spread.max().item():.2f}")

# %% [markdown]
# **Cost:** the biases in effect differ by more than 0.3 within one layer on each of five seeds; each unit
# has another half-life than was asked for. **Right:** set one bias to the value, and the other to zero.

# %%
for seed in range(5):
    torch.manual_seed(seed)
    start = nn.LSTM(2, H).bias_hh_l0[H : 2 * H]  # (hidden,)
    assert (start.max() - start.min()).item() > 0.3
with torch.no_grad():
    one.bias_ih_l0[H : 2 * H] = 1.0
    one.bias_hh_l0[H : 2 * H] = 0.0
assert ((one.bias_ih_l0 + one.bias_hh_l0)[H : 2 * H] == 1).all()

# %% [markdown]
# ### 5. A parameter changed in place under autograd
#
# **Wrong:** to assign to a slice of a parameter. It raises an error.

# %%
try:
    one.bias_ih_l0[H : 2 * H] = 1.0
except RuntimeError as error:
    message = str(error)
assert "leaf Variable" in message and "in-place" in message
print(message)

# %% [markdown]
# **Right:** assign inside `torch.no_grad()`, as above. Do not answer this error with `.detach().clone()`: that
# changes a copy. The layer keeps its old values, and no error says so.

# %%
copy = one.bias_ih_l0.detach().clone()  # (4 * hidden,)
copy[H : 2 * H] = 4.0
assert (one.bias_ih_l0[H : 2 * H] == 1).all()
print("asked for 4, in effect:", one.bias_ih_l0[H].item())

# %% [markdown]
# ### 6. Gates computed from `.data`
#
# A hand-written step that reads `weight.data`, or goes through NumPy, returns the right values. **Wrong:**

# %%
cut = (
    x_t @ cell.weight_ih.data.T
    + cell.bias_ih.data
    + h @ cell.weight_hh.data.T
    + cell.bias_hh.data
)
h_cut, _ = lstm_step(cut, c, "ifgo")  # (batch, hidden)
head = nn.Linear(4, 1)
head(h_cut).sum().backward()
assert torch.allclose(h_cut, h_torch, atol=1e-6)
assert head.weight.grad is not None and all(
    parameter.grad is None for parameter in cell.parameters()
)
print(
    "values agree; parameters with a gradient:",
    sum(p.grad is not None for p in cell.parameters()),
)

# %% [markdown]
# **Cost:** the head on top of the cell learns, so the loss may fall, but none of the cell's 4 parameters gets a
# gradient. **Right:** read the parameters themselves. Then all 4 get a gradient.

# %%
h_live, _ = lstm_step(z, c, "ifgo")  # (batch, hidden)
head(h_live).sum().backward()
learning = sum(parameter.grad is not None for parameter in cell.parameters())
assert learning == 4
print("parameters of the cell with a gradient:", learning)

# %% [markdown]
# ### 7. `h` and `c` taken for one another
#
# The state is `(h, c)`, in this order, and both have the same shape. **Wrong:** a long sequence is read in
# two pieces, and the state is unpacked the other way round.

# %%
torch.manual_seed(0)
layer = nn.LSTM(3, 16)
set_bias(slice(16, 32), 2.0)(layer)
sequence = torch.randn(100, 4, 3)  # (time, batch, input)
whole, _ = layer(sequence)  # (time, batch, hidden)
_, (c_mid, h_mid) = layer(sequence[:50])  # swapped: (1, batch, hidden) each
second, _ = layer(sequence[50:], (h_mid, c_mid))  # (time, batch, hidden)
swapped = (second - whole[50:]).abs()  # (time, batch, hidden)
errors = swapped.mean(dim=(1, 2))  # (time,)
print(
    f"largest error {swapped.max().item():.2f}; mean of the first step "
    f"{errors[0]:.3f}, of the last {errors[-1]:.4f}"
)

# %% [markdown]
# **Cost:** the outputs after the cut are wrong by more than 0.15, and no output is above 1. The error fades as
# the state is forgotten: 50 steps later its mean is less than half. A test that looks only at the last step
# of a long sequence may miss it. **Right:** put `h` first. Then the two pieces agree with the whole to rounding.

# %%
_, (h_mid, c_mid) = layer(sequence[:50])  # (1, batch, hidden) each
second, _ = layer(sequence[50:], (h_mid, c_mid))  # (time, batch, hidden)
carried = (second - whole[50:]).abs()  # (time, batch, hidden)
assert swapped.max() > 0.15 and errors[-1] < errors[0] / 2 and carried.max() < 1e-6
print(f"largest error {carried.max().item():.0e}")

# %% [markdown]
# The same mistake at the end of a model, `_, (_, features)` in place of `_, (features, _)`, hands `c` to the next
# layer. The numbers in `c` can be larger, and how large depends on the length of the sequence. Take a forget bias
# of 4 and an input that always has the same sign. The largest `|h|` stays below 1; the largest `|c|` more than
# triples from 10 to 100 steps, so no fixed scaling of the features fits.

# %%
push = torch.ones(100, 1, 3)  # (time, batch, input)
set_bias(slice(16, 32), 4.0)(layer)
sizes = {}
for steps in (10, 100):
    _, (h_n, c_n) = layer(push[:steps])  # (1, batch, hidden) each
    sizes[steps] = (h_n.abs().max().item(), c_n.abs().max().item())
    print(
        f"{steps:3d} steps: largest |h| {sizes[steps][0]:.2f}, largest |c| "
        f"{sizes[steps][1]:.2f}"
    )
assert max(size[0] for size in sizes.values()) < 1 and sizes[100][1] > 3 * sizes[10][1]

# %% [markdown]
# ## Questions
#
# There are six questions: two easy, two medium, two hard.

# %% tags=["hide-input"]
quiz.choice("new content")

# %% tags=["hide-input"]
quiz.choice("keep")

# %% tags=["hide-input"]
quiz.choice("rows")

# %% tags=["hide-input"]
quiz.choice("half-life")

# %% tags=["hide-input"]
quiz.choice("code")

# %% tags=["hide-input"]
quiz.choice("choose bias")

# %% [markdown]
# The folded cell computes the numbers of the questions.

# %% tags=["hide-input"]
assert round(0.99**10, 3) == 0.904 and round(0.97**97, 2) == 0.05
assert nn.LSTM(10, 20).weight_ih_l0.shape == (80, 10)
assert (
    round(math.log(0.5) / math.log(0.97), 1) == 22.8
    and round(math.log(0.97), 4) == -0.0305
)
assert round(math.log(0.5), 3) == -0.693
f_60 = 0.5 ** (1 / 60)
assert round(f_60, 4) == 0.9885 and round(math.log(f_60 / (1 - f_60)), 2) == 4.46
assert torch.tensor(60.0).sigmoid() == 1
checked = nn.LSTM(2, 5)
with torch.no_grad():
    checked.bias_ih_l0[-5:] = 4.0
assert lstmlab.trace_gates(checked, torch.zeros(1, 1, 2)).o.min() > 0.95

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card. Put away what you knew.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then compare: tick the concepts your text has.

# %% tags=["hide-input"]
quiz.explain("carry")

# %% tags=["hide-input"]
quiz.explain("bias of 1")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **The assignment** is [`a3_gates`](../release/a3_gates/a3_gates.ipynb): `lstm_cell`, `gate_values` and
# `set_forget_bias`.
#
# **When not to use gates:** where the last few steps decide, take a plain `nn.RNN`, which has a quarter of the
# parameters. Where every step must see every other step, take attention, which needs no state.
#
# **Where it leads:** [lesson 4](04_nn_lstm.ipynb) takes `nn.LSTM` apart,
# [lesson 7](07_gradient_flow.ipynb) follows the gradient along the cell state.

# %% [markdown]
# ### Sources
#
# - S. Hochreiter, J. Schmidhuber: [*Long Short-Term Memory*](https://doi.org/10.1162/neco.1997.9.8.1735).
#   Neural Computation 9(8), 1735-1780, 1997. The cell, without a forget gate.
# - F. A. Gers, J. Schmidhuber, F. Cummins: [*Learning to
#   Forget*](https://doi.org/10.1162/089976600300015015). Neural Computation 12(10), 2451-2471, 2000. The
#   forget gate.
# - F. A. Gers, J. Schmidhuber: *Recurrent Nets that Time and Count*. IJCNN 2000. Peepholes.
# - R. Jozefowicz, W. Zaremba, I. Sutskever: [*An Empirical Exploration of Recurrent Network
#   Architectures*](https://proceedings.mlr.press/v37/jozefowicz15.html). ICML 2015. The forget bias of 1.
# - [`torch.nn.LSTM`](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html): equations and
#   order.

# %% [markdown]
# ### What to remember
#
# 1. One step: four blocks read `x` and the previous `h`. Three are gates and multiply. The only addition to a
#    state is `c = f * c + i * g`; then `h = o * tanh(c)` shows it.
# 2. A forget gate sets a half-life of ln 0.5 / ln f steps. For `n` steps take `f = 0.5 ** (1 / n)` and the bias
#    `ln(f / (1 - f))`.
# 3. The order is i, f, g, o; there are two biases; the state is `(h, c)`. Most mistakes are silent: compare
#    with `nn.LSTMCell` to 1e-6, values and gradients, before you trust a cell of your own.

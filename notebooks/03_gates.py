# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3. Gates
#
# *About 60 minutes. You need lesson 2: a recurrent step, and a hidden state that is overwritten at each of them.*
#
# After this lesson you can
#
# 1. compute one LSTM step by hand, and point at the only place where something is added;
# 2. turn a forget gate into a number of steps, and a number of steps into a forget bias;
# 3. recognise the usual mistakes with gates, most of which raise no error.
#
# The symbols are those of `nn.LSTM`: gates `i`, `f`, `o`, candidate `g`, cell state `c`, hidden state `h`.

# %%
import math

import matplotlib.pyplot as plt
import torch
from torch import nn

import lstmlab
from lstmlab import quiz
from lstmlab.tasks import recall_accuracy

torch.manual_seed(0)
lstmlab.use_style()

# %% [markdown]
# ## Predict
#
# Four questions. Commit to an answer for each before you read on; a wrong guess you remember teaches more than
# a right answer you were given. Your choices are kept and compared when the numbers are there.

# %%
quiz.predict(
    "leak",
    "A cell holds c = 1. Its forget gate stays at 0.9 and nothing is written. What is left after 20 steps?",
    [
        ("0.90", "0.9 is what is left after one step; the gate multiplies again at every step."),
        ("0.45", "that would take a forget gate of 0.96."),
        ("0.12", "Twenty multiplications by 0.9 leave 0.9 to the power of 20."),
        ("exactly 0", "a product of numbers above zero never becomes zero; it fades."),
    ],
    answer="C",
)

# %%
quiz.predict(
    "reads",
    "Which blocks of nn.LSTM read the cell state of the step before in order to compute their own value?",
    [
        ("all four", "the four read the input and the previous hidden state, no more."),
        ("the forget gate only", "it multiplies c; it does not look at c to decide by how much."),
        ("the output gate only", "many diagrams draw it so, but the gate is computed before c is touched."),
        ("none", "All four read x of this step and h of the step before."),
    ],
    answer="D",
)

# %%
quiz.predict(
    "counter",
    "Input gate, forget gate, output gate and candidate are all held at 1 for 1000 steps. Where do c and h end?",
    [
        ("c at 1, h at 1", "nothing holds c at 1: each step adds 1 to what was kept."),
        ("c at 1000, h at 1", "c counts the steps; h is a tanh times a gate and cannot pass 1."),
        ("c at 1000, h at 1000", "h = o * tanh(c), and tanh stays within 1."),
        ("c at 1, h at 1000", "h is the bounded one of the two."),
    ],
    answer="B",
)

# %%
quiz.predict(
    "default",
    "A fresh nn.LSTM, before any training: after how many steps has a memory about halved?",
    [
        ("1", "The biases start around zero, so the forget gates start around a half."),
        ("10", "that needs forget gates of 0.93; they do not start there."),
        ("100", "that needs forget gates of 0.993; they do not start there."),
        ("it does not fade", "only a forget gate of exactly 1 keeps everything."),
    ],
    answer="A",
)

# %% [markdown]
# ## See
#
# One unit with one input. Its weights were chosen to tell a story: a pulse in `x` opens the input gate, the
# candidate carries the pulse's size and sign, and nothing else happens until the next pulse.
#
# Look at three rows. `i` opens at the two pulses and only there. `f` rests at 0.73. `c` jumps at a pulse, then
# falls to half every 2.2 steps: the first pulse is all but gone when the second arrives.

# %%
lstm = lstmlab.story_lstm(forget_bias=1.0)
x = lstmlab.pulses(40)  # (time, batch, input)
trace = lstmlab.trace_gates(lstm, x)
f = trace.f[0].item()
assert round(f, 2) == 0.73 and round(math.log(0.5) / math.log(f), 1) == 2.2
assert 0 < trace.c[24].item() < 0.01 < trace.c[4].item()
lstmlab.plot_gates(trace, cursor=9)

# %% [markdown]
# The same cell from the inside, at step 4, when the pulse arrives. A disc is as full as its gate is open, a wire
# as thick as what it carries. Follow the top wire from left to right: the old `c` is multiplied by `f`, then
# `i * g` is added. The old value was 0, so all of the new value, 0.89, was written just now.
#
# Look also at the bottom: all four blocks hang on the same wire, which carries `x` and the previous `h`. No wire
# leads from `c` to a gate.

# %%
assert round(trace.c[4].item(), 2) == 0.89 == round((trace.i[4] * trace.g[4]).item(), 2)
lstmlab.draw_cell(trace, step=4)

# %% [markdown]
# Five steps later nothing arrives. The input gate has shut to 0.08 and the candidate is 0, so nothing is written.
# The cell keeps 73 % of what it had: 0.25 becomes 0.19.

# %%
assert round(trace.i[9].item(), 2) == 0.08 and trace.g[9].item() == 0
assert round(trace.c[8].item(), 2) == 0.25 and round(trace.c[9].item(), 2) == 0.19
lstmlab.draw_cell(trace, step=9)

# %% [markdown]
# Now move it yourself. The dotted curves stay where they started; the line below the figure says what your last
# move did. Three things to try, with the keyboard or the mouse:
#
# 1. Forget gate, bias: from 1 to 3. How long does a pulse last now?
# 2. Output gate, bias: down to −6. What happens to `h`, and what to `c`?
# 3. Choose the input *always on* and the forget bias 6. Which of `c` and `h` leaves the range from −1 to 1?

# %%
lstmlab.GateExplorer(forget_bias=1.0)

# %% [markdown]
# What you should have seen: with bias 3 the half-life is 14.3 steps; a shut output gate hides the memory from
# `h` and leaves `c` as it was; under a constant input `c` climbs past 30 in 40 steps and `h` stays below 1.

# %%
slow = lstmlab.trace_gates(lstmlab.story_lstm(forget_bias=3.0), x)
assert round(math.log(0.5) / math.log(slow.f[0].item()), 1) == 14.3
shut = lstmlab.story_lstm()
with torch.no_grad():
    shut.bias_ih_l0[3] = -6.0
hidden = lstmlab.trace_gates(shut, x)
assert torch.equal(hidden.c, trace.c) and hidden.h.abs().max() < 0.01
on = lstmlab.trace_gates(lstmlab.story_lstm(forget_bias=6.0), torch.ones_like(x))
assert 30 < on.c.max() < 40 and on.h.max() < 1
print(f"always on: c reaches {on.c.max().item():.1f}, h {on.h.max().item():.2f}")

# %% [markdown]
# ## Run
#
# One step by hand, one block at a time. PyTorch stores the four blocks on top of one another in one matrix, in
# the order **i, f, g, o**, and gives every block two biases. A cell with 4 units has 16 rows.
#
# `z` is what the blocks see before their activation. It depends on `x` and on `h`. `c` does not appear.

# %%
cell = nn.LSTMCell(input_size=3, hidden_size=4)
x_t = torch.randn(2, 3)  # (batch, input)
h, c = torch.randn(2, 4), torch.randn(2, 4)  # (batch, hidden) each
z = x_t @ cell.weight_ih.T + cell.bias_ih + h @ cell.weight_hh.T + cell.bias_hh  # (batch, 4 * hidden)
z_i, z_f, z_g, z_o = z.chunk(4, dim=1)  # (batch, hidden) each
assert cell.weight_ih.shape == (16, 3) and cell.weight_hh.shape == (16, 4)
print("z", tuple(z.shape), "-> four blocks of", tuple(z_i.shape))

# %% [markdown]
# **The candidate `g`** is the content: what could be written. It is a tanh, so it has a sign. It is no gate,
# though PyTorch's documentation calls it the *cell gate*.

# %%
g = torch.tanh(z_g)  # (batch, hidden)
assert g.min() < 0 < g.max() and g.abs().max() < 1
g

# %% [markdown]
# **The input gate `i`** says how much of the candidate is written, unit by unit. A sigmoid: always between 0 and
# 1, never quite either.

# %%
i = torch.sigmoid(z_i)  # (batch, hidden)
write = i * g  # (batch, hidden)
assert 0 < i.min() and i.max() < 1 and (write.abs() < g.abs()).all()
write

# %% [markdown]
# **The forget gate `f`** says how much of the old cell state stays. Its name is upside down: 1 keeps everything,
# 0 forgets everything.

# %%
f = torch.sigmoid(z_f)  # (batch, hidden)
keep = f * c  # (batch, hidden)
assert 0 < f.min() and f.max() < 1 and (keep.abs() < c.abs()).all()
keep

# %% [markdown]
# **The only addition.** Two products meet, and their sum is the new cell state. Everything else in the cell
# multiplies or squashes.

# %%
c_new = keep + write  # (batch, hidden)
c_new

# %% [markdown]
# **The output gate `o`** says how much of the cell state is shown. What it shows is `h`: the output of this step,
# and what all four blocks read at the next. `h` is overwritten, nothing is added to it.
#
# The last line compares with PyTorch. The largest difference should be rounding, below one millionth.

# %%
o = torch.sigmoid(z_o)  # (batch, hidden)
h_new = o * torch.tanh(c_new)  # (batch, hidden)
h_torch, c_torch = cell(x_t, (h, c))  # (batch, hidden) each
error = max((h_new - h_torch).abs().max().item(), (c_new - c_torch).abs().max().item())
assert error < 1e-6
print(f"largest difference from nn.LSTMCell: {error:.0e}")

# %% [markdown]
# The same six lines at every step give a whole `nn.LSTM`. `trace_gates` does that, and keeps the gates, which
# PyTorch computes and throws away. Three seeds, 50 steps, and still only rounding.

# %%
for seed in range(3):
    torch.manual_seed(seed)
    layer = nn.LSTM(5, 7)
    sequence = torch.randn(50, 4, 5)  # (time, batch, input)
    output, (h_n, c_n) = layer(sequence)  # (time, batch, hidden), (1, batch, hidden) each
    traced = lstmlab.trace_gates(layer, sequence)
    error = max((traced.h - output).abs().max().item(), (traced.c[-1] - c_n[0]).abs().max().item())
    assert error < 2e-6
    print(f"seed {seed}: largest difference from nn.LSTM {error:.0e}")

# %%
quiz.reveal("reads")

# %% [markdown]
# ### A forget gate is a timescale
#
# A cell that writes nothing multiplies by `f` at each step. After `n` steps `f ** n` is left. Half is left when
# `f ** n = 0.5`, so the half-life is **ln 0.5 / ln f** steps.
#
# At `f = 0.9`, 0.12 is left after 20 steps, and half after 6.6.

# %%
left = 0.9**20
half = math.log(0.5) / math.log(0.9)
assert round(left, 2) == 0.12 and round(half, 1) == 6.6
print(f"left after 20 steps: {left:.2f}; half-life: {half:.1f} steps")
quiz.reveal("leak")

# %% [markdown]
# What one sets is the *bias*; the gate is its sigmoid. The figure puts the formula beside measurements: a
# pulse into the unit from above, and the steps until its cell state has halved.
#
# Look at the slope: from bias 2 on, one more unit of bias multiplies the half-life by about e = 2.7.

# %%
measured = {}
for bias in (0.0, 1.0, 2.0, 3.0, 4.0, 5.0):
    unit = lstmlab.story_lstm(forget_bias=bias)
    c_path = lstmlab.trace_gates(unit, lstmlab.pulses(400, {0: 1.0})).c[:, 0, 0]  # (time,)
    measured[bias] = int((c_path <= c_path[0] / 2).nonzero()[0])
    predicted = math.log(0.5) / math.log(torch.tensor(bias).sigmoid().item())
    assert predicted <= measured[bias] + 1e-3 and measured[bias] < predicted + 1
    print(f"bias {bias:.0f}: half-life {predicted:6.1f} steps, halved at step {measured[bias]}")

# %%
biases = torch.linspace(-2, 6, 81)  # (81,)
curve = math.log(0.5) / biases.sigmoid().log()  # (81,)
assert 2.5 < curve[-1] / curve[-11] < 2.8 and 2.5 < curve[50] / curve[40] < 2.8
fig, ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
ax.semilogy(biases, curve, color=lstmlab.COLOURS["f"])
ax.plot(list(measured), list(measured.values()), "o", color=lstmlab.COLOURS["c"])
ax.annotate("ln 0.5 / ln f", (2.6, 9), (0.6, 30), color=lstmlab.COLOURS["f"])
ax.annotate("measured: first step at or below half", (3, measured[3]), (3.2, 6), color=lstmlab.COLOURS["c"])
ax.set(xlabel="forget bias", ylabel="half-life in steps", yticks=[1, 10, 100], yticklabels=["1", "10", "100"])
lstmlab.picture(
    fig,
    f"Half-life against forget bias, log scale. It rises from {curve[0]:.2f} steps at bias -2 through 1 step at "
    f"bias 0 to {curve[-1]:.0f} steps at bias 6. Six measured points lie within one step above the curve.",
)

# %% [markdown]
# Read backwards it is a recipe. To remember for about `n` steps take `f = 0.5 ** (1 / n)` and
# `bias = ln(f / (1 - f))`. For 30 steps that is a bias of 3.8.

# %%
n = 30
f_wanted = 0.5 ** (1 / n)
bias_wanted = math.log(f_wanted / (1 - f_wanted))
assert round(bias_wanted, 1) == 3.8
print(f"half-life {n} steps: forget gate {f_wanted:.3f}, forget bias {bias_wanted:.2f}")

# %% [markdown]
# And a fresh `nn.LSTM`? Its weights and biases are drawn around zero, so its forget gates start around 0.5: a
# half-life of one step. Five seeds, 64 units: every average lies between 0.48 and 0.52.

# %%
for seed in range(5):
    torch.manual_seed(seed)
    fresh = lstmlab.trace_gates(nn.LSTM(8, 64), torch.randn(100, 16, 8))
    mean = fresh.f.mean().item()
    assert 0.48 < mean < 0.52 and 0.9 < math.log(0.5) / math.log(mean) < 1.1
    print(f"seed {seed}: mean forget gate {mean:.3f}, half-life {math.log(0.5) / math.log(mean):.2f} steps")
quiz.reveal("default")

# %% [markdown]
# ### `c` has no bound, `h` has
#
# Hold `i`, `f`, `o` and `g` at 1. Each step keeps everything and adds 1: `c` counts. `h` is a gate times a tanh;
# it stays within 1 whatever `c` does. After 1000 steps `c` is 1000.

# %%
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
# The figure shows the first 30 steps. `h` leaves its straight line at once: beyond `c = 3` or so it says hardly
# more than "large". A unit that must report a count has to keep `c` small.

# %%
counted = lstmlab.trace_gates(counter, torch.zeros(30, 1, 1))
c_path, h_path = counted.unit("c"), counted.unit("h")
assert h_path[2] > 0.99 and c_path[-1] == 30
fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
ax.plot(range(1, 31), c_path, color=lstmlab.COLOURS["c"])
ax.plot(range(1, 31), h_path, color=lstmlab.COLOURS["h"])
ax.text(20, 15.5, "cell state c", color=lstmlab.COLOURS["c"], ha="left")
ax.text(20, 2.2, "hidden state h", color=lstmlab.COLOURS["h"])
ax.set(xlabel="steps", ylabel="value")
lstmlab.picture(
    fig,
    f"All gates and the candidate held at 1 for 30 steps: the cell state climbs in a straight line to "
    f"{c_path[-1]:.0f}; the hidden state reaches {h_path[2]:.3f} at step 3 and never passes 1.",
)

# %% [markdown]
# ### What a timescale is worth
#
# A task of 30 steps: step 0 shows a sign, plus or minus; noise follows; at the end the layer must say which sign
# it was. Guessing gets half. `nn.LSTM(2, 8)`, 100 updates, five seeds for each start.
#
# Only the eight forget biases differ. At the default start no seed gets beyond 60 %. With a forget bias of 4, a
# half-life of 38 steps, every seed is above 95 %.

# %%
def set_bias(rows, value):
    """Return a function that sets these rows of an LSTM's bias to `value`, the second bias to zero."""

    def prepare(lstm):
        with torch.no_grad():
            lstm.bias_ih_l0[rows] = value
            lstm.bias_hh_l0[rows] = 0.0

    return prepare


FORGET = slice(8, 16)  # rows H to 2H of i, f, g, o
default = [recall_accuracy(lambda lstm: None, seed) for seed in range(5)]
longer = [recall_accuracy(set_bias(FORGET, 4.0), seed) for seed in range(5)]
assert max(default) < 0.6 and min(longer) > 0.95
assert round(math.log(0.5) / math.log(torch.tensor(4.0).sigmoid().item())) == 38

# %%
fig, ax = plt.subplots(figsize=(7.2, 2.6), layout="constrained")
for row, scores in enumerate((default, longer)):
    ax.plot(scores, [row] * 5, "o", ms=9, alpha=0.6, color=lstmlab.COLOURS["f"])
ax.axvline(0.5, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
ax.text(0.51, 1.32, "guessing", color=lstmlab.COLOURS["x"], va="center")
ax.set(xlim=(0.4, 1.03), ylim=(-0.5, 1.6), xlabel="test accuracy, one dot a seed")
ax.set_yticks([0, 1], ["forget bias as built", "forget bias 4"])
lstmlab.picture(
    fig,
    f"Test accuracy of five seeds. Forget bias as built: {min(default):.2f} to {max(default):.2f}, about guessing. "
    f"Forget bias 4: {min(longer):.2f} to {max(longer):.2f}.",
)

# %% [markdown]
# A forget bias is a choice of timescale, not a charm. Where the answer lies in the last few steps, a cell that
# holds on to everything has more to get rid of. Lesson 7 measures both sides.

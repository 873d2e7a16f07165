# %% [markdown]
# # Assignment 4: nn.LSTM
#
# *About 95 minutes, {points}. It belongs to lesson 4, `notebooks/04_nn_lstm.ipynb`.*
#
# You rebuild one layer of `nn.LSTM` with both of its layouts, and then predict, without running anything, how many
# parameters a module has and which shapes it returns.
#
# **How it is graded.** Each function is tried on random inputs that are drawn anew in every run, and compared with
# PyTorch. What holds earns its part of the points, so unfinished work counts too. `check(...)` is free: run it as
# often as you like. It tells you which property fails, on which shapes, and often which mistake it looks like. The
# graded cells use the same checks, and further cases of the same kind when your work is graded. Right means equal
# up to rounding, in any order of operations.
#
# Write your code in place of `raise NotImplementedError()`, keep the names of the functions and their arguments, and
# leave the other cells as they are. Before you hand in: *Kernel → Restart Kernel and Run All Cells*.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import math

import torch
from torch import nn

from autograder.checks import check, given, hint, me, score

# %% [markdown]
# ## 1. One layer by hand
#
# *{points} · hard · about 30 minutes*
#
# Run the step of assignment 3 over a batch of sequences, and give back what a one-layer `nn.LSTM` gives.
#
# | | shape | |
# | --- | --- | --- |
# | `x` | `(T, B, I)`, or `(B, T, I)` with `batch_first` | the sequences |
# | `hx` | `None`, or a pair `(h_0, c_0)` | each `(1, B, H)`, **also** with `batch_first`; zeros where it is `None` |
# | `W_ih`, `W_hh` | `(4H, I)`, `(4H, H)` | rows in the blocks i, f, g, o |
# | `b_ih`, `b_hh` | `(4H,)` | both are added |
# | `output` (result) | `(T, B, H)`, or `(B, T, H)` with `batch_first` | h after each step |
# | `h_n`, `c_n` (result) | `(1, B, H)` always | both after the last step |
#
# A step is, with sigmoids for i, f, o and tanh for g: `c = f * c + i * g`, then `h = o * tanh(c)`. Return
# `(output, (h_n, c_n))`. Values, dtype, device and gradients agree with `nn.LSTM`: zeros that you
# make yourself need the dtype and the device of `x`. No argument changes.
#
# **By hand.** One sequence, one feature, one unit, all weights and biases 0, `hx` with `h_0` = 0 and `c_0` = 4, two
# steps. All sigmoids are 0.5 and g is 0, so c is 2 and then 1. `output` is 0.5 · tanh(2) ≈ 0.482, then
# 0.5 · tanh(1) ≈ 0.381; `h_n` is 0.381 and `c_n` is 1.
#
# The shapes of the weights for I = 3 and H = 2:

# %%
{name: tuple(parameter.shape) for name, parameter in nn.LSTM(3, 2).named_parameters()}


# %% nbgrader={"grade": false, "grade_id": "lstm_forward", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["forbid-recurrent"]
def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    """A one-layer nn.LSTM by hand.

    x (T, B, I), or (B, T, I) with batch_first; hx None or (h_0, c_0), each (1, B, H);
    returns output in x's layout and (h_n, c_n), each (1, B, H).
    """
    ### BEGIN SOLUTION
    steps = x.transpose(0, 1) if batch_first else x  # (time, batch, input)
    if hx is None:
        h = c = x.new_zeros(steps.shape[1], W_hh.shape[1])  # (batch, hidden) each
    else:
        h, c = hx[0][0], hx[1][0]
    states = []
    for step in steps:
        # (batch, hidden) each
        i, f, g, o = (step @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    output = torch.stack(states, dim=1 if batch_first else 0)
    return output, (h.unsqueeze(0), c.unsqueeze(0))
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(lstm_forward)
hint(lstm_forward, 0)

# %% nbgrader={"grade": true, "grade_id": "lstm_forward-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(lstm_forward) tries, on new random numbers.
score(lstm_forward)

# %% nbgrader={"grade": true, "grade_id": "lstm_forward-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a4_nn_lstm import sequences

further = [
    Property("It holds for a longer sequence.", sequences(12, 2, 3, 4), weight=2),
    Property(
        "One step of a larger batch, batch first.",
        sequences(1, 6, 2, 3, batch_first=True),
    ),
    Property(
        "One sequence of many steps, batch first.",
        sequences(7, 1, 2, 3, batch_first=True),
    ),
    Property(
        "It holds in float64 from zeros, batch first.",
        sequences(5, 2, 3, 3, torch.float64, False, True),
    ),
    Property(
        "It holds where time equals the batch.",
        sequences(4, 4, 3, 3, batch_first=False),
    ),
    Property("It holds for one unit and one feature.", sequences(6, 2, 1, 1)),
    Property(
        "Gradients are right, batch first.",
        sequences(4, 3, 2, 3, torch.float64, True, True),
        watch=("gradients",),
        weight=2,
    ),
    Property(
        "The call has no side effects.",
        sequences(4, 2, 2, 2, batch_first=True),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU with hx.",
        sequences(3, 2, 2, 2, batch_first=True),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(lstm_forward, hidden=further)


# %% [markdown]
# ## 2. Counting parameters
#
# *{points} · medium · about 15 minutes*
#
# How many parameters has `nn.LSTM(input_size, hidden_size, num_layers, bias, ..., bidirectional, proj_size)`? Return
# the number, a Python int. Count: building or running one of PyTorch's recurrent layers is refused, also on the device
# `meta`. Leave the random state alone.
#
# Write H for `hidden_size`, D for the number of directions (1 or 2), and `out` for what a direction hands on: H, or
# `proj_size` where that is not 0.
#
# - A direction of a layer has four blocks of H rows. Each row has a weight for every feature that the layer reads, a
#   weight for each of the `out` numbers of its own state, and, unless `bias=False`, two biases.
# - The first layer reads `input_size` features, every other layer the `D * out` of the layer below.
# - With a projection each direction of each layer also has a matrix `(proj_size, H)`.
#
# **By hand.** `input_size=3`, `hidden_size=2`, all else as it is by default: 4 blocks · 2 rows · (3 + 2 + 2) = 56.

# %% nbgrader={"grade": false, "grade_id": "lstm_param_count", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["forbid-recurrent"]
def lstm_param_count(
    input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0
):
    """The number of parameters of the nn.LSTM with these arguments, as an int."""
    ### BEGIN SOLUTION
    directions = 2 if bidirectional else 1
    out = proj_size if proj_size else hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else directions * out
        row = reads + out + (2 if bias else 0)
        total += directions * (4 * hidden_size * row + proj_size * hidden_size)
    return total
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(lstm_param_count)
hint(lstm_param_count, 0)

# %% nbgrader={"grade": true, "grade_id": "lstm_param_count-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(lstm_param_count) tries, on new random numbers.
score(lstm_param_count)

# %% nbgrader={"grade": true, "grade_id": "lstm_param_count-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a4_nn_lstm import counts

further = [
    Property("Five layers.", counts(5)),
    Property("Everything together.", counts(4, True, True, True)),
    Property("Everything together, without biases.", counts(5, False, True, True)),
    Property(
        "A projection in three layers of one direction.", counts(3, True, False, True)
    ),
    Property("Two directions without biases.", counts(2, False, True)),
    Property("Large sizes.", counts(2, True, True, False, least=500, most=2000)),
]
### END HIDDEN TESTS
score(lstm_param_count, hidden=further)


# %% [markdown]
# ## 3. Predicting shapes
#
# *{points} · medium · about 15 minutes*
#
# Most errors with `nn.LSTM` are shapes that somebody did not expect. Predict them: return a dict with the keys
# `'output'`, `'h_n'` and `'c_n'`, each a tuple of Python ints, for the `nn.LSTM` with these arguments and an input of
# `seq_len` steps and `batch` sequences. Here too PyTorch's recurrent layers are refused.
#
# - `output` shows the top layer at every step, its directions side by side. It has the layout of the input.
# - `h_n` and `c_n` have an entry for each layer and direction, in either layout: `batch_first` does not concern them.
# - With `proj_size`, what `output` and `h_n` show is projected; `c_n` keeps `hidden_size`.
# - `batch=None` means input without a batch, `(seq_len, input_size)`, and results without that axis.
#
# **By hand.** `seq_len=7`, `batch=3`, `input_size=5`, `hidden_size=4`, `bidirectional=True`: `output` is (7, 3, 8),
# `h_n` and `c_n` are (2, 3, 4). With `batch_first=True` the first becomes (3, 7, 8), the others stay.

# %% nbgrader={"grade": false, "grade_id": "lstm_shapes", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["forbid-recurrent"]
def lstm_shapes(
    seq_len,
    batch,
    input_size,
    hidden_size,
    num_layers=1,
    batch_first=False,
    bidirectional=False,
    proj_size=0,
):
    """The shapes that nn.LSTM returns: {'output': tuple, 'h_n': tuple, 'c_n': tuple};
    batch None: unbatched."""
    ### BEGIN SOLUTION
    directions = 2 if bidirectional else 1
    out = proj_size if proj_size else hidden_size
    middle = () if batch is None else (batch,)
    lead = (*middle, seq_len) if batch_first else (seq_len, *middle)
    entries = directions * num_layers
    return {
        "output": (*lead, directions * out),
        "h_n": (entries, *middle, out),
        "c_n": (entries, *middle, hidden_size),
    }
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(lstm_shapes)
hint(lstm_shapes, 0)

# %% nbgrader={"grade": true, "grade_id": "lstm_shapes-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(lstm_shapes) tries, on new random numbers.
score(lstm_shapes)

# %% nbgrader={"grade": true, "grade_id": "lstm_shapes-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a4_nn_lstm import sizes

further = [
    Property("Five layers in two directions, time first.", sizes(5, False, True)),
    Property("A projection, batch first.", sizes(1, True, False, True)),
    Property(
        "A projection in layers and directions, time first.",
        sizes(2, False, True, True),
    ),
    Property("A projection without a batch.", sizes(2, False, True, True, batch=False)),
    Property("One layer without a batch.", sizes(batch=False)),
]
### END HIDDEN TESTS
score(lstm_shapes, hidden=further)

# %% [markdown]
# ## 4. A layer of your own
#
# *{points} · hard · about 25 minutes*
#
# Here is a small trained layer that nobody else has. It was trained to count marks. Find out three things about it: by
# reading its weights, by running it, in whatever way you like.
#
# Type your personal code once, between the quotes, and run all cells again. Your layer follows from it. Without a code
# you get a layer for practice.

# %%
me("")

# %% nbgrader={"grade": false, "grade_id": "my_layer-given", "locked": true, "schema_version": 3, "solution": false, "task": false}
layer = given("my_layer")


# %% [markdown]
# | | |
# | --- | --- |
# | `layer.lstm` | an `nn.LSTM(2, 5)` in float64: time first, one layer, two biases |
# | `layer.head` | an `nn.Linear(5, 1)`; it reads `output` of the last step |
# | `layer.idle` | the input `(2,)` of a step in which nothing happens: a signal that is not zero, and no mark |
# | `layer.sequence(n)` | the input `(5 * n, 1, 2)` with `n` marks, one in every fifth step |
# | `layer.marks` | up to how many marks it was trained |
# | `layer.units` | the two units whose half-lives are asked for |
#
# Return a dict with four numbers:
#
# - `'first'` and `'second'`: something is added to the cell state of unit `layer.units[0]` while the layer is at rest.
#   After how many idle steps is half of it left? And in unit `layer.units[1]`? Numbers of steps such as 6.6, within 8 %.
# - `'counter'`: the unit, 0 to 4, whose **cell state** counts the marks.
# - `'after'`: what `layer.head` says after `3 * layer.marks` marks, that is, of the last step of
#   `layer.sequence(3 * layer.marks)`. Within 0.05.
#
# Numbers that you have found are as good as code that computes them. They hold for your layer alone. `check` looks at
# their form only.
#
# **By hand.** A forget gate that stays at 0.9 has a half-life of ln 0.5 / ln 0.9 ≈ 6.6 steps.

# %% nbgrader={"grade": false, "grade_id": "my_layer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def my_layer():
    """What I found out about my layer: {'first': half-life in steps, 'second': another,
    'counter': unit, 'after': what it says}."""
    ### BEGIN SOLUTION
    lstm, idle = layer.lstm, layer.idle
    rows = [5 + unit for unit in layer.units]  # the forget gate's rows come second
    bias = lstm.bias_ih_l0[rows] + lstm.bias_hh_l0[rows]
    forget = torch.sigmoid(lstm.weight_ih_l0[rows] @ idle + bias)
    half_lives = math.log(0.5) / forget.log()
    # (units,): the cell states after some marks
    cells = [lstm(layer.sequence(marks))[1][1][0, 0] for marks in (1, 2, 3)]
    rests = [
        lstm(idle.repeat(5 * marks, 1, 1))[1][1][0, 0] for marks in (1, 2, 3)
    ]
    first, second, third = (a - b for a, b in zip(cells, rests, strict=True))
    added = torch.minimum((second - first).abs(), (third - second).abs())
    output, _ = lstm(layer.sequence(3 * layer.marks))
    return {
        "first": half_lives[0].item(),
        "second": half_lives[1].item(),
        "counter": int(added.argmax()),
        "after": float(layer.head(output[-1])),
    }
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like): `check` says whether all is there. Stuck? Change the 0 in the second
# line to 1 for a hint, to 2 or 3 for more. Hints cost nothing.

# %%
check(my_layer)
hint(my_layer, 0)

# %% nbgrader={"grade": true, "grade_id": "my_layer-hidden", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: what you found is compared with your own layer when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from exercises.a4_nn_lstm.my_layer.key import KEY

further = KEY
### END HIDDEN TESTS
score(my_layer, hidden=further)

# %% [markdown]
# ## 5. A layout that went unnoticed
#
# *{points} · read by a person · about 10 minutes*
#
#
# A colleague has data `(batch, time, features)` = (32, 32, 8), makes `nn.LSTM(8, 64)` without `batch_first`, and takes
# `output[:, -1]` as a summary of each sequence. Nothing raises an error, and the loss even falls a little.
#
# What does the layer take for time, and what for the batch? What is in row 5 of the summary, and which inputs can it
# depend on? Name a test of a few lines that would have caught this, and say what it would show. (100 to 150 words, in
# the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** Without batch_first axis 0 is time: the layer runs through the 32 sequences one after the
# other, and treats the 32 time steps as 32 sequences of a batch. output[:, -1] takes, for each of its "times"
# (really: samples), the last "sequence" (really: the last time step). Row 5 holds the state after it has read the
# last time step of samples 0 to 5: it depends on the last step of samples 0 to 5 and on no earlier step of its
# own sequence. A test: change x[5, 0], the first step of sample 5, and look whether summary[5] changes (it
# should, and does not); or change sample 4 and look whether summary[5] stays (it should, and does not). Sizes
# that all differ would also help to see the layout in h_n.
#
# **Rubric, {points}.** 1.5 samples are taken for time and steps for the batch; 1.5 row 5 reads the last step of
# samples 0 to 5 only; 1.5 a test that changes one place of the input (or compares with running a sequence alone);
# 1.5 what the test shows. "The loss falls because samples are mixed" earns nothing by itself.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit. Lesson 5 gives the layer
# sequences of different lengths.

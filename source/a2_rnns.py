# %% [markdown]
# # Assignment 2: RNNs
#
# *About 90 minutes, {points}. It belongs to lesson 2, `notebooks/02_rnns.ipynb`.*
#
# You write one step of a recurrent network, then the whole of `nn.RNN`, and then run any recurrent module over a
# sequence that is too long for one go.
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
# ## 1. One step of an RNN
#
# *{points} · easy · about 15 minutes*
#
# The step takes a batch of inputs and the hidden state, and gives the new hidden state. Lesson 2 writes it in *One
# step by hand*:
#
# $$h_{new} = \tanh(x \, W_{ih}^T + b_{ih} + h \, W_{hh}^T + b_{hh})$$
#
# | argument | shape | |
# | --- | --- | --- |
# | `x` | `(B, I)` | input of this step |
# | `h` | `(B, H)` | hidden state of the step before |
# | `W_ih`, `W_hh` | `(H, I)`, `(H, H)` | weights, a row for each unit |
# | `b_ih`, `b_hh` | `(H,)` | biases; both are added |
#
# The result is `(B, H)`. It should work in any floating dtype and on any device, let gradients through to all six
# arguments, and change none of them.
#
# **By hand.** One sequence, one feature, one unit: `x` = 2, `h` = 1, `W_ih` = 0.5, `W_hh` = -1, biases 0.25 and
# 0.25. The sum is 1 + 0.25 - 1 + 0.25 = 0.5, and tanh(0.5) ≈ 0.462.
#
# Write the arithmetic yourself: `nn.RNNCell` and `nn.RNN` are what you are compared with. These are the shapes of
# the weights of PyTorch's cell for I = 3 and H = 2:

# %%
{
    name: tuple(parameter.shape)
    for name, parameter in nn.RNNCell(3, 2).named_parameters()
}


# %% nbgrader={"grade": false, "grade_id": "rnn_cell", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["forbid-recurrent"]
def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    """One step of a tanh RNN.

    x (B, I), h (B, H), W_ih (H, I), W_hh (H, H), b_ih and b_hh (H,); returns the new h,
    (B, H).
    """
    ### BEGIN SOLUTION
    return torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)  # (batch, hidden)
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(rnn_cell)
hint(rnn_cell, 0)

# %% nbgrader={"grade": true, "grade_id": "rnn_cell-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(rnn_cell) tries, on new random numbers.
score(rnn_cell)

# %% nbgrader={"grade": true, "grade_id": "rnn_cell-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a2_rnns import steps

further = [
    Property("It holds for a larger batch and more units.", steps(7, 3, 12)),
    Property("It holds for one feature and one unit.", steps(5, 1, 1)),
    Property(
        "It holds where inputs, units and batch are equally many.",
        steps(3, 3, 3, torch.float64),
    ),
    Property(
        "Gradients are right for a batch of one.",
        steps(1, 2, 5, torch.float64),
        watch=("gradients",),
        weight=2,
    ),
    Property("bfloat16 goes in, bfloat16 comes out.", steps(2, 3, 4, torch.bfloat16)),
    Property(
        "The call has no side effects.", steps(5, 4, 2), watch=("inputs", "globals")
    ),
    Property(
        "It would work on a GPU in float64 too.",
        steps(2, 2, 3, torch.float64),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(rnn_cell, hidden=further)


# %% [markdown]
# ## 2. The whole layer
#
# *{points} · medium · about 25 minutes*
#
# `nn.RNN` takes the step again and again, each time from the state it has just made. Write it for one layer that
# reads a batch of sequences, time first, and give back what `nn.RNN` gives.
#
# | | shape | |
# | --- | --- | --- |
# | `x` | `(T, B, I)` | the sequences |
# | `h0` | `(1, B, H)` or `None` | the state before the first step; zeros where it is `None` |
# | weights | as in exercise 1 | |
# | `nonlinearity` | `'tanh'` or `'relu'` | what ends a step; the default is `'tanh'` |
# | `output` (result) | `(T, B, H)` | the state after each step |
# | `h_n` (result) | `(1, B, H)` | the state after the last step |
#
#     h0 --> step --> step --> step --> h_n
#             ^ |      ^ |      ^ |
#          x[0] |   x[1] |   x[2] |
#            output[0] output[1] output[2]
#
# Values, dtype, device and gradients agree with `nn.RNN`, so zeros that you make yourself need the dtype and the
# device of `x`. No argument changes.
#
# **By hand.** One unit and one feature, `W_ih` = 1, `W_hh` = 1, no biases (zeros), `nonlinearity='relu'`, `h0` =
# `None`, and x = 1, 2, -5: the states are relu(1 + 0) = 1, relu(2 + 1) = 3, relu(-5 + 3) = 0. So `output` is 1, 3, 0
# and `h_n` is 0.

# %% nbgrader={"grade": false, "grade_id": "rnn_forward", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["forbid-recurrent"]
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    """A one-layer nn.RNN by hand, time first.

    x (T, B, I), h0 (1, B, H) or None; returns output (T, B, H) and h_n (1, B, H).
    """
    ### BEGIN SOLUTION
    activation = torch.relu if nonlinearity == "relu" else torch.tanh
    # (batch, hidden)
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    states = []
    for step in x:  # (batch, input)
        h = activation(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        states.append(h)
    return torch.stack(states), h.unsqueeze(0)
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(rnn_forward)
hint(rnn_forward, 0)

# %% nbgrader={"grade": true, "grade_id": "rnn_forward-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(rnn_forward) tries, on new random numbers.
score(rnn_forward)

# %% nbgrader={"grade": true, "grade_id": "rnn_forward-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a2_rnns import sequences

further = [
    Property("It holds for a longer sequence.", sequences(12, 2, 3, 4), weight=2),
    Property("One step of a larger batch starts from h0.", sequences(1, 6, 2, 3)),
    Property(
        "relu holds from zeros, in float64.",
        sequences(5, 3, 3, 6, torch.float64, False, "relu"),
    ),
    Property(
        "It holds where inputs and units are equally many and time equals the batch.",
        sequences(4, 4, 3, 3),
    ),
    Property("It holds for one unit and one feature.", sequences(6, 2, 1, 1)),
    Property(
        "Gradients are right with relu and without h0.",
        sequences(4, 3, 2, 6, torch.float64, False, "relu"),
        watch=("gradients",),
        weight=2,
    ),
    Property(
        "The call has no side effects.",
        sequences(4, 3, 2, 6, nonlinearity="relu"),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU with h0.", sequences(3, 2, 2, 2), watch=("device",)
    ),
]
### END HIDDEN TESTS
score(rnn_forward, hidden=further)


# %% [markdown]
# ## 3. A sequence in pieces
#
# *{points} · medium · about 15 minutes*
#
# A sequence may be too long for memory, or may arrive piece by piece. A recurrent module can go on where it stopped,
# because the state is all that it knows of the past. Feed `x` to the module in pieces of `chunk_len` steps, and hand
# the state from piece to piece, so that the result is that of one call, `rnn(x, hx)`.
#
# - `rnn` is an `nn.RNN`, `nn.GRU` or `nn.LSTM` with any number of layers, one direction, `batch_first=False`;
#   `x` is `(T, B, I)`.
# - Call the module once for each piece. The last piece may be shorter, and the first may be the only one.
# - `hx` is the state to start from in the module's own format, or `None`, as in `rnn(x, hx)`.
# - Return `output`, `(T, B, H)`, and the final state in the module's own format: `(layers, B, H)`, and for an
#   `nn.LSTM` a pair of those.
# - Gradients flow through the whole sequence: detach nothing. Leave the module's mode and parameters as they are.
#
# **By hand.** T = 5 and `chunk_len=2`: three calls, with 2, 2 and 1 steps. The second starts from the state that the
# first returned, the third from that of the second, and the third's state is the one you return.

# %% nbgrader={"grade": false, "grade_id": "run_in_chunks", "locked": false, "schema_version": 3, "solution": true, "task": false}
def run_in_chunks(rnn, x, chunk_len, hx=None):
    """rnn(x, hx), computed in pieces of chunk_len steps.

    x (T, B, I); returns output (T, B, H) and the final state in the module's own
    format.
    """
    ### BEGIN SOLUTION
    outputs, state = [], hx
    for piece in x.split(chunk_len):  # (at most chunk_len, batch, input)
        output, state = rnn(piece, state)
        outputs.append(output)
    return torch.cat(outputs), state
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(run_in_chunks)
hint(run_in_chunks, 0)

# %% nbgrader={"grade": true, "grade_id": "run_in_chunks-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(run_in_chunks) tries, on new random numbers.
score(run_in_chunks)

# %% nbgrader={"grade": true, "grade_id": "run_in_chunks-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a2_rnns import pieces

further = [
    Property(
        "It holds for a long sequence in many pieces.",
        pieces("GRU", 23, 5, 4),
        watch=("calls",),
        weight=2,
    ),
    Property(
        "Two layers of an nn.LSTM start from hx.",
        pieces("LSTM", 7, 4, 3, num_layers=2, start=True),
        watch=("calls",),
    ),
    Property(
        "It holds for an nn.RNN with relu.",
        pieces("RNN", 5, 3, 2, nonlinearity="relu", start=True),
        watch=("calls",),
    ),
    Property(
        "It holds for a projected nn.LSTM.",
        pieces("LSTM", 5, 3, 2, (3, 4), proj_size=2, bias=False),
        watch=("calls",),
    ),
    Property(
        "It holds for one sequence in pieces of one step.",
        pieces("LSTM", 4, 1, 1, (1, 1)),
        watch=("calls",),
    ),
    Property(
        "Gradients are right for two layers.",
        pieces("GRU", 5, 1, 2, dtype=torch.float64, num_layers=2),
        watch=("gradients", "calls"),
        weight=2,
    ),
    Property(
        "The call has no side effects.",
        pieces("LSTM", 5, 2, 2, num_layers=2, dropout=0.3, training=False, start=True),
        watch=("inputs", "globals"),
    ),
]
### END HIDDEN TESTS
score(run_in_chunks, hidden=further)

# %% [markdown]
# ## 4. Find the counterexample
#
# *{points} · hard · about 25 minutes*
#
# An assistant was asked for a function `states_in_pieces(x, h0, W_ih, W_hh, b, chunk_len)`: the states `(T, B, H)` of a
# tanh RNN with one bias `b`, computed in pieces of `chunk_len` steps, from `h0` `(B, H)` or, where it is `None`, from
# zeros. The result must not depend on `chunk_len`. What came back looks right, runs, and has one mistake. Each student
# gets another function.
#
# Type your personal code once, between the quotes, and run all cells again. Without a code you get a function for
# practice.

# %%
me("")

# %% nbgrader={"grade": false, "grade_id": "broken_pieces-given", "locked": true, "schema_version": 3, "solution": false, "task": false}
suspect = given("broken_pieces")
suspect


# %% [markdown]
# Return a dict with four entries:
#
# - `'wrong'`: a dict of arguments on which `suspect` gives something else than it should;
# - `'right'`: arguments on which it gives what it should, of which **one alone** is another than in `'wrong'`;
# - `'because'`: the letter of what is wrong with it;
# - `'line'`: the number of the line that has to change, as it stands before your function. Where several lines have to,
#   or any of several would do, one of them. Letter and line together, beside calls that show the mistake, earn most of
#   the points: a letter alone may be a guess.
#
# | | |
# | --- | --- |
# | `'a'` | a last piece that is shorter is left out |
# | `'b'` | every piece starts from `h0` again |
# | `'c'` | `h0` is not used |
# | `'d'` | the bias is added twice |
# | `'e'` | `W_hh` is not transposed |
# | `'f'` | pieces are cut along the batch |
# | `'g'` | what is handed on is the state after a piece's first step |
# | `'h'` | the last step of a piece lacks its tanh |
#
# Tensors are float64, with at most 12 entries along an axis and 400 numbers in a call; `chunk_len` is 1 to 20. `I` and
# `H` are those that stand below your function. An error where there should be a result counts as wrong.
#
# `check` says whether your answer has its form, and not whether the function is wrong there: `suspect(**arguments)` runs
# it, and what should come out you know from exercise 2.
#
# **By hand.** A function `mean(x)` that gives `x.sum() / 3` is wrong on two numbers and right on three. So `'wrong'` may
# be `{"x": torch.ones(2)}` and `'right'` `{"x": torch.ones(3)}`.

# %% nbgrader={"grade": false, "grade_id": "broken_pieces", "locked": false, "schema_version": 3, "solution": true, "task": false}
def broken_pieces():
    """{'wrong': arguments, 'right': arguments, 'because': letter, 'line': number}."""
    ### BEGIN SOLUTION
    I, H = suspect.sizes["I"], suspect.sizes["H"]

    def some(*shape):
        numbers = torch.linspace(-1, 1.5, math.prod(shape), dtype=torch.float64)
        return numbers.view(shape)

    wrong = {
        "x": some(5, 2, I), "h0": some(2, H), "W_ih": some(H, I), "W_hh": some(H, H),
        "b": some(H), "chunk_len": 3,
    }
    # (letter, what makes the mistake harmless, what its line looks like); the first
    # that does is the answer
    tries = [
        ("c", {"h0": None}, ("zeros_like", "h = x.new_zeros")),
        ("d", {"b": torch.zeros(H, dtype=torch.float64)}, ("W_ih.T + b",)),
        ("e", {"W_hh": torch.eye(H, dtype=torch.float64)}, ("@ W_hh ", "state, W_hh)")),
        ("a", {"x": some(6, 2, I)}, ("< chunk_len:", "// chunk_len")),
        ("g", {"chunk_len": 1}, (" = states[0]", " = made[0]")),
        ("b", {"chunk_len": 5}, ("h = start", "% chunk_len")),
    ]
    for because, change, looks in tries:
        right = {**wrong, **change}
        x, h, W_ih, W_hh, b, _ = right.values()
        states = [torch.zeros(2, H, dtype=torch.float64) if h is None else h]
        for step in x:  # (batch, input)
            states.append(torch.tanh(step @ W_ih.T + states[-1] @ W_hh.T + b))
        expected, found = torch.stack(states[1:]), suspect(**right)
        if found.shape == expected.shape and torch.allclose(found, expected):
            lines = enumerate(suspect.lines, 1)
            line = next(n for n, text in lines if any(part in text for part in looks))
            return {"wrong": wrong, "right": right, "because": because, "line": line}
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(broken_pieces)
hint(broken_pieces, 0)

# %% nbgrader={"grade": true, "grade_id": "broken_pieces-hidden", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the function and the right one run on your arguments when work is graded.
further = []
### BEGIN HIDDEN TESTS
from exercises.a2_rnns.broken_pieces.key import KEY

further = KEY
### END HIDDEN TESTS
score(broken_pieces, hidden=further)

# %% [markdown]
# ## 5. What a state is worth
#
# *{points} · read by a person · about 10 minutes*
#
#
# A shop keeps one `nn.RNN` running for each customer: after every purchase it takes one step and stores the hidden
# state, 64 numbers, and nothing else. Purchases from a year ago are deleted for privacy.
#
# Is what a customer bought a year ago really gone? Argue from what the state is made of, and from how fast such a
# network forgets. What would you do to be sure? And what, on the other hand, can the shop *not* read from the state
# even of last week's purchases? (100 to 150 words, in the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** The state after each step is computed from the one before, so in principle every purchase since the
# first has left a trace: the state is a function of the whole history, not only of what is stored beside it. In
# practice an RNN as PyTorch builds it shrinks the influence of a step by a factor of about 0.6 a step, so that after
# some dozens of purchases the trace is below rounding. For a customer who buys rarely, a year is only a few steps: steps
# count, not days, and the trace may be large. To be sure, start from zeros and run the network over the purchases that
# may be kept. Conversely, 64 numbers through a tanh do not hold an exact list: many histories end in nearly the same
# state, so what was bought, how often and in which order cannot in general be read back.
#
# **Rubric, {points}.** 1.5 the state depends on all earlier steps; 1.5 the influence fades by a factor per *step*, so
# time in days says little; 1.5 recompute from zeros over the data that may be kept (resetting the state to zero with a
# reason counts as well); 1.5 the state is lossy: different histories, similar states.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit. Lesson 3 gives the cell
# gates, so that it can choose what to keep; assignment 3 has you write them.

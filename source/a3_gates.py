# %% [markdown]
# # Assignment 3: gates
#
# *About 120 minutes, {points}. It belongs to lesson 3, `notebooks/03_gates.ipynb`.*
#
# You write one LSTM step by hand, look inside PyTorch's own LSTM, and set the bias that decides how long it
# remembers.
#
# **How it is graded.** Each function is tried on random inputs that are drawn anew in every run and compared
# with PyTorch. What holds earns its part of the points, so unfinished work counts too. `check(...)` is free:
# run it as often as you like. It tells you which property fails, on which shapes, and often which mistake it
# looks like. The graded cells use the same checks, and further cases of the same kind when your work is
# graded.
#
# Write your code in place of `raise NotImplementedError()`, keep the names of the functions and their
# arguments, and leave the other cells as they are. Before you hand in: *Kernel → Restart Kernel and Run All
# Cells*.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import torch
from torch import nn

from autograder.checks import check, hint, score


# %% [markdown]
# ## 1. A layer that you know, in pieces
#
# *{points} · easy · about 10 minutes*
#
# Before the first gate, the loop that every layer has. The next cell has the lines of `rnn_forward` from assignment 2, an
# `nn.RNN` by hand, in other words than yours may have been, and out of order. Delete the line `raise ...`, and move the
# lines that are used above the dashes, in their order.
#
# - Not all lines are needed. Some belong to mistakes that people make: they stay below the dashes.
# - A line keeps its letter and its indentation. Each is used once or not at all.
# - Without a mouse: in the cell, Alt+Up and Alt+Down move the line with the cursor (on a Mac, Option). Shift+Enter runs the
#   cell and goes on to the next; Enter goes into a cell, Esc and the arrow keys go from cell to cell.
# - Who prefers it returns the letters alone, such as `return "C A B"`.
# - `check` shows the function that your lines make, and runs it: any order that does what is asked is right.
#
# **By hand.** `outputs = []` has to come before the line that appends to `outputs`, and that line after the one that makes
# `h`, in the loop. Three lines may change places with one another.

# %% nbgrader={"grade": false, "grade_id": "order_rnn_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def order_rnn_forward():
    """The lines of rnn_forward in order, above the dashes."""
    ### BEGIN SOLUTION
    return "G K D B J F A"
    ### END SOLUTION
    return """
    def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    --- above: the lines that are used, in order; below: the others ---
    A    return torch.stack(outputs), h[None]
    B    for x_t in x:
    C        h = squash(x_t @ W_ih.T + h @ W_hh.T + b_hh)
    D    outputs = []
    E    return torch.cat(outputs), h[None]
    F        outputs.append(h)
    G    squash = torch.relu if nonlinearity == "relu" else torch.tanh
    H    for x_t in x.flip(0):
    J        h = squash(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)
    K    h = x.new_zeros(x.shape[1], W_hh.shape[1]) if h0 is None else h0[0]
    L    return torch.stack(outputs), h
    """


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(order_rnn_forward)
hint(order_rnn_forward, 0)

# %% nbgrader={"grade": true, "grade_id": "order_rnn_forward-visible", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties of the function that your lines make, on new random numbers.
score(order_rnn_forward)

# %% nbgrader={"grade": true, "grade_id": "order_rnn_forward-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a2_rnns import sequences

further = [
    Property("It holds for a long sequence.", sequences(20, 2, 3, 4)),
    Property("It holds for one sequence of one unit.", sequences(6, 1, 2, 1)),
    Property(
        "It holds for relu without a start.",
        sequences(5, 3, 3, 3, start=False, nonlinearity="relu"),
    ),
]
### END HIDDEN TESTS
score(order_rnn_forward, hidden=further)

# %% [markdown]
# ## 2. One step of an LSTM
#
# *{points} · medium · about 25 minutes*
#
# Write the step that `nn.LSTMCell` takes. A batch of inputs and the state of the step before come in, the new
# state goes out. With gates `i`, `f`, `o` (sigmoid) and the candidate `g` (tanh), each made from `x` and `h`
# by its own rows of the weights,
#
# $$c_{new} = f \cdot c + i \cdot g \qquad h_{new} = o \cdot \tanh(c_{new})$$
#
# | argument | shape | |
# | --- | --- | --- |
# | `x` | `(B, I)` | input of this step |
# | `h`, `c` | `(B, H)` | hidden state and cell state of the step before |
# | `W_ih`, `W_hh` | `(4H, I)`, `(4H, H)` | weights; their rows are the blocks i, f, g, o, in that order |
# | `b_ih`, `b_hh` | `(4H,)` | biases, in the same blocks; both are added |
#
# The result is the pair `(h_new, c_new)`, each `(B, H)`. It should work in any floating dtype and on any
# device, let gradients through to all seven arguments, and change none of them.
#
# **By hand.** One sequence, one unit, all weights and biases zero, `c = 2`. Every gate is sigmoid(0) = 0.5 and
# the candidate is tanh(0) = 0, so `c_new` = 0.5 · 2 + 0.5 · 0 = 1 and `h_new` = 0.5 · tanh(1) ≈ 0.381.
#
# Write the arithmetic yourself: `nn.LSTMCell` and `nn.LSTM` are what you are compared with. These are the
# shapes of the weights of PyTorch's cell for I = 3 and H = 2:

# %%
{
    name: tuple(parameter.shape)
    for name, parameter in nn.LSTMCell(3, 2).named_parameters()
}


# %% nbgrader={"grade": false, "grade_id": "lstm_cell", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["forbid-recurrent"]
def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    """One step of an LSTM with PyTorch's weights (rows: blocks i, f, g, o).

    x (B, I), h and c (B, H), W_ih (4H, I), W_hh (4H, H), b_ih and b_hh (4H,); returns
    (h_new, c_new).
    """
    ### BEGIN SOLUTION
    z = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh  # (batch, 4 * hidden)
    i, f, g, o = z.chunk(4, dim=1)  # each (batch, hidden)
    c_new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)  # (batch, hidden)
    h_new = torch.sigmoid(o) * torch.tanh(c_new)  # (batch, hidden)
    return h_new, c_new
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(lstm_cell)
hint(lstm_cell, 0)

# %% nbgrader={"grade": true, "grade_id": "lstm_cell-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(lstm_cell) tries, on new random numbers.
score(lstm_cell)

# %% nbgrader={"grade": true, "grade_id": "lstm_cell-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a3_gates import steps

further = [
    Property("It holds for a larger batch and more units.", steps(7, 3, 8)),
    Property("It holds for one feature and one unit.", steps(5, 1, 1)),
    Property(
        "It holds where inputs, units and batch are equally many.",
        steps(3, 3, 3, torch.float64),
    ),
    Property(
        "It holds where the gates are nearly shut or open.", steps(4, 5, 3, scale=6.0)
    ),
    Property(
        "Gradients are right for a batch of one.",
        steps(1, 2, 5, torch.float64),
        watch=("gradients",),
        weight=2,
    ),
    Property("bfloat16 goes in, bfloat16 comes out.", steps(64, 3, 16, torch.bfloat16)),
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
score(lstm_cell, hidden=further)


# %% [markdown]
# ## 3. The gates of a trained LSTM
#
# *{points} · hard · about 30 minutes*
#
# `nn.LSTM` returns states, never gates. To see what a network forgets and when, you have to compute its gates
# from its weights. Given a module with one layer and one direction and a batch of sequences, return the values
# of `i`, `f`, `g` and `o` at every step, as a dict with these four keys.
#
# - The gates of step t read `x` at t and the hidden state *before* step t: zeros at the first step.
# - They are the activated values: sigmoid for `i`, `f`, `o`, tanh for `g`.
# - Each has the layout of `x`, with H features: `(T, B, H)`, or `(B, T, H)` for a module made with
#   `batch_first=True`.
# - The module may have been made with `bias=False`; then it has no `bias_ih_l0` and no `bias_hh_l0`.
# - They have the dtype and the device of `x`. Neither `x` nor the module changes.
#
# **By hand.** One unit, one feature, two steps, `weight_ih_l0` all 0, `weight_hh_l0` all 1, no biases. At the
# first step `h` is 0, so `i`, `f`, `o` are 0.5 and `g` is 0. Hence `c` and `h` stay 0, and the second step
# gives the same four numbers.

# %% nbgrader={"grade": false, "grade_id": "gate_values", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gate_values(lstm, x):
    """The activated gates of a one-layer nn.LSTM at every step, from a zero state.

    x (T, B, I), or (B, T, I) for batch_first; returns {'i', 'f', 'g', 'o'}, each with
    x's layout and H features.
    """
    ### BEGIN SOLUTION
    time = 1 if lstm.batch_first else 0
    output, _ = lstm(x)  # h after each step, in x's layout
    first = torch.zeros_like(output.narrow(time, 0, 1))
    # h before each step
    h = torch.cat([first, output.narrow(time, 0, x.shape[time] - 1)], dim=time)
    # x's layout, 4 * hidden features
    z = x @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
    i, f, g, o = z.chunk(4, dim=-1)
    return {
        "i": torch.sigmoid(i), "f": torch.sigmoid(f), "g": torch.tanh(g),
        "o": torch.sigmoid(o),
    }
    ### END SOLUTION


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(gate_values)
hint(gate_values, 0)

# %% nbgrader={"grade": true, "grade_id": "gate_values-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(gate_values) tries, on new random numbers.
score(gate_values)

# %% nbgrader={"grade": true, "grade_id": "gate_values-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a3_gates import sequences

further = [
    Property("It holds for a long sequence.", sequences(20, 2, 3, 4)),
    Property(
        "It holds for a single step of a larger batch.",
        sequences(1, 5, 2, 3, batch_first=True),
    ),
    Property(
        "It holds for one sequence.",
        sequences(6, 1, 2, 3, batch_first=True, bias=False),
    ),
    Property(
        "It holds when all sizes are equal and time comes first.", sequences(4, 4, 4, 4)
    ),
    Property(
        "It holds for one unit in float64.",
        sequences(5, 3, 1, 1, torch.float64, bias=False),
    ),
    Property(
        "The call has no side effects.", sequences(2, 3, 2, 4, batch_first=True),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU without biases.", sequences(2, 2, 3, 2, bias=False),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(gate_values, hidden=further)


# %% [markdown]
# ## 4. A bias against forgetting
#
# *{points} · medium · about 20 minutes*
#
# A forget gate near 1 keeps the cell state for many steps, and the surest way to start there is the gate's
# bias. `nn.LSTM` has no argument for it. Set it in place: after the call the **total** bias of the forget gate,
# the sum of `b_ih` and `b_hh` in block f of i, f, g, o, is `value` for every unit of every layer and direction.
#
# - All other entries of all parameters keep their values.
# - The parameters stay the same objects, because an optimizer may already hold them; they stay leaves, and
#   `requires_grad` stays what it was.
# - A module made with `bias=False` has nothing to set: raise `ValueError`.
# - Return the module.
#
# The parameters are called `bias_ih_l0`, `bias_hh_l0`, then `..._l1` for the next layer, and `..._l0_reverse`
# for the second direction.
#
# **By hand.** `hidden_size=2`: a bias has 8 entries, i i f f g g o o. With `value=1` entries 2 and 3 of
# `bias_ih_l0` and `bias_hh_l0` add up to 1. They may be 1 and 0, or 0.5 and 0.5; 1 and 1 would be too much.

# %% nbgrader={"grade": false, "grade_id": "set_forget_bias", "locked": false, "schema_version": 3, "solution": true, "task": false}
def set_forget_bias(lstm, value):
    """Make the total forget-gate bias (b_ih + b_hh) `value` in all layers and
    directions, in place.

    Returns the module. Raises ValueError if it has no biases.
    """
    ### BEGIN SOLUTION
    if not lstm.bias:
        raise ValueError(
            "this module was made with bias=False: there is no forget bias to set"
        )
    forget = slice(lstm.hidden_size, 2 * lstm.hidden_size)
    with torch.no_grad():
        for name, parameter in lstm.named_parameters():
            if name.startswith("bias_ih"):
                parameter[forget] = value
            elif name.startswith("bias_hh"):
                parameter[forget] = 0
    return lstm
    ### END SOLUTION


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(set_forget_bias)
hint(set_forget_bias, 0)

# %% nbgrader={"grade": true, "grade_id": "set_forget_bias-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(set_forget_bias) tries, on new random numbers.
score(set_forget_bias)

# %% nbgrader={"grade": true, "grade_id": "set_forget_bias-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a3_gates import modules

further = [
    Property(
        "It holds for two layers in two directions.",
        modules(3, 4, num_layers=2, bidirectional=True),
    ),
    Property(
        "It holds for a projected LSTM.", modules(3, 4, proj_size=2, num_layers=2)
    ),
    Property(
        "It holds for a value of zero.",
        modules(2, 3, torch.float64, value=0.0, batch_first=True),
    ),
    Property(
        "It holds for frozen biases.",
        modules(2, 3, frozen=("bias_ih_l0", "bias_hh_l0"), bidirectional=True),
    ),
    Property(
        "ValueError for two layers without biases.",
        modules(2, 3, num_layers=2, bias=False),
    ),
]
### END HIDDEN TESTS
score(set_forget_bias, hidden=further)


# %% [markdown]
# ## 5. A test for lstm_cell
#
# *{points} · hard · about 25 minutes*
#
# You have written `lstm_cell`, or somebody has for you. How does one know that such a function is right? Write a
# test: a function that gets some `lstm_cell`, calls it with arguments of your choice, and raises where it is wrong, for
# instance with `assert`. Here you may use `nn.LSTMCell`.
#
# - What counts is how many wrong functions your test finds. If it raises on a right one, it earns nothing: somebody
#   would look for a fault that is not there.
# - A right function may calculate in another order, so that its last digit differs: compare with
#   `torch.testing.assert_close`, not digit by digit.
# - Whatever the text of the exercise promises may be broken. Read it once more, line by line.
# - The function gets copies of what you pass. What it changes in them comes back to you, and so do gradients. It may be
#   called 300 times, and its code cannot be seen.
#
# **By hand.** With all weights and biases 0 and `c` = 2, `c_new` has to be 1 and `h_new` about 0.381. This case finds a
# candidate that goes through a sigmoid. It does not find a bias that is left out, or blocks in another order, for zeros
# are the same in any order.
#
# `check` calls your test with a right function and with some wrong ones, and says which it finds. When your work is
# graded it is called with many more, right and wrong in a random order; how many it finds is counted.

# %% nbgrader={"grade": false, "grade_id": "test_lstm_cell", "locked": false, "schema_version": 3, "solution": true, "task": false}
def test_lstm_cell(lstm_cell):
    """Raise an error if lstm_cell is wrong; return nothing if it is right."""
    ### BEGIN SOLUTION
    torch.manual_seed(0)
    for batch, inputs, hidden in ((2, 3, 4), (1, 3, 1), (3, 3, 3)):
        cell = nn.LSTMCell(inputs, hidden, dtype=torch.float64)
        weights = list(cell.parameters())
        with torch.no_grad():
            for each in weights:
                each.mul_(3)  # so that the gates differ
        x, h, c = (
            torch.randn(batch, size, dtype=torch.float64, requires_grad=True)
            for size in (inputs, hidden, hidden)
        )
        given = [x, h, c, *weights]
        kept = [each.detach().clone() for each in given]
        found, right = tuple(lstm_cell(*given)), cell(x, (h, c))
        torch.testing.assert_close(found, right)
        torch.testing.assert_close(
            torch.autograd.grad(found[0].sum() + (found[1] ** 2).sum(), given),
            torch.autograd.grad(right[0].sum() + (right[1] ** 2).sum(), given),
        )
        plain = [each.clone() for each in kept]  # these could be written into
        lstm_cell(*plain)
        for after in (given, plain):
            assert all(torch.equal(a, b) for a, b in zip(after, kept, strict=True))
    ### END SOLUTION


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(test_lstm_cell)
hint(test_lstm_cell, 0)

# %% nbgrader={"grade": true, "grade_id": "test_lstm_cell-visible", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the functions that check(test_lstm_cell) tries, in another order.
score(test_lstm_cell)

# %% nbgrader={"grade": true, "grade_id": "test_lstm_cell-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further functions, right and wrong, which come in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from exercises.a3_gates.test_lstm_cell import candidates

further = candidates()
### END HIDDEN TESTS
score(test_lstm_cell, hidden=further)

# %% [markdown]
# ## 6. What a forget gate of 0.99 means
#
# *{points} · read by a person · about 10 minutes*
#
#
# Somebody sets the forget bias of a trained, frozen LSTM from 0 to 5 for every unit, because "then it remembers
# more", and the predictions become useless.
#
# Explain with the formulas of the cell what the change does to `f`, to `c` over many steps, and to `h`. About how
# many steps does the cell now keep half of what it stored (take the bias as all that matters to `f`)? Why may the
# same change be a good idea *before* training? (100 to 150 words, in the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 7, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** With bias 5, f = sigmoid(5) ≈ 0.993 where nothing else speaks, instead of 0.5. c = f c + i g then
# loses 0.7 % a step instead of half; half of what was stored is left after log(0.5) / log(0.993) ≈ 100 steps (103 with
# more digits), instead of one. What is added by i g at each step piles up instead of fading, c grows to sizes it never
# had in training, tanh(c) saturates near -1 or 1, and h no longer says what the next layer learned to read; old,
# irrelevant content drowns the new. Before training the weights can adapt to that scale, and a gate near 1 lets
# gradients through many steps, so that long dependencies can be found at all; the network can learn to forget.
#
# **Rubric, {points}.** 2 f near 1, with the formula for c; 2 about 100 steps (70 to 150 accepted, with the
# computation); 1.5 c piles up or saturates the tanh, and the layers behind were fitted to other values; 1.5 before
# training the other weights adapt and gradients last longer.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit. What your cell can do
# over many steps, and how the forget bias decides what it learns, comes in lessons 4 and 7.

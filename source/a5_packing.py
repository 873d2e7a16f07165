# %% [markdown]
# # Assignment 5: padding and packing
#
# *About 105 minutes, {points}. It belongs to lesson 5, `notebooks/05_packing.ipynb`.*
#
# You put sequences of different lengths into one batch, run any `nn.LSTM` on it so that the padding reaches
# nothing, and read each sequence's last real step.
#
# **How it is graded.** Each function is tried on random inputs that are drawn anew in every run, and compared with
# PyTorch. What holds earns its part of the points, so unfinished work counts too. `check(...)` is free: run it as
# often as you like. It tells you which property fails, on which shapes, and often which mistake it looks like. The
# graded cells use the same checks, and further cases of the same kind when your work is graded. Right means equal
# up to rounding, in any order of operations. What PyTorch offers for padding and packing may be used, and need not.
#
# Write your code in place of `raise NotImplementedError()`, keep the names of the functions and their arguments, and
# leave the other cells as they are. Before you hand in: *Kernel → Restart Kernel and Run All Cells*.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from autograder.checks import check, hint, score


# %% [markdown]
# ## 1. The cell from memory, in pieces
#
# *{points} · easy · about 10 minutes*
#
# What you wrote in assignment 3 has had time to fade. The next cell has the lines of `lstm_cell`, in other words than
# yours may have been, and out of order. Delete the line `raise ...`, and move the lines that are used above the dashes, in
# their order.
#
# - Not all lines are needed. Some belong to mistakes that people make: they stay below the dashes.
# - A line keeps its letter and its indentation. Each is used once or not at all.
# - Without a mouse: in the cell, Alt+Up and Alt+Down move the line with the cursor (on a Mac, Option). Shift+Enter runs the
#   cell and goes on to the next; Enter goes into a cell, Esc and the arrow keys go from cell to cell.
# - Who prefers it returns the letters alone, such as `return "C A B"`.
# - `check` shows the function that your lines make, and runs it: any order that does what is asked is right.
#
# **By hand.** `sums` reads arguments only, so its line can come first. Whatever reads `i`, `f`, `g` or `o` comes after the line
# that cuts `sums` into four.

# %% nbgrader={"grade": false, "grade_id": "order_lstm_cell", "locked": false, "schema_version": 3, "solution": true, "task": false}
def order_lstm_cell():
    """The lines of lstm_cell in order, above the dashes."""
    ### BEGIN SOLUTION
    return "E J H B F L D"
    ### END SOLUTION
    return """
    def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    --- above: the lines that are used, in order; below: the others ---
    A    h_next = o * torch.tanh(c)
    B    g = g.tanh()
    C    i, f, o, g = sums.chunk(4, 1)
    D    return h_next, c_next
    E    sums = x @ W_ih.T + h @ W_hh.T + b_ih + b_hh
    F    c_next = f * c + i * g
    G    h_next = o * c_next
    H    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    J    i, f, g, o = sums.chunk(4, 1)
    K    g = g.sigmoid()
    L    h_next = o * torch.tanh(c_next)
    M    return c_next, h_next
    """


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(order_lstm_cell)
hint(order_lstm_cell, 0)

# %% nbgrader={"grade": true, "grade_id": "order_lstm_cell-visible", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties of the function that your lines make, on new random numbers.
score(order_lstm_cell)

# %% nbgrader={"grade": true, "grade_id": "order_lstm_cell-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a3_gates import steps

further = [
    Property("It holds for a larger batch and more units.", steps(7, 3, 8)),
    Property("It holds for one feature and one unit.", steps(5, 1, 1)),
    Property(
        "Gradients are right for a batch of one.",
        steps(1, 2, 5, torch.float64),
        watch=("gradients",),
    ),
]
### END HIDDEN TESTS
score(order_lstm_cell, hidden=further)


# %% [markdown]
# ## 2. One line of a layer
#
# *{points} · easy · about 5 minutes*
#
# In assignment 3 you put the lines of `rnn_forward` in order. Here they are once more, without the line that is the
# layer. Write this one line, and leave the others as they are. The layers of PyTorch stay out of it.
#
# **By hand.** One unit, one feature, `W_ih` = 1, `W_hh` = 1, no biases, `nonlinearity='relu'` and x = 1, 2, -5 give the
# states 1, 3 and 0.

# %% nbgrader={"grade": false, "grade_id": "rnn_forward_again", "locked": false, "schema_version": 3, "solution": true, "task": false} tags=["forbid-recurrent"]
def rnn_forward_again(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    """A one-layer nn.RNN, time first; returns output (T, B, H) and h_n (1, B, H)."""
    squash = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[1]) if h0 is None else h0[0]
    outputs = []
    for x_t in x:  # (batch, input)
        ### BEGIN SOLUTION
        h = squash(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)  # (batch, hidden)
        ### END SOLUTION
        outputs.append(h)
    return torch.stack(outputs), h[None]


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(rnn_forward_again)
hint(rnn_forward_again, 0)

# %% nbgrader={"grade": true, "grade_id": "rnn_forward_again-visible", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(rnn_forward_again) tries, on new random numbers.
score(rnn_forward_again)

# %% nbgrader={"grade": true, "grade_id": "rnn_forward_again-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a2_rnns import sequences

further = [
    Property("It holds for a longer sequence.", sequences(15, 2, 3, 4)),
    Property("It holds for relu.", sequences(5, 3, 3, 3, nonlinearity="relu")),
    Property(
        "Gradients are right for one sequence.",
        sequences(4, 1, 2, 3, torch.float64),
        watch=("gradients",),
    ),
]
### END HIDDEN TESTS
score(rnn_forward_again, hidden=further)

# %% [markdown]
# ## 3. A batch, its lengths, its mask
#
# *{points} · easy · about 15 minutes*
#
# Sequences come as a list of tensors `(n, F)`, each with its own number of steps `n`, at least 1. A layer wants one
# tensor. Fill up the short ones, and keep what the tensor cannot say by itself: which of its steps are real.
#
# | result | shape | |
# | --- | --- | --- |
# | `padded` | `(B, T, F)` | row b holds sequence b from its first step on, and `pad_value` behind it; T is the largest `n` |
# | `lengths` | `(B,)`, int64 | how many real steps each row has |
# | `mask` | `(B, T)`, bool | True exactly at the real steps |
#
# - Row b belongs to sequence b of the list: keep the order.
# - `padded` has the dtype and the device of the sequences. `lengths` are on the CPU, where `pack_padded_sequence`
#   wants them, whatever device the sequences are on.
# - Real steps may hold any number, `pad_value` too. So the values cannot tell you what is real.
# - Gradients flow from `padded` to the sequences. The list and its tensors stay as they were.
#
# **By hand.** Two sequences of one feature, [[3], [0]] and [[5]], padded with 0: T is 2, `lengths` are [2, 1], and
#
# | | step 0 | step 1 | | | step 0 | step 1 |
# | --- | --- | --- | --- | --- | --- | --- |
# | `padded[0]` | 3 | 0 | | `mask[0]` | True | True |
# | `padded[1]` | 5 | 0 | | `mask[1]` | True | False |
#
# The two zeros look alike. One is data, the other is not, and only the mask knows.

# %%
# give it to pad_batch when you have written it
example = [torch.tensor([[3.0], [0.0]]), torch.tensor([[5.0]])]
[tuple(sequence.shape) for sequence in example]


# %% nbgrader={"grade": false, "grade_id": "pad_batch", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pad_batch(seqs, pad_value=0.0):
    """One padded batch from a list of tensors (n_b, F).

    Returns padded (B, T, F), lengths (B,) int64 on the CPU, and mask (B, T), True at
    real steps.
    """
    ### BEGIN SOLUTION
    lengths = torch.tensor([len(sequence) for sequence in seqs])  # (batch,)
    longest = int(lengths.max())
    # (batch, time, feature)
    padded = seqs[0].new_full((len(seqs), longest, seqs[0].shape[1]), pad_value)
    for b, sequence in enumerate(seqs):
        padded[b, : len(sequence)] = sequence
    mask = torch.arange(longest) < lengths[:, None]  # (batch, time)
    return padded, lengths, mask.to(padded.device)
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(pad_batch)
hint(pad_batch, 0)

# %% nbgrader={"grade": true, "grade_id": "pad_batch-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(pad_batch) tries, on new random numbers.
score(pad_batch)

# %% nbgrader={"grade": true, "grade_id": "pad_batch-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a5_packing import sequences

further = [
    Property(
        "It holds for a larger batch.", sequences(8, 12, 3, pad_value=2.5), weight=2
    ),
    Property(
        "It holds for one sequence of one step.", sequences(1, 1, 3, pad_value=-1.0)
    ),
    Property("It holds for two sequences of one feature.", sequences(2, 3, 1)),
    Property(
        "Real steps may hold pad_value, in float64.",
        sequences(5, 7, 2, torch.float64, -3.0, holding=-3.0),
    ),
    Property(
        "Real steps may hold zeros beside another pad_value.",
        sequences(4, 5, 2, pad_value=1.0, holding=0.0),
    ),
    Property(
        "bfloat16 goes in, bfloat16 comes out.",
        sequences(3, 4, 2, torch.bfloat16, pad_value=0.0625),
    ),
    Property(
        "pad_value may be an int, below zero.", sequences(3, 5, 2, pad_value=-100)
    ),
    Property(
        "Gradients reach every sequence of a batch of one.", sequences(1, 3, 2),
        watch=("gradients",),
    ),
    Property(
        "Gradients pass where nothing is padded.", sequences(3, 3, 2, equal=True),
        watch=("gradients",),
    ),
    Property(
        "The call has no side effects.", sequences(4, 6, 2, pad_value=9.0),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU, with equal lengths too.",
        sequences(3, 3, 2, equal=True), watch=("places",),
    ),
]
### END HIDDEN TESTS
score(pad_batch, hidden=further)


# %% [markdown]
# ## 4. Any LSTM on a padded batch
#
# *{points} · medium · about 25 minutes*
#
# Given an `nn.LSTM` made with `batch_first=True`, of any number of layers and in one or two directions, a padded
# batch and its lengths: return what the layer would give for each sequence *alone*, put side by side.
#
# | | shape | |
# | --- | --- | --- |
# | `x` | `(B, T, F)` | real steps first; behind them anything, even NaN |
# | `lengths` | `(B,)`, int64, on the CPU | from 1 to T, in any order; perhaps none of them is T |
# | `output` (result) | `(B, T, D * H)` | zeros at the padding; always as many steps as `x` |
# | `h_n`, `c_n` (result) | `(D * layers, B, H)` | what each sequence alone would end with |
#
# D is 2 for a bidirectional layer, else 1. Return `(output, (h_n, c_n))`, rows in the order in which the sequences
# came. Gradients flow to `x` and to the layer's parameters, none reaches the padding. `x`, `lengths` and the layer
# stay as they are, its mode included.
#
# **By hand.** Two sequences of 2 and 1 real steps, in a batch of T = 3, one direction, one layer:
#
# | | step 0 | step 1 | step 2 |
# | --- | --- | --- | --- |
# | `output[0]` | h after step 0 | h after step 1 = `h_n[0, 0]` | 0 |
# | `output[1]` | h after step 0 = `h_n[0, 1]` | 0 | 0 |
#
# With all weights and biases 0 except the candidate's bias, which adds up to 1: every gate is sigmoid(0) = 0.5 and
# the candidate tanh(1) ≈ 0.762. c is 0.381 after the first step and 0.571 after the second. So `c_n[0]` is 0.571 for
# the first sequence and 0.381 for the second, whatever stands in its padding.

# %% nbgrader={"grade": false, "grade_id": "run_packed", "locked": false, "schema_version": 3, "solution": true, "task": false}
def run_packed(lstm, x, lengths):
    """An nn.LSTM (batch_first) on padded x (B, T, F), as if each sequence were run
    alone.

    Returns output (B, T, D * H), zeros at the padding, and (h_n, c_n), each
    (D * layers, B, H).
    """
    ### BEGIN SOLUTION
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    # states: two of (directions * layers, batch, hidden)
    packed_output, states = lstm(packed)
    output, _ = pad_packed_sequence(
        packed_output, batch_first=True, total_length=x.shape[1]
    )
    return output, states  # output (batch, time, directions * hidden)
    ### END SOLUTION


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(run_packed)
hint(run_packed, 0)

# %% nbgrader={"grade": true, "grade_id": "run_packed-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(run_packed) tries, on new random numbers.
score(run_packed)

# %% nbgrader={"grade": true, "grade_id": "run_packed-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a5_packing import packed

further = [
    Property(
        "It holds for a larger batch.",
        packed(7, 9, (3, 4), padding=float("nan")),
        weight=2,
    ),
    Property("It works for three layers.", packed(3, 5, num_layers=3)),
    Property(
        "It works for a projected LSTM in two directions.",
        packed(3, 4, (2, 4), bidirectional=True, proj_size=2),
    ),
    Property("It works without biases.", packed(3, 5, bias=False, bidirectional=True)),
    Property(
        "It holds for one sequence, shorter than the batch.",
        packed(1, 3, beyond=2, padding=float("nan")),
    ),
    Property(
        "It holds for one sequence in two directions.",
        packed(1, 4, (1, 1), bidirectional=True),
    ),
    Property(
        "It holds where all sequences have one step.",
        packed(4, 1, beyond=3, bidirectional=True),
    ),
    Property(
        "It holds for equal lengths below T.",
        packed(3, 3, beyond=1, equal=True, num_layers=2),
    ),
    Property(
        "It holds for two sequences in float64.",
        packed(2, 4, (2, 2), torch.float64, bidirectional=True),
    ),
    Property(
        "Gradients are right in layers and directions.",
        packed(3, 4, (2, 2), torch.float64, num_layers=2, bidirectional=True, beyond=1),
        watch=("gradients",),
        weight=2,
    ),
    Property(
        "The call has no side effects.",
        packed(3, 4, bidirectional=True, beyond=1),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU, in two directions too.",
        packed(3, 4, bidirectional=True),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(run_packed, hidden=further)


# %% [markdown]
# ## 5. The last real step
#
# *{points} · easy · about 15 minutes*
#
# A layer in one direction can be run on the padding and read at the right place. Given its `output` `(B, T, H)` and
# `lengths` `(B,)`, int64, from 1 to T, return `(B, H)`: row b is `output[b, lengths[b] - 1]`.
#
# - Behind the last real step there may be anything, even NaN. Nothing of it reaches the result, and it gets gradient 0.
# - It works for B = 1, T = 1 and H = 1, for any dtype, on any device. Neither argument changes.
#
# **By hand.** One feature, `lengths` [2, 1, 3]; the step to take is in brackets:
#
# | | step 0 | step 1 | step 2 | result |
# | --- | --- | --- | --- | --- |
# | `output[0]` | 7 | [8] | 9 | 8 |
# | `output[1]` | [4] | 5 | 6 | 4 |
# | `output[2]` | 1 | 2 | [3] | 3 |

# %% nbgrader={"grade": false, "grade_id": "last_valid", "locked": false, "schema_version": 3, "solution": true, "task": false}
def last_valid(output, lengths):
    """The last real step of each: output (B, T, H), lengths (B,); returns (B, H)."""
    ### BEGIN SOLUTION
    rows = torch.arange(len(lengths))  # (batch,)
    return output[rows, lengths - 1]  # (batch, hidden)
    ### END SOLUTION


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(last_valid)
hint(last_valid, 0)

# %% nbgrader={"grade": true, "grade_id": "last_valid-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(last_valid) tries, on new random numbers.
score(last_valid)

# %% nbgrader={"grade": true, "grade_id": "last_valid-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a5_packing import outputs

further = [
    Property(
        "It holds for a larger batch.", outputs(9, 12, 4, padding=float("nan")),
        weight=2,
    ),
    Property("It holds for more sequences than steps.", outputs(6, 3, 2, beyond=1)),
    Property("It holds for two sequences of one feature.", outputs(2, 5, 1)),
    Property(
        "It holds where all sequences have one step of many.",
        outputs(3, 1, 2, beyond=4, padding=float("inf")),
    ),
    Property("bfloat16 goes in, bfloat16 comes out.", outputs(3, 4, 3, torch.bfloat16)),
    Property("Whole numbers stay whole numbers.", outputs(4, 5, 2, torch.int64)),
    Property(
        "Gradients are right for one sequence.", outputs(1, 4, 3, beyond=2),
        watch=("gradients",),
    ),
    Property(
        "The call has no side effects.", outputs(4, 4, 1, padding=9.0),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU, for one sequence too.", outputs(1, 3, 2, beyond=1),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(last_valid, hidden=further)


# %% [markdown]
# ## 6. A test for last_valid
#
# *{points} · hard · about 25 minutes*
#
# The most frequent mistakes of this lesson raise no error: they take another step, or let padding through. Write the test
# that would have noticed: a function that gets some `last_valid`, calls it with outputs and lengths of your choice, and
# raises where it is wrong, for instance with `assert`.
#
# - What counts is how many wrong functions your test finds. If it raises on a right one, it earns nothing: somebody
#   would look for a fault that is not there.
# - A right function may calculate in another order, so that its last digit differs: compare with
#   `torch.testing.assert_close`, not digit by digit.
# - Whatever the text of the exercise promises may be broken. Read it once more, line by line.
# - The function gets copies of what you pass. What it changes in them comes back to you, and so do gradients. It may be
#   called 300 times, and its code cannot be seen.
#
# **By hand.** `output` holds the numbers 1 to 6 as one sequence of six steps and one feature, `lengths` is 4: the result has to
# be 4. This finds a function that takes the last column, and none that takes the same step from all rows.
#
# `check` calls your test with a right function and with some wrong ones, and says which it finds. When your work is
# graded it is called with many more, right and wrong in a random order; how many it finds is counted.

# %% nbgrader={"grade": false, "grade_id": "test_last_valid", "locked": false, "schema_version": 3, "solution": true, "task": false}
def test_last_valid(last_valid):
    """Raise an error if last_valid is wrong; return nothing if it is right."""
    ### BEGIN SOLUTION
    nan, inf = float("nan"), float("inf")
    for shape in ((3, 4, 2), (1, 1, 1), (1, 4, 1), (2, 1, 3), (3, 3, 3)):
        for padding in (nan, inf, 0.0, 99.0):
            output = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
            output = output.view(shape) - 3  # (batch, time, hidden), a zero among them
            lengths = torch.tensor([2, 4, 1])[: shape[0]].clamp(max=shape[1])
            for row, length in zip(output, lengths.tolist(), strict=True):
                row[length:] = padding
            pairs = zip(output, lengths, strict=True)
            right = torch.stack([row[n - 1] for row, n in pairs])
            kept, kept_lengths = output.clone(), lengths.clone()
            output.requires_grad_()
            last = last_valid(output, lengths)
            assert last.shape == right.shape and last.dtype == right.dtype
            assert torch.equal(last, right)
            (gradient,) = torch.autograd.grad(last.sum(), output)
            wanted = torch.zeros_like(kept)
            for row, length in zip(wanted, lengths.tolist(), strict=True):
                row[length - 1] = 1
            assert torch.equal(gradient, wanted)
            with torch.no_grad():
                last_valid(output.detach(), lengths)
            assert torch.equal(lengths, kept_lengths)
            assert torch.equal(output.detach().nan_to_num(-7), kept.nan_to_num(-7))
    ### END SOLUTION


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(test_last_valid)
hint(test_last_valid, 0)

# %% nbgrader={"grade": true, "grade_id": "test_last_valid-visible", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the functions that check(test_last_valid) tries, in another order.
score(test_last_valid)

# %% nbgrader={"grade": true, "grade_id": "test_last_valid-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further functions, right and wrong, which come in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from exercises.a5_packing.test_last_valid import candidates

further = candidates()
### END HIDDEN TESTS
score(test_last_valid, hidden=further)

# %% [markdown]
# ## 7. A model that is right alone and wrong in company
#
# *{points} · read by a person · about 10 minutes*
#
#
# A colleague's bidirectional tagger gives other tags for the same short sentence on different days. Alone it is
# always tagged well. In a batch, its first tags are good and its last ones are bad, the worse the longer the longest
# sentence of the batch is. The code pads with zeros, does not pack, and leaves the padding out of the loss.
#
# Explain which numbers are wrong and how they come to be, and why the last steps of a short sentence suffer most. Why
# does leaving the padding out of the loss not help? Name a cure, and a test of a few lines that would have caught it.
# (100 to 150 words, in the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 7, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** The backward direction starts at the last column of the padded batch. In a short sentence it
# first reads zeros, and a layer does not stand still on zeros: its biases and its recurrence go on. So it arrives at
# the last real word with a state made of padding instead of the zero state it was to start from, a different one for
# each length of the batch. On its way to the first word it reads real words and forgets that state, step by step,
# which is why the first tags are good. The forward half is right at every real step. The loss looks at real steps
# only, but the wrong numbers *are* at real steps: a mask on the loss does not change what the layer computed. Cure:
# pack (`pack_padded_sequence`, lengths, `enforce_sorted=False`). Test: run a sentence alone, then beside a longer
# one, and compare the outputs at its real steps.
#
# **Rubric, {points}.** 2 the backward direction starts in the padding and carries a state into the sentence; 2
# the last real steps come right after the padding, the first ones after real words; 1.5 the loss's mask concerns
# targets, the wrong states are at real steps; 1.5 packing, and a test that compares a sentence alone and in company.
# "Padding should be ignored" earns nothing by itself.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit. Lesson 6 stacks layers and
# takes the two directions apart.

# %% [markdown]
# # Assignment 6: stacked and bidirectional
#
# *About 100 minutes, {points}. It belongs to lesson 6, `notebooks/06_stacking.ipynb`.*
#
# You take the summary of a sequence from `h_n` without mixing anything up, build a bidirectional LSTM from two layers
# that read one way, and stack layers with dropout where `nn.LSTM` has it.
#
# **How it is graded.** Each function is tried on random inputs that are drawn anew in every run, and compared with
# PyTorch. What holds earns its part of the points, so unfinished work counts too. `check(...)` is free: run it as
# often as you like. It tells you which property fails, on which shapes, and often which mistake it looks like. The
# graded cells use the same checks, and further cases of the same kind when your work is graded. Right means equal
# up to rounding, in any order of operations; where chance has a part, as in dropout, it means what several calls show
# together.
#
# Write your code in place of `raise NotImplementedError()`, keep the names of the functions and their arguments, and
# leave the other cells as they are. Before you hand in: *Kernel → Restart Kernel and Run All Cells*.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from autograder.checks import check, given, hint, me, score

# %% [markdown]
# ## 1. The final features
#
# *{points} · easy · about 15 minutes*
#
# A classifier on top of a recurrent layer reads the final state of the **top** layer. Take it from `h_n`, which has
# the shape `(D * num_layers, B, H)`, with D = 2 for two directions and 1 for one. Its rows go layer by layer, and in
# each layer forward before backward:
#
# | row of `h_n`, two layers | 0 | 1 | 2 | 3 |
# | --- | --- | --- | --- | --- |
# | one direction | layer 0 | layer 1 | | |
# | two directions | layer 0 forward | layer 0 backward | layer 1 forward | layer 1 backward |
#
# Return `(B, H)` for one direction, and `(B, 2 * H)` for two: [forward, backward] for each sequence. Gradients flow
# through the result to `h_n`, which stays as it is.
#
# **By hand.** One layer, two directions, a batch of 2, one unit, so `h_n` is (2, 2, 1). Forward states are 1 and 2,
# backward ones 3 and 4. The features of the first sequence are [1, 3], of the second [2, 4]. (`h_n.view(2, -1)` would
# give [1, 2] and [3, 4]: the right shape, and the sequences mixed.)

# %%
# an h_n; final_features(example, 1, True) is asked for
example = torch.tensor([[[1.0], [2.0]], [[3.0], [4.0]]])
example.view(2, -1)


# %% nbgrader={"grade": false, "grade_id": "final_features", "locked": false, "schema_version": 3, "solution": true, "task": false}
def final_features(h_n, num_layers, bidirectional):
    """The top layer's final state from h_n (D * num_layers, B, H): (B, H), or
    (B, 2 * H) = [forward, backward]."""
    ### BEGIN SOLUTION
    directions = 2 if bidirectional else 1
    top = h_n[-directions:]  # (directions, batch, hidden)
    return torch.cat(list(top), dim=1)  # (batch, directions * hidden)
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(final_features)
hint(final_features, 0)

# %% nbgrader={"grade": true, "grade_id": "final_features-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(final_features) tries, on new random numbers.
score(final_features)

# %% nbgrader={"grade": true, "grade_id": "final_features-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a6_stacking import states

further = [
    Property(
        "Four layers in two directions, a larger batch.", states(4, True, 7, 5),
        weight=2,
    ),
    Property(
        "Two layers in one direction, which have as many rows as one in two.",
        states(2, False, 2, 2),
    ),
    Property("Four layers in one direction.", states(4, False, 3, 3)),
    Property("One layer in two directions, a batch of one.", states(1, True, 1, 4)),
    Property("One unit in two directions.", states(2, True, 5, 1)),
    Property(
        "It holds where batch and units are equally many, in float64.",
        states(1, True, 2, 2, torch.float64),
    ),
    Property(
        "bfloat16 goes in, bfloat16 comes out.", states(3, True, 2, 3, torch.bfloat16)
    ),
    Property(
        "Gradients are right in one direction.", states(3, False, 2, 3),
        watch=("gradients",),
    ),
    Property(
        "The call has no side effects.", states(2, False, 3, 2),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU, in one direction too.", states(2, False, 2, 2),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(final_features, hidden=further)


# %% [markdown]
# ## 2. Two directions from two layers
#
# *{points} · hard · about 30 minutes*
#
# `bidirectional=True` is no magic: a second layer reads the sequence from its end. Build it by hand. `fwd` and `bwd`
# are `nn.LSTM` with one layer and one direction, `batch_first=True` and the same sizes.
#
# | | shape | |
# | --- | --- | --- |
# | `x` | `(B, T, F)` | real steps first, behind them numbers that mean nothing |
# | `lengths` | `(B,)`, int64 | real steps of each, from 1 to T, in any order; perhaps none of them is T |
# | `output` (result) | `(B, T, 2 * H)` | [forward, backward] of the *same* step; zeros at the padding |
# | `h_n` (result) | `(2, B, H)` | the state after each direction's last step |
#
# `bwd` reads every sequence from **its own** last real step to the first. The result is that of
# `nn.LSTM(bidirectional=True)` with these weights on packed input. Return `(output, h_n)`. Gradients flow to `x` and to
# both layers, and none of the arguments changes.
#
# **By hand.** A sequence of three real steps a, b, c in a batch of T = 4; the other sequence has 4 steps:
#
# | | step 0 | step 1 | step 2 | step 3 |
# | --- | --- | --- | --- | --- |
# | `x` | a | b | c | padding |
# | `fwd` has read | a | a, b | a, b, c | zeros |
# | `bwd` has read | c, b, a | c, b | c | zeros |
#
# So `h_n[0]` is the forward half at step 2, and `h_n[1]` the backward half at step 0. Let both layers have weights and
# biases 0 except the candidate's bias, which adds up to 1: after one, two, three steps c is 0.381, 0.571 and 0.666, and
# h is half its tanh: 0.182, 0.258, 0.291. The forward half is 0.182, 0.258, 0.291, 0 and the backward half 0.291,
# 0.258, 0.182, 0.

# %% nbgrader={"grade": false, "grade_id": "bilstm_from_two", "locked": false, "schema_version": 3, "solution": true, "task": false}
def bilstm_from_two(fwd, bwd, x, lengths):
    """A bidirectional LSTM from two layers (batch_first), on padded x (B, T, F) with
    lengths (B,).

    Returns output (B, T, 2 * H), zeros at the padding, and h_n (2, B, H).
    """
    ### BEGIN SOLUTION
    # (batch, time, 2 * hidden)
    output = x.new_zeros(x.shape[0], x.shape[1], 2 * fwd.hidden_size)
    ends = []
    for b, n in enumerate(lengths.tolist()):
        sequence = x[b : b + 1, :n]  # (1, steps, feature)
        forward, (h_forward, _) = fwd(sequence)
        backward, (h_backward, _) = bwd(sequence.flip(1))
        output[b, :n] = torch.cat([forward, backward.flip(1)], dim=2)[0]
        ends.append(torch.cat([h_forward, h_backward]))  # (2, 1, hidden)
    return output, torch.cat(ends, dim=1)
    ### END SOLUTION


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(bilstm_from_two)
hint(bilstm_from_two, 0)

# %% nbgrader={"grade": true, "grade_id": "bilstm_from_two-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(bilstm_from_two) tries, on new random numbers.
score(bilstm_from_two)

# %% nbgrader={"grade": true, "grade_id": "bilstm_from_two-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a6_stacking import pairs

further = [
    Property("It holds for a larger batch.", pairs(6, 8, (3, 4)), weight=2),
    Property("It holds for two sequences.", pairs(2, 5, (2, 12))),
    Property("It works without biases.", pairs(3, 4, bias=False)),
    Property(
        "It holds where all sequences have one step of many.", pairs(3, 1, beyond=3)
    ),
    Property("It holds for one sequence that fills the batch.", pairs(1, 4, (1, 2))),
    Property("It holds for equal lengths below T.", pairs(3, 3, beyond=2, equal=True)),
    Property(
        "It holds for one unit and one feature in float64.",
        pairs(4, 5, (1, 1), torch.float64),
    ),
    Property(
        "Gradients are right in a longer batch.",
        pairs(3, 4, (3, 2), torch.float64, beyond=1),
        watch=("gradients",),
        weight=2,
    ),
    Property(
        "Layers in evaluation mode stay so.",
        pairs(2, 4, (2, 12), training=False),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU, for one sequence too.",
        pairs(1, 3, beyond=1),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(bilstm_from_two, hidden=further)


# %% [markdown]
# ## 3. A stack with dropout
#
# *{points} · medium · about 25 minutes*
#
# `layers` is a list of L `nn.LSTM` modules of one layer each, time first. Layer k reads the output of layer k - 1, the
# first one reads `x` `(T, B, F)`; each starts from a zero state. Return what `nn.LSTM(num_layers=L, dropout=p)` returns:
#
# | result | shape | |
# | --- | --- | --- |
# | `output` | `(T, B, H)` | that of the last layer |
# | `h_n`, `c_n` | `(L, B, H)` | the final states of every layer, never dropped |
#
# With `training=True` dropout acts on the output of every layer **except the last**: each element, at each step and in
# each sequence by itself, is set to 0 with probability `p`, and what is kept is divided by 1 - p. The layers' own mode
# has no say in it. With `training=False` nothing is dropped. Return `(output, (h_n, c_n))`; neither `x` nor a layer
# changes, and nothing is seeded.
#
# | | goes to | dropped in training |
# | --- | --- | --- |
# | `x` | layer 0 | no |
# | output of layer 0 | layer 1 | yes |
# | output of layer 1, the last | the caller | no |
# | h, c of each layer | its own next step, `h_n`, `c_n` | no |
#
# **By hand.** Two layers, one unit, p = 0.5, training. Let the output of layer 0 be 0.4, 0.2, 0.3 over three steps. If
# the middle value is dropped, layer 1 reads 0.8, 0, 0.6, and `h_n[0]` is 0.3, the undropped last value.

# %% nbgrader={"grade": false, "grade_id": "stacked_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def stacked_forward(layers, x, p=0.0, training=False):
    """A stack of one-layer nn.LSTM modules on x (T, B, F), with dropout p between them
    in training.

    Returns output (T, B, H) and (h_n, c_n), each (L, B, H).
    """
    ### BEGIN SOLUTION
    h_n, c_n = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)  # (time, batch, hidden), (1, batch, hidden) each
        h_n.append(h)
        c_n.append(c)
        if k < len(layers) - 1:
            x = nn.functional.dropout(x, p, training)
    return x, (torch.cat(h_n), torch.cat(c_n))
    ### END SOLUTION


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(stacked_forward)
hint(stacked_forward, 0)

# %% nbgrader={"grade": true, "grade_id": "stacked_forward-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(stacked_forward) tries, on new random numbers.
score(stacked_forward)

# %% nbgrader={"grade": true, "grade_id": "stacked_forward-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a6_stacking import dropping, stacks
from exercises.a6_stacking.stacked_forward.oracle import dropout_seen

further = [
    Property("It holds for four layers.", stacks(4, 4, 3, (3, 2)), weight=2),
    Property("It holds for one layer.", stacks(1, 5, 2, (3, 3), training=True)),
    Property("It works without biases.", stacks(3, 4, 2, bias=False)),
    Property("Layers in evaluation mode, p given.", stacks(2, 4, 2, p=0.4, mode=False)),
    Property(
        "Four layers are not dropped in evaluation.",
        stacks(4, 3, 2, (2, 2), p=0.99, training=False),
    ),
    Property(
        "Most is dropped where p is near 1.",
        dropping(2, 0.8),
        weight=2,
        look=dropout_seen,
    ),
    Property(
        "Little is dropped where p is small, in float64.",
        dropping(2, 0.15, dtype=torch.float64),
        look=dropout_seen,
    ),
    Property(
        "One step of many sequences is dropped.",
        dropping(2, 0.5, (1, 9, 9)),
        look=dropout_seen,
    ),
    Property(
        "One sequence of many steps is dropped.",
        dropping(2, 0.4, (20, 1, 6)),
        look=dropout_seen,
    ),
    Property(
        "Gradients are right for three layers.",
        stacks(3, 3, 2, dtype=torch.float64),
        watch=("gradients",),
        weight=2,
    ),
    Property(
        "The call has no side effects.",
        stacks(3, 3, 2, p=0.3, training=False),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU in evaluation too.",
        stacks(2, 3, 2, p=0.5),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(stacked_forward, hidden=further)

# %% [markdown]
# ## 4. Find the counterexample
#
# *{points} · hard · about 20 minutes*
#
# An assistant was asked for a function `both_ends(output, lengths)`: from the `output` `(B, T, 2H)` of a bidirectional
# layer, batch first, and the `lengths` `(B,)` of the sequences, the forward half of each row's last real step and,
# behind it, the backward half of its first step, `(B, 2H)`, row by row. What came back looks right, runs, and has one
# mistake. Each student gets another function.
#
# Type your personal code once, between the quotes, and run all cells again. Without a code you get a function for
# practice.

# %%
me("")

# %% nbgrader={"grade": false, "grade_id": "broken_ends-given", "locked": true, "schema_version": 3, "solution": false, "task": false}
suspect = given("broken_ends")
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
# | `'a'` | the rows come back in another order |
# | `'b'` | the backward half is that of the last column |
# | `'c'` | the forward half is that of the last column, padding or not |
# | `'d'` | all rows are read where the longest ends |
# | `'e'` | all rows are read where the first row ends |
# | `'f'` | the backward half is that of the last real step |
# | `'g'` | the forward half is that of the step behind the last real one |
# | `'h'` | the two halves are exchanged |
#
# `output` is float64, `lengths` int64 with numbers from 1 to T. `B`, `T` and `2H` are those that stand below your
# function. An error where there should be a result counts as wrong.
#
# `check` says whether your answer has its form, and not whether the function is wrong there: `suspect(**arguments)` runs
# it, and what should come out you know from exercises 1 and 2.
#
# **By hand.** A function `last(x)` that gives `x[2]` is wrong on four numbers and right on three. So `'wrong'` may be
# `{"x": torch.arange(4)}` and `'right'` `{"x": torch.arange(3)}`.

# %% nbgrader={"grade": false, "grade_id": "broken_ends", "locked": false, "schema_version": 3, "solution": true, "task": false}
def broken_ends():
    """{'wrong': arguments, 'right': arguments, 'because': letter, 'line': number}."""
    ### BEGIN SOLUTION
    B, T, width = (suspect.sizes[axis] for axis in ("B", "T", "2H"))
    output = torch.arange(B * T * width, dtype=torch.float64).view(B, T, width)
    wrong = {"output": output, "lengths": torch.arange(1, B + 1).clamp(max=T - 1)}
    # Two mistakes do no harm where no row has padding, but one reads padding before it.
    found = suspect(**wrong)[0, 0]  # of the first row, which has one step
    beyond = "g" if found == output[0, 1, 0] else "c"
    # (letter, what makes the mistake harmless); the first that does is the answer
    tries = [
        ("a", {"lengths": wrong["lengths"].flip(0)}),
        ("d", {"lengths": torch.full((B,), 2)}),
        ("f", {"lengths": torch.ones(B, dtype=torch.int64)}),
        (beyond, {"lengths": torch.full((B,), T)}),
        ("h", {"output": torch.ones_like(output)}),
    ]
    looks = {  # like what, the line that has to change
        "a": ("sort",), "c": ("forward[:",), "d": ("lengths.max",),
        "f": ("units:]", "backward[row, last"), "g": ("shape[1] - 1",),
        "h": ("last, H:", "other.gather"),
    }
    for because, change in tries:
        right = {**wrong, **change}
        rows, last = torch.arange(B), right["lengths"] - 1
        half = width // 2
        expected = torch.cat(
            [right["output"][rows, last, :half], right["output"][:, 0, half:]], 1
        )
        if torch.equal(suspect(**right), expected):
            lines, parts = enumerate(suspect.lines, 1), looks[because]
            line = next(n for n, text in lines if any(part in text for part in parts))
            return {"wrong": wrong, "right": right, "because": because, "line": line}
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(broken_ends)
hint(broken_ends, 0)

# %% nbgrader={"grade": true, "grade_id": "broken_ends-hidden", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the function and the right one run on your arguments when work is graded.
further = []
### BEGIN HIDDEN TESTS
from exercises.a6_stacking.broken_ends.key import KEY

further = KEY
### END HIDDEN TESTS
score(broken_ends, hidden=further)

# %% [markdown]
# ## 5. A layer too many
#
# *{points} · read by a person · about 10 minutes*
#
#
# A team labels log messages *as they arrive*: at each step the model says at once whether the last line was a fault. Its
# LSTM has one layer of 64 units and gets 81 % right on held-out logs. A colleague proposes `bidirectional=True`,
# `num_layers=2` and `dropout=0.5`, reports 99 % on the same held-out logs, and wants to ship it.
#
# What has most likely happened, and why does the held-out set not show it? Name a test of a few lines that would. Which
# part of the proposal can be kept, and how would you find out whether it is worth its price? Say what a second layer
# costs in parameters, roughly. (100 to 150 words, in the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** The backward direction reads lines that come after the one to be judged, for example the error
# handling that follows a fault. With two layers even the forward half of the upper one sees them, through the layer
# below. The held-out logs are complete, so they contain their own future; in use it has not been written yet. Test:
# cut a log behind line t, or change line t + 1, and compare the output at t with that on the whole log: it must not
# change. What can be kept is the second layer in one direction, with dropout between the two (and in training mode
# only). A second layer of 64 units adds 4 · 64 · (64 + 64 + 2), about 33,000 parameters. Compare, over several seeds and
# on logs cut at t, with one wider layer of as many parameters; keep it only if it is better there.
#
# **Rubric, {points}.** 1.5 the backward direction reads the future, and a held-out log contains it; 1.5 a test that cuts
# or changes what comes later; 1.5 two layers and dropout in one direction can be kept, compared over seeds with a
# simpler or wider model; 1.5 about 33,000 parameters, or 4H(H + H + 2) with H = 64. "Overfitting" alone earns nothing.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit. Lesson 7 follows the gradient
# back through time.

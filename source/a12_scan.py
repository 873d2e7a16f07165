# %% [markdown]
# # Assignment 12: A recurrence without a loop
#
# *About 80 minutes, {points}. It belongs to lesson 12, `notebooks/12_scan.ipynb`.*
#
# You write a layer whose gates do not read the state, first with a loop over the steps. Then you write what such a layer
# can be computed with instead: a scan, which takes about log2(T) rounds for T steps. At last you write the same in log
# space, where nothing becomes too small.
#
# **How it is graded.** Each function is tried on random inputs that are drawn anew in every run, and compared with
# a plain loop. What holds earns its part of the points, so unfinished work counts too. `check(...)` is free: run it as
# often as you like. It tells you which property fails, on which shapes, and often which mistake it looks like. The
# graded cells use the same checks, and further cases of the same kind when your work is graded. Right means equal
# up to rounding, in any order of operations.
#
# Write your code in place of `raise NotImplementedError()`, keep the names of the functions and their arguments, and
# leave the other cells as they are. Before you hand in: *Kernel → Restart Kernel and Run All Cells*.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import torch

from autograder.checks import check, hint, score

# %% [markdown]
# ## 1. minGRU, step by step
#
# *{points} · easy · about 15 minutes*
#
# minGRU (Feng and others, 2024) is a GRU whose gate and candidate read the input only. For each step t:
#
#     z[t] = sigmoid(W_z x[t] + b_z)                 the gate, a share between 0 and 1
#     c[t] = W_h x[t] + b_h                          the candidate, without a tanh
#     h[t] = (1 - z[t]) * h[t - 1] + z[t] * c[t]     the state
#
# | argument | shape | |
# | --- | --- | --- |
# | `x` | `(T, B, D)` | the inputs, T is at least 1 |
# | `weight_z`, `weight_h` | `(H, D)` | one row for each unit, as in `nn.Linear` |
# | `bias_z`, `bias_h` | `(H,)` | |
# | `h_0` | `(B, H)` | the state before the first step |
#
# Return the states after all steps, `(T, B, H)`, in the dtype of `x`. Write a plain loop over time. Gradients reach all
# six arguments.
#
# **By hand.** One unit, `h_0` = 8. At step 0, z is 0.25 and the candidate 4: the state is 0.75 · 8 + 0.25 · 4 = 7. At step
# 1, z is 1 and the candidate -2: the state is -2, and the 7 is forgotten.
#
# A share of one number, the rest of another:

# %%
z = torch.tensor([0.25, 1.0])
(1 - z) * torch.tensor([8.0, 7.0]) + z * torch.tensor([4.0, -2.0])


# %% nbgrader={"grade": false, "grade_id": "min_gru", "locked": false, "schema_version": 3, "solution": true, "task": false}
def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    """All states of a minGRU layer, (T, B, H).

    x (T, B, D); weight_z, weight_h (H, D); bias_z, bias_h (H,); h_0 (B, H).
    """
    ### BEGIN SOLUTION
    z = torch.sigmoid(x @ weight_z.T + bias_z)  # (T, B, H)
    candidate = x @ weight_h.T + bias_h  # (T, B, H)
    h, states = h_0, []
    for t in range(len(x)):
        h = (1 - z[t]) * h + z[t] * candidate[t]  # (B, H)
        states.append(h)
    return torch.stack(states)
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(min_gru)
hint(min_gru, 0)

# %% nbgrader={"grade": true, "grade_id": "min_gru-visible", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(min_gru) tries, on new random numbers.
score(min_gru)

# %% nbgrader={"grade": true, "grade_id": "min_gru-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a12_scan import layers

further = [
    Property("It holds for a long sequence.", layers(30, 2, 3, 2), weight=2),
    Property("It holds for one unit and many inputs.", layers(4, 3, 7, 1)),
    Property("It holds for one input and many units.", layers(4, 1, 1, 6)),
    Property(
        "Half-open gates, in float64.", layers(7, 2, 2, 3, torch.float64, open_by=1.0)
    ),
    Property(
        "Gradients pass shut gates.", layers(3, 2, 2, 2, torch.float64, open_by=-3.0),
        watch=("gradients",),
    ),
    Property(
        "The call has no side effects for one step.", layers(1, 2, 2, 3),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU for equal sizes.", layers(2, 2, 2, 2), watch=("device",)
    ),
]
### END HIDDEN TESTS
score(min_gru, hidden=further)

# %% [markdown]
# ## 2. All states at once
#
# *{points} · hard · about 30 minutes*
#
# The states of minGRU follow `h[t] = a[t] * h[t - 1] + b[t]`, with `a` = 1 - z and `b` = z · c. Neither reads the state. So
# all `a` and `b` are known before the first step, and the loop is not needed.
#
# A step is a map that takes h to a h + b. Two such maps, one after the other, are again such a map: work out by hand
# which `a` and which `b` it has. **Recursive doubling** uses this. In the first round each entry is combined with the one
# before it, then with the one 2 steps before, then 4, 8, and so on, until the offset reaches T:
#
#     T = 6        0     1     2     3     4     5        an entry stands for
#     at first     0     1     2     3     4     5        its own step
#     offset 1     0    0-1   1-2   2-3   3-4   4-5       two steps
#     offset 2     0    0-1   0-2   0-3   1-4   2-5       four
#     offset 4     0    0-1   0-2   0-3   0-4   0-5       all steps so far
#
# - `a` and `b` are `(T, B, H)`, `h_0` is `(B, H)`. Return all `h[t]`, `(T, B, H)`, in their dtype. T is any number from 1 on.
# - The entries of `a` may be of either sign, and some may be 0. So nothing can be divided by a product of them.
# - **No loop over the steps.** A loop over the rounds is fine. On 5,000 steps the operators of PyTorch that your function
#   runs are counted: rounds on whole tensors take some 200, a loop takes 5,000 and more.
# - Gradients reach all three arguments, which stay as they are.
#
# **By hand.** One unit, `h_0` = 2, `a` = [3, 0, -1], `b` = [1, 5, 4]. The states are 3 · 2 + 1 = 7, then 0 · 7 + 5 = 5, then
# -1 · 5 + 4 = -1. The product of all factors so far is [3, 0, 0]: whoever divides by it gets nan.
#
# What is in front of an entry, and what is `k` steps before it:

# %%
x = torch.arange(6)
x[:2], x[2:], x[:-2]


# %% nbgrader={"grade": false, "grade_id": "scan", "locked": false, "schema_version": 3, "solution": true, "task": false}
def scan(a, b, h_0):
    """All states of h[t] = a[t] * h[t - 1] + b[t], (T, B, H), in about log2(T) rounds.

    a, b (T, B, H); h_0 (B, H), the state before the first step.
    """
    ### BEGIN SOLUTION
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])  # the first state is known
    offset = 1
    while offset < len(a):
        b = torch.cat([b[:offset], a[offset:] * b[:-offset] + b[offset:]])
        a = torch.cat([a[:offset], a[offset:] * a[:-offset]])
        offset *= 2
    return b
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(scan)
hint(scan, 0)

# %% nbgrader={"grade": true, "grade_id": "scan-visible", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(scan) tries, on new random numbers.
score(scan)

# %% nbgrader={"grade": true, "grade_id": "scan-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a12_scan import maps

further = [
    Property(
        "It holds at 17 steps, one more than a power of two.", maps(17, 2, 2), weight=2
    ),
    Property("It holds at 31 steps, one less.", maps(31, 1, 3)),
    Property("Two steps of one unit.", maps(2, 1, 1)),
    Property("Zeros in a long sequence.", maps(50, 2, 2, zeros=True), weight=2),
    Property("Positive factors over 500 steps.", maps(500, 1, 2, one_sign=True)),
    Property("Small factors in float64.", maps(150, 1, 2, torch.float64, small=True)),
    Property(
        "4,100 steps are no more work.", maps(4100, 1, 1, one_sign=True),
        watch=("operators",), weight=8,
    ),
    Property(
        "Gradients at a power of two.", maps(4, 2, 2, torch.float64),
        watch=("gradients",),
    ),
    Property(
        "The call has no side effects for one step.", maps(1, 2, 3),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU for 9 steps.", maps(9, 1, 2, zeros=True),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(scan, hidden=further)

# %% [markdown]
# ## 3. The same in log space
#
# *{points} · medium · about 20 minutes*
#
# Where all `a`, `b` and `h_0` are positive there is a shorter way. Let A[t] be the product of `a[0]` to `a[t]`. Divide the
# recurrence by it: h[t] / A[t] is a running sum of `h_0` and of all b[s] / A[s] up to t. So a `cumsum` would do, if A did
# not leave the range of float32: after a few hundred steps it is 0, or inf. In log space it does not: products become
# sums, and the logarithm of a running sum of numbers whose logarithms you have is `torch.logcumsumexp`.
#
# - `log_a` and `log_b` are `(T, B, H)`, `log_h_0` is `(B, H)`: the logarithms of `a`, `b` and `h_0`.
# - Return the **logarithms** of all states, `(T, B, H)`, in their dtype. Do not leave log space on the way: the states
#   themselves may be far too small or too large for float32.
# - `log_h_0` may be -inf, for a state that starts from 0. No other entry is infinite.
# - No loop over the steps. Rounds as in the exercise before are allowed too.
# - Gradients reach all three arguments, which stay as they are.
#
# **By hand.** One unit, `h_0` = 2, `a` = [3, 0.5], `b` = [1, 4]. The states are 7 and 7.5, and the result is their
# logarithms, 1.9459 and 2.0149. The running sum: A is [3, 1.5], so it goes from 2 to 2 + 1/3 and to 2 + 1/3 + 4/1.5 = 5.
# Times A: 7 and 7.5.
#
# `logcumsumexp` takes logarithms and gives logarithms:

# %%
numbers = torch.tensor([2.0, 1 / 3, 4 / 1.5])
numbers.log().logcumsumexp(0).exp()


# %% nbgrader={"grade": false, "grade_id": "log_scan", "locked": false, "schema_version": 3, "solution": true, "task": false}
def log_scan(log_a, log_b, log_h_0):
    """The logarithms of all states of h[t] = a[t] * h[t - 1] + b[t], (T, B, H); all
    numbers are positive.

    log_a, log_b (T, B, H); log_h_0 (B, H), perhaps -inf.
    """
    ### BEGIN SOLUTION
    log_product = log_a.cumsum(0)  # (T, B, H)
    terms = torch.cat([log_h_0[None], log_b - log_product])  # (T + 1, B, H)
    return log_product + terms.logcumsumexp(0)[1:]
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(log_scan)
hint(log_scan, 0)

# %% nbgrader={"grade": true, "grade_id": "log_scan-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(log_scan) tries, on new random numbers.
score(log_scan)

# %% nbgrader={"grade": true, "grade_id": "log_scan-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a12_scan import logs

further = [
    Property("It holds at 16 steps.", logs(16, 2, 3), weight=2),
    Property(
        "It holds over 900 steps of slow decay.", logs(900, 1, 2, factors=(0.7, 0.99))
    ),
    Property("Factors on both sides of 1.", logs(40, 2, 2, factors=(0.4, 2.5))),
    Property(
        "States far below float64.", logs(8, 2, 2, torch.float64, level=-900.0),
        weight=2,
    ),
    Property("States far above float64.", logs(5, 1, 3, torch.float64, level=800.0)),
    Property("All sequences but one start from 0.", logs(12, 3, 2, empty=True)),
    Property(
        "1,500 growing steps are no more work.",
        logs(1500, 1, 1, torch.float64, factors=(1.0, 1.2)), watch=("operators",),
        weight=5,
    ),
    Property(
        "Gradients through 60 steps.", logs(60, 1, 2, torch.float64),
        watch=("gradients",),
    ),
    Property(
        "The call has no side effects for one step.", logs(1, 2, 3),
        watch=("inputs", "globals"),
    ),
    Property("It would work on a GPU for one unit.", logs(5, 2, 1), watch=("device",)),
]
### END HIDDEN TESTS
score(log_scan, hidden=further)

# %% [markdown]
# ## 4. A gate that does not look
#
# *{points} · read by a person · about 15 minutes*
#
# A colleague replaces the `nn.LSTM` of a model by two layers of minGRU, as in exercise 1, and computes them with
# `log_scan`. Training is much faster. The model says after each of 20 bits whether the number of ones so far is even. On
# sequences of 20 bits it is nearly always right. On 200 bits it guesses.
#
# Why can minGRU be computed by a scan, and an LSTM not? Why does more training not help on 200 bits? Name one change of
# the layer that may help, say which of your functions still computes it and which does not, and which test you would run
# before you believe that it helped. (100 to 150 words, in the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** In minGRU z and the candidate read x only, so every step is a map h -> a h + b that is known before any
# state is: such maps can be combined in any grouping. The LSTM's gates read h[t - 1], through a sigmoid: no step can be
# prepared before the one before it is done, and two steps together are no map of the same kind. Parity has to turn the state
# round at each one, that is to multiply by a negative number. Here a = 1 - z lies between 0 and 1: the layer can only keep
# and forget. So it learns something for 20 bits, such as a count that saturates, which does not go on at 200; training on
# 20 bits does not ask for more. Change: let a lie between -1 and 1, for example a tanh. scan still computes that, log_scan
# does not, for negative numbers have no logarithm. Test: several seeds, trained on 20 bits, measured on 40, 200 and 1,000,
# beside the LSTM and beside guessing.
#
# **Rubric, {points}.** 1 gates from x alone, so that maps can be combined, while the LSTM's read the state; 1 factors between 0
# and 1 cannot turn a state round (or: a solution for 20 bits need not go on); 1 a negative factor (or gates that read the
# state, at the price of the loop), with scan yes and log_scan no; 1 a test at lengths not trained, with more than one seed or
# a baseline. "More layers" without a reason earns nothing.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit. Assignment 13 takes the LSTM
# to a river, where its state can be compared with snow.

# %% [markdown]
# # Assignment 1: sequences
#
# *About 85 minutes, {points}. It belongs to lesson 1, `notebooks/01_sequences.ipynb`.*
#
# You write the three functions that stand between raw data and a recurrent layer: windows with targets, a split
# that does not look into the future, and a long text cut into columns.
#
# **How it is graded.** Each function is tried on random inputs that are drawn anew in every run, and compared with
# its definition. What holds earns its part of the points, so unfinished work counts too. `check(...)` is free: run
# it as often as you like. It tells you which property fails, on which shapes, and often which mistake it looks
# like. The graded cells use the same checks, and further cases of the same kind when your work is graded. Right
# means equal up to rounding, in any order of operations.
#
# Write your code in place of `raise NotImplementedError()`, keep the names of the functions and their arguments,
# and leave the other cells as they are. Before you hand in: *Kernel → Restart Kernel and Run All Cells*.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import torch

from autograder.checks import check, hint, score

# %% [markdown]
# ## 1. Windows and their targets
#
# *{points} · medium · about 20 minutes*
#
# A network learns a forecast from pairs: some steps that follow one another, and what came later. Cut a series into
# all such pairs, as lesson 1 does with the sunspots. Windows move on by one step (stride 1):
#
#     X[n] = series[n : n + window]                the window that begins at n
#     y[n] = series[n + window - 1 + horizon]      the step `horizon` after the window's last
#
# | argument | | result | shape |
# | --- | --- | --- | --- |
# | `series` | `(T,)` or `(T, F)`, any dtype | `X` | `(N, window)` or `(N, window, F)` |
# | `window` | steps in a window, at least 1 | `y` | `(N,)` or `(N, F)` |
# | `horizon` | how far ahead, at least 1 | | |
#
# - `N = T - window - horizon + 1`: all windows whose target still lies in the series. If `N < 1`, raise
#   `ValueError`.
# - `X` and `y` have the dtype and the device of `series`; so has any index that you make, the device at least.
# - They are tensors of their own: changing them does not change `series`, which stays as it was.
#
# **By hand.** `series` = 10, 11, 12, 13, 14 with `window=3`, `horizon=1` gives N = 5 - 3 - 1 + 1 = 2:
#
#     10 11 12 13 14
#     [------] y            X[0] = 10 11 12, y[0] = 13
#        [------] y         X[1] = 11 12 13, y[1] = 14
#
# With `horizon=2` only one window is left: 10, 11, 12 with the target 14.
#
# A slice along the first axis is a window, whether a step is one number or a row of features:

# %%
torch.arange(10, 15)[1 : 1 + 3]


# %% nbgrader={"grade": false, "grade_id": "make_windows", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_windows(series, window, horizon=1):
    """All windows of a series with stride 1, and the value `horizon` steps after each.

    series (T,) or (T, F); returns X (N, window) or (N, window, F), and y (N,) or
    (N, F), with N = T - window - horizon + 1. Raises ValueError when N < 1.
    """
    ### BEGIN SOLUTION
    N = series.shape[0] - window - horizon + 1
    if N < 1:
        raise ValueError(
            f"no window of {window} steps has a target {horizon} further in "
            f"{len(series)} steps"
        )
    # (N, window) or (N, window, F)
    X = torch.stack([series[n : n + window] for n in range(N)])
    y = series[window - 1 + horizon :].clone()  # (N,) or (N, F)
    return X, y
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(make_windows)
hint(make_windows, 0)

# %% nbgrader={"grade": true, "grade_id": "make_windows-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(make_windows) tries, on new random numbers.
score(make_windows)

# %% nbgrader={"grade": true, "grade_id": "make_windows-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a1_sequences import series

further = [
    Property(
        "It holds for a long series of several features.", series(40, 5, 7, 4), weight=2
    ),
    Property("It holds for one window of one step.", series(2, 3, 1, 1, torch.float64)),
    Property(
        "It holds for one window and a far target in one axis.", series(9, None, 2, 7)
    ),
    Property(
        "It holds where features and windows are equally many.", series(8, 4, 4, 1)
    ),
    Property(
        "Whole numbers keep their dtype in two axes.", series(6, 2, 3, 2, torch.int32)
    ),
    Property("A series much too short raises ValueError.", series(3, 2, 9, 2)),
    Property("So does one of one axis that lacks one step.", series(4, None, 4, 1)),
    Property(
        "Neither result is a view in one axis.", series(6, None, 1, 2),
        watch=("memory", "inputs"),
    ),
    Property(
        "It would work on a GPU for one axis.", series(7, None, 3, 2), watch=("device",)
    ),
]
### END HIDDEN TESTS
score(make_windows, hidden=further)


# %% [markdown]
# ## 2. A split that does not look ahead
#
# *{points} · medium · about 20 minutes*
#
# Networks learn more easily from numbers around 0 with a spread near 1. Split a table of measurements in time, and
# standardize both parts with what was known when the training part ended.
#
# - The first `n_train` rows of `series`, `(T, F)`, are the training part, the other rows the test part. Nothing is
#   shuffled.
# - `mean` and `std`, each `(F,)`, are those of the *training* part, one for each feature. `std` is the population's:
#   take the squared distances from the mean, divide their sum by `n_train` (not by `n_train - 1`), take the root.
# - Where the standard deviation is below `eps`, use 1 instead, in the division and in the `std` you return.
# - Both parts become `(part - mean) / std`. `n_train` may be T; the test part then has no rows.
# - Keep the dtype; leave `series` as it was.
#
# **By hand.** One feature, 1, 3, 8, with `n_train=2`: the mean of 1 and 3 is 2, both are 1 away from it, so that
# `std` = 1. `train_z` is -1, 1 and `test_z` is 6. That 8 lies six deviations out is news, and should look like it.
#
# A third argument, the default `eps=1e-8`, is for a feature that never changes in training, such as a broken
# sensor: 5, 5, 5 has the standard deviation 0, and with 1 in its place becomes 0, 0, 0.

# %% nbgrader={"grade": false, "grade_id": "split_standardize", "locked": false, "schema_version": 3, "solution": true, "task": false}
def split_standardize(series, n_train, eps=1e-8):
    """Split in time, and standardize both parts with the training part's statistics.

    series (T, F); returns train_z (n_train, F), test_z (T - n_train, F), mean (F,), std
    (F,).
    """
    ### BEGIN SOLUTION
    train = series[:n_train]  # (n_train, F)
    mean = train.mean(dim=0)  # (F,)
    std = train.std(dim=0, correction=0)  # (F,)
    std = torch.where(std < eps, torch.ones_like(std), std)
    z = (series - mean) / std  # (T, F)
    return z[:n_train], z[n_train:], mean, std
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(split_standardize)
hint(split_standardize, 0)

# %% nbgrader={"grade": true, "grade_id": "split_standardize-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(split_standardize) tries, on new random numbers.
score(split_standardize)

# %% nbgrader={"grade": true, "grade_id": "split_standardize-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a1_sequences import tables

further = [
    Property("It holds for many rows and features.", tables(60, 6, 40), weight=2),
    Property(
        "It holds where the level changes.",
        tables(20, 3, 12, torch.float64, shift=40.0), weight=2,
    ),
    Property(
        "It holds for a constant feature in float64.",
        tables(9, 2, 4, torch.float64, constant=True),
    ),
    Property("A constant feature is the only one.", tables(6, 1, 4, constant=True)),
    Property("A large eps takes every feature.", tables(9, 2, 6, eps=50.0)),
    Property("One row and one feature are enough.", tables(1, 1, 1)),
    Property(
        "The call has no side effects.", tables(9, 3, 9, constant=True),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU with a constant feature.",
        tables(7, 2, 4, constant=True), watch=("device",),
    ),
]
### END HIDDEN TESTS
score(split_standardize, hidden=further)


# %% [markdown]
# ## 3. A long text in columns
#
# *{points} · easy · about 10 minutes*
#
# A language model reads one long text, but a layer reads a batch of sequences at once. So the text, a stream of N
# tokens, is cut into `batch_size` segments that lie side by side as columns, and all are read downwards together.
#
# - Each segment has `L = N // batch_size` tokens that follow one another in the stream; segment b is column b of the
#   result, `(L, batch_size)`. In every column, row t + 1 continues row t.
# - The tokens left over at the end of the stream are dropped.
# - Keep the dtype, int64, and leave `stream` as it was.
#
# **By hand.** The tokens a b c d e f g with `batch_size=3`: L = 7 // 3 = 2, the segments are ab, cd, ef, and g is
# dropped:
#
#     a c e
#     b d f
#
# You may take it that N is at least `batch_size`. Lesson 1 shows, in *A stream of text cut the wrong way*, how the
# columns come out if the cut goes wrong, and what that costs.

# %% nbgrader={"grade": false, "grade_id": "batchify", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batchify(stream, batch_size):
    """Cut a stream of tokens into columns that each continue from row to row.

    stream (N,) int64; returns (N // batch_size, batch_size) int64.
    """
    ### BEGIN SOLUTION
    L = stream.shape[0] // batch_size
    segments = stream[: L * batch_size].view(batch_size, L)  # (batch, time)
    return segments.t().contiguous()  # (time, batch)
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(batchify)
hint(batchify, 0)

# %% nbgrader={"grade": true, "grade_id": "batchify-visible", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(batchify) tries, on new random numbers.
score(batchify)

# %% nbgrader={"grade": true, "grade_id": "batchify-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a1_sequences import streams

further = [
    Property("It holds for a long stream.", streams(203, 8), weight=2),
    Property(
        "It holds where all but one token of a row are left over.", streams(19, 5)
    ),
    Property("It holds for two tokens in two columns.", streams(2, 2)),
    Property(
        "It holds where nothing is left over and rows equal columns.", streams(16, 4)
    ),
    Property(
        "The call has no side effects.", streams(10, 4), watch=("inputs", "globals")
    ),
]
### END HIDDEN TESTS
score(batchify, hidden=further)


# %% [markdown]
# ## 4. A test for split_standardize
#
# *{points} · hard · about 25 minutes*
#
# An assistant writes `split_standardize` in a second. Whether it is right, you have to find out. Write a test: a
# function that gets some `split_standardize`, calls it on data of your choice, and raises where the result is wrong, for
# instance with `assert`.
#
# - What counts is how many wrong functions your test finds. If it raises on a right one, it earns nothing: somebody
#   would look for a fault that is not there.
# - A right function may calculate in another order, so that its last digit differs: compare with
#   `torch.testing.assert_close`, not digit by digit.
# - Whatever the text of the exercise promises may be broken. Read it once more, line by line.
# - The function gets copies of what you pass. What it changes in them comes back to you, and so do gradients. It may be
#   called 300 times, and its code cannot be seen.
#
# **By hand.** The rows 1, 3, 8 with `n_train=2` have to give -1, 1 and 6. This one case finds the statistics of the whole
# series, where the mean is 4. It does not find a function that overwrites `series`.
#
# `check` calls your test with a right function and with some wrong ones, and says which it finds. When your work is
# graded it is called with many more, right and wrong in a random order; how many it finds is counted.

# %% nbgrader={"grade": false, "grade_id": "test_split_standardize", "locked": false, "schema_version": 3, "solution": true, "task": false}
def test_split_standardize(split_standardize):
    """Raise an error if split_standardize is wrong; return nothing if it is right."""
    ### BEGIN SOLUTION
    series = torch.tensor(
        [[1.0, 5.0, 7.0], [3.0, 5.0, 1.0], [8.0, 6.0, 4.0]], dtype=torch.float64
    )
    expected = (
        torch.tensor([[-1.0, 0.0, 1.0], [1.0, 0.0, -1.0]], dtype=torch.float64),
        torch.tensor([[6.0, 1.0, 0.0]], dtype=torch.float64),
        torch.tensor([2.0, 5.0, 4.0], dtype=torch.float64),
        torch.tensor([1.0, 1.0, 3.0], dtype=torch.float64),
    )
    kept = series.clone()
    torch.testing.assert_close(tuple(split_standardize(series, 2)), expected)
    assert torch.equal(series, kept)
    halves = split_standardize(kept.float(), 2)
    assert all(each.dtype == torch.float32 for each in halves)
    small = torch.tensor([[1.0], [1.2], [2.1]], dtype=torch.float64)  # std 0.1
    assert split_standardize(small, 2, eps=0.5)[3].tolist() == [1.0]
    # where float32 on the way would show
    fine = torch.tensor([[1e6], [1e6 + 0.01], [1e6]], dtype=torch.float64)
    spread = split_standardize(fine, 2)[3]
    assert abs(spread.item() - 0.005) < 1e-6
    ### END SOLUTION


# %% [markdown]
# Try it, and ask for hints if you like:

# %%
check(test_split_standardize)
hint(test_split_standardize, 0)

# %% nbgrader={"grade": true, "grade_id": "test_split_standardize-visible", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the functions that check(test_split_standardize) tries, in another order.
score(test_split_standardize)

# %% nbgrader={"grade": true, "grade_id": "test_split_standardize-hidden", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further functions, right and wrong, which come in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from exercises.a1_sequences.test_split_standardize import candidates

further = candidates()
### END HIDDEN TESTS
score(test_split_standardize, hidden=further)

# %% [markdown]
# ## 5. A score that is too good
#
# *{points} · read by a person · about 10 minutes*
#
#
# A friend forecasts tomorrow's temperature. Of ten years of daily values they make all windows of 30 days, shuffle
# them, put 20 % aside as a test set, and standardize everything by the mean and standard deviation of the ten years.
# Their test error is half of what the weather service reports.
#
# Name the two leaks, and say for each *which information* reaches the training from the test set. Which of the two
# matters more here, and why? How would you change the procedure? (100 to 150 words, in the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** First, the windows overlap and are shuffled before the split: a test window shares up to 29 of its
# 30 days with training windows, and its target stands inside, or is the target beside, a training window. Second,
# mean and standard deviation are computed over all ten years, so the level and spread of the test days are known in
# training. The first matters more: nearly the answers themselves are given away, day by day; the second gives away
# two numbers, which for temperatures over ten years hardly differ between the parts. Change: split by time first (the
# last two years as test, a gap of at least 30 days or windows made within each part), fit mean and standard
# deviation on the training part, and report the error beside that of "tomorrow is like today".
#
# **Rubric, {points}.** 1.5 overlapping windows shuffled before the split, with the information that leaks; 1.5
# statistics from all data, with the information that leaks; 1.5 a reason why the first weighs more (days shared
# against two numbers); 1.5 split by time before windows and statistics. A baseline is welcome and earns nothing
# extra. Terms do not matter, reasons do.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit. Lesson 2 opens the layer
# that reads what you have prepared here.

# %% [markdown]
# # Assignment 13: A river and its snow
#
# *About 80 minutes, {points}. It needs lesson 13: rivers, scores and probes.*
#
# You write the three functions that stand around an LSTM that simulates a river: the score that hydrologists use, the
# windows of weather that the layer reads, and the probe that asks whether its state knows something that nobody showed it.
#
# **How it is graded.** Each function is tried on random inputs that are drawn anew in every run, and compared with
# the definition. What holds earns its part of the points, so unfinished work counts too. `check(...)` is free: run it as
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
# ## 1. A score with gaps
#
# *{points} · easy · about 15 minutes*
#
# The Nash-Sutcliffe efficiency (1970) compares a simulation with the best constant forecast, the mean of what was observed:
#
#     NSE = 1 - sum of (simulated - observed)^2 / sum of (observed - mean of observed)^2
#
# 1 is perfect, 0 is as good as the mean, and below 0 it is worse. Gauges fail, so `observed` has gaps: NaN where nothing
# was measured.
#
# - `simulated` and `observed` are `(T,)`. Return a number: a float, or a tensor without dimensions.
# - Days on which `observed` is NaN are left out of both sums and of the mean. What the simulation says on such a day does
#   not matter, even if it is NaN.
# - A NaN of the simulation on a day that **was** observed is not left out: the score is NaN.
# - Raise `ValueError` if the shapes differ, if no day was observed, and if the observed flow is the same on all observed
#   days: then there is nothing to compare with.
#
# **By hand.** `observed` = [1, nan, 3, 5], `simulated` = [2, 9, 3, 5]. The mean of the three days is 3. The squared errors
# are 1, 0 and 0, the squared distances from the mean 4, 0 and 4. The score is 1 - 1/8 = 0.875. With 0 in place of the gap
# it would be 1 - 82 / 14.75, below -4.
#
# A mask keeps the days that it is true for:

# %%
flow = torch.tensor([1.0, torch.nan, 3.0, 5.0])
flow == flow, flow[~flow.isnan()]


# %% nbgrader={"grade": false, "grade_id": "nash_sutcliffe", "locked": false, "schema_version": 3, "solution": true, "task": false}
def nash_sutcliffe(simulated, observed):
    """The Nash-Sutcliffe efficiency of the days that were observed.

    simulated, observed (T,), NaN in observed where there is a gap. Raises ValueError
    where the shapes differ, or the observed flow has no two different values.
    """
    ### BEGIN SOLUTION
    if simulated.shape != observed.shape:
        raise ValueError(
            f"simulated is {tuple(simulated.shape)}, observed {tuple(observed.shape)}"
        )
    measured = ~observed.isnan()
    s, o = simulated[measured], observed[measured]
    if len(o.unique()) < 2:
        raise ValueError("the observed flow never changes, or was never observed")
    return 1 - (s - o).square().sum() / (o - o.mean()).square().sum()
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(nash_sutcliffe)
hint(nash_sutcliffe, 0)

# %% nbgrader={"grade": true, "grade_id": "nash_sutcliffe-visible", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(nash_sutcliffe) tries, on new random numbers.
score(nash_sutcliffe)

# %% nbgrader={"grade": true, "grade_id": "nash_sutcliffe-hidden", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a13_rivers import flows

further = [
    Property(
        "It holds for a long record with many gaps.", flows(300, gaps=120), weight=3
    ),
    Property("One gap in float64.", flows(9, torch.float64, gaps=1)),
    Property("Three observed days.", flows(10, gaps=7, error=1.0)),
    Property("A very bad simulation.", flows(18, gaps=2, error=9.0)),
    Property(
        "NaN in gaps of float64.", flows(20, torch.float64, gaps=6, lost="gap"),
        weight=2,
    ),
    Property("NaN beside the gaps.", flows(11, gaps=1, lost="observed")),
    Property("One observed day raises ValueError.", flows(5, gaps=4)),
    Property(
        "A row in place of a series raises ValueError.", flows(7, observed_shape=(1, 7))
    ),
    Property(
        "The call has no side effects.", flows(9, gaps=2), watch=("inputs", "globals")
    ),
    Property("It would work on a GPU without gaps.", flows(8), watch=("device",)),
]
### END HIDDEN TESTS
score(nash_sutcliffe, hidden=further)

# %% [markdown]
# ## 2. Windows of weather
#
# *{points} · medium · about 25 minutes*
#
# The flow of a day depends on the weather of that day and of many days before. The layer reads a window of weather, and
# its output after the last step is compared with the flow of that last day. Nothing is forecast, and no window holds
# weather of days after its target.
#
# | argument | | result | shape |
# | --- | --- | --- | --- |
# | `weather` | `(T, F)`, one row for each day | `windows` | `(N, days, F)` |
# | `flow` | `(T,)`, NaN where nothing was measured | `targets` | `(N,)` |
# | `days` | days in a window, at least 1 | | |
# | `train` | the first `train` days are for training | | |
#
# - First the weather is standardized: each feature gets mean 0 and deviation 1 **on the first `train` days**, with the
#   deviation that divides by n. The same numbers are used for all later days. A feature whose deviation there is 0 is
#   divided by 1.
# - `windows[n]` is the standardized weather of the days n to n + days - 1, in the order of time. `targets[n]` is the flow of
#   day n + days - 1, as it is. N = T - days + 1.
# - Windows whose target is NaN stay. If T < `days`, raise `ValueError`.
# - `weather` and `flow` stay as they are. Indices that you make are on the device of `weather`.
#
# **By hand.** T = 4 days, one feature 1, 3, 8, 2, `train=2`, `days=3`. Mean 2 and deviation 1 are those of 1 and 3. So the
# weather becomes -1, 1, 6, 0, and N = 2:
#
#      day        0   1   2   3
#      weather   -1   1   6   0
#      window 0  [--------]          target: the flow of day 2
#      window 1      [--------]      target: the flow of day 3
#
# All windows of three at once, with their days on the last axis:

# %%
torch.tensor([[-1.0], [1.0], [6.0], [0.0]]).unfold(0, 3, 1)


# %% nbgrader={"grade": false, "grade_id": "weather_windows", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weather_windows(weather, flow, days, train):
    """All windows of standardized weather, (N, days, F), and the flow of each window's
    last day, (N,).

    weather (T, F); flow (T,); mean and deviation are those of the first `train` days.
    Raises ValueError where T < days.
    """
    ### BEGIN SOLUTION
    if len(weather) < days:
        raise ValueError(f"{len(weather)} days hold no window of {days}")
    mean = weather[:train].mean(0)  # (F,)
    std = weather[:train].std(0, correction=0)  # (F,)
    z = (weather - mean) / torch.where(std == 0, torch.ones_like(std), std)  # (T, F)
    windows = z.unfold(0, days, 1).transpose(1, 2)  # (N, days, F)
    return windows, flow[days - 1 :]
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(weather_windows)
hint(weather_windows, 0)

# %% nbgrader={"grade": true, "grade_id": "weather_windows-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(weather_windows) tries, on new random numbers.
score(weather_windows)

# %% nbgrader={"grade": true, "grade_id": "weather_windows-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a13_rivers import catchments

further = [
    Property(
        "It holds for many days and features.", catchments(60, 5, 15, 40), weight=3
    ),
    Property("Long windows, few of them.", catchments(20, 2, 18, 12), weight=2),
    Property("Windows longer than the training part.", catchments(16, 2, 9, 4)),
    Property("Two features, two days, two windows.", catchments(3, 2, 2, 2)),
    Property(
        "Gaps and a feature that never changes.",
        catchments(15, 3, 4, 8, constant=True, gaps=5), weight=2,
    ),
    Property("One day, one feature.", catchments(6, 1, 1, 3, torch.float64)),
    Property("A series much too short raises ValueError.", catchments(4, 3, 30, 2)),
    Property(
        "The call has no side effects with gaps.", catchments(9, 2, 3, 6, gaps=2),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU for one feature.", catchments(8, 1, 3, 5),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(weather_windows, hidden=further)

# %% [markdown]
# ## 3. A probe and its control
#
# *{points} · medium · about 25 minutes*
#
# Does the state of the trained layer know how much snow lies? A **linear probe** asks: can the snow be read off the state
# by a sum with weights and an intercept? A score alone proves little, for snow follows the seasons, and so may a state that
# knows nothing of snow. So there is a **control**: the same probe, fitted to a target that was moved in time.
#
# | argument | shape | |
# | --- | --- | --- |
# | `states` | `(T, H)` | the state after each day; no unit is constant |
# | `target` | `(T,)` | what is looked for, without gaps |
# | `train` | | the first `train` days are for fitting, more than H + 1 of them |
# | `shift` | | by how many days the control's target is moved |
#
# - The probe is `states @ w + b`. Weights and intercept make the sum of the squared errors on the first `train` days
#   smallest (least squares, nothing added).
# - Its R2 is measured on **all other days**: 1 - (sum of squared errors) / (sum of squared distances of the target from its
#   mean), with the mean of those days.
# - The control is fitted to `target[:train]` rolled by `shift` days, as `torch.roll` does it: day t gets the target of day
#   t - shift, and the last ones come round to the front. It is scored on the true target of the other days.
# - Return the tuple `(r2, control)`: floats, or tensors without dimensions.
#
# **By hand.** One unit with the states 0, 1, 2 on three training days, target 1, 3, 5. The probe is 2 x + 1. The other days
# have the states 3 and 4 and the target 7 and 8: it says 7 and 9. The squared errors add up to 1, the squared distances from
# 7.5 to 0.5, so R2 = 1 - 1 / 0.5 = -1. With `shift=1` the control is fitted to 5, 1, 3: it is 4 - x, and says 1 and 0.
#
# What a roll does:

# %%
torch.tensor([1.0, 3.0, 5.0]).roll(1)


# %% nbgrader={"grade": false, "grade_id": "probe_r2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def probe_r2(states, target, train, shift):
    """R2 of a linear probe on the days from `train` on, and of a control fitted to a
    rolled target.

    states (T, H); target (T,). Returns (r2, control).
    """
    ### BEGIN SOLUTION
    inputs = torch.column_stack([states, states.new_ones(len(states))])  # (T, H + 1)
    rest = target[train:]

    def score(wanted):
        # (H + 1, 1)
        weights = torch.linalg.lstsq(inputs[:train], wanted[:, None]).solution
        said = (inputs[train:] @ weights)[:, 0]
        return 1 - (said - rest).square().sum() / (rest - rest.mean()).square().sum()

    return score(target[:train]), score(target[:train].roll(shift))
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(probe_r2)
hint(probe_r2, 0)

# %% nbgrader={"grade": true, "grade_id": "probe_r2-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(probe_r2) tries, on new random numbers.
score(probe_r2)

# %% nbgrader={"grade": true, "grade_id": "probe_r2-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a13_rivers import cells

further = [
    Property("It holds for many days and units.", cells(300, 8, 200, 60), weight=3),
    Property("A score on many days, a fit on few.", cells(60, 2, 12, 5)),
    Property("A roll by half of the training days.", cells(44, 3, 30, 15), weight=2),
    Property("A roll by more than the training days.", cells(40, 2, 25, 32)),
    Property("A roll backwards in float64.", cells(50, 3, 35, -9, torch.float64)),
    Property("One unit with much noise.", cells(50, 1, 30, 3, noise=2.0)),
    Property("As many days to score as to fit.", cells(40, 2, 20, 7), weight=2),
    Property(
        "The call has no side effects for one unit.", cells(24, 1, 14, 3),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU for one unit.", cells(24, 1, 14, 3), watch=("device",)
    ),
]
### END HIDDEN TESTS
score(probe_r2, hidden=further)

# %% [markdown]
# ## 4. "The network has discovered snow"
#
# *{points} · read by a person · about 15 minutes*
#
# A colleague writes: *"We drew 20 % of the days at random for testing; all others are for training. Windows have 365 days, and
# are standardized with the statistics of all days. On the test days our LSTM has an NSE of 0.93. A linear probe of its 64
# cells finds the snow of the catchment with R2 = 0.71 on the same days. So the network has discovered snow."*
#
# Name two things in this that make a score too good, say how, and what you would do instead. Then name two controls that
# you would want to see before you believe the last sentence, and say for each which result would speak against it. (100 to
# 150 words, in the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** Random days: the window of a test day shares 364 of its 365 days with that of its neighbours, which are
# training days, and flow hardly changes from day to day. So the model is tested on what it has nearly seen. I would test on
# whole years after the training years. The statistics of all days tell the model about the test days; I would take those of
# the training years. (The probe is fitted and scored on such neighbours too.) NSE should stand beside a baseline, for instance
# the mean flow of each day of the year, for where snow melts each spring that scores well already. Controls for the probe:
# today's weather and the season alone as inputs; if they reach 0.71, the state adds nothing. The cells of an untrained LSTM;
# if they reach it, training discovered nothing. The target moved by a year: if R2 stays near 0.71, the probe reads the
# season, not this year's snow.
#
# **Rubric, {points}.** 1 random days leak through windows that overlap (or: neighbouring days are alike), with a split by years;
# 1 statistics of all days, or no baseline, or a probe on the same split, with what to do; 1 a control for the probe with the
# result that would speak against the sentence; 1 a second one of another kind. "More data" or "a larger network" earns
# nothing.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit.

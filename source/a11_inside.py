# %% [markdown]
# # Assignment 11: Inside a network
#
# *About 85 minutes, {points}. It needs lesson 11: searching, clamping and probing; and the equations of lesson 3.*
#
# You write the three instruments of lesson 11 yourself: a clamp, a probe with its control task, and a search that finds the
# unit which follows something and causes something. Then you find it in a network that nobody else has.
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

from autograder.checks import check, given, hint, me, score

# %% [markdown]
# ## 1. The clamp
#
# *{points} · medium · about 20 minutes*
#
# An LSTM runs from zeros, and the cell state of one unit is held at a value.
#
# | argument | shape | result | shape |
# | --- | --- | --- | --- |
# | `x` | `(T, B, I)` | `output`: h after each step | `(T, B, H)` |
# | `W_ih`, `W_hh` | `(4H, I)`, `(4H, H)`, rows in the order i, f, g, o | `cells`: c after each step | `(T, B, H)` |
# | `b_ih`, `b_hh` | `(4H,)` | | |
# | `unit`, `to`, `start` | the unit, the value, the first step of the clamp | | |
#
# - A step computes `i, f, g, o` and `c = f * c + i * g`, as in lesson 3. From step `start` on (counted from 0), c of the
#   unit then is `to`, whatever was computed. Then `h = o * tanh(c)`. The next step reads this h and this c.
# - Before `start` nothing is changed. If `start` is T or more, nothing is changed at all.
# - Gradients reach x and the weights, through all values that were not replaced. What you make is on the device of `x`.
#
# **By hand.** One unit, held at 2 from step 1 on, with an output gate of 0.5 throughout. If the network itself has c = 0.3 and
# -0.1, then `cells` is 0.3 and 2, and `output` is 0.5 * tanh(0.3) = 0.146 and 0.5 * tanh(2) = 0.482.
#
# A mask chooses between two tensors, and changes neither:

# %%
torch.where(torch.arange(4) == 2, torch.full((3, 4), 7.0), torch.zeros(3, 4))


# %% nbgrader={"grade": false, "grade_id": "clamped", "locked": false, "schema_version": 3, "solution": true, "task": false}
def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    """h and c after each step, (T, B, H) each, of an LSTM whose c of one unit is held
    at `to` from step `start` on.

    x (T, B, I); the weights are nn.LSTM's; h and c start at zero.
    """
    ### BEGIN SOLUTION
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])  # (B, H)
    mask = torch.arange(W_hh.shape[1], device=x.device) == unit  # (H,)
    output, cells = [], []
    for step, x_t in enumerate(x):
        i, f, g, o = (x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        if step >= start:
            c = torch.where(mask, torch.full_like(c, to), c)
        h = o.sigmoid() * c.tanh()
        output.append(h)
        cells.append(c)
    return torch.stack(output), torch.stack(cells)
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(clamped)
hint(clamped, 0)

# %% nbgrader={"grade": true, "grade_id": "clamped-visible", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(clamped) tries, on new random numbers.
score(clamped)

# %% nbgrader={"grade": true, "grade_id": "clamped-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a11_inside import clamps

further = [
    Property("It holds for a long sequence.", clamps(30, 2, 3, 5, start=11), weight=3),
    Property("A clamp at the last step.", clamps(6, 3, 2, 4, start=5), weight=2),
    Property("A clamp to a negative value.", clamps(6, 2, 3, 4, to=-1.4)),
    Property("The first unit of many.", clamps(5, 2, 2, 9, unit=0)),
    Property("A batch of one in float64.", clamps(7, 1, 4, 3, 2, torch.float64)),
    Property("As many steps as units and sequences.", clamps(4, 4, 4, 4, start=1)),
    Property(
        "Gradients reach what was not replaced.",
        clamps(6, 2, 2, 3, 3, torch.float64), watch=("gradients",), weight=2,
    ),
    Property(
        "The call has no side effects.", clamps(4, 2, 2, 3, start=1),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU from a later step on.", clamps(4, 2, 2, 3, start=2),
        watch=("device",),
    ),
]
### END HIDDEN TESTS
score(clamped, hidden=further)

# %% [markdown]
# ## 2. A probe with its control
#
# *{points} · medium · about 20 minutes*
#
# Does the state say whether a bracket is open? A linear probe is fitted, and its control task is fitted beside it: labels that
# were drawn at random, one for each kind of input (Hewitt and Liang 2019). What the probe is right beyond its control is its
# selectivity.
#
# | argument | shape | |
# | --- | --- | --- |
# | `states` | `(T, H)` | the state after each step |
# | `labels` | `(T,)`, int64 | 0 or 1: what the probe is to say |
# | `kinds` | `(T,)`, int64 | which kind of input stood at each step, from 0 on |
# | `drawn` | `(K,)`, int64 | 0 or 1: the random label of each kind |
# | `train` | | the probes learn from the first `train` steps, more than H + 1 of them |
#
# - A probe is `states @ w + b`. Weights and intercept make the sum of the squared distances from the labels, as numbers 0 and
#   1, smallest on the first `train` steps (least squares, nothing added). It says 1 where this is above 0.5, else 0.
# - Its accuracy is the share of right answers on **all other steps**.
# - The control is another probe, fitted to the random labels in the same way: the label of step t is that of its kind. Its
#   accuracy is the share of these random labels that it gets right on the other steps.
# - Return the tuple `(selectivity, control)`: accuracy of the probe minus accuracy of the control, and the latter; floats, or
#   tensors without dimensions.
#
# **By hand.** The probe is right on 18 of 20 later steps, the control on 15 of 20. So the result is (0.15, 0.75).
#
# An index of many numbers looks up many rows:

# %%
torch.tensor([1, 0, 1])[torch.tensor([2, 2, 1, 0])]


# %% nbgrader={"grade": false, "grade_id": "selectivity", "locked": false, "schema_version": 3, "solution": true, "task": false}
def selectivity(states, labels, kinds, drawn, train):
    """By how much a linear probe is right more often than its control task, and how
    often that is right, on the steps from `train` on.

    states (T, H); labels, kinds (T,); drawn (K,), a label for each kind. Returns
    (selectivity, control).
    """
    ### BEGIN SOLUTION
    inputs = torch.column_stack([states, states.new_ones(len(states))])  # (T, H + 1)

    def accuracy(wanted):
        target = wanted[:train, None].to(inputs)  # (train, 1)
        weights = torch.linalg.lstsq(inputs[:train], target).solution
        said = (inputs[train:] @ weights)[:, 0] > 0.5
        return (said == (wanted[train:] == 1)).double().mean()

    control = accuracy(drawn[kinds])
    return accuracy(labels) - control, control
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(selectivity)
hint(selectivity, 0)

# %% nbgrader={"grade": true, "grade_id": "selectivity-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(selectivity) tries, on new random numbers.
score(selectivity)

# %% nbgrader={"grade": true, "grade_id": "selectivity-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a11_inside import probed

further = [
    Property("It holds for many steps and units.", probed(200, 8, 140, 20), weight=3),
    Property("Two kinds of input.", probed(60, 3, 40, kinds=2)),
    Property("Few steps to learn from.", probed(60, 2, 20), weight=2),
    Property("Few steps to be tried on.", probed(60, 3, 50)),
    Property("States below 0.", probed(60, 3, 40, level=-3.0)),
    Property(
        "Most labels are 1, in float64.", probed(60, 2, 40, 5, torch.float64, shy=0.75)
    ),
    Property(
        "The call has no side effects for one unit.", probed(30, 1, 20),
        watch=("inputs", "globals"),
    ),
    Property(
        "It would work on a GPU for one unit.", probed(30, 1, 20), watch=("device",)
    ),
]
### END HIDDEN TESTS
score(selectivity, hidden=further)

# %% [markdown]
# ## 3. The planted unit
#
# *{points} · hard · about 20 minutes*
#
# In each of these networks somebody planted a unit that follows the marks and moves the output. Others follow better, or move
# the output more, or have a larger weight. Each run of `check` draws other networks for you, with another unit planted.
#
# | argument | shape | |
# | --- | --- | --- |
# | `x` | `(T, B, I)` | the input |
# | `marks` | `(T, B)` | what is to be followed |
# | `W_ih`, `W_hh`, `b_ih`, `b_hh` | as in part 1 | the LSTM, from zeros |
# | `head` | `(O, H)` | the output is `h @ head.T`, (T, B, O) |
#
# - A unit **follows** the marks if Pearson's correlation of its c with them, over all steps of all sequences together, has a
#   size of 0.5 or more.
# - Its **effect** is the mean squared change of the output, over all of its numbers, when c of that unit is held at its mean
#   over all steps of all sequences, from the first step on.
# - Return the tuple `(unit, effect)` of the unit with the largest effect among those that follow: its number as an int, and
#   its effect as a float; or tensors without dimensions.
#
# You may call your `clamped`; where that is not right yet, this function gives wrong units too.
#
# **By hand.** Four units correlate with the marks by 0.9, -0.7, 0.2 and 0.6, and have the effects 0, 0.3, 2 and 0.1. Unit 2
# does not follow. Of the others unit 1 has the largest effect: (1, 0.3).
#
# A correlation of two rows:

# %%
torch.corrcoef(torch.tensor([[1.0, 2.0, 3.0, 4.0], [8.0, 6.0, 5.0, 1.0]]))[0, 1]


# %% nbgrader={"grade": false, "grade_id": "planted_unit", "locked": false, "schema_version": 3, "solution": true, "task": false}
def planted_unit(x, marks, W_ih, W_hh, b_ih, b_hh, head):
    """The unit that follows the marks and changes the output most when it is held at
    its mean, and that change, mean square.

    x (T, B, I); marks (T, B); head (O, H). Returns (unit, effect).
    """
    ### BEGIN SOLUTION
    def run(unit=None, to=0.0):
        h = c = x.new_zeros(x.shape[1], W_hh.shape[1])  # (B, H)
        output, cells = [], []
        for x_t in x:
            i, f, g, o = (x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            if unit is not None:
                c[:, unit] = to
            h = o.sigmoid() * c.tanh()
            output.append(h @ head.T)
            cells.append(c)
        return torch.stack(output), torch.stack(cells)

    output, cells = run()
    found = []
    for unit in range(W_hh.shape[1]):
        c = cells[..., unit]
        r = torch.corrcoef(torch.stack([c.flatten(), marks.flatten()]))[0, 1]
        if r.abs() >= 0.5:
            changed, _ = run(unit, c.mean())
            found.append(((changed - output).square().mean(), unit))
    effect, unit = max(found)
    return unit, effect
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like). Stuck? Change the 0 in the second line to 1 for a hint, to 2
# or 3 for more. Hints cost nothing.

# %%
check(planted_unit)
hint(planted_unit, 0)

# %% nbgrader={"grade": true, "grade_id": "planted_unit-visible", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: the properties that check(planted_unit) tries, on new random networks.
score(planted_unit)

# %% nbgrader={"grade": true, "grade_id": "planted_unit-hidden", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: further cases, which are put in when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from autograder.checks import Property
from exercises.a11_inside import planted

further = [
    Property("It finds it among sixteen units.", planted(28, 4, 16), weight=3),
    Property("It finds it among nine units.", planted(24, 4, 9), weight=3),
    Property("It finds it among ten units.", planted(28, 3, 10), weight=3),
    Property(
        "One of twelve that falls where the marks rise.",
        planted(24, 4, 12, sign=-1.0), weight=2,
    ),
    Property("It finds it in many sequences.", planted(16, 12, 7), weight=2),
    Property(
        "The call has no side effects.", planted(16, 2, 6), watch=("inputs", "globals")
    ),
    Property("It would work on a GPU.", planted(12, 4, 6), watch=("device",)),
]
### END HIDDEN TESTS
score(planted_unit, hidden=further)

# %% [markdown]
# ## 4. The unit in your network
#
# *{points} · medium · about 10 minutes*
#
# Everybody has another network here, with another unit planted. Put your personal code between the quotes; without a
# code you get a network for practice.

# %%
me("")

# %% nbgrader={"grade": false, "grade_id": "my_unit-given", "locked": true, "schema_version": 3, "solution": false, "task": false}
network = given("my_unit")


# %% [markdown]
# | | |
# | --- | --- |
# | `network.lstm` | an `nn.LSTM(2, 8)` in float64: time first, one layer |
# | `network.weights` | its `W_ih`, `W_hh`, `b_ih`, `b_hh`, in a list |
# | `network.head` | an `nn.Linear(8, 2)` without bias; it reads h of every step |
# | `network.x`, `network.marks` | the input `(40, 4, 2)`, and what is to be followed, `(40, 4)` |
#
# Follow, effect and output are what they are in part 3. Return a dict with three numbers:
#
# - `'unit'`: the unit with the largest effect among those that follow, 0 to 7.
# - `'effect'`: its effect. Within 5 %.
# - `'loudest'`: the unit with the largest effect of all, 0 to 7, whether it follows or not.
#
# Numbers that you have found are as good as code that computes them. They hold for your network alone. `check` looks
# at their form only.
#
# **By hand.** In the example of part 3 the unit is 1, its effect 0.3, and the loudest unit is 2.

# %% nbgrader={"grade": false, "grade_id": "my_unit", "locked": false, "schema_version": 3, "solution": true, "task": false}
def my_unit():
    """What I found in my network: {'unit': the planted one, 'effect': its effect,
    'loudest': the unit with the largest effect}."""
    ### BEGIN SOLUTION
    W_ih, W_hh, b_ih, b_hh = network.weights

    def run(unit=None, to=None):
        h = c = torch.zeros(4, 8, dtype=torch.float64)  # (B, H)
        output, cells = [], []
        for x_t in network.x:
            i, f, g, o = (x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            if unit is not None:
                c[:, unit] = to
            h = o.sigmoid() * c.tanh()
            output.append(network.head(h))
            cells.append(c)
        return torch.stack(output), torch.stack(cells)

    output, cells = run()
    effects, follows = [], []
    for unit in range(8):
        c = cells[..., unit]
        held, _ = run(unit, c.mean())
        effects.append((held - output).square().mean().item())
        pair = torch.stack([c.flatten(), network.marks.flatten()])
        follows.append(torch.corrcoef(pair)[0, 1].abs().item() >= 0.5)
    effect, unit = max((effects[k], k) for k in range(8) if follows[k])
    return {"unit": unit, "effect": effect, "loudest": effects.index(max(effects))}
    ### END SOLUTION


# %% [markdown]
# Try it (no points here, as often as you like): `check` says whether all is there. Stuck? Change the 0 in the second
# line to 1 for a hint, to 2 or 3 for more. Hints cost nothing.

# %%
check(my_unit)
hint(my_unit, 0)

# %% nbgrader={"grade": true, "grade_id": "my_unit-hidden", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["raises-exception"]
# {points}: what you found is compared with your own network when your work is graded.
further = []
### BEGIN HIDDEN TESTS
from exercises.a11_inside.my_unit.key import KEY

further = KEY
### END HIDDEN TESTS
score(my_unit, hidden=further)

# %% [markdown]
# ## 5. "The network understands quotes"
#
# *{points} · read by a person · about 15 minutes*
#
# A colleague writes: *"We trained one LSTM of 512 units on source code and looked at all of its units. Unit 237 correlates with
# being inside a string, r = 0.61. A probe of the states finds strings in 93 % of the cases. So the network understands quotes, and
# unit 237 is where it does."*
#
# Name two things that you would compare r = 0.61 and the 93 % with, and say for each which result would speak against the
# conclusion. Then describe an experiment that would show whether the network uses unit 237 for strings, and what you would
# look at. (100 to 150 words, in the next cell.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "question", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# <!-- BEGIN SOLUTION -->
# **Model answer.** The best of 512 units has a large r by chance. I would search an untrained network of the same size on the same
# text, and the trained one with the marks shuffled in blocks; if the best unit reaches about 0.6 there, 237 shows nothing. The 93 %
# I would compare with always saying "outside", with the probe's control task (a random label for each letter), and with a probe of
# the untrained network; if one of these is about as high, the probe or the text explains it. Whether the unit is used is an
# intervention: hold c of unit 237, at letters inside strings, at the mean that it has outside, and look at the probability of a
# closing quote, and at the loss inside and outside. If they do not change, the unit follows without causing. One network is one
# seed; I would repeat this for several.
#
# **Rubric, {points}.** 1 a ground for r = 0.61, with the result that would speak against it; 1 a ground for the 93 %, with the result
# that would speak against it; 1 the unit is held at a value from elsewhere (or ablated, or patched); 1 what is looked at: probability of
# quotes or the loss, at letters where strings are, and what no change would mean. "More data" or "a p-value" alone earns nothing.
# <!-- END SOLUTION -->

# %% [markdown]
# ## Done?
#
# Restart the kernel, run all cells, read what the checks say once more, save, and submit.

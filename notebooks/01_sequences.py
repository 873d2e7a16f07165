# %% [markdown]
# # 1. Sequences
#
# *About 45 minutes, and 20 more for the common mistakes. You need tensors, `nn.Linear` and a training
# loop; nothing about recurrent layers.*
#
# After this lesson you can
#
# 1. show that order carries information, and say which models can read it;
# 2. cut a series into windows, split it by time and scale it without a look at the future;
# 3. name the number that a forecast has to beat before it is of any use.
#
# A *sequence* is a list of *steps* whose order matters; each step is a vector of features. The symbols are
# those of `nn.LSTM`: `x` is what a layer reads, `h` the state it carries from step to step and puts out. It
# has a second state, `c`, which waits until lesson 3.
#
# Terms are explained in the [glossary](glossary.md).

# %%
import pydoc_data.topics
import statistics

import matplotlib.pyplot as plt
import torch
from torch import nn

import lstmlab
from lstmlab.quiz.learning_widget import LearningTest
from lstmlab.tasks.event_order import order_accuracy, spell, train_on_order, two_events
from lstmlab.tasks.series import (
    fit_linear, mae, nearest, random_walk, sunspots, windows,
)
from lstmlab.widgets import WindowExplorer
from lstmlab.widgets.windows import LEAKS

torch.manual_seed(0)
torch.set_num_threads(1)  # layers as small as these are fastest on one thread
lstmlab.use_style()
quiz = lstmlab.Quiz("01_sequences")

# %% [markdown]
# To know later how much you have learned, take this test now; nobody has to.

# %% tags=["hide-input"]
LearningTest()

# %% [markdown]
# ## Predictions
#
# Four questions. Commit to an answer for each; your choices are kept and compared when the numbers are
# there. Three words that you will need:
#
# - the *horizon* of a forecast is how many steps ahead it looks;
# - a *window* is the stretch of a series that the forecast is made from;
# - a *random walk* is a series that adds a fresh random number at every step.

# %% tags=["hide-input"]
quiz.predict("bag")

# %% tags=["hide-input"]
quiz.predict("horizon")

# %% tags=["hide-input"]
quiz.predict("first step")

# %% tags=["hide-input"]
quiz.predict("shuffled")

# %% [markdown]
# ## The idea
#
# The series of this course is the yearly sunspot number from 1700 to 2008: 309 values. It is an index of
# what observers count at their telescopes: ten for each group of spots and one for each spot. It rises
# and falls in about 11 years, each time to another height.
#
# Look at the line at 1900. The 200 years left of it may be learned from; the 109 years from 1900 on are
# there to test. The highest value of all, 190 in 1957, lies in the test part.

# %%
spots = sunspots()
series = spots.values  # (time,)
n_train = spots.at(1900)
assert len(series) == 309 and n_train == 200 and len(series) - n_train == 109
assert spots.years[series.argmax()] == 1957 and round(series.max().item()) == 190
# (time,), the highest of 7 years
around = nn.functional.max_pool1d(series[None], 7, stride=1, padding=3)[0]
is_peak = series == around  # (time,)
peaks, old = spots.years[is_peak], series[:n_train][is_peak[:n_train]]  # (peak,) each
gap = (peaks[-1] - peaks[0]).item() / (len(peaks) - 1)
assert len(peaks) == 28 and 10.5 < gap < 11.5

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 2.8), layout="constrained")
ax.plot(
    spots.years[: n_train + 1], series[: n_train + 1], color=lstmlab.COLOURS["x"],
    lw=1.4,
)
ax.plot(spots.years[n_train:], series[n_train:], color=lstmlab.COLOURS["c"], lw=1.4)
ax.text(1702, 205, "1700-1899: to learn from", color=lstmlab.COLOURS["x"])
ax.text(1902, 205, "from 1900: to test", color=lstmlab.COLOURS["c"], ha="left")
ax.axvline(1900, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
ax.set(xlabel="year", ylabel="sunspot number", ylim=(0, 225), xlim=(1698, 2010))
lstmlab.picture(
    fig,
    f"Yearly sunspot numbers 1700 to 2008: {len(peaks)} rises and falls, {gap:.0f} "
    f"years apart on average. Peaks lie between {old.min():.0f} and {old.max():.0f} "
    f"before 1900 and reach {series.max():.0f} in 1957. A line at 1900 parts the 200 "
    "years to learn from and the 109 to test.",
)

# %% [markdown]
# Now take nine of those years and sort them by size. Nothing is lost but their order. The left picture
# tells you that the peak is past and the next years will be low; the right picture does not, though it
# shows the same nine numbers.

# %% tags=["hide-input"]
start = spots.at(1890)
nine = series[start : start + 9]  # (time,)
fig, axes = plt.subplots(1, 2, figsize=(7.2, 2.5), sharey=True, layout="constrained")
panels = (
    ("in order: past the peak", nine),
    ("sorted: rising or falling?", nine.sort().values),
)
for ax, (title, values) in zip(axes, panels, strict=True):
    ax.bar(range(1, 10), values, color=lstmlab.COLOURS["x"], width=0.7)
    ax.set(title=title, xticks=range(1, 10), xlabel="position in the window")
axes[0].set_ylabel("sunspot number")
assert nine.argmax() == 3 and nine[3] > nine[4] > nine[5] > nine[6]
assert (series[start + 9 : start + 12] < 15).all()  # what came next
assert torch.equal(nine.sort().values, nine.flip(0).sort().values)
lstmlab.picture(
    fig,
    "The nine values of 1890 to 1898 twice. In order, "
    f"{' '.join(f'{v:.0f}' for v in nine)}: a peak at position 4, then a fall to "
    f"{nine[8]:.0f}. Sorted they climb from {nine.min():.0f} to {nine.max():.0f}, "
    "whatever came first.",
)

# %% [markdown]
# ## Experiments
#
# ### A bag of steps
#
# This is the smallest task that only order can solve. A sequence has eight steps, among them one `A` and
# one `B`. Did `A` come first? A model that adds up the steps has a *bag*: it knows what occurred, and not
# when.
#
# The mirror image of a sequence has the same bag and the other answer.

# %%
# (batch, time, feature), (batch,)
x, y = two_events(4, 8, torch.Generator().manual_seed(1))
for one, label in zip(x, y, strict=True):
    print(
        spell(one), "A first" if label else "B first", "  mirrored:", spell(one.flip(0))
    )
assert x.shape == (4, 8, 4) and torch.equal(x.sum(1), x.flip(1).sum(1))


# %% [markdown]
# There are two models. `Bag` adds the steps up; two linear layers then look at the sum. `Reader` reads the
# steps in order with `nn.LSTM`, which lessons 2 to 4 take apart. Here it is a box that puts out 16 numbers
# at each step; the last 16 go to a linear layer. (`batch_first=True` says that axis 0 of `x` is the batch.
# Without it, axis 0 is time.)

# %%
class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))

    def forward(self, x):  # (batch, time, 4)
        return self.head(x.sum(dim=1))  # (batch, 2)


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(4, 16, batch_first=True), nn.Linear(16, 2)

    def forward(self, x):  # (batch, time, 4)
        output, _ = self.lstm(x)  # (batch, time, 16)
        return self.head(output[:, -1])  # (batch, 2)


# %% [markdown]
# Each is trained on 150 batches of 64 sequences, with ten seeds.

# %%
def accuracies(build):
    scores = []
    for seed in range(10):
        torch.manual_seed(seed)
        scores.append(order_accuracy(train_on_order(build(), seed, updates=150), seed))
    return scores


scores = {"a bag of steps": accuracies(Bag), "nn.LSTM, in order": accuracies(Reader)}
assert scores["a bag of steps"] == [0.5] * 10
assert min(scores["nn.LSTM, in order"]) > 0.99
for name, values in scores.items():
    print(f"{name:18s}", " ".join(f"{value:.3f}" for value in values))

# %% tags=["hide-input"]
quiz.reveal("bag")

# %% [markdown]
# The bag is right on exactly half of the test: of a sequence and its mirror image it
# gets one right and one wrong. The reader is right on more than 99 %.
#
# Now the same comparison on the sunspots. The forecast is the plainest there is: a weighted sum of the last
# nine years plus a constant, with the weights that make the squared error on the training part smallest
# (*least squares*). It gets the nine values in order, or sorted. The error is the *mean absolute error*
# (MAE): how far the forecast is off, on average.
#
# With the years in order its error is 13.2. With the years sorted it is 35.0. That is hardly better than
# saying "44" every year, the mean of the training part.

# %%
X, y = windows(series, window=9)  # (number, window), (number,)
split = n_train - 9  # windows whose target lies before 1900
ordered = mae(fit_linear(X[:split], y[:split])(X[split:]), y[split:])
X_bag = X.sort(dim=1).values  # (number, window)
bag = mae(fit_linear(X_bag[:split], y[:split])(X_bag[split:]), y[split:])
constant = mae(series[:n_train].mean().expand(109), y[split:])
assert [round(value, 1) for value in (ordered, bag, constant)] == [13.2, 35.0, 38.6]
assert round(series[:n_train].mean().item()) == 44
print(
    f"MAE 1900-2008: in order {ordered:.1f}, sorted {bag:.1f}, always the mean "
    f"{constant:.1f}"
)

# %% [markdown]
# Now a model of your own. Choose how many years it reads, run the cell, and change your choice. Your model also says
# what comes after the last year of the series, in 2009.

# %%
my_years = 11  # yours: 1 to 60
X_mine, y_mine = windows(series, my_years)  # (number, window), (number,)
known = n_train - my_years  # windows whose target lies before 1900
mine = fit_linear(X_mine[:known], y_mine[:known])
error = mae(mine(X_mine[known:]), y_mine[known:])
says = mine(series[None, -my_years:]).item()
print(f"{my_years} years: MAE {error:.1f}; for 2009 it says {says:.0f}")

# %% [markdown]
# ### What a recurrent layer adds
#
# `nn.LSTM` reads a sequence step by step and carries what it has seen along. It returns its `output` at
# every step and its two states after the last step, `(h_n, c_n)`. Here are two tests on a fresh layer.
# Does another order of the same steps end in another `h_n`? And can a change at step 0 be felt at step 5,
# though the output there is computed from step 5 and the state alone?

# %% tags=["claim-1", "claim-15", "claim-58"]
for seed in range(3):
    torch.manual_seed(seed)
    layer = nn.LSTM(5, 3)
    x = torch.randn(6, 1, 5)  # (time, batch, feature)
    output, (h_n, _) = layer(x)  # (time, batch, hidden), (1, batch, hidden)
    assert not torch.allclose(h_n, layer(x.flip(0))[1][0], atol=1e-3)
    felt = []
    for step in (0, 5):
        changed = x.clone()
        changed[step] += 1
        felt.append((layer(changed)[0][5] - output[5]).abs().max().item())
    assert 0 < felt[0] < felt[1] / 3
    print(
        f"seed {seed}: output 5 moves by {felt[0]:.4f} for step 0, by {felt[1]:.4f} "
        "for step 5"
    )

# %% tags=["hide-input"]
quiz.reveal("first step")

# %% [markdown]
# A fresh layer feels the old step far less than the newest one. *What* is worth remembering it has to learn.
#
# One layer serves many tasks; they differ in the part of its output that they use. Text becomes a sequence
# of *one-hot* vectors (a 1 at the place of the character, 0 elsewhere), and a series is a sequence of
# values; for the layer there is no difference.
#
# | task | taken from the layer | example |
# | --- | --- | --- |
# | one label for a sequence | the last state | is this message spam? |
# | one label for each step | the output of every step | the part of speech of each word |
# | what comes next | the last output, then its forecast fed back | next year; the next character |
# | a sequence from a sequence | the last state, as the start of another layer | translation |

# %% tags=["claim-122"]
text = torch.tensor([ord(c) for c in "rise and fall"])  # (time,)
words = nn.functional.one_hot(text, 128).float()[:, None]  # (time, batch, 128)
years = X[:4].T[:, :, None]  # (time, batch, 1)
for name, x in (("text", words), ("series", years)):
    # (time, batch, 16), (1, batch, 16) each
    output, (h_n, c_n) = nn.LSTM(x.size(2), 16)(x)
    assert output.shape == (x.size(0), x.size(1), 16) and h_n.shape == c_n.shape == (
        1, x.size(1), 16,
    )
    print(
        f"{name}: {tuple(x.shape)} -> every step {tuple(output.shape)}, last state "
        f"{tuple(h_n.shape)}"
    )

# %% [markdown]
# ### Windows and horizons
#
# A series is one long sequence. To learn from it, cut it into *windows*. Each has a *target*: the value
# `horizon` steps after the window's last. The window that starts at `n` ends at `n + window - 1`, so its
# target is at `n + window - 1 + horizon`.
#
# The figure shows three windows of nine years, in full bars, and their targets with horizon 6, as dots.
# Count from the last full bar to the dot.

# %% tags=["hide-input"]
window, horizon = 9, 6
X6, y6 = windows(series, window, horizon)  # (number, window), (number,)
fig, axes = plt.subplots(
    3, 1, figsize=(7.2, 3.6), sharex=True, sharey=True, layout="constrained"
)
for ax, n in zip(axes, (0, 1, 2), strict=True):
    target = n + window - 1 + horizon
    assert torch.equal(X6[n], series[n : n + window]) and y6[n] == series[target]
    ax.bar(range(17), series[:17], color=lstmlab.COLOURS["x"], alpha=0.16)
    ax.bar(range(n, n + window), X6[n], color=lstmlab.COLOURS["x"])
    ax.plot(target, y6[n], "o", color=lstmlab.COLOURS["h"], ms=9)
    ax.set(yticks=[0, 50], ylabel=f"n = {n}")
axes[0].text(11.5, 50, "target y[0]", color=lstmlab.COLOURS["h"], ha="right")
axes[0].text(-0.4, 45, "window X[0]", color=lstmlab.COLOURS["x"], va="center")
axes[2].set(xlabel="step of the series (0 is the year 1700)", xticks=range(17))
lstmlab.picture(
    fig,
    "Three windows of nine years over the first 17 years of the series, starting at "
    "steps 0, 1 and 2 and ending at 8, 9 and 10. Each target lies 6 steps after its "
    f"window's end: at step 14 with the value {y6[0]:.0f}, at 15 with {y6[1]:.0f}, at "
    f"16 with {y6[2]:.0f}.",
)

# %% [markdown]
# How many windows are there? The last target must still lie within the series: a series of `T` steps
# gives `T - window - horizon + 1` windows. For 309 years, windows of nine and a horizon of one that is
# 300; with horizon 6 it is 295.

# %% tags=["hide-input"]
assert len(X) == 309 - 9 - 1 + 1 == 300 and len(X6) == 295
print("horizon 1:", tuple(X.shape), " horizon 6:", tuple(X6.shape))

# %% [markdown]
# ### Split by time, scale with the past
#
# A forecast is made on a day when the future is not known. The test must be like that day, so:
#
# 1. the test part comes *after* the training part, without shuffling;
# 2. everything fitted is fitted on the training part, the mean and standard deviation for scaling included.
#
# A way by which the test part reaches the training is called a **leak**.
#
# In the picture below, drag the split, the window, its left edge and its target, or use the sliders. Three things to
# find out. Predict each before you move anything, and press *Reset* before the next:
#
# 1. Nine windows cross the split: they start before it, and their target lies at or after it. How many are they with
#    horizon 6?
# 2. Choose the leak *smoothed with the year after*: each value becomes the mean of itself and its two neighbours. How
#    does the error of the linear forecast change, and what is left of that with horizon 2?
# 3. Set the window to 22 and choose *windows shuffled before the split*. Other years are tested then, so even the last
#    value, which learns nothing, has another error. Which forecast gains more than it?

# %%
WindowExplorer()

# %% [markdown]
# <details><summary>What you should have seen</summary>
#
# With horizon 6 they are 14, `window + horizon - 1`. Smoothed, the linear forecast errs by 2.8 where 13.2 is honest: a
# third of the target stands in the window. With horizon 2 that third belongs to the year before the target, and
# the error falls only from 16.9 to 14.4. Shuffled, the *three most alike* gain most: they err by 16.6, honestly by 25.7.
# Nearly every window tested has a neighbour that was learned from.
#
# </details>

# %% tags=["hide-input"]
none, _, shuffling, smoothing = LEAKS
near, far, wide = WindowExplorer(9, 1), WindowExplorer(9, 2), WindowExplorer(22, 1)
crossing = [len(WindowExplorer(9, ahead).parts(none).crossing) for ahead in (1, 6)]
one, two = (
    [round(widget.errors(leak)[1], 1) for leak in (none, smoothing)]
    for widget in (near, far)
)
assert crossing == [9, 14] and one == [13.2, 2.8] and two == [16.9, 14.4]
clean, leaked = wide.errors(none), wide.errors(shuffling)
assert round(clean[2], 1) == 25.7
assert leaked[2] < 0.85 * clean[2] and leaked[2] / clean[2] < leaked[0] / clean[0]

# %% [markdown]
# Networks learn more easily from numbers around 0 with a standard deviation near 1. The training part gets
# exactly that. The test part does not, and should not: after 1900 the numbers are higher and swing further.

# %%
train, test = series[:n_train], series[n_train:]  # (time,) each
# the root of the mean squared distance from the mean
mean, std = train.mean(), train.std(correction=0)
train_z, test_z = (train - mean) / std, (test - mean) / std  # (time,) each
assert abs(train_z.mean()) < 1e-5 and abs(train_z.std(correction=0) - 1) < 1e-5
assert 0.4 < test_z.mean() < 0.6 and 1.2 < test_z.std(correction=0) < 1.4
for name, part in (("train", train_z), ("test", test_z)):
    print(
        f"{name}: mean {part.mean().item():z.2f}, standard deviation "
        f"{part.std(correction=0).item():.2f}"
    )


# %% [markdown]
# ### The number to beat
#
# One forecast must always be tried: *it stays as it is*. It is called **persistence**, or the last value.
# It costs nothing, and for the next year its error is 21.7. For series with a period there is a second such
# forecast: *as one period ago*, here 11 years. Its error is 23.5. A forecast that has to be beaten is a
# **baseline**.

# %%
def last_value(horizon):
    return mae(series[n_train - horizon : -horizon], series[n_train:])


def linear(horizon, window=9):
    X, y = windows(series, window, horizon)  # (number, window), (number,)
    split = n_train - window - horizon + 1
    return mae(fit_linear(X[:split], y[:split])(X[split:]), y[split:])


assert round(last_value(1), 1) == 21.7 and round(last_value(11), 1) == 23.5
assert round(linear(1), 1) == 13.2
print(
    f"last value {last_value(1):.1f}, 11 years ago {last_value(11):.1f}, linear, nine "
    f"years {linear(1):.1f}"
)

# %% [markdown]
# A baseline belongs to a horizon. Is a forecast always worse when it looks further ahead? Look at the
# last value in the figure.

# %% tags=["hide-input"]
horizons = range(1, 17)
naive, fitted = [last_value(h) for h in horizons], [linear(h) for h in horizons]
assert max(naive[:11]) == naive[4] and [round(naive[h - 1]) for h in (1, 5, 10)] == [
    22, 73, 22,
]
assert round(naive[1]) == 40 and round(naive[14]) == 68
assert fitted[4] < naive[4] / 3 and abs(fitted[9] - naive[9]) < 1

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
ax.plot(horizons, naive, "o-", color=lstmlab.COLOURS["o"])
ax.plot(horizons, fitted, "o-", color=lstmlab.COLOURS["f"])
ax.text(6.6, 74, "last value", color=lstmlab.COLOURS["o"])
ax.text(4.2, 12.5, "linear, nine years", color=lstmlab.COLOURS["f"])
ax.set(
    xlabel="horizon in years", ylabel="MAE, 1900-2008", ylim=(0, 85),
    xticks=range(1, 17),
)
lstmlab.picture(
    fig,
    f"Error against horizon. The last value rises from {naive[0]:.0f} at 1 year to "
    f"{naive[4]:.0f} at 5, falls to {naive[9]:.0f} at 10 and rises again, to "
    f"{naive[15]:.0f} at 16. The linear forecast rises slowly: {fitted[0]:.0f} at 1 "
    f"year, {fitted[4]:.0f} at 5, {fitted[9]:.0f} at 10, {fitted[15]:.0f} at 16.",
)

# %% tags=["hide-input"]
quiz.reveal("horizon")


# %% [markdown]
# The error of the last value grows to 73 at five years, then *falls* to 22 at ten, because ten years
# later the sun is nearly where it was. An error of 22 is poor one year ahead, good five years ahead, and
# no gain ten years ahead.
#
# ## Claims put to the test
#
# Here are seven sentences that are often read. They do not hold, or hold in part. Decide on each before you read
# on. What holds stands below it, with a cell that shows it. The code is folded, and a click opens it.
#
# ### "Neural networks need special layers to handle order."
#
# They need to be *given* the order. Recurrence is one way. Others solve the task of the two events as well:
# linear layers over all steps side by side, a convolution, or the bag itself, once each step says where it
# stood. (Attention, in lesson 9, is told the order in a similar way.)

# %% tags=["hide-input"]
class Placed(Bag):
    def forward(self, x):  # (batch, time, 4)
        place = torch.linspace(-1, 1, x.size(1))[:, None]  # (time, 1)
        return self.head((x * place).sum(dim=1))  # (batch, 2)


def flat():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(8 * 4, 32), nn.ReLU(), nn.Linear(32, 2)
    )


# %% [markdown]
# The convolution has three layers. Each looks at three steps at a time; they lie one step apart in the
# first layer, two in the second, four in the third. Of each channel the largest value over time goes to a
# linear layer, the *head*.

# %% tags=["hide-input"]
class Convolution(nn.Module):
    def __init__(self):
        super().__init__()
        # channels in, dilation; together they span 15 steps
        sizes = ((4, 1), (16, 2), (16, 4))
        self.layers = nn.ModuleList(
            nn.Conv1d(n, 16, 3, padding=d, dilation=d) for n, d in sizes
        )
        self.head = nn.Linear(16, 2)

    def forward(self, x):  # (batch, time, 4)
        x = x.transpose(1, 2)  # (batch, 4, time)
        for layer in self.layers:
            x = layer(x).relu()  # (batch, 16, time)
        return self.head(x.amax(dim=2))  # (batch, 2)


# %% tags=["hide-input", "claim-81"]
for name, build in (
    ("linear, side by side", flat), ("convolution", Convolution),
    ("bag with places", Placed),
):
    scores[name] = accuracies(build)
    assert min(scores[name]) > 0.99
    print(f"{name:20s}", " ".join(f"{value:.3f}" for value in scores[name]))

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 2.9), layout="constrained")
for row, values in enumerate(scores.values()):
    heights = [row + 0.04 * (seed - 4.5) for seed in range(10)]
    ax.plot(
        values, heights, "o", ms=8, alpha=0.6,
        color=lstmlab.COLOURS["x" if row == 0 else "h"],
    )
ax.axvline(0.5, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
ax.text(0.51, 4.35, "guessing", color=lstmlab.COLOURS["x"], va="center")
ax.set(xlim=(0.4, 1.03), ylim=(-0.5, 4.7), xlabel="test accuracy, one dot a seed")
ax.set_yticks(range(5), list(scores))
lstmlab.picture(
    fig,
    "Test accuracy of ten seeds each. A bag of steps: exactly 0.50. nn.LSTM, a "
    "linear layer over all steps, a convolution, and a bag whose steps carry their "
    "place: all above 0.99.",
)

# %% [markdown]
# ### "A recurrent layer takes any length, so it works at any length."

# %% tags=["hide-input"]
quiz.myth("any length")

# %% [markdown]
# <details><summary>What holds</summary>
#
# The linear layer from above raises an error for nine steps, the recurrent one runs. Whether it is *right*
# depends on what it saw. Trained on eight steps it is right on more than 99 % there. On 16 steps at least half of
# ten such layers are below 55 %, where a guess gets 50. Trained on lengths from 2 to 16, at least eight of ten are
# right on more than 90 % at 16, and at 18, which they never saw.
#
# </details>

# %% tags=["hide-input"]
try:
    flat()(torch.zeros(1, 9, 4))
except RuntimeError as error:
    message = str(error)
assert "shapes cannot be multiplied" in message
only_eight, at_16, at_18 = [], [], []
for seed in range(10):
    torch.manual_seed(seed)
    only_eight.append(order_accuracy(train_on_order(Reader(), seed), seed, steps=16))
    torch.manual_seed(seed)
    mixed = train_on_order(Reader(), seed, lengths=(2, 16))
    at_16.append(order_accuracy(mixed, seed, steps=16))
    at_18.append(order_accuracy(mixed, seed, steps=18))
assert sorted(only_eight)[4] < 0.55 and min(sorted(at_16)[2], sorted(at_18)[2]) > 0.9
print("trained on 8, at 16:      ", *(f"{accuracy:.2f}" for accuracy in only_eight))
print("trained on 2 to 16, at 16:", *(f"{accuracy:.2f}" for accuracy in at_16))
print("trained on 2 to 16, at 18:", *(f"{accuracy:.2f}" for accuracy in at_18))

# %% [markdown]
# ### "Each item of a sequence depends on the items before it."
#
# It may depend on those after it as well. English says *an* hour and *a* house: the article depends on
# the next word. A layer that reads forward has not seen that word when it puts out its answer. Change
# step 5, and the outputs of steps 0 to 4 are the same to the last bit. A *bidirectional* layer reads both
# ways, and they move. For a forecast it is of no use: there the later steps do not exist yet.

# %% tags=["hide-input", "claim-80"]
for seed in range(3):
    torch.manual_seed(seed)
    x = torch.randn(8, 1, 5)  # (time, batch, feature)
    changed = x.clone()
    changed[5] += 1
    one_way, both_ways = nn.LSTM(5, 3), nn.LSTM(5, 3, bidirectional=True)
    moved = [
        (layer(changed)[0] - layer(x)[0])[:5].abs().max().item()
        for layer in (one_way, both_ways)
    ]
    assert moved[0] == 0 and moved[1] > 0.01
    print(
        f"seed {seed}: outputs 0 to 4 move by {moved[0]:.0f} one way, by "
        f"{moved[1]:.2f} both ways"
    )

# %% [markdown]
# ### "LSTMs are for the next word, stock prices or the weather, audio, events in games."
#
# The kinds of data are right. One of them misleads. Prices of much traded stocks are close to a random
# walk: tomorrow is today plus something that nothing in the past tells. There the last value is the best
# forecast, and it looks very good: on ten walks of 5000 steps its R² is above 0.98 every time. (R² is 1
# minus the mean squared error over the variance of the truth; 1 is perfect.)
#
# Fitting does not help. A linear forecast that was fitted to the walk's past errs *more* than the last value, on
# average over the ten walks. On a single walk it may win by a little, and that is chance.

# %% tags=["hide-input", "claim-59"]
ratios = []
for seed in range(10):
    walk = random_walk(5000, seed)  # (time,)
    r2 = 1 - ((walk[1:] - walk[:-1]) ** 2).mean() / walk.var()
    X_w, y_w = windows(walk[:1000], 9)  # (number, window), (number,)
    fitted_error = mae(fit_linear(X_w[:700], y_w[:700])(X_w[700:]), y_w[700:])
    ratios.append(fitted_error / mae(X_w[700:, -1], y_w[700:]))
    assert r2 > 0.98
    print(
        f"walk {seed}: R² of the last value {r2:.4f}; fitted error "
        f"{100 * (ratios[-1] - 1):+.1f} %"
    )
mean_ratio = sum(ratios) / len(ratios)
assert mean_ratio > 1
print(f"on average the fitted error is {100 * (mean_ratio - 1):+.1f} %")

# %% [markdown]
# ### "A longer window is a better one."
#
# Each year in the window is one more weight to fit, on 200 years. From one year to nine the error falls
# from 20.9 to 13.2. At 22 it is 13.8, at 60 it is 20.9 again. The training error falls all the way: it
# cannot tell you when to stop. (Nor may the test error: choosing by it is a leak. Lesson 8 chooses nine
# from the years before 1900 alone.)

# %% tags=["hide-input"]
tested, trained = {}, {}
for window in (1, 2, 9, 22, 60):
    X_p, y_p = windows(series, window)  # (number, window), (number,)
    k = n_train - window
    rule = fit_linear(X_p[:k], y_p[:k])
    tested[window], trained[window] = (
        mae(rule(X_p[k:]), y_p[k:]), mae(rule(X_p[:k]), y_p[:k]),
    )
    print(
        f"window {window:2d}: training error {trained[window]:4.1f}, test error "
        f"{tested[window]:4.1f}"
    )
assert [round(value, 1) for value in tested.values()] == [20.9, 15.0, 13.2, 13.8, 20.9]
assert sorted(trained.values(), reverse=True) == list(trained.values())

# %% [markdown]
# ### "The goal is to predict a sequence or to classify it."
#
# These are two goals of several. The table under *Run* has four: a label for each step (tagging) and a
# state for another network (encoding) are as common; a model that forecasts, reads its own forecast and
# forecasts again *generates*. The layer is the same; the loss differs, and so does what is read from the
# output.

# %% [markdown]
# ### "An LSTM remembers what is important."
#
# You saw above what a fresh one remembers: the last steps, whatever they hold. Training tells it what
# matters, and only for the task and the lengths it was trained on.

# %% [markdown]
# ## Common mistakes
#
# There are six mistakes. None raises an error. Most make the result look *better*, so they are found late.
#
# Find two of them yourself first.

# %% tags=["hide-input"]
quiz.pitfall("scaling")

# %% tags=["hide-input"]
quiz.pitfall("columns")


# %% [markdown]
# ### 1. Windows shuffled, then split
#
# Neighbouring windows share all but one of their values. If they are shuffled before the split, nearly
# every test window has a neighbour in the training part. A forecast by memory shows the leak best: take the
# three known windows most like this one, and answer with the mean of their targets. The series is a random
# walk, 20 steps ahead; on average nothing can beat the last value. **Wrong:**

# %% tags=["mistake-40"]
def by_memory(walk, shuffle, seed):
    X, y = windows(walk, window=10, horizon=20)  # (number, window), (number,)
    index = torch.arange(len(X))
    if shuffle:
        index = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    known, asked = index[:650], index[700:]
    persistence = mae(X[asked, -1], y[asked])
    return mae(nearest(X[known], y[known], X[asked]), y[asked]) / persistence


shuffled = [by_memory(random_walk(1000, seed), True, seed) for seed in range(10)]
print(
    "error over that of the last value:", " ".join(f"{value:.2f}" for value in shuffled)
)

# %% tags=["hide-input"]
quiz.reveal("shuffled")

# %% [markdown]
# **Cost:** the memory seems to beat what cannot be beaten: the median of ten walks has an error 5 to 30 % smaller.
# On the later part, which it never saw, it errs *more* than the last value on at least seven of the ten walks, and
# the median of them by more than 10 %. **Right:** split by time,
# and leave out `window + horizon - 1` windows between the parts, so that no training target lies in a test
# window. Here that is 29; the cell leaves out 50.

# %% tags=["mistake-40"]
by_time = [by_memory(random_walk(1000, seed), False, seed) for seed in range(10)]
# window 671 is the first whose target is at 700
assert 10 + 20 - 1 == 29 and 700 - (10 - 1 + 20) == 671
assert 0.7 < statistics.median(shuffled) < 0.95 and statistics.median(by_time) > 1.1
assert sum(value > 1 for value in by_time) >= 7
print(
    "error over that of the last value:", " ".join(f"{value:.2f}" for value in by_time)
)

# %% [markdown]
# ### 2. Scaled with statistics of the whole series
#
# `(series - series.mean()) / series.std()` before the split tells the training part where the future lies.
# Add 1000 to the years from 1900 on, and the *training* inputs change. **Wrong:**

# %% tags=["mistake-40"]
later = series.clone()
later[n_train:] += 1000
wrong = [((s - s.mean()) / s.std())[:n_train] for s in (series, later)]  # (time,) each
print(f"training inputs move by up to {(wrong[0] - wrong[1]).abs().max().item():.2f}")

# %% [markdown]
# **Cost:** it depends. The linear forecast of the sunspots stays the same (scaling changes its weights, not
# its forecasts). On series that drift the leaked mean helps much: on the last third of ten random walks
# "always the mean" errs 10 to 30 % less on average, without having learned anything. You cannot know
# beforehand which case is yours. **Right:** statistics of the training part.

# %% tags=["mistake-40"]
# (time,) each
right = [(s - s[:n_train].mean()) / s[:n_train].std() for s in (series, later)]
assert not torch.allclose(*wrong, atol=0.1) and torch.equal(
    right[0][:n_train], right[1][:n_train]
)
gains = []
for seed in range(10):
    walk = random_walk(300, seed)  # (time,)
    honest, leaked = (
        (walk[200:] - past.mean()).abs().mean().item() for past in (walk[:200], walk)
    )
    gains.append(1 - leaked / honest)
assert 0.1 < sum(gains) / len(gains) < 0.3
whole = (series - series.mean()) / series.std()  # (time,)
X_s, y_s = windows(whole, 9)  # (number, window), (number,)
leaked = (
    mae(fit_linear(X_s[:split], y_s[:split])(X_s[split:]), y_s[split:])
    * series.std().item()
)
assert abs(leaked - ordered) < 0.01
print(
    "the error of 'always the mean' falls by",
    " ".join(f"{100 * gain:.0f} %" for gain in gains),
)

# %% [markdown]
# ### 3. Smoothed before the split
#
# Yearly values are noisy, so the mean of each year with its two neighbours is taken. That is a *centred*
# mean: the last value of every window now contains a third of next year. **Wrong:**

# %%
smooth = series.clone()  # (time,)
smooth[1:-1] = (series[:-2] + series[1:-1] + series[2:]) / 3
X_c, _ = windows(smooth, 9)  # (number, window)
centred = mae(fit_linear(X_c[:split], y[:split])(X_c[split:]), y[split:])
print(f"MAE {centred:.1f}, it was {ordered:.1f}")

# %% [markdown]
# **Cost:** an error of 2.8, where the true error is 13.2; in use, the next year is not known. **Right:** a
# mean over the year and the two *before* it. Its error is 14.4: smoothing did not help.

# %%
trailing = series.clone()  # (time,)
trailing[2:] = (series[:-2] + series[1:-1] + series[2:]) / 3
X_t, _ = windows(trailing, 9)  # (number, window)
honest = mae(fit_linear(X_t[:split], y[:split])(X_t[split:]), y[split:])
assert round(centred, 1) == 2.8 and round(honest, 1) == 14.4
print(f"MAE {honest:.1f}")

# %% [markdown]
# ### 4. The target inside the window
#
# `y = series[n + window - 1]` is one step short: the last value of the window itself. **Wrong:**

# %%
y_inside = X[:, -1]  # (number,)
inside = mae(fit_linear(X[:split], y_inside[:split])(X[split:]), y_inside[split:])
print(f"MAE {inside:.4f}")

# %% [markdown]
# **Cost:** an error near 0, and a model that repeats its input. Treat a result that is too good to be true
# as a bug until it is explained. **Right:** `y = series[n + window - 1 + horizon]`, with a horizon of at
# least 1.

# %% tags=["hide-input"]
assert inside < 0.01 < ordered
assert all(y[n] == series[n + 9 - 1 + 1] for n in (0, 100, 299))
print(f"MAE {ordered:.1f}")

# %% [markdown]
# ### 5. A stream of text cut the wrong way
#
# To read a long text in batches, cut it into `B` columns that are read downwards, side by side. Here it is
# the text of Python's own help, in 16 columns. Read the first letters of column 0. **Wrong:**

# %% tags=["mistake-8"]
topics = pydoc_data.topics.topics
letters = "".join(topics[name] for name in sorted(topics))[:60_000]
codes = torch.tensor([min(ord(letter), 127) for letter in letters])  # (time,)
stream, unseen = codes[:40_000], codes[40_000:]  # (time,) each
B = 16
across = stream.view(-1, B)  # (time, batch)
print("column 0:", repr("".join(map(chr, across[:40, 0].tolist()))))


# %% [markdown]
# The column has every 16th letter. **Cost:** count which letter follows which, and use the counts to guess
# the next letter of 20,000 unseen ones. Counts from the wrong columns are right about 17 % of the time;
# always saying "space" is right about 16 % of the time. So almost nothing was learned. **Right:** `view(B,
# -1).t()`, each column a stretch of text: about 25 %. (The text differs a little between versions of
# Python.)

# %% tags=["mistake-8"]
def guessed(columns):
    table = torch.zeros(128, 128)  # (letter, next letter)
    before, after = columns[:-1].flatten(), columns[1:].flatten()
    table.index_put_((before, after), torch.ones(len(before)), accumulate=True)
    return (table.argmax(dim=1)[unseen[:-1]] == unseen[1:]).float().mean().item()


down = stream.view(B, -1).t()  # (time, batch)
space = (unseen == ord(" ")).float().mean().item()
assert abs(guessed(across) - 0.17) < 0.02 and abs(space - 0.16) < 0.02
assert abs(guessed(down) - 0.25) < 0.03 and len(unseen) == 20_000
print("column 0:", repr("".join(map(chr, down[:40, 0].tolist()))))
print(
    f"right on unseen text: {guessed(down):.3f}, from wrong columns "
    f"{guessed(across):.3f}, space {space:.3f}"
)

# %% [markdown]
# ### 6. A forecast that copies the last value
#
# **Wrong:** a model of a random walk, reported by its R² and a plot in which two curves lie on one another.

# %% tags=["hide-input", "mistake-x1"]
walk = random_walk(1000, 0)  # (time,)
X_w, y_w = windows(walk, 9)  # (number, window), (number,)
forecast = fit_linear(X_w[:700], y_w[:700])(X_w[700:])  # (number,)
r2 = 1 - ((forecast - y_w[700:]) ** 2).mean() / y_w[700:].var()
fig, ax = plt.subplots(figsize=(7.2, 2.8), layout="constrained")
ax.plot(range(60), y_w[700:760], color=lstmlab.COLOURS["c"])
ax.plot(range(60), forecast[:60], color=lstmlab.COLOURS["h"])
ax.text(61, y_w[759], "truth", color=lstmlab.COLOURS["c"], va="bottom")
ax.text(61, forecast[59], "forecast", color=lstmlab.COLOURS["h"], va="top")
ax.set(xlabel="step", ylabel="value", xlim=(0, 68), title=f"R² = {r2:.3f}")
lstmlab.picture(
    fig,
    f"60 steps of a random walk, between {y_w[700:760].min():.0f} and "
    f"{y_w[700:760].max():.0f}, and its forecast. The two curves have the same shape; "
    f"the forecast follows one step late. R² is {r2:.3f}.",
)

# %% [markdown]
# Look again: the forecast is the truth, one step late. **Cost:** the median R² of ten walks is above 0.9, and
# the error is no smaller than that of copying. There the forecast lies at least four times as near to the *last*
# value as to the next one. **Right:** report the error beside that of the last value, as *skill*: `1 - error /
# error of the last value`. The walks' skill is below 0 on average, and never above 4 %. The sunspots' is 39 %:
# there something was learned.

# %% tags=["mistake-x1"]
r2s, skills, nearer = [], [], []
for seed in range(10):
    X_w, y_w = windows(random_walk(1000, seed), 9)  # (number, window), (number,)
    forecast = fit_linear(X_w[:700], y_w[:700])(X_w[700:])  # (number,)
    truth, last = y_w[700:], X_w[700:, -1]  # (number,) each
    r2s.append((1 - ((forecast - truth) ** 2).mean() / truth.var()).item())
    skills.append(1 - mae(forecast, truth) / mae(last, truth))
    nearer.append(mae(forecast, truth) / mae(forecast, last))
    print(
        f"walk {seed}: R² {r2s[-1]:.3f}, skill {100 * skills[-1]:+.1f} %, "
        f"{nearer[-1]:.1f} times as near to the last value"
    )
assert statistics.median(r2s) > 0.9 and statistics.median(nearer) > 4
assert sum(skills) / len(skills) < 0 and max(skills) < 0.04
skill = 1 - ordered / last_value(1)
assert round(skill, 2) == 0.39
print(f"sunspots: skill {100 * skill:+.0f} %")

# %% [markdown]
# ## Questions
#
# Six questions, two easy, two medium, two hard. Each has a hint and a worked solution.

# %% tags=["hide-input"]
quiz.choice("purpose")

# %% tags=["hide-input"]
quiz.choice("how many")

# %% tags=["hide-input"]
quiz.choice("leaky line")

# %% tags=["hide-input"]
quiz.choice("columns")

# %% tags=["hide-input"]
quiz.choice("gap")

# %% tags=["hide-input"]
quiz.choice("neighbours")

# %% [markdown]
# The folded cell computes the numbers of the questions.

# %% tags=["hide-input"]
assert len(windows(torch.zeros(309), 9)[0]) == 300 and 309 // 9 == 34
assert windows(torch.arange(20.0), 5, 3)[1][0] == 7
tokens = torch.arange(12)  # (time,)
assert tokens.view(3, -1).t()[:, 0].tolist() == [0, 1, 2, 3] and tokens.view(-1, 3)[
    :, 0
].tolist() == [0, 3, 6, 9]
assert [*tokens.view(3, -1).t().shape] == [4, 3] and tokens.view(3, -1).t()[
    1
].tolist() == [1, 5, 9]
ten = tokens.unfold(0, 10, 1)  # (number, window)
assert len(set(ten[0].tolist()) & set(ten[1].tolist())) == 9
assert (
    round(1 - 0.2**2, 2) == 0.96
    and round(0.8**2, 2) == 0.64
    and round(0.2**2, 2) == 0.04
)
X_g, y_g = windows(torch.arange(1000.0), 10, 20)  # (number, window), (number,)
assert y_g[670] == 699 and y_g[671] == 700 and X_g[690, -1] == 699
values = torch.tensor([40.0, 65.0, 50.0])  # (time,)
assert round(values.mean().item()) == 52 and values[-1] + values[-1] - values[-2] == 35
tail = torch.tensor([40.0, 60.0, 50.0, 80.0])  # (time,)
assert mae(tail[:-1], tail[1:]) == 20 and round(1 - 16 / 20, 2) == 0.2
assert round(1 - 13.2 / 21.7, 2) == 0.39

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card. Put away what you knew; the rest comes again.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then compare: tick the concepts your text has.

# %% tags=["hide-input"]
quiz.explain("order")

# %% tags=["hide-input"]
quiz.explain("honest test")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **The assignment** is [`a1_sequences`](../release/a1_sequences/a1_sequences.ipynb): `make_windows`,
# `split_standardize` and `batchify`.
#
# **When not to use a sequence model:** where the order says nothing (the total of a shopping basket), where
# a few fixed steps decide (nine years and ten weights go far), where the last value is already as good as
# anything can be.
#
# **Where it leads:** [lesson 2](02_rnns.ipynb) looks inside the layer that reads step by step.
# [Lesson 8](08_metrics.ipynb) comes back to the sunspots with an LSTM and asks whether it beats ten
# weights.

# %% [markdown]
# ### Sources
#
# - Sunspots: US National Geophysical Data Center, yearly sunspot numbers, public domain; the values are
#   those of [statsmodels' sunspots](https://www.statsmodels.org/stable/datasets/generated/sunspots.html).
#   The series was recalibrated in 2015; newer files have other values.
# - G. U. Yule: [*On a Method of Investigating Periodicities in Disturbed Series, with Special Reference to
#   Wolfer's Sunspot Numbers*](https://doi.org/10.1098/rsta.1927.0007). Philosophical Transactions A 226,
#   267-298, 1927. The linear forecast, on the years of this series that he had.
# - R. J. Hyndman, G. Athanasopoulos: [*Forecasting: Principles and Practice*](https://otexts.com/fpp3/), 3rd
#   edition, 2021, sections 5.2 (simple methods) and 5.8 (accuracy, training and test).
# - Leaks: [mlpack/examples #43](https://github.com/mlpack/examples/issues/43),
#   [Diffusion-TS #28](https://github.com/Y-debug-sys/Diffusion-TS/issues/28). Streams:
#   [pytorch/tutorials #1841](https://github.com/pytorch/tutorials/issues/1841),
#   [pytorch/examples #1002](https://github.com/pytorch/examples/issues/1002). Copied values:
#   [Stock-Price-Prediction-LSTM #5](https://github.com/NourozR/Stock-Price-Prediction-LSTM/issues/5).

# %% [markdown]
# ### What to remember
#
# 1. A bag of steps gets exactly half of the mirrored pairs right. Anything that is given the order can do
#    better: recurrence, a convolution, a linear layer over all steps, a bag with places.
# 2. The target is `y[n] = series[n + window - 1 + horizon]`. Split by time with a gap; fit everything,
#    scaling included, on the past. Shuffled windows and centred means report errors that nobody will ever
#    see in use.
# 3. The number to beat is the error of the last value, at the same horizon: 21.7 on the sunspots a year
#    ahead. Ten fitted weights reach 13.2, a skill of 39 %. On ten random walks the R² of the last value was
#    above 0.98 every time, and its skill is 0.

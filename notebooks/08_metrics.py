# %% [markdown]
# # 8. Metrics and evaluation
#
# *About 60 minutes, and 30 more for the common mistakes. You need lesson 1 (windows, persistence, leaks)
# and to have trained an `nn.LSTM` once.*
#
# After this lesson you can
#
# 1. read a confusion matrix, and move a threshold knowing what it costs;
# 2. count over tokens, batches and lengths so that the number means what it says;
# 3. say whether a model beats doing nothing, and by how much more than chance.
#
# Terms are explained in the [glossary](glossary.md).

# %%
import math
import statistics

import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

import lstmlab
from lstmlab.quiz.learning_widget import LearningTest
from lstmlab.tasks.metrics import (
    Counts, bursts, count, leaders, row, train_detector, train_tagger,
)
from lstmlab.tasks.series import (
    fit_linear, lstm_forecasts, mae, nearest, random_walk, sunspots, windows,
)
from lstmlab.training import track

torch.manual_seed(0)
torch.set_num_threads(1)  # layers as small as these are fastest on one thread
lstmlab.use_style()
quiz = lstmlab.Quiz("08_metrics")

# %% [markdown]
# ## Predictions
#
# Four questions. Commit to an answer for each; your choices are kept and compared when the numbers are
# there.

# %% tags=["hide-input"]
quiz.predict("max share")

# %% tags=["hide-input"]
quiz.predict("sunspots")

# %% tags=["hide-input"]
quiz.predict("whole sequences")

# %% tags=["hide-input"]
quiz.predict("softmax twice")

# %% [markdown]
# ## The idea
#
# A rare event: 2 % of the sequences hold a burst, four steps in a row that are 1.8 higher than the noise
# around them. An `nn.LSTM` reads each sequence and says how likely a burst is. It is trained in two ways, with
# ten seeds each: with the plain loss, and with a loss that counts each burst 20 times.
#
# All are then asked about 10,000 fresh sequences. **Accuracy** is the share of all answers that are right,
# **recall** the share of the bursts that are found, **precision** the share of real bursts among what is
# called one. Look at the accuracy first, then at the rest.

# %%
plain, weighted, truths = [], [], []
for seed in track(range(10), "detectors"):
    x, y = bursts(10_000, 99 + seed)  # (number, steps, 1), (number,)
    truths.append(y)
    for scores, weight in ((plain, 1.0), (weighted, 20.0)):
        detector = train_detector(seed, weight)
        with torch.no_grad():
            scores.append(detector(x).sigmoid())  # (number,)
for weight, scores in ((1, plain), (20, weighted)):
    cs = [count(y, score > 0.5) for y, score in zip(truths, scores, strict=True)]
    print(f"weight {weight}: accuracy ", row((c.accuracy for c in cs), 3))
    print("    recall   ", row(c.recall for c in cs))
    print("    precision", row(c.precision for c in cs))

# %% tags=["hide-input", "claim-124", "claim-142"]
for y, one, twenty in zip(truths, plain, weighted, strict=True):
    never, said_no = count(y, torch.zeros_like(y)), count(y, one > 0.5)
    assert never.accuracy > 0.97 and never.recall == 0 and said_no.recall < 0.05
    assert abs(said_no.accuracy - never.accuracy) < 0.002
    assert count(y, twenty > 0.5).accuracy < never.accuracy + 0.005
found = [count(y, s > 0.5).recall for y, s in zip(truths, weighted, strict=True)]
assert sum(recall > 0.5 for recall in found) >= 7

# %% [markdown]
# This is the **accuracy paradox**. With the plain loss the network has learned to say no. It has 98 % accuracy
# and finds hardly a burst: on every seed its accuracy is within 0.2 points of that of always saying no. With the
# other loss at least seven of ten networks find more than half of the bursts. Their accuracy is about the same, or
# lower.
#
# So it does not hold that "accuracy matters most for classification". What matters is what a mistake costs,
# and how rare the thing is. The figure shows where one of the latter networks puts bursts and noise.

# %% tags=["hide-input"]
score, y = weighted[0], truths[0]  # (number,) each
assert (score[~y] < 0.2).float().mean() > 0.5
fig, axes = plt.subplots(2, 1, figsize=(7.2, 3.6), sharex=True, layout="constrained")
for ax, mask, colour, name in (
    (axes[0], ~y, "x", "no burst"), (axes[1], y, "h", "burst"),
):
    ax.hist(score[mask].tolist(), bins=40, range=(0, 1), color=lstmlab.COLOURS[colour])
    ax.axvline(0.5, color=lstmlab.COLOURS["c"], ls="--", lw=1.2)
    label = f"{name}: {int(mask.sum())} sequences"
    ax.text(
        0.48, 0.85, label, color=lstmlab.COLOURS[colour], transform=ax.transAxes,
        ha="right",
    )
axes[0].text(0.51, axes[0].get_ylim()[1] * 0.6, "threshold", color=lstmlab.COLOURS["c"])
axes[1].set(xlabel="what the network says, 0 to 1")
fig.supylabel("sequences", fontsize=11)
half = count(y, score > 0.5)
lstmlab.picture(
    fig,
    f"Two histograms of the network's answers. No burst: most below 0.2, {half.fp} of "
    f"{half.fp + half.tn} above the threshold of 0.5. Burst: spread from 0 to 1, "
    f"{half.tp} of {half.tp + half.fn} above the threshold.",
)

# %% [markdown]
# ## Experiments
#
# ### The four cells
#
# A classifier says yes or no; the truth is yes or no. That makes four counts, the **confusion matrix**.
# *Positive* or *negative* is what was said; *true* or *false* is whether that was right. Here are 100
# messages and a spam filter:
#
# | truth \ said | spam (positive) | good (negative) |
# | --- | ---: | ---: |
# | **spam** | 50 true positives, TP | 10 false negatives, FN |
# | **good** | 5 false positives, FP | 35 true negatives, TN |

# %% [markdown]
# - **Precision**, TP / (TP + FP): of what was called spam, how much was spam.
# - **Recall**, TP / (TP + FN): of the spam, how much was called so.
# - **Accuracy**, (TP + TN) / all: of everything, how much was right.
# - **F1**, 2 P R / (P + R): the harmonic mean of precision P and recall R. It lies nearer to the smaller of
#   the two than their plain mean does.

# %% tags=["claim-127", "claim-128", "claim-129", "claim-130", "claim-132"]
spam = Counts(tp=50, fn=10, fp=5, tn=35)
assert spam.total == 100
assert spam.precision == 50 / 55 and round(spam.precision, 2) == 0.91
assert spam.recall == 50 / 60 and round(spam.recall, 2) == 0.83
assert spam.accuracy == 85 / 100
harmonic = 2 * spam.precision * spam.recall / (spam.precision + spam.recall)
assert abs(spam.f1 - harmonic) < 1e-12 and round(spam.f1, 2) == 0.87
assert spam.recall < spam.f1 < (spam.precision + spam.recall) / 2
print(
    f"precision {spam.precision:.2f}, recall {spam.recall:.2f}, accuracy "
    f"{spam.accuracy}, F1 {spam.f1:.2f}"
)

# %% [markdown]
# Two traps in the table. Its layout is a habit, not a law: here rows are the truth and the positive class
# comes first; scikit-learn prints rows as truth too, but the classes in ascending order, so `[[TN, FP],
# [FN, TP]]`. Read the labels, not the corners.
#
# And high precision does not mean that few good messages are blocked. It says that most of what was
# *called* spam is spam: 91 %. The share of good messages that were blocked is the **false alarm rate**, `FP
# / (FP + TN)`: 5 of 40, 12.5 %.

# %% tags=["claim-131", "claim-133", "claim-134"]
truth = torch.tensor([1] * 60 + [0] * 40)  # (number,)
said = torch.tensor([1] * 50 + [0] * 10 + [1] * 5 + [0] * 35)  # (number,)
table = torch.zeros(2, 2, dtype=torch.long)  # (truth, said)
table.index_put_((truth, said), torch.tensor(1), accumulate=True)
# ascending: 0 comes before 1
assert table.tolist() == [[spam.tn, spam.fp], [spam.fn, spam.tp]]
assert table.flip(0, 1).tolist() == [[spam.tp, spam.fn], [spam.fp, spam.tn]]
assert count(truth, said) == spam
# most of what was called spam is spam
assert truth[said == 1].float().mean().item() > 0.9
assert said[truth == 0].float().mean().item() == 0.125 == spam.false_alarm_rate
print(
    "good messages blocked:", spam.false_alarm_rate, "at a precision of",
    round(spam.precision, 2),
)

# %% [markdown]
# ### The accuracy of guessing
#
# "Bad is near 50 %, that is guessing." That is so only if the classes are equally frequent. The guess to
# beat is always the more frequent class. With 10 % positives it has 90 % accuracy and a recall of 0; with
# 40 %, 60 % accuracy.

# %% tags=["claim-139"]
for share in (0.5, 0.6, 0.9, 0.98):
    truth = torch.arange(1000) >= 1000 * share  # (number,): the rest are positive
    guess = count(truth, torch.zeros(1000, dtype=torch.bool))
    assert abs(guess.accuracy - share) < 1e-6 and guess.recall == 0
    print(
        f"{100 * (1 - share):3.0f} % positives: accuracy {guess.accuracy:.2f}, recall "
        f"{guess.recall:.0f}"
    )

# %% [markdown]
# ### 98 % accuracy, 12 % recall
#
# A fraud detector is said to have both. Is it ready for use? If a share `p` of the cases is fraud (the
# *prevalence*), 88 % of them are missed, and misses alone are errors on `0.88 * p` of all cases. With 2 %
# errors in all, how large can `p` be?

# %% tags=["claim-146"]
p_max = 0.02 / 0.88
assert round(100 * p_max, 1) == 2.3
cases = Counts(tp=24, fn=176, fp=24, tn=9776)  # 10,000 cases, 2 % fraud
assert cases.accuracy == 0.98 and cases.recall == 0.12 and cases.precision == 0.5
assert count(torch.arange(10_000) < 200, torch.zeros(10_000)).accuracy == 0.98
for p in (0.023, 0.05, 0.1, 0.5):
    print(
        f"{100 * p:4.1f} % fraud: misses alone leave an accuracy of at most "
        f"{1 - 0.88 * p:.3f}"
    )
assert 1 - 0.88 * 0.023 < 0.98
quiz.reveal("max share")

# %% [markdown]
# The misses alone may be 2 % of the cases, so `p` is at most 0.02 / 0.88 = 2.3 %.
#
# At `p` = 2 % misses take 1.76 % of all cases. That leaves room for 0.24 % false alarms, as many as there
# are frauds found, so its precision is one half; and "never fraud" has the same 98 %. So it is not ready.
# It may still be worth something, if a found fraud is worth more than a false alarm costs; accuracy
# cannot tell.
#
# ### Choosing the threshold
#
# The network gives a score; you decide from which score on it means yes. A lower threshold finds more
# bursts and raises more false alarms. Recall rises or stays; precision mostly falls, though not at every
# step. Whether a spam filter should prefer precision or an alarm recall is a judgement about costs, and
# belongs to those who bear them.
#
# Look at the ten curves, one for each seed: the same network offers many pairs of precision and recall.

# %% tags=["claim-135", "claim-136"]
thresholds = torch.linspace(0.02, 0.94, 24).tolist()
curves = [
    [count(y, s > t) for t in thresholds] for s, y in zip(weighted, truths, strict=True)
]
for curve in curves:
    recalls = [c.recall for c in curve]
    assert recalls == sorted(recalls, reverse=True)
at_both = [[curve[k] for curve in curves] for k in (2, 22)]  # thresholds 0.1 and 0.9
for threshold, cs in zip((0.1, 0.9), at_both, strict=True):
    print(f"threshold {threshold}: recall      ", row(c.recall for c in cs))
    print("               precision   ", row(c.precision for c in cs))
    print("               false alarms", *(c.fp for c in cs))
pairs = list(zip(*at_both, strict=True))
assert all(low.recall > high.recall and low.fp > 5 * high.fp for low, high in pairs)
assert sum(low.precision < high.precision for low, high in pairs) >= 7

# %% [markdown]
# Why not at every step? Lower the threshold sequence by sequence, best score first. Each noise sequence
# that comes in lowers the precision, each burst raises it. There are more of the first kind.

# %% tags=["claim-136"]
for score, y in zip(weighted, truths, strict=True):
    # (number,): bursts and noise, in the order they are called
    called = y[score.argsort(descending=True)]
    change = (called.cumsum(0) / torch.arange(1, len(y) + 1)).diff()  # (number - 1,)
    assert (change[~called[1:]] <= 0).all() and (change[called[1:]] >= 0).all()
    assert 100 < (change > 0).sum() < (change < 0).sum() / 10
print(
    f"the last seed: precision falls at {int((change < 0).sum())} steps, rises at "
    f"{int((change > 0).sum())}"
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
for curve in curves:
    ax.plot(
        [c.recall for c in curve], [c.precision for c in curve],
        color=lstmlab.COLOURS["h"], alpha=0.5,
    )
for index in (2, 12, 22):
    c = curves[0][index]
    ax.plot(c.recall, c.precision, "o", color=lstmlab.COLOURS["c"])
ax.text(
    1.0, 0.87, "dots: seed 0 at thresholds\n0.9, 0.5, 0.1, from the left",
    color=lstmlab.COLOURS["c"], ha="right",
)
ax.axhline(0.02, color=lstmlab.COLOURS["x"], ls="--", lw=1.2)
ax.text(0.06, 0.035, "always yes: precision 0.02", color=lstmlab.COLOURS["x"])
ax.set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.02))
points = [
    (thresholds[k], curves[0][k].recall, curves[0][k].precision) for k in (2, 12, 22)
]
lstmlab.picture(
    fig,
    "Precision against recall for ten seeds, falling from the upper left to the "
    "lower right. Seed 0: "
    + ", ".join(
        f"threshold {t:.1f} gives recall {r:.2f} and precision {p:.2f}"
        for t, r, p in points
    )
    + ". Saying always yes has a precision of 0.02.",
)


# %% [markdown]
# For spam, precision is often preferred: a lost letter hurts more than an unwanted one. That is a
# judgement, and a usual one. But precision is not quite what is wanted: if few good letters are to be
# blocked, the *false alarm rate* must be low.

# %% [markdown]
# "Improve recall before using it" is what the fraud detector above would be told. It takes one line: lower
# the threshold. What that costs in false alarms is the question. Put prices on the mistakes and choose the
# threshold that is cheapest **on data kept for choosing** (*validation data*), then report the cost on
# other data.
#
# Say a miss costs 100 and a false alarm 5. The threshold is chosen on 5000 sequences, the cost reported on
# the other 5000.

# %% tags=["claim-147"]
def cost(c):
    return 100 * c.fn + 5 * c.fp


costs = {"chosen": [], "never": [], "0.02": []}
for score, y in zip(weighted, truths, strict=True):
    chosen = min(thresholds, key=lambda t: cost(count(y[:5000], score[:5000] > t)))
    rest = count(y[5000:], score[5000:] > chosen)
    never = count(y[5000:], torch.zeros(5000))
    eager = count(y[5000:], score[5000:] > 0.02)
    assert cost(rest) < cost(never) and cost(rest) < cost(eager)
    assert eager.recall >= rest.recall and eager.precision < rest.precision
    for found, c in zip(costs.values(), (rest, never, eager), strict=True):
        found.append(cost(c))
for name, found in costs.items():
    print(f"threshold {name:6} costs", *found)


# %% [markdown]
# ### Tokens, sequences, lengths
#
# A *tagger* gives a label to every *token*, that is, to every symbol of a sequence. Ours says at each step
# which of four tokens has been seen most often so far; ties go to the smaller one. It is trained on
# sequences of 2 to 10 steps and tested on 2 to 40. In a batch the shorter ones are filled up with 0, the
# *padding*, which is no token: `ignore_index=0` leaves it out of the loss. Four numbers, all called
# accuracy:
#
# - over **tokens**: right tokens / all tokens. Long sequences count more.
# - over **sequences**: the mean of the sequences' shares. All count the same.
# - **whole** sequences: the share without a single mistake.
# - by **length**: the only one that tells you where it fails.

# %%
def loss(logits, y):  # (batch, time, class), (batch, time)
    return F.cross_entropy(logits.transpose(1, 2), y, ignore_index=0)


def test_set(seed, lengths=(2, 40)):
    g = torch.Generator().manual_seed(10_000 + seed)
    # (batch, time) twice
    return leaders(torch.randint(lengths[0], lengths[1] + 1, (600,), generator=g), g)


# %% [markdown]
# There are ten seeds. Compare the three numbers of a line: they are of the same network and the same test.

# %% tags=["claim-125", "claim-145"]
results, taggers, wholes, all_tokens = [], [], [], []
for seed in track(range(10), "taggers"):
    tagger, _ = train_tagger(seed, loss)
    taggers.append(tagger)
    x, y = test_set(seed)
    with torch.no_grad():
        right, real = tagger(x).argmax(dim=-1) == y, y != 0  # (batch, time) each
    each = (right & real).sum(1) / real.sum(1)  # (batch,)
    tokens, sequences = right[real].float().mean().item(), each.mean().item()
    whole = (each == 1).float().mean().item()
    assert sequences - tokens > 0.005 and 0.87 < tokens < 0.98 and 0.35 < whole < 0.85
    results.append((right, real, each))
    wholes.append(whole)
    all_tokens.append(tokens)
    print(
        f"seed {seed}: tokens {tokens:.3f}, sequences {sequences:.3f}, whole "
        f"{whole:.2f}"
    )
assert 0.5 < statistics.mean(wholes) < 0.7 and statistics.mean(all_tokens) > 0.9
quiz.reveal("whole sequences")

# %% [markdown]
# The extreme case is one sequence of 2 tokens, both right, and one of 98, all wrong. Over sequences that is
# 50 %, over tokens 2 %. Neither number is wrong, but say which of the two you give. Now by length: short
# sequences are almost perfect, the longest are not. The tagger has not met such lengths.

# %% tags=["claim-145"]
extreme = [torch.ones(2), torch.zeros(98)]  # (time,) each
assert (
    sum(c.mean() for c in extreme) / 2 == 0.5
    and abs(torch.cat(extreme).mean() - 0.02) < 1e-6
)
bins, by_length = [(2, 10), (11, 20), (21, 30), (31, 40)], []
for right, real, _ in results:
    size = real.sum(1)  # (batch,)
    keep = [(size >= low) & (size <= high) for low, high in bins]
    by_length.append([right[k][real[k]].float().mean().item() for k in keep])
    assert by_length[-1][0] > 0.97 and by_length[-1][3] < 0.97
    print("token accuracy for each range of lengths:", row(by_length[-1], 3))

# %% tags=["hide-input"]
averages = [statistics.mean(column) for column in zip(*by_length, strict=True)]
assert averages == sorted(averages, reverse=True)
fig, ax = plt.subplots(figsize=(7.2, 3.0), layout="constrained")
for line in by_length:
    ax.plot(range(4), line, "o-", color=lstmlab.COLOURS["h"], alpha=0.6)
ax.axvspan(-0.3, 0.3, color=lstmlab.COLOURS["x"], alpha=0.12, lw=0)
ax.text(-0.27, 0.836, "trained here", color=lstmlab.COLOURS["x"])
ax.set(
    ylim=(0.83, 1.005), xlim=(-0.3, 3.3), xlabel="length of the sequence",
    ylabel="token accuracy",
)
ax.set_xticks(range(4), [f"{low}-{high}" for low, high in bins])
lstmlab.picture(
    fig,
    "Token accuracy by length, ten seeds. Length 2 to 10, where they were trained: "
    "above 0.97. On average it falls with every ten steps, to "
    f"{min(line[3] for line in by_length):.2f} to "
    f"{max(line[3] for line in by_length):.2f} at 31 to 40.",
)

# %% [markdown]
# Losses are averaged over tokens too. `exp` of the loss per token is called **perplexity**: the number of
# equally likely choices that would be as uncertain. A model that says 1/4 for each of four tokens has a
# perplexity of 4. These taggers, on lengths that they have met, are below 1.2.

# %%
perplexities = []
for seed, tagger in enumerate(taggers):
    x, y = test_set(seed, (2, 10))  # (batch, time) each
    with torch.no_grad():
        perplexities.append(loss(tagger(x), y).exp().item())
assert 1 < min(perplexities) < max(perplexities) < 1.2
print("perplexity:", row(perplexities, 3))
assert math.isclose(math.exp(-math.log(1 / 4)), 4)

# %% [markdown]
# ### Naive baselines
#
# This section returns to the sunspots of lesson 1. Forecasts look a year ahead from a window of nine, and
# are tested on 1900 to 2008 by the mean absolute error (MAE). Three forecasts without a network come
# first: two have no weights at all, and the third has ten. AR(9) is lesson 1's linear forecast from nine years. The
# Sun's cycle lasts about 11.

# %%
spots = sunspots()
series, fit, choose = spots.values, spots.at(1860), spots.at(1900)  # (time,)
assert spots.at(1700) == 0 and len(series) == spots.at(2008) + 1
X, target = windows(series, 9)  # (number, window), (number,)
start, truth = choose - 9, series[choose:]  # (109,)
ar = fit_linear(X[:start], target[:start])(X[start:])  # (109,)
baselines = {
    "last value": mae(series[choose - 1 : -1], truth),
    "11 years ago": mae(series[choose - 11 : -11], truth),
    "AR(9)": mae(ar, truth),
}
assert [round(value, 1) for value in baselines.values()] == [21.7, 23.5, 13.2]
print(", ".join(f"{name}: {value:.1f}" for name, value in baselines.items()))

# %% [markdown]
# Now `nn.LSTM(1, 16)` on the same windows. It trains for some number of epochs, and the number matters. How
# is it chosen? Three ways:
#
# - **to the end**: 300 epochs, the training error still falling;
# - **honest**: learn from 1700 to 1859, take the number, up to 120, with the smallest error on 1860 to 1899,
#   then learn again from all years before 1900 for that long;
# - **peeking**: the number with the smallest error on the test years.
#
# Each is done with ten seeds. A network's error depends on its seed, and how much is part of the answer.

# %%
chosen_forecasts = []
found = {"to the end": [], "honest": [], "peeking": []}
curves = {"train": [], "test": []}
for seed in track(range(10), "LSTMs"):
    first = lstm_forecasts(series, fit, seed, 120)
    stop = min(first, key=lambda e: mae(first[e][fit - 9 : start], series[fit:choose]))
    again = lstm_forecasts(series, choose, seed, 300)
    on_test = {epoch: mae(f[start:], truth) for epoch, f in again.items()}
    curves["train"].append([mae(f[:start], target[:start]) for f in again.values()])
    curves["test"].append(list(on_test.values()))
    chosen_forecasts.append(again[stop][start:])
    for name, value in zip(
        found, (on_test[300], on_test[stop], min(on_test.values())), strict=True
    ):
        found[name].append(value)
mean_of = {name: statistics.mean(values) for name, values in found.items()}
spread_of = {name: statistics.stdev(values) for name, values in found.items()}
for name, values in found.items():
    said = f"  mean {mean_of[name]:.1f}, standard deviation {spread_of[name]:.1f}"
    print(f"{name:11s}", " ".join(f"{value:4.1f}" for value in values), said)

# %% tags=["hide-input"]
quiz.reveal("sunspots")

# %% [markdown]
# Trained to the end, the LSTM errs more on average than AR(9) with its 13.2, and loses to it on at least six seeds
# of ten. Chosen honestly, it wins on some seeds and loses on others, and its mean is less than one standard
# deviation of the seeds away from 13.2. That is **a tie**: which of the two is better depends on the seed. Only
# peeking makes the LSTM win on every seed, and peeking is a leak: the test years chose the number.
#
# So the plain statement is: here the LSTM does not beat AR(9), which has ten weights and no seed. It does beat the
# last value.

# %%
assert mean_of["to the end"] > baselines["AR(9)"] > max(found["peeking"])
assert sum(value > baselines["AR(9)"] for value in found["to the end"]) >= 6
assert min(found["honest"]) < baselines["AR(9)"] < max(found["honest"])
assert abs(mean_of["honest"] - baselines["AR(9)"]) < spread_of["honest"]
assert (
    max(found["honest"]) < baselines["last value"]
    and max(found["to the end"]) < baselines["last value"]
)

# %% [markdown]
# AR(9) must be asked the same: how was *nine* chosen? It was not chosen by the test years. Akaike's
# criterion picks nine from the years before 1900: it rewards a small training error and charges two
# points for each weight.
#
# It is not the only honest way. Chosen like the epochs, on 1860 to 1899, the order would be 2, and AR(2)
# errs by 15.0: then the LSTM is ahead on average. How you choose can matter more than what you choose.

# %%
past, after = windows(series[:choose], 16)  # (number, 16), (number,)
aic = {}
for order in range(1, 16):
    inputs = past[:, -order:]  # (number, order): the same targets for all orders
    squared = ((fit_linear(inputs, after)(inputs) - after) ** 2).mean().item()
    aic[order] = len(after) * math.log(squared) + 2 * (order + 1)
assert min(aic, key=aic.get) == 9
print(f"chosen by AIC: AR({min(aic, key=aic.get)})")


# %%
# fitted on the years before `known`, tested from there to `end`
def ar_error(order, known, end):
    X_p, y_p = windows(series[:end], order)  # (number, order), (number,)
    rule = fit_linear(X_p[: known - order], y_p[: known - order])
    return mae(rule(X_p[known - order :]), y_p[known - order :])


early = {order: ar_error(order, fit, choose) for order in range(1, 16)}
ar_2 = ar_error(2, choose, len(series))
assert (
    min(early, key=early.get) == 2
    and abs(ar_error(9, choose, len(series)) - baselines["AR(9)"]) < 1e-6
)
assert round(ar_2, 1) == 15.0 and mean_of["honest"] < ar_2
print(f"chosen on 1860-1899: AR({min(early, key=early.get)}), test error {ar_2:.1f}")

# %% [markdown]
# The figure below shows both errors by epoch. The training error falls all the way: it says nothing about
# when to stop. The test error falls, turns near 100 epochs and rises. From there on the network
# **overfits**: it gets better on the years it knows and worse on those it does not.

# %% tags=["claim-144"]
epochs = list(again)
train_mean, test_mean = (
    torch.tensor(curves[part]).mean(0) for part in ("train", "test")
)  # (evaluations,) each
turn = epochs[test_mean.argmin()]
assert 50 <= turn <= 200 and train_mean[-1] < 0.75 * train_mean[test_mean.argmin()]
assert test_mean[-1] > test_mean.min() + 1
print(
    f"test error: smallest at {turn} epochs, {test_mean.min():.1f}; after 300 "
    f"{test_mean[-1]:.1f}"
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
ax.plot(epochs, test_mean, color=lstmlab.COLOURS["h"])
ax.plot(epochs, train_mean, color=lstmlab.COLOURS["x"])
for name in ("last value", "AR(9)"):
    ax.axhline(baselines[name], color=lstmlab.COLOURS["f"], ls="--", lw=1.2)
    ax.text(301, baselines[name] - 1.7, name, color=lstmlab.COLOURS["f"], ha="right")
ax.text(215, test_mean[21] + 1.5, "LSTM, test years", color=lstmlab.COLOURS["h"])
ax.text(215, train_mean[21] + 1.2, "LSTM, training years", color=lstmlab.COLOURS["x"])
ax.set(xlabel="epochs", ylabel="MAE, mean of ten seeds", ylim=(0, 26), xlim=(0, 303))
lstmlab.picture(
    fig,
    f"Error against epochs. Training years: falls from {train_mean[0]:.0f} to "
    f"{train_mean[-1]:.1f}. Test years: falls to {test_mean.min():.1f} at {turn} "
    f"epochs, then rises to {test_mean[-1]:.1f}. AR(9) is a line at "
    f"{baselines['AR(9)']:.1f}, the last value at {baselines['last value']:.1f}.",
)

# %% [markdown]
# How sure is 13.2? The test part has 109 years. Draw 109 of its errors with replacement, 2000 times, and
# see how far the mean moves: the middle 95 % reach from about 11 to 15.5. This is the **bootstrap**.
#
# To compare two forecasts, redraw the *difference* of their errors, year by year: hard years are hard for
# both. For the honest LSTMs take each year's error, averaged over the ten seeds. Their lead on AR(9) reaches from
# below 0 to above 0: the years cannot tell which is better. The bootstrap calls it a tie too. (Drawing single years
# treats them as independent, and they are not: the true ranges are likely wider.)

# %%
errors = (ar - truth).abs()  # (109,)
of_lstms = (torch.stack(chosen_forecasts) - truth).abs().mean(dim=0)  # (109,)
lead = errors - of_lstms  # (109,)
draws = torch.randint(0, 109, (2000, 109), generator=torch.Generator().manual_seed(0))
middle = torch.tensor([0.025, 0.975])
low, high = errors[draws].mean(dim=1).quantile(middle).tolist()
behind, ahead = lead[draws].mean(dim=1).quantile(middle).tolist()
assert 10.5 < low < 12 and 14.5 < high < 16 and behind < 0 < ahead
print(
    f"AR(9): MAE {errors.mean().item():.1f}, 95 % of the redraws between {low:.1f} and "
    f"{high:.1f}"
)
print(
    f"lead of the LSTMs: {lead.mean().item():.1f}, between {behind:.1f} and {ahead:.1f}"
)

# %% [markdown]
# ## Claims put to the test
#
# Here are six sentences that are often read. Decide on each before you read on. What holds stands below it, with a
# cell that shows it. The code is folded, and a click opens it.
#
# ### "For regression, the MSE shows how close the predictions are."
#
# It does so in squared units, and large errors count most. Compare two forecasts over 20 years. One is
# off by 10 each year; the other is exact, but for one year in which it is off by 100. By MAE the second
# is twice as good, by MSE five times as bad. And neither number means anything without a baseline beside
# it.

# %% tags=["hide-input", "claim-126"]
steady = torch.full((20,), 10.0)  # (time,): errors
once = torch.zeros(20)  # (time,)
once[7] = 100.0
maes, mses = (
    [e.abs().mean().item() for e in (steady, once)],
    [(e**2).mean().item() for e in (steady, once)],
)
assert maes == [10, 5] and mses == [100, 500]
ar_mse, naive_mse = (
    ((ar - truth) ** 2).mean().item(),
    ((series[choose - 1 : -1] - truth) ** 2).mean().item(),
)
assert 250 < ar_mse < 400 and ar_mse < naive_mse / 2
print(
    f"MAE {maes}, MSE {mses}; sunspots: AR(9) {ar_mse:.0f}, last value {naive_mse:.0f} "
    "squared sunspots"
)

# %% [markdown]
# ### "Good is above 85 %, with precision and recall above 80 %."

# %% tags=["hide-input"]
quiz.myth("thresholds")

# %% [markdown]
# <details><summary>What holds</summary>
#
# There is no such line. Always saying no to a 2 % event is above 85 %, and worthless. Where a third of the
# labels are random, the perfect rule is far below 85 %, and cannot be improved. The spam filter above has
# exactly 85 %: not above it. The line to draw is the baseline of *this* task, and the cost of *its*
# mistakes.
#
# </details>

# %% tags=["hide-input", "claim-138", "claim-141"]
assert (
    count(truths[0], torch.zeros_like(truths[0])).accuracy > 0.85
    and not spam.accuracy > 0.85
)
x, rule = test_set(0)  # (batch, time) each
real = rule != 0  # (batch, time)
# (batch, time)
noise = torch.rand(rule.shape, generator=torch.Generator().manual_seed(0)) < 1 / 3
labels = torch.where(
    noise, torch.randint(1, 5, rule.shape, generator=torch.Generator().manual_seed(1)),
    rule,
)
ceiling = (rule == labels)[real].float().mean().item()
assert 0.73 < ceiling < 0.77  # 2/3 + 1/3 * 1/4
print(f"the perfect rule on noisy labels: accuracy {ceiling:.2f}")


# %% [markdown]
# ### "Bad metrics mean it failed to capture time dependencies, or overfitted."
#
# You have just seen the perfect rule get 75 %: noisy labels. Other causes: too little training, a wrong
# learning rate, the batch read as time, padding in the loss. Here is the first. After 5 updates the tagger
# is bad, at lengths from its training. It cannot have overfitted: every batch was fresh. And it can capture
# what it must: after 150 updates the same network is right on more than 97 %, on all ten seeds.

# %% tags=["hide-input", "claim-141"]
def token_accuracy(tagger, x, y):  # (batch, time) each
    with torch.no_grad():
        return (tagger(x).argmax(dim=-1) == y)[y != 0].float().mean().item()


short_tests = [test_set(seed, (2, 10)) for seed in range(10)]
early = [train_tagger(seed, loss, updates=5)[0] for seed in range(10)]
before, after = (
    [token_accuracy(m, *t) for m, t in zip(models, short_tests, strict=True)]
    for models in (early, taggers)
)
assert max(before) < 0.8 and min(after) > 0.97
print("  5 updates:", row(before, 3), "\n150 updates:", row(after, 3))

# %% [markdown]
# ### "Good metrics mean that the LSTM learned useful patterns."
#
# They may mean a frequent class (98 % above), a leak, or a series that anyone can forecast. R² is 1 minus
# the squared error over the variance: 1 is perfect, 0 as good as always saying the mean. On a random walk
# there is nothing to learn, and the last value, which learns nothing, reaches an R² above 0.99.

# %% tags=["hide-input", "claim-140"]
for seed in range(5):
    walk = random_walk(5000, seed)  # (time,)
    r2 = 1 - ((walk[1:] - walk[:-1]) ** 2).mean() / walk.var()
    assert r2 > 0.99
    print(f"walk {seed}: R² of the last value {r2:.4f}")

# %% [markdown]
# ### "Future steps in the training make the metrics too good."
#
# They can; pitfall 5 below has numbers. No shuffling is needed for that: a mean taken over the whole series
# brings in the future. Change the years after 1900, and what the network is *trained* on changes. With
# statistics of the training part it does not, to the last bit. (Whether that makes the metric better
# depends on the series: lesson 1 measured both cases.)

# %% tags=["hide-input", "claim-143", "mistake-40"]
later = series.clone()  # (time,)
later[choose:] += 1000
whole = [((s - s.mean()) / s.std())[:choose] for s in (series, later)]  # (time,) each
# (time,) each
past = [(s[:choose] - s[:choose].mean()) / s[:choose].std() for s in (series, later)]
assert not torch.allclose(*whole, atol=0.1) and torch.equal(*past)
moved = (whole[0] - whole[1]).abs().max().item()
print(f"training inputs move by up to {moved:.1f}, and by 0 when scaled with the past")

# %% [markdown]
# ### "Accuracy says how many sequences were right."
#
# Accuracy is a *fraction*, and you must ask: of what? On one and the same test more than 90 % of the tokens were
# right, and between 50 and 70 % of the sequences had no mistake, on average over ten seeds.

# %% [markdown]
# ## Common mistakes
#
# There are nine mistakes. Some make a model look better than it is, some worse, and few raise an error.
#
# Find two of them yourself first.

# %% tags=["hide-input"]
quiz.pitfall("layout")

# %% tags=["hide-input"]
quiz.pitfall("mean of means")


# %% [markdown]
# ### 1. Padding counted in the loss
#
# `F.cross_entropy` ignores class -100 by default, not 0. **Wrong:** padding counts as a class, and this
# class is easy.

# %% tags=["mistake-24"]
def padded_loss(logits, y):
    return F.cross_entropy(logits.transpose(1, 2), y)


padded = [
    train_tagger(seed, padded_loss, updates=60, lengths=(2, 40)) for seed in range(10)
]
print("loss reported:", row(value for _, value in padded))

# %% [markdown]
# **Cost:** about half of all places in the batch are padding. The reported loss is *smaller* on average
# over ten seeds, and it misleads: on real tokens the network is worse, by 1 to 15 points on average. Part
# of the training went into learning to say "padding". **Right:** `ignore_index=0`, or whatever number pads.

# %% tags=["mistake-24"]
right = [train_tagger(seed, loss, updates=60, lengths=(2, 40)) for seed in range(10)]
tests = [test_set(seed) for seed in range(10)]
good, bad = (
    [token_accuracy(m, *test) for (m, _), test in zip(pairs, tests, strict=True)]
    for pairs in (right, padded)
)
assert sum(value for _, value in padded) < sum(value for _, value in right)
assert 0.01 < (sum(good) - sum(bad)) / 10 < 0.15
print("loss reported:", row(value for _, value in right))
# the share of padding
assert 0.4 < sum((y == 0).float().mean().item() for _, y in tests) / 10 < 0.55
print("real tokens right:", row(good), " with padding:", row(bad))


# %% [markdown]
# ### 2. Softmax before `CrossEntropyLoss`
#
# The loss takes raw scores, the *logits*, and does its own softmax. The same mistake exists with `sigmoid`
# and `BCEWithLogitsLoss`. **Wrong:**

# %% tags=["mistake-25"]
def softmax_twice(logits, y):
    return F.cross_entropy(logits.softmax(dim=-1).transpose(1, 2), y, ignore_index=0)


twice = [
    train_tagger(seed, softmax_twice, updates=100, lengths=(2, 40))
    for seed in range(10)
]
print("loss:", row(value for _, value in twice))

# %% tags=["hide-input"]
quiz.reveal("softmax twice")

# %% [markdown]
# **Cost:** scores between 0 and 1 can never be far apart, so with five classes the loss cannot fall below
# `ln(e + 4) - 1` = 0.90, however sure the network is. The network still trains: after 100 updates at least
# one of ten seeds has lost less than 5 points of accuracy, and there the mistake is not noticed.
# **Right:** raw scores.

# %% tags=["mistake-25"]
floor = math.log(math.e + 4) - 1
# (batch, time, class)
perfect = F.one_hot(torch.tensor([[1, 2, 3, 4]]), 5).float() * 100
assert (
    round(floor, 3) == 0.905
    and abs(softmax_twice(perfect, torch.tensor([[1, 2, 3, 4]])) - floor) < 1e-5
)
assert (
    loss(perfect, torch.tensor([[1, 2, 3, 4]])) < 1e-6
    and min(value for _, value in twice) > floor
)
once_only = [
    train_tagger(seed, loss, updates=100, lengths=(2, 40))[0] for seed in range(10)
]
good, bad = (
    [token_accuracy(m, *t) for m, t in zip(models, tests, strict=True)]
    for models in (once_only, [model for model, _ in twice])
)
gaps = sorted(g - b for g, b in zip(good, bad, strict=True))
assert gaps[0] < 0.05 and min(bad) > 0.5
print("accuracy:", row(good), " with softmax:", row(bad))

# %% [markdown]
# ### 3. Logits as (batch, time, class)
#
# `F.cross_entropy` needs the classes in dimension 1: (batch, class, time). With 7 steps and 5 classes the
# wrong layout raises. With 5 steps and 5 classes it does not. **Wrong:**

# %% tags=["mistake-26"]
try:
    F.cross_entropy(torch.randn(2, 7, 5), torch.ones(2, 7, dtype=torch.long))
    raised = False
except RuntimeError as error:
    raised = True
    print(error)
square = [
    train_tagger(seed, lambda z, y: F.cross_entropy(z, y), lengths=(5, 5))
    for seed in range(10)
]
print("5 steps, 5 classes: no error; loss", row(value for _, value in square))

# %% [markdown]
# **Cost:** the loss falls below 0.6, from 1.6 for guessing, but at least eight of ten taggers are right on
# less than half of the tokens. (One of the four tokens, said at random, is right on a quarter.) **Right:**
# `logits.transpose(1, 2)`; then at least eight of ten are right on 99 % or more.

# %% tags=["mistake-26"]
five = [test_set(seed, (5, 5)) for seed in range(10)]
bad = [
    token_accuracy(model, *test) for (model, _), test in zip(square, five, strict=True)
]
good = [
    token_accuracy(train_tagger(seed, loss, lengths=(5, 5))[0], *five[seed])
    for seed in range(10)
]
assert (
    raised and round(math.log(5), 1) == 1.6 and max(value for _, value in square) < 0.6
)
assert sorted(bad)[7] < 0.5 and sorted(good)[2] > 0.99
print("right:", row(good, 3), " wrong:", row(bad, 3))

# %% [markdown]
# ### 4. `model.eval()` forgotten
#
# `torch.no_grad()` saves memory; it does not switch dropout off. **Wrong:**

# %% tags=["mistake-39"]
dropped = [train_tagger(seed, loss, updates=200, dropout=0.3)[0] for seed in range(10)]
for model in dropped:
    model.train()  # as training leaves it
torch.manual_seed(0)
wrong = [
    [token_accuracy(m, *t) for m, t in zip(dropped, short_tests, strict=True)]
    for _ in range(2)
]
print("once: ", row(wrong[0], 3), "\nagain:", row(wrong[1], 3))

# %% [markdown]
# **Cost:** the accuracy is 2 to 8 points lower on each of ten seeds, and it changes from call to call.
# **Right:** `model.eval()` before, `model.train()` after.

# %% tags=["mistake-39"]
for model in dropped:
    model.eval()
right = [
    [token_accuracy(m, *t) for m, t in zip(dropped, short_tests, strict=True)]
    for _ in range(2)
]
gaps = [r - w for r, w in zip(right[0], wrong[0], strict=True)]
assert (
    right[0] == right[1]
    and wrong[0] != wrong[1]
    and min(gaps) > 0.02
    and max(gaps) < 0.08
)
print("once: ", row(right[0], 3), "\nagain:", row(right[1], 3))

# %% [markdown]
# ### 5. Windows shuffled, then split
#
# The sunspots are forecast by memory: the forecast is the mean target of the three most similar windows.
# **Wrong:**

# %% tags=["mistake-40"]
shuffled = []
for seed in range(10):
    index = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    known, asked = index[:start], index[start:]
    shuffled.append(mae(nearest(X[known], target[known], X[asked]), target[asked]))
print("memory, windows shuffled:", row(shuffled, 1))

# %% [markdown]
# **Cost:** the error is less than 16 on average here, and 17.7 on the years that it has not seen. There are
# two reasons: most test windows have a neighbour, one year away, among the known windows, and the test
# holds other years, quiet old ones too. **Right:** split by time. The number of epochs is fitted as well:
# chosen on the test years, as above, it made every LSTM win.

# %% tags=["mistake-40"]
honest = mae(nearest(X[:start], target[:start], X[start:]), truth)
assert round(honest, 1) == 17.7 and statistics.mean(shuffled) < 16
# a neighbour is known
assert sum(bool(((known - k).abs() == 1).any()) for k in asked) > 0.75 * len(asked)
assert all(h >= p for h, p in zip(found["honest"], found["peeking"], strict=True))
print(f"memory, split by time: {honest:.1f}")
print(f"LSTM honest {mean_of['honest']:.1f}, peeking {mean_of['peeking']:.1f}")

# %% [markdown]
# ### 6. The mean of batch means
#
# Batches of similar length are good practice. But then the batches are not alike, and neither are their
# means. **Wrong:**

# %% tags=["mistake-41"]
of_batches = []
for right, real, _ in results:
    order = real.sum(1).argsort()  # (batch,)
    batches = [(right[k] & real[k]).sum() / real[k].sum() for k in order.split(30)]
    of_batches.append(torch.stack(batches).mean().item())
print("mean of batch means:", row(of_batches, 3))

# %% [markdown]
# **Cost:** too good on each of ten seeds, by 1 to 3 points on average, because the short, easy batches count as much as
# the long ones; and it depends on the batch size: one batch with everything would be right. For losses the
# same: batches with losses 2 over 1 token and 90 over 9 have a mean of means of 6, and 9.2 per token.
# **Right:** over *all* batches sum the right answers and sum the tokens, then divide once. This is a *micro
# average*.

# %% tags=["mistake-41"]
of_tokens = [right[real].float().mean().item() for right, real, _ in results]
gaps = [b - t for b, t in zip(of_batches, of_tokens, strict=True)]
assert min(gaps) > 0 and 0.01 < statistics.mean(gaps) < 0.03
assert (2 / 1 + 90 / 9) / 2 == 6 and (2 + 90) / (1 + 9) == 9.2
print("over all tokens:    ", row(of_tokens, 3))

# %% [markdown]
# ### 7. Padding counted in the accuracy
#
# **Wrong:** `(said == y).mean()` over a padded batch, with the network of mistake 1, which has learned to
# say padding.

# %% tags=["mistake-41"]
models = [model for model, _ in padded]
with torch.no_grad():
    flattered = [
        (m(x).argmax(-1) == y).float().mean().item()
        for m, (x, y) in zip(models, tests, strict=True)
    ]
print("with padding:", row(flattered))

# %% [markdown]
# **Cost:** the accuracy is 5 to 15 points too good, on average over ten seeds. (A network whose loss ignored padding
# has not learned to say it: for it the same line is 40 to 50 points too *low*.) **Right:** count only where `y != pad`.

# %% tags=["mistake-41"]
true = [token_accuracy(m, *t) for m, t in zip(models, tests, strict=True)]
with torch.no_grad():
    low = [
        (m(x).argmax(-1) == y).float().mean().item()
        for m, (x, y) in zip(once_only, tests, strict=True)
    ]
assert 0.05 < (sum(flattered) - sum(true)) / 10 < 0.15
assert all(
    0.4 < token_accuracy(m, *t) - v < 0.5
    for m, t, v in zip(once_only, tests, low, strict=True)
)
print("real tokens: ", row(true))

# %% [markdown]
# ### 8. Precision, recall and F1 averaged over batches
#
# The detector's test set comes in batches of 50. A batch holds one burst on average, and about a third of the
# batches hold none. A ratio without a denominator is then set to 0. **Wrong:**

# %% tags=["mistake-42"]
per_batch = []
for score, y in zip(weighted, truths, strict=True):
    batches = [
        count(a, s > 0.5) for a, s in zip(y.split(50), score.split(50), strict=True)
    ]
    per_batch.append(
        (sum(c.recall for c in batches) / 200, sum(c.f1 for c in batches) / 200)
    )
for name, values in zip(("recall", "F1"), zip(*per_batch, strict=True), strict=True):
    print(f"{name:6}, mean over batches:", row(values))

# %% [markdown]
# **Cost:** recall and F1 are too low on each of ten seeds, the recall by 15 to 40 points on average. Two batches
# are enough to see why: take `[0, 0]` and `[1, 1]`, where the detector finds one 1 and misses the other. The mean
# recall is 0.25, and the true recall is 0.5. **Right:** add up TP, FP and FN over all batches, and divide once. Do
# not use the accuracy: it is 98 % for a detector that always says no.

# %% tags=["mistake-42"]
true = [count(y, score > 0.5) for score, y in zip(weighted, truths, strict=True)]
empty = [(y.view(200, 50).sum(1) == 0).float().mean().item() for y in truths]
assert 0.3 < statistics.mean(empty) < 0.45
assert all(
    r < t.recall and f < t.f1 for t, (r, f) in zip(true, per_batch, strict=True)
)
short_of = [t.recall - r for t, (r, _) in zip(true, per_batch, strict=True)]
assert 0.15 < statistics.mean(short_of) < 0.4
# (batch, item) each
truth_2, said_2 = torch.tensor([[0, 0], [1, 1]]), torch.tensor([[0, 1], [0, 1]])
assert sum(count(t, s).recall for t, s in zip(truth_2, said_2, strict=True)) / 2 == 0.25
assert count(truth_2, said_2).recall == 0.5
print("recall, over all sequences: ", row(c.recall for c in true))
print("F1    , over all sequences: ", row(c.f1 for c in true))

# %% [markdown]
# ### 9. No baseline beside the error
#
# **Wrong:** "our LSTM forecasts the walk with this mean absolute error". Is it good? The cell tries ten
# walks, trained on the first 400 steps and tested on the last 200.

# %% tags=["mistake-x1"]
reported, copied, left = [], [], []
for seed in range(10):
    walk = random_walk(600, seed)  # (time,)
    forecast = lstm_forecasts(walk, 400, seed, 100)[100][391:]  # (200,)
    reported.append(mae(forecast, walk[400:]))
    copied.append(mae(walk[399:-1], walk[400:]))
    left.append(
        ((walk[400:] > walk[:400].max()) | (walk[400:] < walk[:400].min()))
        .float()
        .mean()
        .item()
    )
print("LSTM:", row(reported))

# %% [markdown]
# **Cost:** a copy of the last value has a smaller error on at least eight of ten walks, on the worst of them by
# more than a factor of three. The LSTM is worst where the walk leaves the range that it was trained on. **Right:** the
# baseline in the same table, and the skill, `1 - error / error of the last value`: negative where the copy is
# better, 39 % for AR(9) on the sunspots.

# %% tags=["mistake-x1"]
worse = [r / c for r, c in zip(reported, copied, strict=True)]
assert sum(w > 1 for w in worse) >= 8 and max(worse) > 3
assert left[worse.index(max(worse))] > 0.3
print("steps outside the range of the training part:", row(left))
assert round(1 - baselines["AR(9)"] / baselines["last value"], 2) == 0.39
print("last value:", row(copied))
print(
    "skill:",
    " ".join(f"{1 - r / c:.2f}" for r, c in zip(reported, copied, strict=True)),
)

# %% [markdown]
# ## Questions
#
# Six questions, two easy, two medium, two hard. Each has a hint and a worked solution.

# %% tags=["hide-input"]
quiz.choice("precision")

# %% tags=["hide-input"]
quiz.choice("always no")

# %% tags=["hide-input"]
quiz.choice("token mean")

# %% tags=["hide-input"]
quiz.choice("f1")

# %% tags=["hide-input"]
quiz.choice("fraud")

# %% tags=["hide-input"]
quiz.choice("who chose")

# %% [markdown]
# The folded cell computes the numbers of the questions. (More questions come up in the review.)

# %% tags=["hide-input"]
mail = Counts(tp=30, fn=20, fp=10, tn=40)
assert (mail.precision, mail.recall, mail.accuracy) == (
    0.75, 0.6, 0.7,
) and mail.false_alarm_rate == 0.2
assert (
    round(Counts(tp=24, fn=176, fp=24, tn=9776).f1, 2) == 0.19
    and round((0.5 + 0.12) / 2, 2) == 0.31
)
assert round((4 * 1.0 + 36 * 0.5) / 40, 2) == 0.55 and (1.0 + 0.5) / 2 == 0.75
assert (
    round(0.02 / 0.88, 4) == 0.0227
    and round(0.05 / 0.7, 3) == 0.071
    and round(0.05 / 0.3, 3) == 0.167
)
assert round(0.9 * 10 / (0.9 * 10 + 0.05 * 990), 2) == 0.15
assert math.isclose(math.exp(-math.log(1 / 4)), 4) and round(math.exp(1.386)) == 4
# (batch, time, class), (batch, time)
z, t = torch.randn(8, 20, 5), torch.randint(0, 5, (8, 20))
assert F.cross_entropy(z.transpose(1, 2), t).isclose(
    F.cross_entropy(z.flatten(0, 1), t.flatten())
)
assert tuple(z.transpose(1, 2).shape) == (8, 5, 20)
assert F.cross_entropy(z.transpose(1, 2), torch.full((8, 20), -100)).isnan()
assert 1 - 13.2 / 21.7 > 0.39 and 1 - 18 / 15 < 0 and round(1 - 12 / 15, 2) == 0.2
assert [round(v, 2) for v in (0.95**40, 0.95**2, 0.93**21, 0.95**20)] == [
    0.13, 0.9, 0.22, 0.36,
]

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card. Put away what you knew; the rest comes again.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then compare: tick the concepts your text has.

# %% tags=["hide-input"]
quiz.explain("ready")

# %% tags=["hide-input"]
quiz.explain("one number")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# If you took the test at the beginning of lesson 1, this is its other half.

# %% tags=["hide-input"]
LearningTest(after=True)

# %% [markdown]
# ## What next
#
# **The assignment** is [`a8_metrics`](../release/a8_metrics/a8_metrics.ipynb): `sequence_ce`,
# `evaluate_tokens` and `binary_report`.
#
# **When not to use these metrics:** where scores are used as probabilities, look at calibration. Where the
# output is a text, ask readers. Where mistakes cost money, add up the costs.
#
# **Where it leads:** [lesson 9](09_beyond.ipynb) measures the LSTM against other architectures, with the
# rules of this lesson.

# %% [markdown]
# ### Sources
#
# - Sunspots and AR: as in lesson 1 (NGDC, public domain; Yule 1927).
# - T. Saito, M. Rehmsmeier: [*The Precision-Recall Plot Is More Informative than the ROC Plot When Evaluating
#   Binary Classifiers on Imbalanced Datasets*](https://doi.org/10.1371/journal.pone.0118432). PLoS ONE
#   10(3), 2015.
# - H. Akaike: [*A New Look at the Statistical Model Identification*](https://doi.org/10.1109/TAC.1974.1100705).
#   IEEE Transactions on Automatic Control 19(6), 716-723, 1974.
# - B. Efron, R. Tibshirani: *An Introduction to the Bootstrap*. Chapman & Hall, 1993. The redraws.
# - PyTorch: [cross_entropy, its shapes and ignore_index](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html).
# - Mistakes met in the wild: [padding in the loss](https://github.com/huggingface/transformers/issues/2759),
#   [means of batch means](https://github.com/pytorch/torchtitan/pull/4167),
#   [F1 by batch](https://github.com/keras-team/keras/issues/4592),
#   [eval forgotten](https://github.com/espnet/espnet/issues/230).

# %% [markdown]
# ### What to remember
#
# 1. Precision is about what was called yes, recall about what is yes. Accuracy hides both when yes is rare.
#    The threshold trades precision for recall; costs decide, on data kept for choosing.
# 2. Sum first, divide once, over real tokens only: not over padding, not over batch means. Say whether you
#    count tokens or sequences, and show the lengths.
# 3. Put the baseline beside the number. On the sunspots the LSTM beats the last value (21.7) and not the
#    ten weights of AR(9) (13.2), unless the test years are allowed to choose when to stop. Say how everything
#    was chosen, and how far chance alone moves the number.

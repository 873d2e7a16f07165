# %% [markdown]
# # 11. What did it learn?
#
# *About 50 minutes, and 5 more for the common mistakes. You need lessons 3, 4 and 7: gates and states, the
# layer's weights, and gradients by lag.*
#
# After this lesson you can
#
# 1. search a trained network for units that follow something, beside an untrained network and shuffled marks;
# 2. clamp a unit, and tell one that causes a prediction from one that only follows;
# 3. say which earlier inputs a prediction rests on, and what a probe with its control shows.
#
# Terms are explained in the [glossary](glossary.md).

# %%
import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

import lstmlab
from lstmlab.characters import (
    ANNOTATIONS, LETTERS, CharacterModel, annotate, codes, module,
    shipped_card, standard_library_model,
)
from lstmlab.inside import (
    ablate, by_ablation, by_gradient, clamp, correlations, probe, search,
)
from lstmlab.widgets import UnitExplorer

torch.manual_seed(0)
torch.set_num_threads(1)
lstmlab.use_style()
quiz = lstmlab.Quiz("11_inside")
COLOURS = lstmlab.COLOURS

# %% [markdown]
# ## Predictions
#
# Four questions. Commit to an answer before you read on; your choices are kept and compared later.

# %% tags=["hide-input"]
quiz.predict("untrained unit")

# %% tags=["hide-input"]
quiz.predict("held")

# %% tags=["hide-input"]
quiz.predict("lag")

# %% tags=["hide-input"]
quiz.predict("probe control")

# %% [markdown]
# ## A network that reads Python
#
# So far you chose weights, or trained layers whose task you knew. Here is a network that was trained on
# text: the source of Python's standard library. It reads letter by letter, and after each letter it says how
# likely each letter is to come next. (A space, a digit or a bracket counts as a letter, too.) It has one `nn.LSTM`
# of 96 units and one `nn.Linear`. Its model card lies beside the weights, in `lstmlab/data/standard_library.md`.
#
# Some modules were held out: nothing was trained on them. They are on your machine, as part of Python. We read
# the first 6000 letters of four of them.

# %%
STEPS = 6000
MODULES = ["shlex", "textwrap", "csv", "zipapp"]  # held out
model = standard_library_model()
read = torch.stack([codes(module(name)[:STEPS]) for name in MODULES], dim=1)
x = model.one_hot(read)  # (time, batch, letters)
print(f"{tuple(x.shape)}: time, batch, letters;  {model.lstm};  {model.head}")


def nats(output):
    """The mean loss of the next letter, after each output (time, batch, hidden)."""
    logits = model.head(output[:-1])
    return F.cross_entropy(logits.flatten(0, 1), read[1:].flatten()).item()


plain = nats(model.lstm(x)[0])
how_often = torch.bincount(read.flatten(), minlength=len(LETTERS)) / read.numel()
by_counts = -(how_often * how_often.clamp_min(1e-9).log()).sum().item()
assert plain < 0.75 * by_counts < by_counts < torch.tensor(96.0).log()
print(f"{plain:.2f} nats for each letter; from the letters' shares {by_counts:.2f}")

# %% [markdown]
# The loss is in nats, as in lesson 8. Somebody who knew only how often each letter occurs would have the
# second number.
#
# ## Read and guess
#
# Below, a text is coloured by one unit's cell state: blue where it is positive, orange where it is negative. Point at a
# letter, or use the arrow keys, for what the model expects after it.
#
# 1. The unit that is shown follows something. What? Look where the colour changes.
# 2. Choose *string* and *indentation* in the list *units that follow*, and press the first unit found.
# 3. Drag over letters that you find alike, such as a name, and look at the units that are on there.
# 4. Type a text of your own into the field.

# %%
explorer = UnitExplorer()
explorer

# %% [markdown]
# Here is the same in code. `lstmlab.Lens` runs any nn.RNN, nn.GRU or nn.LSTM and keeps every gate and state,
# which the layer itself does not return:

# %%
lens = lstmlab.Lens(model.lstm)
run = lens.run(x)
assert torch.allclose(run.output, model.lstm(x)[0], atol=1e-5)
print({name: tuple(run[name].shape) for name in "ifgoch"})


# %% [markdown]
# ## Search
#
# A guess by eye is a beginning. A search says it in numbers. Python's own tokenizer knows for each letter
# whether it stands inside a string or a comment, how many brackets are open, which column it has, and how far
# its line is indented. We look for the unit whose cell state correlates best with each of these marks.
#
# A best unit proves little: among 96 units there is always a best one. So there are two controls, which a finding
# has to beat. We call the larger of the two its *ground*:
#
# - the best unit of any of ten **untrained** networks on the same text;
# - the best unit of the trained network with the **marks shuffled** in blocks of 50 letters, 20 times.

# %% tags=["claim-270", "claim-271"]
def in_a_row(values):
    """(time, batch, ...) as one text after the other, (batch * time, ...)."""
    return values.transpose(0, 1).flatten(0, 1)


marks = {
    name: torch.stack([annotate(module(m))[name][:STEPS] for m in MODULES], dim=1)
    for name in ANNOTATIONS
}  # (time, batch) each
cells = in_a_row(run["c"])  # (letters, units)
fresh = [CharacterModel().requires_grad_(False) for _ in range(10)]  # untrained
fresh_cells = [in_a_row(lstmlab.Lens(one.lstm).run(x)["c"]) for one in fresh]

found, best, sizes = {}, {}, {}  # sizes: of the best r in each untrained network
print(f"{'':14}{'unit':>5}{'r':>7}{'ten untrained':>15}{'shuffled':>10}{'pass':>6}")
for name in ANNOTATIONS:
    mark = in_a_row(marks[name])
    sizes[name] = [correlations(c, mark).abs().max().item() for c in fresh_cells]
    strongest = fresh_cells[sizes[name].index(max(sizes[name]))]
    one = search(cells, mark, strongest)
    unit = int(one.r.abs().argmax())
    found[name], best[name] = one, unit
    print(
        f"{name:14}{unit:5}{one.r[unit]:7.2f}"
        f"{min(sizes[name]):7.2f} to {max(sizes[name]):.2f}"
        f"{max(one.shuffled):10.2f}{len(one.units):6}"
    )
passed = [name for name in ANNOTATIONS if best[name] in found[name].units]
assert {"indentation", "string", "brackets"} <= set(passed)
assert min(sizes["column"]) > 0.2

# %% tags=["hide-input"]
quiz.reveal("untrained unit")

# %% [markdown]
# Training made units that follow strings, brackets and the indentation better than anything in the controls. For the
# column the ground is high: in each of the ten untrained networks a unit follows it too. Such a network forgets half
# of its state at every letter, so it cannot count to column 40. But lines begin with spaces, and a state that shows
# only the last few letters is another one there. The folded cell measures how well that unit follows the spaces.
#
# No unit *is* the depth of the brackets. Correlations are below 0.95, and several units pass: what the network knows
# is spread over several units.

# %% tags=["hide-input"]
spaces = (read == LETTERS.index(" ")).float().T[:, None]  # (batch, 1, time)
lately = F.avg_pool1d(F.pad(spaces, (3, 0)), 4, 1).flatten()  # share of the last four
column = in_a_row(marks["column"])
alike = [
    correlations(c[:, [correlations(c, column).abs().argmax()]], lately).abs().item()
    for c in fresh_cells
]
assert min(alike) > 0.4 and correlations(lately[:, None], column).abs() > 0.2
print(f"best units for the column, and recent spaces: |r| at least {min(alike):.2f}")
assert all(one.r.abs().max() < 0.95 for one in found.values())
assert all(len(found[name].units) > 1 for name in ("indentation", "string", "brackets"))

# %% [markdown]
# ## Intervene
#
# That a unit follows the brackets does not say that the network uses it. To find out, change the unit and look at the
# prediction. That is an *intervention*. Here are three:
#
# | function | the unit is held at |
# | --- | --- |
# | `clamp("c", unit, to=...)` | a number of your choice |
# | `ablate("c", unit, run)` | its mean over a run |
# | `patch("c", other_run, unit)` | what it was in another run |
#
# The cell state is changed at each step, before h is computed from it and before the next step reads it. We hold each of the
# 96 units at its mean, one at a time, and measure by how much the loss rises: its *cost*. An edit may be any
# function of the moment and the value. So a single run does it all: 96 copies of a text, and in copy k unit k is held.

# %% tags=["claim-272"]
UNITS, SHORT = 96, 2000
copies = x[:SHORT, :1].expand(-1, UNITS, -1)  # (time, 96 copies, letters)
means = cells.mean(dim=0)  # (units,)


def one_each(moment, value):
    """In copy k of the batch, unit k of c stays at its mean."""
    if moment.name != "c":
        return value
    return torch.where(torch.eye(UNITS, dtype=torch.bool), means, value)


def losses(output):
    """Nats for each letter of the copies, (copies,)."""
    logits = model.head(output[:-1]).movedim(2, 1)  # (time, letters, copies)
    target = read[1:SHORT, :1].expand(-1, output.shape[1])
    return F.cross_entropy(logits, target, reduction="none").mean(dim=0)


held = losses(lens.run(copies, edits=[one_each]).output)
costs = held - losses(model.lstm(copies[:, :1])[0])  # (units,)
for name in ANNOTATIONS:
    unit = best[name]
    size = found[name].r[unit].abs()
    print(f"{name:12} unit {unit:2}  |r| {size:.2f}  cost {costs[unit]:7.4f} nats")
assert costs[best["brackets"]] > 0.005 and costs[best["string"]] > 0.005

# %% [markdown]
# The units that follow brackets and strings best cost something. Is that so for every unit that follows a mark? Here
# are all 96 units. For each you see its correlation with the mark that it follows best, divided by the ground, and
# its cost. Units to the right of 1 beat the controls.

# %% tags=["claim-273"]
three = [found[name] for name in ("brackets", "string", "indentation")]
follows = torch.stack([one.r.abs() / one.ground for one in three]).amax(dim=0)
passing = follows > 1  # (units,), for one of the marks at least
idle = passing & (costs.abs() < 0.001)
follower = int((follows * idle).argmax())  # follows best of those that cost nothing
assert idle.sum() >= 2 and follows[follower] > 1.3
print(
    f"{int(passing.sum())} of 96 units pass; {int(idle.sum())} of these cost less than "
    "0.001 nats"
)

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 3.2), layout="constrained")
ax.axvline(1, color=COLOURS["x"], lw=1)
ax.plot(follows, costs, "o", color=COLOURS["c"], ms=4)
for unit, key, name in (
    (follower, "o", "follows, costs nothing"),
    (best["brackets"], "f", "follows brackets"),
):
    ax.plot(follows[unit], costs[unit], "o", color=COLOURS[key], ms=8)
    ax.annotate(
        f"{unit}: {name}", (follows[unit], costs[unit]), xytext=(0, 9),
        textcoords="offset points", ha="right", color=COLOURS[key],
    )
ax.set(xlabel="size of the best r, ground = 1", ylabel="cost in nats")
lstmlab.picture(
    fig,
    "Each unit's cost against its best correlation over the ground. "
    f"{int(passing.sum())} units pass the ground. {int(idle.sum())} of them lie at a "
    f"cost of 0, unit {follower} farthest to the right; the best unit for brackets, "
    f"{best['brackets']}, costs {costs[best['brackets']]:.3f} nats.",
)

# %% tags=["hide-input"]
quiz.reveal("held")

# %% [markdown]
# So there are units that follow and cause next to nothing: holding them costs less than 0.001 nats. How is this
# possible? Look at such a unit's cell state, and at what the rest of the network gets of it: `h = o * tanh(c)`.

# %% tags=["claim-274"]
c = run["c"][:, 0, follower]  # (time,) of the first module
h = run["h"][:, 0, follower]
flat = (run["c"][..., follower].tanh().abs() > 0.99).float().mean().item()
used = (run["c"][..., best["brackets"]].tanh().abs() > 0.99).float().mean().item()
assert flat > 0.9 and used < 0.5 and run["c"][..., follower].abs().max() > 5
print(f"unit {follower}: |tanh(c)| above 0.99 at {100 * flat:.0f} % of the letters")
print(f"unit {best['brackets']}: at {100 * used:.0f} %")
fig, ax = plt.subplots(figsize=(7.2, 2.8), layout="constrained")
ax.plot(c[300:700], color=COLOURS["c"])
ax.plot(h[300:700], color=COLOURS["h"], lw=1)
ax.text(402, c[699], "c", color=COLOURS["c"], va="center")
ax.text(402, h[699], "h", color=COLOURS["h"], va="center")
ax.set(xlabel="letter", ylabel=f"unit {follower}", xlim=(0, 425))
lstmlab.picture(
    fig,
    f"c of unit {follower} over 400 letters rises and falls between "
    f"{c[300:700].min():.0f} and {c[300:700].max():.0f}. Its h stays between "
    f"{h[300:700].min():.1f} and {h[300:700].max():.1f} and does not show it.",
)

# %% [markdown]
# The cell state is far from 0, where tanh is flat. It goes up and down with the text, and at more than nine of ten
# letters tanh(c) is within 0.01 of 1 or -1. Gates and outputs read h, and h is then the output gate itself, or its
# negative. So what the cell state follows is lost.

# %% [markdown]
# ## What does the bracket unit do?
#
# A cost says that a unit matters, not for what. So we hold the bracket unit at the value that it has *outside*
# of brackets and look at letters *inside*, and the other way round. What happens to the probability of a closing bracket?

# %% tags=["claim-275"]
unit = best["brackets"]
inside = marks["brackets"] > 0  # (time, batch)
c = run["c"][..., unit]
values = {"inside": c[inside].mean().item(), "outside": c[~inside].mean().item()}
closing = [LETTERS.index(letter) for letter in ")]}"]


def closes(output, where):
    """The mean probability that the next letter closes a bracket."""
    return model.head(output[where]).softmax(dim=1)[:, closing].sum(dim=1).mean().item()


chances = {}
for place, where, other in (
    ("inside", inside, "outside"),
    ("outside", ~inside, "inside"),
):
    edits = [clamp("c", unit, to=values[other])]
    changed = lens.run(x, edits=edits).output
    chances[place] = closes(run.output, where), closes(changed, where)
    was, became = chances[place]
    print(
        f"{place:8} c is {values[place]:5.2f} on average, a closing bracket has "
        f"{100 * was:4.1f} %; with c at {values[other]:5.2f}: {100 * became:4.1f} %"
    )
assert chances["inside"][1] < 0.7 * chances["inside"][0]
assert chances["outside"][1] > 1.5 * chances["outside"][0]

# %% [markdown]
# Inside of brackets the network expects fewer closing brackets when the unit says "outside", and outside it expects more
# when the unit says "inside". Other units follow the brackets too, but this one is among the causes.
#
# Try it in the widget above: choose the bracket unit, *clamp it at* every letter, and move *clamp to*. Watch
# the likely next letters, the loss and what the model writes. Then do the same with the unit that only follows. Here
# are both in code:

# %%
texts = {}
for number, to in ((unit, values["outside"]), (follower, means[follower].item())):
    held = UnitExplorer(step=explorer.step, unit=number, clamp="every letter", to=to)
    texts[number] = held.writes(60)
    print(f"unit {number:2} held at {to:5.2f}: {texts[number]!r}")
print(f"as trained:             {explorer.writes(60)!r}")

# %% [markdown]
# ## Which earlier letters?
#
# Lesson 7 measured gradients by lag in layers with chosen biases. Which earlier inputs does a prediction of the
# *trained* network rest on? There are two ways to ask:
#
# - **by gradient**: how much would a small change of the input at a step change the score?
# - **by ablation**: how much does the score change if that input is replaced by the mean input?
#
# The score is the logarithm of the probability of the letter that did come next, after 60 letters.

# %% tags=["claim-276"]
WINDOW = 60
draw = torch.Generator().manual_seed(1)
starts = torch.randint(500, STEPS - WINDOW - 1, (100,), generator=draw)
column = torch.randint(len(MODULES), (100,), generator=draw)
pairs = list(zip(starts, column, strict=True))
windows = torch.stack([read[s : s + WINDOW, k] for s, k in pairs], dim=1)
following = torch.stack([read[s + WINDOW, k] for s, k in pairs])  # (100,)


def score(head, count=100):
    def of(output):
        logs = head(output[-1]).log_softmax(dim=1)  # (count, letters)
        return logs[range(count), following[:count]]

    return of


def with_open_gates():
    """As the trained network began: its forget gates are open."""
    one = CharacterModel().requires_grad_(False)
    one.lstm.bias_hh_l0[96:192] = 1.0
    return one


began = with_open_gates()
networks = {"trained": model, "forget bias 1": began, "as built": fresh[0]}
gradient, fall = {}, {}  # by lag, (lag, batch) each
for name, one in networks.items():
    arguments = (lstmlab.Lens(one.lstm), one.one_hot(windows), score(one.head))
    gradient[name] = by_gradient(*arguments).flip(0)
    fall[name] = by_ablation(*arguments).abs().flip(0)

far = slice(15, 25)  # lags
share, falls = {}, {}
for name in networks:
    by_lag = gradient[name].mean(dim=1)
    share[name] = (by_lag[far].mean() / by_lag[0]).item()
    falls[name] = fall[name][far].mean().item()
    print(
        f"{name:14} at lags 15 to 24: gradient {share[name]:.5f} of that at lag 0,"
        f" ablation changes the score by {falls[name]:.5f} nats"
    )
assert share["trained"] > 10 * share["as built"]
assert share["forget bias 1"] > 10 * share["as built"]
assert falls["trained"] > 10 * max(falls["forget bias 1"], falls["as built"])

# %% tags=["hide-input"]
fig, axes = plt.subplots(1, 2, figsize=(7.6, 3.0), layout="constrained")
for name, key in (("trained", "h"), ("forget bias 1", "f"), ("as built", "x")):
    by_lag = gradient[name].mean(dim=1)
    axes[0].plot(by_lag / by_lag[0], color=COLOURS[key], label=name)
    axes[1].plot(fall[name].mean(dim=1), color=COLOURS[key], label=name)
for ax, label in zip(axes, ("gradient, lag 0 = 1", "ablation, nats"), strict=True):
    ax.set(yscale="log", xlabel="lag in letters", ylabel=label, ylim=(1e-6, 5))
axes[1].legend()
lstmlab.picture(
    fig,
    "Two charts by lag on log axes. Left, the gradient relative to lag 0: it falls "
    "fast in the network as built, and slowly in the trained one and in the one with "
    "forget bias 1. Right, what ablation changes: in the trained network "
    f"{falls['trained']:.3f} nats at lags 15 to 24, in the others next to nothing.",
)

# %% [markdown]
# Ten other starts with the same forget bias, on the last 25 letters of 25 windows:

# %%
shares, changes = [], []
for _ in range(10):
    one = with_open_gates()
    few = lstmlab.Lens(one.lstm), one.one_hot(windows[-25:, :25]), score(one.head, 25)
    by_lag = by_gradient(*few).flip(0).mean(dim=1)
    shares.append((by_lag[far].mean() / by_lag[0]).item())
    changes.append(by_ablation(*few).abs().flip(0)[far].mean().item())
assert min(shares) > 10 * share["as built"] and falls["trained"] > 10 * max(changes)
print(
    f"gradient {min(shares):.3f} to {max(shares):.3f} of that at lag 0, "
    f"ablation {min(changes):.5f} to {max(changes):.5f} nats"
)

# %% tags=["hide-input"]
quiz.reveal("lag")

# %% [markdown]
# Open forget gates alone let the gradient reach far back, before any training, from each of the starts (lesson 7).
# So that reach, relative to lag 0, says little about what was learned. The ablation says more: only in the trained
# network does the score change by much when a letter 20 steps back is taken away. Training made that letter matter.
#
# Do gradient and ablation name the same letters in the trained network?

# %% tags=["claim-277"]
ranks = [v["trained"].argsort(dim=0).argsort(dim=0).double() for v in (gradient, fall)]
alike = torch.stack(
    [correlations(ranks[0][:, n, None], ranks[1][:, n])[0] for n in range(100)]
)
first = [v["trained"].argmax(dim=0) for v in (gradient, fall)]
same = (first[0] == first[1]).double().mean().item()
assert 0.4 < alike.median() < 0.95 and same < 0.8
print(f"correlation of the ranks: {alike.median():.2f} (median of 100)")
print(f"the same letter is first in {100 * same:.0f} % of the windows")

# %% [markdown]
# They agree in part. A gradient says what a small change would do, an ablation what the letter's absence does. Show both,
# and say which one you show.
#
# ## A probe and its control
#
# A *probe* is a small model that reads a quantity off the states: here a linear one that says whether a bracket is open. It
# learns from the first 70 % of the letters and is tried on the rest. It may be right because the states hold it, or
# because the probe itself learned it. Hewitt and Liang (2019) compare with a *control task*: each letter of the alphabet
# gets a label drawn at random, so nothing but the probe's own learning can get it right. The probe's accuracy minus
# that of the control is called its *selectivity*.

# %% tags=["claim-278"]
labels, kinds = in_a_row(inside).long(), in_a_row(read)


def probed(states):
    return probe(states, labels, kinds, generator=torch.Generator().manual_seed(0))


mine, others = probed(cells), [probed(c) for c in fresh_cells]
print(f"{'':15}{'right':>14}{'control':>14}{'selectivity':>16}")
for name, some in (("trained", [mine]), ("ten untrained", others)):
    print(f"{name:15}", end="")
    for what in ("accuracy", "control", "selectivity"):
        values = [getattr(one, what) for one in some]
        print(f"{min(values):7.2f} to {max(values):5.2f}", end="")
    print()
print(f"always the commonest answer: {mine.commonest:.2f}")
assert mine.accuracy > 0.8 and abs(mine.selectivity) < 0.1
assert mine.selectivity > max(one.selectivity for one in others) + 0.1
assert min(one.control for one in others) > mine.control

# %% tags=["hide-input"]
quiz.reveal("probe control")

# %% [markdown]
# The probe of the trained network is right in most cases. But its control is about as good: the state shows which letter was
# just read, so a linear probe can learn any labels of letters. The selectivity is less than 0.1 away from 0. That
# number alone would say that nothing was found. The untrained networks say more: there the control is better still,
# and for brackets the probe is less than 0.1 above the commonest answer. Training made the difference.
#
# ## What was found
#
# | finding | shown by | beside it you need |
# | --- | --- | --- |
# | some units follow brackets, strings, indentation | the search | untrained networks, shuffled marks, several seeds |
# | one of them is a cause of closing brackets | the clamp | probabilities before and after, at chosen letters |
# | others follow and cause next to nothing | the clamp | the loss before and after, in nats |
# | predictions rest on letters further back than before | ablation by lag | the network before training |
# | the state holds whether a bracket is open | the probe | its control, and the untrained network |
#
# All of this is about one trained network. Four more were trained from other seeds, and the model card keeps what was found
# in each of the five. Here are the units that follow brackets best:

# %%
units = []
for trained in shipped_card().seeds:
    one = trained.findings["brackets"]
    units.append(one.unit)
    print(f"seed {trained.seed}: unit {one.unit}, r {one.r:.2f}, cost {one.cost:.3f}")
    assert abs(one.r) > 2 * max(one.untrained, one.shuffled) and one.cost > 0.02
assert len(set(units)) > 1

# %% [markdown]
# In each of the five a unit follows brackets far beyond the controls and costs something. Its number differs from seed to seed,
# and so does what it is worth. A finding about one unit of one network is about that network.

# %% [markdown]
# ## Claims put to the test
#
# ### "The units of an untrained network follow nothing in the text."
#
# It does not hold: in each of ten networks a unit follows the column of the line. For strings, brackets and
# indentation the best trained units pass all of the untrained ones; see *Search*.
#
# ### "A unit that follows something is what the network uses for it."
#
# It does not hold. Some can be held at their mean, and the loss moves by less than 0.001 nats; see *Intervene*.
#
# ### "What a cell state follows, the rest of the network can read."
#
# It does not hold. Where tanh is flat, h hardly shows what c does; see *Intervene*.
#
# ### "One unit can be a cause of one kind of prediction."
#
# It holds with a condition: a cause, not the only one. See *What does the bracket unit do?*
#
# ### "After training, predictions rest on inputs further back."
#
# It holds with a condition. By ablation they do. The gradient by lag, relative to lag 0, reached as far where the forget
# gates began open; see *Which earlier letters?*
#
# ### "The gradient shows which inputs a prediction rests on."
#
# It holds in part; ablation names another letter first in many windows.
#
# ### "A probe that is right in most cases shows that the network has learned it."
#
# It does not hold without its control; see *A probe and its control*.

# %% [markdown]
# ## Common mistakes
#
# ### 1. The best of many units, without controls
#
# **Wrong:** "We found a unit that follows our marks", where the marks are random.

# %%
short = cells[:200]
random_marks = torch.randn(10, 200).cumsum(dim=1)  # ten that wander, as real ones do
r = torch.stack([correlations(short, one).abs().max() for one in random_marks])
assert r.median() > 0.3
print(f"best of 96 units: |r| {r.min():.2f} to {r.max():.2f}, marks that mean nothing")

# %% [markdown]
# **Cost:** a finding where there is nothing. **Right:** the same search with shuffled marks and in an untrained network, on
# a long text.
#
# ### 2. A clamp to 0 in place of the mean
#
# **Wrong:** a unit is switched off by holding c at 0, and the rise of the loss is called its importance.

# %%
to_zero = nats(lens.run(x, edits=[clamp("c", follower, to=0.0)]).output) - plain
to_mean = nats(lens.run(x, edits=[ablate("c", follower, run)]).output) - plain
assert to_zero > 0.005 > abs(to_mean)
print(f"unit {follower}, nats: held at 0 {to_zero:.3f}, at its mean {to_mean:.4f}")

# %% [markdown]
# **Cost:** at 0 the unit has a value that it never had in a text, and the loss says what the network does with
# that. **Right:** hold it at its mean or at values of other places, and say which.
#
# ### 3. The accuracy of a probe without the commonest answer
#
# **Wrong:** "The untrained network knows open brackets: a probe is right in more than 70 % of cases."

# %%
right = [one.accuracy for one in others]
gain = max(right) - mine.commonest
assert min(right) > 0.7 and gain < 0.1
print(f"right {min(right):.2f} to {max(right):.2f}; {gain:.2f} above always saying no")

# %% [markdown]
# **Cost:** most letters stand outside of brackets, so "no" is mostly right. **Right:** print the commonest answer's share
# beside it.
#
# ## Questions
#
# There are six questions. More of them come in the review.

# %% tags=["hide-input"]
quiz.choice("ground")

# %% tags=["hide-input"]
quiz.choice("saturated")

# %% tags=["hide-input"]
quiz.choice("clamp order")

# %% tags=["hide-input"]
quiz.choice("selectivity")

# %% tags=["hide-input"]
quiz.choice("gradient zero")

# %% tags=["hide-input"]
quiz.choice("seeds")

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card. Put away what you knew; the rest comes again.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then compare: tick the concepts your text has.

# %% tags=["hide-input"]
quiz.explain("follows or causes")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **The assignment** is [`a11_inside`](../release/a11_inside/a11_inside.ipynb): a selectivity with its control, a clamp, and
# a unit that was planted in a network.
#
# **Your own model:** `UnitExplorer(model, text)` takes a character model with one nn.LSTM and one nn.Linear, and
# `lstmlab.Lens` any recurrent layer.
#
# **When not to look for units:** where what matters is whether the predictions are right. A score on unseen data says
# that, and no unit does.
#
# **Where it leads:** [lesson 12](12_scan.ipynb) asks which states a layer can follow at all, if its gates read x only;
# [lesson 13](13_rivers.ipynb) looks for snow in the cell state of a network that simulates a river.

# %% [markdown]
# ### Sources
#
# - A. Karpathy, J. Johnson, L. Fei-Fei: [*Visualizing and understanding recurrent
#   networks*](https://arxiv.org/abs/1506.02078). 2015. Cells that follow quotes, lines and indentation.
# - H. Strobelt, S. Gehrmann, H. Pfister, A. M. Rush: [*LSTMVis: a tool for visual analysis of hidden state dynamics in
#   recurrent neural networks*](https://arxiv.org/abs/1606.07461). 2016. Units that are on over a selected span.
# - A. Madsen: [*Visualizing memorization in RNNs*](https://distill.pub/2019/memorization-in-rnns/). Distill, 2019. Which
#   earlier letters a prediction rests on, by gradient.
# - J. Hewitt, P. Liang: [*Designing and interpreting probes with control tasks*](https://arxiv.org/abs/1909.03368). 2019.
# - The text: the standard library of Python, under the PSF licence, as it is on your machine.

# %% [markdown]
# ### What to remember
#
# 1. Among many units there is always a best one. A search is worth what it finds beyond an untrained network and
#    shuffled marks.
# 2. To follow is not to cause. Clamp the unit at values that it has elsewhere, and look at the prediction: some units
#    that follow well change next to nothing, because h shows next to nothing of their c.
# 3. Gradient and ablation answer different questions about earlier inputs. A probe's accuracy says little without its control
#    task, the commonest answer and an untrained network.

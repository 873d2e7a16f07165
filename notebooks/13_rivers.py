# %% [markdown]
# # 13. Where the LSTM is the state of practice
#
# *About 45 minutes, and 5 more for the common mistakes. You need lessons 1, 3, 4 and 8: baselines, the
# forget gate as a timescale, the layer's shapes, and scores.*
#
# After this lesson you can
#
# 1. simulate a river's flow from weather with an LSTM, and judge it against baselines in a year that it has not seen;
# 2. say what an ensemble's range tells and what it does not;
# 3. probe a cell state for a quantity that the network was never shown, with the controls that such a
#    finding needs.
#
# A *catchment* is the land whose water reaches one river. To simulate its flow from weather is called
# *rainfall-runoff modelling*. *Flow* is given in mm a day: the water that leaves, spread over the whole catchment.
#
# Terms are explained in the [glossary](glossary.md).

# %%
import math

import matplotlib.pyplot as plt
import torch
from torch import nn

import lstmlab
from lstmlab.tasks.rivers import (
    YEAR, Weather, catchment, dealt_again, joined, seattle, train_on_flow,
)

torch.manual_seed(0)
torch.set_num_threads(1)
lstmlab.use_style()
quiz = lstmlab.Quiz("13_rivers")
COLOURS = lstmlab.COLOURS

# %% [markdown]
# ## Predictions
#
# Four questions. Commit to an answer before you read on; your choices are kept and compared later.

# %% tags=["hide-input"]
quiz.predict("zero")

# %% tags=["hide-input"]
quiz.predict("window")

# %% tags=["hide-input"]
quiz.predict("snow")

# %% tags=["hide-input"]
quiz.predict("untrained")

# %% [markdown]
# ## The idea
#
# Why would an LSTM be good at rivers? Rain does not reach the river at once. It is stored in the soil, and in winter it
# lies as snow until spring. So today's flow depends on the weather of many months. A catchment is a set of stores, and
# every store keeps a part of what it held and takes in something new.
#
# That is the equation of the cell state: `c_t = f_t * c_{t-1} + i_t * g_t` (lesson 3). Here is a store that
# loses 4 % of its water each day, beside an LSTM of one unit whose gates are constant. The forget gate is
# 0.96. The input gate is open. The candidate is kept small, because there tanh is nearly a straight line.

# %% tags=["claim-220"]
rain = torch.zeros(90)  # (time,), mm
rain[5], rain[40] = 20, 40
store, stores = 0.0, []
for fallen in rain.tolist():
    store = 0.96 * store + fallen
    stores.append(store)

unit = nn.LSTM(1, 1)
with torch.no_grad():
    for parameter in unit.parameters():
        parameter.zero_()
    unit.weight_ih_l0[2] = 0.001  # the candidate: tanh(0.001 * rain)
    # i = 1, f = 0.96, and the candidate has no bias
    unit.bias_ih_l0[:3] = torch.tensor([20.0, math.log(0.96 / 0.04), 0.0])
c = lstmlab.trace_gates(unit, rain.view(-1, 1, 1)).c[:, 0, 0].detach()  # (time,)
apart = (1000 * c - torch.tensor(stores)).abs().max().item()
assert apart < 0.05 and max(stores) > 40
print(
    f"the store holds up to {max(stores):.1f} mm; 1000 * c is at most {apart:.3f} off"
)

# %% [markdown]
# A store with a leak is a unit with a constant forget gate. After how many days is half of the water gone?
# It is the half-life of lesson 3: about 17 days. Snow is different. It keeps everything while it is cold,
# and loses it when it is warm. Such a store needs a forget gate that reads the temperature. An
# LSTM has such a gate.

# %% tags=["hide-input"]
assert round(math.log(0.5) / math.log(0.96)) == 17

# %% [markdown]
# ## Experiments
#
# ### Measured weather, a simulated river
#
# The weather is real: rain and temperature of Seattle, each day from 2012 to 2015. We subtract 8 degrees,
# as if the catchment lay about 1200 m higher. **The river is simulated.** Twelve lines of arithmetic move
# the water through a store of snow and a store of soil. So we know for each day what lies in both. For a
# real river this is not known.

# %%
weather = seattle()
river = catchment(weather)  # snow, soil and flow, (days,) each
years = [weather.days(slice(k * YEAR, (k + 1) * YEAR)) for k in range(4)]
unseen, past = years[1], joined(years[0], years[2], years[3])
print(catchment.__doc__)
print(f"{len(weather)} days, {int((river.snow > 1).sum())} of them with snow")

# %% tags=["hide-input"]
assert len(weather) == 1461
fig, axes = plt.subplots(3, 1, figsize=(7.2, 5.0), sharex=True, layout="constrained")
date = 2012 + torch.arange(len(weather)) / 365.25
for ax, values, name, colour in zip(
    axes,
    (river.snow, river.soil, river.flow),
    ("snow", "soil", "flow"),
    "cfh",
    strict=True,
):
    ax.plot(date, values, color=COLOURS[colour])
    ax.set_ylabel(f"{name} in mm")
axes[2].set(xlabel="year", xticks=range(2012, 2017))
most = [int(river.snow[k * YEAR : (k + 1) * YEAR].max()) for k in range(4)]
lstmlab.picture(
    fig,
    f"Snow, soil and flow of four years. Snow lies each winter, at most {most[0]}, "
    f"{most[1]}, {most[2]} and {most[3]} mm. The soil follows more smoothly. The flow "
    "has peaks in autumn and when the snow melts.",
)

# %% [markdown]
# The second year is the *unseen year*: nothing is trained on it. Three years are few to train on. So
# `dealt_again` makes 40 years from them. Each year is put together from pieces of 30 days, each from its own season
# of one of the three years. The catchment is simulated on that weather from its first day on. So no flow that is
# trained on depends on the unseen year, although that year lies between the others.

# %%
trained_on = dealt_again(past, years=40, seed=0)
flow = catchment(trained_on).flow  # (days,)
tested_on = weather.days(slice(0, 2 * YEAR))  # 2012 leads up to it: the stores fill
truth = catchment(tested_on)
last_year = slice(-YEAR, None)
observed = truth.flow[last_year]  # (365,)
print(f"{len(trained_on)} days to train on; {YEAR} days to test on")


# %% [markdown]
# ### A score for rivers
#
# The *Nash-Sutcliffe efficiency*, NSE (1970), compares the squared errors with those of the best constant:
# the mean of what was observed. It is the R² of lesson 1, for a simulation.

# %% tags=["claim-223"]
def nse(simulated, observed):
    """The efficiency of a simulated flow; both (days,). 1 is perfect."""
    errors = (simulated - observed).square().sum()
    return (1 - errors / (observed - observed.mean()).square().sum()).item()


assert nse(observed, observed) == 1
assert abs(nse(observed.mean().expand(YEAR), observed)) < 1e-5
half = nse(0.5 * (observed + observed.mean()), observed)
assert abs(half - 0.75) < 1e-5
print(f"perfect: 1, the mean: 0, half of the way between them: {half:.2f}")

# %% tags=["hide-input"]
quiz.reveal("zero")

# %% [markdown]
# An NSE of 0 is as good as the mean of the observed flow. Below 0 is worse.
#
# ### Baselines first
#
# Lesson 8 asks for baselines first. Here are two: the mean flow of each day of the year, and a linear model
# that sees the weather of the last 30 days.

# %%
season = flow.view(-1, YEAR).mean(0)  # (365,)


def last_days(features, days):
    """Features (record, 2) of each day and of those before it: (record, 2 * days)."""
    padded = torch.cat([features[:1].expand(days - 1, -1), features])
    return padded.unfold(0, days, 1).flatten(1)


def with_one(features):
    return torch.cat([features, torch.ones(len(features), 1)], dim=1)


def linear(features, values, others):
    """A least-squares fit of values (days,) to features, applied to others."""
    fit = torch.linalg.lstsq(with_one(features).double(), values.double()[:, None])
    return (with_one(others).double() @ fit.solution)[:, 0].float()


thirty = linear(
    last_days(trained_on.features, 30), flow, last_days(tested_on.features, 30)
)[last_year]
baselines = {"season": nse(season, observed), "30 days, linear": nse(thirty, observed)}
assert max(baselines.values()) < 0.5
print({name: round(value, 2) for name, value in baselines.items()})

# %% [markdown]
# Neither is good. The linear model sees the rain of a month. It cannot see how much snow fell in January.
#
# ### An LSTM that sees weather only
#
# We train ten LSTMs of 12 units, from ten seeds. Each reads rain and temperature day by day and says the
# flow of that day. It is trained on `log(1 + flow)`, so that a single flood does not outweigh a whole
# summer. Flow is its only target. The first 120 days of each training window do not count in the loss: the
# state starts at zero and has to fill first. That is called *spin-up*.

# %% tags=["claim-221"]
pairs = train_on_flow(trained_on, flow)  # ten of (nn.LSTM, nn.Linear)


def simulate(weather):
    """The flow that each of the ten says, (10, days)."""
    with torch.no_grad():
        x = weather.features[:, None]  # (time, batch of 1, 2)
        said = torch.stack([head(layer(x)[0])[:, 0, 0] for layer, head in pairs])
    return said.expm1()


said = simulate(tested_on)[:, last_year]  # (10, 365)
scores = torch.tensor([nse(each, observed) for each in said])
median = scores.median().item()
assert scores.min() > max(baselines.values()) and median > 0.6
print("NSE of ten seeds:", " ".join(f"{score:.2f}" for score in scores.sort().values))

# %% tags=["hide-input"]
lowest, highest, mean = said.amin(0), said.amax(0), said.mean(0)  # (365,) each
fig, ax = plt.subplots(figsize=(7.2, 3.4), layout="constrained")
ax.fill_between(range(YEAR), lowest, highest, color=COLOURS["h"], alpha=0.3, lw=0)
ax.plot(observed, color=COLOURS["c"], lw=1.2)
ax.plot(mean, color=COLOURS["h"], lw=1.2)
peak = int(observed.argmax())
top = observed.max()  # summers are dry: the labels stand above day 150 to 240
ax.text(165, top, "simulated river", color=COLOURS["c"], va="top")
ax.text(165, 0.87 * top, "mean and range of ten LSTMs", color=COLOURS["h"], va="top")
ax.set(xlabel="day of the unseen year", ylabel="flow in mm a day", xlim=(0, 364))
lstmlab.picture(
    fig,
    f"Flow in the unseen year. The river peaks at {observed.max():.0f} mm on day "
    f"{peak}; there the ten LSTMs say {lowest[peak]:.0f} to {highest[peak]:.0f} mm. "
    f"The NSE of their mean is {nse(mean, observed):.2f}.",
)

# %% tags=["hide-input"]
quiz.reveal("window")

# %% [markdown]
# Each of the ten is better than both baselines. Where are their errors large? Look at the days where the band is
# wide.
#
# ### Ten answers to one question
#
# Ten networks that give ten answers for each day are an *ensemble*. Its mean is a forecast. Its range looks
# like a measure of uncertainty. Is it one?

# %% tags=["claim-224", "claim-225"]
inside = ((observed >= lowest) & (observed <= highest)).float().mean().item()
error, width = (mean - observed).abs(), highest - lowest  # (365,) each
widest = width > width.quantile(0.8)
wide, narrow = error[widest].mean().item(), error[~widest].mean().item()
of_mean = nse(mean, observed)
assert of_mean >= scores.mean() - 1e-5 and inside < 0.9 and wide > 2 * narrow
print(f"mean of ten: NSE {of_mean:.2f}, average of their scores {scores.mean():.2f}")
print(f"the river is within the range on {100 * inside:.0f} % of days")
print(f"mean error {wide:.2f} mm where the range is widest, {narrow:.2f} mm elsewhere")

# %% [markdown]
# There are three findings.
#
# - The mean of ten scores at least as high as their average score. That is always so: the squared error of
#   a mean is at most the mean of the squared errors. It need not beat the typical network.
# - The range tells **where** errors are large: on its widest days the error is more than twice that of the
#   other days.
# - The range is **not** an interval that holds the truth. All ten learned from the same weather with the same
#   architecture, so they share mistakes, and the river leaves the range on many days. An interval has to be
#   checked on days that were not used to make it.
#
# ### Is the snow in the cell state?
#
# The networks saw rain, temperature and flow, and no number for snow. We now read the cell state of each
# day and fit a *linear probe*: a least-squares line from the 12 numbers of `c` to the snow of that day. It
# is fitted on twenty years of training weather and scored in the unseen year. The score is R², the share of the
# variation that the line explains.

# %% tags=["hide-input"]
quiz.predict("soil")

# %%
pieces = trained_on.features.view(20, 2 * YEAR, 2).transpose(0, 1)  # (time, batch, 2)
tested = tested_on.features[:, None]  # (time, batch of 1, 2)
held = catchment(trained_on)


def cells(layer):
    """Reads weather (time, batch, 2); returns the cell states (time, batch, hidden)."""

    def read(x):
        with torch.no_grad():
            return lstmlab.trace_gates(layer, x).c

    return read


def probe(read, name, shift=0):
    """R² in the unseen year of a line fitted to what `read` makes of the weather."""
    x = read(pieces)[YEAR:].transpose(0, 1).flatten(0, 1)  # (20 years of days, numbers)
    before = getattr(held, name).view(20, 2 * YEAR)[:, YEAR:].roll(shift, 1).flatten()
    after = getattr(truth, name)[last_year].roll(shift)
    return nse(linear(x, before, read(tested)[last_year, 0]), after)


found = {
    name: torch.tensor([probe(cells(layer), name) for layer, _ in pairs])
    for name in ("snow", "soil")
}
for name, values in found.items():
    print(name, "in c:", " ".join(f"{value:.2f}" for value in values.sort().values))

# %% tags=["hide-input"]
quiz.reveal("snow")

# %% [markdown]
# For the typical seed the probe explains more than 70 % of the variation of the snow, in a year that was not
# trained on. Before you conclude anything from that, you need controls.
#
# ### Four controls
#
# A probe is a small model. It may find something because the *network* learned it, or because it is easy to find
# in any state.
#
# 1. **The inputs.** The same line from today's weather, and from the weather of the last 30 days.
# 2. **An untrained layer.** Ten fresh LSTMs with the same forget bias. Their state is a mixture of old inputs too.
# 3. **A target that means nothing.** The snow is moved by half a year, so that it lies in summer. Only the season can
#    be fitted to that. The soil is moved in the same way.
# 4. **A year that was not used**, neither for the networks nor for the probe. We have done that from the
#    start.

# %% tags=["claim-222"]
fresh = []
for seed in range(10):
    torch.manual_seed(seed)
    layer = nn.LSTM(2, 12)
    with torch.no_grad():
        layer.bias_hh_l0[12:24] = 3.0  # as the trained ones began
    fresh.append(layer)


def a_month(x):
    return torch.stack([last_days(each, 30) for each in x.unbind(1)], dim=1)


controls = {}
for name in ("snow", "soil"):
    controls[name] = {
        "today's weather": probe(lambda x: x, name),
        "30 days of weather": probe(a_month, name),
        "untrained LSTM": torch.tensor([probe(cells(layer), name) for layer in fresh])
        .median()
        .item(),
        "trained, moved target": torch.tensor(
            [probe(cells(layer), name, 180) for layer, _ in pairs]
        )
        .median()
        .item(),
        "trained LSTM": found[name].median().item(),
    }
assert controls["snow"]["untrained LSTM"] > 0.3
print(f"{'':24}{'snow':>6}{'soil':>6}")
for kind in controls["snow"]:
    print(f"{kind:24}{controls['snow'][kind]:6.2f}{controls['soil'][kind]:6.2f}")

# %% tags=["hide-input"]
for name in ("snow", "soil"):
    row = controls[name]
    assert row["trained LSTM"] > 0.7
    assert row["trained LSTM"] > row["untrained LSTM"] > row["today's weather"]
    assert row["trained LSTM"] > row["30 days of weather"] + 0.1
    assert row["trained LSTM"] > row["trained, moved target"] + 0.1
    assert 1 - row["trained LSTM"] < 0.75 * (1 - row["untrained LSTM"])
assert controls["snow"]["trained, moved target"] > 0.3
assert controls["soil"]["trained, moved target"] < 0.1

# %% tags=["hide-input"]
quiz.reveal("untrained")

# %% tags=["hide-input"]
quiz.reveal("soil")

# %% [markdown]
# The table says three things.
#
# - The trained state holds snow and soil better than anything it is compared with.
# - Much of the snow is there **before training**. A fresh LSTM with long half-lives mixes months of weather already.
# - Much of the snow is **season**. Even the snow that was moved into summer can be fitted to a good part, because the
#   state shows the time of the year. The soil that was moved cannot be fitted. So the finding for soil is firmer.
#
# So the last row alone shows less than it seems to show. The whole table shows this: training on flow alone made the
# state a clearly better account of snow and soil than it was before.
#
# ### A warmer winter
#
# Does the network use what it stores? We make the unseen year and the one before it 3 degrees warmer and ask both
# the simulated river and the LSTMs. The thing to look at is the flow from April to July, when the snow melts.

# %% tags=["claim-226"]
spring = slice(90, 212)
warmer = Weather(tested_on.rain, tested_on.temperature + 3)
warm_truth = catchment(warmer)
warm_said = simulate(warmer)[:, last_year].mean(0)  # (365,)
was, became = observed[spring].mean(), warm_truth.flow[last_year][spring].mean()
said_was, said_became = mean[spring].mean(), warm_said[spring].mean()
assert became < 0.6 * was and said_became < 0.6 * said_was
assert abs(said_became - became) < 0.5 * abs(said_was - became)
print(f"flow from April to July: {was:.1f} mm a day, {became:.1f} in the warmer winter")
print(f"the ten LSTMs say        {said_was:.1f} mm a day, {said_became:.1f}")

# %% tags=["hide-input"]
most_snow = warm_truth.snow[last_year].max().item()
least_learned = held.snow.view(-1, YEAR).amax(1).min().item()
assert round(most_snow) == 43 and least_learned > most_snow
print(f"most snow on the ground: {most_snow:.0f} mm in the warmer winter,", end=" ")
print(f"at least {least_learned:.0f} mm in each training year")

# %% [markdown]
# With less snow there is less water in spring, and the networks say so. Such an experiment tests more than
# a probe does: it changes the cause and looks at the effect.
#
# The experiment has a limit. In the warmer winter less snow lies than in any training year: at most 43 mm.
# So the networks were asked about a year like none that they learned from, and here they
# went the right way. A score on past years does not promise that for a climate that is still further away.
#
# ### What is known of real rivers
#
# The river above is simulated. This was measured on real rivers:
#
# - Kratzert and others (2018) trained LSTMs on hundreds of catchments in the USA, and in 2019 one LSTM on 531 of them together,
#   with what is known of each catchment as further inputs. It was better than models calibrated to each river alone.
# - Lees and others (2022) probed the states of LSTMs trained on rivers in Great Britain, and found soil
#   moisture and snow with linear probes. Your experiment above is a small version of theirs.
# - Nearing and others (2024) describe the LSTM behind a service that forecasts floods in ungauged rivers around the world.
# - Liu and others (December 2025) compared an LSTM with eleven Transformers. In regression, which is flow from weather as here,
#   the LSTM was best: on the global data set its median KGE was 0.75, 0.11 more than the best Transformer's. (KGE is
#   another score for rivers; 1 is perfect.) In autoregression, where past flow is an input, and in zero-shot forecasts,
#   without training on such rivers, attention-based models catch up and pass it.
#
# Why is the LSTM good here and less so in language? Nobody has proved it. Likely reasons are these: the effect
# of old weather fades slowly, records are short, and each step brings a few numbers only. A Transformer is good
# at looking up a distant detail exactly, and that is of little use here.

# %% [markdown]
# ## Claims put to the test
#
# ### "A forget gate is a leaky bucket."
#
# It holds. See *The idea*: with constant gates both are the same recurrence.
#
# ### "A network knows only what it was trained to say."
#
# It does not hold. A network trained on flow has snow and soil in its state; see *Is the snow in the cell
# state?*

# %% tags=["hide-input", "claim-221"]
assert found["snow"].median() > 0.7 and found["soil"].median() > 0.7
print({name: f"{values.median():.2f}" for name, values in found.items()})

# %% [markdown]
# ### "If a linear probe finds a quantity in a state, the network has learned it."
#
# It does not hold. The state of an untrained layer gives a good part of it; see *Four controls*.
#
# ### "An NSE of 0 means that nothing fits."
#
# It does not hold. An NSE of 0 means as good as the mean. A flow that is half of the way from the mean to
# the truth has 0.75.
#
# ### "The range of an ensemble holds the truth."
#
# It does not hold. The members share their mistakes; see *Ten answers to one question*.
#
# ### "The mean of several networks scores higher than a typical one."
#
# It holds with a condition. The mean always scores at least the *average* of their scores. The typical
# network, the median, may score higher.

# %% tags=["hide-input", "claim-225"]
truths = torch.randn(50)
for seed in range(5):
    generator = torch.Generator().manual_seed(seed)
    guesses = truths + torch.randn(10, 50, generator=generator)
    guesses[0] += 5  # one that is far off pulls the mean down, and the median stays
    each = torch.tensor([nse(guess, truths) for guess in guesses])
    assert nse(guesses.mean(0), truths) >= each.mean()
bad = torch.stack([truths + 0.01] * 9 + [truths + 30.0])
assert nse(bad.mean(0), truths) < nse(bad[0], truths)  # below the typical one

# %% [markdown]
# ### "A model of flow only repeats the past."
#
# It does not hold for changes that its inputs show: with a warmer winter the model says less water in
# spring; see *A warmer winter*.

# %% [markdown]
# ## Common mistakes
#
# ### 1. Days scored before the state is filled
#
# The year is simulated on its own, from the first of January. **Wrong:** its first days are scored as if the layer
# knew how much snow lies.

# %% tags=["mistake-x21"]
empty = simulate(unseen)  # (10, 365), no days before
no_lead = torch.tensor([nse(each, observed) for each in empty])
assert no_lead.median() < scores.median() - 0.02
late = slice(250, None)
assert (empty[:, late] - said[:, late]).abs().mean() < 0.01
print(
    f"median NSE {no_lead.median():.2f} from an empty state, {median:.2f} with a lead"
)

# %% [markdown]
# **Cost:** a lower score, for snow that the model could not see; after 250 days the state is the same.
# **Right:** let it read a year or two before the first day that counts, in training too.
#
# ### 2. Yesterday's flow beside a model that does not see it
#
# **Wrong:** "To repeat yesterday's flow is as good as our simulation, so the simulation is useless."

# %% tags=["mistake-x22"]
repeated = nse(truth.flow[-YEAR - 1 : -1], observed)
assert repeated > median - 0.1
print(f"yesterday's flow: NSE {repeated:.2f}; ten LSTMs: {median:.2f} (median)")

# %% [markdown]
# **Cost:** two tasks are mixed. Yesterday's flow is known only where a gauge measures it, and it is a forecast of one
# day. A simulation runs for years without a gauge, and in rivers that never had one. **Right:** compare what
# has the same inputs. If a gauge is there, give its flow to the LSTM too.
#
# ### 3. The score of another quantity
#
# **Wrong:** the NSE of `log(1 + flow)`, on which the network was trained, beside the NSE of flow in somebody's paper.

# %% tags=["mistake-x23"]
logs = torch.tensor([nse(each.log1p(), observed.log1p()) for each in said])
assert logs.median() > scores.median()
print(f"median NSE of the logarithm {logs.median():.2f}, of the flow {median:.2f}")

# %% [markdown]
# **Cost:** a better number for the same simulation, as floods weigh less. **Right:** name the quantity, and
# compare scores of the same quantity only.
#
# ### 4. A probe scored on the days it was fitted to
#
# Thirty days, twelve units, and a target that means nothing: random numbers. **Wrong:** R² on the same thirty days.

# %% tags=["mistake-x24"]
chance = torch.Generator().manual_seed(0)
states = cells(pairs[0][0])(pieces)[YEAR:].flatten(0, 1)  # (days, hidden)
x = states[torch.randperm(len(states), generator=chance)[:60]]  # (60, hidden)
inside_r2, outside_r2 = [], []
for _ in range(50):
    noise = torch.randn(60, generator=chance)
    fit = linear(x[:30], noise[:30], x)
    inside_r2.append(nse(fit[:30], noise[:30]))
    outside_r2.append(nse(fit[30:], noise[30:]))
inside_r2, outside_r2 = torch.tensor(inside_r2), torch.tensor(outside_r2)
assert inside_r2.median() > 0.25 and outside_r2.median() < 0
print(f"median R²: {inside_r2.median():.2f} inside, {outside_r2.median():.2f} outside")

# %% [markdown]
# **Cost:** a finding where there is nothing. **Right:** score on other days, whole years of them, and show a target that means
# nothing beside the real one.
#
# ## Questions
#
# There are six questions. More of them come in the review.

# %% tags=["hide-input"]
quiz.choice("half-life")

# %% tags=["hide-input"]
quiz.choice("score")

# %% tags=["hide-input"]
quiz.choice("spin-up")

# %% tags=["hide-input"]
quiz.choice("control")

# %% tags=["hide-input"]
quiz.choice("range")

# %% tags=["hide-input"]
quiz.choice("gauge")

# %% [markdown]
# **Flash cards.** Say the answer aloud, then turn the card. Put away what you knew; the rest comes again.

# %% tags=["hide-input"]
quiz.cards()

# %% [markdown]
# **In your own words.** Write first, then compare: tick the concepts your text has.

# %% tags=["hide-input"]
quiz.explain("why rivers")

# %% tags=["hide-input"]
quiz.explain("finding")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **The assignment** is [`a13_rivers`](../release/a13_rivers/a13_rivers.ipynb): a score for rivers with gaps, windows of
# weather, and a probe with its control.
#
# **When not to take an LSTM for a river:** where a gauge measures the flow each hour and you need the next hour only;
# where no record is long enough to hold the rare events that you ask about.
#
# **Where it leads:** to NeuralHydrology, a library with LSTMs for real catchments, and to data sets such as CAMELS with
# hundreds of rivers. [Lesson 14](14_craft.ipynb) is about what stands around a layer: batches, starts, dropout,
# stopping.

# %% [markdown]
# ### Sources
#
# - J. E. Nash, J. V. Sutcliffe: [*River flow forecasting through conceptual models, part
#   I*](https://doi.org/10.1016/0022-1694(70)90255-6). Journal of Hydrology 10, 1970. The score.
# - F. Kratzert, D. Klotz, C. Brenner, K. Schulz, M. Herrnegger: [*Rainfall-runoff modelling using Long Short-Term Memory
#   networks*](https://doi.org/10.5194/hess-22-6005-2018). Hydrology and Earth System Sciences 22, 2018.
# - F. Kratzert and others: [*Towards learning universal, regional, and local hydrological behaviors via machine learning
#   applied to large-sample datasets*](https://doi.org/10.5194/hess-23-5089-2019). Hydrology and Earth System Sciences 23, 2019.
# - T. Lees and others: [*Hydrological concept formation inside long short-term memory (LSTM)
#   networks*](https://doi.org/10.5194/hess-26-3079-2022). Hydrology and Earth System Sciences 26, 2022.
# - G. Nearing and others: [*Global prediction of extreme floods in ungauged
#   watersheds*](https://doi.org/10.1038/s41586-024-07145-1). Nature 627, 2024.
# - J. Liu and others: [*From RNNs to Transformers: benchmarking deep learning architectures for hydrologic
#   prediction*](https://doi.org/10.5194/hess-29-6811-2025). Hydrology and Earth System Sciences 29, 2025.
# - The weather: National Oceanic and Atmospheric Administration (NOAA), public domain.

# %% [markdown]
# ### What to remember
#
# 1. A catchment is a set of stores that leak, and so is a cell state. Score the simulation in a year it has not seen, with
#    the state filled, beside baselines that have the same inputs; say which quantity the score is of.
# 2. The mean of an ensemble scores at least the average of its members. The range shows where errors are large; it is not
#    an interval that holds the truth.
# 3. A linear probe found snow and soil in a state that was trained on flow alone. Show the inputs, an untrained layer, a
#    target that means nothing and unseen days beside it: a good part is there before training.

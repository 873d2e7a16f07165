# %% [markdown]
# # 10. Review
#
# *About 30 minutes, and 5 more for the common mistakes, then ten minutes a day. You need the lessons that
# you want to remember; one lesson is enough to begin.*
#
# After this lesson you can
#
# 1. review what is due today, and say why it is due today;
# 2. find your weakest lesson, test yourself, and know which section to read again;
# 3. take everything with you: cards for Anki, and two cheat sheets of one page.
#
# Terms are explained in the [glossary](glossary.md).

# %%
from datetime import timedelta
from itertools import pairwise

import fsrs
import torch
from fsrs import Rating

import lstmlab
from lstmlab.quiz.review_widgets import Review
from lstmlab.quiz.self_test_widget import selftest
from lstmlab.review.exchange import take_from_the_book
from lstmlab.review.plots import (
    DAY_ONE,
    calendar,
    chance,
    plot_chances,
    progress,
    schedule,
    simulate,
    simulated_reader,
)
from lstmlab.review.schedule import AGAIN_IN, Answer, days_until, memory, recall

torch.manual_seed(0)
lstmlab.use_style()
quiz = lstmlab.Quiz("10_review")

# %% [markdown]
# ## Predictions
#
# A **card** is a question with its answer on the back. **FSRS**, the Free Spaced Repetition Scheduler, is the program
# that says when each card is asked again; it has a model of how people forget. There are three questions. Commit
# before you read on.

# %% tags=["hide-input"]
quiz.predict("evening")

# %% tags=["hide-input"]
quiz.predict("next")

# %% tags=["hide-input"]
quiz.predict("reread")

# %% [markdown]
# ## The idea
#
# ### Four answers, on one evening or spread
#
# The model in FSRS was fitted to the reviews of many people. From when you answered a card, and how well, it computes
# the chance that you remember the card on any day. It is a model of an average learner, not of you; the course uses
# its default settings.
#
# Take a card and four right answers, either on one evening or on the days on which FSRS asks for the card. Each dot is
# an answer; the four dots of the evening lie on top of one another.

# %%
evening = [0, 1 / 48, 2 / 48, 3 / 48]  # four half hours
spread = schedule(4)
assert spread == [0, 2, 13, 59]
after_evening, after_spread = (
    chance(evening, evening[-1] + 30), chance(spread, spread[-1] + 30),
)
assert round(after_evening, 2) == 0.67 and round(after_spread, 2) == 0.97
fig = plot_chances(
    [
        ("spread", spread, lstmlab.COLOURS["f"]),
        ("one evening", evening, lstmlab.COLOURS["o"]),
    ],
    120,
)
lstmlab.picture(
    fig,
    "Chance of recall over 120 days. After four answers on one evening it falls "
    f"without a stop, to {chance(evening, 120):.2f}. With answers on days 0, 2, 13 and "
    f"59 it falls ever more slowly, to {chance(spread, 120):.2f}.",
)

# %% [markdown]
# How large is the chance of recall thirty days after the last answer? The code compares the evening, the spread
# answers and a single answer.

# %%
single = chance([0], 30)
assert round(single, 2) == 0.67
assert round(chance(evening, evening[-1] + 7), 2) == 0.81  # a wrong option
assert chance(evening, 4) < 0.90 < chance(evening, 3) < 0.91
print(
    f"thirty days after the last answer: evening {after_evening:.2f}, spread "
    f"{after_spread:.2f}, one answer {single:.2f}"
)
quiz.reveal("evening")

# %% [markdown]
# The four answers of the evening leave no more than a single answer: in this model the other three added nothing that
# lasts.
#
# FSRS asks when the chance has fallen to about 0.9. It keeps a number for this, the card's **stability**: the days
# from the last answer until then. A right answer after a gap multiplies the stability. By how much?

# %%
days = schedule(5)
gaps = [later - earlier for earlier, later in pairwise(days)]
assert gaps == [2, 11, 46, 163]
assert all(later > 3 * earlier for earlier, later in pairwise(gaps))
assert all(0.89 < chance(days[:k], days[k]) < 0.95 for k in range(1, 5))
print("answered on days", days, "; gaps", gaps)
quiz.reveal("next")

# %% [markdown]
# After a first gap of 2 days FSRS waits 11 days. Each gap is more than three times as long as the gap before.
#
# ### A simulated reader, after three weeks
#
# An *item* is a card or a question. What does a course look like after three weeks, at ten new items a day? The reader
# in the figure is simulated, and remembers as often as FSRS expects. On the left are the lessons: how many items the
# reader has met, and how many of all items he or she would know tomorrow. On the right is the work: in the last two
# weeks a day has 20 to 80 answers, about 3 to 13 minutes at ten seconds each. Later, without new items, there is less
# work.

# %%
items = Review().items
now = DAY_ONE + timedelta(days=20, hours=8)
for seed in range(3):
    log = simulated_reader(items, days=21, seed=seed)
    done, coming = calendar(items, log, now)
    assert len(log) == 210 and all(20 <= answers <= 80 for answers in done)
    assert sum(coming[7:]) < sum(coming[:7])
progress(items, log, now)

# %% [markdown]
# ## Experiments
#
# ### The reviews of today
#
# Now turn to your own reviews. The cell shows what is due, and the file in which your answers are kept. The file is
# in your own folder, not in the course, and nowhere else. Your first answer to each question of a lesson is
# in it already, as its first review. To review a few lessons only, write `Review(["03_gates", "04_nn_lstm"])`.

# %%
review = Review()
review.today()

# %% [markdown]
# A session asks everything that is due, the most overdue first, then new items in mixed order: up to ten a
# day, counting those that you met in lessons today. Say the answer to a card, press *Show answer*, and rate
# yourself: *Again* if you had forgotten it, *Hard* if you knew it with effort, *Good* if you knew it,
# *Easy* if you knew it at once. A question is rated by your answer. What you had forgotten comes again at
# the end.
#
# By keyboard: Tab reaches the first button, Enter presses it, and the focus goes on to the next item by itself.

# %%
review.session(new=10)

# %% [markdown]
# ### Strength by lesson
#
# The **strength** of a lesson is the share of all its items that FSRS expects you to know tomorrow. What you have
# not met counts as not known. Run these two cells again after a session.

# %%
review.strengths()

# %%
review.progress()

# %% [markdown]
# ### Answers from the book
#
# The course can also be read as a site, the book, and what you answer there stays in the browser. At the end of each of
# its pages, *Save* writes a file. Put it beside this notebook and run the cell: it takes your reviews, predictions and
# texts from it, and what you have here stays. The other way, `save_for_the_book()` writes the file, and *Load* takes it.

# %%
print(take_from_the_book())

# %% [markdown]
# ### A test of ten questions
#
# The test has ten questions, three easy, four medium, three hard, from as many lessons as possible. At the
# end you see the score, and for each wrong answer a link to the section to read again. The same seed asks
# the same ten questions: note the seed, and try again in a month.

# %%
test = selftest(review, seed=1)
assert [item.content.level for item in test.drawn] == ["easy"] * 3 + ["medium"] * 4 + [
    "hard"
] * 3
test

# %% [markdown]
# ### An explanation in your own words
#
# The cell draws one of the course's prompts to explain something; another seed draws another prompt. Write first,
# then compare.

# %%
review.explain(seed=1)

# %% [markdown]
# ## Claims put to the test
#
# ### "Ten times right this evening: I know it."
#
# The cell gives ten right answers, half an hour apart. How large is the chance after thirty days?

# %%
ten = [k / 48 for k in range(10)]
assert round(chance(ten, ten[-1] + 30), 2) == round(chance([0], 30), 2) == 0.67
assert simulate(ten).stability == simulate([0]).stability
print(
    f"ten times on one evening: {chance(ten, ten[-1] + 30):.2f}; once: "
    f"{chance([0], 30):.2f}"
)

# %% [markdown]
# It is no larger than after a single answer.
#
# ### "The more often, the better."
#
# FSRS can be told to ask sooner, by a higher *aim*: the chance at which it asks. The cell counts what this
# costs in the first year, for a card that you always know.

# %%
reviews = {}
for aim in (0.80, 0.90, 0.95, 0.99):
    scheduler = fsrs.Scheduler(
        desired_retention=aim, learning_steps=[AGAIN_IN], enable_fuzzing=False
    )
    reviews[aim] = sum(day <= 365 for day in schedule(60, scheduler))
    print(f"aim {aim:.2f}: {reviews[aim]:2d} reviews")
assert reviews == {0.80: 3, 0.90: 5, 0.95: 8, 0.99: 25}
assert reviews[0.99] - reviews[0.90] == 4 * reviews[0.90]

# %% [markdown]
# An aim of 0.99 costs five times the work of 0.90. The twenty additional reviews would keep four more cards at
# 0.90.
#
# ### "I missed two weeks, so it is all lost."
#
# Take the card above before its fifth answer, due 163 days after the fourth. The cell answers it on time,
# after twice that gap, and after three times that gap.

# %%
chances = [chance(days[:4], days[3] + late * gaps[3]) for late in (1, 2, 3)]
assert [round(value, 2) for value in chances] == [0.90, 0.85, 0.81]
late = days_until(simulate([*days[:4], days[3] + 2 * gaps[3]]))
assert late > days_until(simulate(days))
print(
    f"on time {chances[0]:.2f}, after twice the gap {chances[1]:.2f}, after three "
    f"times {chances[2]:.2f}"
)

# %% [markdown]
# A right answer that comes late even counts for more: the next gap is longer than after a right answer on time. So
# never start over. Open the session, and stop when your time is up; the rest comes on another day.

# %% [markdown]
# ### "I read it again, and it felt familiar."
#
# Roediger and Karpicke (2006) let students read a text, then read it again or write down what they remembered.
# After five minutes those who had read again were ahead, 81 % to 75 %. And after a week?

# %% tags=["hide-input"]
quiz.reveal("reread")

# %% [markdown]
# After a week those who had read again were behind, 42 % to 56 %: familiar is not the same as known. No cell can show
# this; it needs students. You can try it on yourself.
#
# ## Common mistakes
#
# ### 1. *Hard* for *I had forgotten*
#
# The fifth time, on day 222, you had forgotten the card. The answer looks obvious once you see it, so you
# press *Hard*. **Wrong:**

# %%
past = [Answer(DAY_ONE + timedelta(days=day), Rating.Good) for day in days[:4]]
fifth = DAY_ONE + timedelta(days=days[4])
polite = memory([*past, Answer(fifth, Rating.Hard)])
print(f"Hard: comes again in {days_until(polite):.0f} days")

# %% [markdown]
# **Cost:** *Hard* means *known, with effort*, so the gap grows to 364 days. As you had forgotten the card,
# the chance that you know it then is 0.51. **Right:** press *Again*. The card comes back in this session, and five
# days later.

# %%
honest = memory(
    [*past, Answer(fifth, Rating.Again), Answer(fifth + AGAIN_IN, Rating.Good)]
)
missed = recall(honest, fifth + timedelta(days=days_until(polite)))
assert (
    round(days_until(polite)) == 364
    and round(missed, 2) == 0.51
    and round(days_until(honest)) == 5
)
print(
    f"Again, then Good: comes again in {days_until(honest):.0f} days; after 364 days "
    f"{missed:.2f}"
)


# %% [markdown]
# ### 2. All lessons at once
#
# You take all items on the first day, because you have read all lessons. **Wrong:** the reviews come back
# together.

# %%
def load(new):
    """The most reviews of old items on one day of the next four weeks, at `new` new
    items a day."""
    when = [0] * 29
    for day, start in enumerate(range(0, len(items), new)):
        for gap in (2, 13):
            if day + gap <= 28:
                when[day + gap] += len(items[start : start + new])
    return max(when)


together = load(len(items))
assert together == len(items)
print("all on one day:", together, "reviews on one day")

# %% [markdown]
# **Cost:** there is a day on which every item of the course is due, more than two hundred. **Right:** take ten new
# items a day. The fullest day of the first four weeks then has twenty reviews, besides the ten new items. This counts
# right answers only: the simulated reader above, who forgets some, had more.

# %% tags=["hide-input"]
assert load(10) == 20 and together > 200
print("ten a day:", load(10), "reviews on the fullest day")

# %% [markdown]
# ## Questions
#
# There are six questions: five about reviewing, and the last about a layer that several lessons explain.

# %% tags=["hide-input"]
quiz.choice("share")

# %% tags=["hide-input"]
quiz.choice("why gaps")

# %% tags=["hide-input"]
quiz.choice("button")

# %% tags=["hide-input"]
quiz.choice("late")

# %% tags=["hide-input"]
quiz.choice("aim")

# %% tags=["hide-input"]
quiz.choice("all at once")

# %% [markdown]
# Next are a belief to judge, and a piece of code with a mistake in it.

# %% tags=["hide-input"]
quiz.myth("more is better")

# %% tags=["hide-input"]
quiz.pitfall("unseeded")

# %% [markdown]
# Now come the **flash cards**, and something to put in your own words.

# %% tags=["hide-input"]
quiz.cards()

# %% tags=["hide-input"]
quiz.explain("plan")

# %% tags=["hide-input"]
quiz.summary()

# %% [markdown]
# ## What next
#
# **On paper:** [nn.RNN](cheat_rnn.ipynb) and [nn.LSTM](cheat_lstm.ipynb) have a cheat sheet each, whose code is all
# run. In a terminal in the folder of the course, `make sheets` writes them into `build/` as pages to print, one side
# of A4 each.
#
# **On your phone:** `make anki` writes `build/lstm-course.apkg`, everything that the course can ask, for the
# flash-card program Anki. Import it again after an update: cards are renewed, your progress stays.
#
# **When not to review:** what you use every day needs no cards. And a card does not replace an assignment: once a
# month, write an LSTM step from memory.

# %% [markdown]
# ### Sources
#
# - H. L. Roediger, J. D. Karpicke: [*Test-Enhanced Learning*](https://doi.org/10.1111/j.1467-9280.2006.01693.x).
#   Psychological Science 17(3), 249-255, 2006, experiment 1.
# - N. J. Cepeda, E. Vul, D. Rohrer, J. T. Wixted, H. Pashler:
#   [*Spacing Effects in Learning*](https://doi.org/10.1111/j.1467-9280.2008.02209.x). Psychological Science 19(11),
#   1095-1102, 2008. The best gap was about 20 to 40 % of the time until the test where that was a week, and 5 to
#   10 % where it was a year (abstract).
# - J. Ye, J. Su, Y. Cao: *A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling*.
#   KDD 2022. Work that FSRS grew out of; [`fsrs`](https://github.com/open-spaced-repetition/py-fsrs) is the package used here.

# %% [markdown]
# ### What to remember
#
# 1. A card is due when its chance of recall has fallen to about 0.9. Each right answer after a gap makes the next gap
#    several times as long; for a second right answer on the same evening FSRS adds nothing.
# 2. The strength of a lesson is the share of its items that you would know tomorrow. Where it is low, take
#    a test of ten and follow its links.
# 3. `make sheets` and `make anki` take the course with you; the answers you gave stay in a file of your own.

"""Pictures of memory: how strong each topic is, what comes when, and what FSRS expects one card to do.

Lesson `10_review` calls them; `quiz.review_widgets` draws `progress` anew after a session.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import fsrs
from fsrs import Rating
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lstmlab.draw.display import Picture, picture
from lstmlab.draw.style import COLOURS, DIM, INK, PAPER, RULE
from lstmlab.review.local_days import days_from
from lstmlab.review.schedule import (
    SCHEDULER,
    Answer,
    Item,
    Log,
    Strength,
    memory,
    recall,
    session,
    strengths,
    titled,
)

STRONG, MET = COLOURS["f"], "#b7cfe6"
DAY_ONE = datetime(2026, 1, 1, 9, tzinfo=UTC)  # for simulations: any day serves
SPAN = 14  # days shown before and after today


def progress(items: Sequence[Item], log: Log, now: datetime) -> Picture:
    """Strength of each lesson, and the answers of the last fourteen days beside the reviews of the next."""
    rows = strengths(items, log, now)
    done, coming = calendar(items, log, now)
    fig = Figure(figsize=(9.2, 0.34 * len(rows) + 1.1), layout="constrained", facecolor=PAPER)
    left, right = fig.subplots(1, 2, width_ratios=[1.25, 1])
    _bars(left, rows)
    _days(right, done, coming)
    return picture(fig, _describe(rows, done, coming))


def _bars(axes: Axes, rows: list[Strength]) -> None:
    heights = range(len(rows))
    axes.barh(heights, [row.met / row.total for row in rows], 0.62, color=MET)
    axes.barh(heights, [row.share for row in rows], 0.62, color=STRONG)
    for y, row in enumerate(rows):
        axes.text(1.02, y, f"{row.share:.0%}", color=INK, va="center", fontsize=10)
    axes.set_yticks(heights, [titled(row.lesson) for row in rows])
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.14), xticks=[0, 0.5, 1], xticklabels=["0", "half", "all items"])
    axes.set_title("met (light), strength (dark)", fontsize=11)
    axes.grid(visible=False)


def _days(axes: Axes, done: list[int], coming: list[int]) -> None:
    axes.bar(range(1 - SPAN, 1), done, 0.8, color=COLOURS["x"])
    axes.bar(range(1, SPAN + 1), coming, 0.8, color=STRONG)
    top = max([*done, *coming, 4])
    axes.axvline(0.5, color=DIM, lw=1, ls="--")
    axes.text(0.1, top * 1.12, "answers", color=COLOURS["x"], ha="right", fontsize=10)
    axes.text(0.9, top * 1.12, "reviews to come", color=STRONG, ha="left", fontsize=10)
    axes.set(ylim=(0, top * 1.25), xlim=(0.3 - SPAN, SPAN + 0.7), xlabel="days from today")
    axes.set_xticks([1 - SPAN, -7, 0, 7, SPAN])
    axes.grid(axis="x", visible=False)
    axes.grid(axis="y", color=RULE)


def calendar(items: Sequence[Item], log: Log, now: datetime) -> tuple[list[int], list[int]]:
    """Answers on each of the last fourteen days, today last; reviews due on each of the next, tomorrow first.

    What is due today or was due before is in neither.
    """
    done, coming = [0] * SPAN, [0] * SPAN
    for item in items:
        for answer in log.get(item.id, ()):
            back = days_from(answer.when, now)
            if 0 <= back < SPAN:
                done[SPAN - 1 - back] += 1
        if item.id in log:
            ahead = days_from(now, memory(log[item.id]).due) - 1
            if 0 <= ahead < SPAN:
                coming[ahead] += 1
    return done, coming


def _describe(rows: list[Strength], done: list[int], coming: list[int]) -> str:
    waiting = sum(row.due for row in rows)
    parts = [f"{titled(row.lesson)} {row.share:.0%} ({row.met} of {row.total} met)" for row in rows]
    return (
        f"Strength by lesson: {'; '.join(parts)}. Answers in the last {SPAN} days: {sum(done)}, {done[-1]} of them "
        f"today. Due today: {waiting}; in the next {SPAN} days: {sum(coming)}, {coming[0]} of them tomorrow."
    )


# -- one card, simulated -----------------------------------------------------------------------------------


def simulate(days: Sequence[float], rating: Rating = Rating.Good) -> fsrs.Card:
    """A card answered on these days (counted from the first answer, fractions allowed), each time with `rating`."""
    return memory([Answer(DAY_ONE + timedelta(days=day), rating) for day in days])


def chance(days: Sequence[float], when: float) -> float:
    """The chance, by FSRS, that a card answered rightly on these days is remembered on day `when`."""
    return recall(simulate([day for day in days if day <= when]), DAY_ONE + timedelta(days=when))


def schedule(answers: int, scheduler: fsrs.Scheduler = SCHEDULER) -> list[int]:
    """The days on which `scheduler` asks for a card that is answered rightly each time."""
    card, when, days = fsrs.Card(card_id=1, due=DAY_ONE), DAY_ONE, []
    for _ in range(answers):
        days.append((when - DAY_ONE).days)
        card, _ = scheduler.review_card(card, Rating.Good, when)
        when = card.due
    return days


def simulated_reader(items: Sequence[Item], days: int, seed: int = 0) -> Log:
    """The log of a reader who reviews each day, and remembers as often as FSRS expects (8 of 10 new items)."""
    luck, log = random.Random(seed), dict[str, list[Answer]]()
    for day in range(days):
        now = DAY_ONE + timedelta(days=day)
        for item in session(items, log, now):
            known = recall(memory(log[item.id]), now) if item.id in log else 0.8
            log.setdefault(item.id, [])
            if luck.random() > known:
                log[item.id].append(Answer(now, Rating.Again))
                now += timedelta(minutes=10)
            log[item.id].append(Answer(now, Rating.Good))
    return log


def plot_chances(plans: Sequence[tuple[str, Sequence[float], str]], horizon: int) -> Figure:
    """A figure with the chance of recall over `horizon` days for each plan: its name, its days, its colour."""
    fig = Figure(figsize=(7.2, 3.2), layout="constrained", facecolor=PAPER)
    axes = fig.subplots()
    for name, days, colour in plans:
        values = [chance(days, day + 1e-6) for day in range(horizon + 1)]
        axes.plot(range(horizon + 1), values, color=colour)
        axes.text(horizon + 1, values[-1], name, color=colour, va="center")
        axes.plot([round(day) for day in days], [1.0] * len(days), "o", color=colour, clip_on=False, ms=6)
    axes.set(xlim=(0, horizon * 1.28), ylim=(0.4, 1.0), xlabel="days", ylabel="chance of recall")
    axes.set_xticks(range(0, horizon + 1, 30))
    return fig

"""Difficulty and discrimination of graded cells; `count` asks. What they mean is in `numbers.Item`."""

import math
from collections.abc import Mapping, Sequence, Set
from statistics import StatisticsError, correlation, mean

from autograder.report.numbers import FEW, Item
from autograder.results.outcome import Key, Outcome, Question


def items_of(outcomes: Sequence[Outcome], titles: Mapping[Key, str]) -> tuple[Item, ...]:
    """The graded cells in the notebooks' order."""
    every: dict[Key, list[Question]] = {}
    for outcome in outcomes:
        for question in outcome.questions:
            every.setdefault(question.key, []).append(question)
    order = {key: number for number, key in enumerate(titles)}
    unread = set(unread_cells(outcomes))
    items = []
    for key in sorted(every, key=lambda key: (order.get(key, len(order)), key)):
        questions = every[key]
        most = questions[0].max_score
        scores = [question.score for question in questions if question.score is not None]
        value, compared = discrimination(key, outcomes, unread - {key})
        full, none = sum(score >= most for score in scores), sum(score <= 0 < most for score in scores)
        items.append(
            Item(
                *key,
                title=titles.get(key, ""),
                max_score=most,
                students=len(scores),
                difficulty=mean(scores) / most if scores and most and key not in unread else None,
                full=full,
                some=len(scores) - full - none,
                none=none,
                waiting=len(questions) - len(scores),
                discrimination=value,
                compared=compared,
            )
        )
    return tuple(items)


def unread_cells(outcomes: Sequence[Outcome]) -> tuple[Key, ...]:
    """The graded cells of which hardly any has been read by a person yet."""
    every: dict[Key, list[Question]] = {}
    for outcome in outcomes:
        for question in outcome.questions:
            every.setdefault(question.key, []).append(question)
    return tuple(key for key, questions in every.items() if _mostly_unread(questions))


def _mostly_unread(questions: Sequence[Question]) -> bool:
    """Whether more answers wait for grading by hand than have points: those with points are mostly empty."""
    return 2 * sum(question.score is None for question in questions) > len(questions)


def discrimination(
    key: Key, outcomes: Sequence[Outcome], without: Set[Key] = frozenset()
) -> tuple[float | None, int]:
    """The item-rest correlation of a graded cell, and the number of students it was computed from.

    `without`: cells that do not count, since hardly anybody's have been read yet.

    Those without any point are left out: blank and unreadable work would make every question seem to discriminate. So
    are those for whom a person has not graded all; None as `Item` says.
    """
    own, rest = [], []
    for outcome in outcomes:
        scores = {q.key: q.score for q in outcome.questions if q.key not in without}
        known = [score for score in scores.values() if score is not None]
        mine = scores.get(key)
        if mine is not None and len(known) == len(scores) and sum(known) > 0:
            own.append(mine)
            rest.append(sum(known) - mine)
    if len(own) < FEW:
        return None, len(own)
    try:
        value = correlation(own, rest)
    except StatisticsError:  # all the same
        return None, len(own)
    return (value if math.isfinite(value) else None), len(own)

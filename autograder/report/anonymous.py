"""Removes from a report what must not be shown in class; `report --anonymous` calls `anonymous`.

No name, no id, no order of students, nothing that a student wrote, and no number of fewer than LEAST students:
a smaller count may identify somebody in the room. The page says what is left out. Texts are kept only where they are
the instructor's own words: a student's code can print a line that looks like a check's.
"""

import builtins
from collections.abc import Callable, Sequence
from dataclasses import replace

from autograder.report.numbers import Again, Bin, Item, Made, Numbers, Scores, Times
from autograder.results.finding import Cause
from autograder.results.outcome import GRADED, MANUAL, ZERO

LEAST = 5
STEP = 0.05  # shares are rounded to this: an exact mean of few students gives their points away


def anonymous(numbers: Numbers, own_words: Callable[[str], bool]) -> Numbers:
    """The numbers without anything that identifies a student. `own_words` tells whether a text is the instructor's."""
    graded = sum(numbers.statuses.get(status, 0) for status in (GRADED, ZERO, MANUAL))
    if graded < 2 * LEAST:
        return _nothing(numbers)
    made = tuple(_made(each) for each in numbers.mistakes if each.students >= LEAST and own_words(each.name))
    names = {each.name for each in made}
    failures = [
        each for each in numbers.failures if each.students >= LEAST and _is_own(each.cause, own_words)
    ]
    again = [
        each
        for each in numbers.again
        if each.students >= LEAST or (not each.students and each.unanswered >= LEAST)
    ]
    said = [_again(each, own_words) for each in again]
    return replace(
        numbers,
        statuses={},
        scores=_scores(numbers.scores, graded),
        items=tuple(_item(each) for each in numbers.items),
        mistakes=made,
        together=tuple(
            replace(each, expected=round(each.expected))
            for each in numbers.together
            if each.students >= LEAST and {each.first, each.second} <= names
        ),
        failures=tuple(failures),
        again=tuple(each for each in said if own_words(each.what) or each.what in _cells(numbers)),
        times=Times(),
        repairs=(),
        anonymous=True,
        least=LEAST,
        left_out=(
            f"Counts below {LEAST} are left out, shares are rounded to {100 * STEP:.0f} %, and neighbouring bars are"
            " joined until each stands for enough students.",
        ),
        persons=(),
        tampering=(),
        slow=(),
        alike=(),
        others=(),
        results=(),
        names={},
    )


def _nothing(numbers: Numbers) -> Numbers:
    return Numbers(
        assignment=numbers.assignment,
        submissions=0,
        statuses={},
        scores=Scores(),
        items=(),
        mistakes=(),
        together=(),
        failures=(),
        again=(),
        times=Times(),
        repairs=(),
        anonymous=True,
        least=LEAST,
        left_out=(f"Fewer than {2 * LEAST} students: any number could identify a student.",),
    )


def _made(each: Made) -> Made:
    return replace(each, points=float(round(each.points)))


def _again(each: Again, own_words: Callable[[str], bool]) -> Again:
    """Without what a test said, unless these are the instructor's words, and without a small count."""
    often = each.often if each.often and _is_own(each.often, own_words) else None
    enough = each.unanswered >= LEAST
    return replace(
        each,
        points=float(round(each.points)),
        often=often,
        unanswered=each.unanswered if enough else 0,
        blank_points=float(round(each.blank_points)) if enough else 0.0,
    )


def _is_own(cause: Cause, own_words: Callable[[str], bool]) -> bool:
    """Whether all that a cause quotes is the instructor's, or Python's as the names of its exceptions."""
    text = not cause.text or own_words(cause.text)
    return text and (not cause.error or hasattr(builtins, cause.error) or own_words(cause.error))


def _cells(numbers: Numbers) -> set[str]:
    return {
        name for item in numbers.items for name in (item.title, item.cell, f"{item.notebook}/{item.cell}")
    }


def _share(value: float | None) -> float | None:
    return None if value is None else round(round(value / STEP) * STEP, 2)


def _scores(scores: Scores, graded: int) -> Scores:
    """Mean and median in coarse steps; neither the best nor the worst."""
    step = STEP * scores.max_score

    def rounded(value: float | None) -> float | None:
        return None if value is None or not step else round(round(value / step) * step, 2)

    return Scores(
        max_score=scores.max_score,
        mean=rounded(scores.mean),
        median=rounded(scores.median),
        bins=_joined(scores.bins),
        unread=scores.unread,
        waiting=scores.waiting if scores.waiting >= LEAST else 0,
    )


def _joined(bins: Sequence[Bin]) -> tuple[Bin, ...]:
    """Neighbours made one until each holds LEAST students or nobody is left."""
    joined: list[Bin] = []
    for each in bins:
        if joined and joined[-1].students < LEAST:
            joined[-1] = Bin(joined[-1].low, each.high, joined[-1].students + each.students)
        else:
            joined.append(each)
    while len(joined) > 1 and joined[-1].students < LEAST:
        last = joined.pop()
        joined[-1] = Bin(joined[-1].low, last.high, joined[-1].students + last.students)
    return tuple(joined)


def _item(item: Item) -> Item:
    """A graded cell without small counts; the numbers beside them go too, as they would give them away."""
    counts = (item.full or 0, item.some or 0, item.none or 0)
    whole = item.students >= LEAST
    hide = any(0 < count < LEAST for count in counts)
    full, some, none = (None, None, None) if hide else counts
    return replace(
        item,
        difficulty=_share(item.difficulty) if whole else None,
        students=item.students if whole else 0,
        full=full,
        some=some,
        none=none,
        waiting=item.waiting if (item.waiting or 0) >= LEAST else None,
        discrimination=None if item.discrimination is None else round(item.discrimination, 1),
    )

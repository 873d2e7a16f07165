"""One function tried on one exercise, visible and hidden properties together, and what came of it.

`check` and `audit` call `run_checks`; so does the cell that `locked` runs in the examiner's kernel.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.checking.examine import examine
from autograder.checking.language import Exercise, Property
from autograder.checking.outcome import Report
from autograder.checking.record import State
from autograder.checking.registry import find
from autograder.checking.report import as_text


@dataclass(frozen=True)
class Points:
    """The points of an exercise's visible cell and of its hidden cell."""

    visible: float = 1.0
    hidden: float = 0.0


@dataclass(frozen=True)
class CheckRun:
    """score: the share of the points, 0 to 1. failed: titles of properties, or why nothing could be tried.
    said: what the checks say of them, as in a notebook."""

    score: float
    failed: tuple[str, ...] = ()
    mistake: str | None = None
    seconds: float = 0.0
    said: str = ""


def run_checks(
    exercise: str | Exercise,
    function: Callable[..., Any],
    seed: int | None = None,
    hidden: Sequence[Property] = (),
    points: Points | None = None,
) -> CheckRun:
    """The function's share of the points, what failed, and the mistake that explains the most of it."""
    points = points or Points()
    exercise = find(exercise) if isinstance(exercise, str) else exercise
    began = time.perf_counter()
    try:
        seen = examine(exercise, function, seed=seed)
        further = examine(exercise, function, tuple(hidden), seed, hidden=True) if hidden else None
    except NotImplementedError as error:
        return CheckRun(0.0, (str(error),))
    score, reports = seen.share, [seen]
    if further is not None:
        whole = points.visible + points.hidden
        score = (points.visible * seen.share + points.hidden * further.share) / whole
        reports.append(further)
    failed = tuple(o.title for report in reports for o in report.outcomes if o.state is not State.HOLDS)
    seconds = round(time.perf_counter() - began, 3)
    return CheckRun(score, failed, _named(reports), seconds, _said(reports) if failed else "")


def fails(exercise: Exercise, function: Callable[..., Any], seed: int, hidden: Sequence[Property]) -> bool:
    """Whether any property fails; stops at the first, and looks for no known mistake."""
    nameless = replace(exercise, mistakes=())
    for prop in (*exercise.properties, *hidden):
        try:
            report = examine(nameless, function, (prop,), seed)
            if any(outcome.state is not State.HOLDS for outcome in report.outcomes):
                return True
        except NotImplementedError:
            return True
    return False


def _said(reports: Sequence[Report]) -> str:
    """The reports' text; a known mistake is explained only at its first mention."""
    texts, explained = [], set[str]()
    for report in reports:
        new = tuple(mistake for mistake in report.mistakes if mistake.name not in explained)
        explained |= {mistake.name for mistake in new}
        texts.append(as_text(replace(report, mistakes=new), all_lines=False, closing=False))
    return "\n\n".join(texts)


def _named(reports: Sequence[Report]) -> str | None:
    return next((mistake.name for report in reports for mistake in report.mistakes), None)

"""Checks of the exercises: `check` and `hint` for students, `score` for graded cells, the rest for hidden tests.
`me`, `mine` and `given` are for values that differ from student to student.
A released notebook says with `lessons_at` where lessons are read.

What holds earns its weight; what fails or is not decided earns nothing (see `judging/decide.py`).
Importing this needs torch and the standard library only. The exercise is found by the function's name.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Sequence
from typing import Any

from autograder.checking.examine import examine
from autograder.checking.hints import next_hint
from autograder.checking.kinds.own import kept
from autograder.checking.language import Case, Exercise, Mistake, Property
from autograder.checking.observing.observe import CALLED
from autograder.checking.outcome import Report
from autograder.checking.record import Unfit, UnfitKind
from autograder.checking.registry import find, maker_of, names
from autograder.checking.report import lessons_at, report_points, report_unfit, show, unfit
from autograder.checking.stock.order_lines import written_out
from autograder.checking.withheld import is_withheld
from autograder.checks.old_places import install
from autograder.personal import me, mine

__all__ = [
    "Case",
    "Exercise",
    "Mistake",
    "Property",
    "Report",
    "check",
    "examine",
    "given",
    "hint",
    "lessons_at",
    "me",
    "mine",
    "score",
]

NO_POINTS = (
    "score({name}) has no points here. They are in the cell's nbgrader metadata, and `autograder notebooks` writes them"
    " into the notebook that students get; in a notebook without a text file, write score({name}, points=N)."
)
GRADED = "{name} is graded below. {called}({name}) shows nothing here, since the graded cells try the same and more."
install()


def check(function: Callable[..., Any], seed: int | None = None) -> None:
    """Show which properties of its exercise `function` has. `seed` repeats the cases of an earlier check.

    Where nothing is written yet it says so, and raises nothing: the cells below run all the same. While work is
    graded (nbgrader sets NBGRADER_EXECUTION then) it tries nothing: what it would show, the graded cells show.
    """
    name = _name(function)
    if isinstance(name, Unfit):
        print(unfit(name, tuple(names())))
        return
    if is_withheld() or os.environ.get("NBGRADER_EXECUTION") == "autograde":
        print(GRADED.format(name=name, called="check"))
        return
    exercise = find(name)
    if exercise.lines and (text := written_out(exercise, function)):
        print(text)
    try:
        report = examine(exercise, function, seed=seed)
    except NotImplementedError as unwritten:
        print(unwritten)
    else:
        show(report)


def hint(function: Callable[..., Any], number: int | None = None) -> None:
    """Print hint `number` (1 to 3) for the exercise of `function`, written or not; the next one when None.

    Costs nothing, and nobody is told. 0 prints nothing: so it stands in the notebook.
    """
    name = _name(function)
    if number == 0:
        return
    if isinstance(name, Unfit):
        print(unfit(name, tuple(names())))
    else:
        print(GRADED.format(name=name, called="hint") if is_withheld() else next_hint(find(name), number))


def given(name: str) -> Any:
    """What the exercise of this name gives to the student whose notebook this is: a copy of their own in each call.

    Raises LookupError where there is no such exercise, or where it gives nothing.
    """
    make = maker_of(name) if name in names() else None
    if make is None:
        raise LookupError(f"found no exercise {name!r} that gives something to each student")
    return copy.deepcopy(kept(name, make, mine(name).origin))


def score(
    function: Callable[..., Any],
    points: float | None = None,
    hidden: Sequence[Property] | None = None,
    seed: int | None = None,
) -> float | None:
    """The part of `points` that `function` earns: the weights of what holds; shows what does not.

    In an answer's own cell, while work is graded, it says that the graded cells are below, and returns None. What it
    found goes along as a record, see `autograder.checking.record`, which grading believes only where its
    own kernel ran the check.

    hidden: properties to try in place of the exercise's own; their values and seed are never shown. When it
    is empty, as in a released notebook, nothing is scored and None returned.
    Raises NotImplementedError when nothing is written yet: nbgrader gives 0 points for an error, and full points
    for a cell that says nothing. Cells with the tag raises-exception let those below them run all the same.
    Raises TypeError without `points`, which the build fills in; what does not hold is shown before.
    """
    name = _name(function)
    if isinstance(name, Unfit):
        report_unfit(name, tuple(names()))
        return 0.0
    if is_withheld():
        print(GRADED.format(name=name, called="score"))
        return None
    exercise = find(name)
    report = examine(exercise, function, tuple(hidden or ()), seed, hidden=hidden is not None)
    if points is None:
        show(report)
        raise TypeError(NO_POINTS.format(name=exercise.name))
    if hidden is not None and not hidden:
        print(f"{points:g} points: {exercise.name} is tried on further cases when your work is graded.")
        return None
    earned = round(points * report.share, 2)
    if report.share < 1:
        report_points(report)
        earned = min(earned, points - 0.01)
    return float(earned)


def _name(function: Callable[..., Any]) -> str | Unfit:
    """The name of a function's exercise, or why there is none."""
    called = CALLED.get(type(function))
    name = called(function) if called else getattr(function, "__name__", None)
    if not callable(function) or not isinstance(name, str):
        return Unfit(UnfitKind.NO_FUNCTION, type(function).__name__)
    return name if name in names() else Unfit(UnfitKind.OTHER_NAME, name[:60])

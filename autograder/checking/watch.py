"""What a function did on a case, through the eyes of an exercise and its property; `examine.py` and `naming.py` ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import torch

from autograder.checking.found import Observation
from autograder.checking.language import Case, Exercise, Property
from autograder.checking.memo import MEMO
from autograder.checking.observing.observe import ELSEWHERE, observe, observe_elsewhere

TEST_SECONDS = 15.0  # for one run of a student's test, which calls its function in another process


class StudentsFunction:
    """A student's function, called under the exercise's guard: a check says what grading will.

    A function in another process is called on the first of `cases` that are to come in one go; see `foresee`.
    """

    def __init__(self, exercise: Exercise, function: Callable[..., Any]) -> None:
        self._exercise, self._function = exercise, function
        self._foreseen: list[tuple[Case, Observation]] = []

    def foresee(self, cases: Iterable[Case]) -> None:
        """Has a function in another process called on all of these, for whoever asks about one of them later."""
        if type(self._function) in ELSEWHERE:
            coming = list(cases)
            seen = observe_elsewhere(self._function, coming)
            self._foreseen = list(zip(coming, seen, strict=False))

    def on(self, prop: Property, case: Case) -> Observation:
        """What it did, with what the exercise looks at in the place of the value."""
        found = next((seen for known, seen in self._foreseen if known is case), None)
        if found is None:
            guard = self._exercise.guard() if self._exercise.guard else None
            found = observe(self._function, case, TEST_SECONDS if self._exercise.tells_apart else None, guard)
        found = _seen(prop, found, case)
        if self._exercise.look is None or found.fault or found.hung:
            return found
        return replace(found, value=self._exercise.look(case, found))


def own(prop: Property, function: Callable[..., Any], case: Case) -> Observation:
    """What an oracle or a known mistake did, which return what the exercise looks at.

    Without oneDNN: compiling code for each shape takes it most of the time.
    """

    def look() -> Observation:
        with torch.backends.mkldnn.flags(enabled=False, allow_tf32=None):  # which warns where it is set
            return observe(function, case)

    found = MEMO.get(function, "observed", case, look)
    assert found is not None
    return _seen(prop, found, case)


def _seen(prop: Property, found: Observation, case: Case) -> Observation:
    if prop.look is None or found.fault or found.hung or case.other_device or case.far:
        return found
    return replace(found, value=prop.look(case, found))

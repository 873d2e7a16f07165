"""What a function did on a case, through the eyes of an exercise and its property; `examine.py` and `naming.py` ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

from autograder.checking.found import Observation
from autograder.checking.language import Case, Exercise, Property
from autograder.checking.memo import MEMO
from autograder.checking.observing.observe import observe


def students(exercise: Exercise, prop: Property, function: Callable[..., Any], case: Case) -> Observation:
    """What a student's function did, with what the exercise looks at in the place of the value.

    Under the exercise's guard: a check says what grading will.
    """
    found = _seen(prop, observe(function, case, guard=exercise.guard() if exercise.guard else None), case)
    if exercise.look is None or found.fault or found.hung:
        return found
    return replace(found, value=exercise.look(case, found))


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

"""The kind "find it out": numbers and names that hold for what this student was given, with tolerances.

The course says what is asked (`Ask`) and, in the module `key`, what is right of a thing that was given (`Right`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.checking.found import Finding, said
from autograder.checking.judging.compare import kind
from autograder.checking.kinds.own import Own, keyed
from autograder.checking.language import Property

FORM = "{name} should be {form}; the answer has {found}."
FORMED = "All that is asked for is there, and in its form."
WRONG = "{name} is not what is measured on what you were given."


@dataclass(frozen=True)
class Ask:
    """One thing to find out. `name`: its key in the answer; `title`: what holds where it is right; it is a number from
    `low` to `high`, a `whole` one if so."""

    name: str
    title: str
    low: float
    high: float
    whole: bool = False
    weight: float = 1.0

    def misses(self, value: Any) -> Finding | None:
        """What is wrong with the form of a value."""
        kinds = (int,) if self.whole else (int, float)
        if type(value) in kinds and self.low <= value <= self.high:  # not NaN either
            return None
        form = f"a {'whole ' * self.whole}number from {self.low:g} to {self.high:g}"
        what = repr(value)[:40] if type(value) in (int, float, str, bool) else kind(value)
        return said(FORM.format(name=self.name, form=form, found=what))


@dataclass(frozen=True)
class Right:
    """The right value, and how far off an answer may be. `mistakes`: names of known ones, with what they give."""

    value: float
    tolerance: float = 0.0
    mistakes: tuple[tuple[str, float], ...] = ()

    def wrong(self, name: str, answer: float) -> Finding | None:
        """What is wrong with an answer, with the mistake that explains it."""
        if math.isclose(answer, self.value, rel_tol=0, abs_tol=self.tolerance):
            return None
        made = [
            (abs(answer - value), mistake)
            for mistake, value in self.mistakes
            if math.isclose(answer, value, rel_tol=0, abs_tol=self.tolerance)
        ]
        return said(WRONG.format(name=name), mistake=min(made)[1] if made else "")


Key = Callable[[Any], Mapping[str, Right]]  # from what was given


def formed(own: Own, asks: tuple[Ask, ...]) -> tuple[Property, ...]:
    """What `check` looks at: the form, and nothing of what is right."""

    def judge(given: Any, answer: Any) -> Finding | None:
        if finding := keyed(answer, tuple(ask.name for ask in asks)):
            return finding
        return next((finding for ask in asks if (finding := ask.misses(answer[ask.name]))), None)

    return (own.judged(FORMED, judge),)


def asked(own: Own, asks: tuple[Ask, ...], key: Key) -> tuple[Property, ...]:
    """What is graded: a property for each thing that is asked for."""
    last: list[Any] = [None, None]  # what is right of a thing is measured once for all that is asked of it

    def measured(given: Any) -> Mapping[str, Right]:
        if last[0] is not given:
            last[:] = given, key(given)
        found: Mapping[str, Right] = last[1]
        return found

    names = tuple(ask.name for ask in asks)
    return tuple(own.judged(ask.title, _judge(ask, names, measured), ask.weight) for ask in asks)


def _judge(ask: Ask, names: tuple[str, ...], key: Key) -> Callable[[Any, Any], Finding | None]:
    def judge(given: Any, answer: Any) -> Finding | None:
        if finding := keyed(answer, names, (ask.name,)) or ask.misses(answer[ask.name]):
            return finding
        return key(given)[ask.name].wrong(ask.name, answer[ask.name])

    return judge

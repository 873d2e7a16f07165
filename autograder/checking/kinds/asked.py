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
ROUNDING = 1e-12


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
    """The right value, and how far off an answer may be. `mistakes`: names of known ones, with what they give; an answer
    may be off these as far, and by no larger share."""

    value: float
    tolerance: float = 0.0
    mistakes: tuple[tuple[str, float], ...] = ()

    def holds(self, answer: float) -> bool:
        """Whether an answer is right."""
        return math.isclose(answer, self.value, rel_tol=0, abs_tol=self.tolerance)

    def made(self, answer: float) -> list[str]:
        """The mistakes that give this answer, the nearest first."""
        share = self.tolerance / abs(self.value) if self.value else 0.0
        near = [
            (abs(answer - value), mistake)
            for mistake, value in self.mistakes
            if abs(answer - value) <= min(self.tolerance, share * abs(value)) + ROUNDING
        ]
        return [mistake for _, mistake in sorted(near)]

    def fits(self, answer: float, mistake: str) -> bool:
        """Whether an answer may be that of somebody who made this mistake elsewhere."""
        return mistake not in dict(self.mistakes) or self.holds(answer) or mistake in self.made(answer)


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

    return tuple(own.judged(ask.title, _judge(ask, asks, measured), ask.weight) for ask in asks)


def _judge(ask: Ask, asks: tuple[Ask, ...], key: Key) -> Callable[[Any, Any], Finding | None]:
    names = tuple(each.name for each in asks)

    def judge(given: Any, answer: Any) -> Finding | None:
        if finding := keyed(answer, names, (ask.name,)) or ask.misses(answer[ask.name]):
            return finding
        rights, found = key(given), answer[ask.name]
        if rights[ask.name].holds(found):
            return None
        # A number by chance, or of another's network, is now and then what a mistake gives. It is named where whatever
        # else it would have changed agrees.
        formed = [each for each in asks if each.name in answer and not each.misses(answer[each.name])]
        told = [
            mistake
            for mistake in rights[ask.name].made(found)
            if all(rights[each.name].fits(answer[each.name], mistake) for each in formed)
        ]
        return said(WRONG.format(name=ask.name), mistake=told[0] if told else "")

    return judge

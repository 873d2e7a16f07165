"""What each student is given, and exercises about it: cases and verdicts that the kinds `asked` and `hunt` are made of.

Such an exercise has a function without arguments that returns what the student found. The notebook's `check` looks at
the form alone, for it runs where the student is; the key is in the exercise's module `key`, which no student installs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from torch import Generator

from autograder.checking.found import Finding, Observation, said
from autograder.checking.judging.compare import kind
from autograder.checking.language import Case, Property
from autograder.personal import Draws, mine

Make = Callable[[Draws], Any]  # what a student is given
Judge = Callable[[Any, Any], Finding | None]  # from what was given and the answer: what is wrong, if anything
NO_DICT = "the answer should be a dictionary with the keys {keys}; it is {found}."
KEYS = "the answer should have the keys {keys}; {missing} {be} missing."


@dataclass(frozen=True)
class Own:
    """An exercise about something of each student's own. `name`: of the exercise; `make`: what they are given."""

    name: str
    make: Make

    def given(self) -> Any:
        """What the student whose values are wanted was given; the same object for as long as it is somebody's turn."""
        return kept(self.name, self.make, mine(self.name).origin)

    def judged(self, title: str, judge: Judge, weight: float = 1.0) -> Property:
        """A property of the answer."""

        def draw(generator: Generator) -> Case:
            return Case({}, note=self.given())

        def verdict(case: Case, found: Observation, ask: Callable[[Case], Observation]) -> Finding | None:
            if found.fault or found.wrong_device:
                return None  # `judge` says so
            return judge(case.note, found.value)

        return Property(title, draw, weight=weight, verdict=verdict)


@lru_cache(maxsize=64)
def kept(name: str, make: Make, origin: bytes) -> Any:
    """What the exercise `name` gives by the draws that begin with `origin`; nobody may change it."""
    return make(Draws(origin))


def keyed(answer: Any, keys: tuple[str, ...], needed: tuple[str, ...] = ()) -> Finding | None:
    """What is wrong with an answer that should be a dictionary with these keys, or at least with those `needed`."""
    words = ", ".join(map(repr, keys))
    if not isinstance(answer, dict):
        return said(NO_DICT.format(keys=words, found=kind(answer)))
    if missing := [repr(key) for key in needed or keys if key not in answer]:
        be = "is" if len(missing) == 1 else "are"
        return said(KEYS.format(keys=words, missing=", ".join(missing), be=be))
    return None

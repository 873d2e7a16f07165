"""What a check of one function found out, property by property; `examine.py` makes it, `report.py` words it for
terminals and notebooks, `result` is what travels further."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from autograder.checking.found import Finding
from autograder.checking.language import Mistake
from autograder.checking.record import CheckResult, KnownMistake, PropertyResult, State
from autograder.checking.wording import words


@dataclass(frozen=True)
class Outcome:
    """One property after it was tried (or not, after a hang). `mistake` is the known mistake it matches; `depends_on`
    the number of the failure without which it cannot be decided."""

    title: str
    weight: float
    shapes: str = ""
    finding: Finding | None = None
    tried: bool = True
    mistake: Mistake | None = None
    printed: str = ""
    depends_on: int | None = None

    @property
    def state(self) -> State:
        """Whether it holds."""
        if not self.tried:
            return State.NOT_TRIED
        if self.depends_on is not None:
            return State.NOT_DECIDED
        if self.finding:
            return State.IN_PART if self.finding.held else State.FAILS
        return State.HOLDS

    @property
    def held(self) -> float:
        """The part of it that holds, 0 to 1."""
        if not self.tried or self.depends_on is not None:
            return 0.0
        return self.finding.held if self.finding else 1.0


class Drawn(StrEnum):
    """What a check draws anew each time."""

    CASES = "cases"
    ORDER = "order"  # of the functions that a student's test is called with
    NOTHING = "nothing"  # the form of an answer about the student's own is looked at, and no more


@dataclass(frozen=True)
class Report:
    """All that a check of one function found out. `answer`: what it returned, where that is about the student's own."""

    exercise: str
    outcomes: tuple[Outcome, ...]
    seed: int
    hidden: bool = False
    mistakes: tuple[Mistake, ...] = ()
    answer: str = ""
    drawn: Drawn = Drawn.CASES

    @property
    def share(self) -> float:
        """Weight of what holds, as a part of the whole weight."""
        whole = sum(outcome.weight for outcome in self.outcomes)
        held = sum(outcome.weight * outcome.held for outcome in self.outcomes)
        return held / whole if whole else 0.0

    def result(self) -> CheckResult:
        """The record that travels: without values of hidden cases, functions and what the student's code printed."""
        properties = tuple(
            PropertyResult(
                title=each.title,
                state=each.state,
                weight=each.weight,
                held=each.held,
                tried_on=each.shapes,
                found=words(each.finding) if each.finding else "",
                mistake=each.mistake.name if each.mistake else "",
                depends_on="" if each.depends_on is None else self.outcomes[each.depends_on].title,
            )
            for each in self.outcomes
        )
        mistakes = tuple(KnownMistake(each.name, each.explanation, each.lesson) for each in self.mistakes)
        return CheckResult(
            self.exercise, properties, mistakes, None if self.hidden else self.seed, self.hidden,
            answer=self.answer,
        )  # fmt: skip

"""What a check of one function found out, property by property; `examine.py` makes it, `report.py` words it."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.checking.found import Finding
from autograder.checking.language import Mistake


@dataclass(frozen=True)
class Outcome:
    """One property after it was tried (or not, after a hang). `mistake` is the known mistake it matches."""

    title: str
    weight: float
    shapes: str = ""
    finding: Finding | None = None
    tried: bool = True
    mistake: Mistake | None = None
    printed: str = ""


@dataclass(frozen=True)
class Report:
    """All that a check of one function found out."""

    exercise: str
    outcomes: tuple[Outcome, ...]
    seed: int
    hidden: bool = False
    mistakes: tuple[Mistake, ...] = ()

    @property
    def share(self) -> float:
        """Weight of what holds, as a part of the whole weight."""
        whole = sum(outcome.weight for outcome in self.outcomes)
        held = sum(o.weight * (o.finding.held if o.finding else 1.0) for o in self.outcomes if o.tried)
        return held / whole if whole else 0.0

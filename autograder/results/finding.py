"""What the checks found in a submission: records that students' pages and reports are made of.

A worker fills them in (`findings`), the journal keeps them, `autograder.report` reads them. All of it is text that may
come from a student: escape it.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mistake:
    """A known mistake that a check named. `lesson`: where to read on, as `notebooks/03_gates.ipynb#See`, or
    empty."""

    name: str
    explanation: str = ""
    lesson: str = ""


@dataclass(frozen=True)
class Finding:
    """What the checks said in one graded cell: `failed` in words, in their order, and the known mistakes.

    `held` of `tried` properties hold, for checks that count them; else both are 0. `why`: what was found where the
    first of `failed` was tried, for checks that say it.
    """

    notebook: str
    cell: str
    failed: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    held: int = 0
    tried: int = 0
    why: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The notebook and the cell."""
        return self.notebook, self.cell

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Finding":
        """A finding out of plain JSON values."""
        mistakes = tuple(Mistake(**each) for each in values["mistakes"])
        return cls(**{**values, "failed": tuple(values["failed"]), "mistakes": mistakes})

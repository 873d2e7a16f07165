"""What was found in the graded cells of a submission: records that students' pages and reports are made of.

`findings` makes them of graded notebooks, the journal keeps them, `autograder.report` counts them. They hold kinds and
arguments, no sentences: `autograder.pages.wording` and `autograder.report.wording` say them, each to its readers. The
texts may come from a student: escape them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Why a graded cell lacks points. The values stand in journals: a new kind may be added, an old one keeps its."""

    PROPERTY = "property"  # text: the title of a property that a check did not find, or found in part
    UNFIT_CLASS = "unfit class"  # text: the class of what stands in the place of the exercise's function
    UNFIT_NAME = "unfit name"  # text: the name of a function that is none of an exercise
    EXCEPTION = "exception"  # error: the exception's class; text: what it says
    ASSERTION = (
        "assertion"  # text: the line of the test that does not hold, where its author wrote no message
    )
    PRINTED = "printed"  # text: the first line that the test printed
    NO_ANSWER = "no answer"  # the answer is as it was released
    NOT_RUN = "not run"  # the notebook could not be read; the submission's reason says why


@dataclass(frozen=True, order=True)
class Cause:
    """One reason why a cell lacks points. `text` and `error` are only quoted, never parsed."""

    kind: Kind
    text: str = ""
    error: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written, so that there was nothing to test."""
        unwritten = self.kind is Kind.EXCEPTION and self.error == NotImplementedError.__name__
        return unwritten or self.kind is Kind.NO_ANSWER


@dataclass(frozen=True)
class Mistake:
    """A known mistake that a check named. `lesson`: where to read on, as `notebooks/03_gates.ipynb#The-idea`, or
    empty."""

    name: str
    explanation: str = ""
    lesson: str = ""


@dataclass(frozen=True)
class Finding:
    """What was found in one graded cell: the `causes` in their order, and the known mistakes.

    `held` of `tried` properties hold, where checks counted them; else both are 0. `why`: what was found where the first
    of these properties was tried. `answer`: to the `exercise`, where that is about something of the student's own.
    """

    notebook: str
    cell: str
    causes: tuple[Cause, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    held: int = 0
    tried: int = 0
    why: str = ""
    exercise: str = ""
    answer: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The notebook and the cell."""
        return self.notebook, self.cell


def up_to_date(values: dict[str, Any]) -> dict[str, Any]:
    """A finding in the journal as this version would have written it; `outcome` asks.

    An older version kept sentences where there are causes now. Where a check had counted its properties they were
    these properties' titles; the kind of all others is not known any more, and they are left out.
    """
    if "causes" in values:
        return values
    titles = values.get("failed", ()) if values.get("tried") else ()
    return {**values, "causes": [{"kind": Kind.PROPERTY, "text": str(each)} for each in titles]}

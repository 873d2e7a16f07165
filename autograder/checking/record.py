"""The result of a check as a record: what travels from a graded cell to students' pages and reports.

`checking.report` makes it of a Report, `score` emits it, `results.findings` reads it. Checks of other courses may make
their own: build a CheckResult and call `emit`. Imports no PyTorch. The texts are the author's of the check; only
`Unfit.name` and what `found` quotes may come from a student, so readers escape all of them.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from autograder.core.check_output import CHECK_RESULT, CheckOutput

LONGEST = 2_000  # characters of one text
LONGEST_ANSWER = 20_000
MOST = 200  # properties, and known mistakes


class State(StrEnum):
    """What became of one property. The values are part of the record's form."""

    HOLDS = "holds"
    IN_PART = "in part"
    FAILS = "fails"
    NOT_DECIDED = "not decided"  # its value is wrong for the reason for which an earlier one fails
    NOT_TRIED = "not tried"  # an earlier one did not come to an end


class UnfitKind(StrEnum):
    """Why a check could not be tried on what it was given."""

    NO_FUNCTION = "no function"  # name: that of its class
    OTHER_NAME = "other name"  # name: the function's, which is none of the exercises'


@dataclass(frozen=True)
class Unfit:
    """What a check was given instead of a function of an exercise."""

    kind: UnfitKind
    name: str


@dataclass(frozen=True)
class KnownMistake:
    """A known mistake that explains what failed. `lesson`: where to read on, as `notebooks/03_gates.ipynb#The-idea`."""

    name: str
    explanation: str = ""
    lesson: str = ""


@dataclass(frozen=True)
class PropertyResult:
    """One property. `held`: the part of it that holds, 0 to 1; `tried_on`: sizes, in words; `found`: why it fails;
    `mistake`: the name of the known mistake that explains it; `depends_on`: the title of the failure without which it
    cannot be decided."""

    title: str
    state: State
    weight: float = 1.0
    held: float = 0.0
    tried_on: str = ""
    found: str = ""
    mistake: str = ""
    depends_on: str = ""


@dataclass(frozen=True)
class CheckResult:
    """All that a check found. `seed` repeats its cases, None where they are hidden; `unfit`: why nothing was tried.
    `answer`: what the student found out about something of their own (`checking.kinds.written`)."""

    exercise: str = ""
    properties: tuple[PropertyResult, ...] = ()
    mistakes: tuple[KnownMistake, ...] = ()
    seed: int | None = None
    hidden: bool = False
    unfit: Unfit | None = None
    answer: str = ""

    @property
    def held(self) -> int:
        """How many properties hold as a whole."""
        return sum(each.state is State.HOLDS for each in self.properties)


def emit(result: CheckResult, text: str) -> None:
    """Shows `text` and sends the result along; outside of IPython, where nobody reads results, it prints the text.

    The cell's points are the value of its last line, as ever: nbgrader passes such an output over.
    """
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(text)
        return
    from IPython.display import display

    content = _short(asdict(result)) | {"answer": result.answer[:LONGEST_ANSWER]}
    display({CHECK_RESULT: CheckOutput(content), "text/plain": text}, raw=True)


def _short(value: Any) -> Any:
    """JSON values of a record: texts and lists no longer than anybody reads."""
    if isinstance(value, dict):
        return {name: _short(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_short(each) for each in value[:MOST]]
    if isinstance(value, str):
        return str(value)[:LONGEST]
    return value

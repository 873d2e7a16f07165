"""What a defence consists of: data that `questions` makes, `wording` says and `pages` shows."""

from dataclasses import dataclass
from enum import Enum

from autograder.checking.trace import Step


class QuestionKind(Enum):
    """What is asked: a variable after a line, where or whether a call fails, or which changes the checks would pass."""

    VARIABLE = "variable"
    EDGE = "edge"
    CHANGE = "change"


@dataclass(frozen=True)
class Change:
    """`old` in `line` becomes `new` ("" where it is left out). caught: the first property that fails, "" for none."""

    line: int
    old: str
    new: str
    caught: str = ""


@dataclass(frozen=True)
class Question:
    """A question on one function. `given`: the shapes of the arguments. Its key is what else it holds: `variable`,
    the exception `raised` in `line`, or what came of `changes`."""

    kind: QuestionKind
    function: str
    given: str = ""
    variable: Step | None = None
    raised: str = ""
    line: int = 0
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One student's questions. `code`: each function that is asked about, as it was handed in. `without`: functions
    that nothing is asked about, because they are not written, do not run or are nested too deep."""

    student: str
    name: str
    questions: tuple[Question, ...]
    code: dict[str, str]
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Defence:
    """The sheets of an assignment; `seed` repeats them."""

    assignment: str
    seed: int
    sheets: tuple[Sheet, ...]

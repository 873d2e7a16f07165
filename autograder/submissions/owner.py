"""Whose values a submission is graded with, and what is odd about the personal code in it; `one_submission` asks.

The folder decides, and never what the notebook says. Only where a group hands in together may it be the code of a mate.
"""

import ast
from collections.abc import Mapping, Sequence

from autograder.core.records import Repair, RepairKind
from autograder.core.text import plain
from autograder.course.model import Cell, Skeleton, Submission
from autograder.course.names import parse
from autograder.personal.codes import Code, read_code

SAYS = "me"  # the function that a code is typed into


def owner(
    submission: Submission, skeletons: Sequence[Skeleton], notebooks: Mapping[str, Sequence[Cell]]
) -> tuple[Code | None, dict[str, tuple[Repair, ...]]]:
    """The code to draw values by, None for practice, and for each notebook that asks for a code what had to be repaired.

    `notebooks`: the student's cells by notebook; `submission.codes` are empty where the course has no key.
    """
    if not submission.codes:
        return None, {}
    asking = [each.name for each in skeletons if _asks(each) and each.name in notebooks]
    typed = {
        name: _last([text for cell in notebooks[name] if cell.kind == "code" for text in _typed(cell.source)])
        for name in asking
    }
    known = {str(code): code for code in submission.codes}
    found = {name: _read(text) for name, text in typed.items()}
    mates = [known[str(code)] for code in found.values() if code and str(code) in known]
    whose = mates[0] if mates else submission.codes[0]
    repairs = {name: _repairs(typed[name], found[name], submission.codes) for name in asking}
    return whose, repairs


def _asks(skeleton: Skeleton) -> bool:
    """Whether a notebook is given with a cell to type a code into."""
    cells = zip(skeleton.notebook.cells, skeleton.released, strict=True)
    return any(cell.cell_type == "code" and _typed(text) for cell, text in cells)


def _repairs(typed: str, code: Code | None, right: Sequence[Code]) -> tuple[Repair, ...]:
    if code in right:
        return ()
    if not typed:
        return (Repair(RepairKind.CODE_MISSING),)
    if code is None:
        return (Repair(RepairKind.CODE_UNREADABLE),)
    if code.student in {each.student for each in right}:
        return (Repair(RepairKind.CODE_WRONG),)
    return (Repair(RepairKind.CODE_OF_ANOTHER, name=plain(code.student)),)


def _last(texts: Sequence[str]) -> str:
    """What counts when the cells are run from top to bottom: an empty text is none."""
    return next((text for text in reversed(texts) if text), "")


def _typed(source: str) -> list[str]:
    """The texts in calls of `me` in a cell."""
    tree = parse(source) if f"{SAYS}(" in source else None
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)] if tree else []
    mine = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == SAYS]
    given = [call.args[0] if call.args else None for call in mine]
    texts = [each.value if isinstance(each, ast.Constant) else "" for each in given]
    return [text.strip() if isinstance(text, str) else "" for text in texts]


def _read(text: str) -> Code | None:
    try:
        return read_code(text) if text else None
    except ValueError:
        return None

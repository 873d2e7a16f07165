"""Why a submission has no points; the engine asks once the notebooks have run."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbgrader.utils import is_grade, is_solution

from autograder.core.notebooks import Notebook, NotebookCell
from autograder.core.records import CellName, Fault, Incident, Reason, ReasonKind
from autograder.core.text import ANSI, error_line, plain
from autograder.results.findings import check_results
from autograder.rpc.accept_outputs import printed_by_test
from autograder.submissions.rebuild import ADDED, grade_id

SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")


def reason_for_zero(
    notebooks: Mapping[str, Notebook],
    incidents: Sequence[Incident],
    untouched: bool,
    faults: Mapping[str, Fault],
) -> Reason:
    """The first cause that explains the rest."""
    if faults:
        return Reason(ReasonKind.UNREADABLE, faults=tuple(faults.values()))
    if untouched:
        return Reason(ReasonKind.UNTOUCHED)
    errors = [found for notebook in notebooks.values() for found in _errors(notebook, tests=False)]
    for where, error in errors:
        if error.ename in SYNTAX_ERRORS:
            return _syntax(where, error)
    if incidents:
        return Reason(ReasonKind.INCIDENTS, incidents=tuple(incidents))
    if errors:
        where, error = errors[0]
        return Reason(ReasonKind.EXCEPTION, where, name=plain(error.ename), text=plain(error.evalue))
    for notebook in notebooks.values():
        for failure in _failures(notebook):
            return failure
    return Reason(ReasonKind.NO_POINTS)


def _errors(notebook: Notebook, tests: bool) -> Iterator[tuple[CellName, Any]]:
    """Error outputs with the name of their cell, of graded test cells or of all others."""
    for index, cell in enumerate(notebook.cells):
        if (is_grade(cell) and not is_solution(cell)) == tests:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    yield name_of(cell, index), output


def _syntax(where: CellName, error: Any) -> Reason:
    line = re.search(r"line (\d+)\)\s*$", error.evalue)
    message = plain(re.sub(r"\s*\([^()]*line \d+\)\s*$", "", error.evalue))
    return Reason(ReasonKind.SYNTAX_ERROR, where, number=int(line[1]) if line else 0, text=message)


def _failures(notebook: Notebook) -> Iterator[Reason]:
    """What each failed test cell says first: its check's result, else its exception, else what it printed."""
    for cell in notebook.cells:
        if not is_grade(cell) or is_solution(cell):
            continue
        for result in check_results(cell):
            tried = len(result.properties)
            if result.unfit:
                yield Reason(ReasonKind.NOT_THE_FUNCTION, name=plain(result.unfit.name))
            elif tried:
                yield Reason(
                    ReasonKind.PROPERTIES_FAILED,
                    name=plain(result.exercise),
                    number=result.held,
                    most=tried,
                )
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield Reason(ReasonKind.CHECKS_FAILED, text=error_line(output))
        if printed := plain(ANSI.sub("", printed_by_test(cell))):
            yield Reason(ReasonKind.CHECKS_FAILED, text=printed)


def name_of(cell: NotebookCell, index: int) -> CellName:
    """A cell's name: its grade_id, else its number, for added cells the number in the student's notebook."""
    if name := grade_id(cell):
        return CellName(name)
    own = cell.get("id", "").removeprefix(ADDED)
    return CellName(number=int(own) if own.isdecimal() and cell.id.startswith(ADDED) else index + 1)

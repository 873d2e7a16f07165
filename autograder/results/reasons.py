"""Why a submission got zero, in words for the student; used by `record` once the notebooks have run."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbgrader.utils import is_grade, is_solution

from autograder.core.text import ANSI, error_line, plain
from autograder.course.model import Incident
from autograder.submissions.rebuild import ADDED, grade_id

SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")


def reason_for_zero(
    notebooks: Mapping[str, Any], incidents: Sequence[Incident], untouched: bool, faults: Mapping[str, str]
) -> str:
    """One sentence without its full stop; the first cause that explains the rest."""
    if faults:
        return "; ".join(dict.fromkeys(faults.values()))
    if untouched:
        return "no answer given: every answer cell is as it was released"
    errors = [found for notebook in notebooks.values() for found in _errors(notebook, tests=False)]
    for where, error in errors:
        if error.ename in SYNTAX_ERRORS:
            return f"{_syntax(error)} in cell {where}"
    if incidents:
        return say(incidents)
    if errors:
        where, error = errors[0]
        return f"cell {where} stopped with {plain(error.ename)}: {plain(error.evalue)}"
    for notebook in notebooks.values():
        for message in _failures(notebook):
            return f"all checks failed, first: {message}"
    return "no points in any graded cell"


def say(incidents: Sequence[Incident]) -> str:
    """The incidents of one submission in one sentence."""
    cells: dict[str, dict[str, None]] = {}
    for incident in incidents:
        cells.setdefault(incident.what, {})[incident.cell] = None
    return "; ".join(
        f"{what} in cell{'s' if len(names) > 1 else ''} {', '.join(names)}" for what, names in cells.items()
    )


def _errors(notebook: Any, tests: bool) -> Iterator[tuple[str, Any]]:
    """Error outputs with the name of their cell, of graded test cells or of all others."""
    for index, cell in enumerate(notebook.cells):
        if (is_grade(cell) and not is_solution(cell)) == tests:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    yield name_of(cell, index), output


def _syntax(error: Any) -> str:
    line = re.search(r"line (\d+)\)\s*$", error.evalue)
    message = plain(re.sub(r"\s*\([^()]*line \d+\)\s*$", "", error.evalue))
    return f"syntax error ({message}){f', line {line[1]},' if line else ''}"


def _failures(notebook: Any) -> Iterator[str]:
    """What each failed test cell says first: its message where it prints one, else its exception."""
    for cell in notebook.cells:
        if not is_grade(cell) or is_solution(cell):
            continue
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                text = [line for line in ANSI.sub("", output.text).splitlines() if line.strip()]
                if text:
                    yield plain(text[0])
            elif output.output_type == "error":
                yield error_line(output)


def name_of(cell: Any, index: int) -> str:
    """How a cell is called in sentences: its grade_id, else its number, the student's own for added cells."""
    name, own = grade_id(cell), cell.get("id", "")
    if name:
        return f"`{name}`"
    return own.removeprefix(ADDED) if own.startswith(ADDED) else str(index + 1)

"""What the instructor's notebook of an assignment holds for one exercise; empty where there are no sources."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.auditing.check_run import Points
from autograder.checking.language import Property
from autograder.checking.registry import assignment_of, find
from autograder.core import guard
from autograder.core.errors import WrongUse
from autograder.core.notebooks import NotebookCell
from autograder.course.forbid import guarded

PRELUDE = "import torch\nfrom torch import nn\n\n\n"


@dataclass(frozen=True)
class ExerciseSource:
    """reference: the instructor's solution; hidden: the source that draws up the list `further`; guards: those
    that its tags ask for."""

    points: Points = field(default_factory=Points)
    reference: str = ""
    hidden: str = ""
    guards: tuple[str, ...] = ()

    def properties(self) -> tuple[Property, ...]:
        """The hidden properties."""
        namespace: dict[str, Any] = {}
        exec(compile(PRELUDE + self.hidden, "<hidden tests>", "exec"), namespace)
        return tuple(namespace.get("further", ()))


def read_source(course: Path, exercise: str) -> ExerciseSource:
    """The exercise as the course's `source/` has it; where there is none, only what the exercise itself forbids.

    Raises WrongUse where the notebook lacks a cell of the exercise.
    """
    assignment = assignment_of(exercise)
    path = course / "source" / assignment / f"{assignment}.ipynb"
    if not path.exists():
        return ExerciseSource(guards=forbidden(exercise))
    cells = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        cells[cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")] = cell
    # What is about something of the student's own is graded with the key alone, and needs what was given.
    own = find(exercise).given is not None
    wanted = [
        f"{exercise}{end}" for end in (("", "-given", "-hidden") if own else ("", "-visible", "-hidden"))
    ]
    if missing := [grade_id for grade_id in wanted if grade_id not in cells]:
        raise WrongUse(
            f"{path}: found no cell {', '.join(missing)}; expected a solution cell {wanted[0]} and the cells"
            f" {wanted[1]} and {wanted[2]} in source/{assignment}.py; then: make notebooks"
        )
    solution, visible, hidden = (cells[grade_id] for grade_id in wanted)
    points = [float(cell["metadata"]["nbgrader"].get("points", 0)) for cell in (visible, hidden)]
    before = [_text(cells["imports"]), *([_text(visible)] if own else [])]
    lines = [line for line in _text(solution).splitlines() if " SOLUTION" not in line]
    return ExerciseSource(
        Points(*points),
        "\n".join([*before, "", "", *lines]) + "\n",
        _between(_text(hidden), "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"),
        tuple(guarded(solution["metadata"].get("tags", []))),
    )


def forbidden(exercise: str) -> tuple[str, ...]:
    """The name of the guard that an exercise holds by itself; its solution cell has the tag of the same."""
    held = find(exercise).guard
    return tuple(sorted(name for name in guard.names() if held and guard.find(name) == held))


def _text(cell: NotebookCell) -> str:
    return "".join(cell["source"])


def _between(text: str, begin: str, end: str) -> str:
    return textwrap.dedent(text.partition(begin)[2].partition(end)[0])

"""Do the points that an assignment states add up to those that its graded cells carry? `gate` calls it.

Any course: each graded cell has points, and the release carries the same as the source. Where the text states
points, as in "*6 points · medium*" below the heading of an exercise, "18 points." in the first cell, or "# 4 points:"
in a graded cell, they must be those of the cells. So must those that the code states, `score(f, points=4)`.
"""

import re
from typing import Any

from autograder.authoring.stated import contradictions
from autograder.core.notebooks import Notebook

EXERCISE = re.compile(r"^\*(\d+(?:\.\d+)?) points? ·", re.MULTILINE)
TOTAL = re.compile(r"(\d+(?:\.\d+)?) points?\.")
CELL = re.compile(r"\A# (\d+(?:\.\d+)?) points?:")


def faults(source: Any, release: Any, name: str) -> list[str]:
    """What does not add up, in sentences that name the cell."""
    given, released = _points(source), _points(release)
    found = [
        f"{name}, cell {cell}: {most:g} points in the source, {released.get(cell, 0):g} in the release"
        for cell, most in given.items()
        if released.get(cell) != most
    ]
    found += [
        f"{name}, cell {cell}: a graded cell without points" for cell, most in given.items() if most <= 0
    ]
    if not given:
        found.append(
            f"{name}: no cell is graded; give one points in JupyterLab's Create Assignment, or delete it"
        )
    found += [f"{name}, {fault}" for fault in contradictions(source)]
    return found + _stated(source, name)


def _points(notebook: Notebook) -> dict[str, float]:
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return {
        each["grade_id"]: float(each.get("points", 0))
        for each in marks
        if each.get("grade") or each.get("task")
    }


def _stated(notebook: Notebook, name: str) -> list[str]:
    """Where text and cells disagree."""
    found: list[str] = []
    exercise: tuple[float, str] | None = None
    summed = total = 0.0

    def close() -> None:
        if exercise and exercise[0] != summed:
            found.append(f"{name}, {exercise[1]}: states {exercise[0]:g} points, its cells have {summed:g}")

    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if (
            cell.cell_type == "markdown"
            and (match := EXERCISE.search(cell.source))
            and not about.get("grade")
        ):
            close()
            heading = next(
                (line.strip("# ") for line in cell.source.splitlines() if line.startswith("#")), "a heading"
            )
            exercise, summed = (float(match[1]), f"{heading!r}"), 0.0
        if about.get("grade") or about.get("task"):
            points = float(about.get("points", 0))
            summed, total = summed + points, total + points
            if (match := CELL.match(cell.source)) and float(match[1]) != points:
                found.append(f"{name}, cell {about['grade_id']}: says {match[1]} points, and has {points:g}")
    close()
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    if (match := TOTAL.search(first)) and float(match[1]) != total:
        found.append(f"{name}: the first cell states {match[1]} points in all, the cells have {total:g}")
    return found

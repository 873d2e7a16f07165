"""Values of tests that cannot be their points; `work` refuses them once a notebook has run, `audit` asks whether it did.

The value of a test's last line counts as its points where it is a number. nbgrader ends with an error where that is
more than there are, and gives all of them for NaN: a student's function could bring about either.
"""

from collections.abc import Iterator
from typing import Any

from nbformat.v4 import new_output
from nbgrader.utils import determine_grade, is_grade, is_solution

from autograder.grading.model import Incident
from autograder.grading.reasons import name_of
from autograder.grading.text import plain

NO_POINTS = "is no number of points"


def refuse_values(notebook: Any) -> Iterator[Incident]:
    """Puts an error in the place of each such value, so that its test has no points. Tells which there were."""
    for index, cell in enumerate(notebook.cells):
        if not is_grade(cell) or is_solution(cell):
            continue
        results = [each for each in cell.get("outputs", []) if each.output_type == "execute_result"]
        values = [str(each.data.get("text/plain", "")) for each in results]
        if not all(map(_is_number, values)) or not _is_worth_something(cell):
            value = plain(values[0], 40)
            why = f"the value {value} {NO_POINTS}, of which there are {cell.metadata.nbgrader.points:g}"
            cell.outputs = [new_output("error", ename="NoPoints", evalue=why, traceback=[f"NoPoints: {why}"])]
            yield Incident(name_of(cell, index), why)


def _is_number(value: str) -> bool:
    """Not NaN; what is no number at all is none of the points, as in nbgrader."""
    return value.strip().lower().lstrip("+-") != "nan"


def _is_worth_something(cell: Any) -> bool:
    try:
        determine_grade(cell)
    except ValueError:
        return False
    return True

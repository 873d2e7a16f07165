"""What becomes of a student's cells in the assignment's own notebook; no kernel runs here."""

import copy
import time
from pathlib import Path
from typing import Any

import pytest
from handed_in import PICTURE, bare, changed, copied, skeleton, with_cells, without
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from tiny_course import DOUBLE, LAST, TinyCourse, marks

from autograder.course.model import Rebuilt
from autograder.results import wording
from autograder.submissions.intake import _cell
from autograder.submissions.rebuild import rebuild

COURSE = TinyCourse(Path())
OWN = skeleton().notebook.cells


def rebuilt(notebook: Any) -> Rebuilt:
    """The notebook of somebody who handed in this one."""
    return rebuild(skeleton(), tuple(_cell(cell) for cell in notebook.cells))


def is_whole(found: Rebuilt) -> bool:
    """Whether the instructor's cells are all there, once, in order, and the answers are the right ones."""
    ours = [cell for cell in found.notebook.cells if not cell.id.startswith("student-")]
    answers = {"double": DOUBLE, "last": LAST}
    return [(cell.id, cell.source, cell.metadata) for cell in ours] == [
        (cell.id, answers.get(cell.id, cell.source), cell.metadata) for cell in OWN
    ]


GOOD = COURSE.answer()
STUB = COURSE.untouched().cells[2].source


@pytest.mark.parametrize(
    ("notebook", "repair"),
    [
        (GOOD, ""),
        (changed(GOOD, "test_double", source="pass"), "text of the cell `test_double` had been changed"),
        (changed(GOOD, "test_double", metadata={}), ""),
        (changed(GOOD, "test_double", metadata=marks("test_double", solution=True)), ""),
        (changed(GOOD, "test_double", cell_type="markdown"), ""),
        (without(GOOD, "test_double", "setup"), "the cell `setup` was missing; it was put back"),
        (copied(GOOD, "test_double"), "`test_double` was there 2 times; it was run once"),
        (copied(GOOD, "double", STUB), "`double` was there 2 times; copy 1 was graded"),
        (copied(GOOD, "title"), ""),
        (changed(GOOD, "double", cell_type="raw"), "the cell `double` had become raw; it was read as code"),
        (bare(GOOD), "the cell `double` had lost its id; it was recognised by what it defines (cell 3)"),
        (with_cells(without(GOOD, "double"), 5, GOOD.cells[2]), ""),
        (with_cells(GOOD, 0, new_code_cell(metadata=marks("unheard of", grade=True, points=99))), ""),
    ],
)
def test_whatever_happened_to_the_cells_the_instructors_are_there_and_the_answers_too(
    notebook: Any, repair: str
) -> None:
    found = rebuilt(notebook)
    assert is_whole(found)
    assert repair in wording.repairs(found.repairs) and bool(repair) == bool(found.repairs)


@pytest.mark.parametrize(
    "metadata",
    [
        marks("mine", grade=True, points=99),
        {"tags": ["student-kernel", "raises-exception", "forbid-recurrent"]},
        {"nbgrader": {"grade": True}, "editable": False, "format": "text/html"},
    ],
)
def test_a_cell_that_the_student_added_has_no_metadata(metadata: dict[str, Any]) -> None:
    cells = [make("1", metadata=metadata) for make in (new_code_cell, new_markdown_cell, new_raw_cell)]
    found = rebuilt(with_cells(GOOD, 3, *cells)).notebook.cells
    added = [cell for cell in found if cell.id.startswith("student-")]
    assert [cell.cell_type for cell in added] == ["code", "markdown", "raw"]
    assert all(cell.metadata == {} for cell in added)
    assert all(not cell.get("outputs") for cell in added)


def test_what_was_added_stays_where_it_was_and_an_earlier_answer_runs_first() -> None:
    helper, after = new_code_cell("two = 2"), new_markdown_cell("my notes", id="mine")
    twice = copied(with_cells(GOOD, 1, helper), "double", "def double(x):\n    return two * x")
    found = rebuilt(with_cells(twice, len(twice.cells), after)).notebook.cells
    assert [cell.source for cell in found if cell.id.startswith("student-")] == [
        "two = 2",
        DOUBLE,
        "my notes",
    ]
    assert [cell.id for cell in found][:3] == ["title", "student-2", "setup"]
    assert next(cell for cell in found if cell.id == "double").source == "def double(x):\n    return two * x"


def test_nothing_written_is_known_as_that_and_a_line_of_code_is_something() -> None:
    stub = COURSE.untouched()
    assert rebuilt(stub).untouched and rebuilt(without(stub, "double", "last")).untouched
    assert rebuilt(with_cells(stub, 1, new_markdown_cell("I wondered"))).untouched
    assert not rebuilt(GOOD).untouched and not rebuilt(with_cells(stub, 1, new_code_cell("1"))).untouched


def test_pictures_of_an_answer_in_text_stay_and_code_has_none() -> None:
    pictured = {"a": {"image/png": PICTURE}}
    notebook = with_cells(GOOD, 1, new_markdown_cell("![a](attachment:a)", attachments=pictured))
    cells = [
        _cell(cell) for cell in changed(notebook, "double", cell_type="markdown", attachments=pictured).cells
    ]
    found = rebuild(skeleton(), cells).notebook.cells
    assert [cell.id for cell in found if cell.get("attachments")] == ["student-2"]


def test_the_skeleton_is_not_changed_by_what_is_made_of_it() -> None:
    ours = skeleton()
    before = copy.deepcopy(ours.notebook)
    rebuild(ours, [_cell(cell) for cell in with_cells(GOOD, 0, new_code_cell("1")).cells])
    assert ours.notebook == before


def test_a_thousand_long_cells_without_a_name_are_looked_through_in_no_time() -> None:
    ours = skeleton()
    ours.notebook.cells[2].source = stub = 'def double(x):\n    """' + "Twice x, whatever x is. " * 25 + '"""'
    ours = type(ours)(ours.name, ours.notebook, (*ours.released[:2], stub, *ours.released[3:]))
    cells = [_cell({"cell_type": "code", "source": f"{n} " + stub[::-1] * 9}) for n in range(1_000)]
    started = time.process_time()
    rebuild(ours, cells)
    assert time.process_time() - started < 20

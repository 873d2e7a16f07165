"""Which notebook was handed in: the assignment's own, whatever became of it, or another, and what is said then."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from tiny_course import DOUBLE, TinyCourse, exercise, marks, source_notebook
from tiny_course import test_cell as graded_cell

from autograder.checking.registry import assignments, exercises_of
from autograder.core.records import FaultKind
from autograder.course.model import Cell, Skeleton, Submission
from autograder.results import wording
from autograder.submissions.intake import _cells, understand
from autograder.submissions.matching import another

ROOT = Path(__file__).parents[2]


def skeleton(name: str) -> Skeleton:
    """An assignment's notebook as it is released."""
    notebook = nbformat.read(ROOT / "release" / name / f"{name}.ipynb", 4)
    return Skeleton(name, notebook, tuple(cell.source for cell in notebook.cells))


def cells_of(path: Path) -> tuple[Cell, ...]:
    """A notebook's cells as intake reads them."""
    found = _cells(nbformat.read(path, 4), path)
    assert not isinstance(found, str)
    return found


def released(name: str) -> tuple[Cell, ...]:
    """The cells of an assignment's release."""
    return cells_of(ROOT / "release" / name / f"{name}.ipynb")


def first_exercise(name: str) -> str:
    """The exercise that comes first in an assignment's notebook."""
    return next(cell.grade_id for cell in released(name) if cell.grade_id in exercises_of(name))


def test_every_assignment_is_told_from_every_other_and_both_are_named() -> None:
    for wanted, other in permutations(assignments(), 2):
        fault = another(skeleton(wanted), f"{wanted}.ipynb", released(other))
        said = wording.fault(fault)
        number = other.split("_")[0][1:]
        assert said.startswith(f'`{wanted}.ipynb` is another notebook, "Assignment {number}: '), said
        assert f"`{first_exercise(other)}`" in said and f"`{first_exercise(wanted)}`" in said


@pytest.mark.parametrize("name", assignments())
def test_an_assignments_own_notebook_is_known_by_what_is_left_of_it(name: str) -> None:
    cells = released(name)
    solved = cells_of(ROOT / "source" / name / f"{name}.ipynb")
    nameless = tuple(replace(cell, grade_id="") for cell in solved)
    answers = tuple(cell for cell in nameless if cell.source.startswith(("def ", "class ")))
    essay = tuple(cell for cell in cells if cell.grade_id in ("question", "imports"))
    for left in (cells, solved, nameless, answers, answers[:1], essay, cells[:1], ()):
        assert another(skeleton(name), f"{name}.ipynb", left) is None


def test_a_lesson_in_place_of_an_assignment_is_told_by_its_title() -> None:
    fault = another(skeleton("a1_sequences"), "a1.ipynb", cells_of(ROOT / "notebooks/06_stacking.ipynb"))
    said = wording.fault(fault)
    assert said.startswith('`a1.ipynb` is another notebook, "') and "it has none of the exercises of" in said


def test_the_right_notebook_under_another_name_goes_before_another_under_its_name() -> None:
    files = {
        "a1_sequences.ipynb": (ROOT / "release/a3_gates/a3_gates.ipynb").read_bytes(),
        "mine.ipynb": (ROOT / "release/a1_sequences/a1_sequences.ipynb").read_bytes(),
    }
    intake = understand(Submission("ada", "", files, {}, "", None, ()), [skeleton("a1_sequences")])
    assert not intake.faults and intake.notebooks["a1_sequences"] == released("a1_sequences")
    assert tuple(map(wording.repair, intake.notes)) == (
        "the notebook was called `mine.ipynb`; it was graded as `a1_sequences.ipynb`",
    )


def test_another_notebook_gets_zero_with_what_it_is_and_what_was_expected(tiny: TinyCourse) -> None:
    other = source_notebook()
    other.cells[0].source = "# Week 2: *loops*"
    other.cells[2:] = [
        exercise("triple", DOUBLE.replace("double", "triple")),
        graded_cell("test_triple", 2, "assert triple(1) == 3"),
    ]
    tiny.submit("ada", other)
    assert tiny.grade(workers=1)[0] == 0
    row = tiny.grades()["ada"]
    assert row["score"] == "0" and row["status"] == "zero"
    assert row["reason"] == (
        '`two.ipynb` is another notebook, "Week 2: *loops*": it has the cells `triple`, `test_triple` and none of the'
        " exercises of `two.ipynb`, such as `double`, `last`; hand in that one"
    )
    page = (tiny.root / "feedback/ada/t1/two.html").read_text(encoding="utf-8")
    assert "Week 2" in page and "NameError" not in page


def test_an_essay_alone_is_known_by_its_name_and_without_one_by_its_place() -> None:
    text, named = "# Essay\n\nWrite.", marks("essay", grade=True, solution=True, points=1)
    notebook = new_notebook(
        cells=[new_markdown_cell(text), new_markdown_cell("YOUR ANSWER HERE", metadata=named)]
    )
    alone = Skeleton("essay", notebook, tuple(cell.source for cell in notebook.cells))
    mine = Cell("markdown", "I think so.", "", "", {})
    head = Cell("markdown", text, "", "", {})
    assert another(alone, "essay.ipynb", [replace(mine, grade_id="essay")]) is None
    assert another(alone, "essay.ipynb", [head, mine]) is None
    fault = another(alone, "essay.ipynb", [replace(mine, grade_id="poem")])
    assert fault is not None and fault.kind is FaultKind.ANOTHER_NOTEBOOK

"""After mending a check: who gains and loses what, shown before anything is written, and then done."""

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from test_regrading import hand_in
from tiny_course import HIDDEN, TinyCourse, essay, source_notebook
from warm import with_parent

from autograder.commands.regrade import regrade_assignment

TRIPLE = "def double(x):\n    return 3 * x"
ONLY_SMALL = "def double(x):\n    return 2 * x if x < 10 else 42.0000001"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """A course whose hidden test is too strict; a person has graded an essay and a cell."""
    source = source_notebook()
    source.cells.append(essay("YOUR ANSWER HERE"))
    course = TinyCourse.make(tmp_path_factory.mktemp("mended") / "course", source)
    hand_in(course, "ada")
    hand_in(course, "bob", double=ONLY_SMALL)
    hand_in(course, "cyd", double=TRIPLE)
    assert course.grade()[0] == 1
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        grade = book.find_grade("essay", "two", "t1", "bob")
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        book.find_comment("essay", "two", "t1", "bob").manual_comment = "Well put."
        book.find_grade("test_double", "two", "t1", "cyd").manual_score = 1
        book.db.commit()
    return course


@pytest.fixture
def course(graded: TinyCourse, tmp_path: Path) -> Iterator[TinyCourse]:
    """A copy of it, its check mended: a number that is nearly right will do; last() must not be given by name."""
    made = TinyCourse(Path(shutil.copytree(graded.root, tmp_path / "course")))
    path = made.root / "source/t1/two.ipynb"
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(
            HIDDEN, "assert abs(double(21) - 42) < 1e-3, 'wrong for a large number'"
        )
        cell.source = cell.source.replace(
            "earned += 2 if last([1, 2]) == 2", "earned += 2 if last([1, 2]) == 3"
        )
    nbformat.write(notebook, path)
    return made


def regrade(course: TinyCourse, **options: object) -> tuple[int, str]:
    """The exit status, and what was said."""
    out = io.StringIO()
    assignment = str(options.pop("assignment", "t1"))
    status = regrade_assignment(course.root, assignment, out=out, **with_parent(options))  # type: ignore[arg-type]
    return status, re.sub(" +", " ", out.getvalue())


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of change of every file below a folder, and the times of the folders."""
    return {
        str(path.relative_to(folder)): (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


def tables(said: str) -> list[str]:
    """What is said after the progress."""
    return (
        said[said.index("\nt1: ") :].replace("(nothing was written)", "").replace("(written)", "").split("\n")
    )


def test_a_dry_run_shows_who_gains_and_loses_what_and_writes_nothing(course: TinyCourse) -> None:
    before = everything(course.root)
    status, said = regrade(course, dry_run=True)
    assert everything(course.root) == before
    assert status == 1, "the essays wait for a person"
    assert "3 graded again (nothing was written); the points of 3 changed" in said
    assert "bob 6.5 6.5 +0 test_double +2, test_last -2" in said
    assert "ada 5 3 -2 test_last -2" in said
    assert "cyd 4 2 -2 test_last -2" in said, "a person's point stands"
    assert "test_double 1 0 +2" in said
    assert "test_last 0 3 -6" in said
    assert "0 gain 0 points, 2 lose 4, 1 keep their score." in said
    assert "2 wait in the formgrader" in said, "bob's essay was read, and is what it was"


def test_a_dry_run_finds_the_header_that_a_quickstart_course_has(tiny: TinyCourse) -> None:
    tiny.give_header()
    tiny.submit("ada", tiny.answer())
    assert tiny.grade()[0] == 0
    before = everything(tiny.root)
    status, said = regrade(tiny, dry_run=True)
    assert status == 0 and "1 graded again (nothing was written); the points of 0 changed" in said
    assert everything(tiny.root) == before


def test_the_real_run_says_the_same_and_keeps_what_a_person_gave(course: TinyCourse) -> None:
    shown = tables(regrade(course, dry_run=True)[1])
    assert tables(regrade(course)[1]) == shown
    rows = course.grades()
    assert {student: row["score"] for student, row in rows.items()} == {"ada": "3", "bob": "6.5", "cyd": "2"}
    page = (course.root / "feedback/bob/t1/two.html").read_text()
    assert "Well put." in page
    assert [rows[student]["status"] for student in ("ada", "bob", "cyd")] == ["manual", "graded", "manual"]


def test_a_cell_that_a_person_gave_points_waits_where_the_mended_check_gives_others(
    course: TinyCourse,
) -> None:
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        book.find_grade("test_last", "two", "t1", "bob").manual_score = 3
        book.db.commit()
    regrade(course)
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as book:
        waits = {
            g.name: g.needs_manual_grade for g in book.find_submission_notebook("two", "t1", "bob").grades
        }
        assert book.find_grade("test_last", "two", "t1", "bob").score == 3
    assert waits == {"test_double": False, "test_last": True, "essay": False}


def test_one_student_can_be_named_and_new_work_is_told_from_a_mended_check(course: TinyCourse) -> None:
    hand_in(course, "cyd")
    hand_in(course, "dan")
    _, said = regrade(course, dry_run=True, students=["cyd", "dan"])
    assert "1 graded again" in said and "ada" not in said
    assert "Handed in again since: cyd" in said
    assert "Not graded yet, so not graded again: 1." in said


def test_nothing_graded_yet_is_said_with_the_command_to_type(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer())
    before = everything(tiny.root)
    status, said = regrade(tiny, dry_run=True)
    assert status == 2
    assert "autograder grade t1" in said
    said = regrade(tiny, dry_run=True, assignment="t9")[1]
    assert "There is no assignment 't9'" in said and "autograder regrade t1\n" in said, said
    assert everything(tiny.root) == before

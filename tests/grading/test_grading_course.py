"""What grading reads of a course and of a submission's folder, what it says of both, and what it leaves as it is."""

import copy
import io
from pathlib import Path
from typing import Any

import nbformat
from handed_in import with_cells
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from tiny_course import DOUBLE, TinyCourse, marks, snapshot, source_notebook
from warm import with_parent

from autograder.commands.grade import grade_assignment, write_feedback


def grade(course: Path, assignment: str = "t1", **options: Any) -> tuple[int, str]:
    """Grades; returns the exit status and what was printed."""
    out = io.StringIO()
    return grade_assignment(course, assignment, out=out, **with_parent(options)), out.getvalue()


def test_a_folder_that_is_no_course_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    status, said = grade(tmp_path)
    assert status == 2
    assert "not an nbgrader course directory" in said
    assert "nbgrader_config.py" in said
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_assignment_or_student_gets_a_suggestion(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer())
    assert grade(tiny.root, "t2") == (
        2,
        f"There is no assignment 't2' in {tiny.root}. Did you mean 't1'?\n  autograder grade t1\n",
    )
    assert grade(tiny.root, "zzz")[1].endswith("There is: t1\n")
    assert "Did you mean 'ada'?" in grade(tiny.root, students=["adda"])[1]


def test_a_suggested_command_can_be_typed_whatever_the_student_is_called(tiny: TinyCourse) -> None:
    for name in ("a b", "-x", "Ada", "$HOME"):
        tiny.submit(name, tiny.answer())
    for wrong, typed in (("a c", "--student='a b'"), ("ADA", "--student=Ada"), ("$HOM", "--student='$HOME'")):
        status, said = grade(tiny.root, students=[wrong])
        assert status == 2 and said.endswith(f"autograder grade t1 {typed}\n"), said
    status, said = grade(tiny.root, students=["zzzzz"])
    assert status == 2 and said.endswith("There are: '$HOME', -x, Ada, 'a b'\n"), said


STRANGE = [
    "-",
    "--help",
    "a b",
    " a",
    "ü",
    "u\u0308",
    "x.y",
    "n" * 200,
    "ada",
    "Ada",
    "[a]",
    "a*",
    "$HOME",
    "a\nb",
    "{a}",
]


def test_students_are_graded_and_get_pages_whatever_they_are_called(tiny: TinyCourse) -> None:
    for name in STRANGE:
        tiny.submit(name, tiny.answer())
    (tiny.root / "submitted/linked").symlink_to(tiny.root / "submitted/ada")
    folder = tiny.root / "submitted/folder/t1/two.ipynb"
    folder.mkdir(parents=True)
    (tiny.root / "submitted/empty/t1").mkdir(parents=True)
    status, said = grade(tiny.root)
    assert status == 0, said
    scores = {name: row["score"] for name, row in tiny.grades().items()}
    names = {*STRANGE, "linked", "folder", "empty"}
    in_the_table = {
        name: "'--help" if name == "--help" else name for name in names
    }  # where it could be a formula
    assert scores == {in_the_table[name]: "0" if name in ("folder", "empty") else "5" for name in names}
    assert {path.name for path in (tiny.root / "feedback").iterdir()} == names
    status, said = grade(tiny.root, students=STRANGE)
    assert status == 0 and "0 graded" in said, said


def test_no_submissions_names_where_they_are_expected(tiny: TinyCourse) -> None:
    status, said = grade(tiny.root)
    assert status == 2
    assert "submitted/STUDENT/t1" in said


def test_an_error_in_the_configuration_stops_the_run(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer())
    (tiny.root / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = \n")
    status, said = grade(tiny.root)
    assert status == 2
    assert "nbgrader_config.py has an error: SyntaxError" in said


def test_another_language_is_refused_and_a_python_by_any_name_is_graded(tiny: TinyCourse) -> None:
    source = source_notebook()
    tiny.submit("ada", tiny.answer())
    source.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    nbformat.write(source, tiny.root / "source/t1/two.ipynb")
    status, said = grade(tiny.root)
    assert status == 2
    assert "two.ipynb is in R (its kernel is 'ir'); autograder grades notebooks in Python" in said
    source.metadata.kernelspec = {"name": "conda-env-course-py", "display_name": "not installed here"}
    nbformat.write(source, tiny.root / "source/t1/two.ipynb")
    assert grade(tiny.root)[0] == 0
    assert tiny.grades()["ada"]["score"] == "5"


def test_a_course_without_its_source_grades_from_release_and_gradebook(tiny: TinyCourse) -> None:
    tiny.nbgrader("generate_assignment", "t1")
    (tiny.root / "source").rename(tiny.root / "kept-elsewhere")
    tiny.submit("spy", tiny.answer(double="def double(x):\n    return 2 if x == 1 else 0"))
    tiny.submit("right", tiny.answer())
    status, said = tiny.grade()
    assert status == 0, said
    assert tiny.grades()["spy"]["test_double"] == "0", "the hidden test ran"
    assert tiny.grades()["right"]["score"] == "5"


def test_the_release_is_not_touched(tiny: TinyCourse) -> None:
    tiny.nbgrader("generate_assignment", "t1")
    before = snapshot(tiny.root / "release")
    tiny.submit("right", tiny.answer())
    tiny.grade()
    assert snapshot(tiny.root / "release") == before


def test_files_of_the_student_and_the_instructor_are_there_when_the_notebook_runs(tiny: TinyCourse) -> None:
    (tiny.root / "source/t1/number.txt").write_text("2")
    read = "from pathlib import Path\ndef double(x):\n    return int(Path('{}').read_text()) * x"
    tiny.submit("hers", tiny.answer(double=read.format("mine/two.txt")))
    (tiny.root / "submitted/hers/t1/mine").mkdir()
    (tiny.root / "submitted/hers/t1/mine/two.txt").write_text("2")
    tiny.submit("ours", tiny.answer(double=read.format("number.txt")))
    (tiny.root / "submitted/ours/t1/number.txt").write_text("3")
    tiny.grade()
    assert {row["score"] for row in tiny.grades().values()} == {"5"}
    assert (tiny.root / "autograded/hers/t1/mine/two.txt").read_text() == "2"


def test_the_time_of_submission_reaches_the_gradebook(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer()).with_name("timestamp.txt").write_text("2026-02-03 10:00:00 UTC")
    tiny.submit("bob", tiny.answer()).with_name("timestamp.txt").write_text("yesterday evening")
    tiny.grade()
    with Gradebook(f"sqlite:///{tiny.root}/gradebook.db") as gradebook:
        assert str(gradebook.find_submission("t1", "ada").timestamp) == "2026-02-03 10:00:00"
    assert "not a time" in tiny.grades()["bob"]["repairs"]


def test_a_student_who_kills_what_runs_the_kernel_reaches_nobody_else(tiny: TinyCourse) -> None:
    killer = (
        "import os, signal\nfor pid in (os.getppid(), -1):\n    try:\n        os.kill(pid, signal.SIGKILL)\n"
    )
    killer += "    except OSError:\n        pass\n"
    tiny.submit("killer", tiny.answer(double=killer + DOUBLE))
    tiny.submit("neighbour", tiny.answer())
    status, _ = tiny.grade()
    assert status == 0
    assert tiny.grades()["neighbour"]["score"] == "5"
    assert tiny.grades()["killer"]["status"] == "graded"


def test_stock_nbgrader_gives_honest_submissions_the_same_scores(tiny: TinyCourse) -> None:
    tiny.submit("right", tiny.answer())
    tiny.submit("half", tiny.answer(last="def last(items):\n    return items[0]"))
    tiny.grade()
    ours = {student: row["score"] for student, row in tiny.grades().items()}
    tiny.nbgrader("autograde", "t1", "--force")
    tiny.nbgrader("export")
    stock = [line.split(",") for line in (tiny.root / "grades.csv").read_text().splitlines()[1:]]
    assert {row[3]: f"{float(row[-2]):g}" for row in stock} == ours


def changed_source(cell: Any, source: str) -> Any:
    """A copy of a cell with another text."""
    return nbformat.from_dict(copy.deepcopy(cell) | {"source": source})


def test_an_answer_to_be_read_by_a_person_is_reported_and_keeps_its_grade(tmp_path: Path) -> None:
    essay = new_markdown_cell(
        "YOUR ANSWER HERE", id="essay", metadata=marks("essay", grade=True, solution=True, points=4)
    )
    source = source_notebook()
    source.cells.append(essay)
    course = TinyCourse.make(tmp_path / "course", source)
    course.submit("writer", with_cells(course.answer(), 6, changed_source(essay, "Because of the gates.")))
    course.submit("silent", with_cells(course.answer(), 6, essay))
    status, said = course.grade()
    assert status == 1
    assert "to be graded by hand" in said
    assert course.grades()["writer"]["status"] == "manual"
    assert course.grades()["writer"]["essay"] == ""
    assert course.grades()["silent"]["essay"] == "0", "no answer needs no person"
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("essay", "two", "t1", "writer")
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        gradebook.db.commit()
    out = io.StringIO()
    assert write_feedback(course.root, "t1", out=out) == 0, out.getvalue()
    assert course.grades()["writer"]["score"] == "8.5"
    assert course.grade(force=True)[0] == 0, "nothing has changed, so the person's grade stands"
    assert course.grades()["writer"]["score"] == "8.5"


def test_a_page_says_once_why_nothing_could_be_run(tiny: TinyCourse) -> None:
    tiny.submit("broken", b'{"cells": [')
    tiny.submit("right", tiny.answer())
    tiny.grade()
    page = (tiny.root / "feedback/broken/t1/two.html").read_text()
    why = "<code>two.ipynb</code> is not a notebook"
    assert page.count(why) == 1 and page.index("Nothing could be run") < page.index(why)
    assert "No response." not in page
    assert "NotRun" not in page and page.count("Not run.") == 2
    assert "How this notebook was graded" not in page, "there is nothing more to say"
    assert "Nothing could be run" not in (tiny.root / "feedback/right/t1/two.html").read_text()


def test_a_broken_notebook_of_essays_alone_is_not_called_unanswered(tiny: TinyCourse) -> None:
    essay = new_markdown_cell(
        "YOUR ANSWER HERE", id="essay", metadata=marks("essay", grade=True, solution=True, points=4)
    )
    nbformat.write(new_notebook(cells=[essay]), tiny.root / "source/t1/words.ipynb")
    tiny.submit("torn", tiny.answer())
    tiny.submit("torn", b'{"cells": [', "words.ipynb")
    tiny.grade()
    page = (tiny.root / "feedback/torn/t1/words.html").read_text()
    assert page.count("Nothing could be run") == page.count("<code>words.ipynb</code> is not a notebook") == 1
    assert "No answer was given" not in page and "No response." not in page
    assert "Nothing could be run" not in (tiny.root / "feedback/torn/t1/two.html").read_text()


def test_an_error_that_a_student_calls_the_same_is_shown(tiny: TinyCourse) -> None:
    bad = "class NotRun(Exception):\n    pass\n\n\n"
    raising = [f"{bad}def {head}:\n    raise NotRun('pardon')" for head in ("double(x)", "last(items)")]
    tiny.submit("joker", tiny.answer(*raising))
    tiny.grade()
    page = (tiny.root / "feedback/joker/t1/two.html").read_text()
    assert "Nothing could be run" not in page and page.count("pardon") > 2

"""Grading a class with real kernels, real nbgrader and every kind of broken submission."""

import contextlib
import copy
import io
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from tiny_course import DOUBLE, HIDDEN, LAST, TinyCourse, marks, source_notebook

from autograder.grading import grade_assignment, write_feedback
from autograder.grading.regrade import regrade_assignment

FULL = {"test_double": "2", "test_last": "3"}
COMMAND = [
    sys.executable,
    "-c",
    "import sys, pathlib; from autograder.grading import grade_assignment as grade;"
    "sys.exit(grade(pathlib.Path(sys.argv[1]), 't1', force=len(sys.argv) > 2))",
]
NONE = {"test_double": "0", "test_last": "0"}


def changed(notebook: Any, cell_id: str, **values: Any) -> Any:
    """A copy of a notebook with one cell's fields set otherwise."""
    notebook = copy.deepcopy(notebook)
    cell = next(cell for cell in notebook.cells if cell.id == cell_id)
    cell.update(values)
    return notebook


def without(notebook: Any, *cell_ids: str) -> Any:
    """A copy of a notebook without some cells."""
    notebook = copy.deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in cell_ids]
    return notebook


def bare(notebook: Any) -> Any:
    """A copy of a notebook from which some program stripped all metadata."""
    notebook = copy.deepcopy(notebook)
    for number, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = {}, f"stripped-{number}"
    return notebook


def with_cells(notebook: Any, place: int, *cells: Any) -> Any:
    """A copy of a notebook with cells put in at a place."""
    notebook = copy.deepcopy(notebook)
    notebook.cells[place:place] = cells
    return notebook


def copied(notebook: Any, cell_id: str, source: str | None = None) -> Any:
    """A notebook cell copied and pasted below itself, its name included, perhaps edited."""
    place, cell = next((n, c) for n, c in enumerate(notebook.cells) if c.id == cell_id)
    twin = copy.deepcopy(cell) | {
        "id": f"{cell_id}-copy",
        "source": cell.source if source is None else source,
    }
    return with_cells(notebook, place + 1, nbformat.from_dict(twin))


def hand_in_everything(course: TinyCourse) -> None:
    """One student for each way a submission can be; the names say which."""
    good = course.answer()
    stub = course.untouched().cells[2].source
    loop = "def double(x):\n    while True:\n        {}"
    course.submit("right", good)
    course.submit("untouched", course.untouched())
    course.submit("half", course.answer(last="def last(items):\n    return items[0]"))
    course.submit("endless", course.answer(double=loop.format("pass")))
    deaf = "try:\n            while True: pass\n        except BaseException: pass"
    course.submit("deaf", course.answer(double=loop.format(deaf)))
    swallow = "try:\n        while True: pass\n    except BaseException:\n        return 2 * x"
    course.submit("swallows", course.answer(double=f"def double(x):\n    {swallow}"))
    course.submit("dies", course.answer(double="import os\ndef double(x):\n    os._exit(1)"))
    course.submit("leaves", with_cells(good, 3, new_code_cell("exit()")))
    course.submit("warns", course.answer(double=f"import warnings\n{DOUBLE.replace('return', WARNING)}"))
    course.submit("shouts", course.answer(double=DOUBLE.replace("return", "print('x' * 10**7); return")))
    course.submit("syntax", course.answer(double="def double(x)\n    return 2 * x", last="x = = 2"))
    course.submit("raises", course.answer(double="1 / 0", last="[][1]"))
    course.submit("edited", changed(changed(good, "test_double", source="pass"), "test_last", source="3.0"))
    course.submit("cheat", changed(course.untouched(), "test_last", source="3.0"))
    course.submit("deleted", without(good, "test_double", "setup"))
    course.submit("twice", copied(good, "double", stub))
    course.submit("tested-twice", copied(good, "test_double"))
    course.submit("retyped", changed(good, "double", cell_type="markdown"))
    course.submit("renamed", good, name="my homework (final).ipynb")
    course.submit("stripped", bare(good))
    course.submit("lost-one", without(good, "double"))
    helper = new_code_cell("def twice(x):\n    return x + x", metadata=marks("test_last", tags=["skip"]))
    course.submit(
        "helped",
        with_cells(course.answer("def double(x):\n    return twice(x)"), 2, new_code_cell(helper.source)),
    )
    course.submit("no-json", b'{"cells": [')
    course.submit("empty", b"")
    course.submit("no-notebook", b'["a", "list"]')
    course.submit("latin", '{"cells": "é"}'.encode("latin-1"))
    course.submit("deep", b"[" * 100_000)
    course.submit("future", nbformat.writes(good).replace('"nbformat": 4', '"nbformat": 9').encode())
    course.submit("huge", b" " * (17 * 2**20))
    course.submit(
        "odd-cells", b'{"nbformat": 4, "nbformat_minor": 5, "metadata": 3, "cells": [1, {"source": 7}]}'
    )
    course.submit("old", nbformat.writes(nbformat.convert(bare(good), 3)).encode(), name="two.ipynb")
    course.submit("missing", b"just text", name="notes.txt")
    target = course.submit("linked", good).rename(course.root / "elsewhere.ipynb")
    (course.root / "submitted/linked/t1/two.ipynb").symlink_to(target)
    (course.root / "submitted/folder-link").mkdir()
    (course.root / "submitted/folder-link/t1").symlink_to(course.root / "submitted/right/t1")
    os.mkfifo(course.submit("pipe", good, name="spare").with_name("two.ipynb"))
    (course.root / "submitted/notebook-folder/t1/two.ipynb").mkdir(parents=True)
    (course.root / "submitted/notebook-folder/t1/two.ipynb/a.txt").write_text("a")
    script = new_markdown_cell("<script>alert('feedback')</script> my notes")
    peek = new_code_cell("print(In)\nfrom IPython.display import HTML\nHTML('<script>alert(2)</script>')")
    course.submit(
        "spy",
        with_cells(course.answer(double="def double(x):\n    return 2 if x == 1 else 0"), 6, script, peek),
    )


WARNING = "warnings.warn('hm'); return"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """The whole class, graded once."""
    course = TinyCourse.make(tmp_path_factory.mktemp("class") / "course")
    hand_in_everything(course)
    before = snapshot(course.root / "submitted")
    status, said = course.grade()
    assert status == 0, said
    assert snapshot(course.root / "submitted") == before, "a student's file was touched"
    return course


def snapshot(folder: Path) -> dict[str, tuple[int, float, bytes]]:
    """Every file below a folder with its mode, time and content."""
    found = {}
    for path in folder.rglob("*"):
        info = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path)] = (info.st_mode, info.st_mtime, content)
    return found


@pytest.mark.parametrize(
    ("student", "scores"),
    [
        ("right", FULL),
        ("half", {"test_double": "2", "test_last": "1"}),
        ("warns", FULL),
        ("shouts", FULL),
        ("leaves", FULL),
        ("edited", FULL),
        ("deleted", FULL),
        ("twice", FULL),
        ("tested-twice", FULL),
        ("retyped", FULL),
        ("renamed", FULL),
        ("stripped", FULL),
        ("helped", FULL),
        ("old", FULL),
        ("lost-one", {"test_double": "0", "test_last": "3"}),
        ("cheat", NONE),
    ],
)
def test_answers_get_their_points_whatever_happened_to_the_cells(
    graded: TinyCourse, student: str, scores: dict[str, str]
) -> None:
    row = graded.grades()[student]
    assert {name: row[name] for name in scores} == scores, row


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("endless", "the time limit of 3 s was reached in cell `test_double`"),
        ("deaf", "the time limit of 3 s was reached in cell `test_double`"),
        ("swallows", "the time limit of 3 s was reached in cell `test_double`"),
        ("dies", "the kernel died (exit code 1) in cell `test_double`"),
    ],
)
def test_a_hang_or_a_dead_kernel_costs_its_question_and_no_other(
    graded: TinyCourse, student: str, reason: str
) -> None:
    row = graded.grades()[student]
    assert (row["test_double"], row["test_last"], row["reason"]) == ("0", "3", reason)


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("untouched", "no answer given"),
        ("cheat", "no answer given"),
        ("syntax", "syntax error (expected ':'), line 1, in cell `double`"),
        ("raises", "cell `double` stopped with ZeroDivisionError"),
        ("no-json", "not valid JSON, line 1"),
        ("deep", "not valid JSON"),
        ("empty", "is empty"),
        ("no-notebook", "is not a notebook"),
        ("latin", "not encoded in UTF-8"),
        ("future", "notebook format 9"),
        ("huge", "17 MB"),
        ("missing", "there is no notebook `two.ipynb` in the submission, which has: notes.txt"),
        ("linked", "symbolic link"),
        ("folder-link", "symbolic link"),
        ("pipe", "not an ordinary file"),
        ("notebook-folder", "there is no notebook `two.ipynb` in the submission, which has: two.ipynb"),
        ("odd-cells", "no answer given"),
    ],
)
def test_a_zero_has_a_reason_in_words(graded: TinyCourse, student: str, reason: str) -> None:
    row = graded.grades()[student]
    assert (row["score"], row["status"]) == ("0", "zero")
    assert reason in row["reason"]
    assert reason in graded.graded(student).cells[0].source, "the student is told so at the top of the page"


@pytest.mark.parametrize(
    ("student", "repair"),
    [
        ("deleted", "the cell `test_double` was missing; it was put back"),
        ("edited", "the text of the cell `test_last` was not the released one"),
        ("twice", "the cell `double` was there 2 times; number 1 of them was graded"),
        ("tested-twice", "the cell `test_double` was there 2 times; it was run once"),
        ("retyped", "the cell `double` had become markdown; it was read as code"),
        ("renamed", "the notebook was called `my homework (final).ipynb`"),
        ("stripped", "the cell `last` had lost its name; it was found by what it defines"),
        ("lost-one", "the cell `double` was missing; it was put back as released, without an answer"),
    ],
)
def test_each_repair_is_said_to_instructor_and_student(graded: TinyCourse, student: str, repair: str) -> None:
    assert repair in graded.grades()[student]["repairs"]
    assert repair in graded.graded(student).cells[0].source


def test_nothing_is_said_where_nothing_was_repaired(graded: TinyCourse) -> None:
    assert graded.grades()["right"]["repairs"] == ""
    assert graded.graded("right").cells[0].source == "# Two exercises"


def test_the_gradebook_has_the_grades_of_the_csv(graded: TinyCourse) -> None:
    with Gradebook(f"sqlite:///{graded.root}/gradebook.db") as gradebook:
        kept = {
            s.student.id: (f"{s.score:g}", s.needs_manual_grade)
            for s in gradebook.find_assignment("t1").submissions
        }
    assert kept == {student: (row["score"], False) for student, row in graded.grades().items()}


def test_stock_export_agrees_with_the_csv(graded: TinyCourse) -> None:
    nbgrader(graded, "export")
    lines = (graded.root / "grades.csv").read_text().splitlines()
    heading = lines[0].split(",")
    exported = [dict(zip(heading, line.split(","), strict=True)) for line in lines[1:]]
    assert {row["student_id"]: float(row["score"]) for row in exported} == {
        student: float(row["score"]) for student, row in graded.grades().items()
    }


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


def test_an_error_that_a_student_calls_the_same_is_shown(tiny: TinyCourse) -> None:
    bad = "class NotRun(Exception):\n    pass\n\n\n"
    raising = [f"{bad}def {head}:\n    raise NotRun('pardon')" for head in ("double(x)", "last(items)")]
    tiny.submit("joker", tiny.answer(*raising))
    tiny.grade()
    page = (tiny.root / "feedback/joker/t1/two.html").read_text()
    assert "Nothing could be run" not in page and page.count("pardon") > 2


def test_stock_feedback_runs_on_the_result(graded: TinyCourse) -> None:
    nbgrader(graded, "generate_feedback", "t1", "--student", "half", "--force")
    assert (graded.root / "feedback/half/t1/two.html").stat().st_size > 1000


def nbgrader(course: TinyCourse, *arguments: str) -> None:
    """Runs the stock command in the course."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_stock_nbgrader_gives_honest_submissions_the_same_scores(tiny: TinyCourse) -> None:
    tiny.submit("right", tiny.answer())
    tiny.submit("half", tiny.answer(last="def last(items):\n    return items[0]"))
    tiny.grade()
    ours = {student: row["score"] for student, row in tiny.grades().items()}
    nbgrader(tiny, "autograde", "t1", "--force")
    nbgrader(tiny, "export")
    stock = [line.split(",") for line in (tiny.root / "grades.csv").read_text().splitlines()[1:]]
    assert {row[3]: f"{float(row[-2]):g}" for row in stock} == ours


def test_feedback_shows_neither_hidden_tests_nor_scripts(graded: TinyCourse) -> None:
    page = (graded.root / "feedback/spy/t1/two.html").read_text()
    assert "assert double(21) == 42" in "".join(str(cell) for cell in graded.graded("spy").cells)
    for secret in ("double(21)", "42", "HIDDEN", "<script>alert"):
        assert secret not in page.split("</style>")[-1], secret
    assert "my notes" in page
    assert "<script" not in page, "there are no formulas, so the page itself needs none"
    assert not list((graded.root / "feedback").rglob("*.py")), "feedback folders hold pages only"
    for other in (graded.root / "feedback").rglob("*.html"):
        assert HIDDEN not in other.read_text(), other


def test_the_summary_names_who_got_zero_and_why(graded: TinyCourse) -> None:
    page = (graded.root / "reports/t1/report.html").read_text()
    assert "is not valid JSON" in page
    assert "test_last" in page
    assert "<script" not in page


def test_no_kernel_outlives_the_run(graded: TinyCourse) -> None:
    left = [p for p in psutil.Process().children(recursive=True) if "ipykernel" in " ".join(p.cmdline())]
    assert left == []


def test_scratch_and_half_written_folders_are_gone(graded: TinyCourse) -> None:
    assert sorted(path.name for path in (graded.root / ".autograder").iterdir()) == [
        "lock",
        "t1.jsonl",
        "t1.runs.jsonl",
        "t1.split.json",
        "worker.log",
    ]
    assert not [path for path in (graded.root / "autograded").rglob(".*")]


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


def changed_source(cell: Any, source: str) -> Any:
    """A copy of a cell with another text."""
    return nbformat.from_dict(copy.deepcopy(cell) | {"source": source})


def test_only_what_changed_is_graded_again(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.untouched())
    tiny.submit("bob", tiny.answer())
    tiny.grade()
    assert tiny.grade()[1].count(" of 5, ") == 0
    tiny.submit("ada", tiny.answer())
    _, said = tiny.grade()
    assert "ada: 5 of 5" in said
    assert "bob: 5" not in said
    assert "1 unchanged since last time" in said
    _, said = tiny.grade(force=True, students=["bob"])
    assert "bob: 5 of 5" in said
    assert sorted(line["student"] for line in tiny.journal()) == ["ada", "ada", "bob", "bob"]


def test_a_new_gradebook_is_filled_again(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer())
    tiny.grade()
    (tiny.root / "gradebook.db").unlink()
    assert "ada: 5 of 5" in tiny.grade()[1]
    assert tiny.grades()["ada"]["score"] == "5"


def test_a_changed_test_grades_everyone_again(tiny: TinyCourse) -> None:
    tiny.submit("bob", tiny.answer())
    tiny.grade()
    source = changed(source_notebook(), "test_double", source="assert double(1) == 3")
    nbformat.write(source, tiny.root / "source/t1/two.ipynb")
    assert "bob: 3 of 5" in tiny.grade()[1]


def test_a_killed_run_goes_on_where_it_was(tiny: TinyCourse) -> None:
    students = [f"student{number}" for number in range(6)]
    for student in students:
        tiny.submit(student, tiny.answer(last="import time\ntime.sleep(0.3)\n" + LAST))
    run = subprocess.Popen([*COMMAND, str(tiny.root)], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    seen = [run.stdout.readline(), run.stdout.readline()]
    workers = psutil.Process(run.pid).children(recursive=True)
    run.kill()
    run.wait()
    run.stdout.close()
    assert all("5 of 5" in line for line in seen)
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert alive == [], "workers and kernels end with the run"
    kept = len(tiny.journal())
    assert 2 <= kept < 6
    status, said = tiny.grade()
    assert status == 0
    assert f"{kept} unchanged since last time" in said
    assert {row["score"] for row in tiny.grades().values()} == {"5"}
    assert list(tiny.grades()) == students


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


def test_a_course_without_its_source_grades_from_release_and_gradebook(tiny: TinyCourse) -> None:
    nbgrader(tiny, "generate_assignment", "t1")
    (tiny.root / "source").rename(tiny.root / "kept-elsewhere")
    tiny.submit("spy", tiny.answer(double="def double(x):\n    return 2 if x == 1 else 0"))
    tiny.submit("right", tiny.answer())
    status, said = tiny.grade()
    assert status == 0, said
    assert tiny.grades()["spy"]["test_double"] == "0", "the hidden test ran"
    assert tiny.grades()["right"]["score"] == "5"


def test_the_release_is_not_touched(tiny: TinyCourse) -> None:
    nbgrader(tiny, "generate_assignment", "t1")
    before = snapshot(tiny.root / "release")
    tiny.submit("right", tiny.answer())
    tiny.grade()
    assert snapshot(tiny.root / "release") == before


def grade(course: Path, assignment: str = "t1", **options: Any) -> tuple[int, str]:
    """Grades; returns the exit status and what was printed."""
    out = io.StringIO()
    return grade_assignment(course, assignment, out=out, **options), out.getvalue()


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


def test_a_disk_that_refuses_is_reported_and_nothing_is_half_written(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer())
    (tiny.root / "autograded").write_text("a file where a folder should be")
    status, said = grade(tiny.root)
    assert status == 2
    assert "the disk refused" in said
    assert not (tiny.root / ".autograder/t1.jsonl").exists()
    assert not (tiny.root / "reports").exists()
    assert not (tiny.root / ".autograder/scratch").exists()
    (tiny.root / "autograded").unlink()
    assert grade(tiny.root)[0] == 0


def test_a_locked_gradebook_is_waited_for(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer())
    tiny.grade()
    with contextlib.closing(sqlite3.connect(tiny.root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        run = subprocess.Popen([*COMMAND, str(tiny.root), "force"], stdout=subprocess.PIPE, text=True)
        time.sleep(8)
        assert run.poll() is None
        other.execute("ROLLBACK")
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 0
    assert "ada: 5 of 5" in said


def test_two_runs_at_once_are_refused(tiny: TinyCourse) -> None:
    tiny.submit("ada", tiny.answer(last="import time\ntime.sleep(2)\n" + LAST))
    first = subprocess.Popen([*COMMAND, str(tiny.root)], stdout=subprocess.PIPE, text=True)
    while not (tiny.root / ".autograder/worker.log").exists():
        time.sleep(0.05)
    status, said = grade(tiny.root)
    out = io.StringIO()
    dry = regrade_assignment(tiny.root, "t1", dry_run=True, out=out)
    first.communicate(timeout=60)
    assert (status, dry) == (2, 2)
    assert "Another `autograder` is at work" in said
    assert "Another `autograder` is at work" in out.getvalue()
    assert first.returncode == 0


def test_ctrl_c_stops_the_run_and_keeps_what_is_finished(tiny: TinyCourse) -> None:
    for number in range(12):
        tiny.submit(f"student{number}", tiny.answer(last="import time\ntime.sleep(1.5)\n" + LAST))
    command = [*COMMAND, str(tiny.root)]
    run = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert run.stdout is not None
    run.stdout.readline()
    workers = psutil.Process(run.pid).children(recursive=True)
    os.killpg(run.pid, signal.SIGINT)
    run.communicate(timeout=30)
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []
    assert 1 <= len(tiny.journal()) < 12
    assert not (tiny.root / ".autograder/scratch").exists()
    assert tiny.grade()[0] == 0


def _starts_its_forkserver(pid: int) -> bool:
    with contextlib.suppress(psutil.Error):  # a child that asked about the machine may just have ended
        return any("forkserver" in " ".join(child.cmdline()) for child in psutil.Process(pid).children())
    return False


def test_ctrl_c_while_all_is_still_loading_says_what_to_type_and_nothing_of_the_workers(
    tiny: TinyCourse,
) -> None:
    tiny.submit("ada", tiny.answer())
    command = [sys.executable, "-m", "autograder.cli", "--course", str(tiny.root), "grade", "t1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as run:
        while not _starts_its_forkserver(run.pid):
            assert run.poll() is None
            time.sleep(0.02)
        time.sleep(0.3)  # Python itself has started there, the imports have begun
        os.killpg(run.pid, signal.SIGINT)
        said = run.communicate(timeout=60)[0]
    # A shell calls both 130. Python ends by the signal itself where an exec() of text was interrupted.
    assert run.returncode in (130, -signal.SIGINT), said
    assert said.endswith("the same command goes on from here\n") and "forkserver" not in said, said


def test_a_terminal_gets_a_counting_line(tiny: TinyCourse) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    tiny.submit("ada", tiny.answer())
    out = Terminal()
    grade_assignment(tiny.root, "t1", out=out)
    assert "1/1" in out.getvalue()
    assert "left" in out.getvalue()

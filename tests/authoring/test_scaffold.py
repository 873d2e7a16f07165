"""`autograder new`: a skeleton of an exercise or an assignment passes its own checks as it is written."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring.build import to_percent
from autograder.authoring.paired import Master
from autograder.authoring.scaffold import new

ROOT = Path(__file__).parents[2]
RUN = "import sys; from autograder.cli import main; sys.exit(main())"


@pytest.fixture
def course(tmp_path):
    """A copy of what an author works on."""
    for folder in ("autograder", "exercises", "source"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return tmp_path


def autograder(course, *arguments):
    """What the command of the copy prints; it has to succeed."""
    run = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(course)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def said(course, *arguments):
    """The exit status and what was printed."""
    out = io.StringIO()
    return new(course, arguments[0], list(arguments[1:]), out=out), out.getvalue()


def test_a_new_exercise_in_an_assignment_passes_its_audit_and_its_master_is_as_jupytext_writes_it(course):
    assert "wrote source/a3_gates.py" in autograder(course, "new", "exercise", "a3_gates", "my_cell")
    assert "1 built, no problems" in autograder(course, "notebooks")
    assert " 0 of 4          0 of 8         0 of 8          5 of 5" in autograder(course, "audit", "my_cell")
    master = Master.of(course / "source/a3_gates.py")
    assert to_percent(master.read()) == master.path.read_text(encoding="utf-8")
    cells = [cell.source for cell in master.read().cells]
    assert any("21 points." in source for source in cells), "the sum follows"
    assert any(source.startswith("## 4. my_cell") for source in cells)
    assert any(source.startswith("## 5. What a forget gate") for source in cells)


def test_a_new_assignment_takes_a_new_exercise(course):
    autograder(course, "new", "assignment", "b1_new")
    autograder(course, "new", "exercise", "b1_new", "my_row")
    assert "1 built, no problems" in autograder(course, "notebooks")
    assert " 0 of 4          0 of 8         0 of 8          5 of 5" in autograder(course, "audit", "b1_new")


@pytest.mark.slow
def test_an_assignment_with_a_new_exercise_is_released(course):
    autograder(course, "new", "exercise", "a3_gates", "my_cell")
    autograder(course, "notebooks")
    assert "released a3_gates" in autograder(course, "release", "a3_gates")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("exercise", "a3_gates"), "type: autograder new exercise ASSIGNMENT NAME"),
        (("exercise", "a33", "x"), "found no source/a33.py; expected an assignment (a1_sequences, "),
        (("exercise", "a3_gates", "My"), "found the name 'My'; expected small letters"),
        (("exercise", "a3_gates", "lstm_cell"), "exercises/a3_gates/lstm_cell/__init__.py, "),
        (("assignment", "a3_gates"), "source/a3_gates.py already; take another name"),
        (("sonnet", "a_rose"), "found no template for 'sonnet'; expected one of assignment, exercise"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_written(course, arguments, words):
    before = sorted(course.rglob("*"))
    status, printed = said(course, *arguments)
    assert status == 2 and words in printed
    assert sorted(course.rglob("*")) == before


def test_a_course_has_templates_of_its_own(course):
    (course / "templates/lesson/notebooks").mkdir(parents=True)
    (course / "templates/lesson/notebooks/NAME.py.txt").write_text("# CLASS in NAME\n")
    assert said(course, "lesson", "11_my_word")[0] == 0
    assert (course / "notebooks/11_my_word.py").read_text() == "# 11MyWord in 11_my_word\n"

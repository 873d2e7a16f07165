"""`autograder new`: a skeleton of an exercise or an assignment passes its own checks as it is written."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from overlay import overlay

from autograder.authoring.build import to_percent
from autograder.authoring.paired import Master
from autograder.authoring.scaffold import new
from autograder.core.environment import with_own_programs

ROOT = Path(__file__).parents[2]
# Kinds of exercises whose answer is no function, and a name for each; the first two are about a function that is there.
KINDS = {
    "written_test": "my_row",
    "order_lines": "my_row",
    "finding": "my_table",
    "counterexample": "my_suspect",
}
RUN = "import sys; from autograder.cli import main; sys.exit(main())"


@pytest.fixture
def course(tmp_path):
    """A copy of what an author works on."""
    for folder in ("autograder", "exercises", "source"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return tmp_path


@pytest.fixture
def project(course):
    """A copy of all that a lesson and a widget touch."""
    for folder in ("book", "lstmlab", "notebooks", "release", "templates", "tests", "tools"):
        ignored = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / folder, course / folder, ignore=ignored)
    for file in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / file, course)
    return course


def autograder(course, *arguments):
    """What the command of the copy prints; it has to succeed."""
    return ran(course, sys.executable, "-c", RUN, *arguments)


def ran(course, *command):
    """What a command prints in the copy; it has to succeed."""
    run = subprocess.run(
        command,
        cwd=course,
        env={**with_own_programs(os.environ), "PYTHONPATH": str(course)},
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
    points = sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in master.read().cells)
    assert any(f"{points:g} points." in source for source in cells), "the sum follows"
    assert any(source.startswith("## 6. my_cell") for source in cells)
    assert any(source.startswith("## 7. What a forget gate") for source in cells)


@pytest.mark.slow
@pytest.mark.long
def test_a_new_assignment_takes_a_new_exercise_of_each_kind(course):
    autograder(course, "new", "assignment", "b1_new")
    autograder(course, "new", "exercise", "b1_new", "my_row")
    for kind, name in KINDS.items():
        assert "Then: make notebooks; autograder audit " in autograder(course, "new", kind, "b1_new", name)
    assert "1 built, no problems" in autograder(course, "notebooks")
    audited = autograder(course, "audit", "b1_new")
    assert " 0 of 4          0 of 8         0 of 8          5 of 5" in audited
    rows = {line.split()[0]: line for line in audited.splitlines() if " 0 of 4          0 of 8 " in line}
    assert set(rows) == {"my_row", "test_my_row", "order_my_row", "my_table", "my_suspect"}, audited


@pytest.mark.slow
def test_a_new_assignment_with_a_new_exercise_passes_the_gate_and_is_released(course, tmp_path_factory):
    python = overlay(course, tmp_path_factory.mktemp("overlay") / "venv")
    where = "import exercises, autograder; print(exercises.__file__, autograder.__file__)"
    assert ran(course, python, "-c", where).split() == [
        str(course / top / "__init__.py") for top in ("exercises", "autograder")
    ]
    ran(course, python, "-c", RUN, "new", "assignment", "b1_new")
    for kind, name in {"exercise": "my_row", **KINDS}.items():
        ran(course, python, "-c", RUN, "new", kind, "b1_new", name)
    ran(course, python, "-c", RUN, "notebooks")
    said = ran(course, python, "-c", RUN, "release", "b1_new")
    assert "15 points, reference graded" in said and "the audit passes" in said and "released b1_new" in said
    released = (course / "release/b1_new/b1_new.ipynb").read_text(encoding="utf-8")
    assert "score(my_row, points=2)" in released and "scale * (x - mean)" not in released


@pytest.mark.slow
@pytest.mark.long
def test_a_new_lesson_passes_what_every_lesson_has_to(project):
    printed = autograder(project, "new", "lesson", "11_my_word")
    assert 'Stop("11_my_word", "what it is about")' in printed
    start = project / "lstmlab/start.py"
    stops = "STOPS = (\n"
    text = start.read_text()
    assert text.count(stops) == 1
    start.write_text(text.replace(stops, f'{stops}    Stop("11_my_word", "what it is about"),\n'))
    autograder(project, "notebooks")
    ran(project, sys.executable, "tools/claims.py")
    autograder(project, "notebooks", "--check")
    ran(project, sys.executable, "-m", "lstmlab.bank.check", "11_my_word")
    of_every_lesson = (
        "tests/lessons/test_lessons.py",
        "tests/quiz/test_bank.py",
        "tests/lessons/test_start.py",
    )
    pytest_ = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "slow or not slow")
    names = "11_my_word or the_map or relative_link"
    assert "passed" in ran(project, *pytest_, *of_every_lesson, "-k", names)
    assert "passed" in ran(project, *pytest_, "--nbval", "notebooks/11_my_word.ipynb")


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.browser
def test_a_new_widget_is_bundled_and_computes_what_python_does(project):
    modules = ROOT / "tools/js/node_modules"
    if not shutil.which("npm") or not modules.is_dir():
        reason = "found no npm or no tools/js/node_modules; on Debian: apt install npm, then npm ci --prefix tools/js"
        if os.environ.get("REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)
    (project / "tools/js/node_modules").symlink_to(modules)
    assert "import MyWidget in lstmlab/widgets/__init__.py" in autograder(
        project, "new", "widget", "my_widget"
    )
    assert ", 3 written" in ran(project, "npm", "run", "--silent", "--prefix", "tools/js", "build")
    ran(project, "npm", "run", "--silent", "--prefix", "tools/js", "types")
    ran(project, "npm", "run", "--silent", "--prefix", "tools/js", "layout")
    test = "tests/widgets/test_widgets_my_widget.py"
    assert "7 passed" in ran(
        project,
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-m",
        "slow or not slow",
        test,
    )


@pytest.mark.parametrize("kind, name", [("lesson", "my_word"), ("widget", "11_my_word")])
def test_a_name_that_a_template_does_not_take_is_told_with_one_that_it_does(course, kind, name):
    shutil.copytree(ROOT / "templates", course / "templates")
    status, printed = said(course, kind, name)
    assert status == 2 and f"found the name '{name}'; expected one such as " in printed
    assert f"type: autograder new {kind} " in printed and not (course / "notebooks").exists()


def test_what_a_template_adds_to_needs_to_be_there(course):
    shutil.copytree(ROOT / "templates", course / "templates")
    status, printed = said(course, "lesson", "11_my_word")
    assert status == 2 and "found no tests/keys.toml; expected it, to add to it" in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("exercise", "a3_gates"), "type: autograder new exercise ASSIGNMENT NAME"),
        (("exercise", "a33", "x"), "found no source/a33.py; expected an assignment (a1_sequences, "),
        (("exercise", "a3_gates", "My"), "found the name 'My'; expected small letters"),
        (("exercise", "a3_gates", "lstm_cell"), "exercises/a3_gates/lstm_cell/__init__.py, "),
        (("assignment", "a3_gates"), "source/a3_gates.py already; take another name"),
        (
            ("sonnet", "a_rose"),
            "found no template for 'sonnet'; expected one of assignment, counterexample, exercise",
        ),
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

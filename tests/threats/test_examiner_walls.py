"""The examiner's kernel is locked in: what a student's function has a test open, it does not find."""

import copy
import socket
from pathlib import Path
from typing import Any

import pytest
import tiny_course
from nbformat.v4 import new_notebook
from tiny_course import TinyCourse, exercise
from ways import WAYS, graded_by

SECRET = "the key of the grader"
WHERE = "def where():\n    return 'table.txt'"
# Each test does what a student's function tells it to, as a test of a parser, a writer or a client would.
TESTS = {
    "read": "print(open(where()).read())",
    "list": "import os\nassert 'table.txt' in os.listdir('.')\nif where() != 'table.txt': print(os.listdir(where()))",
    "write": "from pathlib import Path\nassert Path(where() + '.out').write_text('seen')",
    "connect": (
        "import socket\nhost = where()\nif not host.startswith('table'):\n"
        "    socket.create_connection(('127.0.0.1', int(host)), timeout=5)"
    ),
}


def source() -> Any:
    cells = [exercise("where", WHERE)]
    cells += [tiny_course.test_cell(name, 1, test) for name, test in TESTS.items()]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def handed_in(place: str) -> Any:
    notebook = copy.deepcopy(source())
    notebook.cells[0].source = WHERE.replace("table.txt", place)
    return notebook


@pytest.fixture
def course(tmp_path: Path) -> TinyCourse:
    made = TinyCourse.make(tmp_path / "course", source())
    (made.root / "source/t1/table.txt").write_text("1 2 3")
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "folder").mkdir()
    return made


def points(course: TinyCourse, student: str) -> list[float]:
    row = course.grades()[student]
    return [float(row[name]) for name in TESTS]


@pytest.mark.parametrize("way", WAYS)
def test_a_path_or_a_port_that_a_student_names_leads_nowhere(course, tmp_path, way) -> None:
    with graded_by(way) as options, socket.create_server(("127.0.0.1", 0)) as server:
        places = {
            "honest": "table.txt",
            "secret": str(tmp_path / "secret.txt"),
            "folder": str(tmp_path / "folder"),
            "other": str(course.root / "submitted/honest/t1/two.ipynb"),
            "gradebook": str(course.root / "gradebook.db"),
            "home": str(Path.home()),
            "port": str(server.getsockname()[1]),
        }
        for student, place in places.items():
            course.submit(student, handed_in(place))
        status, said = course.grade(**options)
        assert status == 0, said
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    assert points(course, "honest") == [1, 1, 1, 1]
    for student in places.keys() - {"honest", "port"}:
        read, listed, written, _ = points(course, student)
        # Of a home with Python in it that folder is there, empty but for Python.
        assert (read, written) == (0, 0) and (listed == 0 or student == "home"), student
    assert points(course, "port") == [
        0,
        0,
        1,
        0,
    ]  # a file of that name is written into the examiner's own folder
    left = [*tmp_path.glob("*.out"), *Path.home().parent.glob("*.out"), *tmp_path.glob("folder*out")]
    assert left == []
    pages = [
        path.read_text()
        for folder in ("autograded", "feedback")
        for path in (course.root / folder).rglob("*.*")
    ]
    assert pages and not any(SECRET in page for page in pages)


def test_a_folder_that_the_course_names_is_read_and_one_that_shows_too_much_is_refused(
    course, tmp_path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "large.txt").write_text("1 2 3")
    config = course.root / "nbgrader_config.py"
    before = config.read_text()
    config.write_text(f"{before}c.SandboxProvisioner.readable = [{str(data)!r}]\n")
    course.submit("honest", handed_in(str(data / "large.txt")))
    assert course.grade()[0] == 0
    assert points(course, "honest")[:3] == [1, 0, 0]
    config.write_text(f"{before}c.SandboxProvisioner.readable = ['/tmp']\n")
    status, said = course.grade(force=True)
    assert status == 2 and "c.SandboxProvisioner.readable in nbgrader_config.py: /tmp would be shown" in said


CRASHES = "import ctypes\nif double(2) == 5: ctypes.string_at(0)\nassert double(2) == 4"


def test_a_value_on_which_the_tests_library_crashes_costs_that_test_and_leaves_a_grade(
    tmp_path: Path,
) -> None:
    """Else whoever finds such a value has no grade, instead of none of the points."""
    notebook = tiny_course.source_notebook()
    for cell in notebook.cells:
        if cell.id == "test_double":
            cell.source = CRASHES
    course = TinyCourse.make(tmp_path / "course", notebook)
    crasher = course.answer(double="def double(x):\n    return 5")
    for handed in (crasher, honest := course.answer()):
        next(cell for cell in handed.cells if cell.id == "test_double").source = CRASHES
    course.submit("crasher", crasher)
    course.submit("honest", honest)
    status, said = course.grade(workers=1)
    assert status == 0, said
    grades = course.grades()
    assert [grades["crasher"][name] for name in ("test_double", "test_last")] == ["0", "3"]
    assert grades["honest"]["score"] == "5"
    failed = next(cell for cell in course.graded("crasher").cells if cell.id == "test_double")
    assert failed.outputs[0].evalue == "what the test computed with it crashed (SIGSEGV)"

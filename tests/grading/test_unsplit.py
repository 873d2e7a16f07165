"""What is said of the instructor's own solution before anybody is graded, and tests that run in the student's kernel."""

import nbformat
import pytest
import tiny_course
from nbformat.v4 import new_notebook
from tiny_course import TinyCourse, exercise, source_notebook

from autograder.engine import split_audit

CATCHES = "class Empty(Exception):\n    pass\ndef take():\n    raise Empty"
CAUGHT = "try:\n    take()\nexcept Empty as error:\n    assert type(error) is Empty\nelse:\n    assert False"
UNCLEAR = "from unittest.mock import patch\nname = 'random.random'\n"
UNCLEAR += "with patch(name, return_value=3):\n    pass\nassert dice() < 1"


def source(*cells):
    return new_notebook(cells=list(cells), metadata=source_notebook().metadata)


def whole(text: str):
    """A solution cell that is all solution."""
    cell = exercise("answer", "def nothing():\n    pass")
    cell.source = f"### BEGIN SOLUTION\n{text}\n### END SOLUTION"
    return cell


def test_a_run_may_have_such_tests_in_the_students_kernel_and_the_report_says_so(tmp_path):
    hidden = f"{CAUGHT}\n### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS"
    course = TinyCourse.make(
        tmp_path / "course", source(whole(CATCHES), tiny_course.test_cell("test_take", 2, hidden))
    )
    handed_in = source(whole(CATCHES), tiny_course.test_cell("test_take", 2, CAUGHT))
    course.submit("honest", handed_in)
    status, said = course.grade()
    assert (
        status == 2 and "  two.ipynb, test_take, line 3: TypeError" in said and "It has hidden tests" in said
    )
    status, said = course.grade(unsplit=True)
    assert (status, course.grades()["honest"]["score"]) == (0, "2"), said
    report = (course.root / "reports/t1/report.html").read_text()
    assert "Ran in the student&#x27;s kernel, whose code can read and change them: test_take." in report


def test_what_cannot_be_told_of_a_test_is_asked_before_anybody_is_graded(tmp_path):
    answer = "import random\ndef dice():\n    return random.random()"
    course = TinyCourse.make(
        tmp_path / "course", source(whole(answer), tiny_course.test_cell("test_dice", 1, UNCLEAR))
    )
    course.submit("honest", source(whole(answer), tiny_course.test_cell("test_dice", 1, UNCLEAR)))
    status, said = course.grade()
    assert status == 2 and "test_dice, line 3: it cannot be told what" in said, said


def test_where_the_solution_loses_points_that_is_said_and_it_is_graded_once(tmp_path, monkeypatch):
    cells = (
        whole("def one():\n    return 1"),
        tiny_course.test_cell("test_one", 2, "x = one()\nassert x == 2, 'not two'"),
    )
    course = TinyCourse.make(tmp_path / "course", source(*cells))
    course.submit("honest", source(*cells))
    line = "Your own solution does not get all points in two.ipynb, test_one, line 2: AssertionError: not two"
    status, said = course.grade()
    assert status == 0 and said.count(line) == 1

    def never(*_, **__):
        raise AssertionError("the reference is graded again")

    with monkeypatch.context() as patched:
        patched.setattr(split_audit, "_graded", never)
        status, said = course.grade(force=True)
        assert status == 0 and line in said
        path = course.root / "source/t1/two.ipynb"
        notebook = nbformat.read(path, 4)
        notebook.cells[0].source = notebook.cells[0].source.replace("return 1", "return 2")
        nbformat.write(notebook, path)
        with pytest.raises(AssertionError, match="graded again"):
            course.grade(force=True)
    assert "Your own solution" not in course.grade(force=True)[1]

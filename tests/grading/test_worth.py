"""What a test gets from a student's function may be too much to compute with, or no number of points; and what a locked
cell calls is called twice."""

import copy
from pathlib import Path
from typing import Any

import nbformat
import pytest
import tiny_course
from nbformat.v4 import new_code_cell, new_notebook
from tiny_course import TinyCourse, exercise, marks

from autograder.engine.points import gives_points, points_of

RIGHT = "def numbers(n):\n    return range(n)", "def share(x):\n    return x / 2"
TESTS = "assert sum(numbers(4)) == 6", "1 * share(3.0)", "assert list(numbers(2)) == [0, 1]"


def source(last: str = TESTS[1]) -> Any:
    cells = [
        exercise("numbers", RIGHT[0]),
        exercise("share", RIGHT[1]),
        tiny_course.test_cell("test_sum", 1, TESTS[0]),
    ]
    cells += [tiny_course.test_cell("test_share", 2, last), tiny_course.test_cell("test_list", 3, TESTS[2])]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def handed_in(numbers: str = RIGHT[0], share: str = RIGHT[1]) -> Any:
    notebook = copy.deepcopy(source())
    notebook.cells[0].source, notebook.cells[1].source = numbers, share
    return notebook


VALUES = {
    "large": "99", "infinite": "float('inf')", "nan": "float('nan')", "less": "-1", "zeros": "np.zeros(2)",
    "none": "np.ma.masked_all(1)", "zero": "torch.zeros(1, 1)", "one": "np.float64(1)",
}  # fmt: skip


def test_what_is_too_much_for_a_test_or_no_number_of_points_costs_that_question_only(tmp_path: Path) -> None:
    course = TinyCourse.make(tmp_path / "course", source())
    course.submit("honest", handed_in())
    endless = "def numbers(n):\n    return range(10**15) if n == 4 else range(n)"
    course.submit("endless", handed_in(endless))
    for name, value in VALUES.items():
        course.submit(name, handed_in(share=f"import numpy as np, torch\ndef share(x):\n    return {value}"))
    status, said = course.grade()
    assert status == 0, said
    rows = course.grades()
    got = {
        name: [float(row[f"test_{each}"]) for each in ("sum", "share", "list")] for name, row in rows.items()
    }
    assert got == {
        "honest": [1, 1.5, 3], "endless": [0, 1.5, 3], "large": [1, 0, 3], "infinite": [1, 0, 3], "nan": [1, 0, 3],
        "less": [1, 0, 3], "zeros": [1, 0, 3], "none": [1, 0, 3], "zero": [1, 0, 3], "one": [1, 1, 3],
    }  # fmt: skip
    assert "the time limit of 3 s was reached in cell `test_sum`" in rows["endless"]["reason"]
    assert (
        rows["large"]["reason"]
        == "the value 99 is not a valid number of points (the cell has 2) in cell `test_share`"
    )
    assert "the value array([0., 0.]) is not a valid number of points" in rows["zeros"]["reason"]
    assert rows["one"]["reason"] == "the value np.float64(1.0) counts as 1 of 2 points in cell `test_share`"


def test_an_array_that_a_test_only_shows_costs_nothing(tmp_path: Path) -> None:
    course = TinyCourse.make(
        tmp_path / "course", source("assert share(3.0) == 1.5\nshown = share(np.ones(3))\nshown")
    )
    notebook = course.root / "source/t1/two.ipynb"
    written = notebook.read_text()
    notebook.write_text(written.replace("def share(x)", "import numpy as np\\ndef share(x)"))
    course.submit("honest", handed_in(share="import numpy as np\n" + RIGHT[1]))
    status, said = course.grade()
    assert status == 0 and course.grades()["honest"]["score"] == "6", said


def test_a_solution_whose_test_gives_more_points_than_there_are_stops_the_run(tmp_path: Path) -> None:
    course = TinyCourse.make(tmp_path / "course", source("1 * share(8.0)"))
    course.submit("honest", handed_in())
    status, said = course.grade()
    assert status == 2
    assert (
        "With the instructor's own solution the value 4.0 is not a valid number of points (the cell has 2)"
        in said
    )
    assert "in cell `test_share`" in said and "semicolon" in said
    nbformat.write(source("1 * share(8.0);"), course.root / "source/t1/two.ipynb")
    assert course.grade()[0] == 0
    assert course.grades()["honest"]["score"] == "6"


@pytest.mark.parametrize(
    ("cell", "computes"),
    [
        ("x = f(1)\n2 * (x == 3)", True), ("-f(1)", True), ("2 if f(1) == 3 else 0", True), ("sum(f(1))", True),
        ("score = 2 * (f(1) == 3)\nscore", True), ("score = 0\nif f(1):\n    score += f(2)\nscore", True),
        ("f(1)", False), ("x = f(1)\nassert x\nx", False), ("x.grad", False), ("f(1)[0]", False),
        ("2 * pixel", False), ("assert f(1)\n-image[0] + 3", False), ("2 * 3", True), ("x = f(1)\n2 * x", True),
        ("assert 2 * f(1)", False), ("for x in f(1):\n    x * 2", False), ("def f(:", False), ("", False),
    ],
)  # fmt: skip
def test_a_last_line_gives_points_where_it_computes_them_and_else_shows_something(
    cell: str, computes: bool
) -> None:
    assert gives_points(cell) is computes


@pytest.mark.parametrize(
    ("written", "points"),
    [("1.5", 1.5), ("array([0., 0.])", "nan"), ("array([[2]], dtype=int32)", 2.0), ("masked", "nan"), ("", "nan"),
     ("tensor(-1.5000, grad_fn=<MulBackward0>)", -1.5), ("np.longdouble('0.5')", 0.5), ("array([ True])", "nan"),
     ("Parameter containing:\ntensor([1.], requires_grad=True)", "nan"), ("True", None), ("'array(1)'", None),
     ("bytearray(b'1')", None), ("[array([1.])]", None)],
)  # fmt: skip
def test_what_libraries_write_for_a_number_is_one_and_what_they_write_for_several_is_none(
    written: str, points: Any
) -> None:
    assert str(points_of(written)) == str(points)


NOTE = "calls = []\ndef note(x):\n    calls.append(x)"


def counting(tags: list[str], locked: bool = True) -> Any:
    """A course whose locked cell calls a function that remembers its calls."""
    answer = new_code_cell(f"### BEGIN SOLUTION\n{NOTE}\n### END SOLUTION", id="note")
    answer.metadata = marks("note", solution=True)
    demo = new_code_cell("note('here')", id="demo", metadata=marks("demo", locked=locked) | {"tags": tags})
    test = tiny_course.test_cell("test_note", 1, "note(1)\nassert calls == ['here', 1]")
    return new_notebook(cells=[answer, demo, test], metadata=source().metadata)


@pytest.mark.parametrize("mended", [counting(["student-kernel"]), counting([], locked=False)])
def test_a_locked_cell_that_calls_an_answer_is_named_and_what_the_message_says_works(
    tmp_path: Path, mended: Any
) -> None:
    course = TinyCourse.make(tmp_path / "course", counting([]))
    notebook = counting([])
    notebook.cells[0].source = NOTE
    course.submit("honest", notebook)
    status, said = course.grade()
    assert status == 2
    assert "these cells work in the student's kernel only: demo.\n" in said and "student-kernel" in said
    nbformat.write(mended, course.root / "source/t1/two.ipynb")
    status, said = course.grade()
    assert (status, course.grades()["honest"]["score"]) == (0, "1"), said

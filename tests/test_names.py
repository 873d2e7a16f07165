"""What the instructor's own cells say about names, which the examiner goes by."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from tiny_course import exercise, marks
from tiny_course import test_cell as graded_cell

from autograder.grading.names import Names, names_of
from autograder.split.forbid import FORBIDDEN


def test_imports_outside_of_solutions_are_given_and_those_inside_only_known() -> None:
    notebook = new_notebook(
        cells=[
            new_code_cell("import numpy as np\nfrom math import sqrt as root, pi\n%matplotlib inline\n!ls"),
            exercise("area", "def area(r):\n    import statistics as st\n    return pi * r"),
            new_code_cell("this is no Python"),
        ]
    )
    names = names_of([notebook])
    assert names.modules == {"np": "numpy", "root": "math.sqrt", "pi": "math.pi", "st": "statistics"}
    assert names.given == ("np", "pi", "root")


def test_what_an_exercise_defines_is_the_students_whoever_imports_it_too() -> None:
    cells = [
        exercise("mean", "def mean(xs):\n    return sum(xs) / len(xs)"),
        graded_cell("test", 1, "from statistics import mean\nassert mean([1]) == 1"),
    ]
    assert names_of([new_notebook(cells=cells)]).given == ()


def test_classes_built_in_names_and_exercises_from_scratch_are_noted() -> None:
    scratch = exercise("max", "def max(xs):\n    return sorted(xs)[-1]")
    scratch.metadata.tags = [FORBIDDEN]
    vector = nbformat.from_dict(new_code_cell("class Vector:\n    pass", metadata=marks("v", solution=True)))
    names = names_of([new_notebook(cells=[scratch, vector])])
    assert (names.classes, names.hiding, names.scratch) == (("Vector",), ("max",), ("max",))


def test_functions_of_cells_that_are_neither_locked_nor_answers_are_the_instructors() -> None:
    cells = [
        new_code_cell("def near(a, b):\n    'close'\n    return abs(a - b) < 1"),
        new_code_cell("def later(x):\n    'write it'\n    pass"),
        exercise("area", "def area(r):\n    return near(r, 0)"),
        graded_cell("test", 1, "def own():\n    return 1\nassert near(area(1), 1)"),
    ]
    assert list(names_of([new_notebook(cells=cells)]).helpers) == ["near"]


def test_the_students_kernel_hears_nothing_of_what_tests_import() -> None:
    names = Names({"np": "numpy"}, ("np",), ("Vector",), ("max",), ("cell",))
    assert names.request("student") == {"forbid": ("cell",)}
    assert names.request("examiner")["names"]["given"] == ("np",)

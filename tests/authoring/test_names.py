"""What the instructor's own cells say about names, which the examiner goes by."""

import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from tiny_course import exercise, marks
from tiny_course import test_cell as graded_cell

from autograder.course.names import MOST_CODE, Names, imported, names_of, parse


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
    scratch.metadata.tags = ["forbid-recurrent"]
    vector = nbformat.from_dict(new_code_cell("class Vector:\n    pass", metadata=marks("v", solution=True)))
    pair = new_code_cell("import collections\nPair = collections.namedtuple('Pair', 'a b')\ntotal = sum([1])")
    names = names_of([new_notebook(cells=[scratch, vector, pair])])
    assert (names.classes, names.hiding, names.guards) == (
        ("Pair", "Vector"),
        ("max",),
        {"recurrent": ("max",)},
    )


def test_functions_of_cells_that_are_neither_locked_nor_answers_are_the_instructors() -> None:
    cells = [
        new_code_cell("def near(a, b):\n    'close'\n    return abs(a - b) < 1"),
        new_code_cell("def later(x):\n    'write it'\n    pass"),
        new_code_cell("def area(r):\n    return r * r"),
        new_code_cell("def fixed(r):\n    return r * r", metadata=marks("fixed", locked=True)),
        exercise("area", "def area(r):\n    return near(r, 0)"),
        graded_cell("test", 1, "def own():\n    return near(1, 1)\nassert near(area(1), 1)"),
    ]
    assert list(names_of([new_notebook(cells=cells)]).helpers) == ["near"]


def test_the_students_kernel_hears_nothing_of_what_tests_import() -> None:
    names = Names({"np": "numpy"}, ("np",), ("Vector",), ("max",), {"recurrent": ("cell",)})
    assert names.request("student") == {"guards": {"recurrent": ("cell",)}}
    assert names.request("examiner")["names"]["given"] == ("np",)


@pytest.mark.parametrize(
    "code",
    [
        "%%time\nimport math",
        "%%capture said\nimport math",
        "!ls \\\n  -l\nimport math",
        "files = !ls\nimport math",
        "a, b[0] = %who_ls str\nimport math",
        "for i in range(3):\n    %time f(i)\nimport math",
        "if here:\n    !ls\nimport math",
        "math?\nimport math",
        "?math\nimport math",
        ">>> import math",
        "    x = 1\n    import math",
        "x = (a\n     % b)\nimport math",
        "text = '''\n% of all\n'''\n!ls\nimport math",
        "await f()\nimport math",
    ],
)
def test_code_among_magics_is_read(code: str) -> None:
    tree = parse(code)
    assert tree is not None and imported(tree) == {"math": "math"}
    assert tree.body[-1].lineno == code.count("\n") + 1, "lines keep their numbers"


def test_what_is_no_python_or_too_long_has_no_tree() -> None:
    for code in ("def f(:", "x = = 1", "\0", "(" * 10_000, "-" * 200_000 + "1", "#" * (MOST_CODE + 1)):
        assert parse(code) is None


def test_magics_without_end_are_read_in_no_time() -> None:
    started = time.process_time()
    tree = parse("!ls\nx = !ls\n" * 20_000)
    assert tree is not None and len(tree.body) == 40_000
    assert time.process_time() - started < 20

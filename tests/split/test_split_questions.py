"""What a test asks about names, classes, modules and identity is answered as in one kernel."""

from pathlib import Path

import pytest
from sessions import LOCKED, STUDENT, TEST

ANSWERS = """
import numpy as np
import tools as t
class Person:
    def __init__(self, name): self.name = name
    def greet(self): return "hello " + self.name
x = np.arange(3)
items, pair = [0, x, "x"], (x, [x])
nothing = None
def double(n): return 2 * n
method = t.near
def pick(): return t.near
"""
QUESTIONS = (
    "'x' in locals()", "'double' in globals() and 'nothing' in globals()", "'double' in dir()", "not 'y' in locals()",
    "globals()['x'].sum() == 3", "globals().get('double')(2) == 4", "globals().get('y', 7) == 7", "'y' not in dir()",
    "{'x', 'items', 'Person'} <= set(globals())", "'x' in vars() and 'x' in list(locals())", "'x' in locals().keys()",
    "'greet' in dir(Person) and 'name' not in dir(Person)", "'name' in dir(Person('a'))", "'append' in dir(items)",
    "items == [0, x, 'x']", "pair == (x, [x])", "items[1] is x", "id(t)", "t.near(1, 1)", "t.__name__ == 'tools'",
    "method == t.near and pick() is t.near", "any(name == 'x' for name in dir())",
)  # fmt: skip


@pytest.fixture
def asked(run_cells, tmp_path: Path):
    (tmp_path / "tools.py").write_text("def near(a, b): return abs(a - b) < 1e-9\n")
    names = {"t": "tools", "np": "numpy"}

    def ask(answers: str, *tests: str) -> list:
        cells = [(test, TEST) for test in tests]
        return run_cells(("limit = 1", LOCKED), (answers, STUDENT), *cells, modules=names)[1][1:]

    return ask


def test_questions_to_the_namespace_are_answered_as_in_one_kernel(asked):
    found = asked(ANSWERS, *(f"assert {question}" for question in QUESTIONS))
    wrong = [each for each, outputs in zip(QUESTIONS, found[1:], strict=True) if outputs]
    assert (found[0], wrong) == ([], [])


def test_an_array_is_the_same_one_only_while_it_is_equal(asked):
    keeps = "kept = x\nx[0] = 9\nassert kept is x and x[0] == 9 and total() == 12"
    lies = "first = items[1]\nchange()\nassert first[0] == 0 or first is items[1]\nassert items[1][0] == 5"
    answers = ANSWERS + "def total(): return int(x.sum())\ndef change(): x[0] = 5\n"
    assert asked(answers, keeps)[1] == [] and asked(answers, lies)[1] == []


def test_the_students_names_are_no_way_to_the_tests(asked):
    spies = "seen = []\n"
    spies += (
        "class Names(str):\n    def __eq__(self, other):\n        seen.append(other)\n        return True\n"
    )
    spies += "    def __hash__(self): return 0\nglobals()[Names('odd')] = 1"
    found = asked(spies, "assert 'secret' not in globals() and 'other' not in dir()", "assert seen == []")
    assert found == [[], [], []]

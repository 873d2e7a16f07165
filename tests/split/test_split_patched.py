"""What a test does to names, modules and built-in functions holds for the student's code, as in one kernel; what it asks
about names, classes, modules and identity is answered as there."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from sessions import LOCKED, STUDENT, TEST
from tiny_course import marks

from autograder.course.names import Names, names_of
from autograder.rpc.session import Part

KINDS = {
    "locked": (LOCKED, {"locked": True}),
    "plain": (STUDENT, {}),
    "answer": (STUDENT, {"solution": True}),
    "test": (TEST, {"grade": True, "locked": True, "points": 1}),
}
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


def made_there(names: Names, text: str, part: Part, metadata: dict) -> tuple[str, ...]:
    """What `engine.one_submission` says of a cell of a submission."""
    return () if part.examiner else names.made_by(new_code_cell(text, metadata=metadata))


@pytest.fixture
def graded(run_cells):
    """Runs cells given as (kind, the instructor's source) or (kind, that, the student's); their outputs, by cell."""

    def run(*cells: tuple[str, ...]) -> list:
        sources, made = [], []
        for number, (kind, *texts) in enumerate(cells):
            part, traits = KINDS[kind]
            metadata = marks(f"cell{number}", **traits)
            sources.append(new_code_cell(texts[0], metadata=metadata))
            made.append((texts[-1], part, metadata if kind != "plain" else {}))
            if kind == "plain":
                sources[-1].metadata.clear()
        names = names_of([new_notebook(cells=sources)])
        made = [
            (text, Part(**{**vars(part), "binds": made_there(names, text, part, about)}))
            for text, part, about in made
        ]
        _, outputs = run_cells(
            *made, modules=names.modules, given=names.given, hiding=names.hiding, rebound=names.rebound,
            places=names.places, helpers=names.helpers,
        )  # fmt: skip
        return [[output.ename for output in each if output.output_type == "error"] for each in outputs]

    return run


BY_HAND = "def ordered(items):\n    items, done = list(items), []\n    while items:\n"
BY_HAND += "        done.append(items.pop(items.index(min(items))))\n    return done"
RIGHT = "assert ordered([3, 1, 2]) == [1, 2, 3]"


@pytest.mark.parametrize(
    "test",
    [
        f"sorted = None\n{RIGHT}",
        f"import builtins\nbuiltins.sorted = None\n{RIGHT}",
        f"__builtins__.sorted = None\n{RIGHT}",
        f"globals()['sorted'] = None\n{RIGHT}",
        f"def sorted(*_, **__): raise RuntimeError('write it yourself')\n{RIGHT}",
        f"from unittest.mock import patch\nwith patch('builtins.sorted', side_effect=AssertionError):\n    {RIGHT}",
        f"from unittest import mock\n@mock.patch('builtins.sorted', None)\ndef check():\n    {RIGHT}\ncheck()",
        f"exec('sorted = None')\n{RIGHT}",
        f"import builtins\nkept = builtins.sorted\ndel builtins.sorted\ntry:\n    {RIGHT}\n"
        "finally:\n    builtins.sorted = kept",
    ],
)
def test_a_built_in_function_that_a_test_takes_away_is_gone_for_the_answer(graded, test):
    _, cheats = graded(("answer", BY_HAND, "def ordered(items): return sorted(items)"), ("test", test))
    _, right = graded(("answer", BY_HAND), ("test", test))
    assert cheats != [] and right == []


SOLVE = "def solve(a, b):\n    det = a[0][0] * a[1][1] - a[0][1] * a[1][0]\n"
SOLVE += "    return np.array([b[0] * a[1][1] - a[0][1] * b[1], a[0][0] * b[1] - b[0] * a[1][0]]) / det"
SOLVED = "assert np.allclose(solve(np.eye(2), np.ones(2)), 1)"


@pytest.mark.parametrize(
    "test",
    [
        f"np.linalg.solve = None\n{SOLVED}",
        f"la = np.linalg\ndel la.solve\n{SOLVED}",
        f"setattr(np.linalg, 'so' + 'lve', None)\n{SOLVED}",
        f"from unittest.mock import patch\nwith patch.object(np.linalg, 'solve', side_effect=ValueError):\n    {SOLVED}",
        f"from unittest.mock import patch\nwith patch('numpy.linalg.solve', side_effect=TypeError):\n    {SOLVED}",
        f"for module in (np, np.linalg):\n    module.solve = None\n{SOLVED}",
    ],
)
def test_a_function_that_a_test_takes_from_a_library_is_gone_for_the_answer(graded, test):
    cells = (
        ("locked", "import numpy as np"),
        ("answer", SOLVE, "def solve(a, b): return np.linalg.solve(a, b)"),
    )
    assert graded(*cells, ("test", test))[2] != []
    assert graded(cells[0], ("answer", SOLVE), ("test", test))[2] == []


def test_what_a_test_puts_back_is_there_again(graded):
    answer = "import random\ndef dice(): return random.randint(1, 6)\ndef total(x): return sum(x)"
    tests = (
        "from unittest.mock import patch\nwith patch('random.randint', return_value=40) as drawn:\n"
        "    assert dice() == 40\ndrawn.assert_called_once_with(1, 6)\nassert 1 <= dice() <= 6",
        "kept, sum = sum, lambda x: 77\nassert total([1, 2]) == 77\nsum = kept\nassert total([1, 2]) == 3",
    )
    assert graded(("answer", answer), *(("test", each) for each in tests)) == [[], [], []]


def test_names_that_a_test_binds_reach_the_functions_that_use_them(graded):
    answer = "state, calls = {'n': 1}, 0\ndef bump():\n    state['n'] += 1\n    return state['n']\n"
    answer += (
        "def outer(x): return inner(x) + 1\ndef inner(x): return 2 * x\ndef area(r): return scale * r * r"
    )
    tests = (
        "state = {'n': 10}\nassert bump() == 11 and state == {'n': 11}\nstate['n'] = 5\nassert bump() == 6",
        "seen = []\noriginal = inner\ndef inner(x):\n    seen.append(x)\n    return original(x)\n"
        "assert outer(4) == 9 and seen == [4]",
        "scale = 3\nassert area(2) == 12",  # which only the test defines
        "assert bump() == 7 and outer(1) == 3 and seen == [4, 1]",
    )
    assert graded(("answer", answer), *(("test", each) for each in tests)) == [[]] * 5


def test_nothing_else_that_a_test_binds_reaches_the_students_kernel(graded):
    spy = "def f(x): return globals().get('expected', 0)"
    *_, found = graded(
        ("answer", "def f(x): return 2 * x", spy), ("test", "expected = 6\nassert f(3) == expected")
    )
    assert found == ["AssertionError"]


def test_a_value_of_a_test_ends_where_an_answer_defines_the_name(graded):
    cells = ("answer", "def f(x): return 2 * x"), ("test", "result = 6\nassert f(3) == result")
    last = ("test", "assert result == 6")
    assert graded(*cells, ("answer", "result = f(3)"), last) == [[]] * 4
    assert graded(*cells, ("answer", "result = f(3)", "result = 5"), last)[3] == ["AssertionError"]
    assert graded(*cells, ("answer", "result = f(3)", "pass"), last)[3] == []  # as in one kernel


SETUP = """
import numpy as np
rows, seen, table, counts, limit = [], set(), {"a": [1]}, np.zeros(2), 0
KEY = {"a": 1}
"""
FILLED = """
limit = 3
for each in "ab": rows.append(each)
table["b"] = KEY["a"]
table["a"].append(2)
counts[1] = np.append([1], 4)[1]
def visit(n):
    seen.add(n)
    return len(seen)
"""
CHECKS = (
    "rows == ['a', 'b']", "table == {'a': [1, 2], 'b': 1}", "counts.tolist() == [0, 4]", "limit == 3",
    "visit(5) == 1 and seen == {5} and visit(6) == 2 and seen == {5, 6}",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["answer", "plain"])
def test_what_an_answer_makes_of_a_locked_cells_values_is_what_tests_see(graded, kind):
    tests = [("test", f"assert {check}") for check in CHECKS]
    assert graded(("locked", SETUP), (kind, FILLED), *tests) == [[]] * 7
    lazy = graded(("locked", SETUP), (kind, FILLED, "nothing = 0"), *tests[:4])
    assert lazy == [[], []] + [["AssertionError"]] * 4


def test_what_the_instructors_answers_leave_alone_stays_the_locked_cells(graded):
    spy = FILLED + "\nKEY['a'] = 7\nKEY = {'a': 8}"
    assert graded(("locked", SETUP), ("answer", FILLED, spy), ("test", "assert KEY == {'a': 1}"))[2] == []


PICTURES = """
from PIL import Image
picture = Image.new("L", (4, 3))
pictures, named = [picture.resize((n, n)) for n in (2, 5)], {"a": picture}
"""
CROP = """
def crop(picture, n): return picture.crop((0, 0, n, n))
def sizes(pictures): return [each.size for each in pictures]
"""


def test_what_cannot_cross_is_the_other_kernels_own_where_a_locked_cell_has_made_it(graded):
    cells = (
        ("locked", PICTURES),
        ("answer", CROP, "def crop(picture, n): return picture\ndef sizes(pictures): return 1"),
    )
    tests = (
        "assert crop(picture, 2).size == (2, 2)",
        "assert [crop(each, 1).size for each in pictures] == [(1, 1), (1, 1)]",
        "assert sizes(pictures) == [(2, 2), (5, 5)] and sizes([named['a']]) == [(4, 3)]",
    )
    tests = tuple(("test", each) for each in tests)
    assert graded(cells[0], cells[1][:2], *tests) == [[]] * 5
    assert graded(*cells, *tests) == [[], []] + [["AssertionError"]] * 3


def test_what_a_test_has_made_itself_is_not_looked_for_in_the_other_kernel(graded):
    spy = CROP + "mine = picture = 7"
    cells = ("locked", PICTURES), ("answer", CROP, spy)
    own = "mine = picture.resize((9, 9))\ncrop(mine, 1)"
    assert graded(*cells, ("test", own), ("locked", "other = 1"), ("test", "crop(mine, 1)")) == [
        [], [], ["Untransferable"], [], ["Untransferable"],
    ]  # fmt: skip
    assert graded(*cells, ("test", "crop(picture, 1)"))[2] == ["AttributeError"]


def test_a_plain_cell_after_a_test_defines_its_name_anew(graded):
    cells = ("test", "graph = {1: 2}\nassert len(graph) == 1"), ("plain", "graph = {1: 3, 2: 4}")
    assert graded(*cells, ("test", "assert len(graph) == 2"), ("plain", "other = 1"), cells[0]) == [[]] * 5


def test_a_function_of_the_instructors_that_a_test_deletes_is_gone_and_comes_back(graded):
    cells = (
        ("locked", "def g(x): return x + 1"),
        ("answer", "def h(x): return g(x) * 2", "def h(x): return (x + 1) * 2"),
        ("test", "kept = g\ndel g\ntry:\n    h(1)\nexcept NameError:\n    pass\nelse:\n"
         "    raise AssertionError('h does not use g')\nfinally:\n    g = kept\nassert h(1) == 4"),
    )  # fmt: skip
    assert graded(cells[0], cells[1][:2], cells[2])[2] == []
    assert graded(*cells)[2] == ["AssertionError"]


def test_a_helper_from_an_unlocked_cell_that_a_test_deletes_is_gone_on_both_sides_and_comes_back(graded):
    test = "kept = g\ndel g\nfor call in (lambda: g(1), lambda: h(1)):\n    try:\n        call()\n"
    test += "    except NameError:\n        pass\n    else:\n        raise AssertionError\n"
    test += "g = kept\nassert h(1) == g(1) * 2"
    cells = ("plain", "def g(x): return x + 1"), ("answer", "def h(x): return g(x) * 2", "def h(x): return 4")
    assert graded(cells[0], cells[1][:2], ("test", test))[2] == []
    assert graded(*cells, ("test", test))[2] == ["AssertionError"]
    assert (
        graded(cells[0], cells[1][:2], ("test", "del g\n" + test.split("\n", 2)[2].split("g = kept")[0]))[2]
        == []
    )


def test_what_cannot_cross_raises_in_words_where_the_answer_uses_it(graded):
    answer = "def show(): return tool.x\ndef other(): return 1"
    test = "tool = memoryview(b'x')\nassert other() == 1\n{0}"
    assert graded(("answer", answer), ("test", test.format("")))[1] == []
    assert graded(("answer", answer), ("test", test.format("show()")))[1] == ["TypeError"]


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

"""What a student's code gets to know of a hidden test, and what the test's outputs say of it."""

from dataclasses import replace

import pytest
from sessions import ANSWERS, HIDDEN, LOCKED, STUDENT, TEST

SPY = """
from autograder.rpc.student.student import Student
heard, ask = [], Student.ask
def spy(self, question, codec):
    content, reply = ask(self, question, codec)
    heard.append(str(content))
    return content, reply
Student.ask = spy
def probe(f):
    try: f("x")
    except Exception: return 1"""


def test_the_error_of_a_function_of_a_hidden_test_quotes_nothing_of_it(run_cells):
    _, outputs = run_cells(
        (SPY, STUDENT),
        ("assert probe(lambda given: 4711 + given) == 1", HIDDEN),
        ("print(heard)", STUDENT),
    )
    assert outputs[1] == []
    assert "TypeError" in outputs[2][0].text and "given" not in outputs[2][0].text


LISTENS = """
heard = []
def probe(f):
    heard.append(f.__doc__)
    try: f("x")
    except Exception as error: heard.append(str(error))
class Keeper:
    def __enter__(self): return self
    def __exit__(self, kind, value, trace):
        heard.append(f"{kind.__name__} {value} {trace}")
        return True
def keeper(): return Keeper()"""


TELLS = """
def helper(given):
    "doc 4711"
    raise ValueError("error 4711")
probe(helper)
with keeper(): raise KeyError("value 4711")"""


def test_what_a_hidden_test_hands_over_brings_neither_documentation_nor_messages_along(run_cells):
    hidden, shown = (
        run_cells((LISTENS, STUDENT), (TELLS, HIDDEN), ("print(heard)", STUDENT)),
        run_cells((LISTENS, STUDENT), (TELLS, TEST), ("print(heard)", STUDENT)),
    )
    assert hidden[1][1] == [] and hidden[1][2][0].text == (
        "['(docstring 0 of the test)', '', \"KeyError '' None\"]\n"
    )
    assert shown[1][2][0].text.count("4711") == 3


FORGED = """
from autograder.rpc.student.student import Student
def describe(self, error): return {"names": ["ValueError"], "message": "", "lines": [[1, f"line {error}"]]}
Student.describe = describe
def fail(x): raise ValueError(x)"""


PRINTED = "import traceback\ntry:\n    fail(4700 + 11)\nexcept ValueError:\n    traceback.print_exc()"


def test_forged_lines_of_an_error_show_no_argument_of_a_hidden_test(run_cells):
    cells = ("fail(4700 + 11)", HIDDEN), (PRINTED, HIDDEN), ("fail(4700 + 11)", TEST), (PRINTED, TEST)
    _, outputs = run_cells((FORGED, STUDENT), *cells)
    assert "4711" not in str(outputs[1:3])
    assert "line 4711" in str(outputs[3]) and "line 4711" in str(outputs[4])


def test_a_hidden_test_shows_nothing_that_the_students_code_says(run_cells):
    _, outputs = run_cells(
        ("import torch\nfrom torch import nn", LOCKED),
        (ANSWERS, STUDENT),
        ("talk(4711)", HIDDEN),
        ("boom(4711)", HIDDEN),
        ("talk(12)", TEST),
    )
    assert "4711" not in str([output for output in outputs[2] if output.output_type == "stream"])
    error = outputs[3][0]
    assert error.ename == "ValueError" and "4711" not in error.evalue
    assert "secret 12" in str(outputs[4])


CATCHES = """
try:
    {call}
except Exception as error:
    assert str(error) == {message!r}
    print('your code said:', error)
    raise AssertionError(f'it said {{error!r}}')"""


@pytest.mark.parametrize("said", ["bad 4711", "4711", "error", "stdout", "e", "0", ""])
def test_a_hidden_test_may_read_the_message_of_an_error_and_does_not_pass_it_on(run_cells, said):
    answer = f"def fail(x):\n    raise type('No' + str(x), (ValueError,), {{}})({said!r})"
    catches = CATCHES.format(call="fail(4711)", message=said)
    value = "try:\n    fail(4711)\nexcept ValueError:\n    0.0"
    _, outputs = run_cells(
        (answer, STUDENT), (catches, HIDDEN), ("fail(4711)", HIDDEN), (f"{value}\n0.0", HIDDEN)
    )
    caught, raised, partial = outputs[1:]
    assert [output.output_type for output in caught] == ["stream", "error"]
    assert [output.output_type for output in raised] == ["error"]
    assert "4711" not in str([caught, raised]).replace(catches, "").replace("fail(4711)", "")
    assert partial[0].data["text/plain"] == "0.0"


MIXED = """\
assert double(1) == 2
def other(given):
    return double(given)
### BEGIN HIDDEN TESTS
assert double(30) == 60 and other(4711)
### END HIDDEN TESTS
assert other(5) == 10"""
ANSWERS_TO_MIXED = {
    "a visible line": ("def double(x): return 3 * x", "----> 1 assert double(1) == 2\n\nAssertionError: "),
    "a hidden line": ("def double(x): return 2 * x if x != 30 else 0", "AssertionError: "),
    "a hidden line, by way of a function": (
        "def double(x): return {1: 2, 30: 60}[x]",
        "KeyError: (not shown, as it may quote a hidden test)",
    ),
    "a visible line, by way of a function": (
        "def double(x): return {1: 2, 30: 60, 4711: 1}[x]",
        "----> 7 assert other(5) == 10\n\nKeyError: (not shown, as it may quote a hidden test)",
    ),
    "a message that is a piece of a hidden line": (
        "def double(x):\n    if x == 30: raise ValueError(' == ')\n    return 2 * x",
        "ValueError: (not shown, as it may quote a hidden test)",
    ),
    "a message that is a piece of a visible line": (
        "def double(x):\n    if x == 5: raise ValueError('assert')\n    return 2 * x",
        "----> 7 assert other(5) == 10\n\nValueError: (not shown, as it may quote a hidden test)",
    ),
}


@pytest.mark.parametrize("failing", ANSWERS_TO_MIXED)
def test_of_a_cell_with_hidden_tests_the_failing_line_is_shown_if_students_see_it_and_nothing_else(
    run_cells, failing
):
    answer, shown = ANSWERS_TO_MIXED[failing]
    _, outputs = run_cells((answer, STUDENT), (MIXED, replace(HIDDEN, hidden=(4, 5, 6))))
    assert "\n".join(outputs[1][0].traceback) == shown


def test_a_librarys_error_in_a_hidden_test_shows_neither_values_nor_lines(run_cells):
    test = "import numpy as np\n### BEGIN HIDDEN TESTS\nnp.testing.assert_allclose(one(), 4711)\n### END HIDDEN TESTS"
    _, outputs = run_cells(("def one(): return 1", STUDENT), (test, replace(HIDDEN, hidden=(2, 3, 4))))
    assert "4711" not in str(outputs[1]) and "testing" not in str(outputs[1])
    assert outputs[1][0].ename == "AssertionError"

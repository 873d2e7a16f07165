"""What the examiner's kernel outlives: whatever it is costs its question, and the next test finds all as it was."""

import pytest
from sessions import HIDDEN, STUDENT, TEST

from autograder.rpc.outputs import MOST_OUTPUT, REDACTED, redact_text

KEYS = """
class Vector:
    def __init__(self, x): self.x = x
    def __hash__(self): return hash(self.x)
    def __eq__(self, other): return self.x == other.x
class Down(Vector):
    def __hash__(self): return 1 // self.x
table, seen, last = {Vector(1): 2, Vector(2): 3}, {Vector(5)}, Down(1)
bad = {last: 1}
def look(x): return table[Vector(x)]
def spoil(): last.x = 0
"""
USES = """
mine = table
assert look(1) == 2 == mine[Vector(1)] and Vector(5) in seen
mine[Vector(2)] = 8
assert look(2) == 8
"""


def test_a_table_whose_keys_are_objects_of_the_students_is_a_table(run_cells) -> None:
    session, outs = run_cells((KEYS, STUDENT), (USES, TEST), ("assert look(2) == 8", TEST))
    assert outs[1:] == [[], []] and session.incidents == []


def test_keys_that_fail_to_say_their_hash_cost_nothing_but_their_own_test(run_cells) -> None:
    _, outs = run_cells((KEYS, STUDENT), ("kept = bad\nspoil()", TEST), ("bad[last]", TEST), (USES, TEST))
    assert [[each.output_type for each in out] for out in outs[1:]] == [[], ["error"], []]


FORGED = """
from autograder.rpc.student.student import Student
honest = Student.serve
def serve(self, question, codec):
    return self.channel.send({}) if question["op"] == "restore" else honest(self, question, codec)
Student.serve = serve
things = [1]"""
REPLIES = (
    {"error": []},
    {"error": {"names": [], "message": "", "lines": [[1]]}},
    {"error": {"names": [], "message": "", "lines": [["x", "y"]]}},
    {"a": {"v": None, "printed": "", "mirrored": 5}},
)


@pytest.mark.parametrize("reply", REPLIES)
def test_rubbish_that_answers_the_end_of_a_cell_ends_nothing_else(run_cells, reply) -> None:
    _, outs = run_cells(
        (FORGED.format(reply), STUDENT), ("things.append(2)", TEST), ("assert 1 + 1 == 2", TEST)
    )
    assert outs[1:] == [[], []]


LETTERS = "(themsagofyurcdi nwhblt)"
CATCHES = """
for letter in {!r}:
    try: fail(letter)
    except ValueError as error: print('it said', error)
assert False, 'all have failed'"""


def test_messages_that_are_letters_of_ours_make_nothing_longer(run_cells) -> None:
    answer = "def fail(x): raise ValueError(x)"
    session, outs = run_cells((answer, STUDENT), (CATCHES.format(LETTERS * 3), HIDDEN), ("assert fail", TEST))
    assert [each.output_type for each in outs[1]] == ["stream", "error"] and outs[2] == []
    assert len(str(outs[1])) < 100_000 and session.incidents == []


def test_what_is_left_out_is_looked_for_once_and_the_rest_has_an_end() -> None:
    assert redact_text(["bad 5", "5"], "it was bad 5, not 56") == f"it was {REDACTED}, not {REDACTED}6"
    assert len(redact_text(["a", "e"], "a" * 100_000)) < MOST_OUTPUT + 100


def test_a_group_of_exceptions_is_an_exception_and_no_end_of_the_kernel(run_cells) -> None:
    _, outs = run_cells(
        ("def fail(): raise ExceptionGroup('two', [ValueError(1)])", STUDENT), ("fail()", TEST)
    )
    assert (outs[1][0].ename, outs[1][0].evalue) == ("ExceptionGroup", "two (1 sub-exception)")

"""test_lstm_cell: a test that tells right answers to lstm_cell from wrong ones."""

from __future__ import annotations

from autograder.checking.language import Property
from autograder.checking.stock.written_tests import unseen, written_test
from exercises.a3_gates.lstm_cell import EXERCISE as FUNCTION
from exercises.a3_gates.test_lstm_cell.hints import HINTS

EXERCISE = written_test(
    FUNCTION,
    (
        "the blocks were read as i, f, o, g",
        "one of the two biases was left out",
        "the graph was cut",
        "the arguments were overwritten with the new state",
    ),
    HINTS,
)


def candidates() -> tuple[Property, ...]:
    """The further functions that the test judges while work is graded."""
    return unseen("lstm_cell")

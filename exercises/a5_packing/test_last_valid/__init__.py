"""test_last_valid: a test that tells right answers to last_valid from wrong ones."""

from __future__ import annotations

from autograder.checking.language import Property
from autograder.checking.stock.written_tests import unseen, written_test
from exercises.a5_packing.last_valid import EXERCISE as FUNCTION
from exercises.a5_packing.test_last_valid.hints import HINTS

EXERCISE = written_test(
    FUNCTION,
    (
        "the last column was taken",
        "the step is off by one",
        "the padding was multiplied by zero",
        "the graph was cut",
    ),
    HINTS,
)


def candidates() -> tuple[Property, ...]:
    """The further functions that the test judges while work is graded."""
    return unseen(
        "last_valid", ('"a mask on the default device"', '"the smallest step of the reversed mask"')
    )

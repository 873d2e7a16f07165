"""test_split_standardize: a test that tells right answers to split_standardize from wrong ones."""

from __future__ import annotations

from autograder.checking.language import Property
from autograder.checking.stock.written_tests import unseen, written_test
from exercises.a1_sequences.split_standardize import EXERCISE as FUNCTION
from exercises.a1_sequences.test_split_standardize.hints import HINTS

EXERCISE = written_test(
    FUNCTION,
    (
        "the statistics are those of the whole series",
        "the standard deviation was divided by n - 1",
        "a feature that never changes was divided by almost nothing",
        "the series itself was standardized",
    ),
    HINTS,
)


def candidates() -> tuple[Property, ...]:
    """The further functions that the test judges while work is graded."""
    return unseen("split_standardize")

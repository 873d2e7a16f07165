"""test_binary_report: a test that tells right answers to binary_report from wrong ones."""

from __future__ import annotations

from autograder.checking.language import Property
from autograder.checking.stock.written_tests import unseen, written_test
from exercises.a8_metrics.binary_report import EXERCISE as FUNCTION
from exercises.a8_metrics.test_binary_report.hints import HINTS

EXERCISE = written_test(
    FUNCTION,
    (
        "precision and recall were exchanged",
        "a ratio without a denominator is not 0.0",
        "different shapes were accepted",
        "the true negatives were left out of the accuracy",
    ),
    HINTS,
)


def candidates() -> tuple[Property, ...]:
    """The further functions that the test judges while work is graded."""
    return unseen("binary_report", ('"a matrix made on the default device"',))

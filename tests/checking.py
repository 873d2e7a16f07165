"""What a check says of an answer to a3_gates; for the tests of the checks."""

from assignment import EXERCISES as ANSWERED
from assignment import define

from autograder.checking.registry import find
from autograder.checking.wording import words
from autograder.checks import examine

EXERCISES = {name: find(name) for name in ANSWERED}

FAULTY = """def helper(z):
    return z.chunk(5, 1)

def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    z = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh
    i, f, g, o = helper(z)
    return h, c
"""


def examined(name, source, **options):
    """The report on a cell that defines the exercise `name`."""
    return examine(EXERCISES[name], define(source)[name], **options)


def failing(report):
    """Title and words of what fails."""
    return {o.title: words(o.finding) for o in report.outcomes if o.finding and o.depends_on is None}


def returning(expression):
    """An lstm_cell that returns whatever `expression` gives."""
    return f"def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):\n    return {expression}\n"

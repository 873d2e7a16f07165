"""What the instructor's report says of findings, one template for each kind of message; `page` uses it.

What is put into a template may come from a student: the page escapes it.
"""

from enum import Enum, auto

from autograder.report.numbers import Again
from autograder.report.term import Behind, State
from autograder.results.finding import Cause, Kind


class Message(Enum):
    """What can be said beside the kinds of causes."""

    BARE_EXCEPTION = auto()  # error
    MISTAKE_IN = auto()  # cells
    NO_MISTAKE = auto()
    NO_MISTAKE_OFTEN = auto()  # often


TEMPLATES: dict[Enum, str] = {
    State.GRADED: "graded",
    State.PENDING: "so far; the rest waits for a person",
    State.UNGRADED: "handed in, not graded yet",
    State.MISSING: "nothing handed in",
    State.OPEN: "open",
    State.EXCUSED: "excused",
    Behind.MISSING: "handed in nothing for the last two",
    Behind.LOW: "less than half of the points",
    Behind.FALLING: "the last two far below the ones before",
    Message.BARE_EXCEPTION: "{error}",
    Message.MISTAKE_IN: "a known mistake in {cells}",
    Message.NO_MISTAKE: "no known mistake",
    Message.NO_MISTAKE_OFTEN: "no known mistake; most often: {often}",
    Kind.PROPERTY: "{text}",
    Kind.UNFIT_CLASS: "an object of the class {text} instead of the function",
    Kind.UNFIT_NAME: "a function with the name {text} instead of the one asked for",
    Kind.EXCEPTION: "{error}: {text}",
    Kind.ASSERTION: "AssertionError at: {text}",
    Kind.PRINTED: "{text}",
    Kind.NO_ANSWER: "no answer given",
    Kind.NOT_RUN: "not run: the notebook could not be read",
}


def say(what: Enum, **arguments: object) -> str:
    """The text of a kind of message, with its arguments filled in."""
    return TEMPLATES[what].format(**arguments)


def say_cause(cause: Cause) -> str:
    """Why a graded cell lacks points."""
    if cause.kind is Kind.EXCEPTION and not cause.text:
        return say(Message.BARE_EXCEPTION, error=cause.error)
    return say(cause.kind, text=cause.text, error=cause.error)


def say_why_again(again: Again) -> str:
    """Why something is to be explained again."""
    if again.is_mistake:
        return say(Message.MISTAKE_IN, cells=", ".join(again.cells))
    if again.often is None:
        return say(Message.NO_MISTAKE)
    return say(Message.NO_MISTAKE_OFTEN, often=say_cause(again.often))

"""What a student's page says of each graded cell, one template for each kind of message; `overview` uses it.

The page's own labels stand in `templates/returned`. What is put into a template may come from a student: the page
escapes it.
"""

from enum import Enum, auto

from autograder.results.finding import Cause, Kind


class Message(Enum):
    """What can be said of a graded cell as a whole, and of a late submission."""

    WAITS = auto()
    NOT_RUN = auto()
    ALL_POINTS = auto()
    READ_BY_PERSON = auto()
    NOT_ANSWERED = auto()
    SOME_POINTS = auto()
    NO_POINTS = auto()
    SOME_POINTS_WHY = auto()
    NO_POINTS_WHY = auto()
    ONE_FAILS = auto()  # held, tried
    SEVERAL_FAIL = auto()  # held, tried
    PROPERTY_WHY = auto()  # title, why
    LATE = auto()
    LATE_BY = auto()  # time: one or two amounts
    DEDUCTED = auto()  # points
    NOTHING_DEDUCTED = auto()
    LATE_SO = auto()  # how, taken
    LATE_WHY = auto()  # how, taken, why
    AMOUNT = auto()  # count, unit
    AMOUNTS = auto()  # count, unit
    BARE_EXCEPTION = auto()  # error


TEMPLATES: dict[Enum, str] = {
    Message.WAITS: "Still to be graded by hand.",
    Message.NOT_RUN: "Not run.",
    Message.ALL_POINTS: "Full points.",
    Message.READ_BY_PERSON: "Graded by hand.",
    Message.NOT_ANSWERED: "No answer was given.",
    Message.SOME_POINTS: "Some points.",
    Message.NO_POINTS: "No points.",
    Message.SOME_POINTS_WHY: "Some points. The tests say:",
    Message.NO_POINTS_WHY: "No points. The tests say:",
    Message.ONE_FAILS: "{held} of {tried} properties hold; this one does not:",
    Message.SEVERAL_FAIL: "{held} of {tried} properties hold; these do not:",
    Message.PROPERTY_WHY: "{title} {why}",
    Message.LATE: "Handed in late",
    Message.LATE_BY: "Handed in {time} late",
    Message.DEDUCTED: "{points} points deducted",
    Message.NOTHING_DEDUCTED: "nothing deducted",
    Message.LATE_SO: "{how}: {taken}.",
    Message.LATE_WHY: "{how}: {taken} ({why}).",
    Message.AMOUNT: "{count} {unit}",
    Message.AMOUNTS: "{count} {unit}s",
    Message.BARE_EXCEPTION: "{error}",
    Kind.PROPERTY: "{text}",
    Kind.UNFIT_CLASS: "Found an object of the class {text}; expected a function made with def.",
    Kind.UNFIT_NAME: "Found a function with the name {text}; expected the function that the exercise asks for.",
    Kind.EXCEPTION: "{error}: {text}",
    Kind.ASSERTION: "AssertionError at: {text}",
    Kind.PRINTED: "{text}",
    Kind.NO_ANSWER: "No answer was given.",
    Kind.NOT_RUN: "Not run: the notebook could not be read.",
}


def say(what: Enum, **arguments: object) -> str:
    """The sentence of a kind of message, with its arguments filled in."""
    return TEMPLATES[what].format(**arguments)


def say_cause(cause: Cause) -> str:
    """Why a cell lacks points."""
    if cause.kind is Kind.EXCEPTION and not cause.text:
        return say(Message.BARE_EXCEPTION, error=cause.error)
    return say(cause.kind, text=cause.text, error=cause.error)

"""What a student's page says of each graded cell: one template for each kind of thing to say; `overview` asks.

The page's own labels stand in `templates/returned`. What is put into a template may come from a student: the page
escapes it.
"""

from enum import Enum, auto

from autograder.results.finding import Cause, Kind


class Told(Enum):
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
    AMOUNT = auto()  # count, unit
    AMOUNTS = auto()  # count, unit
    BARE_EXCEPTION = auto()  # error


TEMPLATES: dict[Enum, str] = {
    Told.WAITS: "Waits for a person.",
    Told.NOT_RUN: "Not run.",
    Told.ALL_POINTS: "All points.",
    Told.READ_BY_PERSON: "Read by a person.",
    Told.NOT_ANSWERED: "No answer was given.",
    Told.SOME_POINTS: "Some points.",
    Told.NO_POINTS: "No points.",
    Told.SOME_POINTS_WHY: "Some points. The tests say:",
    Told.NO_POINTS_WHY: "No points. The tests say:",
    Told.ONE_FAILS: "{held} of {tried} properties hold; this one does not:",
    Told.SEVERAL_FAIL: "{held} of {tried} properties hold; these do not:",
    Told.PROPERTY_WHY: "{title} {why}",
    Told.LATE: "Handed in late",
    Told.LATE_BY: "Handed in {time} late",
    Told.AMOUNT: "{count} {unit}",
    Told.AMOUNTS: "{count} {unit}s",
    Told.BARE_EXCEPTION: "{error}",
    Kind.PROPERTY: "{text}",
    Kind.UNFIT_CLASS: "Found an object of the class {text}; expected a function made with def.",
    Kind.UNFIT_NAME: "Found a function with the name {text}; expected the one that the exercise asks for.",
    Kind.EXCEPTION: "{error}: {text}",
    Kind.ASSERTION: "AssertionError at: {text}",
    Kind.PRINTED: "{text}",
    Kind.NO_ANSWER: "No answer was given.",
    Kind.NOT_RUN: "Not run: the notebook could not be read.",
}


def say(what: Enum, **arguments: object) -> str:
    """The sentence of a kind, with its arguments in their places."""
    return TEMPLATES[what].format(**arguments)


def say_cause(cause: Cause) -> str:
    """Why a cell lacks points."""
    if cause.kind is Kind.EXCEPTION and not cause.text:
        return say(Told.BARE_EXCEPTION, error=cause.error)
    return say(cause.kind, text=cause.text, error=cause.error)

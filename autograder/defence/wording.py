"""The sentences of a defence: questions for students, keys for who asks them."""

from autograder.checking.trace import RETURNED, Step
from autograder.defence.records import Change, Question, QuestionKind

LETTERS = "ABC"


def asked(question: Question) -> str:
    """The question, in Markdown's backticks where there is code."""
    if question.kind is QuestionKind.CHANGE:
        return (
            f"Each of these changes is made alone in your `{question.function}`. Which of them would `check` not notice,"
            " and what would it find wrong after each of the others? Your own words will do. It may be that it notices"
            " all."
        )
    call = f"Your `{question.function}` is called with {question.given}."
    if question.kind is QuestionKind.EDGE:
        return f"{call} Does it return? If an exception is raised, say in which line and why." + (
            f" If none is, say {_what(question.variable)}." if question.variable else ""
        )
    assert question.variable is not None
    return f"{call} Say {_what(question.variable)}, and why."


def key(question: Question) -> str:
    """The answer."""
    if question.kind is QuestionKind.CHANGE:
        found = " ".join(
            f"{letter}: {f'caught, first by “{change.caught}”' if change.caught else 'not noticed'}."
            for letter, change in zip(LETTERS, question.changes, strict=False)
        )
        return f"{found} Whatever else the change makes wrong is a right answer too."
    if question.raised:
        return f"Line {question.line} raises {question.raised}."
    assert question.variable is not None
    returns = "It returns. " if question.kind is QuestionKind.EDGE else ""
    return returns + _is(question.variable)


def changed(change: Change) -> str:
    """A change of one line."""
    if not change.new:
        return f"line {change.line}, `{change.old}`, is left out"
    return f"line {change.line}, `{change.old}`, becomes `{change.new}`"


def _what(variable: Step) -> str:
    what = {"tensor": "which shape", "items": "how many items"}.get(variable.kind, "which value")
    if variable.name == RETURNED:
        return f"{what} the result has" if variable.kind != "value" else "what the result is"
    return f"{what} `{variable.name}` has after line {variable.line} has run for the first time"


def _is(variable: Step) -> str:
    name = "The result" if variable.name == RETURNED else f"`{variable.name}`"
    if variable.kind == "tensor":
        return f"{name} has the shape {tuple(variable.shape)}."
    if variable.kind == "items":
        return f"{name} has {variable.shape[0]} items."
    return f"{name} is {variable.value}."

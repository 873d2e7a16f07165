"""Exceptions of the student's code as a test meets them; `examiner` raises them."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograder.rpc.wire.peer import MOST_SAID

if TYPE_CHECKING:
    from autograder.rpc.examiner.examiner import Examiner


class StudentFault(Exception):
    """An exception of the student's code; `raise_as` gives it the built-in class it had there, too."""

    def __init__(self, message: str):
        Exception.__init__(self, message)
        self.message = message

    def __str__(self) -> str:
        return self.message


def student_fault(names: Sequence[str], message: str) -> StudentFault:
    """The exception to raise here for one that was raised there; `names` are its classes, nearest first."""
    base = next((kind for name in names if (kind := _exception(name))), Exception)
    own = names[0] if names and names[0].isidentifier() else "Exception"
    bases = (StudentFault,) if base is Exception else (StudentFault, base)
    fault: StudentFault = type(own, bases, {"__module__": "student"})(message)
    return fault


def _exception(name: str) -> type[Exception] | None:
    """The built-in exception of a name; a group's cannot be made of a message alone."""
    kind = getattr(builtins, name, None)
    plain = (
        isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, BaseExceptionGroup)
    )
    return kind if plain else None


class StudentGone(StudentFault):
    """The student's kernel has died, or was stopped, or sent what is no answer."""


def fault_of(examiner: Examiner, error: Any, iterating: bool) -> BaseException:
    """What to raise for an error that was described; `iterating`: StopIteration is what is asked for."""
    if type(number := error.get("raised")) is int and number in examiner.raised:
        return examiner.raised[number]  # the test's own, which the student's code let pass
    names = [str(name)[:80] for name in error["names"]]
    if not iterating:  # else it would end the test's own loop, quietly, wherever it came from
        names = [name for name in names if name not in ("StopIteration", "StopAsyncIteration")]
    message = str(error["message"])[:MOST_SAID]
    if examiner.hidden:  # a class may be called what the hidden test gave it
        names = [name for name in names if hasattr(builtins, name) or name in examiner.classes]
        examiner.redacted.add(message)
    fault = student_fault(names, message)
    if not examiner.hidden:
        for number, line in error["lines"]:
            fault.add_note(f"in your line {int(number)}: {str(line)[:200]}")
    return fault

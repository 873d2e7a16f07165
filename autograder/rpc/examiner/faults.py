"""Exceptions of the student's code as a test meets them; `examiner` raises them."""

import builtins
from collections.abc import Sequence


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
    """The built-in exception of a name; an exception group cannot be made from a message alone."""
    kind = getattr(builtins, name, None)
    plain = (
        isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, BaseExceptionGroup)
    )
    return kind if plain else None


class StudentGone(StudentFault):
    """The student's kernel has died, or was stopped, or sent something that is not an answer."""

"""Stand-ins for what a test exports: the student's code uses them as it would use the object; `codec` makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.rpc.wire.codec import Codec
from autograder.rpc.wire.special_methods import SPECIAL
from autograder.rpc.wire.values import TYPES

if TYPE_CHECKING:
    from autograder.rpc.student.student import Student


class Exported:
    """An object of the test's. Its special methods are put into a class of its own, for Python looks for them there."""

    __slots__ = ("_number", "_student")

    def __init__(self, student: Student, number: int):
        object.__setattr__(self, "_student", student)
        object.__setattr__(self, "_number", number)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return _use(self, "get", name)

    def __setattr__(self, name: str, value: Any) -> None:
        _use(self, "set", name, value)


def exported(student: Student, node: dict[str, Any]) -> Exported:
    """The stand-in for a node of `Exports.export`; the same for the same object."""
    number = int(node["i"])
    if number not in student.exported:
        methods = {name: _forward(name) for name in node["special"] if name in SPECIAL}
        student.exported[number] = type(str(node["kind"]), (Exported,), methods)(student, number)
    return student.exported[number]


def _forward(method: str) -> Any:
    def special(self: Exported, *args: Any, **kwargs: Any) -> Any:
        return _use(self, "call", method, *args, **kwargs)

    special.__name__ = method
    return special


def _use(thing: Exported, action: str, name: str, *args: Any, **kwargs: Any) -> Any:
    """What the student's code does with an object that the test exports. Raises what that raises."""
    codec = thing._student.codec()
    question = {
        "op": "exported",
        "i": thing._number,
        "do": action,
        "name": name,
        "args": [codec.encode(value) for value in args],
        "kwargs": {key: codec.encode(value) for key, value in kwargs.items()},
    }
    return ask_back(thing._student, question, codec)


def ask_back(student: Student, question: dict[str, Any], codec: Codec) -> Any:
    """What a function or an object of the test's answers. Raises what that raises, as far as both sides know it."""
    content, reply = student.ask(question, codec)
    if "error" not in content:
        return reply.decode(content["a"])
    error = content["error"]
    kinds = (TYPES[name] for name in error["names"] if issubclass(TYPES.get(name, int), Exception))
    raised = _made(next(kinds, RuntimeError), error["message"])
    vars(raised)["of_the_test"] = error["raised"]
    raise raised


def _made(kind: type, message: str) -> BaseException:
    try:
        made = kind(message)
    except Exception:  # such as UnicodeDecodeError, which wants more than a message
        made = RuntimeError(message)
    assert isinstance(made, BaseException)
    return made

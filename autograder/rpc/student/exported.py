"""Stand-ins for what a test exports: the student's code uses them as it would use the object; `codec` makes them."""

from collections.abc import Callable, Sequence
from typing import Protocol

from autograder.rpc.wire.codec import Buffer, Codec, Json, Table, Value
from autograder.rpc.wire.python_values import TYPES
from autograder.rpc.wire.special_methods import SPECIAL


class Asker(Protocol):
    """What a stand-in uses of the student's side."""

    exported: dict[int, "Exported"]

    def codec(self, buffers: Sequence[Buffer] = ()) -> Codec:
        """A codec for one message."""

    def ask(self, question: Table, codec: Codec) -> tuple[Json, Codec]:
        """The examiner's answer, and a codec to read it by."""


class Exported:
    """An object of the test's. Its special methods are put into a class of its own, for Python looks for them there."""

    __slots__ = ("_number", "_student")
    _number: int
    _student: Asker

    def __init__(self, student: Asker, number: int):
        object.__setattr__(self, "_student", student)
        object.__setattr__(self, "_number", number)

    def __getattr__(self, name: str) -> Value:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return _use(self, "get", name)

    def __setattr__(self, name: str, value: Value) -> None:
        _use(self, "set", name, value)


def exported(student: Asker, node: Table) -> Exported:
    """The stand-in for a node of `Exports.export`; the same for the same object."""
    number = int(node["i"])
    if number not in student.exported:
        methods = {name: _forward(name) for name in node["special"] if name in SPECIAL}
        student.exported[number] = type(str(node["kind"]), (Exported,), methods)(student, number)
    return student.exported[number]


def _forward(method: str) -> Callable[..., Value]:
    def special(self: Exported, *args: Value, **kwargs: Value) -> Value:
        return _use(self, "call", method, *args, **kwargs)

    special.__name__ = method
    return special


def _use(thing: Exported, action: str, name: str, *args: Value, **kwargs: Value) -> Value:
    """Asks the test for what the student's code does with an exported object. Raises what that raises."""
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


def ask_back(student: Asker, question: Table, codec: Codec) -> Value:
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

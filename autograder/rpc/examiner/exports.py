"""Objects that a test exports to the student's code because they cannot cross by value.

They are iterators, streams, data, and objects of the test's classes. The student's side has a stand-in (`exported`)
that asks for each attribute and each item. Nothing is told that leads from the object to the test: no name with an
underscore, and of an iterator nothing but its items.
"""

import io
from collections.abc import Iterator
from types import SimpleNamespace
from unittest.mock import NonCallableMock

from autograder.rpc.adapters import ADAPTERS
from autograder.rpc.wire.codec import Table, Value
from autograder.rpc.wire.special_methods import SPECIAL, has_own, special_of

ATTRIBUTES = ("get", "set")
ASKED = (
    io.TextIOBase,
    io.BufferedIOBase,
    NonCallableMock,
    SimpleNamespace,
)  # whose attributes may be asked for


class Exports:
    """The objects that were exported, by number, and docstrings that a hidden test keeps to itself."""

    def __init__(self) -> None:
        self.objects: dict[int, Value] = {}
        self.numbers: dict[int, int] = {}  # by id(), which nothing else gets while the object is kept here
        self.docs: dict[str, str] = {}
        self.data = tuple(kind for adapter in ADAPTERS.values() for kind in adapter.exported)

    def export(self, value: Value) -> Table | None:
        """The node that stands for a value at the other side; None for what is not exported."""
        iterating = _is_iterator(value)
        if not iterating and not self._has_attributes(value):
            return None
        number = self.numbers.setdefault(id(value), len(self.objects))
        self.objects[number] = value
        special = ["__iter__", "__next__"] if iterating else special_of(type(value))
        return {"t": "exported", "i": number, "kind": type(value).__name__, "special": special}

    def use(self, question: Table, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """Does what the student's code asks of an exported object. Raises what the object raises."""
        value, action, name = self.objects[int(question["i"])], str(question["do"]), str(question["name"])
        if action in ATTRIBUTES:
            if name.startswith("_") or not self._has_attributes(value) or _belongs_to_mock(value, name):
                raise AttributeError(f"{type(value).__name__!r} object has no attribute {name!r}")
            if action == "get":
                return getattr(value, name)
            if isinstance(value, (io.IOBase, *self.data)) or callable(getattr(type(value), name, None)):
                # The test's own output or data may be one; and a method that the test calls later is its own.
                raise AttributeError(f"{type(value).__name__!r} object attribute {name!r} is read-only")
            return setattr(value, name, *args)
        if name not in SPECIAL or not has_own(type(value), name):
            raise TypeError(f"{type(value).__name__!r} object has no {name}")
        if name == "__iter__" and _is_iterator(value):
            return value
        return getattr(value, name)(*args, **kwargs)

    def described(self, function: Value, hidden: bool) -> str | None:
        """A function's docstring for the other side; in a hidden test a text that stands for it."""
        doc = getattr(function, "__doc__", None)
        if not isinstance(doc, str):
            return None
        if not hidden:
            return doc
        token = f"(docstring {len(self.docs)} of the test)"
        self.docs[token] = doc
        return token

    def _has_attributes(self, value: Value) -> bool:
        """Streams, mocks, data sets, and objects of classes that cells define: those may be asked for what they have."""
        if isinstance(value, (*ASKED, *self.data)):
            return True
        return type(value).__module__ == "__main__" and not isinstance(value, type | BaseException)


def _is_iterator(value: Value) -> bool:
    """Whether that is all that a value is; a MagicMock has every method."""
    return isinstance(value, Iterator) and not isinstance(value, (io.IOBase, NonCallableMock))


def _belongs_to_mock(value: Value, name: str) -> bool:
    """Whether that is where a mock keeps what it was called with, or how the test asks it."""
    return isinstance(value, NonCallableMock) and hasattr(type(value), name)

"""How the student's side reads the examiner's messages, and how it describes its objects; for `student`."""

import importlib
import itertools
import weakref
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import FunctionType, ModuleType
from typing import Protocol

from autograder.rpc.adapters import ADAPTERS, StudentLink, StudentSide
from autograder.rpc.mirror.snapshots import kind_of
from autograder.rpc.student.exported import Asker, Exported, ask_back, exported
from autograder.rpc.wire.codec import Buffer, Codec, Node, Table, Untransferable, Value, has_writer
from autograder.rpc.wire.descriptions import name_of_class
from autograder.rpc.wire.python_values import TYPES
from autograder.rpc.wire.special_methods import SPECIAL, has_own, special_of


class Same:
    """Numbers of arrays, by which the test finds the same one again, as long as they live."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[weakref.ref[Value], int]] = {}
        self.numbers = itertools.count()

    def number(self, value: Value) -> int:
        """The number of a value, the same each time."""
        known = self.known.get(id(value))
        if known is None or known[0]() is not value:
            known = self.known[id(value)] = weakref.ref(value), next(self.numbers)
        return known[1]


class StudentState(Asker, StudentLink, Protocol):
    """What the codec uses of the student's side; `Student` explains each."""

    sides: Collection[StudentSide]
    types: tuple[type, ...]
    same: Same
    namespace: dict[str, Value]
    readers: Mapping[str, Callable[[Codec, Table], Value]]


class StudentCodec(Codec):
    """Sends what cannot travel as a number in the table, and reads what the examiner sends."""

    def __init__(self, student: StudentState, buffers: Sequence[Buffer]):
        super().__init__(buffers)
        self.student = student
        self.given: dict[int, int] = {}  # id of an argument -> its place among the arguments
        self.named = False  # whether this is what a name or an attribute stands for, with what is in it

    def identical(self, value: Value) -> Node | None:
        """An argument that is returned itself, what the test has exported, and what both sides have."""
        if isinstance(value, Exported):
            return {"t": "own", "i": value._number}
        if id(value) in self.given:
            return {"t": "given", "v": self.given[id(value)]}
        if isinstance(value, self.student.types):
            return next((side.reference(self, value) for side in self._sides_of(value)), None)
        kept = self.student.mirror.number(value)
        return None if kept is None else {"t": "kept", "i": kept}

    def encode(self, value: Value, depth: int = 0) -> Node:
        """As Codec does; libraries may add to the node of a value of theirs."""
        plain = not is_plain_subclass(type(value))
        node = super().encode(value, depth) if plain else self._either(value, depth)
        if isinstance(value, self.student.types):
            for side in self._sides_of(value):
                side.written(self, value, node)
        if self.named and isinstance(node, dict) and "b" in node and kind_of(value):
            node["same"] = self.student.same.number(value)
        return node

    def _sides_of(self, value: Value) -> list[StudentSide]:
        return [side for side in self.student.sides if isinstance(value, side.types)]

    def _either(self, value: Value, depth: int) -> Node:
        """An object of a class of the student's that is a number, a text or a container, too."""
        known = self.identical(value)
        if known is not None:
            return known
        try:
            return {"t": "either", "v": super().encode(value, depth), "o": self.refer(value)}
        except Untransferable:
            return self.refer(value)

    def refer(self, value: Value) -> Node:
        """Modules by name, the rest by number with what the examiner may want to know."""
        if isinstance(value, BaseException) and "of_the_test" in vars(value):
            return {"t": "raised", "i": vars(value)["of_the_test"]}
        if isinstance(value, ModuleType):
            return {"t": "module", "v": value.__name__}
        kind = type(value)
        classes = (value if isinstance(value, type) else kind).__mro__
        return {
            "t": "object",
            "i": self.student.hold(value),
            "from": _place_of(value),
            "kind": kind.__name__[:80],
            "name": str(getattr(value, "__name__", ""))[:80],
            "callable": callable(value),
            "of": next((name for name, adapter in ADAPTERS.items() if adapter.claims(value)), ""),
            "class": isinstance(value, type),
            "bases": [_name_of(base) for base in classes if _is_known(base) or not is_of_cells(base)],
            "kin": [base.__name__[:80] for base in classes if is_of_cells(base)],
            "special": special_of(kind),
        }

    def resolve(self, node: Table) -> Value:
        """An object of the table, a function of the test's that can be called, or what a library reads."""
        kind = node.get("t")
        if kind == "object":
            return self.student.objects[node["i"]]
        if kind == "module":
            return importlib.import_module(node["v"])
        if kind == "function":
            return self._function(int(node["i"]), str(node["name"]), node["doc"])
        if kind == "of both":
            return self._of_both(*node["v"])
        if kind == "exported":
            return exported(self.student, node)
        if kind == "exception":
            return TYPES[node["c"]](*self.decode(node["v"]))
        if read := self.student.readers.get(str(kind)):
            return read(self, node)
        return super().resolve(node)

    def _of_both(self, name: str, *key: Value) -> Value:
        """What a locked cell has defined in this kernel, too. Raises NameError where the student's code took it away."""
        try:
            found = self.student.namespace[name]
            return found[key[0]] if key else found
        except (LookupError, TypeError):
            raise NameError(f"your code has changed {name!r}, which a test passes to it") from None

    def _function(self, number: int, name: str, doc: str | None) -> Callable[..., Value]:
        student = self.student

        def function(*args: Value, **kwargs: Value) -> Value:
            codec = student.codec()
            question = {
                "op": "function",
                "i": number,
                "args": [codec.encode(value) for value in args],
                "kwargs": {key: codec.encode(value) for key, value in kwargs.items()},
            }
            return ask_back(student, question, codec)

        function.__name__ = function.__qualname__ = name
        function.__doc__ = doc
        return function


def _place_of(value: Value) -> str:
    """Where a function or a class was defined: `module:name`."""
    if not isinstance(value, FunctionType | type) or is_of_cells(value):
        return ""
    return f"{value.__module__}:{value.__qualname__}"


PLAIN_BASES = (
    int, float, complex, Decimal, Fraction, str, bytes, bytearray, tuple, list, dict, set, frozenset, deque, date,
    timedelta,
)  # fmt: skip


def is_of_cells(kind: type | FunctionType) -> bool:
    """Whether a class or a function was defined in a cell."""
    return kind.__module__ == "__main__"


def is_plain_subclass(kind: type) -> bool:
    """Whether objects of a class are plain values, and have something that these lack; not mere named tuples."""
    if has_writer(kind) or not issubclass(kind, PLAIN_BASES) or not is_of_cells(kind):
        return False
    fields = getattr(kind, "_fields", None)
    if not isinstance(fields, tuple):
        return True
    own = {name for base in kind.__mro__ if is_of_cells(base) for name in vars(base)} - {*fields, "__repr__"}
    return any(not name.startswith("_") or (name in SPECIAL and has_own(kind, name)) for name in own)


def _is_known(kind: type) -> bool:
    return TYPES.get(kind.__name__) is kind or any(each.class_name(kind) for each in ADAPTERS.values())


def _name_of(kind: type) -> str:
    return kind.__name__ if _is_known(kind) else name_of_class(kind)

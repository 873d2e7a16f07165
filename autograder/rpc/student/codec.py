"""How the student's side reads what comes from the examiner, and what it tells of its objects; for `student`."""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import ModuleType
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from autograder.rpc.mirror.mirrored import is_parameter, write_state
from autograder.rpc.student.exported import Exported, ask_back, exported
from autograder.rpc.wire.codec import Codec
from autograder.rpc.wire.descriptions import name_of_class
from autograder.rpc.wire.recipes import rebuild_layer
from autograder.rpc.wire.records import decode_record, encode_record, is_record
from autograder.rpc.wire.special_methods import SPECIAL, has_own, special_of
from autograder.rpc.wire.values import EXACTLY, TYPES, Node, Untransferable, can_cross

if TYPE_CHECKING:
    from autograder.rpc.student.student import Student


class StudentCodec(Codec):
    """Sends what cannot travel as a number in the table, and reads what the examiner sends."""

    def __init__(self, student: Student, buffers: Any):
        super().__init__(buffers)
        self.student = student
        self.given: dict[int, int] = {}  # id of an argument -> its place among the arguments
        self.graph: list[int] = []  # tensors of this message that have a history
        self.mirrors = True  # parameters: what a test changes of them, is changed here

    def identical(self, value: Any) -> Node | None:
        """An argument that is returned itself, what the test has exported, and what both sides have."""
        if isinstance(value, Exported):
            return {"t": "own", "i": value._number}
        if id(value) in self.given:
            return {"t": "given", "v": self.given[id(value)]}
        if isinstance(value, torch.Tensor):
            return self._parameter(value) if self._is_parameter(value) else None
        kept = self.student.mirror.number(value)
        return None if kept is None else {"t": "kept", "i": kept}

    def encode(self, value: Any, depth: int = 0) -> Node:
        """As Codec does; a tensor with a history can be pulled back through later."""
        node = self._either(value, depth) if is_plain_subclass(type(value)) else super().encode(value, depth)
        if isinstance(node, dict) and node.get("t") == "tensor" and value.grad_fn is not None:
            number = len(self.student.graphs)
            self.student.graphs[number] = value
            self.graph.append(number)
            node["g"] = number
        return node

    def _is_parameter(self, value: torch.Tensor) -> bool:
        shared = is_parameter(value) or self.student.mirror.number(value) is not None
        return self.mirrors and shared and can_cross(value)

    def _parameter(self, value: torch.Tensor) -> Node:
        """One that a test may train: it gets the number of the one here, and its state."""
        number = self.student.hold(value)
        self.student.mirror.add(number, value)
        state = write_state(self, value)
        return {"t": "parameter", "i": number, "layer": isinstance(value, nn.Parameter), "v": state}

    def _either(self, value: Any, depth: int) -> Node:
        """An object of a class of the student's that is a number, a text or a container, too."""
        known = self.identical(value)
        if known is not None:
            return known
        try:
            return {"t": "either", "v": super().encode(value, depth), "o": self.refer(value)}
        except Untransferable:
            return self.refer(value)

    def refer(self, value: Any) -> Node:
        """Records by value, modules by name, the rest by number with what the examiner may want to know."""
        if is_record(value):
            return encode_record(self, value)
        if isinstance(value, BaseException) and "of_the_test" in vars(value):
            return {"t": "raised", "i": vars(value)["of_the_test"]}
        if isinstance(value, ModuleType):
            return {"t": "module", "v": value.__name__}
        kind = type(value)
        return {
            "t": "object",
            "i": self.student.hold(value),
            "kind": kind.__name__[:80],
            "name": str(getattr(value, "__name__", ""))[:80],
            "callable": callable(value),
            "layer": isinstance(value, nn.Module),
            "class": isinstance(value, type),
            "bases": [
                b.__name__ if _is_known(b) else name_of_class(b)
                for b in (value if isinstance(value, type) else kind).__mro__
                if _is_known(b) or not is_of_cells(b)
            ],
            "kin": [
                b.__name__[:80]
                for b in (value if isinstance(value, type) else kind).__mro__
                if is_of_cells(b)
            ],
            "special": special_of(kind),
        }

    def resolve(self, node: dict[str, Any]) -> Any:
        """An object of the table, a record, a layer, or a function of the test's that can be called."""
        kind = node.get("t")
        if kind == "object":
            return self.student.objects[node["i"]]
        if kind == "record":
            return decode_record(self, node)
        if kind == "layer":
            return rebuild_layer(self.decode(node["v"]))
        if kind == "module":
            return importlib.import_module(node["v"])
        if kind == "function":
            return self._function(int(node["i"]), str(node["name"]), node["doc"])
        if kind == "exported":
            return exported(self.student, node)
        if kind == "exception":
            return TYPES[node["c"]](*self.decode(node["v"]))
        return super().resolve(node)

    def _function(self, number: int, name: str, doc: str | None) -> Callable[..., Any]:
        student = self.student

        def function(*args: Any, **kwargs: Any) -> Any:
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


PLAIN_BASES = (
    int, float, complex, Decimal, Fraction, str, bytes, bytearray, tuple, list, dict, set, frozenset, deque, date,
    timedelta,
)  # fmt: skip


def is_of_cells(kind: type) -> bool:
    """Whether a class was defined in a cell."""
    return kind.__module__ == "__main__"


def is_plain_subclass(kind: type) -> bool:
    """Whether objects of a class are plain values, and have something that these lack; not mere named tuples."""
    if kind in EXACTLY or not issubclass(kind, PLAIN_BASES) or not is_of_cells(kind):
        return False
    fields = getattr(kind, "_fields", None)
    if not isinstance(fields, tuple):
        return True
    own = {name for base in kind.__mro__ if is_of_cells(base) for name in vars(base)} - {*fields, "__repr__"}
    return any(not name.startswith("_") or (name in SPECIAL and has_own(kind, name)) for name in own)


def _is_known(kind: type) -> bool:
    return TYPES.get(kind.__name__) is kind or getattr(nn, kind.__name__, None) is kind

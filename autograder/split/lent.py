"""How the student's side reads what comes from the examiner, and what it lends of its objects; for `student`."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from torch import nn

from autograder.split.codec import Codec
from autograder.split.recipes import rebuild_layer
from autograder.split.records import decode_record, encode_record, is_record
from autograder.split.values import TYPES, Node

if TYPE_CHECKING:
    from autograder.split.student import Student


class StudentCodec(Codec):
    """Sends what cannot travel as a number in the table, and reads what the examiner sends."""

    def __init__(self, student: Student, buffers: Any):
        super().__init__(buffers)
        self.student = student
        self.given: dict[int, int] = {}  # id of an argument -> its place among the arguments
        self.graph: list[int] = []  # tensors of this message that have a history

    def identical(self, value: Any) -> Node | None:
        """An argument that is returned itself."""
        return {"t": "given", "v": self.given[id(value)]} if id(value) in self.given else None

    def encode(self, value: Any, depth: int = 0) -> Node:
        """As Codec does; a tensor with a history can be pulled back through later."""
        node = super().encode(value, depth)
        if isinstance(node, dict) and node.get("t") == "tensor" and value.grad_fn is not None:
            number = len(self.student.graphs)
            self.student.graphs[number] = value
            self.graph.append(number)
            node["g"] = number
        return node

    def refer(self, value: Any) -> Node:
        """Records by value, modules by name, the rest by number with what the examiner may want to know."""
        if is_record(value):
            return encode_record(self, value)
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
                b.__name__ for b in (value if isinstance(value, type) else kind).__mro__ if _is_known(b)
            ],
            "special": [name for name in SPECIAL if hasattr(kind, name) and _is_own(kind, name)],
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
            content, reply = student.ask(question, codec)
            if "error" in content:
                raise RuntimeError(content["error"]["message"])
            return reply.decode(content["a"])

        function.__name__ = function.__qualname__ = name
        function.__doc__ = doc
        return function


# Special methods that the examiner may use on an object that stays here.
SPECIAL = (
    "__len__", "__iter__", "__next__", "__getitem__", "__setitem__", "__delitem__", "__contains__", "__bool__",
    "__int__", "__float__", "__index__", "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__",
    "__truediv__", "__rtruediv__", "__floordiv__", "__mod__", "__pow__", "__matmul__", "__neg__", "__abs__",
    "__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__", "__enter__", "__exit__", "__str__", "__repr__",
    "__format__", "__hash__", "__call__",
)  # fmt: skip


def _is_own(kind: type, name: str) -> bool:
    return getattr(kind, name) is not getattr(object, name, None)


def _is_known(kind: type) -> bool:
    return TYPES.get(kind.__name__) is kind or kind is nn.Module

"""The student's side: answers the examiner's questions about what the student's cells have defined.

Runs in the process that nobody trusts, so nothing here is secret and nothing here is relied upon: whoever
tampers with it can change values, which the examiner compares with values of its own.
"""

import contextlib
import importlib
import io
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

import torch
from torch import nn

from autograder.checks.observe import observe
from autograder.split.changes import after, carry_back, is_mutable, same, snapshot
from autograder.split.channel import Channel
from autograder.split.codec import TYPES, Codec, Node
from autograder.split.forbid import refused
from autograder.split.gradients import wanted
from autograder.split.peer import Answer, Peer
from autograder.split.recipes import rebuild_layer
from autograder.split.records import decode_record, encode_record, is_record
from autograder.split.seeds import plant

MOST_PRINTED = 100_000  # characters that a call's printing may bring back


class Student(Peer):
    """Answers from a namespace. Objects that cannot travel stay in a table and are known by their number."""

    def __init__(self, channel: Channel, namespace: dict[str, Any], forbid: Sequence[str] = ()):
        super().__init__(channel)
        self.namespace, self.forbid = namespace, forbid
        self.objects: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}
        self.graphs: dict[int, torch.Tensor] = {}
        self.inputs: dict[int, list[torch.Tensor]] = {}
        self.asked = 0  # questions that are being answered

    def codec(self, buffers: Any = ()) -> "StudentCodec":
        """A codec that knows this table."""
        return StudentCodec(self, buffers)

    def hold(self, value: Any) -> int:
        """The number of an object in the table, the same each time."""
        number = self.numbers.get(id(value))
        if number is None:
            number = len(self.objects)
            self.objects[number] = value
            self.numbers[id(value)] = number
        return number

    def answer(self, question: dict[str, Any], codec: Codec) -> Answer:
        """One question of the examiner's."""
        handler = _HANDLERS[question["op"]]
        printed = _Printed()
        for library, seed in question.get("seeds", ()):
            plant(library, codec.decode(seed))
        streams = contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed)
        self.asked += 1
        try:
            with streams[0], streams[1], self._hurdle(question):
                node, used = handler(self, question, codec)
        finally:
            self.asked -= 1
        return {"v": node, "printed": printed.text()}, used

    def _hurdle(self, question: dict[str, Any]) -> contextlib.AbstractContextManager[None]:
        """No recurrent layers of PyTorch's while a function runs that is to be written from scratch."""
        target = self.objects.get(question.get("object", -1))
        bound = target is not None and any(self.namespace.get(name) is target for name in self.forbid)
        return refused() if bound else contextlib.nullcontext()

    def get(self, question: dict[str, Any], codec: Codec) -> Answer:
        """A name of the namespace; `found` is False where it is not there."""
        name, reply = question["name"], self.codec()
        if name not in self.namespace:
            return {"found": False}, reply
        return {"found": True, "value": reply.encode(self.namespace[name])}, reply

    def call(self, question: dict[str, Any], codec: Codec) -> Answer:
        """Calls an object, or one of its methods; tells the result and what became of the arguments."""
        target = self.objects[question["object"]]
        args = [codec.decode(node) for node in question["args"]]
        kwargs = {name: codec.decode(node) for name, node in question["kwargs"].items()}
        given = [*args, *kwargs.values()]
        before = [snapshot(value) for value in given]
        reply = self.codec()
        function = getattr(target, question["method"]) if question["method"] else target
        with torch.set_grad_enabled(bool(question["grad"])):
            result = function(*args, **kwargs)
        reply.given = {id(value): number for number, value in enumerate(given) if is_mutable(value)}
        node: dict[str, Any] = {"value": reply.encode(result)}
        reply.given = {}
        if reply.graph:
            call = len(self.inputs)
            self.inputs[call] = wanted(given)
            node["graph"] = {"call": call, "outputs": reply.graph}
        changed = [number for number, value in enumerate(given) if not same(before[number], snapshot(value))]
        node["changed"] = [[number, reply.encode(after(given[number]))] for number in changed]
        return node, reply

    def attribute(self, question: dict[str, Any], codec: Codec) -> Answer:
        """An attribute of an object; a tensor brings its gradient along."""
        value = getattr(self.objects[question["object"]], question["name"])
        reply = self.codec()
        node = {"value": reply.encode(value)}
        if isinstance(value, torch.Tensor) and value.is_leaf and value.grad is not None:
            node["gradient"] = reply.encode(value.grad)
        return node, reply

    def assign(self, question: dict[str, Any], codec: Codec) -> Answer:
        """Sets an attribute, or with `copy` the numbers of the tensor that it is."""
        target, value = self.objects[question["object"]], codec.decode(question["value"])
        if question["copy"]:
            with torch.no_grad():
                getattr(target, question["name"]).copy_(value)
        else:
            setattr(target, question["name"], value)
        return None, self.codec()

    def restore(self, question: dict[str, Any], codec: Codec) -> Answer:
        """Gives a list, a table or an array the contents that it has in the test."""
        if "name" in question:
            target = self.namespace[question["name"]]
        else:
            target = getattr(self.objects[question["object"]], question["attribute"])
        carry_back(target, codec.decode(question["value"]))
        return None, self.codec()

    def line(self) -> str:
        """While a test calls the student's code, `input()` there gets what the test has to say."""
        if not self.asked:
            return super().line()
        content, codec = self.ask({"op": "line"}, self.codec())
        if "error" in content:
            raise EOFError(content["error"]["message"])
        return str(codec.decode(content["a"]))

    def backward(self, question: dict[str, Any], codec: Codec) -> Answer:
        """Pulls gradients back through a call made earlier; tells those of the arguments."""
        outputs = [self.graphs[number] for number in question["outputs"]]
        leaves = self.inputs[question["call"]]
        for leaf in leaves:
            leaf.grad = None
        torch.autograd.backward(
            outputs, [codec.decode(node) for node in question["gradients"]], retain_graph=True
        )
        reply = self.codec()
        return [reply.encode(leaf.grad) for leaf in leaves], reply

    def observe(self, question: dict[str, Any], codec: Codec) -> Answer:
        """What the course's own checks see when they call a function on a case."""
        function, case = self.objects[question["object"]], codec.decode(question["case"])
        reply = self.codec()
        return reply.encode(observe(function, case, question["seconds"])), reply


_HANDLERS: Mapping[str, Callable[[Student, dict[str, Any], Codec], Answer]] = {
    "get": Student.get,
    "call": Student.call,
    "attribute": Student.attribute,
    "assign": Student.assign,
    "restore": Student.restore,
    "backward": Student.backward,
    "observe": Student.observe,
}


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


class _Printed(io.TextIOBase):
    """What a call prints, as much of it as may go back."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0

    def write(self, text: str) -> int:
        if self.length < MOST_PRINTED:
            self.parts.append(text[: MOST_PRINTED - self.length])
            self.length += len(text)
        return len(text)

    def text(self) -> str:
        return "".join(self.parts)

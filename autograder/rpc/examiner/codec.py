"""How the examiner reads messages of the student's side, strictly, and what it may send; for `examiner`."""

import importlib
import inspect
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Protocol

from autograder.rpc.adapters import ADAPTERS, ExaminerSide
from autograder.rpc.examiner.both import OfBoth
from autograder.rpc.examiner.exports import Exports
from autograder.rpc.examiner.imported import Imported
from autograder.rpc.examiner.proxies import Remote, RemoteOwner
from autograder.rpc.mirror.mirrored import ExaminerMirror
from autograder.rpc.mirror.snapshots import kind_of
from autograder.rpc.wire.codec import Buffer, Codec, Malformed, Node, Table, Untransferable, Value
from autograder.rpc.wire.python_values import TYPES


class ExaminerState(RemoteOwner, Protocol):
    """What the codec uses of the examiner's side; `Examiner` explains each."""

    modules: dict[str, str]
    beside: frozenset[str]
    classes: frozenset[str]
    hidden: bool
    functions: dict[int, Callable[..., Value]]
    remotes: dict[int, Remote]
    raised: dict[int, BaseException]
    mirror: ExaminerMirror
    imported: Imported
    exports: Exports
    namespace: dict[str, Value]
    of_both: OfBoth
    sides: Collection[ExaminerSide]
    readers: Mapping[str, Callable[[Codec, Table], Value]]


class ExaminerCodec(Codec):
    """Reads what the student's side sends, strictly, and sends layers, records and functions."""

    def __init__(self, examiner: ExaminerState, buffers: Sequence[Buffer]):
        super().__init__(buffers)
        self.examiner = examiner
        self.name = ""  # what the test calls the value that is asked for
        self.given: list[Value] = []
        self.closed = False  # whether the message holds values only, and must not refer to anything

    def identical(self, value: Value) -> Node | None:
        """A student's object, a parameter among them, goes back as its number."""
        number = value._number if type(value) is Remote else self.examiner.mirror.number(value)
        return None if number is None else {"t": "object", "i": number}

    def refer(self, value: Value) -> Node:
        """What a test may pass to a student's function besides plain values."""
        if (exported := self.examiner.exports.export(value)) is not None:
            return exported
        for side in self.examiner.sides:
            if (node := side.refer(self, value)) is not None:
                return node
        if isinstance(value, ModuleType):
            return {"t": "module", "v": value.__name__}
        if isinstance(value, TracebackType):
            return None  # it would show the test
        if isinstance(value, BaseException):
            said = "" if self.examiner.hidden else str(value)
            return {"t": "exception", "c": builtin_name(type(value)), "v": self.encode([said])}
        if isinstance(value, type) and issubclass(value, BaseException):
            return {"t": "type", "v": builtin_name(value)}
        if inspect.isroutine(value) or callable(value):
            number = len(self.examiner.functions)
            self.examiner.functions[number] = value
            return {"t": "function", "i": number, "name": getattr(value, "__name__", "function"),
                    "doc": self.examiner.exports.described(value, self.examiner.hidden)}  # fmt: skip
        if (place := self.examiner.of_both.place(self.examiner.namespace, value)) is not None:
            return {"t": "of both", "v": place}
        raise Untransferable(
            f"the test passes a {type(value).__name__} to the student's code, which runs in another process; "
            "numbers, text, containers, arrays, tensors, torch.nn's layers, functions, iterators, files, data sets and "
            "objects of classes that the cell defines can be passed, and what a locked cell without points defines"
        )

    def decode(self, node: Node, depth: int = 0) -> Value:
        """As Codec does; libraries hear of values whose computation the student's side has recorded."""
        value = super().decode(node, depth)
        if isinstance(node, dict) and "g" in node:
            for side in self.examiner.sides:
                value = side.decoded(self, node, value)
        elif isinstance(node, dict) and type(number := node.get("same")) is int and kind_of(value):
            value = self.examiner.imported.same(number, value)
        return value

    def resolve(self, node: Table) -> Value:
        """A proxy, an argument of this call, or a module by the name everybody gives it."""
        kind = node.get("t")
        if self.closed:
            raise Malformed("a reference where there are only values")
        if kind == "object":
            if (own := self._of_the_course(node)) is not None:
                return own
            about = _about(node, self.examiner.classes)
            if self.name:  # it is told by the name that the test used
                return Remote(self.examiner, about)
            return self.examiner.remotes.setdefault(about["i"], Remote(self.examiner, about))
        if kind == "either":  # an object that is a number, a text or a container, too: of what class, matters
            asked = str(node["o"]["kind"]) in self.examiner.classes
            value = self.decode(node["o"] if asked else node["v"])
            if asked and type(value) is Remote:
                value._about["plain"] = True
            return value
        if kind == "given":
            return self.given[node["v"]]
        if kind == "kept":
            return self.examiner.mirror.values[node["i"]]
        if kind == "raised":
            return self.examiner.raised[node["i"]]
        if kind == "own":
            return self.examiner.exports.objects[node["i"]]
        if kind == "module":
            return self._module(str(node["v"]))
        if read := self.examiner.readers.get(str(kind)):
            return read(self, node)
        return super().resolve(node)

    def _of_the_course(self, node: Table) -> Value:
        """A function or a class of a module that lies beside the notebook: both sides have the instructor's."""
        module, _, name = str(node.get("from", "")).partition(":")
        if not name or module not in self.examiner.beside or not Path(f"{module}.py").is_file():
            return None
        try:
            value = vars(importlib.import_module(module)).get(name)
        except ImportError:
            return None
        return value if inspect.isfunction(value) or inspect.isclass(value) else None

    def _module(self, module: str) -> ModuleType:
        if (
            module not in (self.examiner.modules.get(self.name), self.name)
            and module.split(".")[-1] != self.name
        ):
            raise Malformed(f"the name {self.name!r} means another module than expected")
        own = module == self.examiner.modules.get(
            self.name
        )  # an answer of the instructor's gives it that name
        if not own and module.split(".")[0] not in {*sys.stdlib_module_names, *map(_top, sys.modules)}:
            raise Malformed(f"the module {module[:60]!r} is not one of the examiner's")
        try:
            return importlib.import_module(module)
        except ImportError as error:
            raise Malformed(f"the module {module[:60]!r} is not one of the examiner's") from error


def builtin_name(kind: type[BaseException]) -> str:
    """The name of the nearest exception that every Python has."""
    return next(base.__name__ for base in kind.__mro__ if TYPES.get(base.__name__) is base)


def _top(name: str) -> str:
    return name.partition(".")[0]


def _about(node: Table, classes: frozenset[str]) -> Table:
    """What the student's side says of an object, reduced to the types that `Remote` relies on."""
    if type(node["i"]) is not int:
        raise Malformed("an object without a number")
    return {
        "i": node["i"],
        "kind": str(node["kind"])[:80],
        "name": str(node["name"])[:80],
        "callable": node["callable"] is True,
        "of": str(node["of"]) if node["of"] in list(ADAPTERS) else "",
        "class": node["class"] is True,
        "bases": [str(name)[:200] for name in node["bases"]][:50],
        "kin": tuple(str(name) for name in node["kin"])[:50],
        "plain": False,
        "ends": False,
        "special": frozenset(str(name) for name in node["special"]),
        "asked for": str(node["kind"]) in classes,
        "called": "",
        "compares": (),
    }

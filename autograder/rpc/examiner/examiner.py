"""The examiner's side: resolves the names that tests use and the examiner lacks, and carries calls over.

Runs in a process of its own, with the instructor's locked cells and tests. `namespace` has the namespace of
that process; what a test does with a student's function is done by the methods of `Examiner`.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from autograder.checking.found import Observation
from autograder.rpc.examiner.codec import ExaminerCodec
from autograder.rpc.examiner.exports import Exports
from autograder.rpc.examiner.faults import StudentFault, StudentGone, fault_of
from autograder.rpc.examiner.imported import Imported
from autograder.rpc.examiner.namespace import ALIASES, standing_for, stands_for
from autograder.rpc.examiner.proxies import Remote, RemoteTensor
from autograder.rpc.mirror.gradients import join, wanted
from autograder.rpc.mirror.keyboard import answer_line
from autograder.rpc.mirror.mirrored import ExaminerMirror
from autograder.rpc.mirror.printed import show
from autograder.rpc.mirror.seeds import state_of, watch
from autograder.rpc.mirror.snapshots import update_in_place
from autograder.rpc.wire.channel import BadMessage, Channel, ChannelClosed
from autograder.rpc.wire.codec import Codec
from autograder.rpc.wire.peer import Answer, Peer, describe
from autograder.rpc.wire.values import Malformed, Untransferable

ENDING = ("send", "throw")  # methods of a generator that end it with StopIteration, as __next__ does


class Examiner(Peer):
    """Asks the student's side. `names`: what the instructor's cells say of names, see `grading.names`."""

    def __init__(self, channel: Channel, names: Mapping[str, Any]):
        super().__init__(channel)
        self.modules: dict[str, str] = {**ALIASES, **names.get("modules", {})}
        self.given, self.classes, self.hiding = (
            frozenset(names.get(kind, ())) for kind in ("given", "classes", "hiding")
        )
        self.helpers: Mapping[str, str] = names.get("helpers", {})
        self.gone = False  # the student's kernel, since `relink`
        self.hidden = False  # in a cell with hidden tests nothing of the student's may be printed
        self.functions: dict[int, Callable[..., Any]] = {}
        self.remotes: dict[int, Remote] = {}
        self.imported = Imported()
        self.mirror = ExaminerMirror()
        self.removed: set[str] = set()  # names that a test has taken from the student's code
        self.seeds: dict[str, Any] = {}
        self.exports = Exports()
        self.raised: dict[int, BaseException] = {}  # by the test's own code, while the student's called it
        self.namespace: dict[str, Any] = {}
        watch(self.seeds.__setitem__)

    def codec(self, buffers: Any = ()) -> ExaminerCodec:
        """A codec that makes proxies of what stays at the student's."""
        return ExaminerCodec(self, buffers)

    def get(self, name: str) -> Any:
        """A name of the student's. Raises KeyError where it is not defined there.

        What the instructor's cells import is the examiner's own: the student may have put anything there.
        """
        if name in self.given:
            with suppress(ImportError, AttributeError):  # a module that lives where the student's code does
                return stands_for(self.modules[name])
        answer, codec = self._ask({"op": "get", "name": name}, self.codec())
        if answer["found"] is not True:
            raise KeyError(name)
        codec.name = name
        value = codec.decode(answer["value"])
        self.imported.add({"name": name}, value)
        if type(value) is Remote:
            if name in self.modules and isinstance(standing_for(self.modules[name]), ModuleType):
                raise Malformed(f"the name {name!r} stands for no module")
            value._about["called"] = name
        return value

    def hide(self, name: str) -> bool:
        """Takes a name from the student's namespace; False where it is not there."""
        answer, _ = self._ask({"op": "hide", "name": name}, self.codec())
        if answer["found"] is True:
            self.removed.add(name)
        return answer["found"] is True

    def give_back(self, name: str, value: Any) -> bool:
        """Puts a student's object back under a name that was taken away; anything else is the test's own."""
        if name not in self.removed or type(value) is not Remote:
            return False
        codec = self.codec()
        self._ask({"op": "put", "name": name, "value": codec.encode(value)}, codec)
        self.removed.discard(name)
        return True

    def call(self, remote: Remote, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Calls an object or a method of it; arguments that the call changed are changed here too."""
        __tracebackhide__ = True
        codec = self.codec()
        question = {
            "op": "call",
            "object": remote._number,
            "method": method,
            "args": [codec.encode(value) for value in args],
            "kwargs": {name: codec.encode(value) for name, value in kwargs.items()},
            "grad": torch.is_grad_enabled(),
            "ends": method == "__next__" or remote._about["ends"],
        }
        answer, reply = self._ask(question, codec)
        reply.given = [*args, *kwargs.values()]
        for number, node in answer["changed"]:
            now = reply.decode(node)
            if type(reply.given[number]) is not Remote:  # which has changed by itself
                update_in_place(reply.given[number], now)
        value = reply.decode(answer["value"])
        self.mirror.keep_given(answer["kept"], reply.given)
        if "graph" not in answer or not torch.is_grad_enabled():
            return value
        graph = answer["graph"]
        outputs = {number: reply.with_history[number] for number in graph["outputs"]}
        return join(
            value, outputs, wanted(reply.given), lambda grads: self._backward(graph["call"], outputs, grads)
        )

    def _backward(self, call: int, outputs: Iterable[int], gradients: Iterable[Tensor]) -> list[Any]:
        codec = self.codec()
        nodes = [codec.encode(gradient.contiguous()) for gradient in gradients]
        question = {"op": "backward", "call": call, "outputs": list(outputs), "gradients": nodes}
        answer, reply = self._ask(question, codec)
        return [reply.decode(node) for node in answer]

    def observe(self, remote: Remote, case: Any, seconds: float) -> Any:
        """An Observation of the course's own checks, made at the student's side."""
        __tracebackhide__ = True
        codec = self.codec()
        question = {"op": "observe", "object": remote._number, "case": codec.encode(case), "seconds": seconds}
        answer, reply = self._ask(question, codec)
        reply.closed = True  # an object of the student's in it would be asked how it compares
        with suppress(Malformed):
            observation = reply.decode(answer)
            if type(observation) is Observation:
                return observation
        raise StudentGone("what came back of the call is no observation of it")

    def attribute(self, remote: Remote, name: str) -> Any:
        """An attribute; a tensor comes as a copy that knows where it came from."""
        __tracebackhide__ = True
        question = {"op": "attribute", "object": remote._number, "name": name}
        try:
            answer, reply = self._ask(question, self.codec())
        except AttributeError as error:
            raise AttributeError(str(error)) from None  # hasattr() asks like this, and means no harm
        value = reply.decode(answer["value"])
        if name == "__doc__" and isinstance(value, str):
            return self.exports.docs.get(value, value)
        if type(value) is Remote and name in ENDING:
            value._about["ends"] = True
        if type(value) is Tensor and self.mirror.number(value) is None:
            gradient = reply.decode(answer["gradient"]) if "gradient" in answer else None
            value = value.as_subclass(RemoteTensor)
            value._owner = (remote, name)
            value.grad = gradient
        else:
            self.imported.add({"object": remote._number, "attribute": name}, value)
        return value

    def ask_student(self, question: dict[str, Any]) -> Any:
        """The value that answers a question without values of its own."""
        __tracebackhide__ = True
        answer, reply = self._ask(question, self.codec())
        return reply.decode(answer)

    def assign(self, remote: Remote, name: str, value: Any, *, copy: bool = False) -> None:
        """Sets an attribute of a student's object, or with `copy` the numbers of the tensor that it is."""
        codec = self.codec()
        question = {"op": "assign", "object": remote._number, "name": name, "value": codec.encode(value)}
        self._ask({**question, "copy": copy}, codec)

    def push_changes(self) -> None:
        """Tells the student's side what the test has changed of the values that it imported from there."""
        for place, value in self.imported.changed():
            codec = self.codec()
            with suppress(Untransferable, StudentFault):  # a kernel that is gone will be missed soon enough
                self._exchange({"op": "restore", **place, "value": codec.encode(value)}, codec)
        codec = self.codec()
        if states := self.mirror.changes(codec):
            with suppress(StudentFault):
                self._exchange({"op": "share", "states": states}, codec)

    def relink(self, channel: Channel) -> None:
        """From now on another student's kernel, whose numbers mean other objects."""
        super().relink(channel)
        self.gone = False
        self.remotes.clear()
        self.removed.clear()
        self.imported, self.mirror = Imported(), ExaminerMirror()

    def answer(self, question: dict[str, Any], codec: Codec) -> Answer:
        """The student's side calls a function that a test handed in, or asks for a line of input."""
        self.mirror.apply(codec, question["mirrored"])
        if question["op"] == "line":
            return answer_line(self.namespace, question["prompt"]), self.codec()
        args = [codec.decode(node) for node in question["args"]]
        kwargs = {name: codec.decode(node) for name, node in question["kwargs"].items()}
        reply = self.codec()
        exported = question["op"] == "exported"
        function = None if exported else self.functions[int(question["i"])]
        result = function(*args, **kwargs) if function else self.exports.use(question, args, kwargs)
        self.push_changes()
        return reply.encode(result), reply

    def _ask(self, question: dict[str, Any], codec: Codec) -> tuple[Any, ExaminerCodec]:
        __tracebackhide__ = True
        self.push_changes()
        question["forget"] = self.mirror.dropped()
        if self.seeds:
            seeds = self.seeds.items()
            question["seeds"] = [[of, codec.encode(seed), codec.encode(state_of(of))] for of, seed in seeds]
            self.seeds.clear()
        return self._exchange(question, codec)

    def _exchange(self, question: dict[str, Any], codec: Codec) -> tuple[Any, ExaminerCodec]:
        __tracebackhide__ = True
        fault, node = None, None
        try:
            content, reply = self.ask(question, codec)
            assert isinstance(reply, ExaminerCodec)
            if "error" in content:
                fault = fault_of(self, content["error"], question.get("ends", False))
                self.out_of_memory |= content["error"].get("memory") is True
            else:
                node = content["a"]["v"]
                self.mirror.apply(reply, content["a"]["mirrored"])
            said = (content.get("error") or content["a"]).get("printed", ())
            printed = [(each[0], each[1]) for each in said]
        except StudentFault:  # while this side answered a question of the other
            raise
        except (ChannelClosed, BadMessage, AttributeError, LookupError, TypeError, ValueError) as error:
            self.gone = self.gone or isinstance(error, ChannelClosed)
            raise StudentGone("your code stopped the kernel it ran in, so there is nothing to test") from None
        show(printed, self.hidden)
        if fault is not None:
            raise fault
        return node, reply

    def describe(self, error: BaseException) -> dict[str, Any]:
        """Of an exception in a test's function the student's side hears nothing that quotes the test."""
        number = len(self.raised)
        self.raised[number] = error
        return {**describe(error), "lines": [], "raised": number, **({"message": ""} if self.hidden else {})}

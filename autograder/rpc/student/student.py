"""The student's side: answers the examiner's questions about what the student's cells have defined.

Runs in the process that nobody trusts, so nothing here is secret and nothing here is relied upon: whoever
tampers with it can change values, which the examiner compares with values of its own.
"""

import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from autograder.checking.observing.observe import observe
from autograder.course.forbid import refused
from autograder.rpc.mirror.gradients import wanted
from autograder.rpc.mirror.mirrored import StudentMirror, may_be_mirrored
from autograder.rpc.mirror.printed import Printed
from autograder.rpc.mirror.seeds import set_seed
from autograder.rpc.mirror.snapshots import after, is_mutable, same, snapshot, update_in_place
from autograder.rpc.student.codec import StudentCodec
from autograder.rpc.student.exported import Exported
from autograder.rpc.wire.channel import Channel
from autograder.rpc.wire.codec import Codec
from autograder.rpc.wire.descriptions import ABOUT
from autograder.rpc.wire.peer import Answer, Peer, describe


class Student(Peer):
    """Answers from a namespace. Objects that cannot travel stay in a table and are known by their number."""

    def __init__(self, channel: Channel, namespace: dict[str, Any], forbid: Sequence[str] = ()):
        super().__init__(channel)
        self.namespace, self.forbid = namespace, forbid
        self.objects: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}
        self.graphs: dict[int, torch.Tensor] = {}
        self.inputs: dict[int, list[torch.Tensor]] = {}
        self.exported: dict[int, Exported] = {}
        self.mirror = StudentMirror()
        self.asked = 0  # questions that are being answered
        self.printed: list[tuple[str, str]] = []  # by the last call, see `Printed`

    def codec(self, buffers: Any = ()) -> StudentCodec:
        """A codec that knows this table."""
        return StudentCodec(self, buffers)

    def describe(self, error: BaseException) -> dict[str, Any]:
        """An exception of the test's own that passed through here is known there again."""
        return {**describe(error), "raised": vars(error).get("of_the_test"), "printed": self.printed}

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
        self.printed, printed = [], Printed()
        for library, seed, state in question.get("seeds", ()):
            set_seed(library, codec.decode(seed), codec.decode(state))
        streams = (
            contextlib.redirect_stdout(printed.stream("stdout")),
            contextlib.redirect_stderr(printed.stream("stderr")),
        )
        self.mirror.forget(question.get("forget", []))
        self.asked += 1
        try:
            with streams[0], streams[1], self._hurdle(question):
                node, used = handler(self, question, codec)
        finally:
            self.asked -= 1
            self.printed = printed.pieces()
        return {"v": node, "printed": self.printed, "mirrored": self.mirror.changes(used)}, used

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

    def hide(self, question: dict[str, Any], codec: Codec) -> Answer:
        """Takes a name out of the namespace; `found` is False where it is not there."""
        found = question["name"] in self.namespace
        self.namespace.pop(question["name"], None)
        return {"found": found}, self.codec()

    def put(self, question: dict[str, Any], codec: Codec) -> Answer:
        """Puts an object of this side back under its name."""
        self.namespace[question["name"]] = codec.decode(question["value"])
        return None, self.codec()

    def call(self, question: dict[str, Any], codec: Codec) -> Answer:
        """Calls an object, or one of its methods; tells the result and what became of the arguments."""
        target = self.objects[question["object"]]
        args = [codec.decode(node) for node in question["args"]]
        kwargs = {name: codec.decode(node) for name, node in question["kwargs"].items()}
        given = [*args, *kwargs.values()]
        before = [snapshot(value) for value in given]
        held = list(map(sys.getrefcount, given))
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
        del result
        kept = [now > before for now, before in zip(map(sys.getrefcount, given), held, strict=True)]
        nodes = [*question["args"], *question["kwargs"].values()]
        node["kept"] = [
            [number, self._keep(given[number])]
            for number, how in enumerate(nodes)
            if kept[number] and may_be_mirrored(given[number]) and how["t"] != "object"
        ]
        return node, reply

    def _keep(self, value: Any) -> int:
        """An argument that the student's code still has after the call: the test is told what becomes of it."""
        number = self.hold(value)
        self.mirror.add(number, value)
        return number

    def attribute(self, question: dict[str, Any], codec: Codec) -> Answer:
        """An attribute of an object; a tensor brings its gradient along."""
        value = getattr(self.objects[question["object"]], question["name"])
        reply = self.codec()
        node = {"value": reply.encode(value)}
        if isinstance(value, torch.Tensor) and value.is_leaf and value.grad is not None:
            node["gradient"] = reply.encode(value.grad)
        return node, reply

    def about(self, question: dict[str, Any], codec: Codec) -> Answer:
        """A copy of an object, its signature, or the plain value that it is."""
        target, reply = self.objects[question["object"]], self.codec()
        if question["what"] == "plain":
            return Codec.encode(reply, target), reply
        return reply.encode(ABOUT[question["what"]](target)), reply

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
        update_in_place(target, codec.decode(question["value"]))
        return None, self.codec()

    def share(self, question: dict[str, Any], codec: Codec) -> Answer:
        """Gives what both sides have the states that it has in the test."""
        for number, state in question["states"]:
            self.mirror.restore(codec, number, state)
        return None, self.codec()

    def ask(self, question: dict[str, Any], codec: Codec) -> tuple[Any, Codec]:
        """As peers do; the test's function finds the parameters as they are here."""
        return super().ask({**question, "mirrored": self.mirror.changes(codec)}, codec)

    def line(self, prompt: str | None) -> tuple[str, bool]:
        """While a test calls the student's code, `input()` there gets what the test has to say."""
        if not self.asked:
            return super().line(prompt)
        content, _ = self.ask({"op": "line", "prompt": prompt}, self.codec())
        if "error" in content:
            raise EOFError(content["error"]["message"])
        line, typed = content["a"]
        return str(line), bool(typed)

    def backward(self, question: dict[str, Any], codec: Codec) -> Answer:
        """Pulls gradients back through a call made earlier; tells those of the arguments."""
        outputs = [self.graphs[number] for number in question["outputs"]]
        leaves = self.inputs[question["call"]]
        before = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.grad = None
        torch.autograd.backward(
            outputs, [codec.decode(node) for node in question["gradients"]], retain_graph=True
        )
        reply = self.codec()
        told = [reply.encode(leaf.grad) for leaf in leaves]
        for leaf, grad in zip(leaves, before, strict=True):
            leaf.grad = grad  # of a parameter that the test handed in: it is the test's to add up
        return told, reply

    def observe(self, question: dict[str, Any], codec: Codec) -> Answer:
        """What the course's own checks see when they call a function on a case."""
        function, case = self.objects[question["object"]], codec.decode(question["case"])
        reply = self.codec()
        reply.mirrors = False
        return reply.encode(observe(function, case, question["seconds"])), reply


_HANDLERS: Mapping[str, Callable[[Student, dict[str, Any], Codec], Answer]] = {
    "get": Student.get,
    "hide": Student.hide,
    "put": Student.put,
    "call": Student.call,
    "attribute": Student.attribute,
    "assign": Student.assign,
    "restore": Student.restore,
    "share": Student.share,
    "backward": Student.backward,
    "observe": Student.observe,
    "about": Student.about,
}

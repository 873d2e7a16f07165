"""The student's side: answers the examiner's questions about what the student's cells have defined.

Runs in the process that nobody trusts, so nothing here is secret and nothing here is relied upon: whoever
tampers with it can change values, which the examiner compares with values of its own.
"""

import contextlib
import functools
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from autograder.rpc.adapters import ADAPTERS, Guard, Handler, StudentSide
from autograder.rpc.mirror.mirrored import StudentMirror
from autograder.rpc.mirror.printed import Printed
from autograder.rpc.mirror.seeds import set_seed
from autograder.rpc.mirror.snapshots import (
    contents,
    is_mutable,
    may_be_mirrored,
    same,
    snapshot,
    update_in_place,
)
from autograder.rpc.student.codec import Same, StudentCodec
from autograder.rpc.student.exported import Exported
from autograder.rpc.student.patched import ABSENT, Patched, unusable
from autograder.rpc.student.written import Written
from autograder.rpc.wire.channel import Channel
from autograder.rpc.wire.codec import Buffer, Codec, Json, Table, Value
from autograder.rpc.wire.descriptions import ABOUT
from autograder.rpc.wire.peer import Answer, Peer, describe


class Student(Peer):
    """Answers from a namespace. Objects that cannot travel stay in a table and are known by their number.

    `guards`: context managers, each with the names of functions around whose calls it holds.
    """

    def __init__(
        self,
        channel: Channel,
        namespace: dict[str, Value],
        guards: Sequence[tuple[Guard, frozenset[str]]] = (),
    ):
        super().__init__(channel)
        self.namespace, self.guards = namespace, guards
        self.objects: dict[int, Value] = {}
        self.numbers: dict[int, int] = {}
        self.exported: dict[int, Exported] = {}
        self.mirror = StudentMirror()
        self.patched = Patched(namespace)
        self.same = Same()
        self.written = Written()
        self.asked = 0  # questions that are being answered
        self.printed: list[tuple[str, str]] = []  # by the last call, see `Printed`
        self.by_name = {name: adapter.student_side(self) for name, adapter in ADAPTERS.items()}
        self.sides: Collection[StudentSide] = self.by_name.values()
        self.types = tuple(kind for side in self.sides for kind in side.types)
        self.readers: Mapping[str, Callable[[Codec, Table], Value]] = {
            kind: read for side in self.sides for kind, read in side.readers().items()
        }

    def codec(self, buffers: Sequence[Buffer] = ()) -> StudentCodec:
        """A codec that knows this table."""
        return StudentCodec(self, buffers)

    def describe(self, error: BaseException) -> Table:
        """Describes an exception; the test's own exceptions are recognised there."""
        return {**describe(error), "raised": vars(error).get("of_the_test"), "printed": self.printed}

    def hold(self, value: Value) -> int:
        """The number of an object in the table, the same each time."""
        number = self.numbers.get(id(value))
        if number is None:
            number = len(self.objects)
            self.objects[number] = value
            self.numbers[id(value)] = number
        return number

    def answer(self, question: Table, codec: Codec) -> Answer:
        """One question of the examiner's."""
        handler = self._handler(question["op"])
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
            with streams[0], streams[1]:
                node, used = handler(question, codec)
        finally:
            self.asked -= 1
            self.printed = printed.pieces()
        said = {"v": node, "printed": self.printed, "mirrored": self.mirror.changes(used)}
        if files := self.written.news(used, question["op"] == "files"):
            said["files"] = files
        return said, used

    def begin(self) -> None:
        """Called in the kernel's own folder, before the first cell that is not the instructor's."""
        self.written.start()

    def files(self, question: Table, codec: Codec) -> Answer:
        """Nothing but what goes along with it: what answers have written."""
        return None, self.codec()

    def _handler(self, name: str) -> Handler:
        if name in _HANDLERS:
            return functools.partial(_HANDLERS[name], self)
        return {name: handler for side in self.sides for name, handler in side.handlers().items()}[name]

    @contextlib.contextmanager
    def guarded(self, target: Value) -> Iterator[None]:
        """Holds the guards of a function while it is called; its arguments, made before, may be what they forbid."""
        with contextlib.ExitStack() as stack:
            for guard, names in self.guards:
                if any(self.namespace.get(name) is target for name in names):
                    stack.enter_context(guard())
            yield

    def get(self, question: Table, codec: Codec) -> Answer:
        """A name of the namespace; `found` is False where it is not there."""
        name, reply = question["name"], self.codec()
        reply.named = True
        if name not in self.namespace:
            return {"found": False}, reply
        return {"found": True, "value": reply.encode(self.namespace[name])}, reply

    def names(self, question: Table, codec: Codec) -> Answer:
        """The names of the notebook."""
        return [name for name in map(str, list(self.namespace)) if not name.startswith("_")], self.codec()

    def hide(self, question: Table, codec: Codec) -> Answer:
        """Takes a name out of the namespace; `found` is False where it is not there."""
        found = question["name"] in self.namespace
        self.namespace.pop(question["name"], None)
        return {"found": found}, self.codec()

    def put(self, question: Table, codec: Codec) -> Answer:
        """Puts an object of this side back under its name."""
        self.namespace[question["name"]] = codec.decode(question["value"])
        return None, self.codec()

    def patch(self, question: Table, codec: Codec) -> Answer:
        """Puts what a test has put under a name, or into a module. The number of a value that both sides have now."""
        owner, name = question["place"]
        if question["back"]:
            self.patched.put_back(owner, name)
            return None, self.codec()
        if question["cannot"]:
            value = unusable(TypeError, question["cannot"])
        else:
            value = ABSENT if question["gone"] else codec.decode(question["value"])
        self.patched.put(owner, name, value)
        if may_be_mirrored(value) and question["value"]["t"] != "object":
            return self._keep(value), self.codec()
        return None, self.codec()

    def call(self, question: Table, codec: Codec) -> Answer:
        """Calls an object or one of its methods; returns the result and what changed in the arguments."""
        target = self.objects[question["object"]]
        args = [codec.decode(node) for node in question["args"]]
        kwargs = {name: codec.decode(node) for name, node in question["kwargs"].items()}
        given = [*args, *kwargs.values()]
        before = [snapshot(value) for value in given]
        held = list(map(sys.getrefcount, given))
        reply = self.codec()
        function = getattr(target, question["method"]) if question["method"] else target
        with contextlib.ExitStack() as stack:
            for name, side in self.by_name.items():
                stack.enter_context(side.call_context(question["modes"].get(name)))
            stack.enter_context(self.guarded(target))
            result = function(*args, **kwargs)
        reply.given = {id(value): number for number, value in enumerate(given) if is_mutable(value)}
        node: Table = {"value": reply.encode(result)}
        reply.given = {}
        for side in self.sides:
            side.called(given, reply, node)
        changed = [number for number, value in enumerate(given) if not same(before[number], snapshot(value))]
        node["changed"] = [[number, reply.encode(contents(given[number]))] for number in changed]
        del result
        kept = [now > before for now, before in zip(map(sys.getrefcount, given), held, strict=True)]
        nodes = [*question["args"], *question["kwargs"].values()]
        node["kept"] = [
            [number, self._keep(given[number])]
            for number, how in enumerate(nodes)
            if kept[number] and may_be_mirrored(given[number]) and how["t"] != "object"
        ]
        return node, reply

    def _keep(self, value: Value) -> int:
        """An argument that the student's code still has after the call: the test is told what becomes of it."""
        number = self.hold(value)
        self.mirror.add(number, value)
        return number

    def attribute(self, question: Table, codec: Codec) -> Answer:
        """An attribute of an object."""
        value = getattr(self.objects[question["object"]], question["name"])
        reply = self.codec()
        reply.named = True
        node = {"value": reply.encode(value)}
        for side in self.sides:
            side.attribute(value, reply, node)
        return node, reply

    def about(self, question: Table, codec: Codec) -> Answer:
        """A copy of an object, its signature, or the plain value that it is."""
        target, reply = self.objects[question["object"]], self.codec()
        if question["what"] == "plain":
            return Codec.encode(reply, target), reply
        return reply.encode(ABOUT[question["what"]](target)), reply

    def assign(self, question: Table, codec: Codec) -> Answer:
        """Sets an attribute."""
        setattr(self.objects[question["object"]], question["name"], codec.decode(question["value"]))
        return None, self.codec()

    def restore(self, question: Table, codec: Codec) -> Answer:
        """Gives a list, a table or an array the contents that it has in the test."""
        if "name" in question:
            target = self.namespace[question["name"]]
        else:
            target = getattr(self.objects[question["object"]], question["attribute"])
        update_in_place(target, codec.decode(question["value"]))
        return None, self.codec()

    def share(self, question: Table, codec: Codec) -> Answer:
        """Updates mirrored values to their states in the test."""
        for number, state in question["states"]:
            self.mirror.restore(codec, number, state)
        return None, self.codec()

    def ask(self, question: Table, codec: Codec) -> tuple[Json, Codec]:
        """As peers do; the test's function finds the parameters as they are here."""
        return super().ask({**question, "mirrored": self.mirror.changes(codec)}, codec)

    def line(self, prompt: str | None) -> tuple[str, bool]:
        """While a test calls the student's code, `input()` there gets its line from the test."""
        if not self.asked:
            return super().line(prompt)
        content, _ = self.ask({"op": "line", "prompt": prompt}, self.codec())
        if "error" in content:
            raise EOFError(content["error"]["message"])
        line, typed = content["a"]
        return str(line), bool(typed)


_HANDLERS: Mapping[str, Callable[[Student, Table, Codec], Answer]] = {
    "get": Student.get,
    "hide": Student.hide,
    "names": Student.names,
    "put": Student.put,
    "patch": Student.patch,
    "call": Student.call,
    "attribute": Student.attribute,
    "assign": Student.assign,
    "restore": Student.restore,
    "share": Student.share,
    "about": Student.about,
    "files": Student.files,
}

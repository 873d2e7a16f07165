"""The examiner's side: resolves the names that tests use and the examiner lacks, and carries calls over.

Runs in a process of its own, with the instructor's locked cells and tests. `namespace` has the namespace of
that process; what a test does with a student's function is done by the methods of `Examiner`.
"""

import builtins
import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from types import ModuleType

from autograder.rpc.adapters import ADAPTERS, ExaminerSide
from autograder.rpc.examiner.both import OfBoth
from autograder.rpc.examiner.carried import Carried, Missing
from autograder.rpc.examiner.codec import ExaminerCodec
from autograder.rpc.examiner.exports import Exports
from autograder.rpc.examiner.faults import StudentFault, StudentGone, student_fault
from autograder.rpc.examiner.files import Copies
from autograder.rpc.examiner.imported import Imported
from autograder.rpc.examiner.namespace import ALIASES, standing_for, stands_for
from autograder.rpc.examiner.proxies import Remote
from autograder.rpc.mirror.keyboard import answer_line
from autograder.rpc.mirror.mirrored import ExaminerMirror
from autograder.rpc.mirror.printed import show
from autograder.rpc.mirror.seeds import state_of, watch
from autograder.rpc.mirror.snapshots import may_be_mirrored, update_in_place
from autograder.rpc.wire.channel import BadMessage, Channel, ChannelClosed
from autograder.rpc.wire.codec import Buffer, Codec, Json, Malformed, Table, Untransferable, Value
from autograder.rpc.wire.peer import MOST_SAID, Answer, Peer, describe
from autograder.rpc.wire.special_methods import CHANGING, READ_ONCE

ONLY_NAMES = ("get", "names", "hide", "put")  # questions that no code of the student's answers
WORKING = ("observe", "backward", "copy")  # questions of libraries that may change something there
ENDING = ("send", "throw")  # methods of a generator that end it with StopIteration, as __next__ does


class Examiner(Peer):
    """Asks the student's side. `names`: what the instructor's cells say of names, see `course.names`."""

    def __init__(self, channel: Channel, names: Mapping[str, Value]):
        super().__init__(channel)
        self.modules: dict[str, str] = {**ALIASES, **names.get("modules", {})}
        # What may be a module of the course's own, beside the notebook: `import tools`, `from tools import near`.
        self.beside = frozenset(dotted.partition(".")[0] for dotted in self.modules.values())
        self.given, self.classes, self.hiding = (
            frozenset(names.get(kind, ())) for kind in ("given", "classes", "hiding")
        )
        self.helpers: Mapping[str, str] = names.get("helpers", {})
        self.calls = 0  # of the student's code, changes by the test: what was read before may be another now
        # The same, with each step of an iterator, and what operators and attributes' texts ask.
        self.steps = 0
        self.asked = 0  # questions that the student's code had a part in answering
        # The values of names, each with `calls` and `asked` as they were then.
        self.known: dict[str, tuple[Value, int, int]] = {}
        self.gone = False  # the student's kernel, since `relink`
        self.hidden = False  # in a cell with hidden tests nothing of the student's may be printed
        self.functions: dict[int, Callable[..., Value]] = {}
        self.remotes: dict[int, Remote] = {}
        self.imported = Imported()
        self.mirror = ExaminerMirror()
        self.carried = Carried(names.get("rebound", ()), names.get("places", ()))
        self.of_both = OfBoth()
        self.removed: set[str] = set()  # names that a test has taken from the student's code
        self.seeds: dict[str, Value] = {}
        self.exports = Exports()
        self.copies = Copies()
        self.raised: dict[int, BaseException] = {}  # by this cell's own code, while the student's called it
        self.raisings = itertools.count()
        self.namespace: dict[str, Value] = {}
        self.by_name = {name: adapter.examiner_side(self) for name, adapter in ADAPTERS.items()}
        self.sides: Collection[ExaminerSide] = self.by_name.values()
        self.readers: Mapping[str, Callable[[Codec, Table], Value]] = {
            kind: read for side in self.sides for kind, read in side.readers().items()
        }
        watch(self.seeds.__setitem__)

    def begin_cell(self, hidden: bool, test: bool, rebound: Collection[str]) -> None:
        """What an earlier cell's code raised is over: the student's code may have kept it. `hidden`: see `hidden`;
        `test`, `rebound`: see `Carried.begin`.
        """
        self.hidden = hidden
        self._note_call()  # an answer may have run since the last test
        self.raised.clear()
        self.of_both.begin(self.namespace, test)
        self.carried.namespace = self.namespace
        self.carried.begin(test, rebound)

    def begin(self) -> None:
        """The folder in which a test finds what an answer wrote."""
        self.copies.start()

    def look_for_files(self) -> None:
        """Called before a test: what answers have written so far."""
        with suppress(StudentFault):
            self._exchange({"op": "files"}, self.codec())

    def codec(self, buffers: Sequence[Buffer] = ()) -> ExaminerCodec:
        """A codec that makes proxies of what stays at the student's."""
        return ExaminerCodec(self, buffers)

    def get(self, name: str) -> Value:
        """A name of the student's. Raises KeyError where it is not defined there.

        What the instructor's cells import is the examiner's own: the student may have put anything there. A value is
        asked for once, until the student's code has been at work: `len(answer)` and `zip(answer, wanted)` see the same.
        """
        if name in self.given:
            with suppress(ImportError, AttributeError):  # a module that lives where the student's code does
                return stands_for(self.modules[name])
        self.push_changes()
        if name in self.known:
            value, calls, asked = self.known[name]
            if calls == self.calls and (type(value) is Remote or asked == self.asked):
                return value
        answer, codec = self.ask_student({"op": "get", "name": name}, self.codec())
        if answer["found"] is not True:
            raise KeyError(name)
        codec.name = name
        value = codec.decode(answer["value"])
        self.imported.add({"name": name}, value)
        if type(value) is Remote:
            if name in self.modules and isinstance(standing_for(self.modules[name]), ModuleType):
                raise Malformed(f"the name {name!r} is not a module")
            value._about["called"] = name
        self.known[name] = value, self.calls, self.asked
        return value

    def hide(self, name: str) -> bool:
        """Takes a name from the student's namespace; False where it is not there."""
        self.known.pop(name, None)
        answer, _ = self.ask_student({"op": "hide", "name": name}, self.codec())
        if answer["found"] is True:
            self.removed.add(name)
        return answer["found"] is True

    def give_back(self, name: str, value: Value) -> bool:
        """Puts a student's object back under a name that was taken away; anything else is the test's own."""
        if name not in self.removed or type(value) is not Remote:
            return False
        codec = self.codec()
        self.ask_student({"op": "put", "name": name, "value": codec.encode(value)}, codec)
        self.known.pop(name, None)
        self.removed.discard(name)
        return True

    def names_of_student(self) -> list[str]:
        """The names of the student's notebook, without those that begin with an underscore."""
        answer, _ = self.ask_student({"op": "names"}, self.codec())
        if type(answer) is not list or not all(type(name) is str for name in answer):
            raise Malformed("not names")
        return answer

    def has_helper(self, name: str) -> bool:
        """Whether a name is that of a helper, see `names`, which no test has deleted."""
        return name in self.helpers and not self.carried.deleted(name)

    def defined(self, name: str) -> None:
        """A helper is in the namespace now, as it always was in the student's."""
        self.carried.define(name)

    def call(
        self, remote: Remote, method: str, args: tuple[Value, ...], kwargs: Mapping[str, Value]
    ) -> Value:
        """Calls an object or a method of it; arguments that the call changed are changed here too."""
        __tracebackhide__ = True
        self.calls += method in CHANGING
        self.steps += method not in READ_ONCE
        codec = self.codec()
        question = {
            "op": "call",
            "object": remote._number,
            "method": method,
            "args": [codec.encode(value) for value in args],
            "kwargs": {name: codec.encode(value) for name, value in kwargs.items()},
            "modes": {name: side.mode() for name, side in self.by_name.items()},
            "ends": method == "__next__" or remote._about["ends"],
        }
        try:
            answer, reply = self.ask_student(question, codec)
        finally:  # the test's own functions may have read something while it ran
            self.calls += method in CHANGING
        reply.given = [*args, *kwargs.values()]
        for number, node in answer["changed"]:
            now = reply.decode(node)
            if type(reply.given[number]) is not Remote:  # which has changed by itself
                update_in_place(reply.given[number], now)
        value = reply.decode(answer["value"])
        self.mirror.keep_given(answer["kept"], reply.given)
        for side in self.sides:
            value = side.called(value, reply.given, answer, reply)
        return value

    def attribute(self, remote: Remote, name: str) -> Value:
        """An attribute; libraries may put a value in its place that knows where it came from."""
        __tracebackhide__ = True
        question = {"op": "attribute", "object": remote._number, "name": name}
        try:
            answer, reply = self.ask_student(question, self.codec())
        except AttributeError as error:
            raise AttributeError(str(error)) from None  # hasattr() asks like this
        value = reply.decode(answer["value"])
        if name == "__doc__" and isinstance(value, str):
            return self.exports.docs.get(value, value)
        if type(value) is Remote and name in ENDING:
            value._about["ends"] = True
        for side in self.sides:
            if (replaced := side.attribute(remote, name, value, answer, reply)) is not value:
                return replaced
        self.imported.add({"object": remote._number, "attribute": name}, value)
        return value

    def assign(self, remote: Remote, name: str, value: Value) -> None:
        """Sets an attribute of a student's object."""
        self._note_call()
        codec = self.codec()
        question = {"op": "assign", "object": remote._number, "name": name, "value": codec.encode(value)}
        self.ask_student(question, codec)

    def _note_call(self) -> None:
        """What was read of the student's objects and names may be another from now on."""
        self.calls += 1
        self.steps += 1

    def push_changes(self) -> None:
        """Tells the student's side what the test has changed of the values that it imported from there."""
        for place, value in self.imported.changed():
            self._note_call()
            codec = self.codec()
            with suppress(Untransferable, StudentFault):  # a kernel that is gone is noticed soon
                self._exchange({"op": "restore", **place, "value": codec.encode(value)}, codec)
        for place, value in self.carried.changed():
            self._patch(place, value)
        codec = self.codec()
        if states := self.mirror.changes(codec):
            self._note_call()
            with suppress(StudentFault):
                self._exchange({"op": "share", "states": states}, codec)

    def _patch(self, place: Table, value: Value) -> None:
        """Has the student's side put a value where a test has put it."""
        self._note_call()
        codec = self.codec()
        node, cannot = None, ""
        if value is not Missing and not place["back"]:
            try:
                node = codec.encode(value)
            except Untransferable as error:
                cannot = str(error)
        question = {"op": "patch", **place, "value": node, "gone": value is Missing, "cannot": cannot}
        with suppress(StudentFault):
            kept, _ = self._exchange(question, codec)
            if kept is not None and may_be_mirrored(value):
                self.mirror.keep(kept, value)

    def relink(self, channel: Channel) -> None:
        """From now on another student's kernel, whose numbers mean other objects."""
        super().relink(channel)
        self._note_call()
        self.known.clear()
        self.gone = False
        self.remotes.clear()
        self.removed.clear()
        self.imported, self.mirror = Imported(), ExaminerMirror()
        self.carried.relinked()

    def answer(self, question: Table, codec: Codec) -> Answer:
        """The student's side calls a function that a test passed, or asks for a line of input."""
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

    def ask_student(self, question: Table, codec: Codec) -> tuple[Json, ExaminerCodec]:
        """The answer to a question, whose values `codec` has written, and a codec to read it by.

        Raises what the student's code raises, and StudentGone where its kernel answers no more.
        """
        __tracebackhide__ = True
        self.push_changes()
        self.asked += question["op"] not in ONLY_NAMES
        if question["op"] in WORKING:
            self._note_call()
        question["forget"] = self.mirror.dropped()
        if self.seeds:
            seeds = self.seeds.items()
            question["seeds"] = [[of, codec.encode(seed), codec.encode(state_of(of))] for of, seed in seeds]
            self.seeds.clear()
        return self._exchange(question, codec)

    def _exchange(self, question: Table, codec: Codec) -> tuple[Json, ExaminerCodec]:
        __tracebackhide__ = True
        fault, node = None, None
        try:
            content, reply = self.ask(question, codec)
            assert isinstance(reply, ExaminerCodec)
            if "error" in content:
                fault = self._fault(content["error"], question.get("ends", False))
                self.out_of_memory |= content["error"].get("memory") is True
            else:
                node = content["a"]["v"]
                self.mirror.apply(reply, content["a"]["mirrored"])
                if self.carried.active:
                    self.copies.take(reply, content["a"].get("files", ()))
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

    def _fault(self, error: Json, iterating: bool) -> BaseException:
        """The exception to raise for a described error; `iterating`: StopIteration is what is asked for."""
        # An end of iteration would end the test's own loop, quietly, wherever it came from.
        ends = () if iterating else (StopIteration, StopAsyncIteration)
        kept = self.raised.get(number) if type(number := error.get("raised")) is int else None
        if kept is not None and not isinstance(kept, ends):
            return kept  # the test's own, which the student's code let pass
        names = [str(name)[:80] for name in error["names"]]
        names = [name for name in names if name not in {end.__name__ for end in ends}]
        message = str(error["message"])[:MOST_SAID]
        if self.hidden:  # a class may be called what the hidden test gave it
            names = [name for name in names if hasattr(builtins, name) or name in self.classes]
            self.redacted.add(message)
        fault = student_fault(names, message)
        if not self.hidden:
            for number, line in error["lines"]:
                fault.add_note(f"in your line {int(number)}: {str(line)[:200]}")
        return fault

    def describe(self, error: BaseException) -> Table:
        """Describes an exception in a test's function for the student's side without quoting the test."""
        number = next(self.raisings)
        self.raised[number] = error
        return {**describe(error), "lines": [], "raised": number, **({"message": ""} if self.hidden else {})}

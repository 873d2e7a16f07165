"""What a library's values need to cross between the two kernels, and which libraries are installed.

An adapter joins by an entry point of the group autograder.wire, whose object is a subclass of `Adapter`. `load` looks
them up in the warm parent, before the first kernel is forked: a sandboxed kernel scans no metadata. An adapter whose
library is not installed is left out. One that is marked [late] has the name of its library, and waits in each
kernel until a cell imports that library, or a value of it arrives. It has writers, readers and kinds, and no sides.

Two more groups have plain functions. autograder.guards (`core.guard`): called for a context manager, which holds
while a function of the student's runs that the assignment names for it. autograder.rehearsals: what `shell.prepare`
does once before the forks, so that no kernel has to do it first.
"""

import functools
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from autograder.rpc.mirror.mirrored import ExaminerMirror, StudentMirror
from autograder.rpc.mirror.seeds import SEEDERS, Seeder
from autograder.rpc.mirror.snapshots import KINDS, MutableKind
from autograder.rpc.wire import descriptions, python_values
from autograder.rpc.wire.codec import (
    Buffer,
    Codec,
    Json,
    Node,
    Reader,
    Table,
    Value,
    Writer,
    register,
    waiting,
)
from autograder.rpc.wire.peer import Answer

Handler = Callable[[Table, Codec], Answer]
Guard = Callable[[], AbstractContextManager[object]]


class StudentLink(Protocol):
    """What an adapter may use on the student's side of the border."""

    objects: dict[int, Value]
    mirror: StudentMirror

    def codec(self, buffers: Sequence[Buffer] = ()) -> Codec:
        """A codec for one message."""

    def hold(self, value: Value) -> int:
        """The number of an object that stays here."""

    def guarded(self, target: Value) -> AbstractContextManager[None]:
        """Holds the guards of a function while it is called."""


class ExaminerLink(Protocol):
    """What an adapter may use on the examiner's side of the border."""

    mirror: ExaminerMirror

    def codec(self, buffers: Sequence[Buffer] = ()) -> Codec:
        """A codec for one message."""

    def ask_student(self, question: Table, codec: Codec) -> tuple[Json, Codec]:
        """The answer to a question, whose values `codec` has written, and a codec to read it by."""


class StudentSide:
    """What a library needs in one student's kernel. Subclasses override what they need."""

    types: tuple[type, ...] = ()  # of values about which `reference` and `written` are asked

    def __init__(self, student: StudentLink) -> None:
        self.student = student

    def readers(self) -> Mapping[str, Callable[[Codec, Table], Value]]:
        """Readers of nodes that only the examiner's side sends, by their kind."""
        return {}

    def handlers(self) -> Mapping[str, Handler]:
        """Answers to questions that `ExaminerSide` asks, by their name."""
        return {}

    def reference(self, codec: Codec, value: Value) -> Node | None:
        """The node for a value that both sides have, or will have; None where it crosses by value."""
        return None

    def written(self, codec: Codec, value: Value, node: Node) -> None:
        """Called after a value of `types` was written; may add to the node."""

    def call_context(self, mode: Json) -> AbstractContextManager[object]:
        """Holds while a function is called; `mode` is what `ExaminerSide.mode` said."""
        return nullcontext()

    def called(self, given: list[Value], reply: Codec, node: Table) -> None:
        """Called after a call of the student's code with these arguments; may add to the answer."""

    def attribute(self, value: Value, reply: Codec, node: Table) -> None:
        """Called after an attribute was read; may add to the answer."""


class ExaminerSide:
    """What a library needs in one examiner's kernel. Subclasses override what they need."""

    def __init__(self, examiner: ExaminerLink) -> None:
        self.examiner = examiner

    def readers(self) -> Mapping[str, Callable[[Codec, Table], Value]]:
        """Readers of nodes that only the student's side sends, by their kind."""
        return {}

    def refer(self, codec: Codec, value: Value) -> Node | None:
        """The node for a value that a test passes to the student's code and that no codec writes."""
        return None

    def decoded(self, codec: Codec, node: Table, value: Value) -> Value:
        """The value to use for one that was read of a node with the key "g" (see `Codec.recorded`)."""
        return value

    def mode(self) -> Json:
        """The part of this process's state that applies to a call on the other side, too."""
        return None

    def called(self, value: Value, given: list[Value], answer: Table, reply: Codec) -> Value:
        """What the test gets instead of a call's result."""
        return value

    def attribute(self, remote: Value, name: str, value: Value, answer: Table, reply: Codec) -> Value:
        """What the test gets instead of an attribute's value."""
        return value


class Adapter:
    """How one library's values cross between the kernels. Subclasses override what they need."""

    writers: Sequence[tuple[type, Writer]] = ()
    exactly: Sequence[tuple[type, Writer]] = ()  # see `codec.register`
    readers: Mapping[str, Reader] = {}
    kinds: Sequence[MutableKind] = ()
    seeder: Seeder | None = None
    exported: tuple[
        type, ...
    ] = ()  # classes whose objects a test may pass; the student's side asks for their attributes
    libraries: tuple[str, ...] = ()  # modules whose classes isinstance() knows of a student's object
    roots: Mapping[str, type] = {}  # classes that a student's class may be derived from, by `class_name`

    def claims(self, value: Value) -> bool:
        """Whether an object that stays in the student's kernel is one of the library's."""
        return False

    def class_name(self, kind: type) -> str | None:
        """The name by which the examiner's side knows a class of the library's."""
        return None

    def class_of(self, names: Iterable[str]) -> type:
        """The class of an object that is claimed; `names` are those of its classes, nearest first."""
        return object

    def draw_from(self, seed: str) -> None:
        """Called once in an examiner's kernel: what its checks draw from now on shall follow from the run's seed."""

    def withhold(self) -> None:
        """Called in a student's kernel in which no test runs, before its first cell: what only tests need is gone."""

    def try_ahead(self, namespace: Mapping[str, Value], tests: Sequence[str]) -> None:
        """Called in the examiner's template: computes what these tests need and no answer can change.

        namespace: after the cells before the first answer; it has to stay as it is. May start no thread.
        """

    def student_side(self, student: StudentLink) -> StudentSide:
        """For a kernel that is the student's."""
        return StudentSide(student)

    def examiner_side(self, examiner: ExaminerLink) -> ExaminerSide:
        """For a kernel that is the examiner's."""
        return ExaminerSide(examiner)


ADAPTERS: dict[str, Adapter] = {}  # by the name of the entry point
GUARDS: dict[str, Guard] = {}


def load() -> None:
    """Loads what is installed; called once in a process, by `shell.prepare`."""
    if ADAPTERS:
        return
    for name, entry in _entries("autograder.wire"):
        if "late" in entry.extras:
            waiting[name] = functools.partial(_join_late, entry)
        elif adapter := _loaded(entry):
            ADAPTERS[name] = made = adapter()
            if made.seeder:
                SEEDERS[name] = made.seeder
            _add(made)
    register(python_values.WRITERS, python_values.READERS)
    GUARDS.update(_found("autograder.guards"))


def _add(adapter: Adapter, *, first: bool = False) -> None:
    register(adapter.writers, adapter.readers, adapter.exactly, first=first)
    KINDS.extend(adapter.kinds)
    descriptions.LIBRARIES.extend(adapter.libraries)


def _join_late(entry: EntryPoint) -> None:
    """Adds the adapter of a library that is loaded by now, or that a value has come of."""
    if adapter := _loaded(entry):
        _add(adapter(), first=True)


def rehearse() -> None:
    """Calls the registered functions. The warm parent's log names one that fails; kernels run without it."""
    for name, function in _found("autograder.rehearsals"):
        try:
            function()
        except Exception:
            print(f"the rehearsal {name} failed:", file=sys.stderr)
            traceback.print_exc()


def draw_from(seed: str) -> None:
    """Has all adapters draw from the seed of a run; only ever called in an examiner's kernel."""
    for adapter in ADAPTERS.values():
        adapter.draw_from(seed)


def withhold() -> None:
    """Has all adapters put away what only tests need; only ever called in a student's kernel."""
    for adapter in ADAPTERS.values():
        adapter.withhold()


def try_ahead(namespace: Mapping[str, Value], tests: Sequence[str]) -> None:
    """Has all adapters do what can be done before there is an answer."""
    for adapter in ADAPTERS.values():
        adapter.try_ahead(namespace, tests)


def guards(names: Mapping[str, Sequence[str]]) -> list[tuple[Guard, frozenset[str]]]:
    """The guards of these names, each with the functions it is for. Raises LookupError where one is not installed."""
    for guard, functions in names.items():
        if functions and guard not in GUARDS:
            raise LookupError(
                f"no guard {guard!r} is installed (entry points of the group autograder.guards)"
            )
    return [(GUARDS[guard], frozenset(functions)) for guard, functions in names.items() if functions]


def _found(group: str) -> Iterator[tuple[str, Value]]:
    """The installed entry points of a group, by name, without those whose library is missing."""
    for name, entry in _entries(group):
        if (found := _loaded(entry)) is not None:
            yield name, found


def _entries(group: str) -> list[tuple[str, EntryPoint]]:
    return sorted({entry.name: entry for entry in entry_points(group=group)}.items())


def _loaded(entry: EntryPoint) -> Value:
    """What an entry point names; None where its library is missing."""
    try:
        return entry.load()
    except ModuleNotFoundError as error:
        if _is_own(entry, error):
            raise
        return None


def _is_own(entry: EntryPoint, error: ModuleNotFoundError) -> bool:
    """Whether the module that is missing belongs to the entry point's own package, which then is broken."""
    return (error.name or "").partition(".")[0] == entry.module.partition(".")[0]

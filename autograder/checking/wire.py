"""The checks' own records across the two kernels: a Case goes over to be observed, an Observation comes back.

The adapter "checks" of the entry-point group autograder.wire. What comes back is data of the declared types or nothing:
`judge` may then trust its shape, never its numbers.
"""

import functools
import signal
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any, Union, get_args, get_origin, get_type_hints

from torch import Tensor

from autograder.checking import ahead, registry, seeds, withheld
from autograder.checking.found import Fault, ModuleSeen, Observation, Odd, ParameterSeen, Same
from autograder.checking.language import Case, ModuleRecipe, Once, ParameterRecipe
from autograder.checking.observing.candidate import Candidate, Far, stand_in
from autograder.checking.observing.observe import CALLED, ELSEWHERE, observe
from autograder.rpc.adapters import Adapter, ExaminerLink, ExaminerSide, Handler, StudentLink, StudentSide
from autograder.rpc.examiner.codec import ExaminerCodec
from autograder.rpc.examiner.faults import StudentGone
from autograder.rpc.examiner.proxies import Remote
from autograder.rpc.wire.codec import Codec, Malformed, Node, Table, Value
from autograder.rpc.wire.peer import Answer

RECORDS = (
    Case, Fault, ModuleRecipe, ModuleSeen, Observation, Odd, Once, ParameterRecipe, ParameterSeen, Same,
)  # fmt: skip
KINDS = {kind.__name__: kind for kind in RECORDS}
HINTS = {name: get_type_hints(kind) for name, kind in KINDS.items()}


def _encode_record(codec: Codec, value: Value, depth: int) -> Node:
    """The node of a record, with those of its fields that are not as they are by default."""
    assert is_dataclass(value)
    content = [
        [field.name, codec.encode(given, depth)]
        for field in fields(value)
        if not (
            (given := getattr(value, field.name)) is field.default
            or (field.default_factory is dict and not given)
        )
    ]
    return {"t": "record", "c": type(value).__name__, "v": content}


def decode_record(codec: Codec, node: Table, depth: int = 0) -> Value:
    """The record of a node. Raises Malformed for a kind or a field that is not as declared."""
    name = node.get("c")
    if name not in KINDS:
        raise Malformed("a record of an unknown kind")
    values = {str(field): codec.decode(content, depth) for field, content in node["v"]}
    for field, hint in HINTS[name].items():
        if field in values and not conforms(values[field], hint):
            raise Malformed(f"{name}.{field} is not what it should be")
    return KINDS[name](**values)


# Any: of a type hint Python says nothing that types could.
def conforms(value: Value, hint: Any) -> bool:
    """Whether a decoded value has the type that a field declares."""
    if hint is Any:
        return True
    origin, arguments = _parts(hint)
    if origin in (Union, types.UnionType):
        return any(conforms(value, each) for each in arguments)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return type(value) is tuple and all(conforms(item, arguments[0]) for item in value)
    if origin is tuple:
        return type(value) is tuple and len(value) == len(arguments) and all(
            conforms(item, each) for item, each in zip(value, arguments, strict=True)
        )  # fmt: skip
    if origin is Mapping or hint is Mapping:
        key, item = arguments or (Any, Any)
        return type(value) is dict and all(conforms(k, key) and conforms(v, item) for k, v in value.items())
    if hint is float:
        return type(value) in (int, float)
    if hint in (int, str, bool, type(None)):
        return type(value) is hint
    return isinstance(value, Tensor if hint is Tensor else hint)


@functools.cache
def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    return get_origin(hint), get_args(hint)


class _AtStudent(StudentSide):
    def handlers(self) -> Mapping[str, Handler]:
        return {"observe": self.observe}

    def readers(self) -> Mapping[str, Callable[[Codec, Table], Value]]:
        return {"candidate": self.candidate}

    def candidate(self, codec: Codec, node: Table) -> Value:
        """What a student's test is given to judge: it runs at the examiner's side."""
        return stand_in(_undisturbed(codec.decode(node["v"])), str(node["name"]))

    def observe(self, question: Table, codec: Codec) -> Answer:
        """What checks see when they call a function on some cases, up to the first call that takes too long."""
        function, cases = self.student.objects[question["object"]], codec.decode(question["cases"])
        reply = self.student.codec()
        reply.mirrors = False
        observations: list[Observation] = []
        for case in cases:
            observations.append(observe(function, case, question["seconds"], self.student.guarded(function)))
            if observations[-1].hung:
                break
        return reply.encode(tuple(observations)), reply


def _undisturbed(far: Far) -> Far:
    """`far`, during whose calls no alarm rings: its answer would be taken for that to another question."""

    def question(*given: Value) -> Value:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        try:
            return far(*given)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    return question


class _AtExaminer(ExaminerSide):
    def refer(self, codec: Codec, value: Value) -> Node | None:
        if not isinstance(value, Candidate):
            return None
        return {"t": "candidate", "name": value.name, "v": codec.refer(value.far)}


def observe_remote(remote: Remote, cases: Sequence[Case], seconds: float) -> list[Observation]:
    """Observations of a student's function, made at the student's side. Raises StudentGone where they are none."""
    __tracebackhide__ = True
    examiner = remote._examiner
    codec = examiner.codec()
    question = {
        "op": "observe",
        "object": remote._number,
        "cases": codec.encode(tuple(cases)),
        "seconds": seconds,
    }
    answer, reply = examiner.ask_student(question, codec)
    assert isinstance(reply, ExaminerCodec)
    reply.closed = True  # an object of the student's in it would be asked how it compares
    with suppress(Malformed):
        observations = reply.decode(answer)
        if conforms(observations, tuple[Observation, ...]) and _complete(observations, len(cases)):
            return list(observations)
    raise StudentGone("what came back of the call is not an observation of it")


def _complete(observations: Sequence[Observation], count: int) -> bool:
    """Whether there is one for each case, or for each up to one that took too long."""
    some = 0 < len(observations) <= count
    return some and all(not each.hung for each in observations[:-1]) and (
        len(observations) == count or observations[-1].hung
    )  # fmt: skip


class ChecksAdapter(Adapter):
    """What `autograder.checks` says and hears of a call on the other side."""

    exactly = tuple((kind, _encode_record) for kind in RECORDS)
    readers = {"record": decode_record}  # noqa: RUF012  # nobody changes it

    def __init__(self) -> None:
        # Checks watch a call where it is made; and a student's function may call itself what it likes.
        ELSEWHERE[Remote] = observe_remote
        CALLED[Remote] = lambda remote: remote._about["called"] or remote._about["name"] or None
        # While all can be seen: a student's kernel knows the exercises by name, and a sandbox shows what is loaded.
        with suppress(LookupError):
            registry.names()
            for course in registry.courses():
                import_module(course)

    def withhold(self) -> None:
        """A student's kernel has no exercises."""
        withheld.withhold()

    def draw_from(self, seed: str) -> None:
        """Cases are the same for all submissions of a run."""
        seeds.draw_from(seed)

    def try_ahead(self, namespace: Mapping[str, Value], tests: Sequence[str]) -> None:
        """Right results, and those of known mistakes, are computed once for all submissions of a run."""
        ahead.try_ahead(namespace, tests)

    def student_side(self, student: StudentLink) -> StudentSide:
        return _AtStudent(student)

    def examiner_side(self, examiner: ExaminerLink) -> ExaminerSide:
        return _AtExaminer(examiner)

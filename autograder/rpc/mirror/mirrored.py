"""What both kernels have, and keep equal: parameters of a student's model in a test's hands, and a test's own lists,
tables and layers that the student's code has kept after the call; for `student` and `examiner`.

A test trains a model with an optimizer of its own: `Adam(model.parameters())`, `loss.backward()`, `step()`. The
numbers are the student's, so they come as copies; but each copy stands for the one parameter there, by its number, and
what either side changes of numbers, gradient or `requires_grad` goes over before the other goes on. So does what becomes
of a list that a test has given to `Stack(items)`, in a later call or in the test.
"""

import sys
from collections.abc import Sequence
from contextlib import suppress

from autograder.rpc.mirror.snapshots import may_be_mirrored, read_state, same, snapshot, write_state
from autograder.rpc.wire.codec import Codec, Json, Malformed, Node, Untransferable, Value

MANY = 100  # values that both sides have; to look after each at every question takes some microseconds
ONLY_HERE = 2  # references to a value of the table, while they are counted


class StudentMirror:
    """The student's side: parameters that tests have in hand, and arguments that the student's code has kept, by
    number, with what was sent of each last."""

    def __init__(self) -> None:
        self.sent: dict[int, tuple[Value, Value]] = {}
        self.numbers: dict[int, int] = {}

    def add(self, number: int, value: Value) -> None:
        """From now on both sides have this value."""
        self.sent[number] = value, snapshot(value)
        self.numbers[id(value)] = number

    def number(self, value: Value) -> int | None:
        """The number by which the test knows a value."""
        return self.numbers.get(id(value))

    def forget(self, numbers: Sequence[int]) -> None:
        """Forgets the values that no test has any more."""
        for number in numbers:
            if number in self.sent:
                del self.numbers[id(self.sent.pop(number)[0])]

    def changes(self, codec: Codec) -> list[Node]:
        """Number and state of each that has changed since it was sent."""
        found: list[Node] = []
        for number, (value, before) in self.sent.items():
            if not same(before, now := snapshot(value)):
                self.sent[number] = value, now
                found.append([number, write_state(codec, value)])
        return found

    def restore(self, codec: Codec, number: int, node: Node) -> None:
        """Takes over what a test has changed of one."""
        value = self.sent[number][0]
        read_state(codec, value, node)
        self.sent[number] = value, snapshot(value)


class ExaminerMirror:
    """The examiner's side: the tensors that stand for parameters of the student's, and the test's own lists, tables and
    layers that the student's code has kept; with what they were last."""

    def __init__(self) -> None:
        self.values: dict[int, Value] = {}
        self.before: dict[int, Value] = {}
        self.numbers: dict[int, int] = {}  # by id(), which nothing else gets while the value is kept here

    def number(self, value: Value) -> int | None:
        """The number by which the student's side knows a value."""
        return self.numbers.get(id(value))

    def keep(self, number: Json, value: Value) -> None:
        """From now on both sides have this value; the student's keeps an argument of the test's, for instance."""
        if (other := self.values.get(integer(number))) is not value:
            self.numbers.pop(id(other), None)
        self.values[number], self.before[number] = value, snapshot(value)
        self.numbers[id(value)] = number

    def keep_given(self, kept: Json, given: Sequence[Value]) -> None:
        """The arguments of a call that the student's code still has, by their place among them. Raises Malformed."""
        for place, number in _pairs(kept):
            if not 0 <= integer(place) < len(given):
                raise Malformed("an argument that was not given")
            if may_be_mirrored(given[place]):
                self.keep(number, given[place])

    def apply(self, codec: Codec, changes: Json) -> None:
        """Takes over what the student's code has changed. Raises Malformed."""
        for number, node in _pairs(changes):
            if integer(number) in self.values:
                read_state(codec, self.values[number], node)
                self.keep(number, self.values[number])

    def changes(self, codec: Codec) -> list[Node]:
        """Number and state of each that a test has changed since this was asked last."""
        found: list[Node] = []
        for number, value in self.values.items():
            if not same(self.before[number], now := snapshot(value)):
                self.before[number] = now
                with suppress(Untransferable):  # it stays as it was there
                    found.append([number, write_state(codec, value)])
        return found

    def dropped(self) -> list[int]:
        """Where there are many, the numbers of those that no test has any more; they are forgotten here.

        Not at once: a graph may hold a tensor that has no name any more, and give it a gradient.
        """
        if len(self.values) <= MANY:
            return []
        gone = [number for number in self.values if sys.getrefcount(self.values[number]) == ONLY_HERE]
        for number in gone:
            del self.numbers[id(self.values.pop(number))], self.before[number]
        return gone


def integer(number: Json) -> int:
    """The number of a value that came over. Raises Malformed where it is not one."""
    if type(number) is not int:
        raise Malformed("a value without a number")
    return number


def _pairs(value: Json) -> list[Json]:
    if type(value) is not list or not all(type(each) is list and len(each) == 2 for each in value):
        raise Malformed("not a list of pairs")
    return value

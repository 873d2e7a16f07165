"""What both kernels have, and keep equal: parameters of a student's model in a test's hands, and a test's own lists,
tables and layers that the student's code has kept after the call; for `student` and `examiner`.

A test trains a model with an optimizer of its own: `Adam(model.parameters())`, `loss.backward()`, `step()`. The
numbers are the student's, so they come as copies; but each copy stands for the one parameter there, by its number, and
what either side changes of numbers, gradient or `requires_grad` goes over before the other goes on. So does what becomes
of a list that a test has given to `Stack(items)`, in a later call or in the test.
"""

import sys
from collections import deque
from contextlib import suppress
from copy import copy
from typing import Any

import torch
from numpy import ndarray
from torch import Tensor, nn

from autograder.rpc.mirror.snapshots import after, same, snapshot, update_in_place
from autograder.rpc.wire.codec import Codec
from autograder.rpc.wire.recipes import is_torch_layer
from autograder.rpc.wire.values import Malformed, Node, Untransferable

MANY = 100  # values that both sides have; to look after each at every question takes some microseconds
ONLY_HERE = 2  # references to a value of the table, while they are counted
MOST_ITEMS = 10_000  # of a list or a table whose changes are followed


def is_parameter(value: Any) -> bool:
    """Whether a tensor may be trained: who has it, expects to change the model."""
    return isinstance(value, Tensor) and value.is_leaf and value.requires_grad


def may_be_mirrored(value: Any) -> bool:
    """Whether changes of an argument are followed after its call: lists, tables, arrays of a usual size, layers."""
    if type(value) in (list, dict, set, deque, bytearray):
        return len(value) <= MOST_ITEMS
    return (type(value) is ndarray and value.size <= MOST_ITEMS) or is_torch_layer(value)


def write_state(codec: Codec, value: Any) -> Node:
    """All that can be changed of a value; of a parameter numbers, gradient, and whether it is frozen."""
    if not isinstance(value, Tensor):
        return codec.encode(after(value) if isinstance(value, nn.Module) else copy(value))
    grad = value.grad if value.grad is None else value.grad.detach()
    return [codec.encode(value.detach()), codec.encode(grad), value.requires_grad]


def read_state(codec: Codec, value: Any, node: Node) -> None:
    """Gives a value what `write_state` wrote of the other one. Raises Malformed where that does not fit."""
    if isinstance(value, Tensor):
        return _read_parameter(codec, value, node)
    now = codec.decode(node)
    if type(now) is not (dict if isinstance(value, nn.Module) else type(value)):
        raise Malformed("what was kept has become something else")
    try:
        update_in_place(value, now)
    except (KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise Malformed("contents that do not fit") from error


def _read_parameter(codec: Codec, tensor: Tensor, node: Node) -> None:
    if type(node) is not list or len(node) != 3:
        raise Malformed("a parameter without a state")
    numbers, grad, trained = codec.decode(node[0]), codec.decode(node[1]), node[2] is True
    for each in (numbers, grad):
        if each is not None and type(each) is not Tensor:
            raise Malformed("numbers of a parameter that are none")
    if numbers is None or not (numbers.is_floating_point() or numbers.is_complex()):
        raise Malformed("a parameter without numbers")
    if grad is not None and (grad.shape != numbers.shape or grad.dtype != numbers.dtype):
        raise Malformed("a gradient that does not fit its parameter")
    tensor.grad = None
    tensor.data = numbers
    tensor.grad = grad
    tensor.requires_grad_(trained)


class StudentMirror:
    """The student's side: parameters that tests have in hand, and arguments that the student's code has kept, by
    number, with what was told of each last."""

    def __init__(self) -> None:
        self.sent: dict[int, tuple[Any, Any]] = {}
        self.numbers: dict[int, int] = {}

    def add(self, number: int, value: Any) -> None:
        self.sent[number] = value, snapshot(value)
        self.numbers[id(value)] = number

    def number(self, value: Any) -> int | None:
        """The number by which the test knows a value."""
        return self.numbers.get(id(value))

    def forget(self, numbers: list[int]) -> None:
        """Those that no test has any more."""
        for number in numbers:
            if number in self.sent:
                del self.numbers[id(self.sent.pop(number)[0])]

    def changes(self, codec: Codec) -> list[Node]:
        """Number and state of each that has changed since it was told."""
        found = []
        for number, (value, before) in self.sent.items():
            if not same(before, now := snapshot(value)):
                self.sent[number] = value, now
                found.append([number, write_state(codec, value)])
        return found

    def restore(self, codec: Codec, number: int, node: Node) -> None:
        """What a test has made of one."""
        value = self.sent[number][0]
        read_state(codec, value, node)
        self.sent[number] = value, snapshot(value)


class ExaminerMirror:
    """The examiner's side: the tensors that stand for parameters of the student's, and the test's own lists, tables and
    layers that the student's code has kept; with what they were last."""

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}
        self.before: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}  # by id(), which nothing else gets while the value is kept here

    def number(self, value: Any) -> int | None:
        """The number by which the student's side knows a value."""
        return self.numbers.get(id(value))

    def stand_in(self, codec: Codec, node: dict[str, Any]) -> Tensor:
        """The one tensor for a parameter that a node describes; a new one where no test has it yet."""
        tensor = self.values.get(number := _integer(node["i"]))
        if not isinstance(tensor, Tensor):
            tensor = nn.Parameter(torch.empty(0)) if node["layer"] is True else torch.empty(0)
        read_state(codec, tensor, node["v"])
        self.keep(number, tensor)
        return tensor

    def keep(self, number: Any, value: Any) -> None:
        """From now on both sides have this value; the student's keeps an argument of the test's, for instance."""
        if (other := self.values.get(_integer(number))) is not value:
            self.numbers.pop(id(other), None)
        self.values[number], self.before[number] = value, snapshot(value)
        self.numbers[id(value)] = number

    def keep_given(self, kept: Any, given: list[Any]) -> None:
        """The arguments of a call that the student's code still has, by their place among them. Raises Malformed."""
        for place, number in _pairs(kept):
            if not 0 <= _integer(place) < len(given):
                raise Malformed("an argument that was not given")
            if may_be_mirrored(given[place]):
                self.keep(number, given[place])

    def apply(self, codec: Codec, changes: Any) -> None:
        """Takes over what the student's code has changed. Raises Malformed."""
        for number, node in _pairs(changes):
            if _integer(number) in self.values:
                read_state(codec, self.values[number], node)
                self.keep(number, self.values[number])

    def changes(self, codec: Codec) -> list[Node]:
        """Number and state of each that a test has changed since this was asked last."""
        found = []
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


def _pairs(value: Any) -> list[Any]:
    if type(value) is not list or not all(type(each) is list and len(each) == 2 for each in value):
        raise Malformed("no list of pairs")
    return value


def _integer(number: Any) -> int:
    if type(number) is not int:
        raise Malformed("a value without a number")
    return number

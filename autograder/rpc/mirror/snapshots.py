"""Finds changes of values that crossed: `student` asks about a call's arguments, `examiner` about imported values.

Each then tells the other, where the value came from. What libraries have of such values comes as `MutableKind`s, which
`adapters.load` adds to KINDS before a kernel is forked.
"""

import random
from collections import deque
from collections.abc import Hashable
from copy import copy

from autograder.rpc.wire.codec import Codec, Malformed, Node, Value

PLAIN = (bool, int, float, complex, str, bytes, frozenset, range)
CONTAINERS = (list, dict, set, deque, bytearray)
MOST_ITEMS = 10_000  # of a value whose changes are followed; of larger ones nobody notes each change


class MutableKind:
    """Values of a library that can be changed in place: how a change is seen, and how it is made on the other side.

    Subclasses name the classes in `types`, of which each value belongs to one kind at most.
    """

    types: tuple[type, ...] = ()
    imported = True  # whether the examiner gets copies of such values, whose changes it sends back

    def snapshot(self, value: Value) -> Value:
        """A snapshot of a value that shows later whether it was changed."""
        raise NotImplementedError

    def same(self, one: Value, other: Value) -> bool:
        """Whether two of these values, of the same class, are equal in all that a change can touch."""
        return bool(one == other)

    def contents(self, value: Value) -> Value:
        """What to send of a value that was changed: a value that can cross."""
        return value

    def update(self, value: Value, contents: Value) -> None:
        """Gives a value the contents of its counterpart on the other side. Raises what comes of unfit ones."""
        raise NotImplementedError

    def may_be_mirrored(self, value: Value) -> bool:
        """Whether changes of such an argument are followed after its call, too."""
        return False

    def write_state(self, codec: Codec, value: Value) -> Node:
        """All that can be changed of a mirrored value."""
        return codec.encode(copy(self.contents(value)))

    def read_state(self, codec: Codec, value: Value, node: Node) -> None:
        """Gives a mirrored value what `write_state` wrote of the other one. Raises Malformed where that does not fit."""
        replace_contents(value, codec.decode(node), type(self.contents(value)))


KINDS: list[MutableKind] = []


def kind_of(value: Value) -> MutableKind | None:
    """What a library says of a value that can be changed in place."""
    return next((kind for kind in KINDS if isinstance(value, kind.types)), None)


def is_mutable(value: Value) -> bool:
    """Whether an argument may be returned as the very object that it is."""
    return isinstance(value, (*CONTAINERS, random.Random)) or kind_of(value) is not None


def contents(value: Value) -> Value:
    """What to send of an argument that a call has changed."""
    kind = kind_of(value)
    return kind.contents(value) if kind else value


def update_in_place(value: Value, now: Value) -> None:
    """Gives an argument of a call the contents that it has after the call, at the other side."""
    if kind := kind_of(value):
        kind.update(value, now)
    elif isinstance(value, (list, bytearray)):
        value[:] = now
    elif isinstance(value, dict):
        value.clear()
        value.update(now)
    elif isinstance(value, deque):
        value.clear()
        value.extend(now)
    elif isinstance(value, random.Random):
        value.setstate(now.getstate())
    elif isinstance(value, set):
        value.clear()
        value |= now


def take_attributes(value: Value, contents: Value) -> None:
    """Gives an object that is its attributes those of another. Raises ValueError where that is of another class."""
    if type(contents) is not type(value):
        raise ValueError(f"found a {type(contents).__name__}, expected a {type(value).__name__}")
    value.__dict__.clear()
    value.__dict__.update(contents.__dict__)


def replace_contents(value: Value, now: Value, expected: type) -> None:
    """As `update_in_place`, with contents that may be anything. Raises Malformed where they do not fit."""
    if type(now) is not expected:
        raise Malformed("a mirrored value has become something else")
    try:
        update_in_place(value, now)
    except (KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise Malformed("contents that do not fit") from error


def may_be_mirrored(value: Value) -> bool:
    """Whether changes of an argument are followed after its call: lists, tables, arrays of a usual size, layers."""
    if type(value) in CONTAINERS:
        return len(value) <= MOST_ITEMS
    kind = kind_of(value)
    return kind is not None and kind.may_be_mirrored(value)


def write_state(codec: Codec, value: Value) -> Node:
    """All that can be changed of a mirrored value."""
    kind = kind_of(value)
    return kind.write_state(codec, value) if kind else codec.encode(copy(value))


def read_state(codec: Codec, value: Value, node: Node) -> None:
    """Gives a mirrored value what `write_state` wrote of the other one. Raises Malformed where that does not fit."""
    if kind := kind_of(value):
        kind.read_state(codec, value, node)
    else:
        replace_contents(value, codec.decode(node), type(value))


def snapshot(value: Value) -> Value:
    """A snapshot of an argument that shows later whether the call changed it."""
    if kind := kind_of(value):
        return kind.snapshot(value)
    if isinstance(value, (list, tuple, deque)):
        return [snapshot(item) for item in value]
    if isinstance(value, dict):  # no table again: keys that are the student's would be asked for their hash
        return [(snapshot(key), snapshot(item)) for key, item in value.items()]
    if isinstance(value, (set, bytearray)):
        return value.copy()
    if type(value) is random.Random:
        return value.getstate()
    return value if value is None or type(value) in PLAIN else identity(value)


def identity(value: Value) -> Hashable:
    """The snapshot of a value of which only its being that very object counts."""
    return id(value)


def same(one: Value, other: Value) -> bool:
    """Whether two snapshots are equal; NaN equals NaN."""
    if type(one) is not type(other):
        return False
    if kind := kind_of(one):
        return kind.same(one, other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)

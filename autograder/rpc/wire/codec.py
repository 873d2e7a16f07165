"""Turns values into messages between the two kernels and back: a tree of JSON, and raw buffers behind it.

Nothing is ever unpickled, and no class is looked up by a name that came over the wire but those few, of certain modules
and kinds, that the adapters of SciPy and scikit-learn find. What crosses by value is
registered with `register`: Python's own values by `python_values`, those of libraries by adapters. The rest crosses
by reference: the student's and the examiner's side each extend `Codec` by what they do with references.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

DEEPEST = 100
MOST_ITEMS = 2_000_000

Value = Any  # a value of a student's or a test's: it may be anything
Json = Any  # what `json.loads` gives, of a side that sends what it likes: checked where it is read
Node = Json  # what a value has become: None, bool, int, str, or a table with the key "t"
Table = dict[str, Json]
Buffer = bytes | bytearray | memoryview


class Untransferable(TypeError):
    """A value that can be sent neither by value nor by reference."""


class Malformed(ValueError):
    """The node does not describe a value."""


class Codec:
    """Turns values into nodes and buffers and back; one for each message in each direction."""

    mirrors = True  # whether values may cross that both sides keep equal from then on

    def __init__(self, buffers: Sequence[Buffer] = ()):
        self.buffers: list[Buffer] = list(buffers)
        self._taken: set[int] = set()
        self.recorded: dict[
            int, Value
        ] = {}  # values of this message whose computation is recorded, by number
        self._items = 0

    def refer(self, value: Value) -> Node:
        """The node for what cannot be sent by value; raises Untransferable."""
        raise Untransferable(f"a {type(value).__name__} cannot be sent")

    def resolve(self, node: Table) -> Value:
        """The value for a node that `refer` made at the other end; raises Malformed."""
        raise Malformed(f"unknown kind {str(node.get('t'))[:20]!r}")

    def identical(self, value: Value) -> Node | None:
        """A node for a value that the other end already has, else None."""
        return None

    def encode(self, value: Value, depth: int = 0) -> Node:
        """The node for a value."""
        if value is None or value is True or value is False:
            return value
        if waiting and not depth:
            _join()
        if depth > DEEPEST:
            raise Untransferable(f"a value nested more than {DEEPEST} deep")
        known = self.identical(value)
        if known is not None:
            return known
        if exactly := _exactly.get(type(value)):
            return exactly(self, value, depth)
        for kind, write in _writers:
            if isinstance(value, kind):
                return write(self, value, depth)
        return self.refer(value)

    def keep(self, data: Buffer) -> int:
        """Puts a buffer into the message and returns its number."""
        self.buffers.append(data)
        return len(self.buffers) - 1

    def decode(self, node: Node, depth: int = 0) -> Value:
        """The value of a node. Raises Malformed, and nothing else, whatever the node is."""
        if node is None or type(node) in (bool, int, str):
            return node
        self._items += 1
        if type(node) is not dict or depth > DEEPEST + 4 or self._items > MOST_ITEMS:
            raise Malformed("not a value, or too large")
        kind = str(node.get("t"))
        if waiting and (library := kind.partition(".")[0]) in waiting:
            waiting.pop(library)()
        read = _readers.get(kind)
        try:
            return read(self, node, depth + 1) if read else self.resolve(node)
        except Malformed:
            raise
        except (
            AssertionError,
            AttributeError,
            ImportError,
            KeyError,
            TypeError,
            ValueError,
            IndexError,
            OverflowError,
            ArithmeticError,
            RuntimeError,
            SyntaxError,
            Warning,  # where a test has made them errors
        ) as error:
            raise Malformed(f"not a valid {node.get('t')!r}") from error

    def buffer(self, node: Table) -> bytearray:
        """The buffer that a node names; raises Malformed."""
        number = node["b"]
        # Each once: a small message that names a large buffer a million times would fill the memory.
        if type(number) is not int or not 0 <= number < len(self.buffers) or number in self._taken:
            raise Malformed("a buffer that did not come")
        self._taken.add(number)
        data = self.buffers[number]
        return data if type(data) is bytearray else bytearray(data)


Writer = Callable[[Codec, Value, int], Node]
Reader = Callable[[Codec, Table, int], Value]
_writers: list[tuple[type, Writer]] = []
_exactly: dict[type, Writer] = {}  # nearly every value is of one of these very classes
_readers: dict[str, Reader] = {}
waiting: dict[str, Callable[[], None]] = {}  # by library: registers its values, once it is loaded or needed


def _join() -> None:
    """Registers the values of libraries that cells have imported since."""
    for library in [each for each in waiting if each in sys.modules]:
        waiting.pop(library)()


def register(
    writers: Sequence[tuple[type, Writer]],
    readers: Mapping[str, Reader],
    exactly: Iterable[tuple[type, Writer]] = (),
    *,
    first: bool = False,
) -> None:
    """Adds what may cross by value. Called by `adapters.load`, before a kernel is forked.

    The first writer that fits writes a value, so a library's come before Python's: a NumPy float is a float, too.
    `exactly`: writers of values of these very classes and of none derived from them. `first`: of a library that was
    registered later.
    """
    place = 0 if first else len(_writers)
    _writers[place:place] = writers
    for kind, write in writers:
        _exactly.setdefault(kind, write)
    for kind, write in exactly:
        _exactly.setdefault(kind, write)
    _readers.update(readers)


def has_writer(kind: type) -> bool:
    """Whether values of this very class cross by value."""
    return kind in _exactly

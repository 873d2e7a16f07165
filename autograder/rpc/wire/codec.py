"""What may cross between the two kernels: numbers, text, containers and tensors by value, the rest by reference.

A value becomes a JSON tree and raw buffers; nothing is ever unpickled and no class is looked up by a name
that came over the wire. `student` and `examiner` each extend `Codec` by what they do with references.
Subclasses of numbers, strings and containers lose their class on the way: an int that claims to equal
everything arrives as an int.
"""

from collections.abc import Sequence
from typing import Any

import torch

from autograder.rpc.wire.values import EXACTLY, READERS, TYPES, WRITERS, Malformed, Node, Untransferable

DEEPEST = 100
MOST_ITEMS = 2_000_000


class Codec:
    """Turns values into nodes and buffers and back; one for each message in each direction."""

    def __init__(self, buffers: Sequence[bytes | bytearray | memoryview] = ()):
        self.buffers: list[Any] = list(buffers)
        self._items = 0

    def refer(self, value: Any) -> Node:
        """The node for what cannot be sent by value; raises Untransferable."""
        raise Untransferable(f"a {type(value).__name__} cannot be sent")

    def resolve(self, node: dict[str, Any]) -> Any:
        """The value for a node that `refer` made at the other end; raises Malformed."""
        raise Malformed(f"unknown kind {str(node.get('t'))[:20]!r}")

    def identical(self, value: Any) -> Node | None:
        """A node for a value that the other end already has, else None."""
        return None

    def encode(self, value: Any, depth: int = 0) -> Node:
        """The node for a value."""
        if value is None or value is True or value is False:
            return value
        if depth > DEEPEST:
            raise Untransferable(f"a value nested more than {DEEPEST} deep")
        known = self.identical(value)
        if known is not None:
            return known
        if exactly := EXACTLY.get(type(value)):
            return exactly(self, value, depth)
        for kind, write in WRITERS:
            if isinstance(value, kind):
                return write(self, value, depth)
        return self._encode_odd(value)

    def _encode_odd(self, value: Any) -> Node:
        if value is Ellipsis or value is NotImplemented:
            return {"t": "constant", "v": str(value)}
        if isinstance(value, torch.dtype):
            return {"t": "dtype", "v": str(value).removeprefix("torch.")}
        if isinstance(value, torch.device):
            return {"t": "device", "v": str(value)}
        if isinstance(value, type) and TYPES.get(value.__name__) is value:
            return {"t": "type", "v": value.__name__}
        return self.refer(value)

    def keep(self, data: Any) -> int:
        """Puts a buffer into the message and returns its number."""
        self.buffers.append(data)
        return len(self.buffers) - 1

    def decode(self, node: Node, depth: int = 0) -> Any:
        """The value of a node. Raises Malformed, and nothing else, whatever the node is."""
        if node is None or type(node) in (bool, int, str):
            return node
        self._items += 1
        if type(node) is not dict or depth > DEEPEST + 4 or self._items > MOST_ITEMS:
            raise Malformed("no value, or too large a one")
        read = READERS.get(str(node.get("t")))
        try:
            return read(self, node, depth + 1) if read else self.resolve(node)
        except Malformed:
            raise
        except (
            KeyError,
            TypeError,
            ValueError,
            IndexError,
            OverflowError,
            ArithmeticError,
            RuntimeError,
        ) as error:
            raise Malformed(f"a {node.get('t')!r} that is none") from error

    def buffer(self, node: dict[str, Any]) -> bytearray:
        """The buffer that a node names; raises Malformed."""
        number = node["b"]
        if type(number) is not int or not 0 <= number < len(self.buffers) or self.buffers[number] is None:
            raise Malformed("a buffer that did not come")
        # Each once: a small message that names a large buffer a million times would fill the memory.
        data, self.buffers[number] = self.buffers[number], None
        return data if type(data) is bytearray else bytearray(data)

"""Draws of one student's values, the same on every machine and with every Python; `mine` makes them.

Only `random.Random.random` is used, whose numbers Python promises to keep.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Draws:
    """A stream of draws. Each call goes on where the last one stopped. `origin`: what it began with."""

    def __init__(self, seed: bytes) -> None:
        self.origin = seed
        self._random = random.Random(int.from_bytes(seed, "big"))

    def number(self, low: float = 0.0, high: float = 1.0) -> float:
        """A number from `low` to `high`. Raises ValueError where `high` is below `low`."""
        if high < low:
            raise ValueError(f"found number({low}, {high}), expected the lower bound first")
        return low + (high - low) * self._random.random()

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both of them included. Raises ValueError as `number` does."""
        if high < low:
            raise ValueError(f"found integer({low}, {high}), expected the lower bound first")
        return low + min(int(self.number(0, high - low + 1)), high - low)

    def choice(self, items: Sequence[Item]) -> Item:
        """One of the items. Raises ValueError where there is none."""
        return items[self.integer(0, len(items) - 1)]

    def sample(self, items: Sequence[Item], count: int) -> list[Item]:
        """`count` different ones of the items, in any order. Raises ValueError where there are too few."""
        left = list(items)
        return [left.pop(self.integer(0, len(left) - 1)) for _ in range(count)]

    def seed(self) -> int:
        """A seed of 32 bits for a generator of NumPy's or PyTorch's."""
        return self.integer(0, 2**32 - 1)

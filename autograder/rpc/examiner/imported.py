"""What a test has imported of the student's lists, tables and arrays, to see what it changes of them; for `examiner`.

In one process `table["n"] = 3` in a test is a change of the student's table. Here it is one of a copy, which
goes back before the student's side is asked anything else.
"""

import random
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy
from torch import Tensor

from autograder.rpc.examiner.proxies import Remote
from autograder.rpc.mirror.snapshots import GENERATORS, same, snapshot

MOST_ITEMS = 10_000  # of a list or a table; of longer ones nobody notes each change


class Imported:
    """The last copy of each mutable value, by the place it came from, and what it was then."""

    def __init__(self) -> None:
        self.copies: dict[tuple[tuple[str, Any], ...], tuple[Any, Any]] = {}

    def add(self, place: dict[str, Any], value: Any) -> None:
        """Notes a value that came from `place`, if a test could change it; not an object, which has stayed there."""
        if type(value) is Remote:  # of a class that is a list as well, it would pass for one
            return
        small = isinstance(value, (list, dict, set, deque, bytearray)) and len(value) <= MOST_ITEMS
        if small or isinstance(value, (numpy.ndarray, Tensor, random.Random, *GENERATORS)):
            self.copies[tuple(place.items())] = value, snapshot(value)

    def changed(self) -> Iterator[tuple[dict[str, Any], Any]]:
        """Place and value of each that was changed since this was asked last."""
        for place, (value, before) in list(self.copies.items()):
            now = snapshot(value)
            if not same(before, now):
                self.copies[place] = value, now
                yield dict(place), value

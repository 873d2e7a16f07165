"""The student's lists, tables and arrays that a test has imported, to see what it changes; for `examiner`.

In one process `table["n"] = 3` in a test is a change of the student's table. Here it is one of a copy, which
goes back before the student's side is asked anything else.
"""

import random
from collections.abc import Iterator
from weakref import WeakValueDictionary

from autograder.rpc.examiner.proxies import Remote
from autograder.rpc.mirror.snapshots import CONTAINERS, MOST_ITEMS, kind_of, same, snapshot
from autograder.rpc.wire.codec import Table, Value


class Imported:
    """The last copy of each mutable value, by the place it came from, and what it was then."""

    def __init__(self) -> None:
        self.copies: dict[tuple[tuple[str, Value], ...], tuple[Value, Value]] = {}
        self.arrays: WeakValueDictionary[int, Value] = WeakValueDictionary()

    def same(self, number: int, value: Value) -> Value:
        """The array that a test has already of this number, if it is equal to what came now: `[x] == [x]` needs that."""
        known = self.arrays.get(number)
        if known is None or not same(snapshot(known), snapshot(value)):
            known = self.arrays[number] = value
        return known

    def add(self, place: Table, value: Value) -> None:
        """Notes a value that came from `place`, if a test could change it; not an object, which has stayed there."""
        if type(value) is Remote:  # of a class that is a list as well, it would pass for one
            return
        small = isinstance(value, CONTAINERS) and len(value) <= MOST_ITEMS
        kind = kind_of(value)
        if small or isinstance(value, random.Random) or (kind and kind.imported):
            self.copies[tuple(place.items())] = value, snapshot(value)

    def changed(self) -> Iterator[tuple[Table, Value]]:
        """Place and value of each that was changed since this was asked last."""
        for place, (value, before) in list(self.copies.items()):
            now = snapshot(value)
            if not same(before, now):
                self.copies[place] = value, now
                yield dict(place), value

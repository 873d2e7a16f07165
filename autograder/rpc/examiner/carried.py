"""What tests change of names and modules, carried over to the student's kernel; for `examiner`.

In one process `np.linalg.solve = None` in a test holds for the student's function too. So do `sorted = None`,
`patch("random.randint")`, and `state = {}` where the answer uses `state`. The places come from the tests' syntax
trees (`course.changes`), so that nothing else of a test's names reaches the other side.
"""

import builtins
import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress

from autograder.rpc.wire.codec import Table, Value

Place = tuple[str, str]
NOTEBOOK, MODULES, BUILTINS = "__main__", "sys.modules", "builtins"


class Missing:
    """In the place of what is not there."""


class Carried:
    """The places at which tests change something, with what was there at first and what the other side has."""

    def __init__(self, names: Iterable[str], places: Iterable[Iterable[str]]):
        self.names = frozenset(names)
        self.owners = [(str(owner), str(name)) for owner, name in places]
        self.namespace: dict[str, Value] = {}
        self.first: dict[Place, Value] = {}
        self.sent: dict[Place, Value] = {}
        self.aside: dict[str, Value] = {}  # what built-in names are for tests, while none runs
        self.active = False  # while a test runs: other cells of this side run on the other one too

    def begin(self, test: bool, rebound: Iterable[str]) -> None:
        """A cell begins. `rebound`: what answers have defined or changed since the last one. What a test or a locked
        cell has put there ends: the other side has what has become of it.
        """
        for name in rebound:
            dict.pop(self.namespace, name, None)
            if name in self.names:
                self.sent[NOTEBOOK, name] = self.first[NOTEBOOK, name] = Missing
        self.active = test
        if test:
            self._look_at_first()
            for name, value in self.aside.items():
                _put(name, value)
            self.aside.clear()

    def end(self) -> None:
        """A cell has ended, and what it changed was sent if it is a test's. This process needs its built-in names."""
        if not self.active:
            for place in self.sent:
                if (now := self._now(place)) is not self.sent[place]:
                    self.first[place] = self.sent[place] = now
        for place in self.sent:
            if place[0] == BUILTINS and (now := self._now(place)) is not self.first[place]:
                self.aside[place[1]] = now
                _put(place[1], self.first[place])
        self.active = False

    def define(self, name: str) -> None:
        """The other side has a name already that is new on this one."""
        if name in self.names:
            place = (NOTEBOOK, name)
            self.first[place] = self.sent[place] = self._now(place)

    def deleted(self, name: str) -> bool:
        """Whether a test has deleted a name that was on this side."""
        return (
            not dict.__contains__(self.namespace, name)
            and self.first.get((NOTEBOOK, name), Missing) is not Missing
        )

    def relinked(self) -> None:
        """The other side has another kernel, which has what was there at first."""
        self.sent = dict(self.first)

    def changed(self) -> Iterator[tuple[Table, Value]]:
        """Place and value of each that was changed since this was asked last; `Missing` where it was deleted. The place
        says `back` where it is again what it was at first.
        """
        if not self.active:
            return
        for place in [*self.sent, *self._new_places()]:
            now = self._now(place)
            if now is not self.sent[place]:
                self.sent[place] = now
                there = place[0] != NOTEBOOK or now is not Missing
                yield {"place": list(place), "back": there and now is self.first[place]}, now

    def _look_at_first(self) -> None:
        for owner, name in self.owners:
            holder = holder_of(owner)
            for each in [name] if name else sorted(vars(holder) if holder else ()):
                self._look_at((owner, each))
        for name in self.names:
            self._look_at((NOTEBOOK, name))

    def _look_at(self, place: Place) -> None:
        if place not in self.first:
            self.first[place] = self.sent[place] = self._now(place)

    def _new_places(self) -> list[Place]:
        """Attributes that a test has added to a module, of those of which any may change."""
        found = []
        for owner, name in self.owners:
            if not name and (holder := holder_of(owner)):
                found += [(owner, each) for each in vars(holder) if (owner, each) not in self.first]
        for place in found:
            self.first[place] = self.sent[place] = Missing
        return found

    def _now(self, place: Place) -> Value:
        owner, name = place
        if owner == NOTEBOOK:
            return dict.get(self.namespace, name, Missing)
        if owner == MODULES:
            return sys.modules.get(name, Missing)
        holder = holder_of(owner)
        return Missing if holder is None else getattr(holder, name, Missing)


def _put(name: str, value: Value) -> None:
    if value is Missing:
        delattr(builtins, name)
    else:
        setattr(builtins, name, value)


def holder_of(dotted: str) -> Value:
    """A module, or a class in one, by its dotted name; None if there is none."""
    module, rest = dotted, list[str]()
    while module:
        with suppress(ImportError, ValueError):
            found: Value = sys.modules.get(module) or importlib.import_module(module)
            for name in reversed(rest):
                found = getattr(found, name, None)
            return found
        module, _, last = module.rpartition(".")
        rest.append(last)
    return None

"""What an exercise may forbid in code: the guards that a course provides.

A cell with the tag forbid-NAME gets the guard NAME, an entry point of the group autograder.guards. It is two hurdles,
both a deterrent and a flag for the instructor, not a proof: the engine asks `findings` about the answer, and the
student's kernel holds the guard, which is called for a context manager, around each call of the answer's functions.
"""

import ast
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

from autograder.core.records import Mention

GROUP = "autograder.guards"


@dataclass(frozen=True)
class Guard:
    """`title`: what is forbidden, as it stands in a sentence; `findings`: what in a syntax tree looks like it, each
    with its line; `refuse`: in the body of this context it does not work."""

    title: str
    findings: Callable[[ast.Module | None], list[Mention]]
    refuse: Callable[[], AbstractContextManager[None]]

    def __call__(self) -> AbstractContextManager[None]:
        """The context that refuses it."""
        return self.refuse()


@cache
def names() -> frozenset[str]:
    """The guards that are installed; none is loaded."""
    return frozenset(entry.name for entry in entry_points(group=GROUP))


@cache
def find(name: str) -> Guard:
    """The guard of this name. Raises LookupError where none is installed."""
    for entry in entry_points(group=GROUP, name=name):
        guard: Guard = entry.load()
        return guard
    raise LookupError(f"no guard {name!r} is installed (entry points of the group {GROUP})")

"""Hooks for libraries that start slowly or do not fork well; `preload` calls them in the warm parent and its forks.

A distribution names a module for each under the entry points "autograder.warm_libraries", by the library's own name.
The module has the functions of `WarmLibrary`, and imports its library in them only: clients ask `large_modules`
before anything is loaded. Where the library is not installed the module is not imported.
"""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

GROUP = "autograder.warm_libraries"


class WarmLibrary(Protocol):
    """The functions of a hook's module."""

    def large_modules(self, notebooks: Iterable[Path] | None) -> tuple[str, ...]:
        """Further modules worth loading early for these notebooks; None: for any."""

    def warm_up(self) -> None:
        """Called once in the warm parent, after all imports: may start no thread."""

    def freshen(self) -> None:
        """Called in each fork: renews what forks must not share, such as random numbers."""


@cache
def hooks() -> dict[str, WarmLibrary]:
    """The hooks of the libraries that are installed, by library."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    return {name: point.load() for name, point in sorted(found.items()) if find_spec(name) is not None}


def large_modules(notebooks: Iterable[Path] | None = None) -> tuple[str, ...]:
    """The modules that all hooks name for these notebooks; `grade` asks before it starts the warm parent."""
    files = None if notebooks is None else list(notebooks)
    return tuple(module for hook in hooks().values() for module in hook.large_modules(files))

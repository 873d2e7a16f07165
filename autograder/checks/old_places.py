"""Notebooks that students have keep working: `autograder.checks.a9_capstone` is now `exercises.a9_capstone`.

Such notebooks import names of an assignment from here. A finder answers for every assignment in the registry.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from autograder.checking.registry import assignments

PLACE = "autograder.checks."


class OldPlaces(MetaPathFinder, Loader):
    """Finds `autograder.checks.ASSIGNMENT`, with the names of the assignment's package."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Called by the import system after all others."""
        known = fullname.startswith(PLACE) and fullname.removeprefix(PLACE) in assignments()
        return ModuleSpec(fullname, self) if known else None

    def exec_module(self, module: ModuleType) -> None:
        """Fills the module; called once."""
        package = import_module(assignments()[module.__name__.removeprefix(PLACE)].package)
        vars(module).update({name: each for name, each in vars(package).items() if not name.startswith("__")})


def install() -> None:
    """Has Python ask here last; once is enough."""
    if not any(isinstance(finder, OldPlaces) for finder in sys.meta_path):
        sys.meta_path.append(OldPlaces())

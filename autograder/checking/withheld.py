"""What a student's kernel has of the courses' packages while work is graded: modules called `given`, and nothing else.

Exercises, right answers, properties, known mistakes and hints are needed where tests run. The student's sandbox does not
show their files (`engine.spawner`), and the process that it is forked from has never imported them. `withhold` says so
to whoever imports one, and lets what is given be found: `checking.wire` calls it in a student's kernel.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from autograder.checking.registry import GIVEN, courses, given_files

AWAY = (
    "{name} is not here while work is graded: it belongs to the checks, which the graded cells run elsewhere"
)


class Withheld(MetaPathFinder, Loader):
    """Finds the packages around what is given, without their own code; of other modules of a course it says that they
    are not here. A package that has something given itself has the names of that.

    Folders are looked through at once: later, cells that only import must not be taken for such as read files.
    """

    def __init__(self) -> None:
        given = [path.parent for path in given_files() if path.suffix == ".py"]
        self.folders = {*given, *(folder.parent for folder in given)}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Called by the import system before all others. Raises ModuleNotFoundError."""
        course = next((each for each in courses() if fullname.startswith(f"{each}.")), None)
        if course is None:
            return None
        parts = fullname.removeprefix(f"{course}.").split(".")
        if GIVEN in parts:
            return None
        folders = [folder.joinpath(*parts) for folder in courses()[course]]
        found = [str(folder) for folder in folders if folder in self.folders]
        if not found:
            raise ModuleNotFoundError(AWAY.format(name=fullname), name=fullname)
        spec = ModuleSpec(fullname, self, is_package=True)
        spec.submodule_search_locations = found
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Fills a package; called once."""
        if any(Path(folder, f"{GIVEN}.py").is_file() for folder in module.__path__):
            given = import_module(f"{module.__name__}.{GIVEN}")
            vars(module).update(
                {name: each for name, each in vars(given).items() if not name.startswith("_")}
            )


def withhold() -> None:
    """From now on this process imports of the courses what is given; once is enough."""
    if not is_withheld():
        sys.meta_path.insert(0, Withheld())


def is_withheld() -> bool:
    """Whether this is a student's kernel in which work is graded."""
    return any(isinstance(finder, Withheld) for finder in sys.meta_path)

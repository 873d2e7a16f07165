"""Which exercises there are: those of every installed course, found where they lie.

`autograder.checks`, the audit and the gate before a release ask.

A course names a package under the entry point `autograder.exercises`. Its sub-packages are assignments, and theirs
are exercises: an exercise is known by being there. Its package holds an Exercise with the name EXERCISE. The folder
`answers` beside the exercises of an assignment has what the audit tries; students do not have it. What students' cells
import of a course, or are given, is in modules called `given`: while work is graded, their kernels have nothing else
of it (see `withheld`).

Nothing is imported before somebody asks for an exercise, so this module needs no torch.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module, metadata, util
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from autograder.core.text import natural_order

if TYPE_CHECKING:
    from autograder.checking.language import Exercise, Property
    from autograder.personal import Draws

GROUP = "autograder.exercises"
GIVEN = "given"


@dataclass(frozen=True)
class Assignment:
    """The exercises of one assignment, by name, in the package `package`, which lies in `folder`."""

    name: str
    package: str
    folder: Path
    exercises: tuple[str, ...]

    @property
    def answers(self) -> Path:
        """The folder of right and wrong answers; a student's installation has none."""
        return self.folder / "answers"


@functools.cache
def courses() -> Mapping[str, tuple[Path, ...]]:
    """The packages that courses name, each with its folders; none for one that is not there."""
    found: dict[str, tuple[Path, ...]] = {}
    for entry in metadata.entry_points(group=GROUP):
        spec = None
        with suppress(ImportError):  # of the package that it is in
            spec = util.find_spec(entry.value)
        found[entry.value] = tuple(map(Path, (spec and spec.submodule_search_locations) or ()))
    return found


@functools.cache
def given_files() -> tuple[Path, ...]:
    """The files of all courses that students' kernels have while work is graded: GIVEN, whatever its suffix."""
    every = (
        path for folders in courses().values() for folder in folders for path in folder.rglob(f"{GIVEN}.*")
    )
    return tuple(sorted(path for path in every if path.stem == GIVEN and path.is_file()))


@functools.cache
def assignments() -> Mapping[str, Assignment]:
    """All assignments with exercises, by name. Raises LookupError for an entry point that names no package."""
    found: dict[str, Assignment] = {}
    for package, folders in courses().items():
        if not folders:
            raise LookupError(f"an entry point of {GROUP}: found no package {package!r}")
        for name, folder in _packages(folders):
            exercises = tuple(sorted(each for each, _ in _packages([folder])))
            if exercises:
                found[name] = Assignment(name, f"{package}.{name}", folder, exercises)
    return {name: found[name] for name in sorted(found, key=natural_order)}


@functools.cache
def names() -> Mapping[str, Assignment]:
    """Every exercise's name, with its assignment. Raises LookupError where two assignments have one of that name."""
    found: dict[str, Assignment] = {}
    for assignment in assignments().values():
        for name in assignment.exercises:
            if name in found:
                raise LookupError(f"exercise {name!r} is in {found[name].folder} and in {assignment.folder}")
            found[name] = assignment
    return found


def exercises_of(assignment: str) -> tuple[str, ...]:
    """The names of an assignment's exercises; none where no course has it."""
    known = assignments().get(assignment)
    return known.exercises if known else ()


def assignment_of(name: str) -> str:
    """The assignment that has this exercise. Raises KeyError when none has."""
    return names()[name].name


def find(name: str) -> Exercise:
    """The exercise of this name. Raises KeyError when there is none."""
    exercise: Exercise = import_module(f"{names()[name].package}.{name}").EXERCISE
    return exercise


def maker_of(name: str) -> Callable[[Draws], Any] | None:
    """What makes that which the exercise of this name gives to each student; None where it gives nothing.

    Raises KeyError for no exercise.
    """
    module = f"{names()[name].package}.{name}.{GIVEN}"
    try:
        make: Callable[[Draws], Any] = import_module(module).make
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return find(name).given
    return make


def key_of(name: str) -> tuple[Property, ...]:
    """What is graded of an exercise about something of each student's own, from its module `key`.

    Raises KeyError for no exercise, and ImportError where the module is not installed, as on students' machines.
    """
    key: tuple[Property, ...] = import_module(f"{names()[name].package}.{name}.key").KEY
    return key


def _packages(folders: Iterable[str | Path]) -> list[tuple[str, Path]]:
    """The packages in these folders, with the folder of each."""
    return [
        (module.name, Path(folder) / module.name)
        for folder in folders
        for module in iter_modules([str(folder)])
        if module.ispkg
    ]

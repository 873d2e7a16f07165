"""Which exercises there are: those of every installed course, found where they lie.

`autograder.checks`, the audit and the gate before a release ask.

A course names a package under the entry point `autograder.exercises`. Its sub-packages are assignments, and theirs
are exercises: an exercise is known by being there. Its package holds an Exercise with the name EXERCISE. The folder
`answers` beside the exercises of an assignment has what the audit tries; students do not have it.

Nothing is imported before somebody asks for an exercise, so this module needs no torch.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module, metadata, util
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from autograder.core.text import natural_order

if TYPE_CHECKING:
    from autograder.checking.language import Exercise, Property

GROUP = "autograder.exercises"


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
def assignments() -> Mapping[str, Assignment]:
    """All assignments with exercises, by name. Raises LookupError for an entry point that names no package."""
    found: dict[str, Assignment] = {}
    for entry in metadata.entry_points(group=GROUP):
        spec = util.find_spec(entry.value)
        if spec is None or not spec.submodule_search_locations:
            raise LookupError(f"entry point {entry.name} of {GROUP}: found no package {entry.value!r}")
        for name, folder in _packages(spec.submodule_search_locations):
            exercises = tuple(sorted(each for each, _ in _packages([str(folder)])))
            if exercises:
                found[name] = Assignment(name, f"{entry.value}.{name}", folder, exercises)
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


def key_of(name: str) -> tuple[Property, ...]:
    """What is graded of an exercise about something of each student's own, from its module `key`.

    Raises KeyError for no exercise, and ImportError where the module is not installed, as on students' machines.
    """
    key: tuple[Property, ...] = import_module(f"{names()[name].package}.{name}.key").KEY
    return key


def _packages(folders: Iterable[str]) -> list[tuple[str, Path]]:
    """The packages in these folders, with the folder of each."""
    return [
        (module.name, Path(folder) / module.name)
        for folder in folders
        for module in iter_modules([folder])
        if module.ispkg
    ]

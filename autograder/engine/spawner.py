"""Starts the kernels in which a submission runs, each in a folder of its own; on whatever machine."""

import atexit
import functools
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

from autograder.checking.registry import courses, given_files
from autograder.core.files import write_files
from autograder.core.scratch import new_folder, remove
from autograder.course.model import Assignment, Intake, Rules
from autograder.kernels.child import Child, KernelFailed, spawn
from autograder.kernels.client import WarmParent, scratch_root_of
from autograder.kernels.sandbox.confinement import Confinement, Limits
from autograder.kernels.sandbox.modes import resolve_mode
from autograder.kernels.template import Template

Key = tuple[
    str, str, bool, str, str, tuple[str, ...]
]  # address, role, whether it has the exercises, digest of the assignment, seed of the run, cells
WORTHWHILE = 3  # submissions of a worker: from then on it pays to compute first what is the same for all
MOST_TEMPLATES = 16  # of one process: two for each notebook of an assignment
DATA = ".safetensors"  # names, shapes and numbers, which nothing executes or unpickles
_parent: WarmParent | None = None  # this process's own, where the rules name no other
_starting = threading.Lock()  # a dask worker may have several threads


class Spawner:
    """Starts the kernels of one session, each in a folder of its own: with the instructor's files, and at the
    student's with theirs too. The examiner gets of those what is data and nothing else: it must not import a module
    that a student handed in, so of the student's names none may become one.

    `prelude`: the first cells, the same in all submissions. Kernels are forked after them where that can be. `tests`:
    the cells that only the examiner runs. `together`: some tests run in the student's kernel, which then has what tests
    need; else its files of the courses' packages are those that are given, see `checking.withheld`.
    """

    def __init__(
        self,
        intake: Intake,
        assignment: Assignment,
        rules: Rules,
        prelude: tuple[str, ...] = (),
        tests: tuple[str, ...] = (),
        together: bool = False,
    ):
        data = {name: content for name, content in intake.files.items() if is_data(name)}
        self.files = {
            "student": intake.files | assignment.companions,
            "examiner": data | assignment.companions,
        }
        self.rules, self.assignment = rules, assignment
        self.prelude, self.tests, self.together = prelude, tests, together
        self.folders: list[Path] = []

    def __call__(self, role: str, fds: tuple[int, int]) -> Child:
        address = warm(self.rules)
        folder = new_folder("session-", scratch_root_of(address))
        self.folders.append(folder)
        write_files(self.files[role], folder)
        limits = Limits(memory_mb=self.rules.memory_mb)
        # The examiner is locked in as well: a test may open a path, or load data, that a student's code gave it.
        mode = resolved(self.rules.sandbox)
        readable, withheld = self.rules.readable, [*chain.from_iterable(courses().values())]
        if not self._withholds(role):
            withheld = []
        elif withheld:
            readable = (*readable, *map(str, given_files()))
        confinement = Confinement(mode, str(folder), None, limits, readable, tuple(map(str, withheld)))
        if template := self._template(address, role):
            with suppress(KernelFailed):
                if role == "examiner" and self.rules.seed and template.spawned == WORTHWHILE:
                    order = {"seed": self.rules.seed, "tests": list(self.tests)}
                    template.rehearse(order, self.rules.total_seconds)
                return template.spawn(confinement, fds, {"environment": _environment()})
            TEMPLATES.forget(template)
        return spawn(address, "shell", confinement, fds, self._request(role))

    def _withholds(self, role: str) -> bool:
        return role == "student" and not self.together

    def _request(self, role: str) -> dict[str, Any]:
        about = {"role": role, "withhold": self._withholds(role), "environment": _environment()}
        return {**about, **self.assignment.names.request(role)}

    def _template(self, address: str, role: str) -> Template | None:
        """The process to fork from, None where there is nothing to share or that cannot be."""
        if not self.prelude:
            return None

        def make() -> Template:
            # Where sessions have theirs: a root of this process would stay when the run ends it.
            folder = new_folder("template-", scratch_root_of(address))
            try:
                write_files(self.assignment.companions, folder)
                request = {**self._request(role), "cells": list(self.prelude)}
                return Template(address, "shell", str(folder), request, self.rules.cell_seconds)
            finally:
                remove(folder)

        digest, seed = self.assignment.digest, self.rules.seed
        return TEMPLATES.get((address, role, self._withholds(role), digest, seed, self.prelude), make)

    def clean(self) -> None:
        """Removes the folders."""
        for folder in self.folders:
            remove(folder)


class Templates:
    """The templates of this process, one for each kind of kernel. Those that cannot be are remembered as well."""

    def __init__(self) -> None:
        self._made: dict[Key, Template] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Template]) -> Template | None:
        """The template of a kind, made when it is first asked for; None where its cells cannot be shared."""
        with self._lock:
            template = self._made.pop(key, None) or make()
            self._made[key] = template  # the last that was asked for is the last to go
            for old in list(self._made)[:-MOST_TEMPLATES]:
                self._made.pop(old).close()
        return None if template.refused else template

    def forget(self, template: Template) -> None:
        """Does without one that is gone, or did not answer."""
        template.refused = "it does not answer any more"
        template.close()

    def close(self) -> None:
        """Lets all of them end."""
        with self._lock:
            while self._made:
                self._made.popitem()[1].close()


TEMPLATES = Templates()
atexit.register(TEMPLATES.close)


def is_data(name: str) -> bool:
    """Whether tests get a student's file, too: trained weights, beside the notebook. (A folder might
    be imported, whatever is in it.)"""
    return name.lower().endswith(DATA) and "/" not in name


@functools.cache
def resolved(sandbox: str) -> str:
    """The mode of this machine; raises SandboxUnavailable where it has none."""
    return resolve_mode(sandbox)


def _environment() -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "NBGRADER_EXECUTION": "autograde",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }  # fmt: skip


def warm(rules: Rules) -> str:
    """The address of the warm parent: the one of the rules, else one that lives as long as this process."""
    global _parent
    if rules.warm:
        return rules.warm
    with _starting:
        if _parent is None:
            _parent = WarmParent()
    return _parent.address

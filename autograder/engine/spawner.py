"""Starts the kernels in which a submission runs, each in a folder of its own; on whatever machine."""

import functools
import os
import threading
from pathlib import Path

from autograder.core.files import write_files
from autograder.core.scratch import new_folder, remove
from autograder.course.model import Assignment, Intake, Rules
from autograder.kernels.child import Child, spawn
from autograder.kernels.client import WarmParent, scratch_root_of
from autograder.kernels.sandbox.confinement import Confinement, Limits
from autograder.kernels.sandbox.modes import resolve_mode

DATA = ".safetensors"  # names, shapes and numbers, which nothing executes or unpickles
_parent: WarmParent | None = None  # this process's own, where the rules name no other
_starting = threading.Lock()  # a dask worker may have several threads


class Spawner:
    """Starts the kernels of one session, each in a folder of its own: with the instructor's files, and at the
    student's with theirs too. The examiner gets of those what is data and nothing else: it must not import a module
    that a student handed in, so of the student's names none may become one."""

    def __init__(self, intake: Intake, assignment: Assignment, rules: Rules):
        data = {name: content for name, content in intake.files.items() if is_data(name)}
        self.files = {
            "student": intake.files | assignment.companions,
            "examiner": data | assignment.companions,
        }
        self.rules, self.names = rules, assignment.names
        self.folders: list[Path] = []

    def __call__(self, role: str, fds: tuple[int, int]) -> Child:
        address = warm(self.rules)
        folder = new_folder("session-", scratch_root_of(address))
        self.folders.append(folder)
        write_files(self.files[role], folder)
        limits = Limits(memory_mb=self.rules.memory_mb)
        # The examiner is locked in as well: a test may open a path, or load data, that a student's code gave it.
        mode = resolved(self.rules.sandbox)
        confinement = Confinement(mode, str(folder), limits=limits, readable=self.rules.readable)
        order = {"role": role, "environment": _environment(), **self.names.request(role)}
        return spawn(address, "shell", confinement, fds, order)

    def clean(self) -> None:
        """Removes the folders."""
        for folder in self.folders:
            remove(folder)


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

"""Tries a plain file's function where it can do no harm: two kernels, the student's in the sandbox.

`check` calls `run_checks_locked`. The file plays the part of a notebook's one solution cell, and the run of checks
that of its test cell; both run as in grading.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell

from autograder.auditing.check_run import CheckRun
from autograder.auditing.exercise_source import ExerciseSource
from autograder.core.files import write_files
from autograder.core.records import CellName
from autograder.core.scratch import new_folder, remove
from autograder.course.names import Names
from autograder.engine.spawner import is_data
from autograder.kernels.child import Child, spawn
from autograder.kernels.client import WarmParent, scratch_root_of
from autograder.kernels.sandbox.confinement import Confinement, Limits
from autograder.results import wording
from autograder.rpc.session import Bounds, ExaminerLost, Part, Session
from autograder.submissions.intake import MAX_BYTES

SIGN = "checks: "
CELL = """
import torch
from torch import nn
{hidden}
import json
from dataclasses import asdict
from autograder.auditing.check_run import Points, run_checks
print({sign!r} + json.dumps(asdict(run_checks({name!r}, {name}, {seed!r}, {further}, Points({points})))))
"""


def data_beside(file: Path) -> Iterator[Path]:
    """Files in the folder of `file` that a check may read, as in grading, unless they are huge."""
    for path in sorted(file.parent.iterdir()):
        if is_data(path.name) and path.is_file() and path.stat().st_size <= MAX_BYTES:
            yield path


def run_checks_locked(
    parent: WarmParent,
    mode: str,
    name: str,
    source: str,
    written: ExerciseSource,
    seed: int | None,
    beside: Mapping[str, bytes] | None = None,
) -> CheckRun:
    """Runs the checks on the function `name` of a file's text in a sandbox of this `mode`, with the files `beside`."""
    points = f"{written.points.visible}, {written.points.hidden}"
    further = "further" if written.hidden else "()"
    test = CELL.format(hidden=written.hidden, sign=SIGN, name=name, seed=seed, further=further, points=points)
    cells = [new_code_cell(source), new_code_cell(test)]
    parts = {
        0: Part(True, False, False, (), CellName("file")),
        1: Part(False, True, True, range(1, 1 + test.count("\n") + 1), CellName("checks")),
    }
    names = Names({"torch": "torch"}, guards={guard: (name,) for guard in written.guards})
    try:
        run_cells(parent, mode, cells, parts, names, beside)
    except ExaminerLost as error:
        return CheckRun(0.0, (str(error),))
    return _outcome(cells)


def run_cells(
    parent: WarmParent,
    mode: str,
    cells: list[Any],
    parts: Mapping[int, Part],
    names: Names,
    beside: Mapping[str, bytes] | None = None,
) -> None:
    """Runs cells in two kernels, in folders of their own with the files `beside`, and fills in their outputs.

    Raises ExaminerLost where the examiner's kernel died.
    """
    folders: list[Path] = []

    def start(role: str, fds: tuple[int, int]) -> Child:
        folder = new_folder("checks-", scratch_root_of(parent.address))
        folders.append(folder)
        write_files(beside or {}, folder)
        order = {"role": role, "environment": {"LANG": "C.UTF-8"}, **names.request(role)}
        confinement = Confinement(mode, str(folder), limits=Limits())
        return spawn(parent.address, "shell", confinement, fds, order)

    try:
        Session(start, Bounds(60, 120), wording.incident).run(cells, parts)
    finally:
        for folder in folders:
            remove(folder)


def _outcome(cells: list[Any]) -> CheckRun:
    """The run of checks that the test cell printed, else the error that kept it from it."""
    for output in cells[1].outputs:
        for line in output.get("text", "").splitlines():
            if line.startswith(SIGN):
                found = json.loads(line.removeprefix(SIGN))
                return CheckRun(**{**found, "failed": tuple(found["failed"])})
    errors = [o for cell in cells for o in cell.outputs if o.output_type == "error"]
    words = f"{errors[0].ename}: {errors[0].evalue}" if errors else "the checks returned nothing"
    # A SyntaxError has the name of the cell instead of the file's.
    return CheckRun(0.0, (words.replace("(1.py, line ", "(line "),))

"""The records that the steps of grading exchange.

A submission is read here (`intake`), graded wherever a worker is (`engine.one_submission`) and kept
here again (`record`); the reports read what `record` kept. What travels to a worker and back holds bytes and
plain values, so that the worker may be on another machine. A student's fault is a value in these records; only
our own fault is an exception.
"""

from dataclasses import dataclass, field
from typing import Any

from autograder.core.notebooks import Notebook
from autograder.core.records import Fault, Repair
from autograder.course.names import Names
from autograder.personal.codes import Code


@dataclass(frozen=True)
class Cell:
    """One cell of a student's notebook, reduced to what is safe to read.

    `grade_id` is nbgrader's name for the cell and `cell_id` Jupyter's; each is "" where there is none.
    """

    kind: str
    source: str
    grade_id: str = ""
    cell_id: str = ""
    attachments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Skeleton:
    """One notebook of an assignment as the instructor wrote it, without solutions, hidden tests included.

    `notebook` is what a rebuilt submission starts from; `released` maps a cell's index to the text that
    students were given, which lacks the hidden tests.
    """

    name: str
    notebook: Notebook
    released: tuple[str, ...]


@dataclass(frozen=True)
class Assignment:
    """An assignment ready to be graded, and a digest that changes when anything of it does.

    `companions`: the source folder's other files (data, modules) by relative path; they overwrite the
    student's copies of them. `names`: what the instructor's cells say about names. `config`: the course's
    configuration of nbgrader.
    """

    name: str
    skeletons: tuple[Skeleton, ...]
    companions: dict[str, bytes]
    names: Names
    config: Any
    digest: str


@dataclass(frozen=True)
class Rules:
    """How submissions are run: the sandbox (auto, a mode, or off), and limits per cell, submission and kernel.

    `warm`: the address of a warm parent on this machine; empty where the worker is to have its own. `split`: tests
    run with the examiner; False, for an audit, has everything run in the student's kernel. `readable`: more folders
    of the worker's machine that both kernels may read. `seed`: of the run, for the examiner's kernels only; empty
    where each draws its own. `reveal`: errors in hidden tests are shown whole, for the instructor's own solution.
    """

    sandbox: str
    cell_seconds: float
    total_seconds: float
    memory_mb: int
    warm: str = ""
    split: bool = True
    readable: tuple[str, ...] = ()
    seed: str = field(default="", repr=False)
    reveal: bool = False


@dataclass(frozen=True)
class Submission:
    """What a student handed in, read and not yet understood.

    `files`: content by relative path; `odd`: why a notebook among them could not be read, by path; `fault`:
    why nothing could be. `codes`: the student's personal code and, where a group hands in, those of the others; none in
    a course without a key.
    """

    student: str
    digest: str
    files: dict[str, bytes]
    odd: dict[str, Fault]
    fault: Fault | None
    timestamp: str | None
    notes: tuple[Repair, ...]
    codes: tuple[Code, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Intake:
    """A submission that was read and checked: cells by notebook name, faults by notebook name, files to carry along."""

    notebooks: dict[str, tuple[Cell, ...]]
    faults: dict[str, Fault]
    files: dict[str, bytes]
    notes: tuple[Repair, ...]


@dataclass(frozen=True)
class Rebuilt:
    """A notebook made of the skeleton and the student's answers.

    `untouched`: every answer is still as released and no code was added.
    """

    notebook: Notebook
    repairs: tuple[Repair, ...]
    untouched: bool


@dataclass(frozen=True)
class Mark:
    """The points of a graded cell; `score` is None if it has to be graded by hand."""

    notebook: str
    cell: str
    score: float | None
    max_score: float

"""Estimates how long grading many submissions takes and what it needs; this is what `autograder plan` calls.

It uses measurements: this course's own runs, or a sample that it grades. Workers share the work,
the one coordinator does its part alone, and at the end the longest submission runs by itself.
"""

import io
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import TextIO

from autograder.commands import grade
from autograder.core.errors import WrongUse
from autograder.course.course import Course, did_you_mean, open_course
from autograder.course.dry_run_copy import empty_copy
from autograder.course.runtime import report_errors
from autograder.engine import costs, workplace
from autograder.results.journal import read_journal

SAMPLE = 20  # submissions graded where there is no record
ENOUGH = 10  # fewer are too few for an estimate


@dataclass(frozen=True)
class Measured:
    """What one submission takes: seconds of a worker, of the longest one's, of the coordinator; KiB on disk.

    `run`: the run that the coordinator's seconds and the memory come from; `source`: what was measured, in words.
    """

    worker: float
    longest: float
    disk: float
    run: costs.Run
    source: str

    @property
    def coordinator(self) -> float:
        """Seconds of the coordinator for one submission."""
        return self.run.coordinator / max(
            1, self.run.submissions - 1
        )  # they are counted from the first one's end

    def seconds(self, students: int, workers: int) -> float:
        """Of grading so many submissions with so many workers, each with a core of its own."""
        work = students * max(self.worker / workers, self.coordinator)
        return self.run.before + work + self.longest * (1 - 1 / workers)

    def memory(self, workers: int) -> float:
        """MiB of all processes on one machine."""
        return self.run.peak + self.run.shared + workers * self.run.own


def plan(
    root: Path,
    assignment: str = "",
    *,
    students: int,
    workers: Sequence[int],
    sample: int | None = None,
    sandbox: str = "auto",
    out: TextIO = sys.stdout,
) -> int:
    """Prints a table for `students` submissions, a line for each number of `workers`. Nothing in the course is changed.

    `assignment`: the one graded last where empty; `sample`: grade so many submissions instead of believing the course's
    records. Returns 0, or 2 where nothing can be measured, with the reason on `out`.
    """
    with report_errors(out) as status:
        course = open_course(root)
        name = assignment or _latest(course)
        if name not in course.assignments():
            raise WrongUse(
                f"There is no assignment {name!r} in {course.root}."
                + did_you_mean(name, course.assignments(), "assignment", "autograder plan {}")
            )
        measured = None if sample else recorded(course, name)
        measured = measured or _graded_sample(course, name, sample or SAMPLE, sandbox, out)
        print("\n".join(_lines(measured, name, students, workers)), file=out)
        status.append(0)
    return status[0]


def recorded(course: Course, assignment: str, least: int = ENOUGH, source: str = "") -> Measured | None:
    """What the course's records say; None where there is no run of at least `least` submissions on this machine."""
    runs = [r for r in costs.remembered(course, assignment) if r.submissions >= least and not r.elsewhere]
    graded = [each for each in read_journal(course.journal(assignment)).values() if each.seconds]
    if not runs or not graded:
        return None
    run = max(runs, key=lambda each: each.submissions)
    folders = [
        step(each.student, assignment) for each in graded for step in (course.autograded, course.feedback)
    ]
    disk = sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())
    seconds = [each.seconds for each in graded]
    source = source or f"{len(graded)} submissions that this course graded, the last on {runs[-1].when}"
    return Measured(mean(seconds), max(seconds), disk / 1024 / len(graded), run, source)


def _graded_sample(course: Course, assignment: str, size: int, sandbox: str, out: TextIO) -> Measured:
    """Grades submissions, the same ones each time, where nothing is kept; the reference solution if there are none."""
    handed_in = course.submissions(assignment)
    drawn = random.Random(0).sample(sorted(handed_in), min(size, len(handed_in)))
    folders = {student: handed_in[student] for student in drawn}
    source = f"{len(drawn)} of the {len(handed_in)} submissions, graded to measure"
    if not drawn:
        solution = course.step(course.folders.source_directory, assignment)
        folders = {f"student{number}": solution for number in range(size)}
        source = f"the reference solution graded {size} times, as nobody has handed in yet"
    print(f"Measuring {source} ...", file=out, flush=True)
    with empty_copy(course) as copy:
        rules = workplace.make_rules(copy, sandbox, None, grade.MEMORY)
        with workplace.this_machine(copy, rules, 1) as place:
            grade.Run(copy, assignment, folders, True, io.StringIO()).execute(place)
        measured = recorded(copy, assignment, 1, source)
    if measured is None:
        raise WrongUse(f"No submission of the sample could be graded; see: autograder grade {assignment}")
    return measured


def _latest(course: Course) -> str:
    """The assignment graded last, else the only one there is. Raises WrongUse where that is unclear."""
    names = course.assignments()
    journals = {name: course.journal(name) for name in names if course.journal(name).exists()}
    if journals:
        return max(journals, key=lambda name: journals[name].stat().st_mtime)
    if len(names) == 1:
        return names[0]
    raise WrongUse(
        f"Nothing was graded in {course.root} yet, so say which assignment to try:\n"
        f"  autograder plan ASSIGNMENT --students 300 --workers 2      of {', '.join(names) or 'none there is'}"
    )


def _lines(measured: Measured, name: str, students: int, workers: Sequence[int]) -> list[str]:
    return [
        f"{students:,} submissions to {name}, estimated from {measured.source}.",
        f"Each takes a worker {measured.worker:.2g} s (the longest {measured.longest:.2g} s) and the coordinator"
        f" {measured.coordinator:.2g} s.",
        "",
        f"{'workers':>8}{'time':>12}{'memory':>12}",
        *(
            f"{n:8}{span(measured.seconds(students, n)):>12}{size(1024 * measured.memory(n)):>12}"
            for n in workers
        ),
        "",
        f"On disk: {size(students * measured.disk)} of graded notebooks and pages. The coordinator keeps"
        f" {max(1, round(measured.worker / measured.coordinator))} workers busy; more would wait.",
        "The estimate gives each worker a core of its own, as fast and as idle as the measured one.",
    ]


def span(seconds: float) -> str:
    """A time as a person says it: seconds below two minutes, then minutes, then hours."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * 3600 else f"{seconds / 3600:.1f} h"


def size(kibibytes: float) -> str:
    """MiB or GiB."""
    return f"{kibibytes / 1024:.0f} MiB" if kibibytes < 1 << 20 else f"{kibibytes / (1 << 20):.1f} GiB"

"""Says how long grading many submissions will take, and what it costs; this is what `autograder plan` calls.

Nothing is assumed about a submission that was not measured: the costs come from this course's own runs, or from
a sample that is graded in a copy of the course (`sample`). The reckoning is operational analysis: of workers,
cores and the one coordinator, the slowest sets the pace (Denning and Buzen, "The operational analysis of queueing
network models", 1978), and at the end the last submission runs alone (Graham, "Bounds on multiprocessing timing
anomalies", 1969).
"""

import math
import sqlite3
import statistics
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from autograder.commands.plan_words import say
from autograder.commands.sample import graded_sample
from autograder.core.errors import WrongUse
from autograder.course.course import Course, did_you_mean, open_course
from autograder.course.model import Costs
from autograder.course.runtime import errors_said
from autograder.engine import costs
from autograder.engine.costs import Run
from autograder.results import journal
from autograder.results.outcome import Outcome

SAMPLE = 20  # submissions graded where there is no record
ENOUGH = 10  # a recorded run of fewer says too little


@dataclass(frozen=True)
class Measured:
    """What was measured: `each` submission's own costs, the run they come from, and kilobytes for each student.

    `told`: where it comes from, in words. `run`'s sums are over its submissions.
    """

    each: tuple[Costs, ...]
    run: Run
    disk: float
    gradebook: float
    told: str

    @property
    def forks(self) -> float:
        """Processor seconds of the warm parent for one submission."""
        return self.run.forks / self.run.others

    @property
    def coordinator(self) -> float:
        """Seconds of the coordinator for one submission, which no other can share."""
        return (self.run.gradebook + self.run.pages + self.run.other) / self.run.others

    @property
    def worker(self) -> float:
        """Seconds of a worker with a core of its own for one submission, on average."""
        return statistics.mean(each.seconds for each in self.each) + self.forks

    @property
    def longest(self) -> float:
        """Seconds of a worker for the longest submission."""
        return max(each.seconds for each in self.each) + self.forks

    @property
    def processor(self) -> float:
        """Processor seconds of all processes for one submission."""
        idle = statistics.mean(each.idle for each in self.each)
        return self.worker - idle + self.coordinator

    @property
    def doubt(self) -> float:
        """How far the average may be off for want of submissions, as a share of it: two standard errors."""
        if len(self.each) < 2:
            return 0.5
        spread = statistics.stdev(each.seconds for each in self.each)
        return 2 * spread / math.sqrt(len(self.each)) / self.worker


@dataclass(frozen=True)
class Forecast:
    """One line of the table. Seconds, and the range they are in; MiB; `bound`: what sets the pace.

    `memory` is that of workers and coordinator on one machine, `elsewhere` that of dask workers with a warm
    parent each, coordinator not counted.
    """

    workers: int
    cores: int
    seconds: float
    low: float
    high: float
    memory: float
    elsewhere: float
    bound: str


def forecast(measured: Measured, students: int, workers: int, cores: int | None = None) -> Forecast:
    """Of grading so many submissions. `cores`: what all share; None: one for each worker, one for the coordinator."""
    cores = cores or workers + 1
    paces = {
        "workers": measured.worker / workers,
        "cores": measured.processor / cores,
        "coordinator": measured.coordinator,
    }
    bound = max(paces, key=lambda name: paces[name])
    run, work = measured.run, students * paces[bound]
    doubt = work * measured.doubt
    last = measured.longest * (1 - 1 / workers)
    return Forecast(
        workers=workers,
        cores=cores,
        seconds=run.before + work,
        low=run.before + work - min(doubt, work / 2),
        high=run.before + work + doubt + last,
        memory=run.coordinator + run.shared + workers * run.own,
        elsewhere=workers * (run.shared + run.own),
        bound=bound,
    )


def needed(measured: Measured, students: int, hours: float) -> int | None:
    """The least number of workers that ends within `hours` at the range's far end; None where none does."""
    limit = 3600 * hours
    if forecast(measured, students, students).high > limit:
        return None
    low, high = 1, students
    while low < high:
        middle = (low + high) // 2
        if forecast(measured, students, middle).high > limit:
            low = middle + 1
        else:
            high = middle
    return low


def plan(
    root: Path,
    assignment: str = "",
    *,
    students: int,
    workers: Sequence[int],
    hours: float | None = None,
    cores: int | None = None,
    price: float | None = None,
    sample: int | None = None,
    sandbox: str = "auto",
    out: TextIO = sys.stdout,
) -> int:
    """Prints the plan for `students` submissions. Nothing in the course is changed.

    `assignment`: the one that was graded last where empty; `workers`: a line of the table for each; `hours`: a
    deadline, for which the workers are found; `cores`: what all processes share (None: enough); `price` of a
    core for an hour; `sample`: grade so many submissions in a copy of the course, instead of believing its
    records.

    Returns 0, 1 where the deadline cannot be met, or 2 where nothing can be measured, with the reason on `out`.
    """
    with errors_said(out) as status:
        course = open_course(root)
        name = assignment or _latest(course)
        if name not in course.assignments():
            raise WrongUse(
                f"There is no assignment {name!r} in {course.root}."
                + did_you_mean(name, course.assignments(), "assignment", "autograder plan {}")
            )
        measured = None if sample else recorded(course, name)
        if measured is None:
            with graded_sample(course, name, sample or SAMPLE, sandbox, out) as (copy, who):
                measured = recorded(copy, name, who)
        assert measured is not None, "the copy has just been graded"
        lines = [forecast(measured, students, each, cores) for each in workers]
        enough = needed(measured, students, hours) if hours else None
        print(say(name, measured, students, lines, hours, enough, price), file=out)
        status.append(1 if hours and enough is None else 0)
    return status[0]


def recorded(course: Course, assignment: str, told: str = "") -> Measured | None:
    """What the course's own records say; None where there are none, or only of a few submissions.

    `told`: where the records come from, if they are a sample's, which may be small.
    """
    runs = [run for run in costs.remembered(course, assignment) if not run.elsewhere]
    runs = [run for run in runs if told or run.submissions >= ENOUGH]
    outcomes = [each for each in journal.read_journal(course.journal(assignment)).values() if each.costs]
    each = tuple(outcome.costs for outcome in outcomes if outcome.costs and outcome.costs.seconds)
    if not runs or len(each) < (1 if told else ENOUGH):
        return None
    run = max(runs, key=lambda run: run.submissions)  # the first of equals began with empty caches
    told = told or f"{len(each)} submissions that this course graded, the last run on {runs[-1].when}"
    return Measured(each, run, _disk(course, outcomes), _gradebook(course), told)


def _latest(course: Course) -> str:
    """The assignment with the newest record, else the only one there is. Raises WrongUse where that is unclear."""
    names = course.assignments()
    records = {name: course.journal(name) for name in names if course.journal(name).exists()}
    if records:
        return max(records, key=lambda name: records[name].stat().st_mtime)
    if len(names) == 1:
        return names[0]
    raise WrongUse(
        f"Nothing was graded in {course.root} yet, so say which assignment to try:\n"
        f"  autograder plan ASSIGNMENT --students 300 --workers 2      of {', '.join(names) or 'none there is'}"
    )


def _disk(course: Course, outcomes: Sequence[Outcome]) -> float:
    """Kilobytes of graded notebooks and pages for one student."""
    total = 0
    for outcome in outcomes:
        for folder in (
            course.autograded(outcome.student, outcome.assignment),
            course.feedback(outcome.student, outcome.assignment),
        ):
            total += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return total / 1024 / len(outcomes)


def _gradebook(course: Course) -> float:
    """Kilobytes of the gradebook for one student and assignment; 0 where it is a server's."""
    url = course.folders.db_url
    path = Path(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite") or not path.exists():
        return 0.0
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        (roots,) = connection.execute("SELECT count(*) FROM sqlite_master WHERE rootpage > 0").fetchone()
        (entries,) = connection.execute("SELECT count(*) FROM submitted_assignment").fetchone()
    # An empty gradebook has a page for each table and index.
    return max(0.0, path.stat().st_size - page * roots) / 1024 / max(1, entries)

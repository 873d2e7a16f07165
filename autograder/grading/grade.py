"""Grades an assignment from end to end; this is what `autograder grade` and `autograder feedback` call.

Intake and rebuilding happen here, running in the worker processes of `pool`, and recording here again, in the
main thread. Nothing that a submission does stops the run, and what is recorded is never done twice.
"""

import contextlib
import errno
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from nbgrader.preprocessors import Execute
from sqlalchemy.exc import OperationalError

from autograder.grading import feedback, journal
from autograder.grading.course import Course, find_submissions, open_course
from autograder.grading.intake import take_in
from autograder.grading.model import (
    FAILED,
    MANUAL,
    Assignment,
    Intake,
    Job,
    Outcome,
    Ran,
    Rebuilt,
    WorkerLost,
    WrongUse,
)
from autograder.grading.pool import Pool
from autograder.grading.progress import Progress, duration, table
from autograder.grading.rebuild import rebuild
from autograder.grading.record import copy_files, patiently, record, record_failure, refresh
from autograder.grading.skeleton import load_assignment
from autograder.grading.summary import write_reports
from autograder.grading.surround import alone, errors_said


def grade_assignment(
    course: Path,
    assignment: str,
    *,
    students: Sequence[str] = (),
    workers: int = 2,
    timeout: int | None = None,
    force: bool = False,
    out: TextIO = sys.stdout,
) -> int:
    """Grades what is new or changed since it was last graded, or with `force` everything.

    `students`: only these; `workers`: submissions at once; `timeout`: seconds a cell may take (nbgrader's own
    configuration where None). Returns 0 when every submission has a grade, 1 when some need a person, 2 when
    the run cannot start or go on, with what to do about it on `out`.
    """
    with errors_said(out) as status:
        opened = open_course(course)
        with contextlib.chdir(opened.root), alone(opened, assignment):
            folders = find_submissions(opened, assignment, tuple(students))
            # The workers take a few seconds to be ready, in which the assignment is made ready here.
            with Pool(min(workers, len(folders)), opened.root, opened.private / "worker.log") as pool:
                run = _Run(opened, assignment, folders, timeout, force, out)
                run.execute(pool)
            status.append(run.report())
    return status[0]


def write_feedback(course: Path, assignment: str, *, out: TextIO = sys.stdout) -> int:
    """Writes the reports and every student's feedback pages again, after grading by hand for instance.

    Returns 0, 1 when some pages could not be made, or 2 when nothing of the assignment has been graded.
    """
    with errors_said(out) as status:
        opened = open_course(course)
        with contextlib.chdir(opened.root), alone(opened, assignment):
            find_submissions(opened, assignment, ())
            outcomes = _outcomes(opened, assignment)
            if not outcomes:
                raise WrongUse(f"Nothing of {assignment!r} is graded yet.\n  autograder grade {assignment}")
            write_reports(opened, assignment, outcomes)
            graded = [outcome.student for outcome in outcomes if outcome.status != FAILED]
            failed = feedback.generate(opened, assignment, graded)
            _say_feedback(failed, out)
            place = opened.folders.format_path(opened.folders.feedback_directory, "STUDENT", assignment)
            print(f"{len(graded) - len(failed)} students have their feedback in\n  {place}/", file=out)
            status.append(1 if failed else 0)
    return status[0]


class _Run:
    """One run over an assignment: `execute`, then `report`."""

    def __init__(
        self,
        course: Course,
        name: str,
        folders: dict[str, Path],
        timeout: int | None,
        force: bool,
        out: TextIO,
    ):
        self.started = time.monotonic()
        self.course, self.folders, self.out = course, folders, out
        self.assignment: Assignment = patiently(lambda: load_assignment(course, name))
        self.timeout = timeout or Execute(config=course.config).timeout
        self.done = {} if force else {outcome.student: outcome for outcome in _outcomes(course, name)}
        self.taken: dict[str, tuple[Intake, dict[str, Rebuilt]]] = {}
        self.failures: list[tuple[str, str, str]] = []
        self.fresh: list[Outcome] = []

    def execute(self, pool: Pool) -> None:
        """Grades what is to be graded, each submission recorded as soon as it has run."""
        progress = Progress(self.out, len(self.folders))
        scratch = self.course.private / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            for job, ran in pool.run(self._jobs(scratch, progress)):
                self.fresh.append(self._record(job.student, ran))
                progress.add(self.fresh[-1])
                shutil.rmtree(job.folder, ignore_errors=True)
            for failure in self.failures:
                self.fresh.append(record_failure(self.course, self.assignment, *failure))
                progress.add(self.fresh[-1])
        finally:
            progress.close()
            shutil.rmtree(scratch, ignore_errors=True)

    def report(self) -> int:
        """Writes the reports and the feedback of those just graded. Returns the exit status."""
        name = self.assignment.name
        outcomes = _outcomes(self.course, name)
        write_reports(self.course, name, outcomes)
        graded = [outcome.student for outcome in self.fresh if outcome.status != FAILED]
        _say_feedback(feedback.generate(self.course, name, graded), self.out)
        self._say(outcomes)
        return 1 if any(outcome.status in (MANUAL, FAILED) for outcome in outcomes) else 0

    def _jobs(self, scratch: Path, progress: Progress) -> Iterator[Job]:
        """What is to be run, taken in and rebuilt only when a worker has room for it."""
        for student, folder in self.folders.items():
            digest = ""
            try:
                intake = take_in(student, folder, self.assignment.skeletons, self.course.folders.ignore)
                digest = intake.digest
                if self._is_done(intake):
                    progress.total -= 1
                    continue
                rebuilt = {
                    each.name: rebuild(each, intake.notebooks[each.name])
                    for each in self.assignment.skeletons
                    if each.name in intake.notebooks
                }
                place = Path(tempfile.mkdtemp(dir=_made(scratch)))
                copy_files({**dict(intake.files), **self.assignment.companions}, place)
            except Exception as error:
                if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EROFS, errno.EDQUOT):
                    raise
                self.failures.append((student, digest, f"{type(error).__name__}: {error}"))
                continue
            self.taken[student] = intake, rebuilt
            notebooks = {name: each.notebook for name, each in rebuilt.items()}
            yield Job(student, notebooks, str(place), self.timeout)

    def _is_done(self, intake: Intake) -> bool:
        before = self.done.get(intake.student)
        return (
            before is not None
            and before.status != FAILED
            and before.submission_digest == intake.digest
            and before.assignment_digest == self.assignment.digest
            and self.course.autograded(intake.student, self.assignment.name).is_dir()
        )

    def _record(self, student: str, ran: Ran | WorkerLost) -> Outcome:
        intake, rebuilt = self.taken.pop(student)
        if isinstance(ran, Ran):
            try:
                return record(self.course, self.assignment, intake, rebuilt, ran)
            except (WrongUse, OSError, OperationalError):
                raise  # the disk or the gradebook: the next submission would fare no better
            except Exception as error:
                ran = WorkerLost(f"{type(error).__name__}: {error}")
        return record_failure(self.course, self.assignment, student, intake.digest, str(ran))

    def _say(self, outcomes: Sequence[Outcome]) -> None:
        fresh, seconds = len(self.fresh), time.monotonic() - self.started
        before = len(outcomes) - fresh
        speed = f"{fresh} graded in {duration(seconds)}" + (
            f", {seconds / fresh:.1f} s each" if fresh else ""
        )
        kept = f"; {before} unchanged since last time (--force grades them again)" if before else ""
        print(f"\n{self.assignment.name}: {speed}{kept}\n{table(outcomes)}", file=self.out)
        reports = self.course.reports(self.assignment.name).relative_to(self.course.root)
        print(f"\nGrades   {reports}/grades.csv\nSummary  {reports}/summary.html", file=self.out)
        print(f"Pages    {self.course.folders.feedback_directory}/", file=self.out)


def _outcomes(course: Course, assignment: str) -> list[Outcome]:
    """Everyone's outcome, scores as the gradebook has them now, by name."""
    kept = journal.read_journal(course.journal(assignment))
    there = course.submissions(assignment)
    wanted = [kept[student] for student in sorted(kept) if kept[student].status != FAILED or student in there]
    return patiently(lambda: refresh(course, wanted)) if wanted else []


def _say_feedback(failed: dict[str, str], out: TextIO) -> None:
    for student, why in failed.items():
        print(f"No feedback page for {student}: {why}", file=out)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder

"""Grades an assignment from end to end; this is what `autograder grade` and `autograder feedback` call.

Submissions are read here, graded by workers (`engine`), and recorded here again, in the main thread.
Nothing that a submission does stops the run, and what is recorded is never done twice.
"""

import contextlib
import errno
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from autograder.commands.progress import Progress, duration, policy_lines, table
from autograder.core.errors import WorkerLost, WrongUse
from autograder.core.text import counted, is_text, printable
from autograder.course.course import Course, find_submissions
from autograder.course.gradebook import patiently, refusal
from autograder.course.model import Assignment, Submission
from autograder.course.personal_key import codes_of
from autograder.course.platforms import read_platforms
from autograder.course.policies_file import read_policies
from autograder.course.runtime import course_lock, report_errors
from autograder.course.skeleton import load_assignment
from autograder.engine import workplace
from autograder.engine.costs import Tally, keep
from autograder.engine.lazy_audit import explain_lazy, lazily_passed
from autograder.engine.pool import Dispatch
from autograder.engine.run_seed import keep_seed, new_seed
from autograder.engine.split_audit import (
    Problem,
    audit_the_split,
    explain,
    reference,
    say_short,
    with_tags,
    write_tags,
)
from autograder.engine.workplace import Workplace, make_rules
from autograder.export.grades_csv import write_grades
from autograder.kernels.client import WarmParent
from autograder.pages import feedback
from autograder.report.report import note_unsplit, write_report
from autograder.results import wording
from autograder.results.changes import Why, note_changes
from autograder.results.graded import Graded
from autograder.results.late import PenaltyChange, bring_up_to_date
from autograder.results.merged import outcomes_of
from autograder.results.outcome import FAILED, MANUAL, NEAR, Outcome
from autograder.results.record import Ledger, record_failure
from autograder.submissions.intake import STAMP, read

MEMORY = 4096  # megabytes


def grade_assignment(
    course: Path,
    assignment: str,
    *,
    students: Sequence[str] = (),
    workers: int = 2,
    timeout: int | None = None,
    memory: int = MEMORY,
    sandbox: str = "auto",
    force: bool = False,
    db: str = "",
    cluster: str = "",
    parent: WarmParent | None = None,
    unsplit: bool = False,
    out: TextIO = sys.stdout,
) -> int:
    """Grades what is new or changed since it was last graded, or with `force` everything.

    `students`: only these; `workers`: submissions at once; `timeout`: seconds a cell may take (nbgrader's own
    configuration where None); `memory`: megabytes a student's kernel may take with all it starts; `sandbox`:
    auto, namespaces, landlock or off; `db`: the address of the gradebook (nbgrader's configuration where
    empty); `cluster`: that of a dask scheduler, whose workers then grade; `parent`: a warm parent that is loading
    already; `unsplit`: tests that work in the student's kernel only run there, and the report says so.

    Returns 0 when every submission has a grade, 1 when some need a person, 2 when the run cannot start or go
    on, with what to do about it on `out`.
    """
    with report_errors(out) as status, course_lock(course, db) as opened:
        folders = find_submissions(opened, assignment, tuple(students))
        rules = replace(make_rules(opened, sandbox, timeout, memory), seed=new_seed())
        with workplace.somewhere(opened, rules, min(workers, len(folders)), parent, cluster) as place:
            run = Run(opened, assignment, folders, force, out, seed=rules.seed, unsplit=unsplit)
            run.execute(place)
        status.append(run.report(only=bool(students)))
    return status[0]


def write_feedback(course: Path, assignment: str, *, db: str = "", out: TextIO = sys.stdout) -> int:
    """Writes the reports and every student's feedback pages again, after grading by hand for instance.

    Returns 0, 1 when some pages could not be made, or 2 when nothing of the assignment has been graded.
    """
    with report_errors(out) as status, course_lock(course, db) as opened:
        find_submissions(opened, assignment, (), "feedback")
        outcomes = outcomes_of(opened, assignment)
        if not outcomes:
            raise WrongUse(
                f"Nothing of {assignment!r} has been graded yet.\n  autograder grade {shlex.quote(assignment)}"
            )
        note_changes(opened, assignment, outcomes, Why.GRADED)
        changes = bring_up_to_date(opened, outcomes).changes  # a penalty follows the points of an essay
        outcomes = outcomes_of(opened, assignment)
        write_grades(opened, assignment, outcomes)
        write_report(opened, assignment, outcomes)
        graded = [outcome.student for outcome in outcomes if outcome.status != FAILED]
        failed = feedback.generate(opened, assignment, graded)
        print(*policy_lines(assignment, changes, applied=False), sep="\n", end="\n" * bool(changes), file=out)
        _say_feedback(failed, out)
        place = opened.folders.format_path(opened.folders.feedback_directory, "STUDENT", assignment)
        print(f"Feedback for {counted(len(graded) - len(failed), 'student')} is in\n  {place}/", file=out)
        status.append(1 if failed or changes else 0)
    return status[0]


class _Groups:
    """Who hands in together. Of equal work of a group the first is graded, and the others are `waiting` for its result:
    the student whose it is, and their own submission."""

    def __init__(self, course: Course, assignment: str):
        policies, known = read_policies(course), read_platforms(course).groups
        self.mates: Callable[[str], tuple[str, ...]] = lambda student: policies.mates(
            assignment, student, known
        )
        self.first: dict[str, Submission] = {}
        self.waiting: list[tuple[str, Submission]] = []

    def waits(self, submission: Submission) -> bool:
        """Whether the same work of a mate is graded in this run already."""
        for mate in self.mates(submission.student):
            there = self.first.get(mate)
            if there and _work(there) == _work(submission) and there.odd == submission.odd:
                self.waiting.append((mate, submission))
                return True
        self.first[submission.student] = submission
        return False


def _work(submission: Submission) -> dict[str, bytes]:
    return {name: content for name, content in submission.files.items() if name != STAMP}


class Run:
    """One run over an assignment: `execute`, then `report`; `regrade` asks for the parts.

    `keep`: what is graded stays, with its pages. Without, in the course that a dry run made for itself, only the
    gradebook and the journal are kept. `seed`: of the cases, if all submissions get the same.
    """

    def __init__(
        self,
        course: Course,
        name: str,
        folders: dict[str, Path],
        force: bool,
        out: TextIO,
        keep: bool = True,
        seed: str = "",
        unsplit: bool = False,
    ):
        self.started = time.monotonic()
        self.course, self.folders, self.out = course, folders, out
        self.assignment: Assignment = patiently(lambda: load_assignment(course, name))
        self.before = {outcome.student: outcome for outcome in outcomes_of(course, name)}
        self.force, self.keep, self.seed, self.unsplit = force, keep, seed, unsplit
        if keep:
            note_changes(course, name, self.before.values(), Why.GRADED)  # what was changed by hand since
        self.failures: list[tuple[str, str, str]] = []
        self.fresh: list[Outcome] = []
        self.changes: tuple[PenaltyChange, ...] = ()
        self.groups = _Groups(course, name)

    def _check_split(self, place: Workplace) -> None:
        """Raises WrongUse where tests need the student's kernel; with `unsplit` they run there."""
        found = audit_the_split(self.course, self.assignment, place.rules, place.grade)
        for line in say_short(found):
            print(line, file=self.out)
        if found.problems and not self.unsplit:
            raise WrongUse(explain(self.assignment.name, found))
        note_unsplit(self.course, self.assignment.name, [each.cell for each in found.problems])
        if found.problems:
            keys = [(each.notebook, each.cell) for each in found.problems]
            self.assignment = with_tags(self.assignment, keys, reference(self.course, self.assignment.name))

    def execute(self, place: Workplace) -> None:
        """Grades what is to be graded, each submission recorded as soon as it has run, its pages with it.

        Raises WrongUse, and records nothing, if tests need the student's kernel and their cells lack the tag.
        """
        if self.unsplit:
            self._check_split(place)
        unchanged = self._unchanged()
        progress = Progress(self.out, len(self.folders) - len(unchanged))
        ledger = Ledger(self.course, self.assignment)
        pages = feedback.Pages(self.course, self.assignment.name, ledger.gradebook)
        dispatch = Dispatch(place.executor, place.width, self.assignment, place.rules)
        tally = Tally(self.started, elsewhere=not place.parent)
        try:
            meanwhile = (lambda: None) if self.unsplit else (lambda: self._check_split(place))
            results = dispatch.run(self._fresh(unchanged), meanwhile=meanwhile)
            shared: dict[str, Graded | WorkerLost] = {}
            for submission, result in results:
                self._keep(ledger, pages, progress, submission, result)
                if self.groups.mates(submission.student):
                    shared[submission.student] = result
                tally.count()
            for first, submission in self.groups.waiting:  # graded once, or random cases would part a group
                result = shared[first]
                own = replace(result, student=submission.student) if isinstance(result, Graded) else result
                self._keep(ledger, pages, progress, submission, own)
            for failure in self.failures:
                self.fresh.append(record_failure(self.course, self.assignment, *failure))
                progress.add(self.fresh[-1])
            if self.fresh:
                keep(self.course, self.assignment.name, tally.run(place.width // 2))
        finally:
            dispatch.close()
            ledger.close()
            progress.close()

    def _keep(
        self,
        ledger: Ledger,
        pages: feedback.Pages,
        progress: Progress,
        submission: Submission,
        result: Graded | WorkerLost,
    ) -> None:
        """Records a result, with its pages."""
        self.fresh.append(self._record(ledger, submission, result))
        progress.add(self.fresh[-1])
        if not self.keep:
            shutil.rmtree(self.course.autograded(submission.student, self.assignment.name), True)
        elif self.fresh[-1].status != FAILED:
            pages.outcomes[submission.student] = self.fresh[-1]
            pages.make(submission.student, ledger.entry)  # now, while workers are at the next; see `write`

    def report(self, only: bool = False) -> int:
        """Writes what belongs to the results and prints a table of them. `only`: of the students of this run. Returns
        the exit status."""
        outcomes = self.write()
        shown = [outcome for outcome in outcomes if outcome.student in self.folders or not only]
        self._say(shown)
        for line in policy_lines(self.assignment.name, self.changes, applied=False):
            print(line, file=self.out)
        waiting = any(outcome.status in (MANUAL, FAILED) for outcome in shown)
        return 1 if waiting or self.changes else 0

    def write(self) -> list[Outcome]:
        """Writes grades.csv, the report, and the feedback that is missing or behind. Returns all outcomes."""
        name = self.assignment.name
        upkeep = bring_up_to_date(self.course, outcomes_of(self.course, name))
        self.changes = upkeep.changes
        outcomes = outcomes_of(self.course, name)
        note_changes(self.course, name, outcomes, Why.GRADED)
        write_grades(self.course, name, outcomes)
        write_report(self.course, name, outcomes)
        graded = [outcome.student for outcome in outcomes if outcome.status != FAILED]
        behind = feedback.behind(self.course, name, graded)  # those that failed, and before a kill
        behind += [student for student in upkeep.written if student not in behind]
        _say_feedback(feedback.generate(self.course, name, behind), self.out)
        return outcomes

    def _unchanged(self) -> set[str]:
        """Whose grade stays, known before the first is graded, so that what is left can be counted. Others are read when
        their turn comes; what cannot be read, too."""
        found = set()
        for student in self.folders.keys() & (set() if self.force else self.before.keys()):
            folder = self.folders[student]
            with contextlib.suppress(OSError):
                if is_text(str(folder)) and self._is_done(read(student, folder, self.course.folders.ignore)):
                    found.add(student)
        return found

    def _fresh(self, unchanged: Container[str]) -> Iterator[Submission]:
        """What is to be graded, read only when a worker has room for it."""
        seed = self.seed
        for student, folder in self.folders.items():
            if student in unchanged:
                continue
            if not is_text(str(folder)):
                self.failures.append((student, "", "the name of its folder is not UTF-8; rename the folder"))
                continue
            try:
                submission = read(student, folder, self.course.folders.ignore)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EROFS, errno.EDQUOT):
                    raise
                self.failures.append((student, "", f"{type(error).__name__}: {error}"))
                continue
            together = (student, *self.groups.mates(student))
            submission = replace(submission, codes=tuple(codes_of(self.course, together).values()))
            if not self.groups.waits(submission):
                if seed:  # kept before anything is graded with it, and where nothing is graded not at all
                    keep_seed(self.course, self.assignment.name, seed)
                    seed = ""
                yield submission

    def _is_done(self, submission: Submission) -> bool:
        before = self.before.get(submission.student)
        return (
            before is not None
            and not self.force
            and before.status != FAILED
            and before.submission_digest == submission.digest
            and before.assignment_digest == self.assignment.digest
            and self.course.autograded(submission.student, self.assignment.name).is_dir()
        )

    def _record(self, ledger: Ledger, submission: Submission, result: Graded | WorkerLost) -> Outcome:
        if isinstance(result, Graded):
            before = self.before.get(submission.student)
            same = before is not None and before.submission_digest == submission.digest
            try:
                return ledger.record(submission, result, same)
            except Exception as error:
                if isinstance(error, WrongUse | OSError) or refusal(error):
                    raise  # the disk or the gradebook: the next submission would fare no better
                result = WorkerLost(f"{type(error).__name__}: {error}")
        return record_failure(
            self.course, self.assignment, submission.student, submission.digest, str(result)
        )

    def _say(self, outcomes: Sequence[Outcome]) -> None:
        fresh, seconds = len(self.fresh), time.monotonic() - self.started
        before = len(outcomes) - fresh
        speed = f"{fresh} graded in {duration(seconds)}" + (
            f", {seconds / fresh:.1f} s each" if fresh else ""
        )
        kept = f"; {before} unchanged since last time (--force grades them again)" if before else ""
        print(f"\n{self.assignment.name}: {speed}{kept}\n{table(outcomes)}", file=self.out)
        for outcome in self.fresh:
            earlier = self.before.get(outcome.student)
            if earlier and FAILED not in (earlier.status, outcome.status) and earlier.score != outcome.score:
                name = printable(outcome.student)
                late = wording.late(outcome.late, outcome.penalty)
                why = f" ({late})" if abs(earlier.penalty - outcome.penalty) > NEAR and late else ""
                print(f"  changed: {name} {earlier.score:g} -> {outcome.score:g}{why}", file=self.out)
        reports = self.course.reports(self.assignment.name).relative_to(self.course.root)
        print(f"\nGrades   {reports}/grades.csv\nReport   {reports}/report.html", file=self.out)
        print(f"Pages    {self.course.folders.feedback_directory}/", file=self.out)


def audit_split(
    course: Path, assignment: str, *, sandbox: str = "auto", tag: bool = False, out: TextIO = sys.stdout
) -> int:
    """Compares the reference solution's points in one kernel and in two. Returns 0, 1 with findings, or 2.

    `tag`: gives the cells that are named the tag student-kernel, in the source, once they are shown.
    """

    def look(opened: Course, loaded: Assignment, place: Workplace) -> tuple[bool, str]:
        found = audit_the_split(opened, loaded, place.rules, place.grade, afresh=True)
        words = explain(assignment, found)
        if tag and found.problems:
            words += "".join(f"\ntagged: {each}" for each in _tagged(opened, assignment, found.problems))
        return bool(found.problems) and not tag, words

    return _audit(look, course, assignment, sandbox, out)


def _tagged(course: Course, assignment: str, problems: Sequence[Problem]) -> list[str]:
    """The notebooks in which cells got the tag; one that is built from a text file says so."""
    found = []
    for path in write_tags(course, assignment, problems):
        paired = path.parent.parent / f"{assignment}.py"
        adopt = f" (then: autograder adopt {path.relative_to(course.root)})" if paired.is_file() else ""
        found.append(f"{path.relative_to(course.root)}{adopt}")
    return found


def audit_lazy(course: Path, assignment: str, *, sandbox: str = "auto", out: TextIO = sys.stdout) -> int:
    """Grades answers without content, and names tests that they pass. Returns 0, 1 with findings, or 2."""

    def look(opened: Course, loaded: Assignment, place: Workplace) -> tuple[bool, str]:
        found = lazily_passed(opened, loaded, place.rules, place.grade)
        return bool(found), explain_lazy(assignment, found)

    return _audit(look, course, assignment, sandbox, out)


def _audit(
    look: Callable[[Course, Assignment, Workplace], tuple[bool, str]],
    course: Path, assignment: str, sandbox: str, out: TextIO,
) -> int:  # fmt: skip
    with report_errors(out) as status, course_lock(course) as opened:
        loaded = patiently(lambda: load_assignment(opened, assignment))
        rules = make_rules(opened, sandbox, None, MEMORY)
        with workplace.this_machine(opened, rules, 1) as place:
            found, words = look(opened, loaded, place)
        print(words, file=out)
        status.append(1 if found else 0)
    return status[0]


def _say_feedback(failed: dict[str, str], out: TextIO) -> None:
    for student, why in failed.items():
        print(f"No feedback page for {printable(student)}: {printable(why)}", file=out)

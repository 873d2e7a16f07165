"""Keeps the result of a submission: gradebook, autograded folder, journal, in an order that survives a kill.

`grade` calls this from its one main thread, so that the gradebook has one writer. The graded notebooks are
written beside their place first; then the gradebook is filled in; then one rename puts the folder in its
place; then the journal gets its line. Whatever is interrupted lacks that line and is simply done again.
"""

import glob
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.utils import parse_utc

from autograder.core.files import swap_folder, write_files
from autograder.core.records import Reason, ReasonKind
from autograder.core.text import plain
from autograder.course.course import Course
from autograder.course.gradebook import patiently, refusal
from autograder.course.model import Assignment, Submission
from autograder.course.policies import Late
from autograder.results import journal
from autograder.results.graded import Graded
from autograder.results.late import LateWork
from autograder.results.merged import from_entry, whole
from autograder.results.outcome import FAILED, GRADED, NEAR, Outcome

Result = TypeVar("Result")


class Ledger:
    """The gradebook, opened once for a whole run, with the folders and the journal that belong to it.

    `entry`: what the gradebook has of the submission that was recorded last, for its pages.
    """

    entry: SubmittedAssignment | None = None

    def __init__(self, course: Course, assignment: Assignment):
        self.course, self.assignment = course, assignment
        self.late = LateWork(course)
        self.gradebook: Gradebook = course.gradebook()
        self._patiently(lambda: self.late.agree(self.gradebook, assignment.name))
        for left in (_new(assignment.name), _old(assignment.name)):  # by a run that was killed
            for folder in glob.glob(str(course.autograded("*", left))):  # noqa: PTH207  nbgrader's own pattern
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Closes the gradebook."""
        self.gradebook.close()

    def record(self, submission: Submission, graded: Graded, same: bool = False) -> Outcome:
        """Keeps a graded submission. `same`: it is what was graded before, byte for byte.

        Raises OSError where the disk refuses, WrongUse where the gradebook stays locked, and ValueError where
        a graded cell gives a number that cannot be its points.
        """
        name, student = self.assignment.name, submission.student
        final = self.course.autograded(student, name)
        staged = final.with_name(_new(name))
        try:
            self._stage(submission, graded, staged)
            late = self._patiently(lambda: self._fill(submission, graded, same))
            swap_folder(staged, final, final.with_name(_old(final.name)))
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        kept = Outcome(
            student=student,
            assignment=name,
            status=GRADED,
            score=0.0,
            max_score=0.0,
            reason=graded.reason,
            repairs=graded.repairs,
            seconds=graded.seconds,
            questions=(),
            submission_digest=submission.digest,
            assignment_digest=self.assignment.digest,
            findings=graded.findings,
            incidents=graded.incidents,
            fingerprints=graded.fingerprints,
            flags=graded.flags,
            late=late,
        )
        self.entry = self._patiently(lambda: whole(self.gradebook, name, student))
        outcome = from_entry(self.entry, kept)
        journal.append(self.course.journal(name), outcome)
        self.gradebook.db.expunge_all()  # or the session would hold the whole class
        return outcome

    def _patiently(self, action: Callable[[], Result]) -> Result:
        def clean_action() -> Result:
            try:
                return action()
            except Exception as error:
                self.gradebook.db.rollback()
                if refused := refusal(error):
                    raise refused from error
                raise

        return patiently(clean_action)

    def _stage(self, submission: Submission, graded: Graded, staged: Path) -> None:
        """Makes the autograded folder, complete, under a name beside its place that nbgrader does not look at."""
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        texts = {f"{name}.ipynb": text.encode() for name, text in graded.notebooks.items()}
        if submission.timestamp:
            texts["timestamp.txt"] = submission.timestamp.encode()
        write_files({**graded.files, **texts}, staged)
        mode = 0o664 if self.course.folders.groupshared else 0o444
        for path in staged.rglob("*"):
            if path.is_file():
                path.chmod(mode)

    def _fill(self, submission: Submission, graded: Graded, same: bool) -> Late | None:
        """What nbgrader's SaveAutoGrades and AssignLatePenalties do cell by cell, in two transactions. Returns what
        being late means for it.

        But for one thing: nbgrader has every grade that a person gave confirmed after each run. Here it stands
        where neither the work nor the points that the tests give have changed since.
        """
        gradebook = self.gradebook
        gradebook.update_or_create_student(submission.student)
        entry = self._entry(submission)
        marks = {(mark.notebook, mark.cell): mark for mark in graded.marks}
        for notebook in entry.notebooks:
            notebook.late_submission_penalty = None
            for grade in notebook.grades:
                mark = marks.get((notebook.name, grade.name))
                if notebook.name in graded.missing:
                    grade.auto_score, grade.needs_manual_grade = 0, False
                elif mark is not None:
                    stands = same and not grade.needs_manual_grade and _equal(grade.auto_score, mark.score)
                    grade.auto_score = mark.score
                    by_hand = grade.manual_score is not None
                    grade.needs_manual_grade = not stands if by_hand else mark.score is None
            for comment in notebook.comments:
                silent = (notebook.name, comment.name) in graded.unanswered
                comment.auto_comment = "No response." if silent else None
        self.late.set_deadline(entry)
        late = self.late.terms(gradebook, entry)
        gradebook.db.commit()  # and the scores are computed anew
        if late:
            self.late.set_penalty(entry, late)
            gradebook.db.commit()
        gradebook.db.expire_all()
        return late

    def _entry(self, submission: Submission) -> SubmittedAssignment:
        """What nbgrader's update_or_create_submission gives, read as a whole; not committed where it was there."""
        name, student, gradebook = self.assignment.name, submission.student, self.gradebook
        try:
            entry = whole(gradebook, name, student)
        except MissingEntry:
            made = {"timestamp": submission.timestamp} if submission.timestamp else {}
            gradebook.add_submission(name, student, **made)
            return whole(gradebook, name, student)
        if submission.timestamp:
            entry.timestamp = parse_utc(submission.timestamp)
        return entry


def record_failure(course: Course, assignment: Assignment, student: str, digest: str, why: str) -> Outcome:
    """Keeps in the journal that a submission could not be graded through no fault of the student's."""
    last = [line for line in why.splitlines() if line.strip()]
    reason = Reason(ReasonKind.NOT_GRADED, text=plain(last[-1] if last else why, 300))
    outcome = Outcome(
        student, assignment.name, FAILED, 0.0, 0.0, reason, (), 0.0, (), digest, assignment.digest
    )
    journal.append(course.journal(assignment.name), outcome)
    return outcome


def _equal(before: float | None, now: float | None) -> bool:
    """Whether two results of the tests are the same; None is that of a cell without any."""
    return before is now if before is None or now is None else math.isclose(before, now, abs_tol=NEAR)


def _new(assignment: str) -> str:
    return f".{assignment}.new"


def _old(assignment: str) -> str:
    return f".{assignment}.old"

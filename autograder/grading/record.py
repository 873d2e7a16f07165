"""Keeps the result of a submission: gradebook, autograded folder, journal, in an order that survives a kill.

`grade` calls this from its one main thread, so that the gradebook has one writer. The graded notebooks are
written beside their place first; then the gradebook is filled in; then one rename puts the folder in its
place; then the journal gets its line. Whatever is interrupted lacks that line and is simply done again.
"""

import glob
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import OperationalError

from autograder.grading import journal
from autograder.grading.course import Course, preprocessors
from autograder.grading.database import refusal
from autograder.grading.model import (
    FAILED,
    GRADED,
    MANUAL,
    ZERO,
    Assignment,
    Graded,
    Outcome,
    Question,
    Submission,
    WrongUse,
    plain,
)
from autograder.grading.work import write_files

PATIENCE = 60.0  # seconds to wait for a gradebook that another program holds
Result = TypeVar("Result")


class Ledger:
    """The gradebook, opened once for a whole run, with the folders and the journal that belong to it."""

    def __init__(self, course: Course, assignment: Assignment):
        self.course, self.assignment = course, assignment
        self.gradebook: Gradebook = course.gradebook()
        self.late = [
            cls
            for cls in preprocessors(Autograde(config=course.config).autograde_preprocessors)
            if issubclass(cls, AssignLatePenalties)
        ]
        for left in (_new(assignment.name), _old(assignment.name)):  # by a run that was killed
            for folder in glob.glob(str(course.autograded("*", left))):  # noqa: PTH207  nbgrader's own pattern
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Closes the gradebook."""
        self.gradebook.close()

    def record(self, submission: Submission, graded: Graded) -> Outcome:
        """Keeps a graded submission.

        Raises OSError where the disk refuses, WrongUse where the gradebook stays locked, and ValueError where
        a graded cell gives a number that cannot be its points.
        """
        name, student = self.assignment.name, submission.student
        final = self.course.autograded(student, name)
        staged = final.with_name(_new(name))
        try:
            self._stage(submission, graded, staged)
            self._patiently(lambda: self._fill(submission, graded))
            _swap(staged, final)
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
            mistakes=graded.mistakes,
            submission_digest=submission.digest,
            assignment_digest=self.assignment.digest,
            costs=graded.costs,
        )
        outcome = self._patiently(lambda: _from_gradebook(self.gradebook, kept))
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

    def _fill(self, submission: Submission, graded: Graded) -> None:
        """What nbgrader's SaveAutoGrades does cell by cell, in one transaction."""
        name, gradebook = self.assignment.name, self.gradebook
        gradebook.update_or_create_student(submission.student)
        timestamp = {"timestamp": submission.timestamp} if submission.timestamp else {}
        entry = gradebook.update_or_create_submission(name, submission.student, **timestamp)
        marks = {(mark.notebook, mark.cell): mark for mark in graded.marks}
        for notebook in entry.notebooks:
            notebook.late_submission_penalty = None
            for grade in notebook.grades:
                mark = marks.get((notebook.name, grade.name))
                if notebook.name in graded.missing:
                    grade.auto_score, grade.needs_manual_grade = 0, False
                elif mark is not None:
                    grade.auto_score = mark.score
                    # A person's grade stands, and waits to be confirmed.
                    grade.needs_manual_grade = grade.manual_score is not None or mark.score is None
            for comment in notebook.comments:
                silent = (notebook.name, comment.name) in graded.unanswered
                comment.auto_comment = "No response." if silent else None
        late = entry.total_seconds_late > 0
        gradebook.db.commit()
        for cls in self.late if late else ():
            for notebook_name, text in graded.notebooks.items():
                about = {"notebook": notebook_name, "assignment": name, "student": submission.student}
                resources = {"nbgrader": {**about, "db_url": self.course.folders.db_url}}
                cls(config=self.course.config)(nbformat.reads(text, 4), resources)
        gradebook.db.expire_all()


def record_failure(course: Course, assignment: Assignment, student: str, digest: str, why: str) -> Outcome:
    """Keeps in the journal that a submission could not be graded through no fault of the student's."""
    last = [line for line in why.splitlines() if line.strip()]
    reason = plain(last[-1] if last else why, 300)
    outcome = Outcome(
        student, assignment.name, FAILED, 0.0, 0.0, reason, (), 0.0, (), (), digest, assignment.digest
    )
    journal.append(course.journal(assignment.name), outcome)
    return outcome


def refresh(course: Course, outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes with scores and status as the gradebook has them now, manual grades included.

    What the gradebook does not know (any more) is left out.
    """
    refreshed = []
    with course.gradebook() as gradebook:
        for outcome in outcomes:
            with suppress(MissingEntry):
                refreshed.append(outcome if outcome.status == FAILED else _from_gradebook(gradebook, outcome))
    return refreshed


def _from_gradebook(gradebook: Gradebook, outcome: Outcome) -> Outcome:
    submission = gradebook.find_submission(outcome.assignment, outcome.student)
    grades = sorted(
        (grade for notebook in submission.notebooks for grade in notebook.grades),
        key=lambda grade: (grade.notebook.name, grade.name),
    )
    questions = tuple(
        Question(
            notebook=grade.notebook.name,
            cell=grade.name,
            score=None if grade.auto_score is None and grade.manual_score is None else grade.score,
            max_score=grade.max_score,
        )
        for grade in grades
    )
    score = max(0.0, submission.score - (submission.late_submission_penalty or 0.0))
    by_hand = any(grade.needs_manual_grade for grade in grades)
    changed = {
        "status": MANUAL if by_hand else GRADED if score else ZERO,
        "score": score,
        "max_score": submission.max_score,
        "questions": questions,
    }
    return Outcome(**{**outcome.__dict__, **changed})


def _new(assignment: str) -> str:
    return f".{assignment}.new"


def _old(assignment: str) -> str:
    return f".{assignment}.old"


def _swap(staged: Path, final: Path) -> None:
    old = final.with_name(_old(final.name))
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    staged.rename(final)
    shutil.rmtree(old, ignore_errors=True)


def patiently(action: Callable[[], Result], patience: float = PATIENCE) -> Result:
    """Does something with the gradebook, again and again while another program keeps it locked."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return action()
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            if time.monotonic() > deadline:
                raise WrongUse(
                    f"The gradebook has been locked by another program for {patience:.0f} s. Close what"
                    " uses it (the formgrader,\nanother nbgrader command), then type the same command again:"
                    " what is graded is kept."
                ) from error
            time.sleep(0.2)

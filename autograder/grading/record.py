"""Keeps the result of a submission: gradebook, autograded folder, journal, in an order that survives a kill.

`grade` calls `record` from its one main thread, so that the gradebook has one writer. The graded notebooks
are written beside their place first; then the gradebook is filled in; then one rename puts the folder in its
place; then the journal gets its line. Whatever is interrupted lacks that line and is simply done again.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from nbformat.v4 import new_output
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from nbgrader.utils import determine_grade, is_grade, is_solution
from sqlalchemy.exc import OperationalError

from autograder.grading import journal
from autograder.grading.course import Course, preprocessors
from autograder.grading.model import (
    FAILED,
    GRADED,
    MANUAL,
    ZERO,
    Assignment,
    Intake,
    Outcome,
    Question,
    Ran,
    Rebuilt,
    WrongUse,
    plain,
)
from autograder.grading.reasons import named_mistakes, reason_for_zero, say
from autograder.grading.rebuild import describe, unanswered

PATIENCE = 60.0  # seconds to wait for a gradebook that another program holds
Result = TypeVar("Result")


def record(
    course: Course, assignment: Assignment, intake: Intake, rebuilt: Mapping[str, Rebuilt], ran: Ran
) -> Outcome:
    """Keeps an executed submission.

    Raises OSError where the disk refuses, WrongUse where the gradebook stays locked, and ValueError where a
    graded cell gives a number that cannot be its points.
    """
    notebooks = dict(ran.notebooks)
    for skeleton in assignment.skeletons:
        if skeleton.name in intake.faults:
            notebooks[skeleton.name] = _not_run(unanswered(skeleton), intake.faults[skeleton.name])
    reason = _reason(notebooks, intake, rebuilt, ran)
    for name, notebook in notebooks.items():
        mine = intake.notes + (rebuilt[name].repairs if name in rebuilt else ())
        if mine or reason:
            notebook.cells.insert(0, describe(mine, reason))
    final = course.autograded(intake.student, assignment.name)
    staged = final.with_name(f".{assignment.name}.new")
    try:
        _stage(course, assignment, intake, notebooks, staged)
        patiently(lambda: _fill_gradebook(course, assignment, intake, notebooks))
        _swap(staged, final)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    outcome = Outcome(
        student=intake.student,
        assignment=assignment.name,
        status=GRADED,
        score=0.0,
        max_score=0.0,
        reason=reason,
        repairs=intake.notes + tuple(repair for each in rebuilt.values() for repair in each.repairs),
        seconds=round(ran.seconds, 2),
        questions=(),
        mistakes=named_mistakes(ran.notebooks),
        submission_digest=intake.digest,
        assignment_digest=assignment.digest,
    )
    outcome = patiently(lambda: refresh(course, [outcome])[0])
    journal.append(course.journal(assignment.name), outcome)
    return outcome


def _reason(notebooks: Mapping[str, Any], intake: Intake, rebuilt: Mapping[str, Rebuilt], ran: Ran) -> str:
    """Why the submission got zero, else what went wrong in parts of it, else nothing."""
    scores = [determine_grade(cell)[0] for nb in notebooks.values() for cell in nb.cells if is_grade(cell)]
    incidents = [incident for each in ran.incidents.values() for incident in each]
    if any(scores) or None in scores:
        return "; ".join(filter(None, [*dict.fromkeys(intake.faults.values()), say(incidents)]))
    untouched = all(each.untouched for each in rebuilt.values())
    return reason_for_zero(ran.notebooks, incidents, untouched, intake.faults)


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


def _not_run(notebook: Any, why: str) -> Any:
    for cell in notebook.cells:
        if is_grade(cell) and not is_solution(cell) and cell.cell_type == "code":
            cell.outputs = [new_output("error", ename="NotRun", evalue=why, traceback=[f"NotRun: {why}"])]
    return notebook


def _stage(
    course: Course, assignment: Assignment, intake: Intake, notebooks: Mapping[str, Any], staged: Path
) -> None:
    """Makes the autograded folder, complete, under a name beside its place that nbgrader does not look at."""
    shutil.rmtree(staged, ignore_errors=True)
    files = dict(intake.files) | assignment.companions
    copy_files(files, staged)
    if intake.timestamp:
        (staged / "timestamp.txt").write_text(intake.timestamp, encoding="utf-8")
    for name, notebook in notebooks.items():
        (staged / f"{name}.ipynb").write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    mode = 0o664 if course.folders.groupshared else 0o444
    for path in staged.rglob("*"):
        if path.is_file():
            path.chmod(mode)


def copy_files(files: Mapping[str, Path], folder: Path) -> None:
    """Copies files to their relative paths in a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name, follow_symlinks=False)


def _swap(staged: Path, final: Path) -> None:
    old = final.with_name(f".{final.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    staged.rename(final)
    shutil.rmtree(old, ignore_errors=True)


def _fill_gradebook(
    course: Course, assignment: Assignment, intake: Intake, notebooks: Mapping[str, Any]
) -> None:
    """What nbgrader's Autograde does to the gradebook, with its own preprocessors."""
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student(intake.student)
        timestamp = {"timestamp": intake.timestamp} if intake.timestamp else {}
        submission = gradebook.update_or_create_submission(assignment.name, intake.student, **timestamp)
        for notebook in submission.notebooks:
            for grade in notebook.grades if notebook.name in intake.faults else ():
                grade.auto_score, grade.needs_manual_grade = 0, False
        gradebook.db.commit()
    for name, notebook in notebooks.items():
        about = {"notebook": name, "assignment": assignment.name, "student": intake.student}
        resources = {"nbgrader": {**about, "db_url": course.folders.db_url}}
        for cls in preprocessors(Autograde(config=course.config).autograde_preprocessors):
            if issubclass(cls, SaveAutoGrades | AssignLatePenalties):
                cls(config=course.config)(notebook, resources)


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

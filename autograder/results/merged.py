"""Merged outcomes: the journal's outcomes with the gradebook's current scores, grades given by hand
included; `grade` and every report ask."""

import functools
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from nbgrader.api import Assignment as Assigned
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload, undefer

from autograder.course.course import Course
from autograder.course.gradebook import patiently
from autograder.results import journal
from autograder.results.headings import in_order
from autograder.results.outcome import FAILED, GRADED, MANUAL, ZERO, Outcome, Question

AT_ONCE = 200  # submissions read from the gradebook at once


def outcomes_of(course: Course, assignment: str, students: Container[str] | None = None) -> list[Outcome]:
    """Everyone's outcome by name, or that of some `students`: scores as the gradebook has them now, questions in the
    notebooks' order."""
    kept = journal.read_journal(course.journal(assignment))
    there = course.submissions(assignment)
    named = [student for student in sorted(kept) if students is None or student in students]
    wanted = [kept[student] for student in named if kept[student].status != FAILED or student in there]
    found = patiently(lambda: refresh(course, wanted)) if wanted else []
    place = in_order(course, assignment)
    return [
        replace(each, questions=tuple(sorted(each.questions, key=lambda question: place(question.key))))
        for each in found
    ]


def refresh(course: Course, outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes with scores and status as the gradebook has them now, manual grades included.

    Submissions that the gradebook does not have (any more) are left out.
    """
    with course.gradebook() as gradebook:
        now = {
            (outcome.assignment, outcome.student): from_entry(entry, outcome)
            for outcome, entry in entries_of(gradebook, outcomes)
        }
    places = [(each, (each.assignment, each.student)) for each in outcomes]
    return [
        each if each.status == FAILED else now[key]
        for each, key in places
        if each.status == FAILED or key in now
    ]


def entries_of(
    gradebook: Gradebook, outcomes: Sequence[Outcome]
) -> Iterator[tuple[Outcome, SubmittedAssignment]]:
    """Each outcome that the gradebook knows with its submission there, all of it loaded. What is changed of one is sent
    to the database; committing it is the caller's."""
    for start in range(0, len(outcomes), AT_ONCE):
        some = [outcome for outcome in outcomes[start : start + AT_ONCE] if outcome.status != FAILED]
        found = _entries(gradebook, {each.assignment for each in some}, [each.student for each in some])
        for outcome in some:
            entry = found.get((outcome.assignment, outcome.student))
            if entry is not None:
                yield outcome, entry
        gradebook.db.flush()
        gradebook.db.expunge_all()


def entries_for(
    gradebook: Gradebook, assignment: str, students: Sequence[str]
) -> Iterator[SubmittedAssignment]:
    """The submissions of these students to an assignment, all of each loaded."""
    for start in range(0, len(students), AT_ONCE):
        yield from _entries(gradebook, {assignment}, students[start : start + AT_ONCE]).values()


def names_of(course: Course) -> dict[str, str]:
    """The names of the gradebook's students by id, "" where only the id is known."""
    with course.gradebook() as gradebook:
        return {
            each.id: " ".join(filter(None, (each.first_name, each.last_name))) for each in gradebook.students
        }


def _entries(
    gradebook: Gradebook, assignments: Iterable[str], students: Sequence[str]
) -> dict[tuple[str, str], SubmittedAssignment]:
    """Submissions by assignment and student, with all that `from_entry` reads, in a handful of queries.

    Asked one by one, as nbgrader's API does it, a class of 3,000 takes half a minute.
    """
    named = Assigned.name.in_(assignments), SubmittedAssignment.student_id.in_(students)
    entries = gradebook.db.scalars(_statement().where(*named))
    return {(entry.assignment.name, entry.student_id): entry for entry in entries}


def whole(gradebook: Gradebook, assignment: str, student: str) -> SubmittedAssignment:
    """A submission as the gradebook has it now, with notebooks, grades, comments and all of their scores.

    In six queries: read attribute by attribute, as nbgrader's API does it, it takes sixty. What it has stays readable
    when it is taken out of the session. Raises MissingEntry where the gradebook does not know it.
    """
    wanted = {"assignment": assignment, "student": student}
    found = gradebook.db.scalars(_whole_statement(), wanted).one_or_none()
    if found is None:
        raise MissingEntry(f"No such submission: {assignment} for {student}")
    return found


@functools.cache
def _whole_statement() -> Select[Any]:
    """Made once: that takes as long as the queries do."""
    pages = selectinload(SubmittedAssignment.notebooks).options(
        selectinload(SubmittedNotebook.comments).selectinload(Comment.cell),
        undefer(SubmittedNotebook.score),
        undefer(SubmittedNotebook.max_score),
    )
    named = Assigned.name == bindparam("assignment"), SubmittedAssignment.student_id == bindparam("student")
    return _statement().where(*named).options(pages).execution_options(populate_existing=True)


def _statement() -> Select[Any]:
    """Submissions with their assignments, grades and scores."""
    grades = selectinload(SubmittedNotebook.grades).options(
        selectinload(Grade.cell), undefer(Grade.max_score)
    )
    notebooks = selectinload(SubmittedAssignment.notebooks).options(
        joinedload(SubmittedNotebook.notebook), grades
    )
    return (
        select(SubmittedAssignment)
        .join(SubmittedAssignment.assignment)
        .options(
            contains_eager(SubmittedAssignment.assignment),
            notebooks,
            undefer(SubmittedAssignment.score),
            undefer(SubmittedAssignment.max_score),
            undefer(SubmittedAssignment.late_submission_penalty),
        )
    )


def from_entry(submission: SubmittedAssignment, outcome: Outcome) -> Outcome:
    """One submission's outcome; `submission`: as `whole` reads it."""
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
    penalty = min(submission.score, submission.late_submission_penalty or 0.0)
    score = max(0.0, submission.score - penalty)
    by_hand = any(grade.needs_manual_grade for grade in grades)
    changed = {
        "status": MANUAL if by_hand else GRADED if score else ZERO,
        "score": score,
        "max_score": submission.max_score,
        "questions": questions,
        "penalty": penalty,
        "until": submission.duedate.isoformat(sep=" ") if submission.extension else "",
    }
    return Outcome(**{**outcome.__dict__, **changed})

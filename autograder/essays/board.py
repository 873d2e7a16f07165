"""Where each answer to a question stands: the gradebook's points and comments beside the rubric and the marks kept here.

The desk shows a board, the command prints it, and `marking` compares what a reader saw with it. Looking takes no lock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

from nbgrader.api import Assignment as Assigned
from nbgrader.api import BaseCell, Comment, Grade, Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select

from autograder.course.course import Course
from autograder.course.gradebook import patiently
from autograder.essays.answers import Answer, Question, answers_to
from autograder.essays.claims import Claim, read_claims
from autograder.essays.records import Mark, Rubric, digest, read_reading
from autograder.results.outcome import NEAR


class State(StrEnum):
    """Where an answer stands."""

    WAITING = auto()  # nobody has read it
    AGAIN = auto()  # it has points, and the submission has changed since
    READ = auto()  # it has points
    BLANK = auto()  # nothing was written, and so it has no points; nobody has to read it


@dataclass(frozen=True)
class Standing:
    """One answer. `points` and `comment` as the gradebook has them, `extra` (the formgrader's extra credit) not in
    `points`; `items`, `adjust`, `note`, `by`, `when` of the mark kept here.

    `elsewhere`: points or comment were given in the formgrader; `same`: the answer is the one that was read.
    `token` changes with anything of this.
    """

    student: str
    group: str
    state: State
    points: float | None
    extra: float
    comment: str
    elsewhere: bool
    same: bool
    items: tuple[str, ...]
    adjust: float
    note: str
    by: str
    when: str
    token: str


@dataclass(frozen=True)
class Group:
    """Answers that differ in nothing but blanks. `key` stays while they do; `answer`: one of them."""

    key: str
    students: tuple[str, ...]
    answer: Answer
    claim: Claim | None


@dataclass(frozen=True)
class Board:
    """One question: groups in an order that tells nothing of the students, and where each student's answer stands."""

    question: Question
    rubric: Rubric
    groups: tuple[Group, ...]
    standings: dict[str, Standing]

    @property
    def version(self) -> str:
        """Changes with anything that the board shows."""
        claims = [each.claim for each in self.groups]
        return digest({"rubric": self.rubric, "standings": self.standings, "claims": claims})

    def count(self, *states: State) -> int:
        """How many answers stand so."""
        return sum(each.state in states for each in self.standings.values())


@dataclass(frozen=True)
class Given:
    """The gradebook's rows of an answer."""

    grade: Grade
    comment: Comment | None


def open_board(course: Course, gradebook: Gradebook, assignment: str, question: Question) -> Board:
    """The board of a question, as it is now."""
    given = patiently(lambda: given_to(gradebook, assignment, question))
    read = read_reading(course, assignment).of(question.key)
    answers = answers_to(course, assignment, question, sorted(given))
    claims = read_claims(course, assignment).of(question.key)
    standings = {
        each.student: standing(given[each.student], each, read.marks.get(each.student)) for each in answers
    }
    by_group: dict[str, list[Answer]] = {}
    for each in answers:
        by_group.setdefault(each.group, []).append(each)
    order = sorted(by_group, key=lambda group: (-len(by_group[group]), group))
    groups = tuple(
        Group(key, tuple(each.student for each in by_group[key]), by_group[key][0], claims.get(key))
        for key in order
    )
    return Board(question, read.rubric, groups, standings)


def given_to(
    gradebook: Gradebook, assignment: str, question: Question, students: Iterable[str] | None = None
) -> dict[str, Given]:
    """The gradebook's rows of a question, by student; of some students or of all."""
    grades = _rows(gradebook, Grade, assignment, question, students)
    comments = _rows(gradebook, Comment, assignment, question, students)
    return {student: Given(grade, comments.get(student)) for student, grade in grades.items()}


def _rows(
    gradebook: Gradebook, kind: Any, assignment: str, question: Question, students: Iterable[str] | None
) -> dict[str, Any]:
    statement = (
        select(SubmittedAssignment.student_id, kind)
        .join(SubmittedNotebook, kind.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assigned, SubmittedAssignment.assignment_id == Assigned.id)
        .join(BaseCell, kind.cell_id == BaseCell.id)
        .join(Notebook, BaseCell.notebook_id == Notebook.id)
        .where(
            Assigned.name == assignment, Notebook.name == question.notebook, BaseCell.name == question.cell
        )
    )
    if students is not None:
        statement = statement.where(SubmittedAssignment.student_id.in_(list(students)))
    return {student: row for student, row in gradebook.db.execute(statement)}


def standing(given: Given, answer: Answer, mark: Mark | None) -> Standing:
    """Where an answer stands."""
    grade, comment = given.grade, (given.comment.manual_comment if given.comment else "") or ""
    by_hand, extra = grade.manual_score, grade.extra_credit or 0.0
    if by_hand is None:
        elsewhere = bool(comment) and (mark is None or comment != mark.said)
        state = State.WAITING if grade.auto_score is None else State.BLANK
        mark = None  # taken back in the formgrader
    else:
        ours = mark is not None and abs(by_hand - mark.given) <= NEAR and comment == mark.said
        elsewhere = not ours
        state = State.AGAIN if grade.needs_manual_grade else State.READ
    values = (by_hand, grade.auto_score, extra, grade.needs_manual_grade, comment, mark, answer.digest)
    return Standing(
        student=answer.student,
        group=answer.group,
        state=state,
        points=by_hand if by_hand is not None else grade.auto_score,
        extra=extra,
        comment=comment,
        elsewhere=elsewhere,
        same=mark is None or mark.answer == answer.digest,
        items=mark.items if mark else (),
        adjust=mark.adjust if mark else 0.0,
        note=mark.note if mark else "",
        by=mark.by if mark else "",
        when=mark.when if mark else "",
        token=digest({str(number): value for number, value in enumerate(values)}),
    )

"""A board for a browser: what students wrote as safe HTML, and what is other since the last look as data alone.

The desk sends `Shown` as JSON; `Pulse` is what it asks for every few seconds.
"""

import functools
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course.course import Course, open_course
from autograder.essays.answers import Question
from autograder.essays.board import Board, Standing, State, open_board
from autograder.essays.claims import Claim
from autograder.essays.records import Item, Rubric
from autograder.pages.feedback import feedback_config
from autograder.pages.safe_pages import SafePages
from autograder.results.merged import names_of


@dataclass(frozen=True)
class Shared:
    """Answers that differ in nothing but blanks, as HTML; `printed`: what the code showed, as text."""

    key: str
    students: tuple[str, ...]
    html: str
    printed: str
    blank: bool


@dataclass(frozen=True)
class Pulse:
    """What may change while somebody reads. `groups`: of each student; a new one has to be asked for (`Shown`)."""

    version: str
    rubric: Rubric
    standings: dict[str, Standing]
    claims: dict[str, Claim]


@dataclass(frozen=True)
class Shown:
    """All that a page of one question shows. `most`: points; `names`: of students by id, "" where only that is known."""

    assignment: str
    notebook: str
    cell: str
    title: str
    most: float
    prompt: str
    model: str
    proposed: tuple[Item, ...]
    groups: tuple[Shared, ...]
    names: dict[str, str]
    pulse: Pulse


@dataclass(frozen=True)
class Listed:
    """A question in the list of an assignment: how many answers stand how, in how many groups; `readers`: who has
    answers just now."""

    notebook: str
    cell: str
    title: str
    most: float
    waiting: int
    again: int
    read: int
    blank: int
    elsewhere: int
    groups: int
    readers: tuple[str, ...]


def listed(board: Board) -> Listed:
    """A board in one line."""
    question, standings = board.question, board.standings.values()
    return Listed(
        *question.key,
        title=question.title,
        most=question.most,
        waiting=board.count(State.WAITING),
        again=board.count(State.AGAIN),
        read=board.count(State.READ),
        blank=board.count(State.BLANK),
        elsewhere=sum(each.elsewhere for each in standings),
        groups=len(board.groups),
        readers=tuple(sorted({each.claim.by for each in board.groups if each.claim})),
    )


def pulse(board: Board) -> Pulse:
    """The part of a board that changes."""
    claims = {each.key: each.claim for each in board.groups if each.claim}
    return Pulse(board.version, board.rubric, board.standings, claims)


def show(course: Course, gradebook: Gradebook, assignment: str, question: Question) -> Shown:
    """A question with everything."""
    board = open_board(course, gradebook, assignment, question)
    page = _pages(course.root)
    typeset = page.code if question.code else page.text
    groups = tuple(
        Shared(
            each.key,
            each.students,
            page.code(each.answer.source)
            if question.code
            else page.text(each.answer.source, each.answer.attachments),
            each.answer.printed,
            each.answer.blank,
        )
        for each in board.groups
    )
    return Shown(
        assignment,
        *question.key,
        title=question.title,
        most=question.most,
        prompt=page.text(question.prompt),
        model=typeset(question.model) if question.model else "",
        proposed=question.proposed,
        groups=groups,
        names={student: name for student, name in names_of(course).items() if student in board.standings},
        pulse=pulse(board),
    )


@functools.lru_cache(4)
def _pages(root: Path) -> SafePages:
    """Made once for a course: what it has typeset, it remembers."""
    return SafePages(config=feedback_config(open_course(root)))

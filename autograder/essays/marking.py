"""Gives answers their points: readers side by side, none over the other; the desk and `commands.essays` call it.

Whoever changes something says what they saw (`Standing.token`, `Rubric.version`). Where that is another by now, nothing
is written, and the result says what is there instead; so it is where the points come from the formgrader, or another
reader has the answer. Points and comment are written into the gradebook first, then what is kept here, then the log of
changes: after a crash between, the points stand as if the formgrader had given them.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum, auto

from nbgrader.api import Gradebook

from autograder.core.errors import WrongUse
from autograder.course.course import Course
from autograder.course.gradebook import patiently
from autograder.course.runtime import CourseBusy, alone
from autograder.essays.answers import Answer, Question, answers_to
from autograder.essays.board import Given, Standing, given_to, standing
from autograder.essays.claims import Claim, check_reader, read_claims
from autograder.essays.records import (
    Item,
    Mark,
    Read,
    Reading,
    Rubric,
    Start,
    read_reading,
    write_reading,
)
from autograder.results.changes import Why, note_changes
from autograder.results.late import bring_up_to_date
from autograder.results.merged import outcomes_of
from autograder.results.outcome import NEAR

PATIENCE = 2.0  # seconds to wait for another reader's mark
ID = re.compile(r"r\d{1,6}")
MOST_ITEMS, LONGEST, LONGEST_NOTE = 40, 400, 10_000  # items; characters


@dataclass(frozen=True)
class Wanted:
    """What an answer is to get; see `records.Mark`."""

    items: tuple[str, ...] = ()
    adjust: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Order:
    """What a reader wants for an answer whose token they saw; None takes back what was given."""

    seen: str
    wanted: Wanted | None


class Hindrance(StrEnum):
    """Why nothing was written."""

    STALE = auto()  # an answer, its points or the rubric are others than those that were seen
    CLAIMED = auto()  # another reader has the group
    ELSEWHERE = auto()  # points or comment were given in the formgrader: ask, then `over`
    NO_ITEM = auto()  # an item that the rubric does not have (any more)
    BUSY = auto()  # a run has the course's lock


@dataclass(frozen=True)
class Refusal:
    """Nothing was written. `standings` of those that hinder, and the `rubric`, are as they are now."""

    why: Hindrance
    standings: tuple[Standing, ...] = ()
    rubric: Rubric = field(default_factory=Rubric)
    claim: Claim | None = None


@dataclass(frozen=True)
class Done:
    """What is there now: the standings of those of whom something was written, and the rubric.

    `left`: students who keep what the formgrader gave them though the rubric has changed.
    """

    standings: tuple[Standing, ...]
    rubric: Rubric
    left: tuple[str, ...] = ()


Result = Done | Refusal


def mark(
    course: Course,
    assignment: str,
    question: Question,
    orders: Mapping[str, Order],
    who: str,
    *,
    over: bool = False,
    take: bool = False,
) -> Result:
    """Carries out orders, by student: all of them or none.

    `over`: also where the formgrader gave something; `take`: also where another reader has the group. Raises WrongUse
    where a value can never be right.
    """
    for wanted in {order.wanted for order in orders.values()} or {None}:
        _check(wanted, who)
    asked = {name for order in orders.values() if order.wanted for name in order.wanted.items}

    def change(place: "_Place") -> Result:
        now = place.standings(orders)
        if gone := orders.keys() - now.keys():
            raise WrongUse(
                f"{', '.join(sorted(gone))}: there is no graded answer. Expected students of the board."
            )
        rubric = place.read.rubric
        if stale := tuple(each for each in now.values() if each.token != orders[each.student].seen):
            return Refusal(Hindrance.STALE, stale, rubric)
        claims = {
            group: each
            for group, each in read_claims(course, assignment).of(question.key).items()
            if each.by != who
        }
        held = tuple(each for each in now.values() if each.group in claims)
        if held and not take:
            return Refusal(Hindrance.CLAIMED, held, rubric, claims[held[0].group])
        if not over and (given := tuple(each for each in now.values() if each.elsewhere)):
            return Refusal(Hindrance.ELSEWHERE, given, rubric)
        if any(rubric.item(name) is None for name in asked):
            return Refusal(Hindrance.NO_ITEM, rubric=rubric)
        marks = dict(place.read.marks)
        for student, order in orders.items():
            given_now = place.give(student, order.wanted, who)
            if given_now:
                marks[student] = given_now
            else:
                marks.pop(student, None)
        place.read = replace(place.read, marks=marks)
        return place.done(now)

    return _changing(course, assignment, question, orders, who, question.cell, change)


def set_rubric(
    course: Course,
    assignment: str,
    question: Question,
    start: Start,
    items: Sequence[Item],
    seen: int,
    who: str,
) -> Result:
    """Changes the rubric, and with it the points of every answer that has one of its items.

    `seen`: the version of the rubric that was changed; an item whose id is "" is new, one that is missing is taken from
    all answers. Raises WrongUse where an item cannot be right.
    """
    _check(None, who)

    def change(place: "_Place") -> Result:
        before = place.read
        if before.rubric.version != seen:
            return Refusal(Hindrance.STALE, rubric=before.rubric)
        named, last = _named(items, before.rubric)
        rubric = Rubric(start, named, seen + 1, last)
        now = place.standings(before.marks)
        place.read = replace(before, rubric=rubric)
        marks = dict(before.marks)
        changed: list[str] = []
        for student, each in before.marks.items():
            kept = replace(each, items=tuple(name for name in each.items if rubric.item(name)))
            marks[student] = kept
            if student in now and not now[student].elsewhere:
                again = place.give(student, Wanted(kept.items, kept.adjust, kept.note), who, confirm=False)
                if again and (abs(again.given - each.given) > NEAR or again.said != each.said):
                    marks[student] = replace(again, answer=each.answer, by=each.by, when=each.when)
                    changed.append(student)
        place.read = Read(rubric, marks)
        left = tuple(student for student, each in now.items() if each.elsewhere)
        return place.done(changed, left)

    return _changing(course, assignment, question, None, who, f"{question.cell}: rubric", change)


class _Place:
    """What a change works on, while it has the course's lock."""

    def __init__(self, course: Course, assignment: str, question: Question, gradebook: Gradebook):
        self.course, self.assignment, self.question, self.gradebook = course, assignment, question, gradebook
        self.reading: Reading = read_reading(course, assignment)
        self.read = self.reading.of(question.key)
        self.given: dict[str, Given] = {}
        self.answers: dict[str, Answer] = {}

    def standings(self, students: Collection[str]) -> dict[str, Standing]:
        """Where these students' answers stand, of those that there are."""
        self.given = given_to(self.gradebook, self.assignment, self.question, students)
        found = answers_to(self.course, self.assignment, self.question, sorted(self.given))
        self.answers = {each.student: each for each in found}
        return {student: self.standing(student) for student in self.answers}

    def standing(self, student: str) -> Standing:
        return standing(self.given[student], self.answers[student], self.read.marks.get(student))

    def give(self, student: str, wanted: Wanted | None, who: str, confirm: bool = True) -> Mark | None:
        """Puts points and comment into the gradebook's rows. `confirm`: somebody has read the answer as it is now."""
        grade, comment = self.given[student].grade, self.given[student].comment
        if wanted is None:
            grade.manual_score, grade.needs_manual_grade = None, grade.auto_score is None
            if comment:
                comment.manual_comment = None
            return None
        rubric = self.read.rubric
        items = tuple(each.id for each in rubric.items if each.id in wanted.items)
        points = rubric.points(items, wanted.adjust, self.question.most)
        said = rubric.comment(items, wanted.adjust, wanted.note)
        grade.manual_score = points
        if confirm:
            grade.needs_manual_grade = False
        if comment:
            comment.manual_comment = said or None
        answer = self.answers[student].digest
        return Mark(items, wanted.adjust, wanted.note, answer, points, said, who, _now())

    def done(self, students: Collection[str], left: tuple[str, ...] = ()) -> Done:
        """Commits, and keeps what belongs to it."""
        # Before the commit: after it SQLAlchemy would read each row anew, one by one.
        standings = tuple(self.standing(student) for student in students)
        self.gradebook.db.commit()
        self.reading = self.reading.with_read(self.question.key, self.read)
        write_reading(self.course, self.assignment, self.reading)
        return Done(standings, self.read.rubric, left)


def _changing(
    course: Course,
    assignment: str,
    question: Question,
    students: Collection[str] | None,
    who: str,
    note: str,
    change: Callable[[_Place], Result],
) -> Result:
    """Has something changed of these students, or of all, under the course's lock; late penalties follow, and the log
    has who it was."""
    try:
        with alone(course, PATIENCE):
            # What the formgrader has changed since is logged as such first.
            note_changes(course, assignment, outcomes_of(course, assignment, students), Why.GRADED)

            def attempt() -> Result:
                with course.gradebook() as gradebook:
                    return change(_Place(course, assignment, question, gradebook))

            result = patiently(attempt)
            if isinstance(result, Done) and result.standings:
                changed = {each.student for each in result.standings}
                bring_up_to_date(course, outcomes_of(course, assignment, changed))
                after = outcomes_of(course, assignment, changed)
                note_changes(course, assignment, after, Why.ESSAY, note, who)
            return result
    except CourseBusy:
        return Refusal(Hindrance.BUSY)


def _named(items: Sequence[Item], before: Rubric) -> tuple[tuple[Item, ...], int]:
    """The items checked, new ones with ids that no item had before, and the highest number of an id."""
    if len(items) > MOST_ITEMS:
        raise WrongUse(f"Found {len(items)} items in a rubric, expected {MOST_ITEMS} at most.")
    known = [each.id for each in items if each.id]
    if len(set(known)) < len(known):
        raise WrongUse(f"Two items of a rubric have one id: {', '.join(known)}.")
    numbers = [int(name[1:]) for name in known if ID.fullmatch(name)]
    if len(numbers) < len(known):
        raise WrongUse(
            f"Found the ids {', '.join(known)}, expected r1, r2 and so on; a new item has the id ''."
        )
    last = max([before.last, *numbers, *(int(each.id[1:]) for each in before.items)])
    found = []
    for each in items:
        text = " ".join(each.text.split())
        if not 0 < len(text) <= LONGEST:
            raise WrongUse(f"An item of a rubric has {len(text)} characters, expected 1 to {LONGEST}.")
        if not math.isfinite(each.points) or abs(each.points) > 1000:
            raise WrongUse(f"The item {text!r} is worth {each.points:g} points, expected -1000 to 1000.")
        last += not each.id
        found.append(Item(each.id or f"r{last}", text, each.points))
    return tuple(found), last


def _check(wanted: Wanted | None, who: str) -> None:
    check_reader(who)
    if wanted and (not math.isfinite(wanted.adjust) or abs(wanted.adjust) > 1000):
        raise WrongUse(f"Found {wanted.adjust:g} points besides the rubric's, expected -1000 to 1000.")
    if wanted and len(wanted.note) > LONGEST_NOTE:
        raise WrongUse(f"A comment has {len(wanted.note)} characters, expected {LONGEST_NOTE} at most.")


def _now() -> str:
    return datetime.now(UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")

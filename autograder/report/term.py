"""A term's gradebook: everybody's marks over all assignments, totals by weights, what is missing, who falls behind.

`term_pages` shows it. Marks come from nbgrader's gradebook, grades given by hand included; weights, categories, sections
and who is excused from course.toml. What is not graded yet counts for nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum, auto
from statistics import mean

from nbgrader.api import SubmittedAssignment

from autograder.course.course import Course
from autograder.course.platforms import read_platforms
from autograder.course.policies import Policies
from autograder.results.late import LateWork
from autograder.results.merged import entries_for, names_of
from autograder.results.outcome import NEAR

HALF = 0.5  # of all points so far: below it somebody falls behind
FALL = 0.25  # of an assignment's points, that the last two are below the mean of those before
LAST = 2  # assignments that "lately" is


class State(StrEnum):
    """What there is of a student for an assignment."""

    GRADED = auto()
    PENDING = auto()  # an answer waits for a person
    UNGRADED = auto()  # handed in, not graded
    MISSING = auto()  # nothing was handed in, and the deadline is over
    OPEN = auto()  # nothing was handed in, and there is time
    EXCUSED = auto()


class Behind(StrEnum):
    """Why somebody falls behind."""

    MISSING = auto()  # handed in nothing for the last LAST assignments
    LOW = auto()  # has less than HALF of all points so far
    FALLING = auto()  # the last LAST are FALL below those before


@dataclass(frozen=True)
class Mark:
    """One student's mark for one assignment: `score` of `most` points that are graded, `penalty` taken off.

    `seconds`: how late; `until`: the student's own deadline; `dropped`: it is one of the lowest, which do not count.
    """

    assignment: str
    state: State
    score: float = 0.0
    most: float = 0.0
    penalty: float = 0.0
    seconds: float = 0.0
    free_days: int = 0
    until: str = ""
    dropped: bool = False

    @property
    def share(self) -> float | None:
        """The share of the points; None where it does not count (yet)."""
        if self.state is State.MISSING:
            return 0.0
        return self.score / self.most if self.state in (State.GRADED, State.PENDING) and self.most else None


@dataclass(frozen=True)
class Row:
    """One student. `categories`: the share in each, None where nothing counts yet; `total`: of all, by weights."""

    student: str
    name: str
    section: str
    marks: tuple[Mark, ...]
    categories: dict[str, float | None]
    total: float | None
    behind: tuple[Behind, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The assignments for which nothing was handed in."""
        return tuple(mark.assignment for mark in self.marks if mark.state is State.MISSING)

    @property
    def provisional(self) -> bool:
        """Whether something of the student waits for a person or is not graded."""
        return any(mark.state in (State.PENDING, State.UNGRADED) for mark in self.marks)


@dataclass(frozen=True)
class Term:
    """Everybody, by name. `weights`: of categories; `apart`: assignments in no category where there are categories."""

    assignments: tuple[str, ...]
    weights: dict[str, float]
    apart: tuple[str, ...]
    rows: tuple[Row, ...]


def term_of(course: Course, now: datetime | None = None) -> Term:
    """The gradebook of the term as it is `now` (in UTC without a zone)."""
    now = now or datetime.now(UTC).replace(tzinfo=None)
    work, platforms, names = LateWork(course), read_platforms(course), names_of(course)
    marks: dict[str, list[Mark]] = {student: [] for student in names}
    with course.gradebook() as gradebook:
        dues = {each.name: each.duedate for each in gradebook.assignments}
        known = [name for name in dues if course.submissions(name)]
        order = sorted(known, key=lambda name: (work.policies.planned(name).due or dues[name] or now, name))
        for name in order:
            handed_in = course.submissions(name)
            entries = {e.student_id: e for e in entries_for(gradebook, name, [*names])}
            for student in names:
                entry = entries.get(student)
                due = work.policies.due(name, student, dues[name], platforms.known(student).section)
                if work.policies.is_excused(name, student):
                    mark = Mark(name, State.EXCUSED)
                elif entry is not None:
                    mark = _mark(name, entry, work)
                    late = work.terms(gradebook, entry)
                    mark = replace(mark, free_days=late.free_days if late else 0)
                elif student in handed_in:
                    mark = Mark(name, State.UNGRADED)
                else:
                    mark = Mark(name, State.MISSING if due is None or due < now else State.OPEN)
                marks[student].append(mark)
    rows = [
        _row(student, names[student], platforms.known(student).section, theirs, work.policies)
        for student, theirs in marks.items()
    ]
    weights = {name: each.weight for name, each in work.policies.categories.items()}
    apart = tuple(name for name in order if weights and not work.policies.planned(name).category)
    return Term(tuple(order), weights, apart, tuple(sorted(rows, key=lambda row: (row.name, row.student))))


def _mark(name: str, entry: SubmittedAssignment, work: LateWork) -> Mark:
    grades = [grade for notebook in entry.notebooks for grade in notebook.grades]
    read = [grade for grade in grades if grade.auto_score is not None or grade.manual_score is not None]
    whole = float(sum(grade.score for grade in read))
    penalty = min(whole, float(sum(each.late_submission_penalty or 0.0 for each in entry.notebooks)))
    waits = len(read) < len(grades) or any(grade.needs_manual_grade for grade in grades)
    most = float(sum(grade.max_score for grade in read))
    state = State.PENDING if waits else State.GRADED
    until = entry.duedate.isoformat(sep=" ") if entry.assignment.duedate and entry.extension else ""
    return Mark(name, state, whole - penalty, most, penalty, float(entry.total_seconds_late), until=until)


def _row(student: str, name: str, section: str, marks: Sequence[Mark], policies: Policies) -> Row:
    kept = _with_dropped(marks, policies)
    categories = {
        each: _average((m for m in kept if policies.planned(m.assignment).category == each), policies)
        for each in policies.categories
    }
    if categories:
        total = _weighted((policies.categories[each].weight, share) for each, share in categories.items())
    else:
        total = _average(kept, policies)
    section = policies.section_of(student, section)
    return Row(student, name, section, kept, categories, total, tuple(_behind(kept, total)))


def _with_dropped(marks: Sequence[Mark], policies: Policies) -> tuple[Mark, ...]:
    """The marks, the lowest of each category marked as dropped; one always counts."""
    dropped: set[str] = set()
    for name, category in policies.categories.items():
        mine = [m for m in marks if policies.planned(m.assignment).category == name and m.share is not None]
        lowest = sorted(mine, key=lambda mark: (mark.share, mark.assignment))
        dropped |= {mark.assignment for mark in lowest[: min(category.drop_lowest, len(mine) - 1)]}
    return tuple(replace(mark, dropped=mark.assignment in dropped) for mark in marks)


def _average(marks: Iterable[Mark], policies: Policies) -> float | None:
    return _weighted((policies.planned(m.assignment).weight, None if m.dropped else m.share) for m in marks)


def _weighted(shares: Iterable[tuple[float, float | None]]) -> float | None:
    """The mean by weights of what there is."""
    known = [(weight, share) for weight, share in shares if share is not None]
    whole = sum(weight for weight, _ in known)
    return sum(weight * share for weight, share in known) / whole if whole > NEAR else None


def _behind(marks: Sequence[Mark], total: float | None) -> Iterable[Behind]:
    over = [mark for mark in marks if mark.share is not None]
    lately, before = over[-LAST:], over[:-LAST]
    if len(lately) == LAST and all(mark.state is State.MISSING for mark in lately):
        yield Behind.MISSING
    if total is not None and total < HALF:
        yield Behind.LOW
    if before and len(lately) == LAST and _mean(lately) < _mean(before) - FALL:
        yield Behind.FALLING


def _mean(marks: Sequence[Mark]) -> float:
    return mean(mark.share or 0.0 for mark in marks)

"""What the page shows of a course: where each assignment stands, one of them with everybody, requests, the term.

All of it is read by the functions that the commands use; nothing here is stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.commands.progress import WHY
from autograder.core.errors import WrongUse
from autograder.course.course import Course
from autograder.course.platforms import read_platforms
from autograder.course.policies import Extension
from autograder.course.policies_file import read_policies
from autograder.report.count import scores_of
from autograder.report.term import Term, term_of
from autograder.results import wording
from autograder.results.changes import read_changes
from autograder.results.merged import names_of, outcomes_of
from autograder.results.outcome import FAILED, MANUAL, ZERO, Outcome, namer
from autograder.results.requests import Request, State, read_requests

RETURNED = ("return-canvas.zip", "return-moodle.zip")


@dataclass(frozen=True)
class Standing:
    """Where an assignment stands. Numbers of students: `collected`, `graded`, `ungraded` (of those collected), `essays`
    (some answer waits for a person), `again` (of these: all have points, but the work or its tests have changed since a
    person gave them), `zeros`, `failed` (could not be graded), `pages` (have feedback); `answers` that wait. `mean`: as
    in the report, a share of the points, `provisional` while answers wait; None where nothing is graded. `due`,
    `returned`: in UTC, "" where there is none.
    """

    name: str
    source: bool
    released: bool
    due: str
    collected: int
    graded: int
    ungraded: int
    essays: int
    answers: int
    again: int
    zeros: int
    failed: int
    mean: float | None
    provisional: bool
    pages: int
    returned: str
    requests: int


@dataclass(frozen=True)
class Overview:
    """The course."""

    title: str
    folder: str
    students: int
    assignments: tuple[Standing, ...]


@dataclass(frozen=True)
class Cell:
    """A graded cell of a student: `cell` as requests have it, `name` with its notebook where there are several; `score`
    is None while it waits."""

    cell: str
    name: str
    score: float | None
    most: float


@dataclass(frozen=True)
class StudentRow:
    """A student who handed in. `status`: as outcomes have it, "" where nothing is graded; `reason`, `late`: in words;
    `until`: the student's own deadline in UTC; `pages`: names of feedback files."""

    student: str
    name: str
    section: str
    status: str
    score: float
    most: float
    reason: str
    late: str
    until: str
    cells: tuple[Cell, ...]
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Detail:
    """An assignment. `missing`: students of the gradebook who handed in nothing; `excused`: who need not; `files`: of
    its reports' folder."""

    standing: Standing
    rows: tuple[StudentRow, ...]
    missing: tuple[str, ...]
    excused: tuple[str, ...]
    extensions: tuple[Extension, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class GradeChanged:
    """A change of a student's grade; `why` in words, `note`: the words of whoever decided it."""

    when: str
    by: str
    why: str
    before: float | None
    after: float
    note: str


@dataclass(frozen=True)
class StudentDetail:
    """A student's work for an assignment, with the log of changes, the latest first, and regrade requests."""

    row: StudentRow
    changes: tuple[GradeChanged, ...]
    requests: tuple[Request, ...]


@dataclass(frozen=True)
class TermView:
    """The term; what `autograder term` has written: `files`, and whose `pages`."""

    term: Term
    files: tuple[str, ...]
    pages: tuple[str, ...]


def overview(course: Course) -> Overview:
    """Where everything stands."""
    open_requests = [each for each in read_requests(course) if each.state is State.OPEN]
    dues = _dues(course)
    standings = tuple(
        _standing(course, name, outcomes_of(course, name), dues.get(name), open_requests)
        for name in course.assignments()
    )
    title = course.folders.course_id or course.root.name
    return Overview(title, str(course.root), len(names_of(course)), standings)


def detail(course: Course, name: str) -> Detail:
    """One assignment. Raises WrongUse where there is none of this name."""
    if name not in course.assignments():
        raise WrongUse(f"There is no assignment {name!r}.")
    outcomes = outcomes_of(course, name)
    open_requests = [each for each in read_requests(course) if each.state is State.OPEN]
    standing = _standing(course, name, outcomes, _dues(course).get(name), open_requests)
    names, handed_in = names_of(course), course.submissions(name)
    rows = _rows(course, name, outcomes, names, handed_in)
    policies, absent = read_policies(course), sorted(names.keys() - handed_in.keys())
    excused = tuple(each for each in absent if policies.is_excused(name, each))
    missing = tuple(each for each in absent if each not in excused)
    extensions = tuple(each for each in policies.extension if each.assignment == name)
    return Detail(standing, rows, missing, excused, extensions, _files(course.reports(name)))


def student(course: Course, name: str, student: str) -> StudentDetail:
    """A student's work for an assignment. Raises WrongUse where there is none."""
    if name not in course.assignments() or student not in course.submissions(name):
        raise WrongUse(f"There is no submission of {name!r} by {student!r}.")
    outcomes = [each for each in outcomes_of(course, name) if each.student == student]
    (row,) = _rows(course, name, outcomes, names_of(course), [student])
    changes = tuple(
        GradeChanged(each.when, each.by, WHY[each.why], each.before, each.after, each.note)
        for each in reversed(read_changes(course, name))
        if each.student == student
    )
    asked = tuple(e for e in requests(course) if (e.assignment, e.student) == (name, student))
    return StudentDetail(row, changes, asked)


def requests(course: Course) -> list[Request]:
    """All regrade requests, the open ones first."""
    return sorted(read_requests(course), key=lambda each: (each.state is not State.OPEN, -each.number))


def term(course: Course) -> TermView:
    """The gradebook over the term."""
    folder = course.reports("term")
    pages = tuple(name.removesuffix(".html") for name in _files(folder / "students"))
    return TermView(term_of(course), _files(folder), pages)


def _standing(
    course: Course,
    name: str,
    outcomes: Sequence[Outcome],
    due: datetime | None,
    open_requests: Sequence[Request],
) -> Standing:
    handed_in = course.submissions(name)
    done = [each for each in outcomes if each.status != FAILED]
    scores = scores_of(done, namer(q.key for each in done for q in each.questions))
    zips = [path for each in RETURNED if (path := course.reports(name) / each).is_file()]
    latest = max((path.stat().st_mtime for path in zips), default=None)
    due = read_policies(course).planned(name).due or due
    return Standing(
        name=name,
        source=_has_notebook(course.step(course.folders.source_directory, name)),
        released=_has_notebook(course.step(course.folders.release_directory, name)),
        due=f"{due:%Y-%m-%d %H:%M}" if due else "",
        collected=len(handed_in),
        graded=len(done),
        ungraded=len(handed_in.keys() - {each.student for each in done}),
        essays=sum(each.status == MANUAL for each in done),
        answers=sum(q.score is None for each in done for q in each.questions),
        again=sum(
            each.status == MANUAL and all(q.score is not None for q in each.questions) for each in done
        ),
        zeros=sum(each.status == ZERO for each in done),
        failed=len(outcomes) - len(done),
        mean=scores.mean / scores.max_score if scores.mean is not None and scores.max_score else None,
        provisional=scores.provisional,
        pages=sum(course.feedback(each.student, name).is_dir() for each in done),
        returned=f"{datetime.fromtimestamp(latest, UTC):%Y-%m-%d %H:%M}" if latest else "",
        requests=sum(each.assignment == name for each in open_requests),
    )


def _rows(
    course: Course,
    name: str,
    outcomes: Sequence[Outcome],
    names: Mapping[str, str],
    students: Iterable[str],
) -> tuple[StudentRow, ...]:
    policies, platforms = read_policies(course), read_platforms(course)
    found = {each.student: each for each in outcomes}
    rows = []
    for student in students:
        section = policies.section_of(student, platforms.known(student).section)
        own = policies.extension_of(name, student)
        until = f"{own.until:%Y-%m-%d %H:%M}" if own else ""
        rows.append(_row(course, name, student, found.get(student), (names.get(student, ""), section, until)))
    return tuple(rows)


def _row(
    course: Course, assignment: str, student: str, outcome: Outcome | None, about: tuple[str, str, str]
) -> StudentRow:
    name, section, until = about
    folder = course.feedback(student, assignment)
    pages = tuple(sorted(path.name for path in folder.glob("*.html"))) if folder.is_dir() else ()
    if outcome is None:
        return StudentRow(student, name, section, "", 0.0, 0.0, "", "", until, (), pages)
    called = namer(q.key for q in outcome.questions)
    return StudentRow(
        student,
        name,
        section,
        outcome.status,
        outcome.score,
        outcome.max_score,
        wording.reason(outcome.reason),
        wording.late(outcome.late, outcome.penalty),
        until or outcome.until,
        tuple(Cell(q.cell, called(q.key), q.score, q.max_score) for q in outcome.questions),
        pages,
    )


def _dues(course: Course) -> dict[str, datetime | None]:
    with course.gradebook() as gradebook:
        return {each.name: each.duedate for each in gradebook.assignments}


def _has_notebook(folder: Path) -> bool:
    return folder.is_dir() and any(folder.glob("*.ipynb"))


def _files(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_file())) if folder.is_dir() else ()

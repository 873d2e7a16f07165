"""`autograder request`, `decide`, `requests` and `changes`: disputed grades, and who changed which grade and why."""

import shlex
import sys
from pathlib import Path
from typing import TextIO

from autograder.commands.progress import WHY
from autograder.core.errors import WrongUse
from autograder.core.text import counted, plain, printable
from autograder.course.course import Course, did_you_mean
from autograder.course.runtime import course_lock, report_errors
from autograder.export.grades_csv import write_grades
from autograder.pages import feedback
from autograder.report.report import write_report
from autograder.results.changes import Why, note_changes, read_changes
from autograder.results.late import bring_up_to_date
from autograder.results.merged import outcomes_of
from autograder.results.outcome import NEAR, Outcome, Question
from autograder.results.requests import Request, State, add_request, close_request, read_requests

STATES = {State.OPEN: "open", State.ACCEPTED: "accepted", State.REFUSED: "refused"}


def open_request(
    course: Path,
    assignment: str,
    student: str,
    cell: str,
    text: str,
    *,
    db: str = "",
    out: TextIO = sys.stdout,
) -> int:
    """Keeps a student's request about a graded cell. Returns 0, or 2 where there is no such grade."""
    with report_errors(out) as status, course_lock(course, db) as opened:
        question = _question(opened, assignment, student, cell)
        made = add_request(opened, assignment, student, question.key, text, question.score)
        print(_line(made), file=out)
        status.append(0)
    return status[0]


def decide(
    course: Path, number: int, points: float | None, why: str, *, db: str = "", out: TextIO = sys.stdout
) -> int:
    """Decides a request: the cell gets `points`, or keeps those it has where None; pages and reports follow.

    Returns 0, or 2 where there is no such open request, or the cell cannot have so many points.
    """
    with report_errors(out) as status, course_lock(course, db) as opened:
        requests = {each.number: each for each in read_requests(opened)}
        request = requests.get(number)
        if request is None or request.state is not State.OPEN:
            still = [str(each.number) for each in requests.values() if each.state is State.OPEN]
            raise WrongUse(f"Found no open request {number}; open are: {', '.join(still) or 'none'}.")
        name, student = request.assignment, request.student
        question = _question(opened, name, student, request.cell, request.notebook)
        if points is not None and not 0 <= points <= question.max_score:
            raise WrongUse(
                f"Found {points:g} points, expected from 0 to {question.max_score:g} for {request.cell}."
            )
        note_changes(opened, name, outcomes_of(opened, name), Why.GRADED)  # what was changed before
        if points is not None:
            _give(opened, request, points)
            bring_up_to_date(opened, outcomes_of(opened, name, {student}))
        closed = close_request(opened, request, points, why)
        outcomes = outcomes_of(opened, name)
        note_changes(opened, name, outcomes, Why.REQUEST, why)
        write_grades(opened, name, outcomes)
        write_report(opened, name, outcomes)
        failed = feedback.generate(opened, name, [student])
        print(_line(closed), *(f"No page: {why}" for why in failed.values()), sep="\n", file=out)
        status.append(0)
    return status[0]


def list_requests(course: Path, everything: bool = False, *, db: str = "", out: TextIO = sys.stdout) -> int:
    """Prints the open requests, or all. Returns 0, or 1 while any is open."""
    with report_errors(out) as status, course_lock(course, db) as opened:
        requests = read_requests(opened)
        still = [each for each in requests if each.state is State.OPEN]
        print(f"{counted(len(still), 'open request')}, {len(requests) - len(still)} decided", file=out)
        for each in requests if everything else still:
            print(_line(each), file=out)
        status.append(1 if still else 0)
    return status[0]


def list_changes(
    course: Path, assignment: str, student: str = "", *, db: str = "", out: TextIO = sys.stdout
) -> int:
    """Prints who changed which grade when, from, to and why. Returns 0, or 2 where there is no such assignment."""
    with report_errors(out) as status, course_lock(course, db) as opened:
        _check(opened, assignment, "autograder changes {}")
        note_changes(opened, assignment, outcomes_of(opened, assignment), Why.GRADED)
        for each in read_changes(opened, assignment):
            if student in ("", each.student):
                before = "-" if each.before is None else f"{each.before:g}"
                note = f": {plain(each.note)}" if each.note else ""
                who = printable(each.student)
                print(
                    f"{each.when}  {who}  {before} -> {each.after:g}  {WHY[each.why]} by {each.by}{note}",
                    file=out,
                )
        status.append(0)
    return status[0]


def _question(course: Course, assignment: str, student: str, cell: str, notebook: str = "") -> Question:
    """The graded cell of a student's submission. Raises WrongUse with what is there instead."""
    _check(course, assignment, f"autograder request {{}} {shlex.quote(student)} CELL TEXT")
    outcomes: dict[str, Outcome] = {each.student: each for each in outcomes_of(course, assignment)}
    if student not in outcomes:
        command = f"autograder request {shlex.quote(assignment)} {{}} {shlex.quote(cell)} TEXT"
        raise WrongUse(
            f"{student!r} has no grade for {assignment}."
            + did_you_mean(student, list(outcomes), "student", command)
        )
    found = [q for q in outcomes[student].questions if q.cell == cell and notebook in ("", q.notebook)]
    if not found:
        cells = [question.cell for question in outcomes[student].questions]
        command = f"autograder request {shlex.quote(assignment)} {shlex.quote(student)} {{}} TEXT"
        raise WrongUse(
            f"There is no graded cell {cell!r}." + did_you_mean(cell, cells, "graded cell", command)
        )
    return found[0]


def _check(course: Course, assignment: str, command: str) -> None:
    known = course.assignments()
    if assignment not in known:
        raise WrongUse(
            f"There is no assignment {assignment!r}." + did_you_mean(assignment, known, "assignment", command)
        )


def _give(course: Course, request: Request, points: float) -> None:
    """Points given by a person, as the formgrader stores them."""
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade(request.cell, request.notebook, request.assignment, request.student)
        extra = grade.extra_credit or 0.0
        grade.manual_score = max(0.0, points - extra) if extra > NEAR else points
        grade.needs_manual_grade = False
        gradebook.db.commit()


def _line(request: Request) -> str:
    before = "-" if request.before is None else f"{request.before:g}"
    after = "" if request.after is None else f" -> {request.after:g}"
    said = f"; {request.by}, {request.decided}: {plain(request.why)}" if request.decided else ""
    about = f"{request.assignment} {printable(request.student)} {request.cell}"
    return f"{request.number:4}  {STATES[request.state]:8}  {about}  {before}{after}  {plain(request.text)}{said}"

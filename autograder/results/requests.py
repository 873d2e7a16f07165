"""Regrade requests: what a student asks about a graded cell, and what was decided, in `.autograder/requests.json`."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum, auto
from pathlib import Path

from autograder.core.environment import user
from autograder.core.errors import WrongUse
from autograder.core.files import write_text
from autograder.core.json_records import from_json, to_json
from autograder.course.course import Course


class State(StrEnum):
    """What became of a request."""

    OPEN = auto()
    ACCEPTED = auto()  # with other points
    REFUSED = auto()  # the points stay


@dataclass(frozen=True)
class Request:
    """One request. `before` and `after` are the points of the cell; times in UTC; `why`: the words of the decision."""

    number: int
    assignment: str
    student: str
    notebook: str
    cell: str
    text: str
    opened: str
    before: float | None
    state: State = State.OPEN
    after: float | None = None
    why: str = ""
    by: str = ""
    decided: str = ""


def read_requests(course: Course) -> list[Request]:
    """All requests by number. Raises WrongUse where somebody has broken the file."""
    path = _path(course)
    try:
        return from_json(list[Request], path.read_bytes()) if path.is_file() else []
    except ValueError as error:
        raise WrongUse(f"{path} cannot be read ({error}). Put a backup in its place.") from error


def add_request(
    course: Course, assignment: str, student: str, cell: tuple[str, str], text: str, before: float | None
) -> Request:
    """Keeps a new request. Raises WrongUse where the same cell has an open one."""
    known = read_requests(course)
    for each in known:
        same = (each.assignment, each.student, (each.notebook, each.cell)) == (assignment, student, cell)
        if same and each.state is State.OPEN:
            raise WrongUse(
                f"Request {each.number} on this cell is open already. Decide it first:\n"
                f"  autograder decide {each.number} --points N --why WORDS\n"
                f"  autograder decide {each.number} --refuse --why WORDS"
            )
    made = Request(len(known) + 1, assignment, student, *cell, text, _now(), before)
    _write(course, [*known, made])
    return made


def close_request(course: Course, request: Request, points: float | None, why: str) -> Request:
    """Keeps the decision: other `points`, or None where they stay."""
    state = State.REFUSED if points is None else State.ACCEPTED
    closed = replace(request, state=state, after=points, why=why, by=user(), decided=_now())
    _write(course, [closed if each.number == request.number else each for each in read_requests(course)])
    return closed


def _write(course: Course, requests: list[Request]) -> None:
    write_text(_path(course), to_json(requests, indent=1) + "\n")


def _path(course: Course) -> Path:
    return course.private / "requests.json"


def _now() -> str:
    return datetime.now(UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")

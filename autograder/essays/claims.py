"""Who reads which answers just now: leases, so that two readers do not read the same group.

They are kept apart from the marks, in `.autograder/essays/ASSIGNMENT.claims.json` with a lock of its own: a reader may
take the next group while somebody else's mark, or a whole run, has the course's lock. A lease ends by itself, and may be
taken over; what makes marks safe are the tokens of `marking`, not these.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock

from autograder.core.errors import WrongUse
from autograder.core.files import write_text
from autograder.core.json_records import from_json, to_json
from autograder.course.course import Course
from autograder.results.outcome import Key

LEASE = timedelta(minutes=10)  # from the last sign of life
LONGEST = 80  # characters of a reader's name


@dataclass(frozen=True)
class Claim:
    """A reader has a group, since and until (UTC)."""

    by: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Claims:
    """Claims by NOTEBOOK/CELL, then by group."""

    questions: dict[str, dict[str, Claim]] = field(default_factory=dict)

    def of(self, key: Key, now: datetime | None = None) -> dict[str, Claim]:
        """The claims of a question that hold now."""
        now = now or datetime.now(UTC)
        return {
            group: claim
            for group, claim in self.questions.get("/".join(key), {}).items()
            if claim.until > now
        }


def read_claims(course: Course, assignment: str) -> Claims:
    """Those that are kept; a broken file holds none, for nothing is lost with it."""
    path = _path(course, assignment)
    try:
        return from_json(Claims, path.read_bytes()) if path.is_file() else Claims()
    except ValueError:
        return Claims()


def claim(course: Course, assignment: str, key: Key, group: str, who: str, take: bool = False) -> Claim:
    """Takes a group for a reader, or prolongs their lease. Returns the claim that holds: another reader's stays, unless
    `take`. A reader has one group of a question at a time. Raises WrongUse where `who` can be nobody's name."""
    check_reader(who)
    with _changing(course, assignment) as claims:
        now = datetime.now(UTC)
        held = claims.of(key, now)
        there = held.get(group)
        if there and there.by != who and not take:
            return there
        mine = Claim(who, there.since if there and there.by == who else now, now + LEASE)
        others = {name: each for name, each in held.items() if each.by != who}
        _write(course, assignment, claims, key, {**others, group: mine})
        return mine


def check_reader(who: str) -> None:
    """Raises WrongUse where this can be nobody's name."""
    if not 0 < len(who.strip()) <= LONGEST or not who.isprintable():
        raise WrongUse(f"Found {who!r} as the reader's name, expected 1 to {LONGEST} printable characters.")


def release(course: Course, assignment: str, key: Key, who: str) -> None:
    """Gives back what a reader has of a question."""
    with _changing(course, assignment) as claims:
        held = claims.of(key)
        _write(course, assignment, claims, key, {name: each for name, each in held.items() if each.by != who})


@contextmanager
def _changing(course: Course, assignment: str) -> Iterator[Claims]:
    course.make_private()
    path = _path(course, assignment)
    path.parent.mkdir(exist_ok=True)
    with FileLock(path.with_suffix(".lock"), timeout=10):
        yield read_claims(course, assignment)


def _write(course: Course, assignment: str, claims: Claims, key: Key, held: dict[str, Claim]) -> None:
    questions = {**claims.questions, "/".join(key): held}
    write_text(_path(course, assignment), to_json(replace(claims, questions=questions), indent=1) + "\n")


def _path(course: Course, assignment: str) -> Path:
    return course.private / "essays" / f"{assignment}.claims.json"

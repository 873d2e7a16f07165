"""The log of every change of a grade: who, when, from, to, why; `grade`, `policy`, `feedback`, `requests` and `essays`
write it.

Each line of `.autograder/ASSIGNMENT.changes.jsonl` has a submission's points after the change, so that the next change
is found by comparing the gradebook with the last line. What a person changed in the formgrader, between two commands, is
found by the next one: points that differ from those the journal kept were given by hand.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum, auto
from pathlib import Path

from autograder.core.environment import user
from autograder.core.json_records import from_json, to_json
from autograder.course.course import Course
from autograder.results.journal import read_journal
from autograder.results.outcome import FAILED, NEAR, Outcome


class Why(StrEnum):
    """What changed a grade. The values stand in logs: a new one may be added, an old one keeps its."""

    GRADED = auto()  # by the grader, a first time or again
    BY_HAND = auto()  # in the formgrader; nbgrader does not say by whom
    POLICY = auto()  # by a policy for late work, or an extension
    REQUEST = auto()  # by the decision on a regrade request
    ESSAY = auto()  # by somebody who read the answer, or who changed the rubric


@dataclass(frozen=True)
class GradeChange:
    """One change. `before` is None for the first grade; `points` by cell (NOTEBOOK/CELL), None while one waits, and
    `penalty`, as they are after it; `when` in UTC; `note`: the words of whoever decided it."""

    student: str
    when: str
    by: str
    why: Why
    before: float | None
    after: float
    points: dict[str, float | None] = field(default_factory=dict)
    penalty: float = 0.0
    note: str = ""


def note_changes(
    course: Course, assignment: str, outcomes: Iterable[Outcome], why: Why, note: str = "", by: str = ""
) -> list[GradeChange]:
    """Logs what differs from the last line of each student, and returns it. `by`: who, the user of this system where
    empty."""
    last = {each.student: each for each in read_changes(course, assignment)}
    kept = read_journal(course.journal(assignment))
    found: list[GradeChange] = []
    when = datetime.now(UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
    for outcome in outcomes:
        if outcome.status == FAILED:
            continue
        points, was = _points(outcome), last.get(outcome.student)
        if was and _same(was.points, points) and abs(was.penalty - outcome.penalty) <= NEAR:
            continue
        own = kept.get(outcome.student)
        by_hand = why is Why.GRADED and own is not None and not _same(_points(own), points)
        about = Why.BY_HAND if by_hand else why
        who = "formgrader" if by_hand else by or user()
        before = was.after if was else None
        found.append(
            GradeChange(
                outcome.student, when, who, about, before, outcome.score, points, outcome.penalty, note
            )
        )
    _append(_path(course, assignment), found)
    return found


def read_changes(course: Course, assignment: str) -> list[GradeChange]:
    """All changes of an assignment, the oldest first; a line cut off by a crash is passed over."""
    path = _path(course, assignment)
    found = []
    for line in path.read_text(encoding="utf-8").split("\n") if path.is_file() else ():
        try:
            found.append(from_json(GradeChange, line))
        except ValueError:
            continue
    return found


def _points(outcome: Outcome) -> dict[str, float | None]:
    return {f"{q.notebook}/{q.cell}": q.score for q in outcome.questions}


def _same(one: Mapping[str, float | None], other: Mapping[str, float | None]) -> bool:
    """Whether all points are equal, but for what makes no difference."""
    if one.keys() != other.keys():
        return False
    pairs = ((one[key], other[key]) for key in one)
    return all(a is b if a is None or b is None else abs(a - b) <= NEAR for a, b in pairs)


def _path(course: Course, assignment: str) -> Path:
    return course.private / f"{assignment}.changes.jsonl"


def _append(path: Path, changes: Sequence[GradeChange]) -> None:
    """Adds lines, after the end of one that a crash cut off, and waits until they are on the disk."""
    if not changes:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{to_json(each)}\n" for each in changes)
    with path.open("a+b") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            text = text if file.read(1) == b"\n" else f"\n{text}"
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())

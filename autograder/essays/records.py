"""What is kept of the reading of essays: rubrics and marks, in `.autograder/essays/ASSIGNMENT.json`.

Points and comments are in the gradebook, where the formgrader, pages and exports find them. What the gradebook has no
place for is here: which items of the rubric an answer got, who read it, and what of it they read. `given` and `said`
repeat what was written into the gradebook: where it has something else now, somebody gave that in the formgrader.

Changing the file needs the course's lock (`marking`); it is replaced in one step, so reading it needs none.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, auto
from pathlib import Path

from autograder.core.errors import WrongUse
from autograder.core.files import write_text
from autograder.core.json_records import from_json, to_json
from autograder.course.course import Course
from autograder.results.outcome import Key


class Start(StrEnum):
    """Where the points of an answer begin. The values stand in files."""

    ZERO = auto()  # items add
    FULL = auto()  # items take off


@dataclass(frozen=True)
class Item:
    """One item of a rubric: what an answer has (or lacks), and the points for it. `id` stays when they change."""

    id: str
    text: str
    points: float


@dataclass(frozen=True)
class Rubric:
    """The items of a question; `version` counts its changes, `last`: the highest number that an id ever had."""

    start: Start = Start.ZERO
    items: tuple[Item, ...] = ()
    version: int = 0
    last: int = 0

    def item(self, id: str) -> Item | None:
        """The item of this id."""
        return next((each for each in self.items if each.id == id), None)

    def points(self, items: Iterable[str], adjust: float, most: float) -> float:
        """The points of an answer with these items, from 0 to `most`. An item that is gone counts for nothing."""
        found = (self.item(each) for each in items)
        start = most if self.start is Start.FULL else 0.0
        whole = start + sum(each.points for each in found if each) + adjust
        return round(min(max(whole, 0.0), most), 6)

    def comment(self, items: Iterable[str], adjust: float, note: str) -> str:
        """What the student reads, in Markdown: the items that applied, and the reader's own words."""
        chosen = set(items)
        lines = [f"- {each.points:+g}: {each.text}" for each in self.items if each.id in chosen]
        lines += [f"- {adjust:+g}: beyond these"] if adjust else []
        return "\n\n".join(filter(None, ("\n".join(lines), note.strip())))


@dataclass(frozen=True)
class Mark:
    """What a reader gave an answer.

    `items`: ids of the rubric's; `adjust`: points besides them; `note`: the reader's own words; `answer`: the digest of
    what was read; `given`, `said`: points and comment as they were written into the gradebook; `when` in UTC.
    """

    items: tuple[str, ...]
    adjust: float
    note: str
    answer: str
    given: float
    said: str
    by: str
    when: str


@dataclass(frozen=True)
class Read:
    """One question: its rubric, and the marks by student."""

    rubric: Rubric = Rubric()
    marks: dict[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """All questions of an assignment, by NOTEBOOK/CELL."""

    questions: dict[str, Read] = field(default_factory=dict)

    def of(self, key: Key) -> Read:
        """What is kept of a question."""
        return self.questions.get("/".join(key), Read())

    def with_read(self, key: Key, read: Read) -> "Reading":
        """The same with another record of a question."""
        return replace(self, questions={**self.questions, "/".join(key): read})


def read_reading(course: Course, assignment: str) -> Reading:
    """What is kept. Raises WrongUse where somebody has broken the file."""
    path = _path(course, assignment)
    try:
        return from_json(Reading, path.read_bytes()) if path.is_file() else Reading()
    except ValueError as error:
        raise WrongUse(f"{path} cannot be read ({error}). Put a backup in its place.") from error


def write_reading(course: Course, assignment: str, reading: Reading) -> None:
    """Keeps it, in one step."""
    write_text(_path(course, assignment), to_json(reading, indent=1) + "\n")


def digest(parts: Mapping[str, object] | str) -> str:
    """A short name for a text or for values, the same for the same; no spreadsheet takes it for a number."""
    text = parts if isinstance(parts, str) else to_json(parts)
    return f"d{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _path(course: Course, assignment: str) -> Path:
    return course.private / "essays" / f"{assignment}.json"

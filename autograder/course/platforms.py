"""What learning platforms call the students and what they handed in; collecting keeps it in the course.

nbgrader's gradebook has no place for it: sections and groups, Moodle's numbers of one assignment, the names of the files
in a download (under which feedback goes back), and which times collecting wrote itself. It is in
`.autograder/platforms.json`; without that file nothing is known, and everything else works.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.core.errors import WrongUse
from autograder.core.files import write_text
from autograder.core.json_records import from_json, to_json
from autograder.course.course import Course
from autograder.course.roster import Person

NAME = "platforms.json"


@dataclass(frozen=True)
class Known:
    """A student: section and group as a platform's file names them, and the platforms whose files name the student.

    `lti`: the id that a platform gives the student in LTI.
    """

    section: str = ""
    group: str = ""
    platforms: tuple[str, ...] = ()
    lti: str = ""


@dataclass(frozen=True)
class Handed:
    """A submission as it was collected last.

    `names`: of its files in the download; `stamp`: what collecting wrote into timestamp.txt; `guessed`: whether that
    time is made up, of somebody who is late by nobody knows how much; `order`: the highest number of its files, which
    grows with each attempt; `draft`: the student has not submitted it.
    """

    platform: str
    names: tuple[str, ...] = ()
    stamp: str = ""
    guessed: bool = False
    order: int = 0
    draft: bool = False


@dataclass(frozen=True)
class Platforms:
    """Students by id; `handed` and Moodle's `numbers` by assignment, then by student."""

    students: dict[str, Known] = field(default_factory=dict)
    handed: dict[str, dict[str, Handed]] = field(default_factory=dict)
    numbers: dict[str, dict[str, str]] = field(default_factory=dict)

    def known(self, student: str) -> Known:
        """What is known of a student."""
        return self.students.get(student, Known())

    @property
    def groups(self) -> dict[str, str]:
        """The group of each student whom a platform's file puts into one."""
        return {student: known.group for student, known in self.students.items() if known.group}

    def with_people(self, assignment: str, people: Iterable[Person], platform: str) -> "Platforms":
        """The same, and what a platform's file says of these people."""
        students, numbers = dict(self.students), dict(self.numbers.get(assignment, {}))
        for each in people:
            was = self.known(each.id)
            theirs = tuple(dict.fromkeys((*was.platforms, platform)))
            students[each.id] = Known(each.section or was.section, each.group or was.group, theirs, was.lti)
            if each.number:
                numbers[each.id] = each.number
        return replace(self, students=students, numbers={**self.numbers, assignment: numbers})

    def with_lti(self, users: Mapping[str, str]) -> "Platforms":
        """The same, and the LTI ids of these students."""
        students = dict(self.students)
        for student, user in users.items():
            was = self.known(student)
            theirs = tuple(dict.fromkeys((*was.platforms, "lti")))
            students[student] = replace(was, platforms=theirs, lti=user)
        return replace(self, students=students)

    def with_handed(self, assignment: str, handed: Mapping[str, Handed]) -> "Platforms":
        """The same, and what was collected just now."""
        return replace(
            self, handed={**self.handed, assignment: {**self.handed.get(assignment, {}), **handed}}
        )


def read_platforms(course: Course) -> Platforms:
    """What collecting has kept. Raises WrongUse where somebody has broken the file."""
    path = _path(course)
    try:
        return from_json(Platforms, path.read_bytes()) if path.is_file() else Platforms()
    except ValueError as error:
        raise WrongUse(
            f"{path} cannot be read ({error}). Move it away, then collect again with --roster:\n  mv {path} {path}.old"
        ) from error


def write_platforms(course: Course, platforms: Platforms) -> None:
    """Keeps it, in one step."""
    course.make_private()
    write_text(_path(course), to_json(platforms, indent=1) + "\n")


def _path(course: Course) -> Path:
    return course.private / NAME

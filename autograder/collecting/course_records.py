"""What collecting reads of a course and keeps in it: roster and deadline in the gradebook, folders of students."""

import contextlib
import re
import shutil
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, Student
from sqlalchemy.engine import make_url

from autograder.collecting.model import Found
from autograder.core.errors import WrongUse
from autograder.core.scratch import temporary_folder
from autograder.course.course import Course, open_course
from autograder.course.policies import Policies
from autograder.course.policies_file import NAME, parse_time, zone
from autograder.course.roster import Person, Roster, read_roster
from autograder.course.runtime import course_lock


@contextlib.contextmanager
def opened(root: Path, db: str, dry_run: bool) -> Iterator[Course]:
    """The course, locked unless nothing is to be written. Raises WrongUse."""
    if not dry_run:
        with course_lock(root, db) as course:
            yield course
        return
    course = open_course(root, db)
    with contextlib.chdir(course.root), temporary_folder("collect-") as scratch:
        url = make_url(course.folders.db_url)
        if url.drivername.startswith(
            "sqlite"
        ):  # nbgrader writes to a gradebook when it opens one, or makes it
            if url.database and _has_content(Path(url.database)):
                shutil.copy(url.database, f"{scratch}/gradebook.db")
            course.config.CourseDirectory.db_url = f"sqlite:///{scratch}/gradebook.db"
            course = replace(course, folders=course.coursedir())
        yield course


def roster_of(course: Course, path: Path | None, column: str) -> Roster:
    """The roster of a file, else what the gradebook knows of students."""
    if path:
        return read_roster(path, column, zone(course))
    return known_students(course)


def known_students(course: Course) -> Roster:
    """The students of the gradebook."""
    people = {}
    with _gradebook(course) as gradebook:
        for each in gradebook.students if gradebook else []:
            first, last = each.first_name or "", each.last_name or ""
            people[each.id] = Person(each.id, first, last, "", each.email or "", "", each.lms_user_id or "")
    return Roster(people)


def missing(
    course: Course, assignment: str, roster: Roster, there: Set[str], policies: Policies
) -> dict[str, list[str]]:
    """Who of the roster is not `there` in the source, by what is known of them: what came earlier stays, and counts."""
    absent, earlier = roster.people.keys() - there, course.submissions(assignment).keys()
    excused = {student for student in absent - earlier if policies.is_excused(assignment, student)}
    return {
        "handed in earlier": sorted(absent & earlier),
        "excused": sorted(excused),
        "handed in nothing": sorted(absent - earlier - excused),
    }


def due_of(course: Course, assignment: str, text: str, policies: Policies) -> datetime | None:
    """The deadline: as typed, else that of course.toml, else the gradebook's, in UTC. Raises WrongUse."""
    stated = policies.planned(assignment).due
    if text:
        typed = parse_time(text, zone(course), "--due")
        if stated and typed != stated:
            raise WrongUse(
                f"--due says {typed:%Y-%m-%d %H:%M} UTC, and {NAME} says {stated:%Y-%m-%d %H:%M} UTC for {assignment}."
                f" Change {NAME}, or leave out --due."
            )
        return typed
    if stated:
        return stated
    with _gradebook(course) as gradebook:
        try:
            found: datetime | None = gradebook.find_assignment(assignment).duedate if gradebook else None
        except MissingEntry:
            return None
    return found


def keep(course: Course, assignment: str, roster: Roster | None, due: datetime | None) -> None:
    """Stores the course's students and the assignment's deadline in the gradebook."""
    if not roster and not due:
        return
    with course.gradebook() as gradebook:
        there = {student.id: student for student in gradebook.students} if roster else {}
        for person in roster.people.values() if roster else ():
            known = {
                "first_name": person.first, "last_name": person.last,
                "email": person.email, "lms_user_id": person.lms,
            }  # fmt: skip
            student = there.get(person.id) or Student(id=person.id)
            for name, value in known.items():
                if value:
                    setattr(student, name, value)
            gradebook.db.add(student)
        gradebook.db.commit()  # once: nbgrader's own API would commit for each
        if due:
            gradebook.update_or_create_assignment(assignment, duedate=due)


def name_for(found: Found) -> str:
    """An id for somebody who is not in the roster: name and number, fit for a folder name."""
    name = unicodedata.normalize("NFC", "_".join(filter(None, [found.name, found.number])))
    name = "".join(c if c.isalnum() or c in "-_.@" else "_" for c in name).strip("._")
    return re.sub(r"_+", "_", name)[:100] or "unnamed"


def replaced(course: Course, student: str, assignment: str) -> Path:
    """Where an older submission is moved when a newer one replaces it."""
    folder = course.private / "replaced" / assignment / student
    return folder / f"{datetime.now(UTC):%Y-%m-%d_%H-%M-%S_%f}"


@contextlib.contextmanager
def _gradebook(course: Course) -> Iterator[Gradebook | None]:
    """The gradebook where there is one."""
    if not _exists(course):
        yield None
        return
    with course.gradebook() as gradebook:
        yield gradebook


def _exists(course: Course) -> bool:
    url = make_url(course.folders.db_url)
    return not url.drivername.startswith("sqlite") or (
        url.database is not None and _has_content(Path(url.database))
    )


def _has_content(path: Path) -> bool:
    """Whether there is a file that is not empty: looking at a gradebook's address makes an empty one."""
    return path.is_file() and path.stat().st_size > 0

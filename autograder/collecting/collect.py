"""Collects submissions into an nbgrader course's `submitted/`; this is what `autograder collect` calls.

nbgrader's own `zip_collect` wants one regular expression for names, unpacks what it is given without a look,
stops at the first duplicate and has no roster. Here nothing that a student handed in stops the run, and nobody is
left out without a word.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from autograder.collecting import course_records as records
from autograder.collecting.archive import contents
from autograder.collecting.model import Found, Selection, Unreadable
from autograder.collecting.select import Released, closest_assignment, read_released, select_files
from autograder.collecting.source import Request, Source, chosen
from autograder.collecting.submitted_folder import carry_out, plan
from autograder.collecting.summary import UNMATCHED, UNREADABLE, Heading, Row, how_late, table
from autograder.core.errors import WrongUse
from autograder.core.scratch import temporary_folder
from autograder.core.text import plain
from autograder.course.course import Course, did_you_mean
from autograder.course.roster import Person, Roster
from autograder.course.runtime import report_errors

ENOUGH = 50  # submissions looked at to recognise the assignment


@dataclass(frozen=True)
class Options:
    """The command's options; see `collect`. `source`: "" where what lies at `path` tells."""

    path: Path | None
    source: str
    assignment: str = ""
    roster: Path | None = None
    column: str = ""
    due: str = ""
    update: bool = False
    dry_run: bool = False
    db: str = ""


def collect(root: Path, options: Options, *, out: TextIO = sys.stdout) -> int:
    """Collects what `options.path` holds. With `dry_run` nothing is written anywhere, and every step is shown.

    Returns 0 when all is well, 1 when somebody has to look, 2 when the run cannot start or continue.
    """
    with (
        report_errors(out) as status,
        records.opened(root, options.db, options.dry_run) as course,
    ):
        released = _released(course)
        if options.assignment and options.assignment not in {each.assignment for each in released}:
            names = sorted({each.assignment for each in released})
            raise WrongUse(
                f"There is no released assignment {options.assignment!r} in {course.root}."
                + did_you_mean(
                    options.assignment, names, "assignment", "autograder collect ... --assignment {}"
                )
            )
        roster = records.roster_of(course, options.roster, options.column)
        name, source = chosen(options.source, options.path)
        try:
            status.append(_collect(course, options, roster, released, name, source, out))
        except Unreadable as error:
            raise WrongUse(str(error)) from error
    return status[0]


def _collect(
    course: Course,
    options: Options,
    roster: Roster,
    released: list[Released],
    source_name: str,
    source: Source,
    out: TextIO,
) -> int:
    with temporary_folder("collect-") as scratch:
        request = Request(course, source_name, options.path, options.assignment, None, scratch)
        name = options.assignment or _guess(request, source, released)
        due = records.due_of(course, name, options.due)
        if options.due and not options.dry_run:  # before an exchange is read, whose collector may go by it
            records.keep(course, name, None, due)
        run = _Run(course, options, source, name, due, released)
        with source.read(replace(request, assignment=name, due=due)) as batch:
            owned = run.owners(roster, batch.found)
            for student, theirs in owned.items():
                run.take(student, *theirs)
    rows = [*run.rows, *(Row("", path, UNMATCHED, why) for path, why in batch.unmatched.items())]
    missing = records.missing(course, name, roster, owned.keys())
    if not options.dry_run:
        records.keep(course, name, roster if options.roster else None, None)
    heading = Heading(name, source_name, options.path, due, options.dry_run)
    print(table(heading, rows, missing, [*roster.remarks, *run.remarks()]), file=out)
    return 1 if any(row.needs_person for row in rows) else 0


class _Run:
    """One run over the submissions of a source: `owners`, then `take` for each student, then `remarks`."""

    def __init__(
        self,
        course: Course,
        options: Options,
        source: Source,
        name: str,
        due: datetime | None,
        released: list[Released],
    ):
        self.course, self.options, self.source, self.name, self.due = course, options, source, name, due
        self.wanted = [each for each in released if each.assignment == name]
        self.others = [each for each in released if each.assignment != name]
        self.rows: list[Row] = []
        self.timed = False
        self.unsure_late = 0

    def owners(self, roster: Roster, found: Iterable[Found]) -> dict[str, tuple[Found, ...]]:
        """The submissions by student, each with its time; those of nobody get a row."""
        owned: dict[str, tuple[Found, ...]] = {}
        for each in found:
            person, why = _owner(roster, each)
            if person is None and self.options.roster:
                self.rows.append(Row("", each.where, UNMATCHED, why, each.notes))
                continue
            student = person.id if person else records.name_for(each)
            timed = replace(each, time=self._time(each, person))
            owned[student] = (*owned.get(student, ()), timed)
        return owned

    def take(self, student: str, *found: Found) -> None:
        """Reads a student's submission, the latest of several, and puts it in place unless this is a dry run."""
        *older, latest = sorted(found, key=lambda each: (not each.fault, each.time or datetime.min))
        said = [self._passed_over(each, latest) for each in older]
        if latest.fault:
            self.rows.append(Row(student, latest.where, UNREADABLE, latest.fault, latest.notes))
            return
        selected = self._selected(latest)
        notes = (*latest.notes, *selected.notes)
        if selected.fault:
            self.rows.append(Row(student, latest.where, UNREADABLE, selected.fault, notes))
            return
        folders = self.course.folders
        place = Path(folders.format_path(folders.submitted_directory, student, self.name))
        planned = plan(place, selected.files, latest.time, self.options.update)
        late = how_late(latest.time, self.due) or (
            f"late according to {self.source.title}" if latest.late else ""
        )
        doubt = "; ".join(filter(None, [selected.doubt, *said]))
        self.rows.append(
            Row(student, latest.where, planned.what, planned.why, notes, late, doubt, tuple(planned.files))
        )
        if not self.options.dry_run:
            carry_out(planned, records.replaced(self.course, student, self.name))

    def _selected(self, found: Found) -> Selection:
        """Which of its files count."""
        if found.as_is:
            taken = contents(found.members, depth=0)
            return Selection(taken.files, tuple(taken.notes))
        return select_files(contents(found.members), self.wanted, self.others, found.root)

    def _passed_over(self, older: Found, latest: Found) -> str:
        if older.fault:
            why = older.fault
        elif older.time and latest.time:
            why = "handed in earlier"
        else:
            why = "it is unknown which is later"
        return f"two submissions: took '{plain(latest.where, 80)}', not '{plain(older.where, 80)}' ({why})"

    def _time(self, found: Found, person: Person | None) -> datetime | None:
        """When it was handed in, as far as the source or the roster tells."""
        time = found.time or (person.time if person else None)
        self.timed = self.timed or time is not None
        if found.late and time is None:
            self.unsure_late += 1
            # It is late and nobody says by how much; nbgrader's penalties need a time after the deadline.
            return self.due + timedelta(seconds=1) if self.due else None
        return time

    def remarks(self) -> list[str]:
        """Remarks on the whole batch."""
        late = f"{self.source.title} says that {self.unsure_late} are late"
        if self.unsure_late and self.due:
            return [f"{late} but not by how much: they count as one second late"]
        if self.unsure_late:
            return [f"{late}; --due '2026-03-01 23:59' makes them count as late"]
        return [self.source.untimed] if self.due and not self.timed and self.source.untimed else []


def _owner(roster: Roster, found: Found) -> tuple[Person | None, str]:
    """The student of a submission, or None and the reason why it is not known."""
    if found.student:
        return roster.people.get(found.student) or Person(found.student), ""
    person, why = roster.owner(found.name, found.keys, found.guesses)
    if found.anonymous:
        nobody = "it was handed in anonymously; reveal the names on the platform and download again"
    else:
        nobody = "no student has this name or number"
    return person, why or nobody


def _guess(request: Request, source: Source, released: list[Released]) -> str:
    """The assignment that most submissions belong to. Raises WrongUse if it cannot be told."""
    names = sorted({each.assignment for each in released})
    if len(names) == 1:
        return names[0]
    with source.read(request) as batch:
        looked_at = [each for each in batch.found if not each.fault][:ENOUGH]
        votes = Counter(closest_assignment(contents(each.members), released) for each in looked_at)
    votes.pop("", None)
    if not votes:
        raise WrongUse(
            "No notebook here has cells of a released assignment; name the assignment: --assignment NAME"
            f" (there are: {', '.join(names) or 'none'})"
        )
    return votes.most_common(1)[0][0]


def _released(course: Course) -> list[Released]:
    """The notebooks of all assignments."""
    steps = (course.folders.release_directory, course.folders.source_directory)
    folders = {name: [course.step(step, name) for step in steps] for name in course.assignments()}
    return [
        each for name, (release, source) in folders.items() for each in read_released(release, source, name)
    ]

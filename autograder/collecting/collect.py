"""Collects submissions into an nbgrader course's `submitted/`; this is what `autograder collect` calls.

nbgrader's own `zip_collect` wants one regular expression for names, unpacks what it is given without a look,
stops at the first double and knows no roster. Here nothing that a student handed in stops the run, and nobody is
left out without a word.
"""

import contextlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from autograder.collecting import course_records as records
from autograder.collecting.archive import contents, folder_members, open_zip, zip_members
from autograder.collecting.model import Found, Haul, Person, Unreadable
from autograder.collecting.select import Released, choose, likeliest, read_released
from autograder.collecting.sources.exchange import collect_exchange
from autograder.collecting.sources.folder import folder, split_by_folder
from autograder.collecting.sources.lms import canvas, moodle
from autograder.collecting.submitted_folder import carry_out, plan
from autograder.collecting.summary import Row, how_late, table
from autograder.core.errors import WrongUse
from autograder.core.scratch import vanishing
from autograder.core.text import plain
from autograder.course.course import Course, did_you_mean
from autograder.course.roster import Roster
from autograder.course.runtime import errors_said

ENOUGH = 50  # submissions that tell which assignment it is


@dataclass(frozen=True)
class Order:
    """What the command was told; see `collect`."""

    path: Path | None
    source: str
    assignment: str = ""
    roster: Path | None = None
    column: str = ""
    due: str = ""
    update: bool = False
    dry_run: bool = False
    db: str = ""


def collect(root: Path, order: Order, *, out: TextIO = sys.stdout) -> int:
    """Collects what `order.path` holds. With `dry_run` nothing is written anywhere, and every step is shown.

    Returns 0 when all is well, 1 when something needs a person, 2 when the run cannot start or go on.
    """
    with (
        errors_said(out) as status,
        records.opened(root, order.db, order.dry_run) as course,
    ):
        released = _released(course)
        if order.assignment and order.assignment not in {each.assignment for each in released}:
            names = sorted({each.assignment for each in released})
            raise WrongUse(
                f"There is no released assignment {order.assignment!r} in {course.root}."
                + did_you_mean(
                    order.assignment, names, "assignment", "autograder collect ... --assignment {}"
                )
            )
        roster = records.roster_of(course, order.roster, order.column)
        if order.source == "exchange":
            status.append(collect_exchange(course, order, roster, out))
        else:
            status.append(_collect(course, order, roster, released, out))
    return status[0]


def _collect(course: Course, order: Order, roster: Roster, released: list[Released], out: TextIO) -> int:
    with vanishing("collect-") as scratch:
        name = order.assignment or _guess(order, released, scratch)
        due = records.due_of(course, name, order.due)
        run = _Run(course, order, name, due, released)
        with _haul(order, due, scratch) as haul:
            owned = run.owners(roster, haul.found)
            for student, theirs in owned.items():
                run.take(student, *theirs)
    rows = [*run.rows, *(Row("", path, "stray", why) for path, why in haul.strays.items())]
    missing = records.missing(course, name, roster, owned.keys())
    if not order.dry_run:
        records.keep(course, name, roster if order.roster else None, due if order.due else None)
    print(table(name, order, rows, missing, [*roster.said, *run.remarks()], due), file=out)
    return 1 if any(row.needs_person for row in rows) else 0


class _Run:
    """One run over the submissions of a source: `owners`, then `take` for each student, then `remarks`."""

    def __init__(
        self, course: Course, order: Order, name: str, due: datetime | None, released: list[Released]
    ):
        self.course, self.order, self.name, self.due = course, order, name, due
        self.wanted = [each for each in released if each.assignment == name]
        self.others = [each for each in released if each.assignment != name]
        self.rows: list[Row] = []
        self.timed = False
        self.unsure_late = 0

    def owners(self, roster: Roster, found: Iterable[Found]) -> dict[str, tuple[Found, ...]]:
        """The submissions by student, each with its time; those of nobody get a row."""
        owned: dict[str, tuple[Found, ...]] = {}
        for each in found:
            person, why = roster.owner(each, self.order.source)
            if person is None and self.order.roster:
                self.rows.append(Row("", each.where, "unmatched", why, each.notes))
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
            self.rows.append(Row(student, latest.where, "unreadable", latest.fault, latest.notes))
            return
        chosen = choose(contents(latest.members), self.wanted, self.others, latest.root)
        notes = (*latest.notes, *chosen.notes)
        if chosen.fault:
            self.rows.append(Row(student, latest.where, "unreadable", chosen.fault, notes))
            return
        folders = self.course.folders
        place = Path(folders.format_path(folders.submitted_directory, student, self.name))
        planned = plan(place, chosen.files, latest.time, self.order.update)
        late = how_late(latest.time, self.due) or ("late, says Canvas" if latest.late else "")
        doubt = "; ".join(filter(None, [chosen.doubt, *said]))
        self.rows.append(
            Row(student, latest.where, planned.what, planned.why, notes, late, doubt, tuple(planned.files))
        )
        if not self.order.dry_run:
            carry_out(planned, records.replaced(self.course, student, self.name))

    def _passed_over(self, older: Found, latest: Found) -> str:
        if older.fault:
            why = older.fault
        elif older.time and latest.time:
            why = "handed in earlier"
        else:
            why = "nothing tells which is the later"
        return f"two submissions: took '{plain(latest.where, 80)}', not '{plain(older.where, 80)}' ({why})"

    def _time(self, found: Found, person: Person | None) -> datetime | None:
        """When it was handed in, as far as the source or the roster tells."""
        time = found.time or (person.time if person and self.order.source == "moodle" else None)
        self.timed = self.timed or time is not None
        if found.late and time is None:
            self.unsure_late += 1
            # Canvas says that it is late and not by how much; nbgrader's penalties need a time after the deadline.
            return self.due + timedelta(seconds=1) if self.due else None
        return time

    def remarks(self) -> list[str]:
        """What should be known of all of them."""
        if self.unsure_late and self.due:
            words = f"Canvas says that {self.unsure_late} are late and not by how much: they count as one second late"
        elif self.unsure_late:
            words = f"Canvas says that {self.unsure_late} are late; --due '2026-03-01 23:59' makes that count"
        elif self.due and not self.timed and self.order.source != "canvas":
            hint = "; give its grading worksheet as --roster" if self.order.source == "moodle" else ""
            words = f"This download does not tell when anybody handed in, so nobody is found late{hint}"
        else:
            return []
        return [words]


@contextlib.contextmanager
def _haul(order: Order, due: datetime | None, scratch: Path) -> Iterator[Haul]:
    """What the source holds, readable as long as the block runs. Raises WrongUse."""
    path = order.path
    if path is None or not path.exists():
        what = (
            f"There is no file or folder {path}."
            if path
            else "Name what is to be collected, a zip or a folder."
        )
        raise WrongUse(f"{what}\n  autograder collect PATH --from {order.source}")
    try:
        if path.is_dir():
            if order.source == "folder":
                yield folder(path, due, scratch)
            else:
                yield {"moodle": moodle, "canvas": canvas}[order.source](folder_members(path))
        else:
            with open_zip(path) as archive:
                split = {"moodle": moodle, "canvas": canvas, "folder": split_by_folder}[order.source]
                yield split(zip_members(archive))
    except Unreadable as error:
        raise WrongUse(str(error)) from error


def _guess(order: Order, released: list[Released], scratch: Path) -> str:
    """The assignment that most submissions belong to. Raises WrongUse where that cannot be said."""
    names = sorted({each.assignment for each in released})
    if len(names) == 1:
        return names[0]
    with _haul(order, None, scratch) as haul:
        looked_at = [each for each in haul.found if not each.fault][:ENOUGH]
        votes = Counter(likeliest(contents(each.members), released) for each in looked_at)
    votes.pop("", None)
    if not votes:
        raise WrongUse(
            "No notebook here has cells of a released assignment; say which it is: --assignment NAME"
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

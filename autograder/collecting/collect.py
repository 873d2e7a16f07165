"""Collects submissions into an nbgrader course's `submitted/`; this is what `autograder collect` calls.

nbgrader's own `zip_collect` wants one regular expression for names, unpacks what it is given without a look,
stops at the first duplicate and has no roster. Here nothing that a student handed in stops the run, and nobody is
left out without a word.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from msgspec import structs

from autograder.collecting import course_records as records
from autograder.collecting.archive import contents
from autograder.collecting.identities import known_before
from autograder.collecting.model import Found, Selection, Unreadable
from autograder.collecting.select import Released, closest_assignment, read_released, select_files
from autograder.collecting.source import Request, Source, chosen
from autograder.collecting.submitted_folder import KEPT, SAME, Arrived, carry_out, plan, time_of
from autograder.collecting.summary import (
    LEFT,
    NAMES,
    UNMATCHED,
    UNREADABLE,
    Collected,
    Heading,
    Row,
    how_late,
    in_order,
    table,
)
from autograder.collecting.times import read_times
from autograder.core.errors import WrongUse
from autograder.core.events import tell
from autograder.core.scratch import temporary_folder
from autograder.core.text import plain, with_name
from autograder.course.course import Course, did_you_mean
from autograder.course.platforms import Handed, Platforms, read_platforms, write_platforms
from autograder.course.policies import Extension, Policies
from autograder.course.policies_file import NAME, add_extensions, read_policies
from autograder.course.roster import Person, Roster
from autograder.course.runtime import report_errors

ENOUGH = 50  # submissions looked at to recognise the assignment
NEAR = timedelta(minutes=1)  # between deadlines that are the same
SLOW = timedelta(minutes=10)  # that handing in may take, or clocks may differ by
CHANGED_LATER = (
    "in time by its own word, and changed after the deadline (ask, unless the exchange was copied since)"
)


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
    times: tuple[Path, ...] = ()
    every: bool = False


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
    policies, platforms = read_policies(course), read_platforms(course)
    times = read_times(options.times)
    with temporary_folder("collect-") as scratch:
        request = Request(course, source_name, options.path, options.assignment, None, scratch)
        name = options.assignment or _guess(request, source, released)
        remarks = list(roster.remarks)
        due = records.due_of(course, name, options.due, policies)
        if options.roster:
            roster, said = _as_known(course, options, roster, platforms.numbers.get(name, {}))
            platforms = platforms.with_people(name, roster.people.values(), source_name)
            remarks += [*said, *roster.gaps()]
        agreed = Agreed(name, due, policies, platforms, times.handed_in)
        roster, said = _with_dues(roster, times.due, agreed)
        policies, granted = _with_extensions(policies, name, roster, source)
        remarks += [*said, *granted.remarks]
        if not options.dry_run:
            add_extensions(course, granted.extensions)
        if due and not options.dry_run:  # before an exchange is read, whose collector may go by it
            records.keep(course, name, None, due)
        run = _Run(course, options, source, replace(agreed, policies=policies), released)
        with source.read(replace(request, assignment=name, due=due)) as batch:
            owned = run.owners(roster, batch.found)
            for student, theirs in owned.items():
                run.take(student, *theirs)
    rows = [*run.rows, *(Row("", path, UNMATCHED, why) for path, why in batch.unmatched.items())]
    missing = records.missing(course, name, roster, run.there, policies)
    if not options.dry_run:
        records.keep(course, name, roster if options.roster else None, None)
        write_platforms(course, platforms.with_handed(name, run.handed))
    heading = Heading(name, source_name, options.path, due, options.dry_run, options.every)
    remarks += run.remarks()
    about = name, source_name, due, options.dry_run
    names = {id: each.name for id, each in roster.people.items() if each.name}
    tell(Collected(*about, in_order(rows), missing, tuple(dict.fromkeys(remarks)), names))
    print(table(heading, rows, missing, remarks, names), file=out)
    return 1 if any(row.needs_person for row in rows) else 0


def _as_known(
    course: Course, options: Options, roster: Roster, numbers: Mapping[str, str]
) -> tuple[Roster, list[str]]:
    """The roster with the ids that the course knows, and what is to be said of it."""
    known = records.known_students(course)
    people = {id: replace(each, number=numbers.get(id, "")) for id, each in known.people.items()}
    same, changed = known_before(roster, Roster(people))
    count, shown = len(changed), ", ".join(changed[:3]) + (" and so on" if len(changed) > 3 else "")
    if count and options.column:
        return roster, [
            f"{count} have another id in this course already: {shown}. Leave out --id to keep those ids."
        ]
    remarks = [f"{count} have another id in this file; they keep the one by which they are known: {shown}"]
    new = sorted(same.people.keys() - known.people.keys())
    named = ", ".join(with_name(id, same.people[id].name) for id in new[:NAMES])
    added = [f"{len(new)} new in the course: {named}{' and more' if len(new) > NAMES else ''}"]
    return same, [*(remarks if count else []), *(added if new and known.people else [])]


@dataclass(frozen=True)
class _Granted:
    extensions: tuple[Extension, ...]
    remarks: tuple[str, ...]


def _with_extensions(
    policies: Policies, assignment: str, roster: Roster, source: Source
) -> tuple[Policies, _Granted]:
    """The policies with the extensions that the platform's file grants, those that are new, and remarks.

    What a person wrote into course.toml stays before what the platform says.
    """
    granted: list[Extension] = []
    remarks: list[str] = []
    for person in roster.people.values():
        own = policies.extension_of(assignment, person.id)
        if person.until is None or (own and own.until == person.until):
            continue
        if own and own.by != source.title:
            remarks.append(
                f"{person.id}: {source.title} extends until {person.until:%Y-%m-%d %H:%M} UTC; the extension in"
                f" {NAME}, until {own.until:%Y-%m-%d %H:%M} UTC, stays"
            )
        else:
            granted.append(Extension(assignment, person.id, person.until, by=source.title))
    if granted:
        remarks.append(
            f"{source.title} has extensions for {len(granted)} that were not in {NAME}: they are added there"
        )
    both = structs.replace(policies, extension=[*policies.extension, *granted])
    return both, _Granted(tuple(granted), tuple(remarks))


def _with_dues(roster: Roster, dues: Mapping[str, datetime], agreed: "Agreed") -> tuple[Roster, list[str]]:
    """The roster with extensions where the list of `dues` has a later deadline than the course, and a remark.

    Where it has one for most students, it is the class's deadline that differs, and nobody's is extended.
    """
    listed = {id: dues.get(f"canvas:{each.lms}") for id, each in roster.people.items()}
    there = {id: due for id, due in listed.items() if due is not None}
    own = {id: agreed.due_for(id) for id in there}
    later = {id: due for id, due in there.items() if (mine := own[id]) and due - mine > NEAR}
    if 2 * len(later) <= len(there):
        people = {id: replace(each, until=later.get(id, each.until)) for id, each in roster.people.items()}
        return replace(roster, people=people), []
    most, count = Counter(later.values()).most_common(1)[0]
    return roster, [
        f"Canvas's list has a later deadline than the course for {len(later)} of {len(there)}, mostly"
        f" {most:%Y-%m-%d %H:%M} UTC ({count}): nobody's is extended; --due, or due in {NAME}, changes the class's"
    ]


@dataclass(frozen=True)
class Agreed:
    """What holds for the assignment: its name, the class's deadline in UTC, policies, what platforms said before, and
    times by the platform's keys, such as `canvas:501`."""

    name: str
    due: datetime | None
    policies: Policies
    platforms: Platforms
    times: Mapping[str, datetime]

    def due_for(self, student: str) -> datetime | None:
        """The student's own deadline."""
        return self.policies.due(self.name, student, self.due, self.platforms.known(student).section)

    def team(self, names: Iterable[str]) -> list[str]:
        """The members of the first group of one of these names."""
        known = self.platforms.groups.items()
        listed = self.policies.groups
        members = (
            listed[name].members if name in listed else sorted(who for who, own in known if own == name)
            for name in names
        )
        return next(filter(None, members), [])

    def before(self, student: str) -> Handed | None:
        """What was collected of a student last."""
        return self.platforms.handed.get(self.name, {}).get(student)


class _Run:
    """One run over the submissions of a source: `owners`, then `take` for each student, then `remarks`."""

    def __init__(
        self, course: Course, options: Options, source: Source, agreed: Agreed, released: list[Released]
    ):
        self.course, self.options, self.source, self.agreed = course, options, source, agreed
        self.wanted = [each for each in released if each.assignment == agreed.name]
        self.others = [each for each in released if each.assignment != agreed.name]
        self.rows: list[Row] = []
        self.handed: dict[str, Handed] = {}
        self.there: set[str] = set()
        self.drafts: set[str] = set()
        self.timed = False
        self.unsure_late = 0

    def owners(self, roster: Roster, found: Iterable[Found]) -> dict[str, tuple[Found, ...]]:
        """The submissions by student, each with its time; those of nobody get a row."""
        owned: dict[str, tuple[Found, ...]] = {}
        for each in found:
            person, why = _owner(roster, each)
            if person is None and (team := self.agreed.team(each.teams)):
                person = roster.people.get(team[0]) or Person(team[0])
            if person is None and self.options.roster:
                self.rows.append(Row("", each.where, UNMATCHED, why, each.notes))
                continue
            student = person.id if person else records.name_for(each)
            self.drafts |= {student} if person and person.draft else set()
            owned[student] = (*owned.get(student, ()), replace(each, time=self._time(each, person)))
        return owned

    def take(self, student: str, *found: Found) -> None:
        """Reads a student's submission, the latest of several, and puts it in place, for a whole group if it is one's,
        unless this is a dry run."""
        mates = self.agreed.policies.mates(self.agreed.name, student, self.agreed.platforms.groups)
        self.there |= {student, *mates}
        *older, latest = sorted(
            found, key=lambda each: (not each.fault, each.time or datetime.min, each.order)
        )
        said = [self._passed_over(each, latest) for each in older]
        if latest.fault:
            self.rows.append(Row(student, latest.where, UNREADABLE, latest.fault, latest.notes))
            return
        if student in self.drafts and self.agreed.policies.drafts == "leave":
            self.rows.append(Row(student, latest.where, LEFT, draft=True))
            return
        selected = self._selected(latest)
        if selected.fault:
            notes = (*latest.notes, *selected.notes)
            self.rows.append(Row(student, latest.where, UNREADABLE, selected.fault, notes))
            return
        doubts = [
            *([(selected.doubt, selected.detail)] if selected.doubt else []),
            *said,
            *self._changed(student, latest),
        ]
        selected = replace(
            selected,
            doubt="; ".join(dict.fromkeys(doubt for doubt, _ in doubts)),
            detail="; ".join(detail for _, detail in doubts if detail),
        )
        for member in (student, *mates):
            self._put(member, latest, selected, doubtful=member == student)

    def _put(self, student: str, found: Found, selected: Selection, doubtful: bool) -> None:
        """A submission into a student's folder, with its row, where the doubt stands if it is `doubtful`."""
        doubt, detail = (selected.doubt, selected.detail) if doubtful else ("", "")
        name, due, before = self.agreed.name, self.agreed.due_for(student), self.agreed.before(student)
        if found.late and found.time is None:  # what told it before may not be given again
            found = replace(found, time=_known_time(found, before))
        guessed = found.late and found.time is None
        # It is late and nobody says by how much; nbgrader's penalties need a time after the deadline.
        time = due + timedelta(seconds=1) if guessed and due else found.time
        self.unsure_late += guessed
        folders = self.course.folders
        place = Path(folders.format_path(folders.submitted_directory, student, name))
        arrived = Arrived(time, guessed, found.order, weak=selected.foreign)
        planned = plan(place, selected.files, arrived, self.options.update, before)
        late = f"late according to {self.source.title}" if guessed else how_late(time, due)
        own = f"until {due:%Y-%m-%d %H:%M} UTC" if due and due != self.agreed.due else ""
        notes = (*found.notes, *selected.notes, *filter(None, [planned.note]))
        self.rows.append(
            Row(
                student, found.where, planned.what, planned.why, notes, late, doubt, tuple(planned.files),
                selected.renamed, own, student in self.drafts, detail,
            )
        )  # fmt: skip
        if planned.what != KEPT:
            stamp = before.stamp if before and planned.what == SAME else arrived.stamp
            platform = self.source.title.lower()
            draft = student in self.drafts
            self.handed[student] = Handed(platform, found.names, stamp, guessed, found.order, draft)
        if not self.options.dry_run:
            carry_out(planned, records.replaced(self.course, student, name))

    def _selected(self, found: Found) -> Selection:
        """Which of its files count."""
        if found.as_is:
            taken = contents(found.members, depth=0)
            return Selection(taken.files, tuple(taken.notes))
        return select_files(contents(found.members), self.wanted, self.others, found.root)

    def _changed(self, student: str, found: Found) -> list[tuple[str, str]]:
        """What speaks against the time that a student gives, for whom that matters, and when it was changed."""
        due, changed = self.agreed.due_for(student), found.changed
        if not (due and changed and found.time and found.time <= due < changed - SLOW):
            return []
        return [
            (CHANGED_LATER, f"says {found.time:%Y-%m-%d %H:%M} UTC, changed {changed:%Y-%m-%d %H:%M} UTC")
        ]

    def _passed_over(self, older: Found, latest: Found) -> tuple[str, str]:
        """Why one of two was not taken, and which."""
        if older.fault:
            why = older.fault
        elif older.time and latest.time:
            why = "one handed in earlier"
        elif older.order < latest.order:
            why = "one an earlier attempt"
        else:
            why = "it is unknown which is later"
        both = f"took '{plain(latest.where, 80)}', not '{plain(older.where, 80)}'"
        return f"two submissions ({why})", both

    def _time(self, found: Found, person: Person | None) -> datetime | None:
        """When it was handed in, as far as the source, a list of times or the roster tells."""
        listed = next((self.agreed.times[key] for key in found.keys if key in self.agreed.times), None)
        time = found.time or listed or (person.time if person else None)
        self.timed = self.timed or time is not None
        return time

    def remarks(self) -> list[str]:
        """Remarks on the whole batch."""
        late = f"{self.source.title} says that {self.unsure_late} are late"
        if self.unsure_late and self.agreed.due:
            policy = self.agreed.policies.late
            day = f", so that each pays for the first {policy.per} alone" if policy else ""
            return [f"{late} but not by how much: they count as one second late{day}; --times says it"]
        if self.unsure_late:
            return [f"{late}; --due '2026-03-01 23:59' makes them count as late"]
        return [self.source.untimed] if self.agreed.due and not self.timed and self.source.untimed else []


def _owner(roster: Roster, found: Found) -> tuple[Person | None, str]:
    """The student of a submission, or None and the reason why it is not known."""
    if found.student:
        return roster.people.get(found.student) or Person(found.student), ""
    person, why = roster.owner(found.name, found.keys, found.guesses)
    if person and person.name and found.unsure and roster.owner(found.name, (), ())[0] != person:
        return (
            None,
            f"its files may be read as {person.id}'s or as another's, and {person.id} has another name",
        )
    if found.anonymous:
        nobody = "it was handed in anonymously; reveal the names on the platform and download again"
    else:
        nobody = "no student has this name or number"
    return person, why or nobody


def _known_time(found: Found, before: Handed | None) -> datetime | None:
    """When this very attempt was handed in, as far as an earlier collecting knew."""
    same = before is not None and not before.guessed and 0 != found.order == before.order
    return time_of(before.stamp) if before and same else None


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

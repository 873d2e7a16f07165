"""The students of a course from a CSV, and whose a submission is; `collect` and the exports use it.

Known by their columns are: nbgrader's own list (`nbgrader db student import`), Moodle's list of participants and
its grade export, Moodle's grading worksheet of an assignment (which alone tells when somebody handed in, and the
numbers in the names of the download), and Canvas's gradebook export. Column names: Moodle's `mod/assign/
gradingtable.php` and `grade/export`, Canvas's `lib/gradebook_exporter.rb`, nbgrader's `nbgrader/apps/dbapp.py`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path

from autograder.core.csv_tables import read_table
from autograder.core.errors import WrongUse

COLUMNS = {  # field of Person: what its column may be called, in small letters; the first that is there counts
    "first": ("first_name", "first name", "firstname"),
    "last": ("last_name", "last name", "surname", "lastname"),
    "full": ("full name", "student"),
    "email": ("email", "email address"),
    "login": ("sis login id", "username"),
    "lms": ("lms_user_id",),
    "number": ("identifier",),
    "time": ("last modified (submission)",),
    "section": ("section",),
    "group": ("group",),
    "status": ("status",),
}
# Moodle's status of a submission (`mod/assign/gradingtable.php`, `lang/en/assign.php`).
EXTENDED = re.compile(r"Extension granted until: (?P<until>.+?)(?: - .*)?$")
DRAFT = "Draft (not submitted)"
# After the weekday: `strftimedaydatetime` of Moodle's English and of its American English.
TIMES = ("%d %B %Y, %I:%M %p", "%B %d, %Y, %I:%M %p", "%d %B %Y, %H:%M")
# What becomes nbgrader's id unless --id says otherwise; the first that is there and filled in.
IDS = ("id", "username", "sis login id", "id number", "sis user id", "email address", "email")


@dataclass(frozen=True)
class Person:
    """A student of the roster. `id` is nbgrader's; `lms` Canvas's number; `number` Moodle's for one assignment.

    `time`: when a grading worksheet says that they handed in, in UTC; `until`: the extension that it grants them;
    `draft`: it says that they have not submitted what they uploaded. `section` of Canvas, `group` of Moodle.
    """

    id: str
    first: str = ""
    last: str = ""
    full: str = ""
    email: str = ""
    login: str = ""
    lms: str = ""
    number: str = ""
    section: str = ""
    group: str = ""
    time: datetime | None = None
    until: datetime | None = None
    draft: bool = False

    @property
    def name(self) -> str:
        """First and last name; "" where neither is known."""
        return f"{self.first} {self.last}".strip() or self.full


@dataclass(frozen=True)
class Roster:
    """Students by id, and what their ids were taken from. `remarks`: for the person who reads.

    `nameless`: students without an id, by their line. Work of theirs must not go to somebody of the same name.
    """

    people: dict[str, Person]
    column: str = ""
    remarks: tuple[str, ...] = ()
    nameless: Mapping[str, Person] = field(default_factory=dict)

    def owner(self, name: str, keys: Sequence[str], guesses: Sequence[str]) -> tuple[Person | None, str]:
        """Whose a submission under that name is; None where nobody can be said, with what speaks against those whom it
        fits ("" if it fits nobody).

        `keys` fit one person alone, as `canvas:501`, whatever name they go by; `guesses` count where neither they nor
        the name fit anybody.
        """
        numbered = {id for key in keys for id in self._index.get(key, ())}
        if name in self.people and numbered <= {name}:  # even if it is also another's address
            return self.people[name], ""
        # On platforms people choose their names, and not their numbers: where these are of two, it is neither's.
        sure = [f"id:{name}", f"id:{squash(name)}", *keys]
        for wanted in (sure, [f"name:{squash(name)}"], [f"bare:{bare(name)}"], guesses):
            these = {id for key in wanted for id in self._index.get(key, ())}
            if len(these) > 1:
                return None, f"several students match: {', '.join(sorted(these))}"
            for one in these:
                return (
                    (self.people[one], "")
                    if one in self.people
                    else (None, f"the roster has no id for {one}")
                )
        return None, ""

    def who(self, key: str) -> str | None:
        """The one student whom a key fits: "id:" and an id or address, "canvas:" and a number, "name:" and a name."""
        kind, _, value = key.partition(":")
        if kind == "id" and value in self.people:  # even if it is also another's address
            return value
        exact = self._index.get(key, set())
        these = exact if exact or kind == "canvas" else self._index.get(f"{kind}:{squash(value)}", set())
        return next((one for one in these if len(these) == 1 and one in self.people), None)

    def gaps(self) -> list[str]:
        """Remarks about students without an id."""
        return [
            f"{line}: {each.name or 'this student'} has no id, so that their work is not collected; fill it in, or name"
            " a column that all have: --id COLUMN"
            for line, each in self.nameless.items()
        ]

    @cached_property
    def _index(self) -> dict[str, set[str]]:
        index: dict[str, set[str]] = {}
        for name, person in (*self.people.items(), *self.nameless.items()):
            for key in _keys(person):
                index.setdefault(key, set()).add(name)
        return index


def read_roster(path: Path, column: str = "", zone: tzinfo = UTC) -> Roster:
    """The students in a CSV. `column` names the one with nbgrader's ids; `zone`: of the worksheet's times.

    Raises WrongUse with the line and the column of what cannot be right.
    """
    table = read_table(path)
    heading = {name.strip().lower(): name for name in table.heading}
    wanted = _id_columns(path, heading, column)
    people: dict[str, Person] = {}
    nameless: dict[str, Person] = {}
    taken: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    remarks: list[str] = []
    for line, row in table.rows:
        cells = dict(zip((name.strip().lower() for name in table.heading), map(str.strip, row), strict=True))
        if not any(cells.values()) or _is_no_student(cells):
            continue
        chosen = next((name for name in wanted if cells[name]), "")
        person = _person(path, line, chosen, cells, zone, remarks)
        if not chosen:
            nameless[f"line {line} of {path.name}"] = person
            continue
        taken.setdefault(heading[chosen], []).append(person.id)
        if person.id in people:
            raise WrongUse(
                f"{path}, line {line}, column {heading[chosen]!r}: found {person.id!r}, which line"
                f" {lines[person.id]} has too. Remove one, or name a column whose entries differ: --id COLUMN"
            )
        people[person.id], lines[person.id] = person, line
    if not people and not (nameless and "identifier" in heading):  # a worksheet's numbers may do
        raise WrongUse(f"{path}: found no student below its heading; expected one on each line")
    remarks += _gaps(taken)
    column = heading[wanted[0]] if wanted else ""
    return Roster(people, column, tuple(dict.fromkeys(remarks)), nameless)


def squash(text: str) -> str:
    """A name in the form in which names are compared: small letters and digits only, in normal form."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in text if letter.isalnum())


def bare(text: str) -> str:
    """The same without accents, as some programs write it."""
    return squash("".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)))


def _keys(person: Person) -> Iterable[str]:
    for each in filter(None, (person.id, person.login, person.email, person.email.partition("@")[0])):
        yield f"id:{each}"
        yield f"id:{squash(each)}"
    if person.lms:
        yield f"canvas:{person.lms}"
    if person.number:
        yield f"moodle:{person.number}"
    last, _, first = person.full.partition(",")
    for name in (person.first + person.last, person.last + person.first, person.full, first + last):
        if squash(name):
            yield f"name:{squash(name)}"
            yield f"bare:{bare(name)}"


def is_folder_name(id: str) -> bool:
    """Whether a student's folders can be called so."""
    return not ("/" in id or "\\" in id or id.startswith(".") or len(id) > 128) and id.isprintable()


def _person(
    path: Path, line: int, chosen: str, cells: Mapping[str, str], zone: tzinfo, remarks: list[str]
) -> Person:
    id = cells.get(chosen, "")
    if not is_folder_name(id):
        raise WrongUse(
            f"{path}, line {line}, column {chosen!r}: found {id!r}, which cannot be a folder's name;"
            " name another column: --id COLUMN"
        )
    values = {n: _first(cells, columns) for n, columns in COLUMNS.items() if n not in ("time", "status")}
    if "sis login id" in cells or "student" in cells:  # Canvas calls its own number ID
        values["lms"] = values["lms"] or cells.get("id", "")
    values["number"] = "".join(re.findall(r"\d+$", values["number"]))
    if not values["first"] and not values["last"]:
        values["first"], values["last"] = _halves(values["full"])
    if "identifier" not in cells:  # only of a worksheet's columns is it known what they mean
        values["group"] = ""
    if "student" not in cells:
        values["section"] = ""
    time = _time(path, line, "Last modified (submission)", _first(cells, COLUMNS["time"]), zone, remarks)
    status = _first(cells, COLUMNS["status"])
    granted = EXTENDED.search(status)
    until = _time(path, line, "Status", granted["until"] if granted else "", zone, remarks)
    return Person(id, time=time, until=until, draft=status.startswith(DRAFT), **values)


def _first(cells: Mapping[str, str], columns: Iterable[str]) -> str:
    return next((cells[name] for name in columns if cells.get(name)), "")


def _gaps(taken: Mapping[str, Sequence[str]]) -> list[str]:
    """Remarks about students whose id is from another column than that of most."""
    most = max(taken, key=lambda name: len(taken[name]), default="")
    return [
        f"Not all have an entry in {most!r}: the id is that in {name!r} of {', '.join(ids)}"
        for name, ids in taken.items()
        if name != most
    ]


def _halves(full: str) -> tuple[str, str]:
    """First and last name: Canvas writes "Last, First", Moodle "First Last"."""
    if "," in full:
        last, _, first = full.partition(",")
        return first.strip(), last.strip()
    first, _, last = full.rpartition(" ")
    return first, last


def _time(path: Path, line: int, column: str, text: str, zone: tzinfo, remarks: list[str]) -> datetime | None:
    """A worksheet's time, such as "Friday, 14 November 2025, 11:59 PM", in UTC; "-" is none."""
    if text in ("", "-"):
        return None
    found = next(filter(None, (_parsed(text.partition(", ")[2], form) for form in TIMES)), None)
    if found is None:
        remarks.append(
            f"{path}, line {line}, column {column!r}: {text!r} is not a time in English; lateness"
            " is not known. Set your language in Moodle to English and download the worksheet again"
        )
        return None
    return found.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _is_no_student(cells: Mapping[str, str]) -> bool:
    """Canvas's second row, its row of posting policies, and its test student."""
    name = cells.get("student", "")
    if "student" not in cells:
        return False
    return "Points Possible" in name or name == "Student, Test" or not (name or cells.get("id"))


def _id_columns(path: Path, heading: Mapping[str, str], column: str) -> list[str]:
    found = ", ".join(repr(name) for name in heading.values()) or "nothing"
    if column:
        if column.strip().lower() not in heading:
            raise WrongUse(f"{path}, line 1: found no column {column!r}, only {found}")
        return [column.strip().lower()]
    known = [name for name in IDS if name in heading]
    if "student" in heading:  # in Canvas's file ID is Canvas's number: the last choice
        known = [*(name for name in known if name != "id"), *(["id"] if "id" in heading else [])]
    if not known and "identifier" not in heading:
        raise WrongUse(
            f"{path}, line 1: found the columns {found}; expected one of {', '.join(IDS)} with the students' ids.\n"
            "Say which it is: --id COLUMN"
        )
    return known

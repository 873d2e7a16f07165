"""Reads and extends `course.toml`, the file in which a course states its policies (`policies`).

What is wrong in it is said with what was found, what was expected, and lines that are right. An extension is added at
the end, so that whatever else stands in the file, comments included, stays as it was written.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from autograder.core.errors import WrongUse
from autograder.core.files import write_text
from autograder.course.course import Course
from autograder.course.policies import Extension, Policies

NAME = "course.toml"
EXAMPLES = {  # what is right, by the table that is wrong
    "late": '[late]\npercent = 10\nper = "day"\nat_most_percent = 50\nfree_days = 3',
    "assignments": '[assignments.a3_gates]\ndue = "2026-03-01 23:59"\ncategory = "homework"',
    "categories": "[categories.homework]\nweight = 60\ndrop_lowest = 1",
    "sections": '[sections."Section B"]\nstudents = ["ada", "bob"]',
    "groups": '[groups.team1]\nmembers = ["ada", "bob"]',
    "extension": '[[extension]]\nassignment = "a3_gates"\nstudent = "ada"\nuntil = "2026-03-04 23:59"\nwhy = "ill"',
    "extra_time": '[[extra_time]]\nstudent = "ada"\ndays = 2',
    "excused": '[[excused]]\nassignment = "a3_gates"\nstudent = "ada"\nwhy = "ill"',
    "lti": '[lti]\nclient_id = "10000000000001"\ntoken_url = "https://lms.example.edu/login/oauth2/token"\n'
    'key = "~/lti.pem"\nline_items = "https://lms.example.edu/api/lti/courses/7/line_items"\n'
    'members = "https://lms.example.edu/api/lti/courses/7/names_and_roles"',
    "timezone": 'timezone = "Europe/Vienna"',
    "drafts": 'drafts = "leave"',
}
ONE_OF = {
    "per": "Expected 'day' or 'hour'",
    "of": "Expected 'maximum' or 'score'",
    "drafts": "Expected 'take' or 'leave'",
}
WHERE = re.compile(r" - at `(?:key in )?\$(?P<path>[^`]*)`$")


def read_policies(course: Course) -> Policies:
    """What `course.toml` in the course's folder states. Raises WrongUse with the place of what cannot be right."""
    path = course.root / NAME
    if not path.is_file():
        return Policies()
    try:
        return understood(path, path.read_text(encoding="utf-8-sig"), zone(course))
    except UnicodeDecodeError as error:
        raise WrongUse(f"{path} is not encoded in UTF-8 (byte {error.start}); save it as UTF-8.") from error


def understood(path: Path, text: str, default: tzinfo) -> Policies:
    """The policies in a text. `default`: the zone of times without one, unless the text names another."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongUse(f"{path} is not TOML: {error}. Expected lines such as\n{EXAMPLES['late']}") from error
    there = _zone(found.get("timezone") or default, f"{path}, timezone")
    _read_times(path, found, there)
    try:
        policies = msgspec.convert(found, Policies)
    except msgspec.ValidationError as error:
        raise WrongUse(_in_words(path, found, str(error))) from error
    for name, planned in policies.assignments.items():
        if planned.category and planned.category not in policies.categories:
            known = ", ".join(policies.categories) or "none"
            raise WrongUse(
                f"{path}, assignments.{name}.category: found {planned.category!r}, expected one of the categories"
                f" ({known}). Add it:\n[categories.{_key(planned.category)}]\nweight = 60"
            )
    _check_groups(path, policies)
    return policies


def zone(course: Course) -> tzinfo:
    """The zone of times without one: that of course.toml, else nbgrader's `Exchange.timezone`. Raises WrongUse."""
    path = course.root / NAME
    if path.is_file() and (named := re.search(r'^timezone\s*=\s*"([^"]*)"', path.read_text("utf-8"), re.M)):
        return _zone(named[1], f"{path}, timezone")
    name = course.config.get("Exchange", {}).get("timezone", "UTC")
    return _zone(name, "nbgrader_config.py: c.Exchange.timezone")


def parse_time(text: str, there: tzinfo, what: str) -> datetime:
    """A time as typed, in UTC without a zone; a date alone is its last second. Raises WrongUse; `what` begins it."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongUse(f"{what}: found {text!r}, expected a time such as '2026-03-01 23:59'") from error
    if re.fullmatch(r"[\d-]+", text.strip()):
        found = found.replace(hour=23, minute=59, second=59)
    return in_utc(found, there)


def in_utc(found: datetime, there: tzinfo) -> datetime:
    """A time in UTC without a zone; one without a zone is of `there`."""
    return (found if found.tzinfo else found.replace(tzinfo=there)).astimezone(UTC).replace(tzinfo=None)


def add_extensions(course: Course, extensions: Iterable[Extension]) -> None:
    """Adds extensions at the end of `course.toml`, making it where there is none."""
    path, there = course.root / NAME, zone(course)
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    for each in extensions:
        until = each.until.replace(tzinfo=UTC).astimezone(there)
        lines = [
            f"assignment = {_quoted(each.assignment)}",
            f"student = {_quoted(each.student)}",
            f"until = {until.isoformat(sep=' ', timespec='seconds')}",
            *([f"why = {_quoted(each.why)}"] if each.why else []),
            *([f"by = {_quoted(each.by)}"] if each.by else []),
        ]
        text = f"{text.rstrip()}\n\n[[extension]]\n".lstrip() + "\n".join(lines) + "\n"
    understood(path, text, there)  # a file that states them as `extension = [...]` must not be broken
    write_text(path, text)


def _zone(name: str | tzinfo, what: str) -> tzinfo:
    if isinstance(name, tzinfo):
        return name
    try:
        return UTC if name == "UTC" else ZoneInfo(name)  # small systems have no table of zones
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise WrongUse(f"{what}: found {name!r}, expected one like 'Europe/Vienna'") from error


def _read_times(path: Path, found: dict[str, Any], there: tzinfo) -> None:
    """Replaces what stands for a time, text or one of TOML's own, by a time in UTC."""

    def times(table: object, place: str, which: Callable[[str], bool]) -> None:
        for key, value in table.items() if isinstance(table, dict) else ():
            if which(key) and isinstance(value, str | date):
                text = value.isoformat() if isinstance(value, date) else value
                table[key] = parse_time(text, there, f"{path}, {place}.{key}")  # type: ignore[index]

    assignments = found.get("assignments")
    for name, planned in assignments.items() if isinstance(assignments, dict) else ():
        times(planned, f"assignments.{name}", lambda key: key == "due")
        if isinstance(planned, dict):
            times(planned.get("due_in"), f"assignments.{name}.due_in", lambda key: True)
    extensions = found.get("extension")
    for number, each in enumerate(extensions if isinstance(extensions, list) else ()):
        times(each, f"extension {number + 1}", lambda key: key == "until")


def _check_groups(path: Path, policies: Policies) -> None:
    """Raises WrongUse where somebody is in two groups for one assignment."""
    seen: dict[tuple[str, str], str] = {}
    for name, group in policies.groups.items():
        wanted = group.assignments or [n for n, each in policies.assignments.items() if each.groups]
        for key in ((assignment, student) for assignment in wanted for student in group.members):
            if key in seen:
                raise WrongUse(
                    f"{path}, groups.{name}: found {key[1]!r}, who is in {seen[key]!r} for {key[0]} too; expected each"
                    " student in one group for an assignment. Say which group is for which:\n"
                    f'[groups.{_key(name)}]\nassignments = ["{key[0]}"]'
                )
            seen[key] = name


def _in_words(path: Path, found: dict[str, Any], said: str) -> str:
    """msgspec's complaint with the file, the place, what stands there, and lines that are right."""
    match = WHERE.search(said)
    place = match["path"] if match else ""
    what = WHERE.sub("", said)
    if place.count("[...]"):  # msgspec does not say which of a table's names it was
        top, _, rest = place.lstrip(".").partition("[...]")
        place = f".{top}.{_wrong_one(found, top)}{rest}"
    top = re.findall(r"\w+", place)[:1]
    if unknown := re.search(r"unknown field `(.+)`", what):
        known = _fields(place)
        close = get_close_matches(unknown[1], known, n=1, cutoff=0.5)
        better = f" Did you mean {close[0]!r}?" if close else f" It knows {', '.join(known)}."
        what = f"found {unknown[1]!r}, which is not known there.{better}"
        top = top or [close[0] if close else ""]
    else:
        one_of = ONE_OF.get(place.rpartition(".")[2], "")
        what = f"found {_value(found, place)}. {one_of or what}."
    example = EXAMPLES.get(top[0] if top else "", EXAMPLES["late"])
    return f"{path}{', ' + place.lstrip('.') if place else ''}: {what} For example:\n{example}"


def _wrong_one(found: dict[str, Any], top: str) -> str:
    """The first name in a table of tables whose own table does not fit."""
    for name, table in found[top].items():
        try:
            msgspec.convert({top: {name: table}}, Policies)
        except msgspec.ValidationError:
            return str(name)
    return "..."


def _fields(place: str) -> list[str]:
    """The names that a table may have."""
    kind: Any = Policies
    for name in re.findall(r"\w+|\[\.\.\.\]", place)[:1]:
        hint = next(each.type for each in msgspec.structs.fields(Policies) if each.name == name)
        inner = [each for each in (*getattr(hint, "__args__", ()), hint)]
        kind = next(
            (each for each in inner if isinstance(each, type) and issubclass(each, msgspec.Struct)), kind
        )
    return [each.name for each in msgspec.structs.fields(kind)]


def _value(found: Any, place: str) -> str:
    """What stands at a place such as `.late.percent` or `.extension[0].until`, as one would type it."""
    for name, number in re.findall(r"\.?([^.\[\]]+)|\[(\d+)\]", place):
        try:
            found = found[int(number)] if number else found[name]
        except (KeyError, IndexError, TypeError):
            return "something else"
    return repr(found.isoformat() if isinstance(found, date | time) else found)


def _quoted(text: str) -> str:
    """A TOML string: JSON's form is one, but for the character DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    """A name as a key of TOML."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)

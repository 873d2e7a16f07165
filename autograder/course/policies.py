"""What a course has agreed on: due dates, extensions, late work, weights, sections, groups; `course.toml` states it.

`policies_file` reads and checks the file; collecting, grading, the term's gradebook and the exports ask here. Nothing
here knows a gradebook: times are in UTC without a zone, as nbgrader keeps them.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Percent = Annotated[float, Meta(ge=0, le=100)]
AtLeastZero = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=0)]
Text = Annotated[str, Meta(min_length=1)]
DAY, HOUR = 86_400, 3_600


class LatePolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """What late work costs: `percent` of the `maximum` (or of the `score`) for each begun `per`.

    Nothing within `grace_minutes`; never more than `at_most_percent`; everything after `closes_after_days`. Each
    student has `free_days` for the whole term, which are used first, in the order of due dates.
    """

    percent: Percent = 0
    per: Literal["day", "hour"] = "day"
    of: Literal["maximum", "score"] = "maximum"
    grace_minutes: AtLeastZero = 0
    at_most_percent: Percent = 100
    closes_after_days: AtLeastZero | None = None
    free_days: Count = 0


class Planned(Struct, frozen=True, forbid_unknown_fields=True):
    """One assignment: its deadline (`due_in` by section), its place in the final mark, and whether groups hand it in.

    `late`: whether the policy for late work holds for it.
    """

    due: datetime | None = None
    due_in: dict[str, datetime] = field(default_factory=dict)
    category: str = ""
    weight: AtLeastZero = 1
    late: bool = True
    groups: bool = False


class Category(Struct, frozen=True, forbid_unknown_fields=True):
    """Assignments that share a weight; the `drop_lowest` lowest of a student do not count."""

    weight: AtLeastZero
    drop_lowest: Count = 0


class Extension(Struct, frozen=True, forbid_unknown_fields=True):
    """A student's own deadline for one assignment. `by`: who granted it, or the platform that says so."""

    assignment: Text
    student: Text
    until: datetime
    why: str = ""
    by: str = ""


class ExtraTime(Struct, frozen=True, forbid_unknown_fields=True):
    """Days (and parts of days) that a student has more for every assignment."""

    student: Text
    days: AtLeastZero
    why: str = ""


class Excused(Struct, frozen=True, forbid_unknown_fields=True):
    """An assignment that does not count for a student."""

    assignment: Text
    student: Text
    why: str = ""


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """Students who hand in together; `assignments`: which, or all those with `groups = true` where empty."""

    members: Annotated[list[str], Meta(min_length=2)]
    assignments: list[str] = field(default_factory=list)


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the class; students whom no platform's file puts there are named here."""

    students: list[str] = field(default_factory=list)


class Lti(Struct, frozen=True, forbid_unknown_fields=True):
    """A learning platform that speaks LTI 1.3, as its administrator has registered this course's tool.

    `audience` of the signed assertions, the token's address where empty; `key`: the file of the private RSA key in PEM,
    `key_id` its name there; `line_items` and `members`: addresses of the course, from a launch of the tool.
    """

    client_id: Text
    token_url: Text
    key: Text
    key_id: str = ""
    audience: str = ""
    line_items: str = ""
    members: str = ""


class Policies(Struct, frozen=True, forbid_unknown_fields=True):
    """All of `course.toml`. Without the file nothing is stated, and everything is as nbgrader has it."""

    timezone: str = ""
    drafts: Literal["take", "leave"] = "take"
    late: LatePolicy | None = None
    assignments: dict[str, Planned] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    extension: list[Extension] = field(default_factory=list)
    extra_time: list[ExtraTime] = field(default_factory=list)
    excused: list[Excused] = field(default_factory=list)
    lti: Lti | None = None

    def planned(self, assignment: str) -> Planned:
        """What is stated of an assignment."""
        return self.assignments.get(assignment, Planned())

    def extension_of(self, assignment: str, student: str) -> Extension | None:
        """The extension that counts: the last one in the file."""
        found = [e for e in self.extension if (e.assignment, e.student) == (assignment, student)]
        return found[-1] if found else None

    def is_excused(self, assignment: str, student: str) -> bool:
        """Whether the assignment does not count for the student."""
        return any((e.assignment, e.student) == (assignment, student) for e in self.excused)

    def section_of(self, student: str, known: str = "") -> str:
        """The section that the file names for a student, else the one that is known of them."""
        return next((name for name, each in self.sections.items() if student in each.students), known)

    def due(self, assignment: str, student: str, due: datetime | None, section: str = "") -> datetime | None:
        """Until when this student may hand in, where the class has `due`; None where there is no deadline."""
        planned = self.planned(assignment)
        theirs = sections_in(self.section_of(student, section))
        due = max(
            (planned.due_in[each] for each in theirs if each in planned.due_in), default=planned.due or due
        )
        if due is None:
            return None
        extra = sum(each.days for each in self.extra_time if each.student == student)
        own = self.extension_of(assignment, student)
        return max(due + timedelta(days=extra), own.until) if own else due + timedelta(days=extra)

    def mates(self, assignment: str, student: str, known: Mapping[str, str]) -> tuple[str, ...]:
        """Who hands in together with a student, without them. `known`: groups that a platform's file names."""
        for group in self.groups.values():
            wanted = assignment in group.assignments or (
                not group.assignments and self.planned(assignment).groups
            )
            if wanted and student in group.members:
                return tuple(each for each in group.members if each != student)
        own = known.get(student, "") if self.planned(assignment).groups else ""
        return tuple(sorted(who for who, name in known.items() if own and name == own and who != student))

    def counts_as_late(self, assignment: str) -> bool:
        """Whether there is a policy for late work, and it holds for the assignment."""
        return self.late is not None and self.planned(assignment).late

    def terms(self, assignment: str, seconds: float, used: int = 0) -> "Late | None":
        """What being so many seconds late means, where `used` free days are gone; None where it means nothing."""
        if self.late is None or not self.planned(assignment).late or seconds <= 60 * self.late.grace_minutes:
            return None
        policy = self.late
        free = min(max(0, policy.free_days - used), math.ceil(seconds / DAY))
        unit = DAY if policy.per == "day" else HOUR
        units = math.ceil(max(0.0, seconds - free * DAY) / unit)
        closed = policy.closes_after_days is not None and seconds > policy.closes_after_days * DAY
        percent = 100.0 if closed else min(policy.at_most_percent, units * policy.percent)
        return Late(seconds, free, units, policy.per, percent, policy.of, closed)

    def students(self) -> set[str]:
        """Everybody whom the file names."""
        listed: Iterable[list[str]] = (
            [each.student for each in self.extension],
            [each.student for each in self.extra_time],
            [each.student for each in self.excused],
            *(each.students for each in self.sections.values()),
            *(each.members for each in self.groups.values()),
        )
        return set().union(*listed)


def sections_in(name: str) -> tuple[str, ...]:
    """The sections that Canvas names for a student: one, or several as "A and B", "A, B, and C"."""
    return name, *re.split(r",? and |, ", name)


@dataclass(frozen=True)
class Late:
    """How late a submission is, and what that costs: the journal keeps it with the points.

    `seconds` after the student's own deadline; `free_days` of theirs are used for it; `units` begun days or hours
    (`per`) remain and cost `percent` of the maximum or the score (`of`); `closed`: it was too late to count.
    """

    seconds: float
    free_days: int = 0
    units: int = 0
    per: str = "day"
    percent: float = 0.0
    of: str = "maximum"
    closed: bool = False

    def points(self, score: float, most: float) -> float:
        """The points taken off a score, where the maximum is `most`; never more than the score."""
        if self.closed:
            return score
        return round(min(score, self.percent / 100 * (most if self.of == "maximum" else score)), 6)

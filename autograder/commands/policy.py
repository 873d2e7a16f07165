"""`autograder extend` and `autograder policy`: a student's own deadline, and what another policy changes for whom."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from autograder.commands.progress import policy_lines, repriced
from autograder.core.environment import user
from autograder.core.errors import WrongUse
from autograder.core.events import tell
from autograder.core.text import with_name
from autograder.course.course import Course, did_you_mean
from autograder.course.policies import Extension
from autograder.course.policies_file import NAME, add_extensions, parse_time, read_policies, zone
from autograder.course.runtime import course_lock, report_errors
from autograder.export.grades_csv import write_grades
from autograder.pages import feedback
from autograder.report.report import write_report
from autograder.results.changes import Why, note_changes
from autograder.results.late import LateWork, Upkeep, bring_up_to_date
from autograder.results.merged import names_of, outcomes_of


def extend(
    course: Path,
    assignment: str,
    student: str,
    until: str,
    why: str,
    *,
    db: str = "",
    out: TextIO = sys.stdout,
) -> int:
    """Writes a student's own deadline into course.toml, and applies it where the work is graded already; says whose free
    days are others with it, for this assignment and for later ones.

    Returns 0, or 2 where the assignment, the student or the time is none.
    """
    with report_errors(out) as status, course_lock(course, db) as opened:
        _check_names(opened, assignment, student)
        there = zone(opened)
        when = parse_time(until, there, "WHEN")
        work = LateWork(opened)
        with opened.gradebook() as gradebook:
            known = {each.name: each.duedate for each in gradebook.assignments}
        platforms = work.platforms
        due = work.policies.due(assignment, student, known.get(assignment), platforms.known(student).section)
        if due is None:
            raise WrongUse(
                f"{assignment} has no deadline that could be extended. State it in {opened.root / NAME}:\n"
                f'[assignments.{assignment}]\ndue = "2026-03-01 23:59"'
            )
        mates = work.policies.mates(assignment, student, platforms.groups)
        members = (student, *mates)
        with opened.gradebook() as gradebook:
            used = work.free_days(gradebook, members)
        add_extensions(opened, [Extension(assignment, each, when, why, user()) for each in members])
        now, before = (f"{each:%Y-%m-%d %H:%M} UTC" for each in (when, due))
        names = names_of(opened)
        everybody = ", ".join(with_name(each, names.get(each, "")) for each in members)
        print(f"{everybody}: {assignment} until {now}, before {before}", file=out)
        done = bring_up_to_date(opened, outcomes_of(opened, assignment, members), apply=True)
        _write(opened, assignment, done)
        for line in policy_lines(assignment, done.changes, applied=True):
            print(line, file=out)
        days = _free_days(opened, members, used)
        for each in days:
            who, change = (
                with_name(each.student, names.get(each.student, "")),
                f"{each.before} before, {each.after} now",
            )
            print(f"{who}: free days used for {each.assignment}: {change}", file=out)
        others = dict.fromkeys(each.assignment for each in days if each.assignment != assignment)
        open_ones: list[str] = []
        for name in others:
            changes = bring_up_to_date(opened, outcomes_of(opened, name, members)).changes
            open_ones += [name] * bool(changes)
            for line in policy_lines(name, changes, applied=False):
                print(line, file=out)
        tell(Extended(assignment, members, when, days, tuple(open_ones)))
        status.append(0)
    return status[0]


@dataclass(frozen=True)
class FreeDays:
    """The free days that a student has used for an assignment, before a change and after it."""

    student: str
    assignment: str
    before: int
    after: int


@dataclass(frozen=True)
class Extended:
    """Who has more time for an assignment, `until` when (in UTC); whose free `days` are others; `open`: assignments
    whose points change with these, once `policy` applies it."""

    assignment: str
    students: tuple[str, ...]
    until: datetime
    days: tuple[FreeDays, ...]
    open: tuple[str, ...]


def _free_days(
    course: Course, students: Sequence[str], before: Mapping[tuple[str, str], int]
) -> tuple[FreeDays, ...]:
    """Where these students have used other free days than before, under the policies as they are now."""
    with course.gradebook() as gradebook:
        after = LateWork(course).free_days(gradebook, students)
    changes = (FreeDays(*key, before.get(key, 0), now) for key, now in after.items())
    return tuple(each for each in changes if each.before != each.after)


def policy(
    course: Path, assignments: list[str], *, apply: bool = False, db: str = "", out: TextIO = sys.stdout
) -> int:
    """Says whose points the policies change as they are now, of some or all assignments; with `apply` changes them.

    Returns 0, 1 where something is to be applied, or 2 where course.toml cannot be right.
    """
    with report_errors(out) as status, course_lock(course, db) as opened:
        known = opened.assignments()
        for name in assignments:
            if name not in known:
                raise WrongUse(
                    f"There is no assignment {name!r}."
                    + did_you_mean(name, known, "assignment", "autograder policy {}")
                )
        strangers = sorted(read_policies(opened).students() - names_of(opened).keys())
        if strangers:
            print(f"{NAME} names students whom the gradebook does not know: {', '.join(strangers)}", file=out)
        pending = 0
        for name in assignments or known:
            done = bring_up_to_date(opened, outcomes_of(opened, name), apply)
            _write(opened, name, done)
            pending += 0 if apply else len(done.changes)
            tell(repriced(name, done.changes, apply))
            lines = policy_lines(name, done.changes, apply) or [f"{name}: nobody's points change"]
            print(*lines, sep="\n", file=out)
        status.append(1 if pending or strangers else 0)
    return status[0]


def _check_names(course: Course, assignment: str, student: str) -> None:
    """Raises WrongUse where the course has no such assignment or student."""
    known = course.assignments()
    if assignment not in known:
        command = f"autograder extend {{}} {shlex.quote(student)} WHEN"
        raise WrongUse(
            f"There is no assignment {assignment!r}." + did_you_mean(assignment, known, "assignment", command)
        )
    students = sorted({*names_of(course), *course.submissions(assignment)})
    if student not in students:
        command = f"autograder extend {shlex.quote(assignment)} {{}} WHEN"
        raise WrongUse(
            f"There is no student {student!r}." + did_you_mean(student, students, "student", command)
        )


def _write(course: Course, assignment: str, done: Upkeep) -> None:
    """Grades, report and the pages of those of whom something is other now."""
    if done.written:
        outcomes = outcomes_of(course, assignment)
        note_changes(course, assignment, outcomes, Why.POLICY)
        write_grades(course, assignment, outcomes)
        write_report(course, assignment, outcomes)
        feedback.generate(course, assignment, done.written)

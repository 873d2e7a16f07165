"""`autograder regrade`: grades everybody again after a check was fixed, and says who gains and loses points.

It is the run of `grade` over what was graded before; a dry run is the same run in a course that is thrown away
(`dry_run_copy`), so there is one way of grading, and what it shows is what the real one does, late penalties and grades
given by hand included.
"""

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import TextIO

from autograder.commands.grade import MEMORY, Run
from autograder.commands.progress import policy_lines
from autograder.core.errors import WrongUse
from autograder.core.events import tell
from autograder.course.course import Course, find_submissions
from autograder.course.dry_run_copy import dry_run_copy
from autograder.course.runtime import course_lock, report_errors
from autograder.engine import workplace
from autograder.engine.run_seed import last_seed, new_seed
from autograder.engine.workplace import make_rules
from autograder.kernels.client import WarmParent
from autograder.results import wording
from autograder.results.merged import outcomes_of
from autograder.results.outcome import FAILED, MANUAL, NEAR, Key, Outcome, namer


def regrade_assignment(
    course: Path,
    assignment: str,
    *,
    students: Sequence[str] = (),
    dry_run: bool = False,
    same_cases: bool = False,
    workers: int = 2,
    timeout: int | None = None,
    memory: int = MEMORY,
    sandbox: str = "auto",
    db: str = "",
    cluster: str = "",
    parent: WarmParent | None = None,
    out: TextIO = sys.stdout,
) -> int:
    """Grades again what was graded before, all or the submissions of `students`, and prints what changed.

    `dry_run`: nothing of the course is written, neither folders nor gradebook. `same_cases`: checks draw the cases of
    the last run, whose seed is kept, so that nobody's points change by chance. The other options are
    `grade_assignment`'s. Returns 0, 1 when some submissions need a person, 2 when the run cannot start or go on.
    """
    there: AbstractContextManager[Course] = (
        dry_run_copy(course, assignment, db) if dry_run else course_lock(course, db)
    )
    with report_errors(out) as status, there as opened:
        folders = find_submissions(opened, assignment, tuple(students), "regrade")
        before = {outcome.student: outcome for outcome in outcomes_of(opened, assignment)}
        again = {student: folder for student, folder in folders.items() if student in before}
        if not again:
            raise WrongUse(
                f"Nothing of {assignment!r} has been graded yet.\n  autograder grade {shlex.quote(assignment)}"
            )
        seed = last_seed(opened, assignment) if same_cases else new_seed()
        rules = replace(make_rules(opened, sandbox, timeout, memory), seed=seed)
        with workplace.somewhere(opened, rules, min(workers, len(again)), parent, cluster) as place:
            run = Run(opened, assignment, again, True, out, keep=not dry_run, seed=seed)
            run.execute(place)
        outcomes = outcomes_of(opened, assignment) if dry_run else run.write()
        after = {outcome.student: outcome for outcome in outcomes if outcome.student in again}
        changes = [change_of(before[student], after[student]) for student in again if student in after]
        print("\n" + "\n".join(report_lines(assignment, changes, dry_run)), file=out)
        tell(regraded(assignment, changes, dry_run))
        for line in policy_lines(assignment, run.changes, applied=False):
            print(line, file=out)
        if new := len(folders) - len(again):
            print(
                f"Not graded yet, so not graded again: {new}. autograder grade {shlex.quote(assignment)}",
                file=out,
            )
        status.append(1 if any(each.after.status in (MANUAL, FAILED) for each in changes) else 0)
    return status[0]


@dataclass(frozen=True)
class Change:
    """One submission before and after, with the points that each graded cell gained (lost where below 0)."""

    before: Outcome
    after: Outcome
    cells: dict[Key, float]

    @property
    def points(self) -> float:
        """What the whole submission gained."""
        return self.after.score - self.before.score

    @property
    def penalty(self) -> float:
        """What the late penalty gives back (takes where below 0)."""
        return self.before.penalty - self.after.penalty

    @property
    def is_change(self) -> bool:
        """Whether any points are others."""
        return bool(self.cells) or max(abs(self.points), abs(self.penalty)) > NEAR

    @property
    def resubmitted(self) -> bool:
        """Whether a different submission was graded before."""
        return self.before.submission_digest != self.after.submission_digest


def change_of(before: Outcome, after: Outcome) -> Change:
    """The changes of one submission."""
    earlier = {q.key: q.score or 0.0 for q in before.questions}
    cells = {}
    for question in after.questions:
        key = question.key
        gained = (question.score or 0.0) - earlier.get(key, 0.0)
        if abs(gained) > NEAR:
            cells[key] = gained
    return Change(before, after, cells)


@dataclass(frozen=True)
class Moved:
    """A student whose points are others, or who could not be graded before or now: before and after (None where not
    graded), and where: cells by name with what they gained, and what the late penalty gives back."""

    student: str
    before: float | None
    after: float | None
    cells: dict[str, float]
    penalty: float


@dataclass(frozen=True)
class Regraded:
    """What a regrade changed, or would change (`dry_run`): of `submissions` those `moved`, who gains most first.

    `mean_before`, `mean_after`: of those graded both times; None where there are none. `waiting`: for a person.
    """

    assignment: str
    dry_run: bool
    submissions: int
    moved: tuple[Moved, ...]
    mean_before: float | None
    mean_after: float | None
    waiting: int


def regraded(assignment: str, changes: Sequence[Change], dry_run: bool) -> Regraded:
    """The same as `report_lines`, as a record."""
    whole = [each for each in changes if not _failed(each)]
    means = [mean(scores) for scores in zip(*((c.before.score, c.after.score) for c in whole), strict=True)]
    moved = sorted(
        (each for each in changes if each.is_change or _failed(each)),
        key=lambda each: (-each.points, each.after.student),
    )
    return Regraded(
        assignment,
        dry_run,
        len(changes),
        tuple(_moved(each) for each in moved),
        means[0] if means else None,
        means[1] if means else None,
        sum(each.after.status == MANUAL for each in changes),
    )


def _moved(change: Change) -> Moved:
    name = namer(q.key for q in change.after.questions)
    before, after = (None if o.status == FAILED else o.score for o in (change.before, change.after))
    cells = {name(key): gain for key, gain in change.cells.items()}
    return Moved(change.after.student, before, after, cells, change.penalty)


def report_lines(assignment: str, changes: Sequence[Change], dry_run: bool) -> Iterator[str]:
    """The tables: who gains and loses what, on which questions, and in all."""
    moved = [each for each in changes if each.is_change or _failed(each)]
    wrote = "nothing was written" if dry_run else "written"
    yield f"{assignment}: {len(changes)} graded again ({wrote}); the points of {len(moved)} changed"
    if moved:
        width = max(7, *(len(each.after.student) for each in moved))
        yield f"\n  {'student':{width}}  {'before':>8}  {'after':>8}  {'change':>8}  where"
        for each in sorted(moved, key=lambda each: (-each.points, each.after.student)):
            yield f"  {each.after.student:{width}}  {_score(each.before)}  {_score(each.after)}  {_change(each)}"
        yield from _by_question(moved)
    yield from _totals(changes)


def _by_question(moved: Sequence[Change]) -> Iterator[str]:
    touched = {key for each in moved for key in each.cells}
    if not touched:
        return
    every = list(dict.fromkeys(q.key for each in moved for q in each.after.questions))
    keys, name = [key for key in every if key in touched], namer(every)
    width = max(8, *(len(name(key)) for key in keys))
    yield f"\n  {'question':{width}}  {'gain':>5}  {'lose':>5}  {'points':>8}"
    for key in keys:
        gains = [each.cells[key] for each in moved if key in each.cells]
        up, down = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
        yield f"  {name(key):{width}}  {up:5}  {down:5}  {sum(gains):+8.6g}"


def _totals(changes: Sequence[Change]) -> Iterator[str]:
    whole = [each for each in changes if not _failed(each)]
    gains = [each.points for each in whole if each.points > NEAR]
    losses = [each.points for each in whole if each.points < -NEAR]
    same = len(whole) - len(gains) - len(losses)
    gained, lost_points = (
        f"{len(gains)} gain {sum(gains):.6g} points",
        f"{len(losses)} lose {-sum(losses):.6g}",
    )
    yield f"\n  {gained}, {lost_points}, {same} keep their score."
    if whole:
        before, after = (
            sum(o.score for o in each) / len(whole)
            for each in zip(*((c.before, c.after) for c in whole), strict=True)
        )
        yield f"  Mean {before:.4g} before, {after:.4g} after."
    if gains or losses:
        yield "  Tests that draw other random cases may give slightly different points without having been changed."
    if waiting := sum(each.after.status == MANUAL for each in changes):
        yield f"  {waiting} wait in the formgrader. Grades given by hand are kept. Confirm them there if the tests or"
        yield "  the submission changed since."
    if anew := [each.after.student for each in changes if each.resubmitted]:
        yield f"  Handed in again since: {', '.join(anew)}"
    if lost := [each.after for each in changes if each.after.status == FAILED]:
        yield "\n".join(
            [
                "  Could not be graded:",
                *(f"    {each.student}: {wording.reason(each.reason)}" for each in lost),
            ]
        )


def _failed(change: Change) -> bool:
    return FAILED in (change.before.status, change.after.status)


def _score(outcome: Outcome) -> str:
    return f"{'-' if outcome.status == FAILED else f'{outcome.score:.6g}':>8}"


def _change(change: Change) -> str:
    """The change in points, and in which cells."""
    name = namer(q.key for q in change.after.questions)
    parts = [f"{name(key)} {gain:+.6g}" for key, gain in change.cells.items()]
    if abs(change.penalty) > NEAR:
        late = wording.late(change.after.late, change.after.penalty)
        parts.append(f"late penalty {change.penalty:+.6g}" + (f" ({late})" if late else ""))
    if _failed(change):
        return f"{'':8}  could not be graded {'now' if change.after.status == FAILED else 'before'}"
    return f"{change.points:+8.6g}  {', '.join(parts)}"

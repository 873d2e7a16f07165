"""Shows a run's progress and its results at the terminal; used by `grade`."""

import shlex
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

from autograder.core.events import tell
from autograder.core.records import Reason
from autograder.core.text import printable
from autograder.results import wording
from autograder.results.changes import Why
from autograder.results.late import PenaltyChange
from autograder.results.outcome import FAILED, GRADED, MANUAL, STATUSES, ZERO, Outcome

NAMED = 5  # students of a kind that are listed
MOST = 20  # students whose points change
WHY = {  # as the log of changes is printed
    Why.GRADED: "graded",
    Why.BY_HAND: "by hand",
    Why.POLICY: "policy for late work",
    Why.REQUEST: "regrade request",
    Why.ESSAY: "essay read",
}


@dataclass(frozen=True)
class Recorded:
    """One more submission of a run is recorded: the `count`-th of `total`. `line`: its result in words."""

    count: int
    total: int
    student: str
    status: str
    score: float
    max_score: float
    line: str


class Progress:
    """One line that counts, on a terminal; elsewhere a plain line for each submission."""

    def __init__(self, out: TextIO, total: int):
        self.out, self.total, self.count = out, total, 0
        self.started = time.monotonic()
        self.live = out.isatty()

    def add(self, outcome: Outcome) -> None:
        """One more submission is recorded."""
        self.count += 1
        about = outcome.student, outcome.status, outcome.score, outcome.max_score
        tell(Recorded(self.count, self.total, *about, in_a_line(outcome)))
        if not self.live:
            width = len(str(self.total))
            print(f"[{self.count:{width}}/{self.total}] {in_a_line(outcome)}", file=self.out, flush=True)
            return
        rate = self.count / max(time.monotonic() - self.started, 1e-6)
        filled = 24 * self.count // self.total
        left = (self.total - self.count) / rate
        text = (
            f"{'█' * filled}{'░' * (24 - filled)} {self.count}/{self.total}"
            f"  {60 * rate:.0f} a minute  {duration(left)} left  {printable(outcome.student)}"
        )
        self.out.write("\r\x1b[K" + text[: shutil.get_terminal_size().columns - 1])
        if self.count == self.total:
            self.close()
        self.out.flush()

    def close(self) -> None:
        """Clears the progress line before other output."""
        if self.live and self.count:
            self.out.write("\r\x1b[K")


def in_a_line(outcome: Outcome) -> str:
    """A submission's result in one line, with the reason where it is zero."""
    name = printable(outcome.student)
    text = f"{name}: {outcome.score:g} of {outcome.max_score:g}"
    if outcome.status == FAILED:
        text = f"{name}: could not be graded"
    elif outcome.status == MANUAL:
        text += ", the rest to be graded by hand"
    text += f", {late}" if (late := wording.late(outcome.late, outcome.penalty)) else ""
    reason = wording.reason(outcome.reason)
    return text + (f" ({reason})" if reason else "") + f", {outcome.seconds:.1f} s"


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def table(outcomes: Sequence[Outcome]) -> str:
    """How many submissions have which status, with those that are not simply graded by name."""
    lines = []
    width = max(map(len, wording.STATUSES.values()))
    for status in STATUSES:
        these = [outcome for outcome in outcomes if outcome.status == status]
        if these or status in (GRADED, ZERO):
            lines.append(f"  {wording.STATUSES[status]:{width}}  {len(these):4}")
        if status != GRADED:
            lines += [f"      {line}" for line in _why(these)]
    return "\n".join(lines)


def _why(outcomes: Sequence[Outcome]) -> list[str]:
    """Who has which reason, those with the same one in one line, and those who only wait for a person last."""
    same: dict[Reason | None, list[str]] = {}
    for outcome in outcomes:
        same.setdefault(outcome.reason, []).append(printable(outcome.student))
    waiting = same.pop(None, [])
    lines = [f"{_names(names)}: {wording.reason(reason)}" for reason, names in same.items()]
    return [*lines, *([f"{_names(waiting)}: see the formgrader"] if waiting else [])]


def _names(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


@dataclass(frozen=True)
class PenaltyMoved:
    """A student whose points another policy for late work changes; `why`: lateness and penalty in words."""

    student: str
    before: float
    after: float
    why: str


@dataclass(frozen=True)
class Repriced:
    """Whose points the policies for late work change as they are now, or (`applied`) have changed, most lost first."""

    assignment: str
    applied: bool
    moved: tuple[PenaltyMoved, ...]


def repriced(assignment: str, changes: Sequence[PenaltyChange], applied: bool) -> Repriced:
    """The same as `policy_lines`, as a record."""
    ordered = sorted(changes, key=lambda each: (each.points, each.after.student))
    return Repriced(assignment, applied, tuple(_penalty_moved(each) for each in ordered))


def _penalty_moved(change: PenaltyChange) -> PenaltyMoved:
    after = change.after
    why = wording.late(after.late, after.penalty) or "no late penalty"
    return PenaltyMoved(after.student, change.before.score, after.score, why)


def policy_lines(assignment: str, changes: Sequence[PenaltyChange], applied: bool) -> list[str]:
    """Whose points another policy for late work changes, who loses most first, and the command that applies it."""
    if not changes:
        return []
    done = "changed" if applied else "would change: it is not applied yet"
    lines = [f"{assignment}: late work is judged otherwise now, and the points of {len(changes)} {done}"]
    ordered = repriced(assignment, changes, applied).moved
    for each in ordered if len(ordered) <= MOST + 1 else ordered[:MOST]:
        scores = f"{each.before:.6g} -> {each.after:.6g}"
        lines.append(f"  {printable(each.student)}: {scores} ({each.after - each.before:+.4g}; {each.why})")
    if len(ordered) > MOST + 1:
        lines.append(f"  and {len(ordered) - MOST} more")
    if not applied:
        lines.append(f"To apply it to all: autograder policy {shlex.quote(assignment)} --apply")
    return lines

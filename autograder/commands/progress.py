"""Shows a run's progress and its results at the terminal; used by `grade`."""

import shutil
import time
from collections.abc import Sequence
from typing import TextIO

from autograder.core.text import printable
from autograder.results import wording
from autograder.results.outcome import FAILED, GRADED, MANUAL, STATUSES, ZERO, Outcome

NAMED = 5  # students listed who wait for grading by hand


class Progress:
    """One line that counts, on a terminal; elsewhere a plain line for each submission."""

    def __init__(self, out: TextIO, total: int):
        self.out, self.total, self.count = out, total, 0
        self.started = time.monotonic()
        self.live = out.isatty()

    def add(self, outcome: Outcome) -> None:
        """One more submission is recorded."""
        self.count += 1
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
            said = [(printable(outcome.student), wording.reason(outcome.reason)) for outcome in these]
            lines += [f"      {name}: {reason}" for name, reason in said if reason]
            waiting = [name for name, reason in said if not reason]
            if waiting:
                more = f" and {len(waiting) - NAMED} more" if len(waiting) > NAMED else ""
                lines.append(f"      {', '.join(waiting[:NAMED])}{more}: see the formgrader")
    return "\n".join(lines)

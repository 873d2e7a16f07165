"""The table at the end of collecting: who has work, who is late, what somebody has to look at, who is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.collecting.submitted_folder import KEPT, NEW, SAME, UPDATED
from autograder.core.text import plain

UNMATCHED, UNREADABLE = "unmatched", "unreadable"  # besides what `submitted_folder` calls them
WORDS = {
    NEW: ("collected", "would be collected"),
    UPDATED: ("updated", "would be updated"),
    SAME: ("unchanged", "unchanged"),
    KEPT: ("not taken", "would not be taken"),
    UNMATCHED: ("unknown student", "unknown student"),
    UNREADABLE: ("not taken", "would not be taken"),
}


@dataclass(frozen=True)
class Row:
    """The result for one submission. `where`: what the source calls it; `doubt`: what a person should look at."""

    student: str
    where: str
    what: str
    why: str = ""
    notes: tuple[str, ...] = ()
    late: str = ""
    doubt: str = ""
    files: tuple[str, ...] = ()

    @property
    def needs_person(self) -> bool:
        """Whether it makes the exit status 1."""
        return bool(self.doubt) or self.what in (KEPT, UNMATCHED, UNREADABLE)


def how_late(time: datetime | None, due: datetime | None) -> str:
    """In words, how long after the deadline; "" where it is not known to be late."""
    if time is None or due is None or time <= due:
        return ""
    seconds = round((time - due).total_seconds())
    days, rest = divmod(seconds, 86400)
    hours, minutes = divmod(rest // 60, 60)
    if seconds < 60:
        return f"{seconds} s late"
    return " ".join(f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n) + " late"


@dataclass(frozen=True)
class Heading:
    """What was collected: an assignment from a source."""

    assignment: str
    source: str
    path: Path | None
    due: datetime | None
    dry_run: bool


def table(
    heading: Heading, rows: Sequence[Row], missing: Mapping[str, Sequence[str]], remarks: Sequence[str]
) -> str:
    """All of it as text. `missing`: who is not in the source, by what is known of them. A dry run names every file
    that would be written."""
    rows = sorted(rows, key=lambda row: (row.student or "~", row.where))
    until = f", due {heading.due:%Y-%m-%d %H:%M:%S} UTC" if heading.due else ""
    dry = "; nothing is written, this is a dry run" if heading.dry_run else ""
    where = f"{heading.source} {heading.path}" if heading.path else heading.source
    lines = [f"{heading.assignment} from {where}{until}{dry}"]
    for what in (NEW, UPDATED, SAME):
        these = [row for row in rows if row.what == what]
        if these or what == NEW:
            lines.append(f"  {WORDS[what][heading.dry_run]:22}{len(these):5}")
        if heading.dry_run or what == UPDATED:
            lines += [f"      {row.student}: {_from(row)}" for row in these if what != SAME]
    lines += _list("late", [f"{row.student}: {row.late}" for row in rows if row.late])
    noted = [f"{row.student or plain(row.where)}: {note}" for row in rows for note in row.notes]
    lines += _list("for your information", noted)
    lines += _list("needs a person", [_trouble(row, heading.dry_run) for row in rows if row.needs_person])
    for known, students in missing.items():
        lines += _list(known, list(students))
    lines += [f"  {remark}" for remark in dict.fromkeys(remarks)]
    if heading.dry_run:
        lines.append("  To do it, run the same command without --dry-run.")
    return "\n".join(lines)


def _from(row: Row) -> str:
    why = f" ({row.why})" if row.why else ""
    files = f": {', '.join(plain(file, 60) for file in row.files)}" if row.files else ""
    return f"from '{plain(row.where, 80)}'{why}{files}"


def _trouble(row: Row, dry_run: bool) -> str:
    where = f"'{plain(row.where, 100)}'"
    if row.what == UNMATCHED:
        return f"{where}: {row.why}"
    if row.what in (KEPT, UNREADABLE):
        return f"{row.student}: {where} {'would not be' if dry_run else 'is not'} taken: {row.why}"
    return f"{row.student}: {row.doubt}"


def _list(title: str, entries: Sequence[str]) -> list[str]:
    return [f"  {title:22}{len(entries):5}", *(f"      {entry}" for entry in entries)] if entries else []

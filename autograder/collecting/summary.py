"""The table at the end of collecting: who has work, who is late, what somebody has to look at, who is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.collecting.submitted_folder import KEPT, NEW, SAME, UPDATED
from autograder.core.text import plain, with_name
from autograder.results.wording import span

FOLD, NAMES = (
    5,
    20,
)  # lines of a list that nobody has to act on; names on one line, and lines of what needs a person
SAME_REASON = 3  # submissions that are listed one by one though the reason is the same
UNMATCHED, UNREADABLE, LEFT = "unmatched", "unreadable", "left"  # besides what `submitted_folder` calls them
WORDS = {
    NEW: ("collected", "would be collected"),
    UPDATED: ("updated", "would be updated"),
    SAME: ("unchanged", "unchanged"),
    KEPT: ("not taken", "would not be taken"),
    UNMATCHED: ("unknown student", "unknown student"),
    UNREADABLE: ("not taken", "would not be taken"),
    LEFT: ("not submitted", "not submitted"),
}


@dataclass(frozen=True)
class Row:
    """The result for one submission. `where`: what the source calls it; `doubt`: what a person should look at,
    in words that many may share, and `detail`: of what; `renamed`: notebooks that had other names; `extended`: the
    student's own deadline, in words."""

    student: str
    where: str
    what: str
    why: str = ""
    notes: tuple[str, ...] = ()
    late: str = ""
    doubt: str = ""
    files: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    extended: str = ""
    draft: bool = False
    detail: str = ""

    @property
    def needs_person(self) -> bool:
        """Whether it makes the exit status 1."""
        return bool(self.doubt) or self.what in (KEPT, UNMATCHED, UNREADABLE)


def how_late(time: datetime | None, due: datetime | None) -> str:
    """In words, how long after the deadline; "" where it is not known to be late."""
    if time is None or due is None or time <= due:
        return ""
    return f"{span((time - due).total_seconds())} late"


@dataclass(frozen=True)
class Heading:
    """What was collected: an assignment from a source. `every`: no list is folded."""

    assignment: str
    source: str
    path: Path | None
    due: datetime | None
    dry_run: bool
    every: bool = False


@dataclass(frozen=True)
class Collected:
    """All of a run, as a record; `table` shows it. `missing`: who is not in the source, by what is known of them;
    `names`: of students by id, for those who are new are not in the gradebook before a dry run's end."""

    assignment: str
    source: str
    due: datetime | None
    dry_run: bool
    rows: tuple[Row, ...]
    missing: Mapping[str, Sequence[str]]
    remarks: tuple[str, ...]
    names: Mapping[str, str]


def in_order(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows by student, those that need a person first."""
    return tuple(sorted(rows, key=lambda row: (not row.needs_person, row.student or "~", row.where)))


def table(
    heading: Heading,
    rows: Sequence[Row],
    missing: Mapping[str, Sequence[str]],
    remarks: Sequence[str],
    names: Mapping[str, str],
) -> str:
    """All of it as text, what needs a person first. `missing`: who is not in the source, by what is known of them;
    `names`: of students by id. A dry run names what would be written."""
    rows = sorted(rows, key=lambda row: (row.student or "~", row.where))
    until = f", due {heading.due:%Y-%m-%d %H:%M:%S} UTC" if heading.due else ""
    dry = "; nothing is written, this is a dry run" if heading.dry_run else ""
    where = f"{heading.source} {heading.path}" if heading.path else heading.source
    lines = [f"{heading.assignment} from {where}{until}{dry}"]
    troubles = _troubles([row for row in rows if row.needs_person], heading, names)
    count = sum(row.needs_person for row in rows)
    lines += _list("needs a person", troubles, heading.every, fold=NAMES, count=count)
    for what in (NEW, UPDATED, SAME):
        these = [row for row in rows if row.what == what]
        if these or what == NEW:
            lines.append(f"  {WORDS[what][heading.dry_run]:22}{len(these):5}")
        if what != SAME and (heading.dry_run or what == UPDATED):
            said = [f"{row.student}: {_from(row)}" for row in these]
            lines += _folded(said, heading.every)
    late = [f"{row.student}: {row.late}" for row in rows if row.late]
    lines += _list("late", late, heading.every)
    own = [f"{row.student}: {row.extended}" for row in rows if row.extended]
    lines += _list("own deadline", own, heading.every)
    lines += _names("draft, not submitted", [row.student for row in rows if row.draft], heading.every)
    renamed = [f"{row.student or plain(row.where)}: {each}" for row in rows for each in row.renamed]
    lines += _list("had another name", renamed, heading.every, fold=0)
    noted = [f"{row.student or plain(row.where)}: {note}" for row in rows for note in row.notes]
    lines += _list("for your information", noted, heading.every)
    for known, students in missing.items():
        lines += _names(known, [with_name(id, names.get(id, "")) for id in students], heading.every)
    lines += [f"  {remark}" for remark in dict.fromkeys(remarks)]
    if heading.dry_run:
        lines.append("  To do it, run the same command without --dry-run.")
    return "\n".join(lines)


def _from(row: Row) -> str:
    why = f" ({row.why})" if row.why else ""
    files = f": {', '.join(plain(file, 60) for file in row.files)}" if row.files else ""
    return f"from '{plain(row.where, 80)}'{why}{files}"


def _troubles(rows: Sequence[Row], heading: Heading, names: Mapping[str, str]) -> list[str]:
    """What a person has to look at, what is the same of many in one line, what concerns most first."""
    same: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        same.setdefault(
            (row.what if row.what in (KEPT, UNREADABLE, UNMATCHED) else "", row.doubt or row.why), []
        ).append(row)
    lines = []
    for these in sorted(same.values(), key=len, reverse=True):
        if these[0].what == UNMATCHED or (len(these) > SAME_REASON and not heading.every):
            lines.append(_together(these, heading, names))
        else:
            lines += [f"{_who(row, names)}: {_trouble(row, heading.dry_run)}" for row in these]
    return lines


def _together(rows: Sequence[Row], heading: Heading, names: Mapping[str, str]) -> str:
    """Submissions of which the same is to be said."""
    shown = rows if heading.every or len(rows) <= NAMES + 1 else rows[:NAMES]
    who = ", ".join(_who(row, names) for row in shown)
    more = f" and {len(rows) - len(shown)} more, which --all lists" if len(shown) < len(rows) else ""
    taken = f"{_not_taken(heading.dry_run, len(rows))}: " if rows[0].what in (KEPT, UNREADABLE) else ""
    return f"{who}{more}: {taken}{rows[0].doubt or rows[0].why}"


def _who(row: Row, names: Mapping[str, str]) -> str:
    return with_name(row.student, names.get(row.student, "")) if row.student else f"'{plain(row.where, 100)}'"


def _trouble(row: Row, dry_run: bool) -> str:
    if row.what in (KEPT, UNREADABLE):
        return f"'{plain(row.where, 100)}' {_not_taken(dry_run)}: {row.why}"
    return row.doubt + (f": {row.detail}" if row.detail else "")


def _not_taken(dry_run: bool, count: int = 1) -> str:
    return f"{'would not be' if dry_run else 'is not' if count == 1 else 'are not'} taken"


def _list(
    title: str, entries: Sequence[str], every: bool = True, fold: int = FOLD, count: int | None = None
) -> list[str]:
    if not entries:
        return []
    number = len(entries) if count is None else count
    return [f"  {title:22}{number:5}", *_folded(entries, every, fold)]


def _folded(entries: Sequence[str], every: bool, fold: int = FOLD) -> list[str]:
    """The first of a list, or all of it where only one more would be left out."""
    shown = entries if every or len(entries) <= fold + 1 else entries[:fold]
    left = len(entries) - len(shown)
    more = [f"      {f'and {left} more: ' if fold else ''}--all lists them"] if left else []
    return [*(f"      {entry}" for entry in shown), *more]


def _names(title: str, names: Sequence[str], every: bool) -> list[str]:
    """Students on one line."""
    if not names:
        return []
    shown = names if every or len(names) <= NAMES else names[:NAMES]
    more = f" and {len(names) - len(shown)} more: --all lists them" if len(shown) < len(names) else ""
    return [f"  {title:22}{len(names):5}", f"      {', '.join(shown)}{more}"]

"""The sentences of a grading run: the text of each record of `autograder.core.records`.

The only place where they are written. Students read them on top of a graded notebook, in the outputs of cells that
were stopped and on their feedback pages; instructors in grades.csv, at the terminal and in the report. Each begins
small and has no full stop, so that it may stand in a list or in brackets. Nothing is decided by what is written here.
"""

import signal
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from autograder.core.records import (
    CellName,
    Fault,
    FaultKind,
    Flag,
    FlagKind,
    Incident,
    IncidentKind,
    Item,
    Reason,
    ReasonKind,
    Repair,
    RepairKind,
)
from autograder.course.policies import Late
from autograder.results.outcome import FAILED, GRADED, MANUAL, ZERO

ITEMS = {Item.FOLDER: "folder", Item.NOTEBOOK: "notebook", Item.FILE: "file"}
TOO_LARGE = {
    Item.FOLDER: "make it smaller",
    Item.NOTEBOOK: "clear its outputs (Edit > Clear Outputs of All Cells)",
    Item.FILE: "make it smaller",
}
FAULTS = {
    FaultKind.SYMBOLIC_LINK: "the submitted {item} is a symbolic link, not a {item}; hand in the {item} itself",
    FaultKind.ANOTHERS_FILE: "the submitted {item} is a hard link to somebody else's file; hand in a {item} of your own",
    FaultKind.FILE_FOR_FOLDER: "the submission is a file where a folder was expected",
    FaultKind.NOT_ORDINARY: "the submitted {item} is not an ordinary file",
    FaultKind.TOO_LARGE: (
        "the {item} has {number} MB, more than the {most} MB allowed; {remedy} and hand it in again"
    ),
    FaultKind.EMPTY: "`{path}` is empty",
    FaultKind.NOT_UTF8: "`{path}` is not encoded in UTF-8 (byte {number}); save it from Jupyter again",
    FaultKind.NOT_JSON: "`{path}` is not a notebook: it is not valid JSON{in_line}",
    FaultKind.NO_FORMAT: "`{path}` is not a notebook: it does not say which notebook format it has",
    FaultKind.TOO_MANY_CELLS: (
        "`{path}` has {number} cells, more than the {most} allowed;"
        " delete those that you do not need and hand it in again"
    ),
    FaultKind.TOO_MUCH_INSIDE: (
        "`{path}` has {number} lists and tables in it, more than the {most} allowed;"
        " choose Clear Outputs of All Cells, save it and hand it in again"
    ),
    FaultKind.FORMAT_TOO_NEW: "`{path}` has the notebook format {number}, newer than {most}",
    FaultKind.NOT_UPGRADED: "`{path}` has the old notebook format {number} and cannot be upgraded",
    FaultKind.NO_CELLS: "`{path}` is not a notebook: it has no cells",
    FaultKind.ANOTHER_NOTEBOOK: (
        "`{path}` is another notebook{titled}: it has {its_cells}none of the exercises of `{name}.ipynb`,"
        " such as {wanted}; hand in that one"
    ),
    FaultKind.MISSING: "there is no notebook `{name}.ipynb` in the submission, which has: {files}",
    FaultKind.LEGACY: "{text}",
}
REPAIRS = {
    RepairKind.TOO_LARGE_TOGETHER: "`{path}` was left out: the files together exceed {most} MB",
    RepairKind.FILE_UNFIT: "`{path}` was left out: {fault}",
    RepairKind.LONG_PATH: "a file was left out because its path is too long: `{path}`",
    RepairKind.UNPRINTABLE_NAME: "a file with an unprintable name was left out: `{path}`",
    RepairKind.TOO_MANY_FILES: "only the first {most} files were taken",
    RepairKind.PICTURES_LEFT_OUT: ("pictures in text cells were left out: together they exceed {most} MB"),
    RepairKind.NOTEBOOK_RENAMED: "the notebook was called `{path}`; it was graded as `{name}.ipynb`",
    RepairKind.NOT_A_TIME: "timestamp.txt is not a time: `{text}`",
    RepairKind.ANSWER_COPIES: "the cell `{cell}` was there {number} times; copy {chosen} was graded",
    RepairKind.ANSWER_RETYPED: "the cell `{cell}` had become {was}; it was read as {now}",
    RepairKind.ANSWER_MISSING: (
        "the cell `{cell}` was missing; it was put back as released, without an answer"
    ),
    RepairKind.FOUND_BY_DEFINITION: (
        "the cell `{cell}` had lost its id; it was recognised by what it defines (cell {number})"
    ),
    RepairKind.FOUND_BY_LIKENESS: (
        "the cell `{cell}` had lost its id; it was recognised by its similar text (cell {number})"
    ),
    RepairKind.FOUND_BY_PLACE: (
        "the cell `{cell}` had lost its id; it was recognised by its position (cell {number})"
    ),
    RepairKind.LOCKED_MISSING: "the cell `{cell}` was missing; it was put back",
    RepairKind.LOCKED_COPIES: "the cell `{cell}` was there {number} times; it was run once",
    RepairKind.LOCKED_CHANGED: "the text of the cell `{cell}` had been changed; the original was run",
    RepairKind.CODE_MISSING: (
        "no personal code was typed in `me(...)`, so the notebook showed the values for practice; it was graded with the"
        " student's own"
    ),
    RepairKind.CODE_UNREADABLE: (
        "what was typed in `me(...)` is no personal code; the notebook was graded with the student's own values"
    ),
    RepairKind.CODE_WRONG: (
        "the personal code in `me(...)` is not the one of this course; the notebook was graded with the student's own"
        " values"
    ),
    RepairKind.CODE_OF_ANOTHER: (
        "the personal code in `me(...)` is that of `{name}`; the notebook was graded with the student's own values"
    ),
    RepairKind.LEGACY: "{text}",
}
# The report's table of repairs counts kinds, whatever the cell.
KINDS_OF_REPAIRS = {
    RepairKind.TOO_LARGE_TOGETHER: "a file was left out: all files together were too large",
    RepairKind.FILE_UNFIT: "a file was left out: a link, too large, or not an ordinary file",
    RepairKind.LONG_PATH: "a file was left out because its path is too long",
    RepairKind.UNPRINTABLE_NAME: "a file with an unprintable name was left out",
    RepairKind.TOO_MANY_FILES: "files beyond the first ones were left out",
    RepairKind.PICTURES_LEFT_OUT: "pictures in text cells were left out: together they were too large",
    RepairKind.NOTEBOOK_RENAMED: "the notebook had another name",
    RepairKind.NOT_A_TIME: "timestamp.txt was not a time",
    RepairKind.ANSWER_COPIES: "an answer was there several times; one was graded",
    RepairKind.ANSWER_RETYPED: "an answer had become a cell of another kind",
    RepairKind.ANSWER_MISSING: "an answer was missing; its cell was put back as released",
    RepairKind.FOUND_BY_DEFINITION: "an answer had lost its id; it was recognised by what it defines",
    RepairKind.FOUND_BY_LIKENESS: "an answer had lost its id; it was recognised by its similar text",
    RepairKind.FOUND_BY_PLACE: "an answer had lost its id; it was recognised by its position",
    RepairKind.LOCKED_MISSING: "a locked cell was missing; it was put back",
    RepairKind.LOCKED_COPIES: "a locked cell was there several times; it was run once",
    RepairKind.LOCKED_CHANGED: "the text of a locked cell had been changed; the original was run",
    RepairKind.CODE_MISSING: "no personal code was typed; the student's own values were used",
    RepairKind.CODE_UNREADABLE: "what was typed is no personal code; the student's own values were used",
    RepairKind.CODE_WRONG: "the personal code is not one of this course; the student's own values were used",
    RepairKind.CODE_OF_ANOTHER: "the personal code is another student's; the student's own values were used",
    RepairKind.LEGACY: "repairs of submissions that an earlier version graded",
}
FLAGS = {
    FlagKind.TOO_LONG: "cell {cell} has {number} characters, too many to be examined",
    FlagKind.FORBIDDEN_MEANS: "cell {cell} must not use {name}; it has {found}",
    FlagKind.FORBIDDEN_NAME: "cell {cell} must not use {name}; it has {found}",
    FlagKind.REACHES_CHECKS: "cell {cell} uses the inside of the checks, which contain right answers: {found}",
}
KINDS_OF_FLAGS = {
    FlagKind.TOO_LONG: "a cell has too many characters to be examined",
    FlagKind.FORBIDDEN_MEANS: "a cell may use something that it must not use",
    FlagKind.FORBIDDEN_NAME: "a cell has a name that it must not use",
    FlagKind.REACHES_CHECKS: "a cell uses the inside of the checks, which contain right answers",
}
INCIDENTS = {
    IncidentKind.CELL_TIME_LIMIT: "the time limit of {seconds:g} s was reached{by}",
    IncidentKind.NOTEBOOK_TIME_LIMIT: "the time limit of {seconds:.0f} s for all cells was reached{by}",
    IncidentKind.KERNEL_TIME_LIMIT: "the time limit was reached{by}",
    IncidentKind.PROCESSOR_TIME_LIMIT: "the processor time limit was reached{by}",
    IncidentKind.MEMORY_LIMIT: "the memory limit was reached{by}",
    IncidentKind.DISK_LIMIT: "the disk limit was reached{by}",
    IncidentKind.KERNEL_KILLED: "the kernel died (killed by {signal})",
    IncidentKind.KERNEL_EXITED: "the kernel died ({exit})",
    IncidentKind.KERNEL_STOPPED: "the kernel died (stopped)",
    IncidentKind.TOLD_TO_EXIT: "the kernel was told to exit",
    IncidentKind.TEST_CRASHED: "what the test computed with it crashed ({signal})",
    IncidentKind.TAMPERED_CONNECTION: "the kernel's connection was tampered with",
    IncidentKind.NOT_POINTS: "the value {value} is not a valid number of points (the cell has {most:g})",
    IncidentKind.COUNTS_AS: "the value {value} counts as {points:g} of {most:g} points",
    IncidentKind.LEGACY: "{text}",
}
REASONS = {
    ReasonKind.PARTS: "{parts}",
    ReasonKind.UNREADABLE: "{parts}",
    ReasonKind.UNTOUCHED: "no answer given: every answer cell is as it was released",
    ReasonKind.SYNTAX_ERROR: "syntax error ({text}){in_line} in cell {cell}",
    ReasonKind.INCIDENTS: "{parts}",
    ReasonKind.EXCEPTION: "cell {cell} stopped with {name}: {text}",
    ReasonKind.PROPERTIES_FAILED: "all checks failed, first: {name}: {number} of {most} properties hold",
    ReasonKind.NOT_THE_FUNCTION: "all checks failed, first: found {name} instead of the function asked for",
    ReasonKind.CHECKS_FAILED: "all checks failed, first: {text}",
    ReasonKind.NO_POINTS: "no points in any graded cell",
    ReasonKind.NOT_GRADED: "{text}",
    ReasonKind.LEGACY: "{text}",
}
KINDS_OF_INCIDENTS = {
    IncidentKind.CELL_TIME_LIMIT: "the time limit of a cell was reached",
    IncidentKind.NOTEBOOK_TIME_LIMIT: "the time limit for all cells was reached",
    IncidentKind.KERNEL_TIME_LIMIT: "the time limit of the kernel was reached",
    IncidentKind.PROCESSOR_TIME_LIMIT: "the processor time limit was reached",
    IncidentKind.MEMORY_LIMIT: "the memory limit was reached",
    IncidentKind.DISK_LIMIT: "the disk limit was reached",
    IncidentKind.KERNEL_KILLED: "the kernel died, killed by a signal",
    IncidentKind.KERNEL_EXITED: "the kernel died: it ended by itself",
    IncidentKind.KERNEL_STOPPED: "the kernel died: it was stopped",
    IncidentKind.TOLD_TO_EXIT: "the kernel was told to exit",
    IncidentKind.TEST_CRASHED: "what a test computed with the answer crashed",
    IncidentKind.TAMPERED_CONNECTION: "the kernel's connection was tampered with",
    IncidentKind.NOT_POINTS: "a test's value is not a valid number of points",
    IncidentKind.COUNTS_AS: "a test's value gives only some of the points",
    IncidentKind.LEGACY: "limits of submissions that an earlier version graded",
}
# Parts of the sentences above, where there is something to say in their place.
BY_SIGNAL = (IncidentKind.KERNEL_KILLED, IncidentKind.TEST_CRASHED)
FRAGMENTS = {
    "line": ", line {number}",
    "line of": ", line {number},",
    "title": ', "{title}"',
    "cells": "the cells {cells} and ",
    "no files": "nothing",
    "by": " by the test",
    "cell": "cell {number}",
    "mention": "{name} in line {line}",
    "exit code": "exit code {number}",
    "no exit code": "it ended by itself",
    "in one cell": "{what} in cell {cells}",
    "in cells": "{what} in cells {cells}",
}
STATUSES = {
    GRADED: "graded",
    ZERO: "score 0",
    MANUAL: "to be graded by hand",
    FAILED: "could not be graded",
}
LATE = {
    "how": "{time} late",
    "free": "{count} free day{s}",
    "units": "{count} begun {unit}{s} at {percent:g} % of the {of}",
    "closed": "too late to count",
    "points": "{points:.4g} points deducted",
}
NOTE = {"heading": "How this notebook was graded", "result": "Result:"}


def cell_name(cell: CellName) -> str:
    """A cell as sentences call it: `test_double`, or its number."""
    return f"`{cell.grade_id}`" if cell.grade_id else str(cell.number)


def fault(each: Fault) -> str:
    """Why a notebook could not be read."""
    arguments: dict[str, Any] = {
        **asdict(each),
        "item": ITEMS[each.item],
        "remedy": TOO_LARGE[each.item],
        "in_line": FRAGMENTS["line"].format(number=each.number) if each.number else "",
        "titled": FRAGMENTS["title"].format(title=each.title) if each.title else "",
        "its_cells": FRAGMENTS["cells"].format(cells=_names(each.found)) if each.found else "",
        "wanted": _names(each.wanted),
        "files": ", ".join(each.found) or FRAGMENTS["no files"],
    }
    return FAULTS[each.kind].format(**arguments)


def repair(each: Repair) -> str:
    """One thing that was done to a submission so that it could be graded."""
    return REPAIRS[each.kind].format(**{**asdict(each), "fault": fault(each.fault) if each.fault else ""})


def flag(each: Flag) -> str:
    """What a person should look at."""
    mentions = [FRAGMENTS["mention"].format(name=one.name, line=one.line) for one in each.found]
    found = ", ".join(mentions)
    arguments = {**asdict(each), "cell": cell_name(each.cell), "found": found}
    return FLAGS[each.kind].format(**arguments)


def incident(each: Incident) -> str:
    """What happened, without the cell."""
    arguments = {
        **asdict(each),
        "by": FRAGMENTS["by"] if each.by_test else "",
        "signal": signal.Signals(each.number).name if each.kind in BY_SIGNAL else "",
        "exit": FRAGMENTS["exit code" if each.number else "no exit code"].format(number=each.number),
    }
    return INCIDENTS[each.kind].format(**arguments)


def incidents(several: Iterable[Incident]) -> str:
    """The incidents of one submission, each with the cells that it happened in."""
    cells: dict[str, dict[str, None]] = {}
    for each in several:
        cells.setdefault(incident(each), {})[cell_name(each.cell)] = None
    return "; ".join(
        FRAGMENTS["in cells" if len(names) > 1 else "in one cell"].format(what=what, cells=", ".join(names))
        for what, names in cells.items()
    )


def reason(each: Reason | None) -> str:
    """Why a submission got zero, or what went wrong in parts of it; "" where nothing did."""
    if each is None:
        return ""
    parts = [*dict.fromkeys(map(fault, each.faults)), incidents(each.incidents)]
    arguments = {
        **asdict(each),
        "cell": cell_name(each.cell),
        "in_line": FRAGMENTS["line of"].format(number=each.number) if each.number else "",
        "parts": "; ".join(filter(None, parts)),
    }
    return REASONS[each.kind].format(**arguments)


def repairs(done: Iterable[Repair], flags: Iterable[Flag] = ()) -> str:
    """Repairs and flags of a submission in one line, as grades.csv has them."""
    return "; ".join([*map(repair, done), *map(flag, flags)])


def late(each: Late | None, penalty: float) -> str:
    """How late a submission was and what that cost, such as "1 d 20 h late: 2 begun days at 10 % of the maximum, 3.2
    points deducted"; "" where it costs nothing and nothing is known."""
    parts = []
    if each and each.free_days:
        parts.append(LATE["free"].format(count=each.free_days, s="s" if each.free_days > 1 else ""))
    if each and each.closed:
        parts.append(LATE["closed"])
    elif each and each.percent:
        plural = "s" if each.units > 1 else ""
        share = each.percent / each.units
        parts.append(
            LATE["units"].format(count=each.units, unit=each.per, s=plural, percent=share, of=each.of)
        )
    if penalty:
        parts.append(LATE["points"].format(points=penalty))
    how = LATE["how"].format(time=span(each.seconds)) if each and each.seconds else ""
    return ": ".join(filter(None, (how, ", ".join(parts))))


def span(seconds: float) -> str:
    """A span of time in days, hours and minutes: "1 d 20 h", "3 min", "40 s"."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    days, rest = divmod(round(seconds), 86_400)
    hours, minutes = divmod(rest // 60, 60)
    return " ".join(f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)

"""The cell on top of a graded notebook that tells the student what was done, and why there are no points.

The engine puts it there. Its metadata hold the same as records, for the feedback page, which says why a notebook
could not be read once and not twice.
"""

from collections.abc import Sequence
from typing import Any

from nbformat.v4 import new_markdown_cell

from autograder.core.json_records import from_values, to_values
from autograder.core.records import Fault, FaultKind, Flag, Reason, Repair
from autograder.results import wording

NOTE = "autograder-note"  # the cell's id


def note_cell(
    repairs: Sequence[Repair], flags: Sequence[Flag], reason: Reason | None, fault: Fault | None = None
) -> Any:
    """The cell. `fault`: why this notebook could not be read."""
    lines = [f"### {wording.NOTE['heading']}"]
    if reason:
        lines.append(f"- **{wording.NOTE['result']}** {wording.reason(reason)}.")
    lines += [f"- {each}." for each in [*map(wording.repair, repairs), *map(wording.flag, flags)]]
    metadata = {
        "repairs": to_values(repairs),
        "flags": to_values(flags),
        **({"fault": to_values(fault)} if fault else {}),
    }
    return new_markdown_cell("\n".join(lines), id=NOTE, metadata={"autograder": metadata})


def fault_of(note: Any) -> Fault | None:
    """Why the notebook below a note could not be read; None where it could."""
    known = note.metadata.get("autograder", {})
    if "unread" in known:  # an earlier version wrote this note
        return Fault(FaultKind.LEGACY, text=known["unread"])
    fault = known.get("fault")
    return from_values(Fault, fault) if fault else None


def without_reason(note: Any) -> Any | None:
    """The note of a notebook that could not be read, without saying so; None where it has no more to say."""
    known = note.metadata["autograder"]
    repairs = [from_values(Repair, each) for each in known.get("repairs", ())]
    flags = [from_values(Flag, each) for each in known.get("flags", ())]
    return note_cell(repairs, flags, None) if repairs or flags else None

"""The journal of an assignment: one JSON line for each submission that was graded, the last one counts.

`grade` reads it to know what need not be done again, and appends to it as the very last act of recording;
so whatever was interrupted has no line and is graded again.
"""

import json
import os
from pathlib import Path

from autograder.results.outcome import Outcome


def read_journal(path: Path) -> dict[str, Outcome]:
    """The last outcome of each student; a line cut off by a crash, or of another version, is passed over."""
    outcomes: dict[str, Outcome] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").split("\n"):  # a text in it may have other ends of lines
            try:
                outcome = Outcome.from_dict(json.loads(line))
            except (ValueError, KeyError, TypeError):
                continue
            outcomes[outcome.student] = outcome
    return outcomes


def append(path: Path, *outcomes: Outcome) -> None:
    """Adds a line for each outcome and waits until they are on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = "\n".join(json.dumps(each.to_dict(), ensure_ascii=False) for each in outcomes)
    with path.open("a+b") as file:
        # After a crash the last line may lack its end, and this one must not be lost with it.
        file.seek(0, os.SEEK_END)
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = "\n" + line
        file.write(f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())

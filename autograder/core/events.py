"""What a command tells the program that started it: records as JSON lines in a file, beside its words for people.

`autograder --events FILE COMMAND` appends them; the desk reads them. A line has the record's kind (the name of its
class) and its fields. Records arise where the words are printed, from the same values.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from autograder.core.json_records import to_json

_file: ContextVar[Path | None] = ContextVar("events", default=None)


@dataclass(frozen=True)
class Event:
    """One line. `record`: what is told; `kind`: the name of its class."""

    kind: str
    record: object


@dataclass(frozen=True)
class Ended:
    """The command is over, with this exit status. Without this line it was killed, or still runs."""

    status: int


@dataclass(frozen=True)
class Refused:
    """The command cannot start or go on; `text` says what was found, expected, and what to type."""

    text: str


@contextmanager
def told_to(path: Path | None) -> Iterator[None]:
    """In this context `tell` appends to the file at `path`, if there is one."""
    before = _file.set(path.absolute() if path else None)
    try:
        yield
    finally:
        _file.reset(before)


def tell(record: object) -> None:
    """Tells a record (a frozen dataclass) to whoever started the command, if they want to know."""
    path = _file.get()
    if path:
        with path.open("a", encoding="utf-8") as lines:
            lines.write(to_json(Event(type(record).__name__, record)) + "\n")

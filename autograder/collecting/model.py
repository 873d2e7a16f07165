"""The records that the steps of collecting exchange.

A source (`autograder.collecting.source`) gives `Found` submissions, the roster says whose they are, `select` which of
their files count, and `submitted_folder` puts those where nbgrader looks for them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


class Unreadable(Exception):
    """A file or an archive that cannot be read; the message says why, as the end of a sentence.

    `read`: how many bytes it took to find that out.
    """

    def __init__(self, message: str, read: int = 0) -> None:
        super().__init__(message)
        self.read = read


@dataclass(frozen=True)
class Member:
    """One file of a submission, not read yet.

    `path`: as the download calls it, with slashes. `read(limit)` gives at most so many bytes and raises
    Unreadable. `order`: the greater, the later it was handed in; 0 where nothing tells. `odd`: why it must not be
    read, such as a symbolic link.
    """

    path: str
    read: Callable[[int], bytes]
    order: int = 0
    odd: str = ""


@dataclass(frozen=True)
class Found:
    """One submission as a source has it, before anybody knows whose it is.

    `where`: what to call it in a sentence; `name`: of the person, as the source writes it; `number`: the
    source's number for them; `time`: when it was handed in, in UTC without a zone, as nbgrader keeps times;
    `late`: whether the source says that it is late, for sources without times; `root`: only files below the
    notebook's own folder belong to it, as in a clone that holds a whole course; `fault`: why it cannot be read.

    Whose it is: `student` is nbgrader's id, for a source that knows it. Otherwise the roster is asked for the `keys`.
    A key fits one person at most: `id:` and an id, a login or an e-mail address, `canvas:` or `moodle:` and that
    platform's number. The roster is also asked for `name`, which may be an id, a login or a full name. `guesses` are
    keys that are tried if none of these fit anybody. `as_is`: files already have nbgrader's names, so all of them are
    taken and no archive is opened.

    `unsure`: whether its number was read out of a text that may be read in another way; then the name has to fit, too.

    `changed`: where whoever handed it in has said the time themselves, when a file or folder of it was last changed by
    the clock of the machine it lies on, in UTC; None where nobody knows.

    `order`: a number that grows with each attempt, 0 where the source has none; `names`: of the files in the download,
    by which the platform takes feedback back; `teams`: names of groups that may have handed it in.
    """

    where: str
    name: str
    number: str = ""
    members: tuple[Member, ...] = ()
    time: datetime | None = None
    late: bool = False
    root: bool = False
    notes: tuple[str, ...] = ()
    fault: str = ""
    student: str = ""
    keys: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    anonymous: bool = False
    as_is: bool = False
    unsure: bool = False
    changed: datetime | None = None
    order: int = 0
    names: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """Everything that a source has: submissions, and files without a known student (path -> why)."""

    found: tuple[Found, ...]
    unmatched: dict[str, str]


@dataclass(frozen=True)
class Selection:
    """What of a submission is kept: content by path below the assignment's folder, and what was said about it.

    `fault`: why it is not to be collected at all; `doubt`: it is collected, but somebody should look at it, for a reason
    that many may share; `detail`: what of this one; `renamed`: notebooks that had other names; `foreign`: it is of
    another assignment.
    """

    files: dict[str, bytes]
    notes: tuple[str, ...] = ()
    fault: str = ""
    doubt: str = ""
    detail: str = ""
    renamed: tuple[str, ...] = ()
    foreign: bool = False

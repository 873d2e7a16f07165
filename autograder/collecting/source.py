"""Where submissions come from: one class for each kind of source, found by the entry-point group `autograder.sources`.

`collect` calls `chosen` with what `--from` says. A learning platform is added by a module with such a class and one
line in a pyproject.toml; CONTRIBUTING.md shows both.
"""

import contextlib
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from autograder.collecting.archive import JUNK, folder_members, open_zip, zip_members
from autograder.collecting.model import Batch, Member, Unreadable
from autograder.core.errors import WrongUse
from autograder.course.course import Course, did_you_mean

GROUP = "autograder.sources"


@dataclass(frozen=True)
class Request:
    """What is requested of a source.

    `source`: the name that `--from` takes for it; `path`: as typed, None if there was none; `assignment`: "" while it
    is to be found out; `due` in UTC without a zone; `scratch`: an empty folder that lasts until all is read.
    """

    course: Course
    source: str
    path: Path | None
    assignment: str
    due: datetime | None
    scratch: Path


class Source(Protocol):
    """A kind of source. Its entry point names the class, and the entry point's name is what `--from` takes.

    `title` is its name in messages; `untimed` is the remark if it has no submission times, "" for none.
    """

    title: str
    untimed: str

    def detect(self, path: Path) -> bool:
        """Whether the path surely belongs to this source; asked if the command has no `--from`."""

    def read(self, request: Request) -> AbstractContextManager[Batch]:
        """The submissions; their files can be read while the block runs. Raises WrongUse or Unreadable."""


class Download(Source, Protocol):
    """Base of the sources that are a zip, or the folder that it was unpacked to: a subclass says what names mean.

    Files that operating systems leave beside the submissions, such as .DS_Store, never reach it.
    """

    untimed: str = "This download has no submission times, so late work is not detected"

    @abstractmethod
    def split(self, members: Sequence[Member]) -> Batch:
        """The submissions that the files of a download belong to."""

    @abstractmethod
    def is_mine(self, names: Sequence[str]) -> bool:
        """Whether a download with files of these paths surely belongs to this source."""

    def detect(self, path: Path) -> bool:
        """By the names of the files."""
        with contextlib.suppress(Unreadable), _members(path) as members:
            names = [each.path for each in members if not JUNK.search(each.path)]
            return bool(names) and self.is_mine(names)
        return False

    @contextlib.contextmanager
    def read(self, request: Request) -> Iterator[Batch]:
        """Splits what the zip or the folder holds."""
        with _members(self.download(request)) as members:
            # Junk inside a submission stays with it: a student who handed in nothing else is listed.
            batch = self.split([each for each in members if not JUNK.match(each.path)])
            left = {path: why for path, why in batch.unmatched.items() if not JUNK.search(path)}
            yield replace(batch, unmatched=left)

    def download(self, request: Request) -> Path:
        """The download's path. Raises WrongUse if nothing is there."""
        path = request.path
        if path is not None and path.exists():
            return path
        what = f"There is no file or folder {path}." if path else "Name the zip or the folder to collect."
        raise WrongUse(f"{what}\n  autograder collect PATH --from {request.source}")


def chosen(name: str, path: Path | None) -> tuple[str, Source]:
    """The source of that name; where it is "", the one that knows what lies at `path`, and its name. Raises WrongUse."""
    installed = {each.name: each for each in entry_points(group=GROUP)}
    names = sorted(installed)
    if name:
        if name not in installed:
            raise WrongUse(
                f"There is no source {name!r}, only {', '.join(names) or 'none'}."
                + did_you_mean(name, names, "source", "autograder collect ... --from {}")
            )
        return name, _loaded(name)
    mine = [each for each in names if path is not None and path.exists() and _loaded(each).detect(path)]
    if len(mine) != 1:
        found = (
            f"{path} may come from {' or '.join(mine)}"
            if mine
            else "The file names do not tell where this comes from"
        )
        raise WrongUse(f"{found}. Name the source:\n  autograder collect PATH --from {'|'.join(names)}")
    return mine[0], _loaded(mine[0])


def _loaded(name: str) -> Source:
    (entry,) = entry_points(group=GROUP, name=name)
    try:
        source: Source = entry.load()()
    except Exception as error:  # another author's code: it may raise anything
        raise WrongUse(
            f"The source {name!r} ({entry.value}) cannot be loaded ({type(error).__name__}: {error})."
        ) from error
    return source


@contextlib.contextmanager
def _members(path: Path) -> Iterator[Sequence[Member]]:
    """The files that lie there, their paths written with slashes."""
    if path.is_dir():
        yield folder_members(path.resolve())  # a link that the instructor typed
    else:
        with open_zip(path) as archive:
            yield [replace(each, path=each.path.replace("\\", "/")) for each in zip_members(archive)]

"""One small JSON file of the reader's own, outside the repository, that several notebooks may write at once.

`review.schedule.Reviews` keeps its log with it, `explanations` what was written. Reading never changes anything on disk;
writing takes a lock, so that no notebook writes over what another has just kept, and replaces the file in one step.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from lstmlab.storage.folder import ELSEWHERE, write_atomically

PATIENCE = 10.0  # seconds to wait for another notebook's write, which takes milliseconds


@dataclass(frozen=True)
class Found:
    """What a file held: its `content`, empty where it was missing or of no use, and then why in `trouble`.

    `error` where it may be in order and could not be read, as on a drive that is away.
    """

    content: dict[str, Any]
    trouble: str = ""
    error: OSError | None = None


@dataclass(frozen=True)
class Kept:
    """What a file holds after a change, and the sentence for the reader where an older file was put aside."""

    content: dict[str, Any]
    note: str = ""


class JsonFile:
    """A JSON object on disk, with the version of its format under "version"; one that says none is of the first.

    `usable` is called with the object and raises an exception of any kind for one that the caller cannot read.
    """

    def __init__(self, path: Path, version: int, usable: Callable[[dict[str, Any]], object]) -> None:
        self.path, self.version, self._usable = path, version, usable

    def read(self) -> Found:
        """The content. A damaged or newer file is reported, and left as it is."""
        try:
            # An editor may put a mark in front.
            content = json.loads(self.path.read_text(encoding="utf-8-sig"))
            version = content.get("version", 1)
        except FileNotFoundError:
            return Found({})
        except (IsADirectoryError, ValueError, AttributeError, RecursionError) as error:
            return Found({}, f"damaged ({_said(error)})")
        except OSError as error:
            return Found({}, f"unreadable ({_said(error)})", error)
        if type(version) is not int or version < 1:
            return Found({}, f"damaged (its version is {version!r})")
        if version > self.version:
            return Found({}, f"of a newer format ({version}; this course reads {self.version})")
        try:
            self._usable(content)
        except (
            Exception
        ) as error:  # whatever the caller's reading may raise on content that anybody may have written
            return Found({}, f"damaged ({_said(error)})")
        return Found(content)

    def warning(self, found: Found, when: str) -> str:
        """What to tell a reader whose file could not be used, or nothing. `when` it is put aside: "with your answer"."""
        if found.error:
            return (
                f"{self.path} is {found.trouble}. Until it can be read again, nothing is saved. {ELSEWHERE}"
            )
        aside = f"It stays as it is; {when} it is kept aside under another name, and a new file begins."
        return f"{self.path} is {found.trouble}. {aside}" if found.trouble else ""

    def change(self, edit: Callable[[dict[str, Any]], None]) -> Kept:
        """Let `edit` change the content, and write it. A file that is of no use is first put aside, whole.

        Raises OSError where the file cannot be read or written, TimeoutError where another notebook holds the lock.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path.with_name(f"{self.path.name}.lock"), timeout=PATIENCE):
                found = self.read()
                if found.error:
                    raise found.error
                note = self._put_aside(found.trouble) if found.trouble else ""
                content = {**found.content, "version": self.version}
                edit(content)
                write_atomically(self.path, json.dumps(content, ensure_ascii=False, sort_keys=True))
        except Timeout:
            raise TimeoutError(
                f"another program has held {self.path}.lock for {PATIENCE:.0f} seconds. Close other notebooks of the "
                "course, or restart their kernels, and answer again."
            ) from None
        return Kept(content, note)

    def _put_aside(self, trouble: str) -> str:
        number = 1
        while (aside := self.path.with_name(f"{self.path.stem}-aside-{number}{self.path.suffix}")).exists():
            number += 1
        self.path.rename(aside)
        return f"{self.path.name} was {trouble}. It is kept as {aside}, and a new file was begun."


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:120]

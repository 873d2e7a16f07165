"""Copies of files that an answer wrote, in the folder of the tests; `examiner` hands them on.

They are data (see `wire.files`) and take nobody's place: neither an instructor's file nor one that a test wrote.
"""

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from autograder.rpc.wire.codec import Codec, Json, Malformed
from autograder.rpc.wire.files import MOST_BYTES, MOST_FILES, is_data, may_cross

State = tuple[int, int, int]


class Copies:
    """What was copied, by path, each with its state when that was done."""

    def __init__(self) -> None:
        self.folder = ""
        self.made: dict[str, State | None] = {}
        self.left = MOST_BYTES

    def start(self) -> None:
        """The working folder is the one for copies, wherever a test goes."""
        self.folder = os.path.realpath(".")

    def take(self, codec: Codec, news: Sequence[Json]) -> None:
        """Writes what has come, as far as it may be there. Raises Malformed for anything but files."""
        for path, node in news[: 2 * MOST_FILES]:
            content = None if node is None else codec.decode(node)
            if type(path) is not str or type(content) not in (bytes, type(None)):
                raise Malformed("not a file")
            if may_cross(path):
                with suppress(OSError, ValueError):  # of a full disk, or a name that it cannot have
                    self._put(path, content)

    def _put(self, path: str, content: bytes | None) -> None:
        place = Path(self.folder, path)
        if os.path.realpath(place.parent) != str(place.parent):
            return
        if os.path.lexists(place) and not (path in self.made and _state(place) == self.made[path]):
            return
        if content is None or not is_data(content):  # what was there before is not what is there now
            if path in self.made:
                del self.made[path]
                place.unlink(missing_ok=True)
            return
        if len(content) > self.left or (path not in self.made and len(self.made) >= MOST_FILES):
            return
        self.left -= len(content)
        place.parent.mkdir(parents=True, exist_ok=True)
        # Not by `open`, which a test may have patched.
        file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            while content:
                content = content[os.write(file, content) :]
        finally:
            os.close(file)
        self.made[path] = _state(place)


def _state(place: Path) -> State | None:
    """Number, size and time of change of a file; None for anything else."""
    status = os.lstat(place)
    return (status.st_ino, status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None

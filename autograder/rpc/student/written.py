"""Files that an answer has written, for tests that open them; `student` sends them along with its answers.

Looking at the folder after each call would take longer than most calls: it is looked at where something was opened to be
written, or a program was started, since the last time. Nothing here is relied upon: `examiner.files` decides.
"""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress

from autograder.rpc.wire.codec import Codec, Json, Value
from autograder.rpc.wire.files import DEEPEST, LARGEST, MOST_BYTES, MOST_FILES, may_cross

State = tuple[int, int, int]  # of a file: its number, size and time of change
CHANGING = (
    *("os.remove", "os.rename", "os.rmdir", "os.truncate", "shutil."),
    *("os.system", "os.exec", "os.fork", "os.posix_spawn", "subprocess."),
)
MOST_SEEN = 5_000  # files of the folder
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Written:
    """The folder in which the student's code runs, and what the other side knows of it."""

    def __init__(self) -> None:
        self.folder, self.known, self.changed = "", dict[str, State](), False
        sys.addaudithook(self._heard)

    def start(self) -> None:
        """What is here now is nobody's answer."""
        self.folder = os.getcwd()  # noqa: PTH109 - student code may have changed pathlib
        self.known = self._look()

    def news(self, codec: Codec, always: bool = False) -> list[Json]:
        """Path and content of each file that was written since this was asked last; no content for one that is gone."""
        if not (self.changed or always):
            return []
        self.changed = False
        now, found, left = self._look(), list[Json](), MOST_BYTES
        new = [
            (state[2], path)
            for path, state in now.items()
            if self.known.get(path) != state and may_cross(path)
        ]
        for _, path in sorted(new)[:MOST_FILES]:  # the oldest first
            content = self._read(path, now[path]) if now[path][1] <= left else None
            if content is not None:
                left -= len(content)
                found.append([path, codec.encode(content)])
        found += [[path, None] for path in self.known if path not in now][:MOST_FILES]
        self.known = now
        return found

    def _heard(self, event: str, arguments: tuple[Value, ...]) -> None:
        if event == "builtins.id":  # two of three; nothing else that Python does is heard of as often
            return
        if event == "open":
            self.changed |= bool((arguments[2] or 0) & WRITES)
        elif event.startswith(CHANGING):
            self.changed = True

    def _look(self) -> dict[str, State]:
        return dict(entry for entry, _ in zip(self._below(self.folder, ""), range(MOST_SEEN), strict=False))

    def _below(self, folder: str, prefix: str) -> Iterator[tuple[str, State]]:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                path = prefix + entry.name
                if entry.name.startswith(".") or path.count("/") > DEEPEST:
                    continue
                if stat.S_ISREG(status.st_mode):
                    yield path, (status.st_ino, status.st_size, status.st_mtime_ns)
                elif stat.S_ISDIR(status.st_mode):
                    yield from self._below(entry.path, f"{path}/")

    def _read(self, path: str, state: State) -> bytes | None:
        if state[1] > LARGEST:
            return None
        with suppress(OSError):
            found = os.open(f"{self.folder}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                return os.read(found, LARGEST)
            finally:
                os.close(found)
        return None

"""Folders that vanish: whatever the package puts into the temporary folder lies in one folder for each process.

`kernels`, `grading`, `collecting` and `authoring` call `new_folder` or `vanishing`. A process removes its own den
when it ends; after a kill -9 it stays, students' files in it, until the next process of that user that makes one.
Whether the owner lives is told by a lock on the den, which ends with the last process that holds it: no number of a
process is believed, which another may have got since. (systemd-tmpfiles respects such a lock as well.)
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PREFIX = "autograder-scratch-"
NAME = re.compile(PREFIX + r"[a-z0-9_]{8}")  # as mkdtemp makes them
SHORT = 50  # characters of a temporary folder below which the path of a socket fits into its 108 bytes


@dataclass(frozen=True)
class Den:
    """A process's folder of folders. `lock`: a descriptor; who else is to keep the den alive inherits it."""

    path: Path
    lock: int


_dens: dict[tuple[int, str], Den] = {}
_making = threading.Lock()


def new_folder(prefix: str, den: Path | None = None) -> Path:
    """An empty folder that only this user may enter, in `den` (this process's own where None)."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=den or own_den().path))


@contextmanager
def vanishing(prefix: str) -> Iterator[Path]:
    """A `new_folder` for as long as the block lasts."""
    folder = new_folder(prefix)
    try:
        yield folder
    finally:
        remove(folder)


@contextmanager
def temporaries(folder: Path) -> Iterator[None]:
    """Where other libraries put theirs, in this context: multiprocessing keeps its sockets where it is first asked."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def own_den(*, sockets: bool = False) -> Den:
    """This process's, made when it is first asked for. `sockets`: in a place with a path short enough for those."""
    place = tempfile.gettempdir()
    if sockets and len(place) > SHORT:
        place = "/tmp"
    with _making:
        # A fork has its parent's dens in its memory, and its locks for as long as it lives.
        key = (os.getpid(), place)
        den = _dens.get(key)
        if den is None or not den.path.is_dir():  # somebody may have emptied the temporary folder
            _sweep(Path(place))
            den = _dens[key] = _make(place)
            # Not atexit: it also comes at the end of worker processes, never in a fork, and after what
            # multiprocessing does with its own folder in here (its priority is -100).
            Finalize(None, remove, (den.path,), exitpriority=-200)
        return den


def remove(folder: Path) -> None:
    """Removes a folder with all in it, also what a student's code closed to its owner, or dug too deep for Python."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        if sys.platform != "win32" and folder.exists():
            for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):  # neither follows links
                subprocess.run([*command, "--", folder], stderr=subprocess.DEVNULL, check=False)


def _make(place: str) -> Den:
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        lock = _locked(path, wait=True)
        if lock >= 0 and path.is_dir():
            break
        if lock >= 0:  # another process found it before it was locked, and removed it
            os.close(lock)
    if sys.platform != "win32" and os.geteuid() == 0:
        path.chmod(0o711)  # in mode "landlock" a kernel's own user has to get to the folder that it is given
    return Den(path, lock)


def _locked(folder: Path, *, wait: bool) -> int:
    """A descriptor that locks the folder; -1 where it is gone, or another process has it locked and we do not wait.

    Where locks are unknown, as on some network's disk, nothing can be told to be dead: a den there is never removed
    by others.
    """
    if sys.platform == "win32":
        return os.open(os.devnull, os.O_RDONLY)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return -1
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        if not wait:
            os.close(descriptor)
            return -1
    return descriptor


def _sweep(place: Path) -> None:
    """Removes the dens of this user whose processes are dead."""
    if sys.platform == "win32":
        return
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            with suppress(OSError):  # gone meanwhile
                if NAME.fullmatch(entry.name) and entry.stat(follow_symlinks=False).st_uid == os.geteuid():
                    _remove_dead(Path(entry.path))


def _remove_dead(den: Path) -> None:
    if (lock := _locked(den, wait=False)) >= 0:
        remove(den)
        os.close(lock)

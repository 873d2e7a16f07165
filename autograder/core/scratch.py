"""Temporary folders: whatever the package puts into the system's lies in one scratch root for each process.

Everything that needs one calls `new_folder` or `temporary_folder`. A process removes its own root when it ends. After
a kill -9 it stays, with students' files in it, until the same user's next process makes one and removes it. A lock on
the root says whether its owner lives; it ends with the last process that holds it. Process numbers are not used: another
process may have got the number since. (systemd-tmpfiles respects such a lock as well.)
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

from filelock import lock_descriptor

PREFIX = "autograder-scratch-"
NAME = re.compile(PREFIX + r"[a-z0-9_]{8}")  # the permissions that mkdtemp uses
SHORT = 50  # characters of a temporary folder below which the path of a socket fits into its 108 bytes


@dataclass(frozen=True)
class ScratchRoot:
    """A process's folder of folders. `lock`: a descriptor; a process that is to keep the root alive inherits it."""

    path: Path
    lock: int


_roots: dict[tuple[int, str], ScratchRoot] = {}
_making = threading.Lock()


def new_folder(prefix: str, root: Path | None = None) -> Path:
    """An empty folder that only this user may enter, in `root` (this process's own where None)."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=root or scratch_root().path))


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """A `new_folder` for as long as the block lasts."""
    folder = new_folder(prefix)
    try:
        yield folder
    finally:
        remove(folder)


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Has other libraries create their temporary files in `folder`; multiprocessing asks only once."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def scratch_root(*, sockets: bool = False) -> ScratchRoot:
    """This process's root, made when it is first asked for. `sockets`: where paths are short enough for unix sockets."""
    place = tempfile.gettempdir()
    if sockets and len(place) > SHORT:
        place = "/tmp"
    with _making:
        # A fork has its parent's roots in its memory, and its locks for as long as it lives.
        key = (os.getpid(), place)
        root = _roots.get(key)
        if root is None or not root.path.is_dir():  # somebody may have emptied the temporary folder
            _sweep(Path(place))
            root = _roots[key] = _make(place)
            # Not atexit: it also comes at the end of worker processes, never in a fork, and after what
            # multiprocessing does with its own folder in here (its priority is -100).
            Finalize(None, remove, (root.path,), exitpriority=-200)
        return root


def remove(folder: Path) -> None:
    """Removes a folder with its contents, even without permissions or nested too deep for Python."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        if sys.platform != "win32" and folder.exists():
            for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):  # neither follows links
                subprocess.run([*command, "--", folder], stderr=subprocess.DEVNULL, check=False)


def _make(place: str) -> ScratchRoot:
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        lock = _locked(path, wait=True)
        if lock >= 0 and path.is_dir():
            break
        if lock >= 0:  # another process found it before it was locked, and removed it
            os.close(lock)
    if sys.platform != "win32" and os.geteuid() == 0:
        path.chmod(0o711)  # in mode "landlock" a kernel's own user has to get to the folder that it is given
    return ScratchRoot(path, lock)


def _locked(folder: Path, *, wait: bool) -> int:
    """A descriptor that locks the folder; -1 where it is gone, or another process has it locked and we do not wait.

    Where the file system has no locks, as on some network disks, nobody can tell whether an owner lives: a root
    there is never removed by others.
    """
    if sys.platform == "win32":
        return os.open(os.devnull, os.O_RDONLY)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return -1
    try:
        locked = lock_descriptor(descriptor, blocking=wait)
    except OSError:
        locked = False
    if not locked and not wait:
        os.close(descriptor)
        return -1
    return descriptor


def _sweep(place: Path) -> None:
    """Removes the roots of this user whose processes are dead."""
    if sys.platform == "win32":
        return
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            with suppress(OSError):  # gone meanwhile
                if NAME.fullmatch(entry.name) and entry.stat(follow_symlinks=False).st_uid == os.geteuid():
                    _remove_dead(Path(entry.path))


def _remove_dead(root: Path) -> None:
    if (lock := _locked(root, wait=False)) >= 0:
        remove(root)
        os.close(lock)

"""Memory's one owner where the kernel has one: a control group (cgroup v2) for each program; called by launch.py.

    DELEGATED                  the group that systemd, a container or root gave to the grader
    DELEGATED/autograder       every process that was in it: a group with groups below it may have none of its own
    DELEGATED/autograder-PID   a program with all it starts; PID is the outer process, which stays outside of it

What a program makes the kernel hold (pages, page tables, sockets, pipes, files in memory) is counted there; pages that
it shares with the warm parent stay the parent's. At the limit the kernel ends all of the group at once. The outer
process, which loses its rights, cannot remove the group: its parent does, and after a kill -9 the next warm parent. A
lock on `memory.events`, held by the outer process, says that a group is used.

Elsewhere (cgroup v1, a group that nobody delegated) memory is looked at from outside, see processes.py.
"""

import errno
import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.kernels.sandbox.visible_paths import SandboxError

if sys.platform != "win32":
    import fcntl

OURS = "autograder"
NAME = re.compile(rf"{OURS}-\d+")
TRIES = 20  # for processes that start in the delegated group while it is emptied
DELEGATE = (
    "systemd-run --user --scope -p Delegate=yes autograder grade ... (root: without --user; in a container: "
    "/sys/fs/cgroup writable)"
)


class NotDelegated(Exception):
    """Why there are no control groups for programs here."""


@dataclass(frozen=True)
class Found:
    """The group that was given to this process, ready for groups in it; None and why where there is none."""

    folder: Path | None
    reason: str = ""


@dataclass(frozen=True)
class Group:
    """One program's group, as its outer process has it: descriptors of two of its files."""

    processes: int
    events: int

    def enter(self) -> None:
        """Take this process in, with all that it will start. The kernel asks for the rights of who opened the file."""
        os.write(self.processes, b"0")
        os.close(self.processes)

    def is_out_of_memory(self) -> bool:
        """Whether processes of it were ended because its limit was reached."""
        said = dict(line.split() for line in os.pread(self.events, 4096, 0).decode().splitlines())
        return said["oom"] != "0" and said["oom_kill"] != "0"


@cache
def find() -> Found:
    """Find the delegated group, and empty it, once for each process and its forks."""
    try:
        return Found(_emptied(_own_group()))
    except NotDelegated as reason:
        return Found(None, str(reason))
    except OSError as error:
        return Found(None, f"the control group cannot be used: {error}")


def make(limit: int) -> Group | None:
    """A group of at most so many bytes for what the calling outer process will start; None where there are none.

    Raises SandboxError.
    """
    if (delegated := find().folder) is None:
        return None
    folder = delegated / f"{OURS}-{os.getpid()}"
    try:
        for _ in range(TRIES):
            _remove_unused(folder)  # of a process that had this number before
            folder.mkdir()
            events = _locked(folder)
            if events is not None and folder.is_dir():  # else another process found it before it was locked
                return Group(_limited(folder, limit), events)
    except OSError as error:
        raise SandboxError(f"no control group could be made for student code: {error}") from error
    raise SandboxError(f"no control group could be made for student code: {folder} was removed each time")


def _limited(folder: Path, limit: int) -> int:
    """Sets the limits; the descriptor by which processes get in."""
    (folder / "memory.max").write_text(str(limit))
    (folder / "memory.oom.group").write_text("1")
    if (folder / "memory.swap.max").exists():  # in a kernel with swap
        (folder / "memory.swap.max").write_text("0")
    return os.open(folder / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)


def remove(pid: int) -> None:
    """Remove the group of an outer process that has ended; called by its parent."""
    if delegated := find().folder:
        _remove_unused(delegated / f"{OURS}-{pid}")


def remove_left() -> None:
    """Remove the groups of outer processes that ended without a parent."""
    if delegated := find().folder:
        for folder in delegated.iterdir():
            if NAME.fullmatch(folder.name):
                _remove_unused(folder)


def _own_group() -> Path:
    path = next((line[3:] for line in _lines("/proc/self/cgroup") if line.startswith("0::")), "")
    folder = next((f for f in _mounted(path) if f.is_dir()), None)
    if not path or folder is None:
        raise NotDelegated("no cgroup v2 is mounted here")
    if folder.name == OURS:  # where an earlier process has put this one
        return folder.parent
    # "/": a container's or a machine's own, which no systemd looks after.
    if path != "/" and not _is_marked(folder):
        raise NotDelegated(f"the control group {path} is not delegated")
    return folder


def _mounted(path: str) -> list[Path]:
    """Where a group of this path may be seen."""
    found = []
    for line in _lines("/proc/self/mountinfo"):
        fields, _, kind = line.partition(" - ")
        if kind.startswith("cgroup2 "):
            root, place = fields.split()[3:5]
            if path == root or path.startswith(root.rstrip("/") + "/"):
                found.append(Path(place) / path[len(root.rstrip("/")) :].lstrip("/"))
    return found


def _is_marked(folder: Path) -> bool:
    """Whether systemd says that what is in a group is not its business (Delegate=yes)."""
    for name in ("user.delegate", "trusted.delegate"):
        with suppress(OSError):
            if os.getxattr(folder, name) == b"1":
                return True
    return False


def _emptied(group: Path) -> Path:
    """Make a delegated group ready: its processes go to one below, and groups below it can limit memory."""
    if "memory" not in (group / "cgroup.controllers").read_text().split():
        raise NotDelegated(f"{group} does not have the controller for memory")
    below = group / "cgroup.subtree_control"
    if not os.access(below, os.W_OK):
        raise NotDelegated(f"{below} is not writable")
    for _ in range(TRIES):
        if "memory" in below.read_text().split():
            return group
        if (group / "cgroup.type").exists():  # all but the machine's own
            (group / OURS).mkdir(exist_ok=True)
            for pid in _lines(group / "cgroup.procs"):
                with suppress(ProcessLookupError):  # it has ended
                    (group / OURS / "cgroup.procs").write_text(pid)
        try:
            below.write_text("+memory")
        except OSError as error:
            if error.errno != errno.EBUSY:  # else another process has started in it
                raise
    raise NotDelegated(f"{group} has processes that cannot be moved")


def _lines(path: str | Path) -> list[str]:
    return Path(path).read_text().splitlines()


def _locked(folder: Path) -> int | None:
    """A descriptor of a group's events that holds its lock; None where it is gone, or in use."""
    try:
        events = os.open(folder / "memory.events", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(events, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(events)
        return None
    return events


def _remove_unused(folder: Path) -> None:
    """Remove a group whose outer process is gone, and end what it left."""
    events = _locked(folder)
    if events is not None:
        with suppress(OSError):  # before Linux 5.14, which has no such file
            (folder / "cgroup.kill").write_text("1")
        with suppress(OSError):  # it is gone, or processes are on their way out
            folder.rmdir()
        os.close(events)

"""Lists, measures and ends all processes below a process; called by supervise.py.

Everything is read through a descriptor of the host's /proc: the supervisor of a namespace loses sight
of it by name when the root changes.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import resource

ENDLESS = 1 << 62
TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
SOCKET = (
    1 << 18
)  # bytes that wait at a socket at most: Linux's usual 212,992 (net.core.wmem_default) and one message
# In /proc/PID/status; page tables grow with the addresses that are only read, which no limit of a process counts.
HELD = ("RssAnon:", "RssShmem:", "VmPTE:")


@dataclass(frozen=True)
class Usage:
    """What a tree of processes uses at one moment: CPU seconds, and bytes: resident ones (anonymous and shared), page
    tables, and what may wait at open sockets."""

    memory: int
    cpu: float


def _read(proc: int, path: str) -> str:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
    try:
        return os.read(descriptor, 1 << 16).decode(errors="replace")
    finally:
        os.close(descriptor)


def _names(folder: int) -> list[str]:
    return os.listdir(folder)


def descendants(proc: int, root: int) -> list[int]:
    """All processes below `root` that can be seen while they start and end."""
    found: list[int] = []
    queue = [root]
    while queue:
        pid = queue.pop()
        with suppress(OSError):  # gone meanwhile
            tasks = os.open(f"{pid}/task", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=proc)
            try:
                for task in _names(tasks):
                    with suppress(OSError):
                        queue += map(int, _read(tasks, f"{task}/children").split())
            finally:
                os.close(tasks)
        found.append(pid)
    return found[1:]


def usage(proc: int, root: int, with_memory: bool = True) -> Usage:
    """Of all processes below `root`, and what those it reaped have used. Without memory: 0 for it.

    Pages that a fork shares with its parent count once for each, and so does each descriptor, as if it were a socket.
    """
    memory, ticks = 0, 0
    with suppress(OSError, ValueError):
        ticks = sum(_times(proc, root)[2:])
    for pid in descendants(proc, root):
        memory += _bound(proc, pid) if with_memory else 0
        with suppress(OSError, ValueError):
            ticks += sum(_times(proc, pid))
    return Usage(memory, ticks / TICK)


def processor_seconds(root: int) -> float:
    """What a process and all below it have used, those included that were waited for; 0 once it is gone."""
    total = 0
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for pid in (root, *descendants(proc, root)):
            with suppress(OSError, ValueError):
                total += sum(_times(proc, pid))
    finally:
        os.close(proc)
    return total / TICK


def _times(proc: int, pid: int) -> list[int]:
    """utime, stime, and those of the children it has waited for: after the name, which may hold spaces."""
    return [int(field) for field in _read(proc, f"{pid}/stat").rpartition(")")[2].split()[11:15]]


def proportional_memory(proc: int, root: int) -> int:
    """Like `usage(...).memory`, but a page that n processes share counts as 1/n in each, and a socket once: exact, and
    slow."""
    total = 0
    sockets: set[str] = set()
    for pid in descendants(proc, root):
        sockets |= _sockets(proc, pid)
        try:
            total += _kilobytes(proc, f"{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:"))
            total += _kilobytes(proc, f"{pid}/status", ("VmPTE:",))
        except PermissionError:  # some systems show it to root only
            total += _kilobytes(proc, f"{pid}/status", HELD)
        except (OSError, ValueError, IndexError):  # gone meanwhile
            pass
    return total * 1024 + len(sockets) * SOCKET


def _sockets(proc: int, pid: int) -> set[str]:
    """The names of a process's open sockets; a fork has its parent's."""
    found = set()
    with suppress(OSError):
        folder = os.open(f"{pid}/fd", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=proc)
        try:
            for name in _names(folder):
                with suppress(OSError):  # closed meanwhile
                    found.add(os.readlink(name, dir_fd=folder))
        finally:
            os.close(folder)
    return {each for each in found if each.startswith("socket:")}


@dataclass(frozen=True)
class Memory:
    """Bytes of several processes: what each has for itself, in sum, and what they have in common."""

    own: int
    shared: int


def memory_of_tree(root: int) -> Memory:
    """Of all processes below `root`; a few milliseconds for each. Pages that `root` shares count in part."""
    own = total = 0
    if not sys.platform.startswith("linux"):
        return Memory(0, 0)
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for pid in descendants(proc, root):
            with suppress(OSError, ValueError, IndexError):  # gone meanwhile, or shown to root only
                own += _kilobytes(proc, f"{pid}/smaps_rollup", ("Private_Dirty:",))
                total += _kilobytes(proc, f"{pid}/smaps_rollup", ("Pss:",))
    finally:
        os.close(proc)
    return Memory(own * 1024, max(0, total - own) * 1024)


def room(pid: int) -> int:
    """Bytes that a process may still ask for under its limit of data; a great many where it is gone or has none."""
    with suppress(OSError, ValueError, IndexError):
        proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            limits = _read(proc, f"{pid}/limits").splitlines()
            most = next(line.split()[3] for line in limits if line.startswith("Max data size"))
            return max(0, int(most) - _kilobytes(proc, f"{pid}/status", ("VmData:",)) * 1024)
        finally:
            os.close(proc)
    return 1 << 62


def _bound(proc: int, pid: int) -> int:
    """Bytes that a process holds at most; 0 once it is gone."""
    with suppress(OSError, ValueError, IndexError):
        status = _read(proc, f"{pid}/status")
        return _sum(status, HELD) * 1024 + _sum(status, ("FDSize:",)) * SOCKET
    return 0


def _kilobytes(proc: int, path: str, names: tuple[str, ...]) -> int:
    return _sum(_read(proc, path), names)


def _sum(lines: str, names: tuple[str, ...]) -> int:
    return sum(int(line.split()[1]) for line in lines.splitlines() if line.startswith(names))


def end_descendants(proc: int, patience_s: float = 20.0) -> None:
    """Kill and reap all that descends from this process, which must be a subreaper; return when none is left.

    Whoever loses his parent becomes our child, so "no child left" means "nobody left". A process that
    forks without end could outrun the killing: each loses the right to fork before it is killed.
    """
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        for pid in descendants(proc, os.getpid()):
            with suppress(OSError):
                resource.prlimit(pid, resource.RLIMIT_NPROC, (0, 0))
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.001)


def threads_of(uid: int) -> int:
    """How many threads a user has on this machine: what RLIMIT_NPROC counts outside a user namespace.

    0 for root, who is under no such limit.
    """
    total = 0
    if uid == 0:
        return total
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and process.stat().st_uid == uid:
                total += len(list((process / "task").iterdir()))
    return total


def folder_bytes(path: str, most_entries: int = 20_000) -> int:
    """What the files below a folder take on disk.

    A folder of more entries than that counts as infinite, and so does one that cannot be looked into, closed to its
    owner or with a path longer than the system takes: nobody has that but to hide something.
    """
    total, entries, queue = 0, 0, [path]
    while queue:
        try:
            with os.scandir(queue.pop()) as found:
                for entry in found:
                    entries += 1
                    if entries > most_entries:
                        return ENDLESS
                    with suppress(FileNotFoundError):
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
                        if entry.is_dir(follow_symlinks=False):
                            queue.append(entry.path)
        except (FileNotFoundError, NotADirectoryError):  # gone meanwhile
            pass
        except OSError:
            return ENDLESS
    return total


def deleted_bytes(proc: int, root: int) -> int:
    """What files that have no name any more, but are still open below `root`, take on disk."""
    seen: dict[tuple[int, int], int] = {}
    for pid in descendants(proc, root):
        with suppress(OSError):
            folder = os.open(f"{pid}/fd", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=proc)
            try:
                for name in _names(folder):
                    with suppress(OSError):
                        status = os.stat(name, dir_fd=folder)
                        if status.st_nlink == 0:
                            seen[status.st_dev, status.st_ino] = status.st_blocks * 512
            finally:
                os.close(folder)
    return sum(seen.values())

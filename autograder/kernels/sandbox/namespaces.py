"""Mode "namespaces": a file system, a network and a table of processes of the sandbox's own.

The outer process calls `collect` (while it still may read everything), `enter` and `build`; the first
process of the new process namespace calls `settle`. Called by launch.py.
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from autograder.kernels.sandbox import linux
from autograder.kernels.sandbox.visible_paths import DEVICES, SandboxError, real

NEW = (
    linux.CLONE_NEWUSER
    | linux.CLONE_NEWNS
    | linux.CLONE_NEWPID
    | linux.CLONE_NEWNET
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWUTS
    | linux.CLONE_NEWCGROUP
)
INNER_UID = 1000
ROOT = "/tmp"  # where the new root is put together: a folder that every Linux has; nothing is written in it
DISK = "/.disk"
INODES = 20_000  # each takes about 1 KB of the kernel's memory
EMPTY = "size=64k,nr_inodes=1000,mode=755"


WRITABLE = linux.ATTR_NOSUID | linux.ATTR_NODEV


@dataclass(frozen=True)
class Place:
    """One host path to show: a descriptor of its copied mount, or None to copy it later by name."""

    path: str
    tree: int | None


def collect(paths: tuple[str, ...]) -> list[Place]:
    """Copies of the mounts at `paths`, made while the process may still search every folder above them.

    Without CAP_SYS_ADMIN (an ordinary user) they can only be made inside; such a user keeps his uid and
    so his rights. A link is shown as the same link.
    """
    early = linux.has_capability(linux.CAP_SYS_ADMIN)
    return [
        Place(path, linux.clone_tree(path) if early and not Path(path).is_symlink() else None)
        for path in (*paths, *DEVICES)
    ]


def collect_folder(path: str | None) -> Place | None:
    """The same for one folder that can be written, None for None."""
    if path is None:
        return None
    early = linux.has_capability(linux.CAP_SYS_ADMIN)
    return Place(path, linux.clone_tree(path, WRITABLE) if early else None)


def enter(gid: int, uid: int) -> None:
    """Take this process into new namespaces, where it is user 1000 with every capability and outside nobody."""
    # Who has changed his uid may not write his own uid_map until he is dumpable again.
    linux.prctl(linux.PR_SET_DUMPABLE, 1)
    linux.unshare(NEW)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{INNER_UID} {uid} 1"),
        ("gid_map", f"{INNER_UID} {gid} 1"),
    ):
        Path(f"/proc/self/{name}").write_text(text)


def build(
    places: list[Place],
    covered: tuple[str, ...],
    scratch: str,
    source: int,
    sockets: Place | None,
    disk_mb: int,
) -> None:
    """Put the new root together. Paths are the same inside as outside.

    `covered`: folders that are empty in there, but for the places that come after the one around them.
    `source`: a descriptor of the scratch folder, whose content is copied in. Everything that can be
    written lives on one small file system in memory, which ends with the sandbox: a limit the kernel
    keeps, also for files that were deleted and are still open, which no sampling would find.
    """
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    # Before ROOT is covered: a folder to show may lie below it.
    trees = [Place(p.path, p.tree if p.tree is not None else _clone(p.path)) for p in places]
    if sockets is not None and sockets.tree is None:
        sockets = Place(sockets.path, linux.clone_tree(sockets.path, WRITABLE))
    flags = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("none", ROOT, "tmpfs", flags, "size=4m,mode=755")
    Path(ROOT + DISK).mkdir()
    linux.mount("none", ROOT + DISK, "tmpfs", flags, f"size={disk_mb}m,nr_inodes={INODES},mode=755")
    # Before the places: an environment may lie below /tmp, and would be covered.
    for path, mode in (("/tmp", 0o1777), ("/dev/shm", 0o1777), (scratch, 0o700)):
        inner = ROOT + DISK + "/" + path.replace("/", "_")
        Path(inner).mkdir()
        Path(inner).chmod(mode)
        if path != scratch:
            _bind(inner, path)
    over = []
    for place in trees:
        _show(place)
        over += _cover(place, covered)
    for folder in over:
        linux.mount(None, folder, None, linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | flags)
    _bind(ROOT + DISK + "/" + scratch.replace("/", "_"), scratch)
    _copy(source, ROOT + scratch)
    linux.detach_mount(ROOT + DISK)
    if sockets is not None:
        _show(sockets)
    _furnish()


def _clone(path: str) -> int | None:
    if Path(path).is_symlink():
        return None
    try:
        return linux.clone_tree(path)
    except PermissionError:
        raise SandboxError(
            f"{path} cannot be shown to student code: this user may not enter a folder above it; "
            f"put the Python environment where every user can read it, or grade as its owner"
        ) from None


def _bind(source: str, path: str) -> None:
    Path(ROOT + path).mkdir(parents=True, exist_ok=True)
    linux.mount(source, ROOT + path, None, linux.MS_BIND)


def _show(place: Place) -> None:
    target = Path(ROOT + place.path)
    if not _is_inside(real(str(target.parent))):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if place.tree is None:
        target.symlink_to(Path(place.path).readlink())
        return
    if stat.S_ISDIR(os.fstat(place.tree).st_mode):
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    linux.attach_tree(place.tree, str(target))


def _cover(place: Place, covered: tuple[str, ...]) -> list[str]:
    """Put an empty folder over each of these in a place that has just been shown; which they are.

    Nobody in the sandbox may mount, so nobody can take it away again.
    """
    over = []
    for folder in covered:
        target = real(ROOT + folder)
        if place.tree is not None and folder.startswith(place.path + "/") and Path(target).is_dir():
            if not _is_inside(target):
                raise SandboxError(f"{folder} cannot be kept from student code: {target} is a link's end")
            linux.mount("none", target, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, EMPTY)
            over.append(target)
    return over


def _is_inside(target: str) -> bool:
    """Whether a path without links is in the new root, and no link has led out of it."""
    return target.startswith(real(ROOT) + "/") or target == real(ROOT)


def _copy(source: int, target: str) -> None:
    """Copy a folder by descriptor: its parents may not be searchable, and nothing below it is followed."""
    with os.scandir(source) as entries:
        for entry in entries:
            path = f"{target}/{entry.name}"
            if entry.is_symlink():
                Path(path).symlink_to(os.readlink(entry.name, dir_fd=source))
            elif entry.is_dir():
                Path(path).mkdir()
                inner = os.open(entry.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=source)
                _copy(inner, path)
                os.close(inner)
            elif entry.is_file():
                _copy_file(entry.name, source, path)


def _copy_file(name: str, source: int, target: str) -> None:
    read = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=source)
    mode = stat.S_IMODE(os.fstat(read).st_mode) & 0o777 | 0o600
    write = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    while os.sendfile(write, read, None, 1 << 24):
        pass
    os.close(read)
    os.close(write)


def _furnish() -> None:
    etc = Path(ROOT + "/etc")
    etc.mkdir(exist_ok=True)
    (etc / "passwd").write_text(f"student:x:{INNER_UID}:{INNER_UID}::/:/bin/sh\n")
    (etc / "group").write_text(f"student:x:{INNER_UID}:\n")
    Path(ROOT + "/proc").mkdir()


def settle() -> None:
    """In the first process of the namespace: its own /proc, and the host's files out of sight."""
    # While the host's /proc is still there: the kernel mounts a new one only beside a whole one.
    linux.mount("proc", ROOT + "/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    os.chdir(ROOT)
    linux.call("pivot_root", b".", b".")
    linux.detach_mount(".")
    os.chdir("/")
    linux.mount(None, "/", None, linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | linux.MS_NOSUID)


def close_folder(path: str) -> None:
    """Turn a mounted folder read-only for everybody in the sandbox."""
    flags = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | linux.MS_NOSUID | linux.MS_NODEV
    linux.mount(None, path, None, flags)

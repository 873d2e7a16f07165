"""The user that student code runs as if the grader is root; called by launch.py."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from autograder.kernels.sandbox.visible_paths import SandboxError

# One user for each sandbox, so that two that run side by side share neither signals nor limits: the
# process number is added (below 2^22). The second range is for a root of a namespace with few users.
FIRST_UID, FIRST_SMALL_UID, SMALL_RANGE = 1_900_000_000, 61_184, 4_000
PROCESS_NUMBERS = 1 << 22


@dataclass(frozen=True)
class User:
    """A user and group that own nothing on this machine."""

    uid: int
    gid: int


def sandbox_user() -> User | None:
    """A user of the calling process's own, None where it is not root (or root with no other user to become)."""
    if os.geteuid() != 0:
        return None
    number = os.getpid()
    for uid, last in (
        (FIRST_UID + number, FIRST_UID + PROCESS_NUMBERS),
        (FIRST_SMALL_UID + number % SMALL_RANGE, FIRST_SMALL_UID + SMALL_RANGE),
    ):
        if _is_mapped("uid", uid, last) and _is_mapped("gid", uid, last):
            return User(uid, uid)
    return None


def _is_mapped(kind: str, first: int, last: int) -> bool:
    for line in Path(f"/proc/self/{kind}_map").read_text().splitlines():
        start, _, count = map(int, line.split())
        if start <= first and last <= start + count:
            return True
    return False


def hand_over(folder: str, user: User) -> None:
    """Give a folder and what it holds to `user`, by descriptor and without following a link.

    Raises SandboxError for a file with a second name: it may be somebody's file elsewhere.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _hand_over(descriptor, folder, user)
    finally:
        os.close(descriptor)


def _hand_over(folder: int, name: str, user: User) -> None:
    os.fchown(folder, user.uid, user.gid)
    with os.scandir(folder) as entries:
        for entry in entries:
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                inner = os.open(entry.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
                _hand_over(inner, f"{name}/{entry.name}", user)
                os.close(inner)
            elif stat.S_ISREG(status.st_mode):
                if status.st_nlink > 1:
                    raise SandboxError(
                        f"{name}/{entry.name} is a hard link, expected a file of its own; copy it there"
                    )
                os.chown(entry.name, user.uid, user.gid, dir_fd=folder, follow_symlinks=False)

"""Linux system calls that Python's `os` lacks, by ctypes; used by the modules beside it.

Every function raises OSError with the name of the call in it. Importing this works on any system;
calling does not. Numbers are those of x86_64 and aarch64, the two machines the sandbox knows.
"""

import ctypes
import errno
import os
import platform
import struct
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

ARCHITECTURES = ("x86_64", "aarch64")
# (x86_64, aarch64); newer calls have one number everywhere
CALLS = {
    "pivot_root": (155, 41),
    "capset": (126, 91),
    "seccomp": (317, 277),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "close_range": (436, 436),
    "mount_setattr": (442, 442),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
}
CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
AT_FDCWD, AT_EMPTY_PATH, AT_RECURSIVE = -100, 0x1000, 0x8000
OPEN_TREE_CLONE, MOVE_MOUNT_F_EMPTY_PATH = 1, 4
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV = 1, 2, 4
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_CAPBSET_DROP = 1, 4, 8, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 36, 38, 47, 2
CAP_DAC_READ_SEARCH, CAP_SYS_ADMIN = 2, 21


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def number(pair: tuple[int, int]) -> int:
    return pair[ARCHITECTURES.index(platform.machine())]


def _checked(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def call(name: str, *arguments: int | bytes | None) -> int:
    """One system call of CALLS; bytes are passed by address."""
    passed = [
        ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(a)  # None is the null pointer
        for a in arguments
    ]
    return _checked(_libc().syscall(ctypes.c_long(number(CALLS[name])), *passed), name)


def prctl(option: int, *arguments: int) -> None:
    filled = [*arguments, *[0] * (4 - len(arguments))]
    _checked(_libc().prctl(option, *[ctypes.c_ulong(a) for a in filled]), f"prctl({option})")


def unshare(flags: int) -> None:
    _checked(_libc().unshare(flags), f"unshare({flags:#x})")


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    texts = [None if t is None else os.fsencode(t) for t in (source, target, kind, options)]
    result = _libc().mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
    _checked(result, f"mount of {kind or source or 'flags'} on {target}")


def detach_mount(target: str) -> None:
    _checked(_libc().umount2(os.fsencode(target), MNT_DETACH), f"umount of {target}")


def clone_tree(path: str, attributes: int = ATTR_RDONLY | ATTR_NOSUID) -> int:
    """A copy of the mounts at `path`, with these attributes throughout, as a descriptor to attach elsewhere."""
    flags = OPEN_TREE_CLONE | AT_RECURSIVE | os.O_CLOEXEC
    try:
        tree = call("open_tree", AT_FDCWD, os.fsencode(path), flags)
    except OSError as error:
        raise OSError(error.errno, f"open_tree: {os.strerror(error.errno or 0)}", path) from None
    settings = struct.pack("=QQQQ", attributes, 0, 0, 0)
    call("mount_setattr", tree, b"", AT_EMPTY_PATH | AT_RECURSIVE, settings, len(settings))
    return tree


def attach_tree(tree: int, target: str) -> None:
    call("move_mount", tree, b"", AT_FDCWD, os.fsencode(target), MOVE_MOUNT_F_EMPTY_PATH)
    os.close(tree)


def close_all_but(keep: set[int]) -> None:
    """Close every descriptor of this process that is not in `keep`."""
    edges = [-1, *sorted(keep), 0xFFFFFFFF]
    for low, high in pairwise(edges):
        if high - low > 1:
            call("close_range", low + 1, high - 1, 0)


def has_capability(capability: int) -> bool:
    lines = Path("/proc/self/status").read_text().splitlines()
    effective = next(int(line.split()[1], 16) for line in lines if line.startswith("CapEff:"))
    return bool(effective >> capability & 1)


def drop_bounding_set(keep: int = 0) -> None:
    """No program started from now on can gain a capability that is not in the mask `keep`.

    Needs CAP_SETPCAP; an ordinary user has not, and gains none under no_new_privs either.
    """
    for capability in range(64):
        if keep >> capability & 1:
            continue
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EPERM):  # EINVAL: beyond the last this kernel knows
                raise
            break


def drop_capabilities() -> None:
    """Give up every capability and the way to new ones."""
    drop_bounding_set()
    set_capabilities(0)


def set_capabilities(mask: int) -> None:
    """Hold exactly these (the first 32 only), and pass them on to programs that are started."""
    header, low = struct.pack("=Ii", 0x20080522, 0), struct.pack("=III", mask, mask, mask)
    call("capset", header, low + bytes(12))
    for capability in range(32):
        if mask >> capability & 1:
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def become(uid: int, gid: int, keep: int = 0) -> None:
    """From root to an ordinary user for good, holding on to no capability but those in `keep`."""
    if keep:
        prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if keep:
        set_capabilities(keep)

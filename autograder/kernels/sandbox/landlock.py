"""Landlock: what of the file system, the network and the other processes a process may still reach.

Called in the innermost process of a sandbox (program.py). The rights and their numbers are those of
the kernel's documentation, "Landlock: unprivileged access control".
"""

import os
import stat
import struct
from collections.abc import Iterable

from autograder.kernels.sandbox import linux

LEAST_ABI = 4  # the first that knows TCP (Linux 6.7): asked for where Landlock stands alone
SCOPED_ABI = 6  # the first that keeps signals and abstract sockets inside (Linux 6.12)
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE, IOCTL_DEV = 1, 2, 4, 8, 1 << 14, 1 << 15
READ = EXECUTE | READ_FILE | READ_DIR
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many rights each ABI knows; 16 from ABI 5 on
BIND_AND_CONNECT_TCP = 3
ABSTRACT_SOCKETS_AND_SIGNALS = 3
VERSION = 1


def abi() -> int:
    """The version of Landlock this kernel offers, 0 where there is none."""
    try:
        return linux.call("landlock_create_ruleset", None, 0, VERSION)
    except OSError:
        return 0


def restrict(
    readable: Iterable[str], writable: Iterable[str], known: int, listed: Iterable[str] = ()
) -> None:
    """From now on open nothing but what lies below these paths; paths that are not there are passed over. Of folders
    that are `listed` the names can be read, and of all that is in them.

    `known` is the ABI to speak (what `abi()` said). Layers only ever add up: a second call can take
    rights away, never give them. Raises OSError.
    """
    every = (1 << RIGHTS.get(known, 16)) - 1
    attributes = struct.pack(
        "=QQQ",
        every,
        BIND_AND_CONNECT_TCP if known >= LEAST_ABI else 0,
        ABSTRACT_SOCKETS_AND_SIGNALS if known >= SCOPED_ABI else 0,
    )
    size = 24 if known >= SCOPED_ABI else 16 if known >= LEAST_ABI else 8
    rules = linux.call("landlock_create_ruleset", attributes[:size], size, 0)
    for paths, rights in ((readable, READ), (writable, every), (listed, READ_DIR)):
        for path in paths:
            _allow(rules, path, rights & every)
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.call("landlock_restrict_self", rules, 0)
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):  # who may not come there needs no rule to come there
        return
    if not stat.S_ISDIR(os.fstat(target).st_mode):
        rights &= ON_FILES
    linux.call("landlock_add_rule", rules, 1, struct.pack("=Qi", rights, target), 0)
    os.close(target)

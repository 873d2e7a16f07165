"""The system calls that student code may not make, as a filter the kernel runs before each of them.

Called in the innermost process of a sandbox (program.py), last of all, before any thread exists. A list
of refusals rather than of permissions: PyTorch and its libraries use some two hundred calls, a different
set with every release; what is refused is the kernel's machinery that no exercise needs. Calls newer than
the list get ENOSYS, so that a new kernel opens no new door.
"""

import ctypes
import errno
import platform
import struct
from functools import cache

from autograder.kernels.sandbox import linux

# Refused outright with EPERM: (x86_64, aarch64), None where the machine has no such call.
REFUSED: dict[str, tuple[int | None, int | None]] = {
    # namespaces and mounts
    **{"mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51)},
    **{"unshare": (272, 97), "setns": (308, 268), "open_tree": (428, 428), "move_mount": (429, 429)},
    **{"fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433)},
    **{"mount_setattr": (442, 442), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264)},
    # other processes
    **{"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271)},
    **{"process_madvise": (440, 440), "process_mrelease": (448, 448), "pidfd_getfd": (438, 438)},
    **{"kcmp": (312, 272), "move_pages": (279, 239), "migrate_pages": (256, 238)},
    # doors into the kernel
    **{"bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "seccomp": (317, 277)},
    **{"io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427)},
    **{"keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "personality": (135, 92)},
    **{"fanotify_init": (300, 262), "lookup_dcookie": (212, 18), "modify_ldt": (154, None)},
    **{"iopl": (172, None), "ioperm": (173, None), "uselib": (134, None), "vhangup": (153, 58)},
    # the machine itself
    **{"kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105)},
    **{"finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142), "acct": (163, 89)},
    **{"swapon": (167, 224), "swapoff": (168, 225), "syslog": (103, 116), "quotactl": (179, 60)},
    **{"quotactl_fd": (443, 443), "settimeofday": (164, 170), "clock_settime": (227, 112)},
    **{"clock_adjtime": (305, 266), "adjtimex": (159, 171)},
    **{"sethostname": (170, 161), "setdomainname": (171, 162)},
    # memory that no process's resident size shows, and so no limit holds
    **{"memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194)},
    **{"msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180)},
    "vmsplice": (278, 75),  # a pipe holds a huge page for 4 KB of it, and the process lets go of the rest
}
# Refused besides where the host's processes and files are in sight (mode "landlock").
REFUSED_IN_SIGHT: dict[str, tuple[int | None, int | None]] = {
    **{"connect": (42, 203), "setpriority": (141, 140), "ioprio_set": (251, 30), "sendmmsg": (307, 269)},
    **{"inotify_add_watch": (254, 27), "mq_unlink": (241, 181), "shmat": (30, 196), "shmctl": (31, 195)},
    **{"semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192), "msgsnd": (69, 189)},
    **{"msgrcv": (70, 188), "msgctl": (71, 187)},
}
# There, these do nothing and say that they worked: Landlock does not know them, and the grader's own files
# have the same owner. A refusal would break shutil.copy and the like.
IGNORED_IN_SIGHT: dict[str, tuple[int | None, int | None]] = {
    **{"chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "chown": (92, None)},
    **{"lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54), "utime": (132, None)},
    **{"utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5)},
    **{"lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15)},
    **{"fremovexattr": (199, 16)},
}
# There, these may name no process but the caller (0) and the sandbox's own first process.
OWN_PROCESS_ONLY = {
    **{"prlimit64": (302, 261), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274)},
}
# And these do nothing for another, for that may be a thread of the caller's: libzmq ends where they fail.
OWN_PROCESS_OR_NOTHING = {"sched_setscheduler": (144, 119), "sched_setparam": (142, 118)}
# And these too where Landlock cannot keep signals inside (before ABI 6).
SIGNALS = {
    **{"kill": (62, 129), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138)},
    **{"rt_tgsigqueueinfo": (297, 240)},
}
SIGNALS_REFUSED: dict[str, tuple[int | None, int | None]] = {
    "tkill": (200, 130),
    "pidfd_send_signal": (424, 424),
}
CLONE, CLONE3, SOCKET, SOCKETPAIR = (56, 220), (435, 435), (41, 198), (53, 199)
SETSOCKOPT = (54, 208)
BUFFER_SIZES = (7, 8, 32, 33)  # SO_SNDBUF, SO_RCVBUF and their FORCE kinds: what waits there no limit counts
PIPE_SIZE = 1031  # F_SETPIPE_SZ, for the same reason
IOCTL, FCNTL, MMAP = (16, 29), (72, 25), (9, 222)
FIRST_UNKNOWN = 451  # system calls from this number on are newer than the list
NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID, NET
AUDIT_ARCH = (0xC000003E, 0xC00000B7)
AF_UNIX, STREAM, DATAGRAM, SEQUENTIAL = 1, 1, 2, 5
TERMINAL_INJECTION = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
OWNER_IOCTLS = (0x8901, 0x8902)  # FIOSETOWN, SIOCSPGRP
OWNER_FCNTLS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: a signal to any process of the same user
SHARED_ANONYMOUS = 0x21
SET_MODE_FILTER, TSYNC = 1, 1

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN, _AND = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54
_ALLOW, _KILL = 0x7FFF0000, 0x80000000


def _statement(code: int, value: int) -> bytes:
    return struct.pack("=HBBI", code, 0, 0, value)


def _jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value & 0xFFFFFFFF)


def _refuse(error: int) -> bytes:
    return _statement(_RETURN, 0x00050000 | error)


def _argument(index: int) -> bytes:
    return _statement(_LOAD, 16 + 8 * index)  # the low half; both machines are little-endian


def _when(call: int, body: list[bytes]) -> list[bytes]:
    return [_jump(_EQUAL, call, 0, len(body)), *body]


def _refuse_call(call: int, error: int = errno.EPERM) -> list[bytes]:
    return _when(call, [_refuse(error)])


def _refuse_all(calls: dict[str, tuple[int | None, int | None]], here: int, error: int) -> list[bytes]:
    numbers = [pair[here] for pair in calls.values()]
    return [line for number in numbers if number is not None for line in _refuse_call(number, error)]


def _refuse_values(call: int, index: int, values: tuple[int, ...]) -> list[bytes]:
    tests = [_jump(_EQUAL, v, len(values) - i, 0) for i, v in enumerate(values)]
    return _when(call, [_argument(index), *tests, _statement(_RETURN, _ALLOW), _refuse(errno.EPERM)])


def _allow_values(call: int, index: int, values: tuple[int, ...], error: int = errno.EPERM) -> list[bytes]:
    tests = [_jump(_EQUAL, v, len(values) - i, 0) for i, v in enumerate(values)]
    return _when(call, [_argument(index), *tests, _refuse(error), _statement(_RETURN, _ALLOW)])


def _only_unix_sockets(call: int, kinds: tuple[int, ...]) -> list[bytes]:
    tests = [_jump(_EQUAL, k, len(kinds) - i, 0) for i, k in enumerate(kinds)]
    kind = [_argument(1), _statement(_AND, 0xF), *tests, _refuse(errno.EPERM), _statement(_RETURN, _ALLOW)]
    return _when(call, [_argument(0), _jump(_EQUAL, AF_UNIX, 1, 0), _refuse(errno.EAFNOSUPPORT), *kind])


def _in_sight(pid: int, signals_scoped: bool, here: int) -> list[bytes]:
    """Rules for a process that shares the host's process numbers; `pid` is its own."""
    refused = {**REFUSED_IN_SIGHT, **({} if signals_scoped else SIGNALS_REFUSED)}
    rules = _refuse_all(refused, here, errno.EPERM) + _refuse_all(IGNORED_IN_SIGHT, here, 0)
    for pair in OWN_PROCESS_ONLY.values():
        rules += _allow_values(pair[here], 0, (0, pid))
    for pair in OWN_PROCESS_OR_NOTHING.values():
        rules += _allow_values(pair[here], 0, (0, pid), error=0)
    if not signals_scoped:
        for pair in SIGNALS.values():  # 0 and -pid: the process's own group, which holds nobody else
            rules += _allow_values(pair[here], 0, (0, pid, -pid))
    return rules


@cache
def build(pid: int | None = None, signals_scoped: bool = True) -> bytes:
    """The filter as the kernel wants it. `pid`: the caller's, where it shares the host's process numbers.

    With `pid`, unix sockets can reach nobody outside: connect() is refused, and datagram sockets with it
    (they name their receiver in each message, which a filter cannot read).
    """
    here = linux.ARCHITECTURES.index(platform.machine())
    kinds = (STREAM, SEQUENTIAL) if pid else (STREAM, SEQUENTIAL, DATAGRAM)
    rules = [
        _statement(_LOAD, 4),
        _jump(_EQUAL, AUDIT_ARCH[here], 1, 0),
        _statement(_RETURN, _KILL),  # the 32-bit calls have other numbers
        _statement(_LOAD, 0),
        # the x32 calls of x86_64 have numbers beyond 0x40000000; they end here too
        *[_jump(_AT_LEAST, FIRST_UNKNOWN, 0, 1), _refuse(errno.ENOSYS)],
        *_refuse_call(CLONE3[here], errno.ENOSYS),  # its flags are out of a filter's sight; libc uses clone
        *_when(
            CLONE[here],
            [
                _argument(0),
                _jump(_ANY_BIT, NEW_NAMESPACES, 0, 1),
                _refuse(errno.EPERM),
                _statement(_RETURN, _ALLOW),
            ],
        ),
        *_only_unix_sockets(SOCKET[here], kinds),
        *_only_unix_sockets(SOCKETPAIR[here], kinds),
        *_refuse_values(IOCTL[here], 1, TERMINAL_INJECTION + OWNER_IOCTLS),
        *_refuse_values(FCNTL[here], 1, (*OWNER_FCNTLS, PIPE_SIZE)),
        *_refuse_values(SETSOCKOPT[here], 2, BUFFER_SIZES),
        *_refuse_shared_anonymous(MMAP[here]),
    ]
    rules += _refuse_all(REFUSED, here, errno.EPERM)
    if pid:
        rules += _in_sight(pid, signals_scoped, here)
    return b"".join([*rules, _statement(_RETURN, _ALLOW)])


def _refuse_shared_anonymous(mmap: int) -> list[bytes]:
    """Pages mapped so stay when the process lets go of them, and are then in nobody's resident size."""
    test = [_argument(3), _statement(_AND, SHARED_ANONYMOUS), _jump(_EQUAL, SHARED_ANONYMOUS, 0, 1)]
    return _when(mmap, [*test, _refuse(errno.EPERM), _statement(_RETURN, _ALLOW)])


def install(program: bytes) -> None:
    """Put this process, and all that it will start, under the filter. Raises OSError."""
    text = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("=H6xQ", len(program) // 8, ctypes.addressof(text))
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.call("seccomp", SET_MODE_FILTER, TSYNC, head)

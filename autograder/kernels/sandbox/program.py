"""The last process of a sandbox: gives up what is left, then runs the program; called by launch.py.

It dies with first, whatever becomes of the supervisors: nobody but the kernel has to act.
"""

import json
import os
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn

from autograder.kernels.sandbox import identity, landlock, linux, namespaces, processes, seccomp, supervise
from autograder.kernels.sandbox.confinement import Confinement, Limits
from autograder.kernels.sandbox.visible_paths import SandboxError, all_but, is_open_to_all, reals

if sys.platform != "win32":
    import resource

MB = 1 << 20
KEPT_VARIABLES = ("LANG", "TZ", "PYTHONHASHSEED", "PYTHONWARNINGS", "MPLBACKEND", "CUDA_VISIBLE_DEVICES")
KEPT_PREFIXES = ("LC_", "OMP_", "MKL_", "OPENBLAS_", "NUMEXPR_", "PYDEVD_", "TORCH_")
# What libraries read of the host's /proc and /dev where there is no own one.
SEEN_OF_HOST = (
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/dev/random", "/dev/urandom"),
    *(f"/proc/self/{name}" for name in ("status", "stat", "statm", "maps", "cmdline", "fd")),
)


def run(
    confinement: Confinement,
    paths: tuple[str, ...],
    user: identity.User | None,
    program: Callable[[Callable[[], None]], int],
    keep: Sequence[int],
    gate: socket.socket,
) -> NoReturn:
    """`gate`: how the first process hears that the program is ready, or why it never will be."""
    code, waiting = 1, True

    def ready() -> None:
        nonlocal waiting
        if not waiting:
            return
        if confinement.mode == "landlock" and confinement.sockets:
            _close_sockets(confinement)
        gate.send(json.dumps({"ready": True}).encode())
        if gate.recv(16) != b"go":
            os._exit(supervise.FAILED)
        gate.close()
        waiting = False

    try:
        _give_up(confinement, paths, user, keep, gate.fileno())
        code = program(ready)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else error.code is not None
    except BaseException as error:
        if waiting:
            gate.send(json.dumps({"error": supervise.explain(error)}).encode())
        with suppress(OSError):  # what sys.stderr stood for may be closed
            traceback.print_exc()
    os._exit(code & 0xFF)


def _give_up(
    confinement: Confinement,
    paths: tuple[str, ...],
    user: identity.User | None,
    keep: Sequence[int],
    gate: int,
) -> None:
    mode, limits = confinement.mode, confinement.limits
    supervise.die_with_parent(signal.SIGKILL, None if mode == "namespaces" else os.getppid())
    os.setsid()  # a process group of its own: a signal to the group reaches no supervisor
    _reset_signals()
    _keep_only(keep, gate)
    os.chdir(confinement.scratch)
    if mode == "landlock":
        _become(user, paths)
        supervise.die_with_parent(signal.SIGKILL, None)  # changing the user cancels it
    elif mode == "namespaces":
        linux.drop_capabilities()
    linux.prctl(linux.PR_SET_DUMPABLE, 1)  # else its own /proc/self is closed to it
    _limit(mode, limits, alone=user is not None)
    _clean_environment(confinement)
    if mode == "off":
        return
    abi = landlock.abi()
    if mode == "namespaces":
        if abi:
            scratches = [confinement.scratch, "/tmp", "/dev/shm", "/dev/null", "/dev/full"]
            writable = [*scratches, *([confinement.sockets] if confinement.sockets else [])]
            # A second wall: what can be seen may all be read, and little of it written.
            landlock.restrict(["/"], writable, abi)
    else:
        _restrict_alone(confinement, paths, abi)
    own = os.getpid() if mode == "landlock" else None
    seccomp.install(seccomp.build(own, signals_scoped=abi >= landlock.SCOPED_ABI))


def _reset_signals() -> None:
    for number in (
        signal.SIGTERM,
        signal.SIGHUP,
        signal.SIGCHLD,
        signal.SIGALRM,
        signal.SIGUSR1,
        signal.SIGUSR2,
    ):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _keep_only(keep: Sequence[int], gate: int) -> None:
    nothing = os.open("/dev/null", os.O_RDWR)
    for standard in {0, 1, 2} - set(keep):
        os.dup2(nothing, standard)
    linux.close_all_but({0, 1, 2, gate, *keep})


def _become(user: identity.User | None, paths: tuple[str, ...]) -> None:
    """Change to the sandbox's user, keeping the right to search folders only where Python lies below a closed one.

    Landlock then still allows no file to be opened outside what is shown; what the right adds is that
    names elsewhere can be tried for existence.
    """
    if user is None:
        linux.drop_capabilities()
        return
    keep = 0
    if closed := [path for path in paths if not is_open_to_all(path)]:
        if not linux.has_capability(linux.CAP_DAC_READ_SEARCH):
            raise SandboxError(
                f"{closed[0]} cannot be read by the user that student code runs under; put the Python "
                f"environment where every user may read it, or do not grade as root"
            )
        keep = 1 << linux.CAP_DAC_READ_SEARCH
    linux.drop_bounding_set(keep)
    linux.become(user.uid, user.gid, keep)


def _limit(mode: str, limits: Limits, alone: bool) -> None:
    """The limits the kernel keeps. `alone`: no other process runs under this user."""

    def limit(kind: int, soft: int, hard: int | None = None) -> None:
        present = resource.getrlimit(kind)[1]
        wanted = soft if hard is None else hard
        most = wanted if present == resource.RLIM_INFINITY else min(present, wanted)
        resource.setrlimit(kind, (min(soft, most), most))

    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, 512)
    limit(resource.RLIMIT_MSGQUEUE, 0)
    limit(resource.RLIMIT_FSIZE, limits.file_mb * MB)
    # DATA, not AS: libraries reserve far more addresses than they use.
    limit(resource.RLIMIT_DATA, limits.memory_mb * MB)
    if limits.cpu_s is not None:
        limit(resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 5)
    # The kernel counts a user's threads: all of them, but for a user namespace's, whose two supervisors count.
    others = 2 if mode == "namespaces" else 0 if alone else processes.threads_of(os.getuid())
    limit(resource.RLIMIT_NPROC, limits.processes + others)


def _clean_environment(confinement: Confinement) -> None:
    temporary = "/tmp"
    if confinement.mode != "namespaces":
        temporary = f"{confinement.scratch}/.tmp"
        os.makedirs(temporary, exist_ok=True)  # noqa: PTH103 - beside os.environ, with its strings
    clean_environment(temporary)


def clean_environment(temporary: str) -> None:
    """Leaves of the environment what every program may know; `temporary`: its home and its folder for such files."""
    kept = {k: v for k, v in os.environ.items() if k in KEPT_VARIABLES or k.startswith(KEPT_PREFIXES)}
    os.environ.clear()
    os.environ.update(kept)
    programs = f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin"
    os.environ.update(HOME=temporary, TMPDIR=temporary, USER="student", LOGNAME="student", PATH=programs)
    tempfile.tempdir = None  # the warm parent's answer


def _restrict_alone(confinement: Confinement, paths: tuple[str, ...], abi: int) -> None:
    if abi < landlock.LEAST_ABI:
        raise SandboxError(
            f"Landlock ABI {abi} found, ABI {landlock.LEAST_ABI} (Linux 6.7) or newer expected for mode landlock"
        )
    sockets = [confinement.sockets] if confinement.sockets else []
    whole, around = all_but(paths, reals(confinement.withheld))
    writable = [confinement.scratch, *sockets, "/dev/null"]
    landlock.restrict([*whole, *SEEN_OF_HOST], writable, abi, listed=around)


def _close_sockets(confinement: Confinement) -> None:
    """One more layer of Landlock, without the sockets' folder among what can be written."""
    everything = ["/"]  # reading: the first layer already says what
    landlock.restrict(everything, [confinement.scratch, "/dev/null"], landlock.abi())


def after_ready(confinement: Confinement) -> None:
    """In the first process, between the program's `ready()` and its first line of student code."""
    if confinement.sockets:
        if confinement.mode == "namespaces":
            namespaces.close_folder(confinement.sockets)
        else:
            if os.geteuid() == 0:
                os.chown(confinement.sockets, 0, 0)
            os.chmod(confinement.sockets, 0o555)  # noqa: PTH101 - beside os.chown
    if confinement.mode == "namespaces":
        linux.drop_capabilities()

"""Runs a program in a fork that has given up everything it does not need; called by the warm parent.

`run_confined` is the way in. The order of what a fork gives up, and why there:

    outer   its session; root's rights over the scratch folder are used for the last time; in mode
            "namespaces" root itself, then user, mount, pid, net, ipc and uts namespaces, the new root
    first   dies with outer; its own /proc, pivot_root
    program dies with first; every descriptor but those asked for; root (mode "landlock"); capabilities,
            limits, environment, Landlock, and last the filter of system calls, which forbids all of the above

Modes: "namespaces"; "landlock" where those are refused (Landlock and the filter alone: processes of others
can be guessed at but not touched); "off" only limits and supervises.
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from autograder.kernels.sandbox import (
    control_groups,
    identity,
    linux,
    namespaces,
    processes,
    seccomp,
    supervise,
)
from autograder.kernels.sandbox import program as innermost
from autograder.kernels.sandbox.confinement import MODES, Confinement, Report
from autograder.kernels.sandbox.visible_paths import (
    SandboxError,
    base_paths,
    home,
    is_open_to_all,
    places_of,
    reals,
    shown_paths,
)

Program = Callable[[Callable[[], None]], int]
Tell = Callable[[Report], None]


@dataclass(frozen=True)
class Setting:
    """What outer has found out for the two processes after it."""

    confinement: Confinement
    paths: tuple[str, ...]
    user: identity.User | None  # whom the program becomes; None: it stays who it is
    proc: int
    group: control_groups.Group | None  # None where memory is looked at from outside


def prepare() -> None:
    """Do once, in the process that forks, what every fork would otherwise repeat (about 2 ms)."""
    control_groups.remove_left()
    for path in base_paths():
        is_open_to_all(path)
    home()
    seccomp.build()


def clear_up(pid: int) -> None:
    """What a fork that called `run_confined` cannot do itself; for its parent, once it has been waited for."""
    control_groups.remove(pid)


def shield() -> None:
    """Close this process's /proc folder and memory to other processes of its own user.

    For a warm parent: where the grader is an ordinary user, student code runs under the same user.
    """
    linux.prctl(linux.PR_SET_DUMPABLE, 0)


def run_confined(confinement: Confinement, program: Program, keep: Sequence[int], report: Tell) -> NoReturn:
    """Make the sandbox and run `program(ready)` in its innermost process. Called in a fresh fork; never returns.

    `keep`: descriptors the program gets; it has no others, and what of 0, 1, 2 is not among them is
    /dev/null. `report` gets {"ready": True} once the program has called `ready()`, or
    {"error": text}. Raises nothing. The exit codes are in supervise.py. SIGINT to this process reaches the program;
    SIGTERM, and its parent's end, ends everything that was started.
    """
    code = supervise.FAILED
    try:
        code = _outer(confinement, program, keep, report)
    except BaseException as error:
        try:
            report({"error": supervise.explain(error)})
        finally:
            os._exit(code)
    os._exit(code)


def _outer(confinement: Confinement, program: Program, keep: Sequence[int], report: Tell) -> int:
    if confinement.mode not in MODES:
        raise SandboxError(f"found sandbox mode {confinement.mode!r}, expected one of {', '.join(MODES)}")
    started, parent = time.monotonic(), os.getppid()
    # What the warm parent does on a signal must not happen here; SIGINT waits for somebody to pass it on to.
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if os.getpid() != os.getsid(0):
        os.setsid()
    os.umask(0o077)
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    scratch = os.path.abspath(confinement.scratch)  # noqa: PTH100 - not resolved: the path the program sees
    isolated = confinement.mode == "namespaces"
    paths: tuple[str, ...] = ()
    if confinement.mode != "off":
        paths = shown_paths(confinement.readable, scratch, confinement.withheld)
    user = identity.sandbox_user() if confinement.mode != "off" else None
    # What is written in mode "namespaces" lies in memory, and has its own limit.
    held_mb = confinement.limits.memory_mb + (confinement.limits.scratch_mb if isolated else 0)
    setting = Setting(confinement, paths, user, proc, control_groups.make(held_mb << 20))
    if user is not None:
        for folder in (scratch, confinement.sockets):
            if folder is not None:
                identity.hand_over(folder, user)
    if isolated:
        _isolate(setting, scratch)
    else:
        linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
    supervise.die_with_parent(signal.SIGTERM, parent)
    read, write = os.pipe2(os.O_CLOEXEC)
    first = os.fork()
    if first == 0:
        os.close(read)
        _first(setting, program, keep, write)
    if setting.group is not None:
        os.close(setting.group.processes)
    for descriptor in (write, *(d for d in keep if d > 2)):
        os.close(descriptor)  # when the program ends, its connections must end
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    return supervise.run_outer(
        supervise.watch(confinement, proc, first, started, setting.group), read, report
    )


def _isolate(setting: Setting, scratch: str) -> None:
    """Outer's half of mode "namespaces"."""
    confinement = setting.confinement
    source = os.open(scratch, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    places = namespaces.collect(setting.paths)
    sockets = namespaces.collect_folder(confinement.sockets)
    uid, gid = os.geteuid(), os.getegid()
    if setting.user is not None:
        uid, gid = setting.user.uid, setting.user.gid
        linux.become(uid, gid)
    namespaces.enter(gid, uid)
    covered = places_of(reals(confinement.withheld), setting.paths)
    namespaces.build(places, covered, scratch, source, sockets, confinement.limits.scratch_mb)
    os.close(source)


def _first(setting: Setting, program: Program, keep: Sequence[int], messages: int) -> NoReturn:
    """PID 1 of the sandbox, or the reaper of its orphans."""
    try:
        isolated = setting.confinement.mode == "namespaces"
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if setting.group is not None:
            setting.group.enter()
        if isolated:
            # Its parent is out of sight (getppid() is 0); outer's death before this line ends the pipe,
            # and the write to it fails.
            supervise.die_with_parent(signal.SIGKILL, None)
            namespaces.settle()
        else:
            linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
            supervise.end_all_on_sigterm(setting.proc)
            supervise.die_with_parent(signal.SIGTERM, os.getppid())
        linux.prctl(linux.PR_SET_DUMPABLE, 0)  # nothing in its /proc folder can be opened by its user
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            ours.close()
            shown, user = setting.paths, setting.user
            innermost.run(setting.confinement, shown, user, program, keep, theirs)
        theirs.close()
        linux.close_all_but({0, 1, 2, messages, ours.fileno(), setting.proc})
        code = supervise.run_first(child, ours, messages, lambda: innermost.after_ready(setting.confinement))
        if not isolated:
            processes.end_descendants(setting.proc)
        os._exit(code)
    except BaseException as error:
        supervise.tell(messages, {"error": supervise.explain(error)})
        os._exit(supervise.FAILED)

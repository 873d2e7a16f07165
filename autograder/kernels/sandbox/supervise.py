"""The two processes between a confined program and its client; called by launch.py.

    warm parent -> outer: sees the host; measures, keeps the limits, tells the client
                   -> first: PID 1 of the sandbox (or a reaper of orphans); waits for everything that ends
                      -> program

No line of student code runs in the first two, and student code can reach neither: in mode "namespaces"
they are outside its process table (or PID 1 of it, which the kernel shields); in mode "landlock" its
signals and its tracing end at its own border.
"""

import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from autograder.kernels.sandbox import linux, processes
from autograder.kernels.sandbox.confinement import Confinement, Report
from autograder.kernels.sandbox.control_groups import Group
from autograder.kernels.sandbox.visible_paths import SandboxError

# How the outer process ends: 71 the sandbox could not be made, 72-75 a limit, 143 told to (SIGTERM),
# else as the program did: its own status, or 128 + the signal that ended it.
FAILED, WALL_CLOCK, MEMORY, CPU_TIME, DISK = 71, 72, 73, 74, 75
RESERVED = range(FAILED, DISK + 1)
MISUSED = 70  # what a program's own status becomes that would read as one of these
TERMINATED = 143
QUICK_S, SLOW_S, DISK_S = 0.02, 0.1, 0.5  # between two looks: when memory fills, else, at the disk


@dataclass
class Watch:
    """What the outer process knows and when it looks next. Sizes in bytes, times in seconds; None = no limit."""

    proc: int
    first: int
    memory: int | None
    cpu: float | None
    deadline: float | None
    disk: int | None = None
    folders: tuple[str, ...] = ()
    group: Group | None = None  # which limits memory; `memory` is None then
    pause: float = SLOW_S
    next_disk: float = field(default=0.0)

    def exceeded(self) -> int | None:
        """The exit code of a limit that is passed, else None; `pause` says when to ask again."""
        now = time.monotonic()
        if self.deadline is not None and now > self.deadline:
            return WALL_CLOCK
        used = processes.usage(self.proc, self.first, with_memory=self.memory is not None)
        if self.cpu is not None and used.cpu > self.cpu:
            return CPU_TIME
        if self.memory is not None:
            # A fork counts its parent's pages again: ask precisely only when that could matter.
            if used.memory > self.memory and self._precise() > self.memory:
                return MEMORY
            self.pause = QUICK_S if used.memory > self.memory / 2 else SLOW_S
        if self.disk is not None and now > self.next_disk:
            self.next_disk = now + DISK_S
            held = sum(map(processes.folder_bytes, self.folders))
            if held + processes.deleted_bytes(self.proc, self.first) > self.disk:
                return DISK
        return None

    def _precise(self) -> int:
        return processes.proportional_memory(self.proc, self.first)


def run_outer(watch: Watch, messages: int, report: Callable[[Report], None]) -> int:
    """Stay until the first process has ended, by itself or by us; everything below is gone on return."""
    first, told_to_stop = watch.first, []

    def stop(*_: object) -> None:
        told_to_stop.append(True)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, lambda *_: _send(first, signal.SIGINT))
    # A signal between two looks must end the waiting.
    wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    ended = os.pidfd_open(first)
    poll = select.poll()
    for descriptor in (ended, messages, wake_read):
        poll.register(descriptor, select.POLLIN)
    reason = None
    while reason is None:
        events = [descriptor for descriptor, _ in poll.poll(watch.pause * 1000)]
        if wake_read in events:
            os.read(wake_read, 4096)
        if messages in events:
            if text := os.read(messages, 1 << 16):
                report(json.loads(text))
            else:
                poll.unregister(messages)
        elif ended in events:  # after its last message
            break
        reason = TERMINATED if told_to_stop else watch.exceeded()
    return _finish(reason, watch)


def _finish(reason: int | None, watch: Watch) -> int:
    _send(watch.first, signal.SIGKILL)  # PID 1 takes its whole namespace along
    _, status = os.waitpid(watch.first, 0)
    processes.end_descendants(watch.proc)
    if reason is None and watch.group is not None and watch.group.is_out_of_memory():
        reason = MEMORY
    return reason if reason is not None else exit_code(status)


def exit_code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code


def own_exit_code(status: int) -> int:
    """A program's exit code, never one that would read as a limit or as a fault of the sandbox."""
    code = exit_code(status)
    return MISUSED if code in RESERVED else code


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def run_first(program: int, gate: socket.socket, messages: int, settle: Callable[[], None]) -> int:
    """Pass the program's word on, close what it needs no more (`settle`), and reap until it ends."""
    signal.signal(signal.SIGINT, lambda *_: _send(program, signal.SIGINT))
    text = gate.recv(1 << 16)
    said = json.loads(text) if text else {}
    if said.get("ready"):
        settle()
        gate.send(b"go")
    gate.close()
    if not text:
        status = reap_until(program)
        said = {"error": f"the program ended before it was ready, with exit status {status}"}
    os.write(messages, json.dumps(said).encode())
    os.close(messages)
    return reap_until(program) if said.get("ready") else FAILED


def reap_until(pid: int) -> int:
    while True:
        ended, status = os.wait()
        if ended == pid:
            return own_exit_code(status)


def die_with_parent(number: int, parent: int | None) -> None:
    """Get this signal when the parent ends; `parent`: who it should be, None where it cannot be asked."""
    linux.prctl(linux.PR_SET_PDEATHSIG, number)
    if parent is not None and os.getppid() != parent:  # it ended before the line above
        os._exit(FAILED)


def end_all_on_sigterm(proc: int) -> None:
    """For a first process whose end would leave its descendants alive."""

    def end(*_: object) -> None:
        processes.end_descendants(proc)
        os._exit(TERMINATED)

    signal.signal(signal.SIGTERM, end)


def explain(error: BaseException) -> str:
    """The message for a client about an error."""
    return str(error)[:3000] if isinstance(error, SandboxError) else f"{type(error).__name__}: {error}"[:3000]


def tell(messages: int, said: Report) -> None:
    with suppress(OSError):  # the client is gone
        os.write(messages, json.dumps(said).encode())


def watch(confinement: Confinement, proc: int, first: int, started: float, group: Group | None) -> Watch:
    """What to look at. In mode "namespaces" the kernel itself limits what is written. In a group, what is held."""
    limits, folders = confinement.limits, [confinement.scratch, confinement.sockets]
    return Watch(
        proc,
        first,
        limits.memory_mb << 20 if group is None else None,
        limits.cpu_s,
        None if limits.wall_s is None else started + limits.wall_s,
        None if confinement.mode == "namespaces" else limits.scratch_mb << 20,
        tuple(folder for folder in folders if folder),
        group,
    )

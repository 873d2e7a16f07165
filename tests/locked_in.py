"""Runs a function as student code in a real sandbox and says what became of it; for the tests in sandbox/."""

import ctypes
import json
import os
import select
import signal
import socket
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.kernels.sandbox import control_groups, linux, processes, seccomp
from autograder.kernels.sandbox import visible_paths as shown
from autograder.kernels.sandbox.confinement import Confinement, Limits
from autograder.kernels.sandbox.launch import clear_up, run_confined

NOBODY = 65534
MODES = ("namespaces", "landlock")
PATIENCE_S = 15.0
GENEROUS = Limits()


@dataclass
class Locked:
    """One program in its sandbox. `result`: what the student's function returned, or the name of its error."""

    pid: int  # of the outer process, on the host
    folder: Path
    _said: socket.socket
    _answers: int
    report: dict = field(default_factory=dict)
    result: object = None
    _texts: bytes = b""

    def wait_ready(self) -> "Locked":
        if not self.report:
            self.report = json.loads(self._said.recv(1 << 16) or b"{}")
        return self

    def told(self) -> str:
        """The next line the student's function printed to its answers."""
        while b"\n" not in self._texts:
            more = self._read()
            assert more, "the program ended without another line"
            self._texts += more
        line, _, self._texts = self._texts.partition(b"\n")
        return json.loads(line)

    def _read(self, patience_s: float = PATIENCE_S) -> bytes:
        assert select.select([self._answers], [], [], patience_s)[0], (
            "something of the sandbox is still alive"
        )
        return os.read(self._answers, 1 << 16)

    def wait(self) -> int:
        """The exit code, when the outer process has ended and nobody holds the answers' pipe any more."""
        self.wait_ready()
        deadline = time.monotonic() + PATIENCE_S
        while not (ended := os.waitpid(self.pid, os.WNOHANG))[0]:
            assert time.monotonic() < deadline, "the outer process is still alive"
            time.sleep(0.002)
        clear_up(self.pid)
        self.until_all_are_gone()
        return os.waitstatus_to_exitcode(ended[1])

    def until_all_are_gone(self) -> None:
        """End of file on a pipe that every process of the sandbox holds: none of them is alive."""
        while more := self._read(2.0):
            self._texts += more
        lines = self._texts.splitlines()
        if lines:
            self.result = json.loads(lines[-1])
        self._said.close()
        os.close(self._answers)

    def inner(self) -> list[int]:
        """The host's numbers of all processes below the outer one."""
        proc = os.open("/proc", os.O_RDONLY)
        try:
            return processes.descendants(proc, self.pid)
        finally:
            os.close(proc)


def lock_in(
    mode: str,
    student: Callable[..., object],
    uid: int = 0,
    *,
    limits: Limits = GENEROUS,
    sockets: str | None = None,
    readable: Sequence[str] = (),
    withheld: Sequence[str] = (),
    before: Callable[[], None] = lambda: None,
    files: Sequence[str] = (),
    folder: Path | None = None,
) -> Locked:
    """Start `student(tell)` in a sandbox, forked by a process of user `uid`.

    `before` runs in the program before it is ready; `tell(x)` sends a line out. `files` are put in the
    scratch folder with their own names as content.
    """
    scratch = folder or Path(tempfile.mkdtemp(prefix="locked-"))
    for name in files:
        (scratch / name).write_text(name)
    if uid:
        for path in (scratch, *scratch.iterdir()):
            os.chown(path, uid, uid)
    said, telling = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    answers, answering = os.pipe()
    pid = os.fork()
    if pid == 0:
        _in_fork(
            Confinement(mode, str(scratch), sockets, limits, tuple(readable), tuple(withheld)),
            student,
            uid,
            before,
            telling,
            answering,
        )
    telling.close()
    os.close(answering)
    return Locked(pid, scratch, said, answers)


def _in_fork(confinement, student, uid, before, telling, answering) -> None:
    try:
        if uid:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            shown.base_paths.cache_clear()  # found out by another user, as is the next
            control_groups.find.cache_clear()

        def tell(value: object) -> None:
            os.write(answering, json.dumps(value).encode() + b"\n")

        def program(ready: Callable[[], None]) -> int:
            before()
            ready()
            try:
                tell(student(tell))
            except BaseException as error:
                tell(f"{type(error).__name__}: {error}")
            return 0

        run_confined(confinement, program, (answering,), lambda said: telling.send(json.dumps(said).encode()))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(99)


def run(mode: str, student: Callable[..., object], uid: int = 0, **asked) -> Locked:
    """The same, to its end; it must have ended by itself and well."""
    locked = lock_in(mode, student, uid, **asked)
    code = locked.wait()
    assert locked.report.get("ready"), locked.report
    assert code == 0, (code, locked.result)
    return locked


def error_of(call: Callable[[], object]) -> str:
    """In student code: the name of the error a call ends with, "" when it works."""
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return ""


def wait_for_the_end(tell: Callable[[object], None]) -> None:
    """Student code that is there to be looked at."""
    tell("here")
    time.sleep(60)


def growing_in_forks(megabytes: int) -> Callable[[Callable[[object], None]], None]:
    """A student whose eight processes hold so much each."""

    def grow(tell: Callable[[object], None]) -> None:
        for _ in range(8):
            if os.fork() == 0:
                held = bytearray(b"x") * (megabytes << 20)
                time.sleep(60)
                os._exit(len(held) & 1)
        time.sleep(60)

    return grow


def stop(locked: Locked) -> int:
    os.kill(locked.pid, signal.SIGTERM)
    return locked.wait()


def libc_call(number: int, *arguments: int) -> int:
    """The error number of a system call, 0 where it works."""
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) for a in arguments])
    return ctypes.get_errno() if result < 0 else 0


def number_of(name: str) -> int:
    tables = (seccomp.REFUSED, seccomp.REFUSED_IN_SIGHT, seccomp.SIGNALS_REFUSED, seccomp.OWN_PROCESS_ONLY)
    every = {k: v for table in (*tables, seccomp.SIGNALS) for k, v in table.items()}
    return every[name][linux.ARCHITECTURES.index(os.uname().machine)] or 0

"""Stand-in for the sandbox: mode "off" only. Dropped when the real one comes."""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn


class SandboxUnavailable(RuntimeError):
    """No mode works here."""


@dataclass(frozen=True)
class Limits:
    memory_mb: int = 4096
    processes: int = 64
    file_mb: int = 64
    scratch_mb: int = 256
    cpu_s: int | None = 300
    wall_s: int | None = None


@dataclass(frozen=True)
class Confinement:
    mode: str
    scratch: str
    sockets: str | None = None
    limits: Limits = field(default_factory=Limits)
    readable: tuple[str, ...] = ()


def resolve_mode(wanted: str) -> str:
    return "off"


def run_confined(
    confinement: Confinement,
    program: Callable[[Callable[[], None]], int],
    keep: Sequence[int],
    report: Callable[[dict[str, Any]], None],
) -> NoReturn:
    prctl = ctypes.CDLL(None).prctl
    os.setsid()
    prctl(36, 1)
    r, w = os.pipe()

    def ready() -> None:
        os.write(w, b"x")
        os.close(w)

    inner = os.fork()
    if inner == 0:
        code = 70
        try:
            prctl(1, signal.SIGKILL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for fd in {int(fd.name) for fd in Path("/proc/self/fd").iterdir()} - {w, *keep}:
                with suppress(OSError):
                    os.close(fd)
            for _ in range(3):
                os.open("/dev/null", os.O_RDWR)
            os.chdir(confinement.scratch)
            code = program(ready)
        finally:
            os._exit(code)
    os.close(w)
    signal.signal(signal.SIGINT, lambda *a: os.kill(inner, signal.SIGINT))
    signal.signal(signal.SIGTERM, lambda *a: os.kill(inner, signal.SIGKILL))
    report({"ready": True} if os.read(r, 1) else {"error": "died before it was ready"})
    end = time.monotonic() + (confinement.limits.wall_s or 1e9)
    why = None
    while True:
        pid, status = os.waitpid(inner, os.WNOHANG)
        if pid:
            break
        if time.monotonic() > end and why is None:
            why = 72
            os.kill(inner, signal.SIGKILL)
        time.sleep(0.01)
    while children := Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    code = os.waitstatus_to_exitcode(status)
    os._exit(why or (code if code >= 0 else 128 - code))

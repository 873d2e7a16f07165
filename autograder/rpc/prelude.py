"""Runs the cells before the first answer once, in a template of which kernels are then forks; `shell` calls it there.

The template is not in a sandbox, so the cells, all of them the instructor's, may only compute. Whether they do is found
out: an audit hook refuses what touches files, processes, networks or threads before it happens, and what is left behind
is compared afterwards. Where anything is found, each kernel runs these cells itself, in its sandbox.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.kernels.preload import threads
from autograder.kernels.sandbox.visible_paths import DEVICES, base_paths
from autograder.rpc.mirror.seeds import SEEDERS
from autograder.rpc.wire.codec import Table, Value

# Audit events (https://docs.python.org/3/library/audit_events.html), by their beginnings.
REFUSED = (
    *("socket.", "subprocess.", "pty.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn"),
    *("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.utime"),
    *(
        "os.ch",
        "os.fchdir",
        "os.kill",
        "os.setxattr",
        "os.removexattr",
        "os.lockf",
        "os.putenv",
        "os.unsetenv",
    ),
    *("shutil.", "tempfile.", "glob.", "pathlib.", "fcntl.", "mmap.", "sqlite3.", "resource.", "syslog."),
    *(
        "ftplib.",
        "http.",
        "imaplib.",
        "nntplib.",
        "poplib.",
        "smtplib.",
        "telnetlib.",
        "urllib.",
        "webbrowser.",
    ),
    *("_thread.", "signal.", "ctypes.dlopen", "ctypes.dlsym", "ctypes.call", "sys.addaudithook"),
)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
IMPORTS = "<frozen importlib._bootstrap_external>"


class Refused(Exception):
    """Something that only a sandboxed kernel may do."""


class Watch:
    """An audit hook, which cannot be taken away again: so it is switched on and off."""

    def __init__(self) -> None:
        self.on, self.found = False, ""

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Python calls this before it does something."""
        if self.on and self._is_refused(event, arguments):
            self.found = self.found or f"{event} {arguments[:1]!r}"[:200]
            raise Refused(event)

    def _is_refused(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open":
            path, _, flags = arguments
            return not isinstance(path, int) and (bool((flags or 0) & WRITES) or not _is_shown(path))
        if event in ("os.listdir", "os.scandir"):
            importing = sys._getframe(2).f_code.co_filename == IMPORTS
            return not importing and not _is_shown(arguments[0] or ".")
        return event.startswith(REFUSED)


def _is_shown(path: Any) -> bool:
    """Whether every sandbox shows the same there: the system, this Python and what is installed in it."""
    real = os.path.realpath(os.fsdecode(path))
    return real in DEVICES or any(real == base or real.startswith(base + "/") for base in base_paths())


@dataclass(frozen=True)
class Left:
    """What cells may leave behind in a process, beside values."""

    descriptors: tuple[str, ...]
    threads: int
    children: str
    environment: dict[str, str]
    folder: str
    signals: tuple[Any, ...]


def _left() -> Left:
    pid = os.getpid()
    with open(f"/proc/{pid}/task/{pid}/children") as file:  # noqa: PTH123 - as every other file here, by its number
        children = file.read()
    return Left(
        tuple(sorted(os.listdir("/proc/self/fd"))),  # noqa: PTH208
        threads(),
        children,
        dict(os.environ),
        os.getcwd(),  # noqa: PTH109
        tuple(signal.getsignal(number) for number in sorted(signal.valid_signals())),
    )


def states() -> dict[str, Value]:
    """The states of all random numbers that have a seed, by library."""
    return {name: seeder.state() for name, seeder in SEEDERS.items()}


def run_prelude(run: Callable[[str], Table], cells: list[str]) -> tuple[list[Table], str]:
    """What each cell answered when `run` ran it, and why that may not be shared by many kernels, "" where it may."""
    watch, answers = Watch(), []
    sys.addaudithook(watch)
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    for code in cells:
        before = _left()
        watch.on = True
        try:
            answer = run(code)
        finally:
            watch.on = False
        if watch.found:
            return [], f"it calls {watch.found}"
        if not answer["succeeded"] or answer["exits"] or answer["gone"]:
            return [], "it does not end well"
        if (after := _left()) != before:
            names = [name for name, value in vars(before).items() if vars(after)[name] != value]
            return [], f"it changes the process: {', '.join(names)}"
        answers.append(answer)
    sys.dont_write_bytecode = bytecode
    return answers, ""

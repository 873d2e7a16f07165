"""One program that the warm parent has forked, as its client sees it; `client`, the provisioner and sessions use it.

Asked for with `spawn` at the parent's address; the connection lasts as long as the program.
"""

import json
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum, auto
from typing import Any

from autograder.kernels.sandbox import supervise
from autograder.kernels.sandbox.confinement import Confinement


class KernelFailed(RuntimeError):
    """A warm parent, or a program asked of it, did not start; the message says why."""


class EndKind(StrEnum):
    """Why a program was ended."""

    TIME_LIMIT = auto()
    MEMORY_LIMIT = auto()
    PROCESSOR_TIME_LIMIT = auto()
    DISK_LIMIT = auto()
    STOPPED = auto()  # the machine's owner or the parent asked it to
    TOLD = auto()  # this client asked it to
    SIGNAL = auto()  # number: of the signal
    EXIT_CODE = auto()  # number

    @property
    def is_limit(self) -> bool:
        """Whether the program ran into a limit of its confinement."""
        return self in LIMITS.values()


LIMITS = {
    supervise.WALL_CLOCK: EndKind.TIME_LIMIT,
    supervise.MEMORY: EndKind.MEMORY_LIMIT,
    supervise.CPU_TIME: EndKind.PROCESSOR_TIME_LIMIT,
    supervise.DISK: EndKind.DISK_LIMIT,
}
WORDS = {
    EndKind.TIME_LIMIT: "time limit",
    EndKind.MEMORY_LIMIT: "memory limit",
    EndKind.PROCESSOR_TIME_LIMIT: "processor time limit",
    EndKind.DISK_LIMIT: "disk limit",
    EndKind.STOPPED: "stopped",
    EndKind.TOLD: "it was asked to stop",
    EndKind.SIGNAL: "killed by {signal}",
    EndKind.EXIT_CODE: "exit code {number}",
}


@dataclass(frozen=True)
class Ending:
    """Why a program ended. `number`: of the signal, or the exit code. As text: for logs and messages."""

    kind: EndKind
    number: int = 0

    def __str__(self) -> str:
        name = signal.Signals(self.number).name if self.kind is EndKind.SIGNAL else ""
        return WORDS[self.kind].format(signal=name, number=self.number)


class Child:
    """A program forked by the warm parent. Closing, or this process's death, kills it with all it started."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""
        self._killed = False
        self.pid = 0
        self.answers: list[dict[str, Any]] = []  # to the orders that it had carried out before it was forked
        self.exit: int | None = None
        self._error: str | None = None
        self._ready = False
        self._lock = threading.Lock()

    def fileno(self) -> int:
        """Readable when there is news, so that `select` may wait for it; then call `poll`."""
        return self._connection.fileno()

    def poll(self) -> int | None:
        """The exit code, or None while it lives. Negative: killed by that signal."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Waits until it ended, for `timeout` seconds (None: forever); the exit code or None."""
        self._listen(timeout, lambda: self.exit is not None)
        return self.exit

    def await_ready(self, timeout: float) -> None:
        """Waits until the program said that it is ready; raises KernelFailed if it cannot be."""
        self._listen(timeout, lambda: self._ready or self._error is not None or self.exit is not None)
        if self._error is not None:
            self.kill()
            raise KernelFailed(self._error)
        if not self._ready:
            why = self.reason() or f"it was not ready after {timeout:g} s"
            self.kill()
            raise KernelFailed(f"The program did not start: {why}.")

    def interrupt(self) -> None:
        """SIGINT to the innermost process."""
        self._say(b"interrupt\n")

    def kill(self, timeout: float = 10) -> None:
        """Kills it and everything it started, and waits until all have ended."""
        self.end()
        if self.wait(timeout) is None:
            raise KernelFailed(f"process {self.pid} is still alive {timeout:g} s after it was killed")

    def end(self) -> None:
        """Like `kill`, but does not wait."""
        self._killed = self._killed or self.exit is None
        self._say(b"kill\n")

    def ending(self) -> Ending | None:
        """Why it ended; None while it lives and after it ended by itself, with exit code 0."""
        code = self.poll()
        if code is None or code == 0:
            return None
        if code in LIMITS:
            return Ending(LIMITS[code])
        if code == supervise.TERMINATED:
            return Ending(EndKind.STOPPED)
        if self._killed:
            return Ending(EndKind.TOLD)
        with suppress(ValueError):
            return Ending(EndKind.SIGNAL, signal.Signals(-code if code < 0 else code - 128))
        return Ending(EndKind.EXIT_CODE, code)

    def reason(self) -> str | None:
        """`ending` in words, for logs and messages."""
        ending = self.ending()
        return None if ending is None else str(ending)

    def _say(self, words: bytes) -> None:
        if self.exit is None:
            with suppress(OSError):  # it has just ended; `poll` will say so
                self._connection.sendall(words)

    def _listen(self, timeout: float | None, enough: Callable[[], bool]) -> None:
        end = None if timeout is None else time.monotonic() + timeout
        with self._lock, selectors.DefaultSelector() as selector:
            if self.exit is not None:
                return
            selector.register(self._connection, selectors.EVENT_READ)
            while not enough():
                left = None if end is None else max(0.0, end - time.monotonic())
                if not selector.select(left):
                    return
                self._hear()

    def _hear(self) -> None:
        try:
            data = self._connection.recv(1 << 16)
        except OSError:
            data = b""
        if not data and self.exit is None:  # the parent died, and its kernels with it
            self.exit = -signal.SIGKILL
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for message in map(json.loads, lines):
            self.pid = message.get("pid", self.pid)
            self._ready = message.get("ready", self._ready)
            self._error = message.get("error", self._error)
            self.exit = message.get("exit", self.exit)
        if self.exit is not None:
            self._connection.close()


def spawn(
    address: str,
    program: str,
    confinement: Confinement,
    fds: Sequence[int] = (),
    request: Mapping[str, Any] | None = None,
    timeout: float = 60,
) -> Child:
    """Asks the warm parent at `address` for a program and waits until it is ready.

    `fds` are duplicated for the program. Raises KernelFailed after `timeout` seconds or where it fails.
    """
    order = {"program": program, "request": dict(request or {}), "confinement": asdict(confinement)}
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(address)
        data = json.dumps(order).encode() + b"\n"
        sent = socket.send_fds(connection, [data], list(fds))
        if rest := data[sent:]:  # sending fails, too, if the parent has already refused and closed
            connection.sendall(rest)
    except OSError as error:
        connection.close()
        raise KernelFailed(f"The warm parent at {address} does not answer: {error}.") from error
    child = Child(connection)
    child.await_ready(timeout)
    return child

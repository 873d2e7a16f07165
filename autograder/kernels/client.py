"""Starts the warm parent and asks it for forks; used by `provisioner` and by grading.

with WarmParent() as parent:
    child = parent.spawn("jupyter", Confinement("namespaces", scratch), request={...})
    child.wait(10)
"""

import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.kernels.sandbox import Confinement, SandboxUnavailable
from autograder.kernels.supervise import REASONS

# What a sandboxed program may know of its client's environment. Everything else, tokens and passwords among
# it, stays outside.
VISIBLE = ("LANG", "LANGUAGE", "TZ", "TERM", "NO_COLOR", "MPLBACKEND")
VISIBLE_PREFIXES = ("LC_", "NBGRADER_")

LOADING = 180.0  # seconds the parent may take to import everything, on a slow disk
PATIENCE = 15.0  # seconds it may take to end all kernels
STARTS = 3  # times it is started where somebody kills it while it loads


class KernelFailed(RuntimeError):
    """A warm parent, or a program asked of it, did not start; the message says why."""


def visible(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that untrusted code may see."""
    return {
        name: value
        for name, value in environment.items()
        if name in VISIBLE or name.startswith(VISIBLE_PREFIXES)
    }


class Child:
    """A program forked by the warm parent. Closing, or this process's death, kills it with all it started."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""
        self._killed = False
        self.pid = 0
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
        """Waits until it ended, for `timeout` seconds (None: for ever); the exit code or None."""
        self._listen(timeout, lambda: self.exit is not None)
        return self.exit

    def await_ready(self, timeout: float) -> None:
        """Waits until the program said that it is ready; raises KernelFailed where it never will."""
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
        """Kills it and everything it started, and waits until all are gone."""
        self.end()
        if self.wait(timeout) is None:
            raise KernelFailed(f"process {self.pid} still lives {timeout:g} s after it was killed")

    def end(self) -> None:
        """As `kill`, but does not wait."""
        self._killed = self._killed or self.exit is None
        self._say(b"kill\n")

    def reason(self) -> str | None:
        """Why it ended, in words; None while it lives and after it ended by itself, with exit code 0."""
        code = self.poll()
        if code is None or code == 0:
            return None
        if code in REASONS:
            return REASONS[code]
        if self._killed:
            return "it was told to end"
        with suppress(ValueError):
            return f"killed by {signal.Signals(-code if code < 0 else code - 128).name}"
        return f"exit code {code}"

    def _say(self, words: bytes) -> None:
        if self.exit is None:
            with suppress(OSError):  # it has just ended; `poll` will say so
                self._connection.sendall(words)

    def _listen(self, timeout: float | None, enough: Any) -> None:
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
        connection.sendall(data[sent:])
    except OSError as error:
        connection.close()
        raise KernelFailed(f"The warm parent at {address} does not answer: {error}.") from error
    child = Child(connection)
    child.await_ready(timeout)
    return child


class WarmParent:
    """The preloaded process, started at once and in the background; again where it was killed.

    `preload` names further modules. Other threads, and processes that got `address`, may use it too.
    """

    def __init__(self, preload: Sequence[str] = ()) -> None:
        if not sys.platform.startswith("linux"):
            raise SandboxUnavailable(
                f"found {sys.platform}, expected Linux: warm, sandboxed kernels need it; use a Linux container "
                "or, on Windows, WSL2"
            )
        self._preload = tuple(preload)
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._folder = Path(tempfile.mkdtemp(prefix="warm-"))  # only this user may enter it
        self._path = str(self._folder / "socket")
        self._lifeline = -1
        self._loading: int | None = None
        self._start()

    def __enter__(self) -> "WarmParent":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def address(self) -> str:
        """Where `spawn` finds it. Waits until it is loaded; starts it anew where it has died."""
        with self._lock:
            for _ in range(STARTS):
                if self._owner == os.getpid() and self._process.poll() is not None:
                    self._start()
                if self._loading is None or self._has_loaded():
                    return self._path
            raise KernelFailed(f"The warm parent was killed {STARTS} times while it loaded.")

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        return self._process.pid

    def spawn(self, program: str, confinement: Confinement, **more: Any) -> Child:
        """`spawn` at this parent's address."""
        return spawn(self.address, program, confinement, **more)

    def close(self) -> None:
        """Ends it and every program it forked."""
        if self._owner == os.getpid():
            self._stop()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        for descriptor in (self._lifeline, self._loading):  # of one that was killed
            if descriptor is not None and descriptor >= 0:
                os.close(descriptor)
        Path(self._path).unlink(missing_ok=True)
        ready, ready_there = os.pipe()
        lifeline_there, self._lifeline = os.pipe()
        command = [sys.executable, "-I", "-m", "autograder.kernels.parent", "--socket", self._path]
        command += ["--lifeline", str(lifeline_there), "--ready", str(ready_there)]
        command += ["--client", str(os.getpid()), *self._preload]
        try:
            with (self._folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    command,
                    cwd="/",
                    env=_for_parent(os.environ),
                    pass_fds=(lifeline_there, ready_there),
                    stdin=subprocess.DEVNULL,
                    stdout=log,  # never our own: `autograder grade | tail` would wait for the parent's end
                    stderr=log,
                    start_new_session=True,  # Ctrl-C is for us; the parent ends when we do
                )
        finally:
            os.close(ready_there)
            os.close(lifeline_there)
        self._loading = ready

    def _has_loaded(self) -> bool:
        """Waits until it has; False where somebody killed it meanwhile. Raises KernelFailed."""
        assert self._loading is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._loading, selectors.EVENT_READ)
            in_time = bool(selector.select(LOADING))
            said = os.read(self._loading, 16) if in_time else b""
        os.close(self._loading)
        self._loading = None
        if not said:
            self._stop()
            if self._process.returncode == -signal.SIGKILL and in_time:
                return False
            log = (self._folder / "log").read_text(errors="replace")[-2000:]
            raise KernelFailed(
                f"The warm parent did not load within {LOADING:g} s; the end of its log:\n{log}"
            )
        return True

    def _stop(self) -> None:
        if self._lifeline >= 0:  # else it did not load, and has been stopped for that already
            os.close(self._lifeline)
            self._lifeline = -1
        if self._loading is not None:  # nobody has a kernel of it yet, and it would first import all the rest
            self._process.kill()
            os.close(self._loading)
            self._loading = None
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _for_parent(environment: Mapping[str, str]) -> dict[str, str]:
    """What the parent starts with; its forks can read it all. HOME is where matplotlib keeps its list of fonts."""
    folders = ("HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    kept = {name: environment[name] for name in ("PATH", *folders) if name in environment}
    # One thread: OpenBLAS would start a pool when numpy loads, and forks must come from a single thread.
    single = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    return {**visible(environment), **kept, **single}

"""The warm parent: holds what kernels need, loaded once, and forks a confined process for each request.

`client.WarmParent` starts it (`python -I -m autograder.kernels.warm_parent`) and talks to it over a unix socket in a
folder that only the user can enter. One connection is one forked program, for as long as that program lives:

    client -> parent   {"program": "jupyter", "request": {...}, "confinement": {...}}  + descriptors (SCM_RIGHTS)
    parent -> client   {"pid": 123}                 the outermost process of the program, a child of the parent
    fork -> client     {"ready": true} or {"error": "why"}
    client -> parent   "interrupt" or "kill", a word to a line
    parent -> client   {"exit": 0}                  it is gone, with everything it started
    client closes      the same as "kill"

With "template": FOLDER in the order, and one descriptor, a control socket, the fork is not confined: in that folder it
runs cells of the instructor's that come before all answers, once, and then forks confined processes itself. Whether it
can is found out (the program's `settle_in`). Over the control socket:

    template -> client   {"answers": [...]}, what the cells said, or {"refused": "why"}, and then it ends
    client -> template   an order as above, with the connection of the new program before its descriptors
    client -> template   {"rehearse": {...}}        for the program's `rehearse`
    template -> client   {"rehearsed": true}

Programs run code that nobody trusts, so nothing they could use lives here: no gradebook, no secrets in the
environment (a fork can read the one its parent was started with, in /proc/self/environ), no descriptors but
the log and the sockets, which are closed in each fork.
"""

import argparse
import json
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from autograder.kernels import preload
from autograder.kernels.memory import gather_pages
from autograder.kernels.sandbox import linux, supervise
from autograder.kernels.sandbox.confinement import Confinement, Limits, Report
from autograder.kernels.sandbox.launch import clear_up, prepare, run_confined, shield
from autograder.kernels.sandbox.program import clean_environment

MAX_REQUEST = 1 << 20  # bytes
MAX_DESCRIPTORS = 8
PATIENCE = 3.0  # seconds a supervisor has to clear up after "kill" before it is killed itself


@dataclass
class Kernel:
    """One forked program: its process, and the client's connection while that lasts."""

    pid: int
    pidfd: int
    connection: socket.socket | None
    deadline: float | None = None  # when it is killed without mercy; set once it was told to end


class Forks:
    """Forks programs until the client is gone; one thread, one loop."""

    def __init__(self, client: int, loaded: preload.Loaded) -> None:
        self.loaded = loaded
        self.client = client
        self.kernels: dict[int, Kernel] = {}
        self.selector = selectors.DefaultSelector()

    def serve(self) -> NoReturn:
        """Never returns: when the client ends, it ends all kernels and then the process."""
        while True:
            for key, _ in self.selector.select(timeout=0.2 if self._dying() else 1.0):
                key.data()
            for kernel in self._dying():
                if kernel.deadline is not None and time.monotonic() > kernel.deadline:
                    _signal(kernel, signal.SIGKILL)
            # The lifeline stays open in a process that the client forked and that outlives it.
            if os.getppid() != self.client:
                self._end()

    def _dying(self) -> list[Kernel]:
        return [kernel for kernel in self.kernels.values() if kernel.deadline is not None]

    def _end(self) -> None:
        for kernel in self.kernels.values():
            _signal(kernel, signal.SIGTERM)
        for kernel in self.kernels.values():
            selector = selectors.DefaultSelector()
            selector.register(kernel.pidfd, selectors.EVENT_READ)
            if not selector.select(PATIENCE):
                _signal(kernel, signal.SIGKILL)
            clear_up(kernel.pid)
        os._exit(0)

    def _take(self, connection: socket.socket, order: preload.Message, fds: list[int]) -> None:
        """Does what was ordered, or says why not."""
        try:
            self._fork(connection, order, fds)
        except (OSError, ValueError, KeyError, TypeError) as error:
            with suppress(OSError):
                _tell(connection, {"error": f"the warm parent refused: {type(error).__name__}: {error}"})
            connection.close()

    def _fork(self, connection: socket.socket, order: preload.Message, fds: list[int]) -> None:
        if order["program"] not in self.loaded.programs:
            raise ValueError(
                f"found the program {order['program']!r}, expected one of {sorted(self.loaded.programs)}"
            )
        if (count := preload.threads()) != 1:
            raise ValueError(f"{count} threads, expected 1: a preloaded module started one, forks would hang")
        program = self.loaded.programs[order["program"]]
        parent = os.getpid()
        if folder := order.get("template"):
            if (pid := os.fork()) == 0:
                become_template(parent, self.loaded, program, folder, order["request"], connection, fds)
            self._keep(pid, connection)
            return
        limits = Limits(**order["confinement"].pop("limits"))
        readable, withheld = (tuple(order["confinement"].pop(name)) for name in ("readable", "withheld"))
        confinement = Confinement(**order["confinement"], limits=limits, readable=readable, withheld=withheld)
        if (pid := os.fork()) == 0:
            become(parent, self.loaded, program, confinement, order["request"], connection, fds)
        self._keep(pid, connection)

    def _keep(self, pid: int, connection: socket.socket) -> None:
        connection.setblocking(False)
        kernel = Kernel(pid, os.pidfd_open(pid), connection)
        self.kernels[pid] = kernel
        self.selector.register(connection, selectors.EVENT_READ, lambda: self._heard(kernel))
        self.selector.register(kernel.pidfd, selectors.EVENT_READ, lambda: self._reap(kernel))
        with suppress(OSError):  # a client that is gone is noticed next, and its program ended
            _tell(connection, {"pid": pid})

    def _heard(self, kernel: Kernel) -> None:
        """Handles what a client wrote, or that it is gone."""
        if kernel.connection is None:  # hung up in the same round of news: its pid may be another's by now
            return
        try:
            words = kernel.connection.recv(4096).split()
        except OSError:
            words = []
        if b"interrupt" in words:
            _signal(kernel, signal.SIGINT)
        if b"kill" in words or not words:
            # SIGTERM asks its supervisor to kill all that the program started, and then to end itself.
            _signal(kernel, signal.SIGTERM)
            kernel.deadline = kernel.deadline or time.monotonic() + PATIENCE
        if not words:
            self._hang_up(kernel)

    def _reap(self, kernel: Kernel) -> None:
        _, status = os.waitpid(kernel.pid, 0)
        clear_up(kernel.pid)
        del self.kernels[kernel.pid]
        self.selector.unregister(kernel.pidfd)
        os.close(kernel.pidfd)
        if kernel.connection is not None:
            with suppress(OSError):
                _tell(kernel.connection, {"exit": os.waitstatus_to_exitcode(status)})
        self._hang_up(kernel)

    def _hang_up(self, kernel: Kernel) -> None:
        if kernel.connection is not None:
            self.selector.unregister(kernel.connection)
            kernel.connection.close()
            kernel.connection = None


class Parent(Forks):
    """The process that has loaded everything; whoever may enter the folder of its socket is served."""

    def __init__(self, path: str, lifeline: int, client: int, loaded: preload.Loaded) -> None:
        super().__init__(client, loaded)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(128)
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        # Nothing is ever written to it. It ends when the client has, however that came about.
        self.selector.register(lifeline, selectors.EVENT_READ, self._end)

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        connection.settimeout(5)  # a client that stalls in the middle of a request must not stop the others
        fds: list[int] = []
        try:
            order, fds = _receive(connection)
            self._take(connection, order, fds)
        except (OSError, ValueError, TypeError) as error:
            with suppress(OSError):
                _tell(connection, {"error": f"the warm parent refused: {type(error).__name__}: {error}"})
            connection.close()
        finally:
            for fd in fds:
                os.close(fd)


class Template(Forks):
    """A fork of the parent in which the cells before the first answer have run; one client has its control socket."""

    def __init__(self, client: int, loaded: preload.Loaded, control: socket.socket, program: str) -> None:
        super().__init__(client, loaded)
        self.control, self.module = control, sys.modules[program]
        self.selector.register(control, selectors.EVENT_READ, self._order)

    def _order(self) -> None:
        try:
            order, fds = _receive(self.control)
        except (OSError, ValueError):  # the client is gone, or cannot be understood any more
            self._end()
        if "rehearse" in order:
            self.module.rehearse(order["rehearse"])
            if preload.threads() != 1:
                self._end()  # its client notices, and has kernels do everything themselves
            preload.settle()
            with suppress(OSError):
                _tell(self.control, {"rehearsed": True})
            return
        try:
            self._take(socket.socket(fileno=fds[0]), order, fds[1:])
        finally:
            for fd in fds[1:]:
                os.close(fd)


def become_template(
    parent: int,
    loaded: preload.Loaded,
    program: preload.Program,
    folder: str,
    request: preload.Message,
    connection: socket.socket,
    fds: list[int],
) -> NoReturn:
    """In the fork: runs the request's cells in `folder`, and forks kernels that have run them, until told to end."""
    try:
        supervise.die_with_parent(signal.SIGTERM, parent)
        linux.close_all_but({0, 1, 2, connection.fileno(), *fds})
        os.chdir(folder)
        clean_environment("/tmp")
        os.environ.update(request.get("environment", {}))
        time.tzset()
        loaded.freshen()
        control = socket.socket(fileno=fds[0])
        module = program.__module__
        said = sys.modules[module].settle_in(request)
        control.sendall(json.dumps(said).encode() + b"\n")
        if "refused" not in said:
            os.chdir("/")
            preload.settle()
            Template(parent, loaded, control, module).serve()
    except BaseException:
        traceback.print_exc()  # into the parent's log
    finally:
        os._exit(71)


def become(
    parent: int,
    loaded: preload.Loaded,
    program: preload.Program,
    confinement: Confinement,
    request: preload.Message,
    connection: socket.socket,
    fds: list[int],
) -> NoReturn:
    """In the fork: turns it into the confined program. The caller's frame, and so its objects, never end."""
    code = 71
    try:
        connection.setblocking(True)
        supervise.die_with_parent(signal.SIGTERM, parent)
        linux.close_all_but({0, 1, 2, connection.fileno(), *fds})

        def innermost(ready: Callable[[], None]) -> int:
            os.environ.update(request.get("environment", {}))  # the sandbox has cleared the parent's own
            time.tzset()
            loaded.freshen()
            return program(request, fds, ready)

        # Not the connection: only those who supervise may speak to the client.
        run_confined(confinement, innermost, fds, lambda message: _tell(connection, message))
    except BaseException as error:
        _tell(connection, {"error": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(code)


def _signal(kernel: Kernel, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(kernel.pid, number)  # never another's process: only `_reap`, which forgets it, frees the pid


def _tell(connection: socket.socket, message: Report) -> None:
    connection.sendall(json.dumps(message).encode() + b"\n")


def _receive(connection: socket.socket) -> tuple[preload.Message, list[int]]:
    """One JSON line and the descriptors that came with it."""
    data, fds = b"", []
    while not data.endswith(b"\n"):
        part, more, _, _ = socket.recv_fds(connection, 1 << 16, MAX_DESCRIPTORS)
        fds += more
        data += part
        if not part or len(data) > MAX_REQUEST:
            for fd in fds:
                os.close(fd)
            raise ValueError(f"found {len(data)} bytes, expected a line of at most {MAX_REQUEST}")
    return json.loads(data), fds


def main() -> NoReturn:
    """Loads, says "ready" on the descriptor it was given, serves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", required=True)
    parser.add_argument("--lifeline", type=int, required=True)
    parser.add_argument("--ready", type=int, required=True)
    parser.add_argument("--client", type=int, required=True)
    parser.add_argument("modules", nargs="*")
    arguments = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    loaded = preload.load(arguments.modules)
    parent = Parent(arguments.socket, arguments.lifeline, arguments.client, loaded)
    prepare()
    shield()
    preload.settle()
    gather_pages()
    os.write(arguments.ready, b"ready\n")
    os.close(arguments.ready)
    parent.serve()


if __name__ == "__main__":
    main()

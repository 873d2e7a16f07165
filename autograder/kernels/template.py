"""The client's end of a template: a process that has run an assignment's first cells and forks kernels from there.

`engine.spawner` has two for each assignment, one for the student's kernels and one for the examiner's. What passes over
the control socket never passes through the warm parent, of which all students' kernels are forks.
"""

import json
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from autograder.kernels.child import Child, KernelFailed
from autograder.kernels.sandbox.confinement import Confinement

MOST_SAID = 1 << 24  # bytes of what the first cells show


class Template:
    """A template of one program. `answers`: what its cells said; None where they cannot be shared, and `refused` why.

    Raises KernelFailed where the warm parent does not answer.
    """

    def __init__(
        self, address: str, program: str, folder: str, request: Mapping[str, Any], timeout: float
    ) -> None:
        self.program, self.spawned, self.refused = program, 0, ""
        self.answers: list[dict[str, Any]] | None = None
        self._lock = threading.Lock()
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        order = {"program": program, "request": dict(request), "template": folder}
        with theirs:
            try:
                self._connection.connect(address)
                _send(self._connection, order, [theirs.fileno()])
            except OSError as error:
                self.close()
                raise KernelFailed(f"The warm parent at {address} does not answer: {error}.") from error
        said = self._hear(timeout)
        self.refused = str(said.get("refused", ""))
        if isinstance(said.get("answers"), list):
            self.answers = said["answers"]
        else:
            self.close()

    def spawn(
        self, confinement: Confinement, fds: Sequence[int], request: Mapping[str, Any], timeout: float = 60
    ) -> Child:
        """As `child.spawn`. Raises KernelFailed where the template is gone, or the program fails."""
        order = {"program": self.program, "request": dict(request), "confinement": asdict(confinement)}
        connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with self._lock:  # until it is ready: two orders must never be on their way together
            with theirs:
                try:
                    _send(self._control, order, [theirs.fileno(), *fds])
                except OSError as error:
                    connection.close()
                    raise KernelFailed(f"The template does not answer: {error}.") from error
            self.spawned += 1
            child = Child(connection)
            child.answers = self.answers or []
            child.await_ready(timeout)
        return child

    def rehearse(self, request: Mapping[str, Any], timeout: float) -> None:
        """Has it do once what all kernels would do, and waits for it; see the program's `rehearse`.

        Raises KernelFailed where the template is gone or takes longer than `timeout` seconds.
        """
        with self._lock:
            try:
                _send(self._control, {"rehearse": dict(request)}, [])
            except OSError as error:
                raise KernelFailed(f"The template does not answer: {error}.") from error
            if "rehearsed" not in (said := self._hear(timeout)):
                raise KernelFailed(f"The template did not rehearse: {said.get('refused')}.")

    def close(self) -> None:
        """Ends it, and the kernels that it forked."""
        self._control.close()
        self._connection.close()

    def _hear(self, timeout: float) -> dict[str, Any]:
        """What it says of its cells; that it is gone, or has not said anything in time, is a refusal, too."""
        self._control.settimeout(timeout)
        data = b""
        try:
            while not data.endswith(b"\n"):
                part = self._control.recv(1 << 16)
                data += part
                if not part or len(data) > MOST_SAID:
                    return {"refused": "it ended" if not part else "its cells show too much"}
        except OSError as error:
            return {"refused": str(error)}
        self._control.settimeout(None)
        said: dict[str, Any] = json.loads(data)
        return said


def _send(link: socket.socket, order: Mapping[str, Any], fds: Sequence[int]) -> None:
    data = json.dumps(order).encode() + b"\n"
    sent = socket.send_fds(link, [data], list(fds))
    if rest := data[sent:]:
        link.sendall(rest)

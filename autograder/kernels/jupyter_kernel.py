"""The program "jupyter": an IPython kernel in a fork of the warm parent, behind unix sockets in one folder.

Asked for by `provisioner`. Request: `connection` is what Jupyter would have written into the connection file
(transport "ipc", ports, key), `sockets` the folder as the client sees it.
"""

import atexit
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import zmq
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.kernelapp import IPKernelApp
from IPython.core.interactiveshell import InteractiveShell


class PipeStream(OutStream):
    """Sends what a forked child prints through descriptor 1 or 2, which the kernel reads for C libraries too.

    ipykernel's own way for children binds tcp://127.0.0.1, even where the kernel's transport is ipc.
    """

    def write(self, string: str) -> int:
        """Called by print; returns the number of characters."""
        if self._is_master_process():
            return cast(int, super().write(string))
        os.write(self._original_stdstream_fd, string.encode(self.encoding, "replace"))
        return len(string)


class ForkedKernelApp(IPKernelApp):
    """IPKernelApp without the TCP socket that it opens beside its unix sockets."""

    outstream_class = f"{__name__}.PipeStream"
    given: Any

    def init_iopub(self, context: Any) -> None:
        """As in IPKernelApp, but pipe=False: with AF_INET denied, libzmq aborts the whole process."""
        self.iopub_socket = context.socket(zmq.XPUB)
        self.iopub_socket.linger = 1000
        self.iopub_port = self._bind_socket(self.iopub_socket, self.iopub_port)
        self.configure_tornado_logger()
        self.iopub_thread = IOPubThread(self.iopub_socket, pipe=False, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_connection_file(self) -> None:
        """Takes the connection that came with the request instead of reading a file."""
        self.load_connection_info(self.given)

    def init_path(self) -> None:
        """Lets notebooks import files beside them, which the parent's `python -I` prevents."""
        first = next((i for i, path in enumerate(sys.path) if path.endswith("site-packages")), 0)
        sys.path.insert(first, "")

    def write_connection_file(self, **kwargs: Any) -> None:
        """Writes nothing: the client chose the connection."""


def main(request: dict[str, Any], fds: list[int], ready: Callable[[], None]) -> int:
    """Runs the kernel until it is asked to stop; returns its exit code. `fds` holds its log."""
    for descriptor in (1, 2):
        os.dup2(fds[0], descriptor)
    os.close(fds[0])
    sockets = request["sockets"]
    # The last folder that may be written before `ready` makes it read-only; IPython wants one at its start.
    os.environ["IPYTHONDIR"] = f"{sockets}/ipython"
    sys.argv[:] = ["ipykernel_launcher"]
    if InteractiveShell.initialized():  # the warm parent made one for the program "shell"
        type(InteractiveShell.instance()).clear_instance()
    app = ForkedKernelApp.instance(
        # ipykernel reads JPY_PARENT_PID when it is imported, in the warm parent. 1: watch nobody, be quiet.
        parent_handle=1,
        log_level=logging.ERROR,
    )
    # The kernel's own view of the folder with the sockets.
    app.given = {**request["connection"], "ip": f"{sockets}/{Path(request['connection']['ip']).name}"}
    code = 0
    try:
        app.initialize(["--HistoryManager.hist_file=:memory:"])
        if widgets := sys.modules.get("ipywidgets"):
            widgets.register_comm_target(app.kernel)  # it does so when imported, where a shell runs already
        ready()
        app.start()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    _leave(app)
    return code


def _leave(app: IPKernelApp) -> None:
    """What a Python that ends does for others to see; the caller ends the process with os._exit.

    ipykernel 7.4 stops its output thread and then waits for its control thread, which may itself be waiting
    ten seconds for the output thread: so the control thread goes first. Tearing down thousands of modules one
    by one, as a full exit does, would take longer than the kernel took to start.
    """
    if app.control_thread is not None and app.control_thread.is_alive():
        app.control_thread.stop()
        app.control_thread.join(2)
    atexit._run_exitfuncs()
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            stream.flush()

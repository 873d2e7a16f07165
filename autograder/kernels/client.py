"""Starts the warm parent and asks it for forks; used by `provisioner` and by grading.

with WarmParent() as parent:
    child = parent.spawn("jupyter", Confinement("namespaces", scratch), request={...})
    child.wait(10)
"""

import os
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.core.scratch import new_folder, remove, scratch_root
from autograder.kernels.child import Child, KernelFailed, spawn
from autograder.kernels.libraries import large_modules
from autograder.kernels.sandbox.confinement import Confinement
from autograder.kernels.sandbox.modes import SandboxUnavailable

# What a sandboxed program may know of its client's environment. Everything else, tokens and passwords among
# it, stays outside.
VISIBLE = ("LANG", "LANGUAGE", "TZ", "TERM", "NO_COLOR", "MPLBACKEND")
VISIBLE_PREFIXES = ("LC_", "NBGRADER_")

LOADING = 180.0  # seconds the parent may take to import everything, on a slow disk
PATIENCE = 15.0  # seconds it may take to end all kernels
STARTS = 3  # times it is started if it is killed while loading


def visible(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that untrusted code may see."""
    return {
        name: value
        for name, value in environment.items()
        if name in VISIBLE or name.startswith(VISIBLE_PREFIXES)
    }


def scratch_root_of(address: str) -> Path:
    """The scratch root that a warm parent's own folder lies in: what its kernels are given belongs there too."""
    return Path(address).parents[1]


class WarmParent:
    """The preloaded process, started at once in the background, and again if it was killed.

    `preload` names further modules, `large` those that only some notebooks need (None: all that are known, see
    `libraries.large_modules`). Other threads, and processes that got `address`, may use it too.
    """

    def __init__(self, preload: Sequence[str] = (), *, large: Sequence[str] | None = None) -> None:
        if not sys.platform.startswith("linux"):
            raise SandboxUnavailable(
                f"found {sys.platform}, expected Linux: warm, sandboxed kernels need it; use a Linux container "
                "or, on Windows, WSL2"
            )
        self._preload = (*preload, *(large_modules() if large is None else large))
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._root = scratch_root(sockets=True)
        self._folder = new_folder("warm-", self._root.path)
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
        """Where `spawn` finds it. Waits until it is loaded; starts it again if it has died."""
        with self._lock:
            for _ in range(STARTS):
                if self._owner == os.getpid() and self._process.poll() is not None:
                    self._start()
                if self._loading is None or self._has_loaded():
                    return self._path
            raise KernelFailed(f"The warm parent was killed {STARTS} times while loading.")

    @property
    def pid(self) -> int:
        """The process id of the running parent."""
        return self._process.pid

    def spawn(self, program: str, confinement: Confinement, **more: Any) -> Child:
        """`spawn` at this parent's address."""
        return spawn(self.address, program, confinement, **more)

    def close(self) -> None:
        """Ends it and every program it forked."""
        if self._owner == os.getpid():
            self._stop()
            remove(self._folder)

    def _start(self) -> None:
        for descriptor in (self._lifeline, self._loading):  # of one that was killed
            if descriptor is not None and descriptor >= 0:
                os.close(descriptor)
        Path(self._path).unlink(missing_ok=True)
        ready, ready_there = os.pipe()
        lifeline_there, self._lifeline = os.pipe()
        command = [sys.executable, "-I", "-m", "autograder.kernels.warm_parent", "--socket", self._path]
        command += ["--lifeline", str(lifeline_there), "--ready", str(ready_there)]
        command += ["--client", str(os.getpid()), *self._preload]
        try:
            with (self._folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    command,
                    cwd="/",
                    env=_for_parent(os.environ),
                    pass_fds=(
                        lifeline_there,
                        ready_there,
                        self._root.lock,
                    ),  # its kernels live a little longer than we do
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
        """Waits until it has loaded; False if it was killed meanwhile. Raises KernelFailed."""
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

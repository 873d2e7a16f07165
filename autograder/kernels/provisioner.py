"""Kernels for any Jupyter program, from the warm parent and in the sandbox: the provisioner "autograder".

jupyter_client makes one for each kernel whose kernelspec names it (see `kernelspecs`), so that stock
`nbgrader autograde`, the formgrader, nbval and JupyterLab get such kernels without knowing.
"""

import asyncio
import atexit
import os
import shutil
import signal
import stat
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import CaselessStrEnum, Integer, List, Unicode

from autograder.core.scratch import new_folder, remove, scratch_root
from autograder.kernels.child import Child, KernelFailed
from autograder.kernels.client import WarmParent, visible
from autograder.kernels.sandbox.confinement import Confinement, Limits
from autograder.kernels.sandbox.modes import resolve_mode

_parents: dict[tuple[int, tuple[str, ...]], WarmParent] = {}
_lock = threading.Lock()


def warm_parent(preload: tuple[str, ...]) -> WarmParent:
    """The one warm parent of this process for these modules."""
    with _lock:
        key = (os.getpid(), preload)  # a fork of this process must not use what its parent may close
        if key not in _parents:
            _parents[key] = WarmParent(preload)
            atexit.register(_parents[key].close)
        return _parents[key]


@cache
def _mode(wanted: str) -> str:
    """`resolve_mode`, which tries out a sandbox, called once in this process."""
    return resolve_mode(wanted)


class SandboxProvisioner(KernelProvisionerBase):
    """See the module. Every trait can be set in the kernelspec or as `c.SandboxProvisioner.NAME`."""

    sandbox = CaselessStrEnum(
        ("auto", "namespaces", "landlock", "off"), "auto", help="auto: the best that works here, or no kernel"
    ).tag(config=True)
    memory_mb = Integer(Limits.memory_mb, help="megabytes a kernel may use, with all it starts").tag(
        config=True
    )
    scratch_mb = Integer(Limits.scratch_mb, help="megabytes of files it may have").tag(config=True)
    wall_s = Integer(None, allow_none=True, help="seconds a kernel may live; None: no limit").tag(config=True)
    cpu_s = Integer(None, allow_none=True, help="processor seconds it may use; None: no limit").tag(
        config=True
    )
    preload = List(Unicode(), help="further modules to import before the first kernel").tag(config=True)
    readable = List(Unicode(), help="further folders that kernels may read").tag(config=True)
    environment = List(Unicode(), help="further environment variables that kernels may see").tag(config=True)

    _child: Child | None = None
    _base: Path | None = None  # holds the sockets, the log and, where nobody named a folder, the scratch
    _expected = False  # the end of the kernel: somebody asked for it

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and its end has not been waited for."""
        return self._child is not None

    async def poll(self) -> int | None:
        """None while the kernel lives, else its exit code. Logs why a kernel ended unexpectedly."""
        if self._child is None:
            return 0
        code = self._child.poll()
        if code is not None and not self._expected:
            self._expected = True
            self.log.error(
                "The kernel ended: %s.%s", self._child.reason() or "exit code 0", self._last_words()
            )
        return code

    async def wait(self) -> int | None:
        """Waits for the kernel's end; called after each shutdown and kill."""
        while (code := await self.poll()) is None:
            await asyncio.sleep(0.01)
        self._child = None
        return code

    async def send_signal(self, signum: int) -> None:
        """SIGINT interrupts the innermost process; SIGTERM and SIGKILL end all. Others are not passed on."""
        if self._child is None:
            return
        if signum == signal.SIGINT:
            self._child.interrupt()
        elif signum in (signal.SIGTERM, signal.SIGKILL):
            await self.kill()

    async def kill(self, restart: bool = False) -> None:
        """Ends the kernel with everything it started; jupyter_client then waits."""
        if self._child is not None:
            self._expected = True
            self._child.end()

    async def terminate(self, restart: bool = False) -> None:
        """Called where a kernel did not follow a shutdown request in time."""
        await self.kill(restart)

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Called when the kernel was asked to end by itself."""
        self._expected = True

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Makes the kernel's private folder and the connection; called before each start and restart."""
        manager: Any = self.parent  # a KernelManager, which makes its provisioner
        if self._base is None:
            self._base = _private_folder()
            # Unix sockets in a folder of ours: other users cannot enter it, the sandbox needs no network.
            manager.transport, manager.ip = "ipc", str(self._base / "sockets" / "k")
            manager.cache_ports = False
        (self._base / "sockets").mkdir(mode=0o700, exist_ok=True)
        kwargs.pop("extra_arguments", None)
        manager.write_connection_file()
        self.connection_info = manager.get_connection_info()
        kwargs = await super().pre_launch(**kwargs)
        return {**kwargs, "cmd": self.kernel_spec.argv}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Forks the kernel; raises SandboxUnavailable or KernelFailed, and then nothing runs."""
        loop = asyncio.get_running_loop()
        self._expected = False
        self._child = await loop.run_in_executor(None, self._spawn, kwargs["env"], kwargs.get("cwd"))
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        """Called after the kernel's end; after the last one nothing is left of it."""
        if self._child is not None:
            self._child.kill()
            self._child = None
        if self._base is not None and not restart:
            remove(self._base)
            self._base = None

    def _spawn(self, environment: dict[str, str], cwd: str | None) -> Child:
        assert self._base is not None
        mode = _mode(self.sandbox)
        limits = Limits(
            memory_mb=self.memory_mb, scratch_mb=self.scratch_mb, wall_s=self.wall_s, cpu_s=self.cpu_s
        )
        scratch = self._scratch(cwd, mode)
        sockets = str(self._base / "sockets")
        confinement = Confinement(mode, scratch, sockets, limits, tuple(self.readable))
        shown = {*self.environment, *self.kernel_spec.env}
        request = {
            "environment": {
                **visible(environment),
                **{name: environment[name] for name in shown if name in environment},
            },
            "connection": _plain(self.connection_info),
            "sockets": sockets,
        }
        log = os.open(self._base / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            parent = warm_parent(tuple(self.preload))
            return parent.spawn("jupyter", confinement, fds=[log], request=request)
        finally:
            os.close(log)

    def _scratch(self, cwd: str | None, mode: str) -> str:
        """The kernel's working folder: a copy of the one its client named, so that nothing in that can change.

        Not the folder itself: stock nbgrader runs a submission's notebooks one after another in one folder, and
        the first could rewrite the tests of the second. Where nobody named one it is empty, as the client's
        own, which stock kernels get, may hold a gradebook.
        """
        assert self._base is not None
        if mode == "off":
            return str(Path(cwd or ".").absolute())
        scratch = self._base / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        if cwd is not None:
            _copy(Path(cwd), scratch, self.scratch_mb)
        return str(scratch)

    def _last_words(self) -> str:
        if self._base is None:
            return ""
        with suppress(OSError), (self._base / "log").open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 2000))
            if text := log.read().decode(errors="replace").strip():
                return f" The end of its log:\n{text}"
        return ""


def _copy(folder: Path, to: Path, most_mb: int) -> None:
    """Copies a working folder; raises KernelFailed where it holds what no kernel should see, or too much."""
    found = [name for name in ("gradebook.db", "nbgrader_config.py") if (folder / name).exists()]
    if found or folder.resolve() in (Path("/"), Path.home()):
        raise KernelFailed(
            f"found {found[0] if found else 'all your files'} in the kernel's working folder {folder}, which "
            "it may read; keep the notebook in a folder of its own, or choose sandbox=off"
        )
    size = sum(path.lstat().st_size for path in folder.rglob("*"))
    if size > most_mb << 20:
        raise KernelFailed(
            f"found {size >> 20} MB in {folder}, expected at most {most_mb}: the sandbox gets a copy; raise "
            "c.SandboxProvisioner.scratch_mb, or move large files elsewhere and name that folder in "
            "c.SandboxProvisioner.readable"
        )
    shutil.copytree(folder, to, symlinks=True, ignore=_odd, dirs_exist_ok=True)


def _odd(folder: str, names: list[str]) -> set[str]:
    """Pipes, sockets and devices, which would stop a copy."""
    modes = {name: (Path(folder) / name).lstat().st_mode for name in names}
    plain = (stat.S_ISREG, stat.S_ISDIR, stat.S_ISLNK)
    return {name for name, mode in modes.items() if not any(is_kind(mode) for is_kind in plain)}


def _private_folder() -> Path:
    """A new folder whose parts only this user may enter, its name short enough for a socket's path (108 bytes)."""
    base = new_folder("kernel-", scratch_root(sockets=True).path)
    if (
        os.geteuid() == 0
    ):  # in mode "landlock" the kernel's own user has to get to the parts that are handed over
        base.chmod(0o711)
    return base


def _plain(info: Any) -> dict[str, Any]:
    """Connection info as JSON holds it."""
    return {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in info.items()
        if isinstance(value, (str, int, bytes))
    }

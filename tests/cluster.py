"""A dask cluster of the tests' own: a scheduler and workers in folders of their own, as on other machines."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from distributed import Client
from postgres import free_port

STARTING = 120  # seconds that processes may take to find each other on a busy machine


class Cluster:
    """A scheduler at `address`; `add` starts a worker, which runs no student code but in its kernels."""

    def __init__(self, folder: Path, tls: dict[str, str] | None = None):
        self.folder = folder
        self.port = free_port()
        self.address = f"{'tls' if tls else 'tcp'}://127.0.0.1:{self.port}"
        self.tls = tls or {}
        self.workers: list[subprocess.Popen[bytes]] = []
        self.started = 0
        self.start_scheduler()

    def start_scheduler(self) -> None:
        """Starts the scheduler, again at the same address where it was ended."""
        options = ["--host", self.address.rpartition(":")[0], "--port", str(self.port), "--no-dashboard"]
        self.scheduler = self._start("scheduler", "dask_scheduler", options)

    def add(self, *preload: Path) -> subprocess.Popen[bytes]:
        """A worker with one thread and no nanny that would restart it; `preload`: modules it loads first."""
        self.started += 1
        options = [
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
            "--memory-limit",
            "0",
            "--host",
            self.address.rpartition(":")[0],
        ]
        for path in preload:
            options += ["--preload", str(path)]
        worker = self._start(f"worker{self.started}", "dask_worker", [self.address, *options])
        self.workers.append(worker)
        return worker

    def wait(self, count: int) -> None:
        """Waits until so many workers are there."""
        deadline = time.monotonic() + STARTING
        while True:
            try:
                with Client(self.address, timeout=5, set_as_default=False) as client:
                    client.wait_for_workers(count, timeout=STARTING)
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise

    def close(self) -> None:
        """Ends all of it."""
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()

    def _start(self, name: str, program: str, options: Sequence[str]) -> subprocess.Popen[bytes]:
        place = self.folder / name
        place.mkdir(exist_ok=True)
        command = [sys.executable, "-W", "ignore", "-m", f"distributed.cli.{program}", *options]
        # No option for it: where workers of different users would meet in one folder of /tmp.
        environment = {**os.environ, "DASK_TEMPORARY_DIRECTORY": str(place)}
        for setting, value in self.tls.items():
            environment["DASK_" + setting.upper().replace(".", "__").replace("-", "_")] = value
        with (place / "log").open("a") as log:
            return subprocess.Popen(command, cwd=place, env=environment, stdout=log, stderr=log)


@contextmanager
def running(workers: int, tls: dict[str, str] | None = None) -> Iterator[Cluster]:
    """A cluster with so many workers, ready. `tls`: settings of dask's about certificates."""
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        cluster = Cluster(Path(folder), tls)
        try:
            for _ in range(workers):
                cluster.add()
            if workers:
                cluster.wait(workers)
            yield cluster
        finally:
            cluster.close()

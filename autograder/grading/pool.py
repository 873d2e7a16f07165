"""Runs submissions side by side, each in one of a few worker processes that are replaced when they break.

Used by `grade`. A thread here drives each worker process, so a worker that dies or hangs costs nobody but
the submission it held, which gets a second try in a new one.
"""

import multiprocessing
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from autograder.grading.model import Job, Ran, WorkerLost
from autograder.grading.worker import kill_children, serve

TRIES = 2
# Where there is a fork, one process imports what all workers need, and they are forked from that.
START: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
if sys.platform != "win32":
    START.set_forkserver_preload(["autograder.grading.worker"])


class Worker:
    """This end of one worker process."""

    def __init__(self, root: Path, log: Path):
        self.pipe, theirs = START.Pipe()
        self.process = START.Process(target=serve, args=(theirs, str(root), str(log)), daemon=True)
        self.process.start()
        theirs.close()

    def run(self, job: Job) -> Ran:
        """The job's answer. Raises WorkerLost where none comes, with the worker's own words if it has any."""
        try:
            self.pipe.send(job)
            if not self.pipe.poll(patience(job)):
                raise WorkerLost(f"the worker process gave no answer in {patience(job):.0f} s")
            answer = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise WorkerLost("the worker process died") from error
        if isinstance(answer, str):
            raise WorkerLost(answer)
        return answer

    def kill(self) -> None:
        """Ends the process and all its kernels; may be called again."""
        if self.process.pid is not None and self.process.is_alive():
            kill_children(self.process.pid)
        self.process.kill()
        self.process.join()
        self.pipe.close()


def patience(job: Job) -> float:
    """Seconds after which a worker is taken for hung: every cell at its limit, in a new kernel each time."""
    cells = sum(len(notebook.cells) for notebook in job.notebooks.values())
    return 120 + 2 * cells * ((job.timeout or 600) + 30)


class Pool:
    """`size` worker processes, started at once; a context manager that leaves none behind."""

    def __init__(self, size: int, root: Path, log: Path):
        self.size = size
        self._place = (root, log)
        self._threads = ThreadPoolExecutor(max_workers=size, thread_name_prefix="grading")
        self._lock = threading.Lock()
        self._closed = False
        self._all: list[Worker] = []
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for _ in range(size):
            self._hire()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
        for worker in self._all:
            worker.kill()
        self._threads.shutdown(cancel_futures=True)

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Ran | WorkerLost]]:
        """Each job with its result, as they finish; jobs are asked for when there is room for them."""
        waiting = iter(jobs)
        running: dict[Future[Ran], Job] = {}
        while True:
            for job in islice(waiting, self.size + 1 - len(running)):
                running[self._threads.submit(self._run, job)] = job
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                error = future.exception()
                if error is not None and not isinstance(error, WorkerLost):
                    raise error
                yield running.pop(future), error or future.result()

    def _run(self, job: Job) -> Ran:
        """In one of the threads, of which there are as many as workers; so one is always idle here."""
        for _ in range(TRIES - 1):
            with suppress(WorkerLost):
                return self._try(job)
            if self._closed:
                raise WorkerLost("the run was stopped")
        return self._try(job)

    def _try(self, job: Job) -> Ran:
        worker = self._idle.get()
        try:
            answer = worker.run(job)
        except WorkerLost:
            worker.kill()
            self._hire()
            raise
        self._idle.put(worker)
        return answer

    def _hire(self) -> None:
        with self._lock:
            if self._closed:
                raise WorkerLost("the run was stopped")
            worker = Worker(*self._place)
            self._all.append(worker)
        self._idle.put(worker)

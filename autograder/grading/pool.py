"""Runs submissions side by side, each in one of a few worker processes that are replaced when they break.

Used by `grade`. A thread here drives each worker process, so a worker that dies or hangs costs nobody but
the submission it held, which gets a second try in a new one.
"""

import multiprocessing
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path

from .model import Job, Ran, WorkerLost
from .worker import kill_children, serve

TRIES = 2


class Worker:
    """This end of one worker process."""

    def __init__(self, root: Path, log: Path):
        spawn = multiprocessing.get_context("spawn")
        self.pipe, theirs = spawn.Pipe()
        self.process = spawn.Process(target=serve, args=(theirs, str(root), str(log)), daemon=True)
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
        """Ends the process and all its kernels."""
        if self.process.pid is not None:
            kill_children(self.process.pid)
        self.process.kill()
        self.process.join()
        self.pipe.close()


def patience(job: Job) -> float:
    """Seconds after which a worker is taken for hung: every cell at its limit, in a new kernel each time."""
    cells = sum(len(notebook.cells) for notebook in job.notebooks.values())
    return 120 + 2 * cells * ((job.timeout or 600) + 30)


class Pool:
    """At most `size` worker processes; a context manager that leaves none behind."""

    def __init__(self, size: int, root: Path, log: Path):
        self._threads = ThreadPoolExecutor(max_workers=size, thread_name_prefix="grading")
        self.size = size
        self._place = (root, log)
        self._mine = threading.local()
        self._all: list[Worker] = []
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
            workers, self._all = self._all, []
        for worker in workers:
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
        for attempt in range(1, TRIES + 1):
            worker = self._worker()
            try:
                return worker.run(job)
            except WorkerLost:
                self._discard(worker)
                if attempt == TRIES or self._closed:
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _worker(self) -> Worker:
        worker = getattr(self._mine, "worker", None)
        if worker is None:
            with self._lock:
                if self._closed:
                    raise WorkerLost("the run was stopped")
                worker = Worker(*self._place)
                self._all.append(worker)
            self._mine.worker = worker
        return worker

    def _discard(self, worker: Worker) -> None:
        self._mine.worker = None
        with self._lock:
            if worker not in self._all:
                return
            self._all.remove(worker)
        worker.kill()

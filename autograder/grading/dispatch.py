"""Sends submissions to workers and brings back what they made of them; `grade` iterates over it.

Any `concurrent.futures` executor will do: processes of this machine by default, or a dask cluster. A worker
that dies costs nobody a grade: what it held is tried again, alone where the culprit is not known, and a
submission under which workers died `STRIKES` times is set aside.
"""

import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from importlib.metadata import version
from multiprocessing import connection, parent_process
from typing import Any

from autograder.grading.model import Assignment, Graded, Rules, Submission, WorkerLost, WrongUse
from autograder.grading.work import grade_submission, resolved
from autograder.kernels.sandbox import SandboxUnavailable

STRIKES = 3
# Where there is a fork, one process imports what all workers need, and they are forked from that.
START: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
if sys.platform != "win32":
    START.set_forkserver_preload(["autograder.grading.work"])


def local_executor(workers: int, log: str) -> ProcessPoolExecutor:
    """Worker processes on this machine; what they print goes to the file `log`."""
    return ProcessPoolExecutor(workers, START, _settle, (log,))


def cluster_executor(address: str, sandbox: str) -> tuple[Executor, int]:
    """An executor on the dask cluster at `address`, and how many submissions it takes at once.

    Raises WrongUse where dask is missing, nobody answers, or a worker cannot grade as this machine would.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise WrongUse(
            'Grading on a cluster needs dask. Install it with:\n  pip install "lstm-course[cluster]"'
        ) from error
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise WrongUse(
            f"No dask scheduler answers at {address!r} ({error}). Start one, and workers:\n"
            "  dask scheduler\n  dask worker tcp://HOST:8786 --nthreads 1 --nworkers 4"
        ) from error
    told = client.run(_introduce, sandbox)
    if not told:
        raise WrongUse(
            f"The scheduler at {address} has no worker.\n  dask worker {address} --nthreads 1 --nworkers 4"
        )
    own = _introduce("off")
    for worker, said in told.items():
        if isinstance(said, str):
            raise WrongUse(f"The worker {worker} cannot grade safely: {said}")
        if said != own:
            raise WrongUse(
                f"The worker {worker} has {said}, this machine {own}: install the same versions on both."
            )
    return client.get_executor(retries=STRIKES), 2 * sum(client.nthreads().values())


def _introduce(sandbox: str) -> dict[str, str] | str:
    """On a worker: the versions that scores may depend on, or why it cannot sandbox."""
    try:
        resolved(sandbox)
    except SandboxUnavailable as error:
        return str(error)
    return {name: version(name) for name in ("torch", "numpy", "nbgrader", "ipython")}


class Dispatch:
    """One run's submissions on their way. `executor()` makes an executor, anew when one is broken."""

    def __init__(
        self, executor: Callable[[], Executor], width: int, assignment: Assignment, rules: Callable[[], Rules]
    ):
        self.make, self.width, self.assignment, self.rules = executor, width, assignment, rules
        self.executor = executor()
        self.strikes: dict[str, int] = {}

    def close(self) -> None:
        """Stops the workers without waiting for what they hold."""
        stop(self.executor)

    def run(self, submissions: Iterable[Submission]) -> Iterator[tuple[Submission, Graded | WorkerLost]]:
        """Each submission with its result, as they finish; they are asked for when there is room for them."""
        fresh = iter(submissions)
        again: deque[Submission] = deque()
        running: dict[Future[Graded], Submission] = {}
        while True:
            # Those that may have killed a worker run one at a time: then it is known who did.
            room = (0 if running else 1) if again else self.width - len(running)
            for _ in range(room):
                submission = again.popleft() if again else next(fresh, None)
                if submission is None:
                    break
                if not self._send(submission, running):
                    again.append(submission)
                    break
            if not running and not again:
                return
            done, _ = wait(running, timeout=5, return_when=FIRST_COMPLETED)
            if not done:
                self.rules()  # looks after the warm parent, which may have died under them
            for future in done:
                submission = running.pop(future)
                result = _result(future)
                if isinstance(result, WorkerLost) and self._strike(submission):
                    again.append(submission)
                else:
                    yield submission, result

    def _send(self, submission: Submission, running: dict[Future[Graded], Submission]) -> bool:
        try:
            running[self.executor.submit(grade_submission, submission, self.assignment, self.rules())] = (
                submission
            )
        except BrokenProcessPool:
            stop(self.executor)
            self.executor = self.make()
            return False
        return True

    def _strike(self, submission: Submission) -> bool:
        """Notes that a worker was lost under a submission. Whether it may be tried again."""
        self.strikes[submission.student] = self.strikes.get(submission.student, 0) + 1
        return self.strikes[submission.student] < STRIKES


def _result(future: Future[Graded]) -> Graded | WorkerLost:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, WorkerLost):
        return error
    # dask's KilledWorker and a broken pool are no classes of ours; any other error is our own fault.
    return WorkerLost(f"{type(error).__name__}: {error}")


def stop(executor: Executor) -> None:
    """Ends an executor at once; worker processes of this machine are killed."""
    processes = list((getattr(executor, "_processes", None) or {}).values())
    executor.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()


def _settle(log: str) -> None:
    """Makes a worker process quiet, deaf to Ctrl-C (its parent is not), and mortal with its parent."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)  # kernels end with the connection that started them

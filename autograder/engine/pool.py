"""Sends submissions to workers and yields their results; `grade` iterates over it.

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
from contextlib import contextmanager, suppress
from multiprocessing import connection, forkserver, parent_process
from typing import Any

from autograder.core.errors import WorkerLost
from autograder.core.scratch import scratch_root, temporary_files_in
from autograder.course.model import Assignment, Rules, Submission
from autograder.engine.one_submission import grade_submission
from autograder.results.graded import Graded

STRIKES = 3
# Where there is a fork, one process imports what all workers need, and they are forked from that.
START: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
if sys.platform != "win32":
    START.set_forkserver_preload(["autograder.engine.one_submission"])


def begin() -> None:
    """Starts the workers' imports in another process while this one does something else."""
    if sys.platform == "win32":
        return
    # Ctrl-C is for us: it would print where its imports were.
    with _interrupt_is(signal.SIG_IGN), temporary_files_in(scratch_root(sockets=True).path):
        forkserver.ensure_running()


@contextmanager
def _interrupt_is(handler: Any) -> Iterator[None]:
    """Sets what Ctrl-C does in this context; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """A Ctrl-C in this context takes effect when it ends."""
    pressed: list[bool] = []
    with _interrupt_is(lambda *_: pressed.append(True)):
        yield
    if pressed:
        signal.raise_signal(signal.SIGINT)


def local_executor(workers: int, log: str) -> ProcessPoolExecutor:
    """Worker processes on this machine; what they print goes to the file `log`."""
    return ProcessPoolExecutor(workers, START, settle, (log,))


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

    def run(
        self, submissions: Iterable[Submission], meanwhile: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[Submission, Graded | WorkerLost]]:
        """Each submission with its result, as they finish; they are asked for when there is room for them.

        `meanwhile` is called once, when the workers have their first ones and before there is any result.
        """
        fresh = iter(submissions)
        again: deque[Submission] = deque()
        running: dict[Future[Graded], Submission] = {}
        begun = False
        while True:
            # Submissions that may have killed a worker run one at a time, which shows which one did.
            room = (0 if running else 1) if again else self.width - len(running)
            for _ in range(room):
                submission = again.popleft() if again else next(fresh, None)
                if submission is None:
                    break
                if not self._send(submission, running):
                    again.append(submission)
                    break
            if not begun:
                begun = True
                meanwhile()
            if not running and not again:
                return
            done, _ = wait(running, timeout=5, return_when=FIRST_COMPLETED)
            if not done:
                self.rules()  # looks after the warm parent, which may have died under them
            for future in done:
                submission = running.pop(future)
                if future.cancelled():  # a cluster's scheduler went away and took its tasks along
                    again.append(submission)
                    continue
                result = _result(future)
                if isinstance(result, WorkerLost):
                    if self._strike(submission, future):
                        again.append(submission)
                        continue
                    result = WorkerLost(
                        f"given up: {STRIKES} times its worker was lost, most recently: {result}"
                    )
                yield submission, result

    def _send(self, submission: Submission, running: dict[Future[Graded], Submission]) -> bool:
        rules = self.rules()
        try:
            with _interrupts_wait():  # a worker that is half started would be unknown and not stopped
                future = self.executor.submit(grade_submission, submission, self.assignment, rules)
        except BrokenProcessPool:
            stop(self.executor)
            self.executor = self.make()
            return False
        running[future] = submission
        return True

    def _strike(self, submission: Submission, future: Future[Graded]) -> bool:
        """Notes that a worker was lost under a submission. Whether it may be tried again."""
        before = self.strikes.get(submission.student, 0)
        # Once struck it runs alone; dask says KilledWorker only after four deaths of its own counting.
        known = before and type(future.exception()).__name__ == "KilledWorker"
        self.strikes[submission.student] = STRIKES if known else before + 1
        return self.strikes[submission.student] < STRIKES


def _result(future: Future[Graded]) -> Graded | WorkerLost:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, WorkerLost):
        return error
    # dask's KilledWorker and a broken pool are not classes of ours; any other error is a fault of ours.
    return WorkerLost(f"{type(error).__name__}: {error}")


def stop(executor: Executor) -> None:
    """Ends an executor at once; worker processes of this machine are killed."""
    processes = list((getattr(executor, "_processes", None) or {}).values())
    with suppress(Exception):  # a cluster that is gone cannot be told to end, and that must not hide why
        executor.shutdown(wait=False)
    for process in processes:
        process.kill()


def settle(log: str) -> None:
    """Makes a worker process quiet, lets it ignore Ctrl-C (its parent does not), and ends it with its parent."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in signal.valid_signals() - {signal.SIGINT}:
        if callable(signal.getsignal(number)):  # a fork would do what its parent does on SIGTERM
            signal.signal(number, signal.SIG_DFL)
    warnings.simplefilter("ignore")
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)  # kernels end with the connection that started them

"""A time limit around one call of a student's function, and one thread for all; `observe` and `examine` use them.

The alarm can only interrupt Python code in the main thread of a Unix process, which is where a notebook's
cells run. Elsewhere there is no limit here, and the one of the notebook's executor applies. It cannot
interrupt a single native operation either, and a loop that swallows every exception outlives it.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from autograder.core.waiting import waited

SECONDS = 5.0  # for each call; the calls of the checks take milliseconds
MOST = 10  # times as long it may take on a clock on the wall, however busy the machine


class TimeUp(BaseException):
    """Raised inside the student's function. A BaseException, so that `except Exception` does not stop it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeUp in the body when it takes longer than `seconds`, in which waiting for a core does not count.

    Somebody else's alarm is put back after.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    began, before = time.monotonic(), waited()

    def ring(signum: int, frame: object) -> None:
        passed = time.monotonic() - began
        if passed - (waited() - before) >= seconds or passed >= MOST * seconds:
            raise TimeUp

    handler = signal.signal(signal.SIGALRM, ring)
    # Rings again every tenth of a second: the first TimeUp may land where Python ignores exceptions
    # (__del__).
    remaining, interval = signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if remaining:
            left = max(remaining - (time.monotonic() - began), 0.001)
            signal.setitimer(signal.ITIMER_REAL, left, interval)


@contextmanager
def one_thread() -> Iterator[None]:
    """PyTorch computes in one thread in the body, as in grading.

    The checks' tensors are small, and threads that wait for each other take 30 times as long on a busy machine.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)

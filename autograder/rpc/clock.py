"""How long a kernel has really worked: time limits of `session` use it, so a busy machine costs nobody points."""

import time
from contextlib import suppress
from pathlib import Path

from autograder.core.waiting import waited
from autograder.kernels.sandbox.processes import processor_seconds


class Clock:
    """Seconds since it was made, without those in which one of these processes waited for a core.

    Linux counts the waiting of each task in /proc/PID/schedstat; elsewhere all seconds count. Who waits for
    threads or processes of their own waits for nobody else: what those use of the processors counts as well.
    """

    def __init__(self, pids: list[int]):
        self.pids = pids
        self.start = time.monotonic()
        self.waited = [waited(pid) for pid in pids]
        self.used = self._used()

    def seconds(self) -> float:
        """The time that counts; at least a fifth of the elapsed time, however busy the machine is."""
        passed = time.monotonic() - self.start
        idle = sum(waited(pid) - before for pid, before in zip(self.pids, self.waited, strict=True))
        return max(passed - max(0.0, idle), min(passed, self._used() - self.used), passed / 5)

    def _used(self) -> float:
        return sum(map(processor_seconds, self.pids))


def innermost(pid: int) -> int:
    """The process at the end of a chain of supervisors."""
    with suppress(OSError, ValueError, IndexError):
        while True:
            pid = int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
    return pid

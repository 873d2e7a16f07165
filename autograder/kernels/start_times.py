"""How long the stages of a start took; written by sandbox.py and program.py, read by `make bench`."""

import time


class Clock:
    """Milliseconds of each stage, across the processes of one start (the clock is the machine's)."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._last = time.monotonic()

    def mark(self, stage: str) -> None:
        now = time.monotonic()
        self.ms[stage] = round((now - self._last) * 1000, 2)
        self._last = now

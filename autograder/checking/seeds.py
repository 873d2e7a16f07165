"""Where the seeds of cases come from when nobody names one; `examine`, `autograder check` and the audit ask here.

Seeds are drawn anew each time. With AUTOGRADER_SEED=N in the environment they are the same in each run: the tests set
it, so that a red build is somebody's change. Do not set it to grade a class: students' code could know the cases.
"""

from __future__ import annotations

import os
import random

VARIABLE = "AUTOGRADER_SEED"


class Seeds:
    """Draws seeds: by chance, or the same ones each time from a number."""

    def __init__(self, start: str | None) -> None:
        self._random = random.Random(int(start)) if start else random.SystemRandom()

    def draw(self) -> int:
        """A seed of 32 bits."""
        return self._random.getrandbits(32)


_seeds = Seeds(os.environ.get(VARIABLE))


def start(number: str | None) -> None:
    """Draws from now on what follows from `number`, by chance when None; the tests call it before each test."""
    global _seeds
    _seeds = Seeds(number)


def draw_seed() -> int:
    """A seed for an examination whose caller names none."""
    return _seeds.draw()

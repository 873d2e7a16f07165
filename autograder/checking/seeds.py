"""Where the seeds of cases come from when nobody names one; `examine`, `autograder check` and the audit ask here.

While a class is graded they follow from the seed of the run, so that all submissions get the same cases. A page says
the seeds of cases that are not hidden: neither the run's seed nor those of hidden cases can be computed from them.

Elsewhere they are drawn anew each time. With AUTOGRADER_SEED=N in the environment they are the same each time: the
tests set it, so that a red build is somebody's change. Do not set it to grade a class: students' code could know the
cases.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import random

VARIABLE = "AUTOGRADER_SEED"


class Seeds:
    """Draws seeds: by chance, or the same ones each time from a number."""

    def __init__(self, start: str | None) -> None:
        self._random = random.Random(int(start)) if start else random.SystemRandom()

    def draw(self, what: str) -> int:
        """A seed of 32 bits. `what`: for which examination, where that decides."""
        return self._random.getrandbits(32)


class RunSeeds(Seeds):
    """Seeds that follow from that of a run, one for each examination that has another name."""

    def __init__(self, seed: str) -> None:
        self._key = bytes.fromhex(seed)

    def draw(self, what: str) -> int:
        """A seed of 32 bits, always the same for `what`."""
        return int.from_bytes(hmac.digest(self._key, what.encode(), hashlib.sha256)[:4], "big")


_seeds = Seeds(os.environ.get(VARIABLE))


def start(number: str | None) -> None:
    """Draws from now on what follows from `number`, by chance when None; the tests call it before each test."""
    global _seeds
    _seeds = Seeds(number)


def draw_from(seed: str) -> None:
    """Draws from now on what follows from the seed of a run, in hexadecimal digits; the examiner's kernel calls it."""
    global _seeds
    _seeds = RunSeeds(seed)


def draw_seed(what: str = "") -> int:
    """A seed for an examination whose caller names none. `what`: its name within a run."""
    return _seeds.draw(what)

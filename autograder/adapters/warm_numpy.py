"""What a forked kernel needs for NumPy, if that is installed: a hook of `kernels.libraries`."""

from collections.abc import Iterable
from pathlib import Path


def large_modules(notebooks: Iterable[Path] | None) -> tuple[str, ...]:
    """None: numpy comes whole."""
    return ()


def warm_up() -> None:
    """Nothing: no call of NumPy is slow only the first time."""


def freshen() -> None:
    """Gives the fork its own random numbers."""
    import numpy

    numpy.random.seed()

"""What a forked kernel needs of NumPy, where that is installed: a hook of `kernels.libraries`."""

from collections.abc import Iterable
from pathlib import Path


def large_modules(notebooks: Iterable[Path] | None) -> tuple[str, ...]:
    """None: numpy comes whole."""
    return ()


def warm_up() -> None:
    """Nothing is slow only the first time."""


def freshen() -> None:
    """Random numbers of the fork's own."""
    import numpy

    numpy.random.seed()

"""Seeds that a test sets, `random.seed(1)` for instance, hold for the student's kernel too; for both sides.

Only seeds go over: what the student's side draws, or sets, never reaches the examiner's random numbers.
"""

import functools
import random
from collections.abc import Callable
from typing import Any

import numpy
import torch

SEEDERS = {"random": (random, "seed"), "numpy": (numpy.random, "seed"), "torch": (torch, "manual_seed")}


def watch(note: Callable[[str, Any], None]) -> None:
    """From now on `note(library, seed)` hears of each seed that is set, in the examiner's process."""
    for library, (module, name) in SEEDERS.items():
        setattr(module, name, _watched(getattr(module, name), library, note))


def plant(library: str, seed: Any) -> None:
    """Sets a seed, in the student's process."""
    module, name = SEEDERS[library]
    getattr(module, name)(seed)


def _watched(
    seeder: Callable[..., Any], library: str, note: Callable[[str, Any], None]
) -> Callable[..., Any]:
    @functools.wraps(seeder)
    def seed(*args: Any, **kwargs: Any) -> Any:
        result = seeder(*args, **kwargs)
        value = [*args, *kwargs.values(), None][0]
        if value is None or isinstance(value, (int, float, str)):
            note(library, value)
        return result

    return seed

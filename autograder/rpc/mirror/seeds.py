"""Seeds that a test sets, `random.seed(1)` for instance, hold for the student's kernel too; for both sides.

With a seed goes the state, for a test may have drawn since. What the student's side draws, or sets, never reaches the
examiner's random numbers.
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


def state_of(library: str) -> Any:
    """The state of a library's random numbers, in the examiner's process."""
    if library == "torch":
        return torch.get_rng_state()
    if library == "numpy":
        return numpy.random.get_state(legacy=False)
    version, numbers, drawn = random.getstate()
    return version, numpy.array(numbers, numpy.uint32), drawn


def set_seed(library: str, seed: Any, state: Any) -> None:
    """Sets a seed and the state that came of it, in the student's process."""
    module, name = SEEDERS[library]
    getattr(module, name)(seed)
    if library == "torch":
        torch.set_rng_state(state)
    elif library == "numpy":
        numpy.random.set_state(state)
    else:
        version, numbers, drawn = state
        random.setstate((version, tuple(numbers.tolist()), drawn))


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

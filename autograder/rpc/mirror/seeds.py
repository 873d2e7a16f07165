"""Seeds that a test sets, such as `random.seed(1)`, also apply to the student's kernel; for both sides.

With a seed goes the state, for a test may have drawn since. What the student's side draws, or sets, never reaches the
examiner's random numbers. `adapters.load` adds the random numbers of libraries to SEEDERS.
"""

import functools
import random
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from autograder.rpc.wire.codec import Value

Note = Callable[[str, Value], None]


@dataclass(frozen=True)
class Seeder:
    """How a library's random numbers get a seed: by `module.function`; `state` reads their state, `restore` sets it."""

    module: ModuleType
    function: str
    state: Callable[[], Value]
    restore: Callable[[Value], None]


def _state() -> tuple[int, bytes, float | None]:
    version, numbers, drawn = random.getstate()
    return version, array("I", numbers).tobytes(), drawn


def _restore(state: Value) -> None:
    version, numbers, drawn = state
    random.setstate((version, tuple(array("I", numbers)), drawn))


SEEDERS: dict[str, Seeder] = {"random": Seeder(random, "seed", _state, _restore)}


def watch(note: Note) -> None:
    """From now on `note(library, seed)` hears of each seed that is set, in the examiner's process."""
    for library, seeder in SEEDERS.items():
        function = getattr(seeder.module, seeder.function)
        setattr(seeder.module, seeder.function, _watched(function, library, note))


def state_of(library: str) -> Value:
    """The state of a library's random numbers, in the examiner's process."""
    return SEEDERS[library].state()


def set_seed(library: str, seed: Value, state: Value) -> None:
    """Sets a seed and the state that came of it, in the student's process."""
    seeder = SEEDERS[library]
    getattr(seeder.module, seeder.function)(seed)
    seeder.restore(state)


def _watched(function: Callable[..., Value], library: str, note: Note) -> Callable[..., Value]:
    @functools.wraps(function)
    def seed(*args: Value, **kwargs: Value) -> Value:
        result = function(*args, **kwargs)
        value = [*args, *kwargs.values(), None][0]
        if value is None or isinstance(value, (int, float, str)):
            note(library, value)
        return result

    return seed

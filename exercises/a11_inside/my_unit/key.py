"""What is right of a student's own network, measured on that very network. Students' installations lack this module."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.checking.kinds.asked import Right, asked
from exercises.a11_inside.given import FOLLOWS, effects_and_r
from exercises.a11_inside.my_unit import ASKS, OWN
from exercises.a11_inside.my_unit.given import BATCH, STEPS, OwnNetwork
from exercises.a11_inside.my_unit.mistakes import BEST, LOUDEST, OTHER, WEIGHT, ZERO

NEAR = 0.05  # of an effect


def key(own: OwnNetwork) -> Mapping[str, Right]:
    """What is right of each thing that is asked for, and what comes of known mistakes."""
    head = own.head.weight
    effects, r = effects_and_r(own.x, own.marks, own.weights, head)
    at_zero, _ = effects_and_r(own.x, own.marks, own.weights, head, to=0.0)
    follows, weight = r.abs() >= FOLLOWS, head.abs().sum(dim=0)
    best, loudest, heaviest = (int(values.argmax()) for values in (r.abs(), effects, weight))
    unit, zeroed = (int((each * follows).argmax()) for each in (effects, at_zero))
    effect = float(effects[unit])
    taken = (BEST, best), (LOUDEST, loudest), (WEIGHT, heaviest), (ZERO, zeroed)
    # Whoever takes another unit says by how much that one changes the output.
    numbers = (
        (OTHER, effect**0.5),
        (OTHER, effect * STEPS * BATCH * len(head)),
        *((name, float(effects[other])) for name, other in taken[:3]),
        *((ZERO, float(at_zero[held])) for held in (unit, zeroed)),
    )
    return {
        "unit": _right(unit, 0, taken),
        "effect": _right(effect, NEAR * effect, numbers),
        "loudest": _right(loudest, 0, ((WEIGHT, heaviest), (ZERO, int(at_zero.argmax())))),
    }


def _right(value: float, tolerance: float, mistakes: tuple[tuple[str, float], ...]) -> Right:
    """What is right, with the mistakes that give something else here."""
    return Right(value, tolerance, tuple(each for each in mistakes if abs(each[1] - value) > tolerance))


KEY = asked(OWN, ASKS, key)

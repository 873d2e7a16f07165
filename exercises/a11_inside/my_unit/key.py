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
    unit = int((effects * follows).argmax())
    effect = float(effects[unit])
    taken = (
        (BEST, best),
        (LOUDEST, loudest),
        (WEIGHT, heaviest),
        (ZERO, int((at_zero * follows).argmax())),
    )
    numbers = (OTHER, effect**0.5), (OTHER, effect * STEPS * BATCH * len(head))
    return {
        "unit": Right(unit, 0, taken),
        "effect": Right(effect, NEAR * effect, numbers),
        "loudest": Right(loudest, 0, ((WEIGHT, heaviest),)),
    }


KEY = asked(OWN, ASKS, key)

"""planted_unit: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS
from exercises.a11_inside.cases import unit_and_effect
from exercises.a11_inside.given import planted
from exercises.a11_inside.planted_unit import oracle
from exercises.a11_inside.planted_unit.hints import HINTS
from exercises.a11_inside.planted_unit.mistakes import MISTAKES

EXERCISE = Exercise(
    "planted_unit",
    oracle.planted_unit,
    (
        Property("It finds the unit among six.", planted(24, 4, 6), parts=("unit",), weight=4),
        Property("Its effect is the mean squared change.", planted(24, 4, 6), parts=("effect",), weight=2),
        Property("It finds the unit among twelve.", planted(28, 4, 12), parts=("unit",), weight=4),
        Property("It finds one that falls where the marks rise.", planted(24, 4, 7, sign=-1.0), weight=3),
        Property("It holds for one long sequence.", planted(60, 1, 6)),
        Property("It holds in float64.", planted(24, 3, 8, torch.float64)),
        Property(COURTEOUS, planted(12, 3, 5), watch=("inputs", "globals")),
        Property(ANY_DEVICE, planted(12, 3, 5), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("unit", "effect"),
    look=unit_and_effect,
    authority="the definition",
    agreeing=2,
)

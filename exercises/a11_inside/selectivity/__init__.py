"""selectivity: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS
from exercises.a11_inside.cases import probed, two_numbers
from exercises.a11_inside.selectivity import oracle
from exercises.a11_inside.selectivity.hints import HINTS
from exercises.a11_inside.selectivity.mistakes import MISTAKES

EXERCISE = Exercise(
    "selectivity",
    oracle.selectivity,
    (
        Property(
            "The control is right on so many later steps.", probed(60, 3, 40), parts=("control",), weight=3
        ),
        Property(
            "The selectivity is what the probe has beyond it.",
            probed(60, 3, 40),
            parts=("selectivity",),
            weight=4,
        ),
        Property("It holds for many kinds.", probed(80, 4, 50, kinds=12), weight=2),
        Property("It holds for one unit.", probed(50, 1, 30)),
        Property("It holds where most labels are 1.", probed(60, 3, 42, shy=0.7)),
        Property("It holds where states are far from 0.", probed(60, 3, 40, level=4.0)),
        Property("It holds in float64.", probed(60, 3, 40, dtype=torch.float64)),
        Property(COURTEOUS, probed(30, 2, 20), watch=("inputs", "globals")),
        Property(ANY_DEVICE, probed(30, 2, 20), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("selectivity", "control"),
    look=two_numbers,
    authority="least squares",
    agreeing=2,
)

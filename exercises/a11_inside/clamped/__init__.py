"""clamped: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a11_inside.cases import clamps
from exercises.a11_inside.clamped import oracle
from exercises.a11_inside.clamped.hints import HINTS
from exercises.a11_inside.clamped.mistakes import MISTAKES

EXERCISE = Exercise(
    "clamped",
    oracle.clamped,
    (
        Property(
            "The cell state is held, and the others go on.", clamps(6, 3, 2, 4), parts=("cells",), weight=3
        ),
        Property("h is computed of the held cell state.", clamps(6, 3, 2, 4), parts=("output",), weight=3),
        Property("The next steps read what came of it.", clamps(5, 2, 3, 3), weight=2),
        Property("Before `start` nothing is changed.", clamps(7, 2, 3, 4, start=3), weight=2),
        Property("A start behind the end changes nothing.", clamps(4, 2, 2, 3, start=9)),
        Property("It holds for the last unit.", clamps(4, 2, 3, 5, unit=4)),
        Property("It holds for one unit, one step and a batch of one.", clamps(1, 1, 3, 1)),
        Property("A unit may be held at 0.", clamps(5, 2, 3, 4, to=0.0)),
        Property(FLOAT64, clamps(6, 2, 3, 4, 2, torch.float64)),
        Property(
            "Gradients reach x and the weights through all steps.",
            clamps(5, 2, 3, 3, 2, torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, clamps(3, 2, 3, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, clamps(3, 2, 3, 2), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("output", "cells"),
    authority="the definition",
)

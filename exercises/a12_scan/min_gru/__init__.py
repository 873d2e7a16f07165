"""min_gru: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a12_scan.cases import layers
from exercises.a12_scan.min_gru import oracle
from exercises.a12_scan.min_gru.hints import HINTS
from exercises.a12_scan.min_gru.mistakes import MISTAKES

EXERCISE = Exercise(
    "min_gru",
    oracle.min_gru,
    (
        Property("The state is right after every step.", layers(5, 3, 2, 4), weight=3),
        Property("The first step starts from h_0.", layers(1, 3, 2, 4)),
        Property("An open gate writes the candidate.", layers(4, 2, 3, 3, open_by=30.0)),
        Property("A shut gate keeps the state.", layers(4, 2, 3, 3, open_by=-30.0)),
        Property("One step, a batch of one and one unit keep their dimensions.", layers(1, 1, 3, 1)),
        Property("It holds when all sizes are equal.", layers(3, 3, 3, 3)),
        Property(FLOAT64, layers(6, 2, 3, 4, torch.float64)),
        Property(
            "Gradients reach x, h_0 and the four weights through all steps.",
            layers(4, 2, 3, 3, torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, layers(3, 2, 3, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, layers(3, 2, 3, 2), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    authority="the definition",
)

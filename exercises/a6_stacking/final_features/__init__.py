"""final_features: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
)
from exercises.a6_stacking import states
from exercises.a6_stacking.final_features import oracle
from exercises.a6_stacking.final_features.hints import HINTS
from exercises.a6_stacking.final_features.mistakes import MISTAKES

EXERCISE = Exercise(
    "final_features",
    oracle.final_features,
    (
        Property("One layer in one direction.", states(1, False, 3, 4)),
        Property("The top one of several layers.", states(3, False, 2, 4), weight=2),
        Property("One layer in two directions, forward first.", states(1, True, 4, 3), weight=2),
        Property("The top one of two layers in two directions.", states(2, True, 3, 4), weight=3),
        Property("Three layers in two directions.", states(3, True, 2, 2)),
        Property("A batch of one and one unit keep their dimensions.", states(2, True, 1, 1)),
        Property("One direction keeps them too.", states(2, False, 1, 1)),
        Property("It holds where layers, batch and units are equally many.", states(2, True, 4, 4)),
        Property(FLOAT64, states(2, True, 2, 3, torch.float64)),
        Property(
            "Gradients reach these states, and no others.",
            states(3, True, 2, 3),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, states(2, True, 3, 2), watch=("inputs", "globals")),
        Property(ANY_DEVICE, states(2, True, 3, 2), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    authority="the order of h_n",
)

"""log_scan: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a12_scan.cases import logs
from exercises.a12_scan.log_scan import oracle
from exercises.a12_scan.log_scan.hints import HINTS
from exercises.a12_scan.log_scan.mistakes import MISTAKES

EXERCISE = Exercise(
    "log_scan",
    oracle.log_scan,
    (
        Property("The logarithms of the states are right.", logs(7, 3, 2), weight=3),
        Property("One step, a batch of one and one unit keep their dimensions.", logs(1, 1, 1)),
        Property(
            "They are right over 600 steps, where the product of the factors is below float32.",
            logs(600, 2, 2),
            weight=2,
        ),
        Property("So they are where that product is above it.", logs(400, 2, 2, factors=(1.2, 1.6))),
        Property(
            "They are right for states that float32 cannot hold, far below.",
            logs(9, 2, 3, level=-150.0),
            weight=2,
        ),
        Property("And for states far above.", logs(9, 2, 3, level=120.0)),
        Property("A sequence may start from 0, whose logarithm is -inf.", logs(6, 4, 3, empty=True)),
        Property(
            "2,000 steps take far fewer operations than steps.",
            logs(2000, 1, 1, torch.float64),
            watch=("operators",),
            weight=8,
        ),
        Property(FLOAT64, logs(11, 2, 3, torch.float64)),
        Property(
            "Gradients reach all three arguments through all steps.",
            logs(6, 2, 3, torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, logs(6, 2, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, logs(6, 2, 3), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    authority="the loop in log space",
)

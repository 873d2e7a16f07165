"""last_valid: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
)
from exercises.a5_packing import NAN, outputs
from exercises.a5_packing.last_valid import oracle
from exercises.a5_packing.last_valid.hints import HINTS
from exercises.a5_packing.last_valid.mistakes import MISTAKES

EXERCISE = Exercise(
    "last_valid",
    oracle.last_valid,
    (
        Property("Each row is that of the sequence's last real step.", outputs(4, 6, 3), weight=3),
        Property("NaN in the padding does not reach the result.", outputs(3, 5, 2, padding=NAN), weight=2),
        Property("It holds where no sequence is as long as the batch.", outputs(3, 4, 2, beyond=2)),
        Property("It holds where all sequences have the same length.", outputs(3, 4, 2, equal=True)),
        Property("It holds for a batch of one sequence.", outputs(1, 3, 2, beyond=1)),
        Property("One step and one feature keep their dimensions.", outputs(3, 1, 1)),
        Property("It holds when all sizes are equal.", outputs(4, 4, 4)),
        Property(FLOAT64, outputs(3, 4, 2, torch.float64)),
        Property(
            "Gradients reach the last real steps, and nothing the padding.",
            outputs(3, 5, 2, torch.float64, padding=NAN, beyond=1),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, outputs(3, 4, 2, beyond=1), watch=("inputs", "globals")),
        Property(ANY_DEVICE, outputs(3, 4, 2), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    authority="the definition",
)

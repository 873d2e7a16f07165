"""bilstm_from_two: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
)
from exercises.a6_stacking import pairs
from exercises.a6_stacking.bilstm_from_two import oracle
from exercises.a6_stacking.bilstm_from_two.hints import HINTS
from exercises.a6_stacking.bilstm_from_two.mistakes import MISTAKES

EXERCISE = Exercise(
    "bilstm_from_two",
    oracle.bilstm_from_two,
    (
        Property("The forward and backward halves of output.", pairs(3, 5), parts=("output",), weight=3),
        Property("h_n is (2, B, H), each direction's last state.", pairs(4, 6), parts=("h_n",), weight=2),
        Property("It holds where nothing is padded.", pairs(3, 4, equal=True)),
        Property("output has as many steps as x, also where no sequence has.", pairs(3, 4, beyond=2)),
        Property("It holds for one sequence in a longer batch.", pairs(1, 3, beyond=2)),
        Property("One sequence, one step and one unit keep their dimensions.", pairs(1, 1, (3, 1))),
        Property("It holds when all sizes are equal.", pairs(3, 3, (3, 3))),
        Property(FLOAT64, pairs(3, 5, dtype=torch.float64)),
        Property(
            "Gradients reach x and both layers, and none the padding.",
            pairs(3, 4, dtype=torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, pairs(3, 4, beyond=1), watch=("inputs", "globals")),
        Property(ANY_DEVICE, pairs(3, 4), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("output", "h_n"),
    authority="nn.LSTM(bidirectional=True)",
)

"""stacked_forward: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
)
from exercises.a6_stacking import dropping, stacks
from exercises.a6_stacking.stacked_forward.hints import HINTS
from exercises.a6_stacking.stacked_forward.mistakes import MISTAKES
from exercises.a6_stacking.stacked_forward.oracle import dropout_seen
from exercises.a6_stacking.stacked_forward.oracle import stacked_forward as stacked_oracle

HARDLY_ANY = 1e-15  # drops nothing, and its 1 / (1 - p) is lost in rounding
DROPPED = "In training a share p is dropped between the layers, each element and step by itself."

EXERCISE = Exercise(
    "stacked_forward",
    stacked_oracle,
    (
        Property("output is that of the last of three layers.", stacks(3, 5, 2), parts=("output",), weight=2),
        Property(
            "h_n and c_n are those of every layer, (L, B, H).",
            stacks(3, 5, 2),
            parts=("(h_n, c_n)",),
            weight=2,
        ),
        Property(
            "One layer is a stack too, and nothing of it is dropped.", stacks(1, 4, 3, p=0.5, training=True)
        ),
        Property(
            "Nothing is dropped where training is False.", stacks(2, 4, 3, p=0.9, training=False), weight=2
        ),
        Property("Nothing is dropped where p is 0.", stacks(2, 4, 2, p=0.0, training=True)),
        Property(DROPPED, dropping(2, 0.3), weight=3, look=dropout_seen),
        Property(
            "It is dropped after each layer but the last of three.",
            dropping(3, 0.4),
            weight=2,
            look=dropout_seen,
        ),
        Property(
            "training decides, and not the mode of the layers.",
            dropping(2, 0.6, mode=False),
            look=dropout_seen,
        ),
        Property("One step, a batch of one and one unit keep their dimensions.", stacks(2, 1, 1, (3, 1))),
        Property("It holds when all sizes are equal.", stacks(3, 3, 3, (3, 3))),
        Property(FLOAT64, stacks(2, 5, 2, dtype=torch.float64)),
        Property(
            "Gradients reach x and every layer, through dropout too.",
            stacks(2, 4, 2, dtype=torch.float64, p=HARDLY_ANY, training=True),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, stacks(2, 4, 2), watch=("inputs", "globals")),
        Property(
            "In training x and the layers stay as they are.",
            dropping(2, 0.5, mode=False),
            ("inputs",),
            look=dropout_seen,
        ),
        Property(ANY_DEVICE, dropping(2, 0.5), ("device",), look=dropout_seen),
    ),
    MISTAKES,
    HINTS,
    results=("output", "(h_n, c_n)"),
    authority="nn.LSTM",
)

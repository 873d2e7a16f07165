"""rnn_cell: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
)
from exercises.a2_rnns import steps
from exercises.a2_rnns.rnn_cell import oracle
from exercises.a2_rnns.rnn_cell.hints import HINTS
from exercises.a2_rnns.rnn_cell.mistakes import MISTAKES
from exercises.recurrent import GUARD

EXERCISE = Exercise(
    "rnn_cell",
    oracle.rnn_cell,
    (
        Property("The new state agrees with nn.RNNCell.", steps(3, 4, 5), weight=3),
        Property("A batch of one and a hidden size of one keep their dimensions.", steps(1, 3, 1)),
        Property("It holds for square sizes too, which hide a wrong transpose.", steps(4, 4, 4)),
        Property(FLOAT64, steps(2, 3, 4, torch.float64)),
        Property("Gradients reach all six arguments.", steps(3, 4, 2), watch=("gradients",), weight=2),
        Property(COURTEOUS, steps(2, 3, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, steps(2, 3, 2), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    authority="nn.RNNCell",
    guard=GUARD,
)

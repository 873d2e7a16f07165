"""rnn_forward: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
)
from exercises.a2_rnns import sequences
from exercises.a2_rnns.rnn_forward import oracle
from exercises.a2_rnns.rnn_forward.hints import HINTS
from exercises.a2_rnns.rnn_forward.mistakes import MISTAKES
from exercises.recurrent import GUARD

EXERCISE = Exercise(
    "rnn_forward",
    oracle.rnn_forward,
    (
        Property(
            "output agrees with nn.RNN at every step.", sequences(5, 3, 2, 4), parts=("output",), weight=2
        ),
        Property("h_n is the state after the last step, (1, B, H).", sequences(5, 3, 2, 4), parts=("h_n",)),
        Property("Without h0 it starts from zeros.", sequences(4, 2, 3, 3, start=False)),
        Property(
            "nonlinearity='relu' is that of nn.RNN.", sequences(4, 3, 2, 4, nonlinearity="relu"), weight=2
        ),
        Property("nonlinearity='tanh' may be said too.", sequences(3, 2, 2, 3, nonlinearity="tanh")),
        Property("One step, a batch of one and one unit keep their dimensions.", sequences(1, 1, 3, 1)),
        Property("It holds when all sizes are equal.", sequences(3, 3, 3, 3)),
        Property(FLOAT64, sequences(6, 2, 3, 4, torch.float64)),
        Property(
            "Gradients reach x, h0 and the four weights through all steps.",
            sequences(4, 2, 3, 3, torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, sequences(3, 2, 3, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, sequences(3, 2, 3, 2, start=False), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("output", "h_n"),
    authority="nn.RNN",
    guard=GUARD,
)

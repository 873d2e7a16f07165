"""lstm_forward: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
)
from exercises.a4_nn_lstm import sequences
from exercises.a4_nn_lstm.lstm_forward import oracle
from exercises.a4_nn_lstm.lstm_forward.hints import HINTS
from exercises.a4_nn_lstm.lstm_forward.mistakes import MISTAKES
from exercises.recurrent import GUARD

EXERCISE = Exercise(
    "lstm_forward",
    oracle.lstm_forward,
    (
        Property(
            "output agrees with nn.LSTM at every step.", sequences(5, 3, 2, 4), parts=("output",), weight=2
        ),
        Property(
            "So do h_n and c_n, (1, B, H) each.", sequences(5, 3, 2, 4), parts=("(h_n, c_n)",), weight=2
        ),
        Property("Without hx it starts from zeros.", sequences(4, 2, 3, 3, start=False)),
        Property(
            "With batch_first=True x and output are (B, T, ...), the states are not.",
            sequences(4, 3, 2, 5, batch_first=True),
            weight=2,
        ),
        Property("batch_first=True works from zeros.", sequences(5, 2, 3, 4, start=False, batch_first=True)),
        Property("One step, a batch of one and one unit keep their dimensions.", sequences(1, 1, 3, 1)),
        Property("It holds when all sizes are equal.", sequences(3, 3, 3, 3, batch_first=True)),
        Property(FLOAT64, sequences(6, 2, 3, 4, torch.float64)),
        Property(
            "Gradients reach x, hx and the four weights through all steps.",
            sequences(4, 2, 3, 3, torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, sequences(3, 2, 3, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, sequences(3, 2, 3, 2, start=False), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("output", "(h_n, c_n)"),
    authority="nn.LSTM",
    guard=GUARD,
)

"""gate_values: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
)
from exercises.a3_gates import sequences
from exercises.a3_gates.gate_values import oracle
from exercises.a3_gates.gate_values.hints import HINTS
from exercises.a3_gates.gate_values.mistakes import MISTAKES

EXERCISE = Exercise(
    "gate_values",
    oracle.gate_values,
    (
        *(
            Property(
                f"The gate {name} of every step is that of nn.LSTM.", sequences(4, 3, 2, 5), parts=(name,)
            )
            for name in "ifo"
        ),
        Property("The candidate g of every step is that of nn.LSTM.", sequences(4, 3, 2, 5), parts=("g",)),
        Property(
            "With batch_first=True the gates have the layout of x.", sequences(4, 3, 2, 5, batch_first=True)
        ),
        Property("It works for a module without biases.", sequences(3, 2, 4, 3, bias=False)),
        Property(
            "A batch of one, one step and one hidden unit keep their dimensions.", sequences(1, 1, 3, 1)
        ),
        Property("It holds when all sizes are equal.", sequences(3, 3, 3, 3, batch_first=True)),
        Property(FLOAT64, sequences(5, 2, 3, 4, torch.float64)),
        Property(COURTEOUS, sequences(3, 2, 3, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, sequences(3, 2, 3, 2), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    authority="nn.LSTM",
)

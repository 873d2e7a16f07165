"""tbptt_backward: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a7_gradient_flow.cases import chunks
from exercises.a7_gradient_flow.tbptt_backward import oracle
from exercises.a7_gradient_flow.tbptt_backward.hints import HINTS
from exercises.a7_gradient_flow.tbptt_backward.mistakes import MISTAKES

EXERCISE = Exercise(
    "tbptt_backward",
    oracle.truncated(),
    (
        Property("The chunks' losses add up to the MSE.", chunks("RNN", 8, 3, 4), parts=("loss",), weight=2),
        Property(
            "The gradients of an nn.RNN end at each seam.",
            chunks("RNN", 8, 3, 4),
            parts=(oracle.RNN,),
            weight=2,
        ),
        Property("The head gets its gradients.", chunks("RNN", 8, 3, 4), parts=(oracle.HEAD,)),
        Property("The last chunk may be shorter.", chunks("GRU", 7, 2, 3), weight=2),
        Property("Both parts of an nn.LSTM's state are cut.", chunks("LSTM", 9, 2, 3), weight=2),
        Property("It works for several layers.", chunks("LSTM", 6, 2, 4, num_layers=2)),
        Property("It works for a head of two layers.", chunks("GRU", 5, 2, 2, deep=True)),
        Property(
            "Gradients are added to those that are there.", chunks("RNN", 5, 2, 2, earlier=True), weight=2
        ),
        Property("It holds for chunks of one step.", chunks("LSTM", 4, 2, 1)),
        Property("It holds for one chunk longer than the sequence.", chunks("GRU", 3, 2, 5)),
        Property("It holds for one step of one sequence and one unit.", chunks("RNN", 1, 1, 1, (2, 1, 1))),
        Property("It holds when all sizes are equal.", chunks("LSTM", 3, 3, 3, (3, 3, 3))),
        Property(FLOAT64, chunks("LSTM", 5, 2, 2, dtype=torch.float64)),
        Property(
            "Modules in evaluation mode stay so, and no parameter changes.",
            chunks("GRU", 5, 2, 3, num_layers=2, dropout=0.5, training=False),
            watch=("inputs", "globals"),
        ),
        Property(COURTEOUS, chunks("LSTM", 5, 2, 2), watch=("inputs", "globals")),
        Property(ANY_DEVICE, chunks("LSTM", 4, 2, 3), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    look=oracle.look,
    authority="autograd",
)

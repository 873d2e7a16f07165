"""input_grad_norms: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, FLOAT64
from exercises.a7_gradient_flow.cases import inputs
from exercises.a7_gradient_flow.input_grad_norms import oracle
from exercises.a7_gradient_flow.input_grad_norms.hints import HINTS
from exercises.a7_gradient_flow.input_grad_norms.mistakes import MISTAKES

EXERCISE = Exercise(
    "input_grad_norms",
    oracle.reach(),
    (
        Property("The norms are right for an nn.RNN.", inputs("RNN", 6, 3), weight=3),
        Property("They are right for an nn.LSTM, whose state is a pair.", inputs("LSTM", 5, 2)),
        Property("They are right for several layers.", inputs("GRU", 5, 2, num_layers=2)),
        Property("They are right in both directions.", inputs("GRU", 5, 2, bidirectional=True)),
        Property(
            "One step, one sequence and one unit give a result of one number.", inputs("LSTM", 1, 1, (2, 1))
        ),
        Property("It holds when all sizes are equal.", inputs("GRU", 3, 3, (3, 3))),
        Property(FLOAT64, inputs("LSTM", 6, 2, dtype=torch.float64)),
        Property("No graph is attached to the result.", inputs("RNN", 4, 2), watch=("graph",)),
        Property(
            "No parameter and no x has a .grad afterwards, and nothing else changes.",
            inputs("GRU", 4, 2),
            watch=("inputs", "globals"),
            weight=2,
        ),
        Property("A .grad that was there stays.", inputs("RNN", 4, 2, earlier=True), watch=("inputs",)),
        Property(
            "An x that requires gradients does so afterwards, without a .grad.",
            inputs("LSTM", 4, 2),
            watch=("gradients", "inputs"),
        ),
        Property(
            "It works inside torch.no_grad(), and leaves it on.",
            inputs("GRU", 4, 3, no_grad=True),
            watch=("graph", "inputs", "globals"),
            weight=2,
            effects=False,
        ),
        Property(
            "A module in evaluation mode stays so.",
            inputs("GRU", 4, 2, num_layers=2, dropout=0.5, training=False),
            watch=("inputs", "globals"),
        ),
        Property("Frozen parameters stay frozen.", inputs("RNN", 4, 2, frozen=True), watch=("inputs",)),
        Property(ANY_DEVICE, inputs("LSTM", 4, 2), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    authority="autograd",
)

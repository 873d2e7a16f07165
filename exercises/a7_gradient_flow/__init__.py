"""The exercises of a7_gradient_flow: what must hold, and which mistakes are known.

The registry looks exercises up here; hidden tests draw cases with `gradients`, `chunks`, `inputs`.
"""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a7_gradient_flow import clipping, hints, reaching, truncating
from exercises.a7_gradient_flow.cases import chunks, gradients, inputs
from exercises.a7_gradient_flow.mistakes import CLIP_BY_GLOBAL_NORM, INPUT_GRAD_NORMS
from exercises.a7_gradient_flow.truncation_mistakes import TBPTT_BACKWARD

__all__ = ["EXERCISES", "chunks", "gradients", "inputs"]

clip_by_global_norm = Exercise(
    "clip_by_global_norm",
    clipping.clipping(),
    (
        Property(
            "The norm is that of all gradients together.", gradients(4, 3, 2), parts=("total_norm",), weight=2
        ),
        Property("Above max_norm all gradients are multiplied by one factor.", gradients(4, 3, 2), weight=2),
        Property("At or below max_norm they keep their values.", gradients(3, 4, 2, ratio=2.5)),
        Property(
            "At or below max_norm they keep them to the last bit.",
            gradients(3, 4, 2, ratio=1.1, exact=True),
            parts=("gradients", clipping.KEPT),
        ),
        Property("params may be a generator.", gradients(2, 3, 4, once=True), weight=2),
        Property("Parameters without .grad are skipped.", gradients(3, 2, 4, 2, none=(0, 2)), weight=2),
        Property("Without any gradient it is 0.", gradients(3, 2, none=(0, 1))),
        Property("Without any parameter it is 0.", gradients(once=True)),
        Property("Gradients that are all zero stay so.", gradients(3, 2, scale=0.0)),
        Property("It holds for one parameter of one number.", gradients(1)),
        Property("It holds for large gradients.", gradients(5, 4, 3, scale=1e6, ratio=1e-6)),
        Property(FLOAT64, gradients(3, 2, 4, dtype=torch.float64, scale=1e11)),
        Property(COURTEOUS, gradients(3, 2), watch=("inputs", "globals")),
        Property(ANY_DEVICE, gradients(3, 2), watch=("device",)),
    ),
    CLIP_BY_GLOBAL_NORM,
    hints.CLIP_BY_GLOBAL_NORM,
    look=clipping.look,
    authority="torch.nn.utils.clip_grad_norm_",
)

tbptt_backward = Exercise(
    "tbptt_backward",
    truncating.truncated(),
    (
        Property("The chunks' losses add up to the MSE.", chunks("RNN", 8, 3, 4), parts=("loss",), weight=2),
        Property(
            "The gradients of an nn.RNN end at each seam.",
            chunks("RNN", 8, 3, 4),
            parts=(truncating.RNN,),
            weight=2,
        ),
        Property("The head gets its gradients.", chunks("RNN", 8, 3, 4), parts=(truncating.HEAD,)),
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
    TBPTT_BACKWARD,
    hints.TBPTT_BACKWARD,
    look=truncating.look,
    authority="autograd",
)

input_grad_norms = Exercise(
    "input_grad_norms",
    reaching.reach(),
    (
        Property("The norms are right for an nn.RNN.", inputs("RNN", 6, 3), weight=3),
        Property("They are right for an nn.LSTM, whose state is a pair.", inputs("LSTM", 5, 2)),
        Property("They are right for several layers.", inputs("GRU", 5, 2, num_layers=2)),
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
        ),
        Property(
            "A module in evaluation mode stays so.",
            inputs("GRU", 4, 2, num_layers=2, dropout=0.5, training=False),
            watch=("inputs", "globals"),
        ),
        Property(ANY_DEVICE, inputs("LSTM", 4, 2), watch=("device",)),
    ),
    INPUT_GRAD_NORMS,
    hints.INPUT_GRAD_NORMS,
    authority="autograd",
)

EXERCISES = {exercise.name: exercise for exercise in (clip_by_global_norm, tbptt_backward, input_grad_norms)}

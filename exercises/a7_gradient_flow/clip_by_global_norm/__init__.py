"""clip_by_global_norm: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a7_gradient_flow.cases import gradients
from exercises.a7_gradient_flow.clip_by_global_norm import oracle
from exercises.a7_gradient_flow.clip_by_global_norm.hints import HINTS
from exercises.a7_gradient_flow.clip_by_global_norm.mistakes import MISTAKES

EXERCISE = Exercise(
    "clip_by_global_norm",
    oracle.clipping(),
    (
        Property(
            "The norm is that of all gradients together.", gradients(4, 3, 2), parts=("total_norm",), weight=2
        ),
        Property("Above max_norm all gradients are multiplied by one factor.", gradients(4, 3, 2), weight=2),
        Property("At or below max_norm they keep their values.", gradients(3, 4, 2, ratio=2.5)),
        Property(
            "At or below max_norm they keep them to the last bit.",
            gradients(3, 4, 2, ratio=1.1, exact=True),
            parts=("gradients", oracle.KEPT),
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
    MISTAKES,
    HINTS,
    look=oracle.look,
    authority="torch.nn.utils.clip_grad_norm_",
    agreeing=1,
)

"""set_forget_bias: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from exercises.a3_gates import modules
from exercises.a3_gates.set_forget_bias import oracle
from exercises.a3_gates.set_forget_bias.hints import HINTS
from exercises.a3_gates.set_forget_bias.mistakes import MISTAKES

_TOTAL = ("total bias",)

EXERCISE = Exercise(
    "set_forget_bias",
    oracle.set_forget_bias,
    (
        Property(
            "In one layer, b_ih + b_hh is `value` in the forget gate's block.", modules(3, 4), parts=_TOTAL
        ),
        Property("So it is in every layer.", modules(3, 4, num_layers=3), parts=_TOTAL),
        Property("So it is in both directions.", modules(2, 3, bidirectional=True), parts=_TOTAL),
        Property(
            "All other entries keep their values.",
            modules(3, 3, num_layers=2),
            parts=("other entries",),
            effects=True,
        ),
        Property(
            "The Parameter objects stay the same, leaves, and frozen where they were.",
            modules(3, 2, num_layers=2, frozen=("bias_ih_l0", "weight_hh_l1")),
            parts=(oracle.OBJECTS,),
            effects=True,
        ),
        Property("The module itself is returned.", modules(2, 2), parts=("returned value",), effects=True),
        Property(
            "It holds for one hidden unit, in float64, with a whole number below zero.",
            modules(1, 1, torch.float64, value=-2),
        ),
        Property("A module without biases raises ValueError.", modules(2, 3, bias=False)),
        Property(
            "The random state and torch's settings stay as they were.", modules(2, 3), watch=("globals",)
        ),
        Property("It would work on a GPU.", modules(3, 2, bidirectional=True), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    look=oracle.look,
    authority="a right answer",
)

"""run_packed: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
)
from exercises.a5_packing import NAN, packed
from exercises.a5_packing.run_packed import oracle
from exercises.a5_packing.run_packed.hints import HINTS
from exercises.a5_packing.run_packed.mistakes import MISTAKES

EXERCISE = Exercise(
    "run_packed",
    oracle.run_packed,
    (
        Property(
            "output is that of each sequence run alone, zeros behind it.",
            packed(3, 5),
            parts=("output",),
            weight=2,
        ),
        Property(
            "So are h_n and c_n, in the order of the batch.", packed(4, 6), parts=("(h_n, c_n)",), weight=2
        ),
        Property("It works in two directions.", packed(3, 5, bidirectional=True), weight=2),
        Property(
            "It works for two layers in two directions.", packed(3, 4, num_layers=2, bidirectional=True)
        ),
        Property(
            "NaN in the padding reaches nothing.", packed(3, 4, padding=NAN, bidirectional=True), weight=2
        ),
        Property(
            "output has as many steps as x, also where no sequence has.", packed(3, 4, beyond=2), weight=2
        ),
        Property(
            "It holds where nothing raises if time and batch are exchanged.", packed(5, 4, (2, 2), beyond=3)
        ),
        Property("It holds where all sequences have the same length.", packed(3, 4, equal=True)),
        Property("One sequence, one step and one unit keep their dimensions.", packed(1, 1, (3, 1))),
        Property("It holds when all sizes are equal.", packed(3, 3, (3, 3), bidirectional=True)),
        Property(FLOAT64, packed(3, 5, dtype=torch.float64, padding=NAN)),
        Property(
            "Gradients reach x and the parameters, and none the padding.",
            packed(3, 4, dtype=torch.float64, padding=NAN, bidirectional=True),
            watch=("gradients",),
            weight=2,
        ),
        Property(
            "A module in evaluation mode stays so, and nothing else changes.",
            packed(3, 4, num_layers=2, dropout=0.5, training=False),
            watch=("inputs", "globals"),
        ),
        Property(COURTEOUS, packed(3, 5, padding=NAN), watch=("inputs", "globals")),
        Property(ANY_DEVICE, packed(3, 4), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("output", "(h_n, c_n)"),
    authority="the module run on each sequence alone",
)

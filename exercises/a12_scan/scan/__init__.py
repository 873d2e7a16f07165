"""scan: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a12_scan.cases import maps
from exercises.a12_scan.scan import oracle
from exercises.a12_scan.scan.hints import HINTS
from exercises.a12_scan.scan.mistakes import MISTAKES

EXERCISE = Exercise(
    "scan",
    oracle.scan,
    (
        Property("The states are right at 8 steps, a power of two.", maps(8, 2, 3), weight=2),
        Property("They are right at 11 steps, which are none.", maps(11, 3, 2), weight=2),
        Property("One step, a batch of one and one unit keep their dimensions.", maps(1, 1, 1)),
        Property("Two and three steps are enough.", maps(3, 2, 2)),
        Property("Some factors may be 0.", maps(7, 3, 4, zeros=True), weight=2),
        Property(
            "A product of factors may be smaller than float32 can hold.", maps(40, 2, 3, small=True), weight=2
        ),
        Property(
            "5,000 steps take some operations for each doubling, not for each step.",
            maps(5000, 1, 1),
            watch=("operators",),
            weight=12,
        ),
        Property(FLOAT64, maps(13, 2, 3, torch.float64)),
        Property(
            "Gradients reach a, b and h_0 through all steps.",
            maps(6, 2, 3, torch.float64, zeros=True),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, maps(6, 2, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, maps(6, 2, 3), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    authority="the loop",
)

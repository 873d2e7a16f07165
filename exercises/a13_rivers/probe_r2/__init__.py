"""probe_r2: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a13_rivers.cases import cells, two_numbers
from exercises.a13_rivers.probe_r2 import oracle
from exercises.a13_rivers.probe_r2.hints import HINTS
from exercises.a13_rivers.probe_r2.mistakes import MISTAKES

EXERCISE = Exercise(
    "probe_r2",
    oracle.probe_r2,
    (
        Property("R2 is that of the days after training.", cells(60, 3, 40, 11), parts=("r2",), weight=4),
        Property(
            "The control is fitted to the rolled target.", cells(60, 3, 40, 11), parts=("control",), weight=3
        ),
        Property("The target is rolled forwards.", cells(50, 2, 35, 1), parts=("control",)),
        Property("Rolled by 0 both are equal.", cells(40, 3, 28, 0)),
        Property("A negative shift rolls backwards.", cells(45, 2, 30, -4)),
        Property("It holds for one unit.", cells(40, 1, 25, 6)),
        Property("Two days are enough for a score.", cells(30, 2, 28, 9, drift=0.0)),
        Property("Without noise it is nearly 1.", cells(40, 3, 30, 7, torch.float64, noise=0.0, drift=0.0)),
        Property("A useless probe is below 0.", cells(40, 3, 20, 5, noise=3.0, drift=4.0)),
        Property(FLOAT64, cells(70, 4, 50, 13, torch.float64)),
        Property(COURTEOUS, cells(30, 2, 20, 5), watch=("inputs", "globals")),
        Property(ANY_DEVICE, cells(30, 2, 20, 5), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("r2", "control"),
    look=two_numbers,
    authority="least squares",
    agreeing=2,
)

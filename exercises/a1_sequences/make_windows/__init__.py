"""make_windows: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a1_sequences import series
from exercises.a1_sequences.make_windows import oracle
from exercises.a1_sequences.make_windows.hints import HINTS
from exercises.a1_sequences.make_windows.mistakes import MISTAKES

EXERCISE = Exercise(
    "make_windows",
    oracle.make_windows,
    (
        Property("X holds the windows of a series with features.", series(9, 2, 4), parts=("X",), weight=2),
        Property("y holds the step after each window.", series(9, 2, 4), parts=("y",), weight=2),
        Property(
            "A larger horizon moves the targets, and leaves fewer windows.", series(10, 3, 3, 3), weight=2
        ),
        Property("A series of one axis gives windows (N, window) and targets (N,).", series(8, None, 3, 2)),
        Property("It holds where exactly one window fits.", series(7, 2, 5, 2)),
        Property("Windows of one step and series of one feature keep their axes.", series(5, 1, 1, 1)),
        Property("It holds where window, features and windows are equally many.", series(6, 3, 3, 1)),
        Property(FLOAT64, series(7, 2, 3, 1, torch.float64)),
        Property("Whole numbers stay whole numbers.", series(7, None, 2, 2, torch.int64)),
        Property("A series that is one step too short raises ValueError.", series(6, 2, 4, 3), weight=2),
        Property("X and y share no memory with the series.", series(8, 2, 3, 2), watch=("memory",)),
        Property(COURTEOUS, series(6, 2, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, series(6, 2, 2), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("X", "y"),
    authority="the definition",
)

"""weather_windows: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a13_rivers.cases import catchments
from exercises.a13_rivers.weather_windows import oracle
from exercises.a13_rivers.weather_windows.hints import HINTS
from exercises.a13_rivers.weather_windows.mistakes import MISTAKES

EXERCISE = Exercise(
    "weather_windows",
    oracle.weather_windows,
    (
        Property(
            "The windows hold standardized weather.", catchments(14, 3, 4, 9), parts=("windows",), weight=3
        ),
        Property(
            "The target is the flow of each window's last day.",
            catchments(14, 3, 4, 9),
            parts=("targets",),
            weight=3,
        ),
        Property(
            "Days without a measured flow stay, with NaN as the target.", catchments(13, 2, 3, 8, gaps=4)
        ),
        Property(
            "A feature that never changes while training is divided by 1.",
            catchments(12, 3, 4, 7, constant=True),
        ),
        Property("A window of one day.", catchments(9, 2, 1, 6)),
        Property("One window as long as the series.", catchments(7, 2, 7, 5)),
        Property("It holds where all days are training days.", catchments(10, 2, 3, 10)),
        Property("It holds for one feature, and for few training days.", catchments(10, 1, 5, 3)),
        Property("It holds where features and days are equally many.", catchments(11, 4, 4, 7)),
        Property("A window longer than the series raises ValueError.", catchments(6, 2, 7, 4)),
        Property(FLOAT64, catchments(13, 3, 5, 8, torch.float64)),
        Property(COURTEOUS, catchments(9, 2, 3, 6), watch=("inputs", "globals")),
        Property(ANY_DEVICE, catchments(9, 2, 3, 6), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("windows", "targets"),
    authority="the definition",
)

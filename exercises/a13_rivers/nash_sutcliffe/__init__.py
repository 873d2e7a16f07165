"""nash_sutcliffe: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a13_rivers.cases import flows, one_number
from exercises.a13_rivers.nash_sutcliffe import oracle
from exercises.a13_rivers.nash_sutcliffe.hints import HINTS
from exercises.a13_rivers.nash_sutcliffe.mistakes import MISTAKES

EXERCISE = Exercise(
    "nash_sutcliffe",
    oracle.nash_sutcliffe,
    (
        Property("The score is right where every day was observed.", flows(20), weight=3),
        Property("Days that were not observed are left out of all sums.", flows(24, gaps=7), weight=4),
        Property("It is below 0 where the mean is the better forecast.", flows(15, gaps=3, error=4.0)),
        Property("A simulation without an error scores 1 but for its offset.", flows(30, gaps=5, error=0.0)),
        Property("Two observed days are enough.", flows(6, gaps=4)),
        Property(
            "A NaN of the simulation on a day that was not observed does no harm.",
            flows(16, gaps=4, lost="gap"),
            weight=2,
        ),
        Property("On an observed day it makes the score NaN.", flows(16, gaps=4, lost="observed")),
        Property("An observed flow that never changes raises ValueError.", flows(12, gaps=2, constant=True)),
        Property("So does a river that was never observed.", flows(8, gaps=8)),
        Property("So do two shapes that differ.", flows(9, observed_shape=(9, 1))),
        Property(FLOAT64, flows(40, torch.float64, gaps=9)),
        Property(COURTEOUS, flows(12, gaps=3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, flows(12, gaps=3), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    look=one_number,
    authority="the definition",
    agreeing=2,
)

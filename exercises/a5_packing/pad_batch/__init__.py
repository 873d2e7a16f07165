"""pad_batch: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import (
    FLOAT64,
)
from exercises.a5_packing import NAN, sequences
from exercises.a5_packing.pad_batch import oracle
from exercises.a5_packing.pad_batch.hints import HINTS
from exercises.a5_packing.pad_batch.mistakes import MISTAKES

EXERCISE = Exercise(
    "pad_batch",
    oracle.pad_batch,
    (
        Property(
            "padded holds each sequence, and zeros behind it.",
            sequences(3, 5, 2),
            parts=("padded",),
            weight=2,
        ),
        Property("lengths are the numbers of steps, int64.", sequences(4, 6, 7), parts=("lengths",)),
        Property(
            "mask is True at real steps and nowhere else.", sequences(4, 6, 3), parts=("mask",), weight=2
        ),
        Property(
            "Another pad_value stands behind the sequences.", sequences(3, 4, 2, pad_value=-1.5, holding=0.0)
        ),
        Property("Real steps may hold zeros.", sequences(4, 5, 2, holding=0.0), weight=2),
        Property("Real steps may hold pad_value.", sequences(4, 5, 2, pad_value=7.0, holding=7.0)),
        Property("pad_value may be NaN.", sequences(3, 4, 2, pad_value=NAN)),
        Property("It holds for a batch of one sequence.", sequences(1, 4, 2)),
        Property("It holds where all sequences have one step and one feature.", sequences(3, 1, 1)),
        Property("It holds where nothing has to be padded.", sequences(3, 4, 2, equal=True)),
        Property("It holds where sequences, steps and features are equally many.", sequences(3, 3, 3)),
        Property(FLOAT64, sequences(3, 4, 2, torch.float64, pad_value=0.1)),
        Property(
            "Gradients reach every sequence.",
            sequences(3, 4, 2, torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(
            "The list, its tensors, the random state and torch's settings stay as they were.",
            sequences(3, 5, 2),
            watch=("inputs", "globals"),
        ),
        Property(
            "With sequences on a GPU padded is there too, and lengths are on the CPU.",
            sequences(3, 4, 2),
            watch=("places",),
        ),
    ),
    MISTAKES,
    HINTS,
    results=("padded", "lengths", "mask"),
    places={"padded": True, "lengths": False},
    authority="the definition",
)

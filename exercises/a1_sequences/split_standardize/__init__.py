"""split_standardize: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a1_sequences import tables
from exercises.a1_sequences.split_standardize import oracle
from exercises.a1_sequences.split_standardize.hints import HINTS
from exercises.a1_sequences.split_standardize.mistakes import MISTAKES

EXERCISE = Exercise(
    "split_standardize",
    oracle.split_standardize,
    (
        Property("mean is that of the training part.", tables(12, 3, 8), parts=("mean",)),
        Property(
            "std is the training part's, divided by n_train.", tables(12, 3, 8), parts=("std",), weight=2
        ),
        Property("The training part is standardized.", tables(12, 3, 7), parts=("train_z",)),
        Property(
            "The test part is standardized with the training part's statistics.",
            tables(12, 3, 7),
            parts=("test_z",),
            weight=2,
        ),
        Property("A feature that never changes is divided by 1.", tables(12, 3, 8, constant=True), weight=2),
        Property("Below a larger eps the divisor is 1 too.", tables(10, 3, 8, eps=1.0)),
        Property("One training row is enough.", tables(4, 2, 1)),
        Property("It holds where all rows are training rows.", tables(6, 2, 6)),
        Property("It holds for one feature.", tables(9, 1, 5)),
        Property("It holds where features, rows and training rows are equally many.", tables(6, 3, 3)),
        Property(FLOAT64, tables(11, 2, 8, torch.float64)),
        Property(COURTEOUS, tables(8, 2, 5), watch=("inputs", "globals")),
        Property(ANY_DEVICE, tables(8, 2, 5), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("train_z", "test_z", "mean", "std"),
    authority="the definition",
)

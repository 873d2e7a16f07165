"""batchify: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS
from exercises.a1_sequences import streams
from exercises.a1_sequences.batchify import oracle
from exercises.a1_sequences.batchify.hints import HINTS
from exercises.a1_sequences.batchify.mistakes import MISTAKES

EXERCISE = Exercise(
    "batchify",
    oracle.batchify,
    (
        Property("Each column continues from row to row.", streams(12, 3), weight=2),
        Property("Tokens that fill no whole row are dropped at the end.", streams(14, 4), weight=2),
        Property("It holds for one column.", streams(5, 1)),
        Property("It holds for one row.", streams(7, 5)),
        Property("It holds where rows and columns are equally many.", streams(9, 3)),
        Property(COURTEOUS, streams(11, 2), watch=("inputs", "globals")),
        Property(ANY_DEVICE, streams(7, 3), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    authority="the definition",
)

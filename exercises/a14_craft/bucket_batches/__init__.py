"""bucket_batches: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import COURTEOUS
from exercises.a14_craft.bucket_batches import oracle
from exercises.a14_craft.bucket_batches.hints import HINTS
from exercises.a14_craft.bucket_batches.mistakes import MISTAKES
from exercises.a14_craft.cases import shuffled

EXERCISE = Exercise(
    "bucket_batches",
    oracle.bucket_batches,
    (
        Property("Within a pool, examples of like length share a batch.", shuffled(24, 2, 6), weight=4),
        Property("A pool is taken from the order, not from the numbers.", shuffled(16, 2, 8), weight=3),
        Property("The last batch may be smaller.", shuffled(14, 4, 8)),
        Property("So may the last pool.", shuffled(22, 3, 9)),
        Property("Equal lengths stay in the order in which they came.", shuffled(20, 5, 10, longest=3)),
        Property("A pool of one batch is the order, cut.", shuffled(12, 4, 4)),
        Property("A pool larger than all examples.", shuffled(9, 2, 20)),
        Property("Batches of one example.", shuffled(6, 1, 3)),
        Property("A pool that is no whole number of batches raises ValueError.", shuffled(12, 4, 10)),
        Property(COURTEOUS, shuffled(12, 3, 6), watch=("inputs", "globals")),
    ),
    MISTAKES,
    HINTS,
    authority="the definition",
)

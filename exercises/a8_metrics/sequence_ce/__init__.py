"""sequence_ce: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64
from exercises.a8_metrics.cases import scores
from exercises.a8_metrics.sequence_ce import oracle
from exercises.a8_metrics.sequence_ce.hints import HINTS
from exercises.a8_metrics.sequence_ce.mistakes import MISTAKES

EXERCISE = Exercise(
    "sequence_ce",
    oracle.sequence_ce,
    (
        Property("The loss is the mean over real tokens.", scores(4, 6, 5), weight=3),
        Property("pad_id may be a number that is no class.", scores(3, 5, 4, -1)),
        Property("pad_id may be any class.", scores(3, 5, 4, 3)),
        Property("Without padding it is the plain cross-entropy.", scores(3, 4, 5, -1, padded=False)),
        Property("It holds when batch, time and classes are equally many.", scores(4, 4, 4)),
        Property("It holds for one token.", scores(1, 1, 3, padded=False)),
        Property("Scores of several hundred do not overflow.", scores(3, 4, 5, scale=400.0)),
        Property(
            "If all is padding the loss is 0, and backward() gives a gradient of zeros.",
            scores(2, 3, 4, empty=True),
            watch=("gradients",),
            weight=2,
        ),
        Property(FLOAT64, scores(3, 5, 4, dtype=torch.float64)),
        Property(
            "Gradients reach the scores, and are zero at the padding.",
            scores(3, 5, 4, dtype=torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, scores(3, 4, 5, -1), watch=("inputs", "globals")),
        Property(ANY_DEVICE, scores(3, 4, 5), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    authority="F.cross_entropy",
)

"""read_words: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import COURTEOUS, FLOAT64
from exercises.a9_capstone import features
from exercises.a9_capstone.read_words import oracle
from exercises.a9_capstone.read_words.hints import HINTS
from exercises.a9_capstone.read_words.mistakes import MISTAKES

EXERCISE = Exercise(
    "read_words",
    oracle.read_words,
    (
        Property(
            "Each row is what the word gives when it is read alone.", features(4, 3, 3, 6, 2, 5), weight=2
        ),
        Property("One direction.", features(3, 4, 2, 5, 4, bidirectional=False)),
        Property("Of two layers the top one counts.", features(3, 3, 4, 2, 5, layers=2), weight=2),
        Property("More padding changes nothing.", features(3, 2, 3, 1, 4, padding=5)),
        Property("Words of equal length.", features(4, 4, 4, 4, 4, 4)),
        Property("One word.", features(3, 4, 5)),
        Property("One letter, one unit, one feature.", features(1, 1, 1, 1)),
        Property(FLOAT64, features(3, 4, 3, 5, 2, dtype=torch.float64)),
        Property(
            "Gradients reach the layer and the embedding.",
            features(3, 3, 4, 2, 3, dtype=torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, features(3, 2, 2, 4, 3), watch=("inputs", "globals")),
    ),
    MISTAKES,
    HINTS,
    authority="nn.LSTM",
)

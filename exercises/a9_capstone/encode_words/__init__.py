"""encode_words: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import COURTEOUS
from exercises.a9_capstone import shared, texts
from exercises.a9_capstone.encode_words.hints import HINTS
from exercises.a9_capstone.encode_words.mistakes import MISTAKES

EXERCISE = Exercise(
    "encode_words",
    shared.encode_words,
    (
        Property("Every letter gets its place in the alphabet, counted from 1.", texts(4, 4, 4), weight=2),
        Property("Behind shorter words there are zeros.", texts(3, 6, 2), parts=("ids",), weight=2),
        Property("lengths are those of the words, in their order.", texts(3, 6, 2, 6), parts=("lengths",)),
        Property(
            "A letter that the alphabet lacks gets the next number.", texts(4, 7, 3, unknown=True), weight=2
        ),
        Property("A space is a letter like others.", texts(5, 7, 4, spaces=True)),
        Property("One word.", texts(5)),
        Property("Words of one letter.", texts(1, 1, 1)),
        Property("Another alphabet.", texts(5, 2, 8, size=30)),
        Property(COURTEOUS, texts(3, 5), watch=("inputs", "globals")),
    ),
    MISTAKES,
    HINTS,
    results=("ids", "lengths"),
    authority="the alphabet",
)

"""script_scores: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

from autograder.checking.language import Exercise, Property
from exercises.a9_capstone import shared
from exercises.a9_capstone.script_scores.hints import HINTS
from exercises.a9_capstone.script_scores.mistakes import MISTAKES
from exercises.a9_capstone.trials import relation, right, same, scored, validation

EXERCISE = Exercise(
    "script_scores",
    shared.encode_words,  # not asked: every property has a verdict
    (
        Property(
            "Weights are handed in, and give each word ten scores.", relation("nothing", 5), verdict=scored
        ),
        Property("Asked twice, it says the same.", relation("again", 5), verdict=same),
        Property("More padding changes nothing.", relation("padding", 6), verdict=same),
        Property("A word alone has the scores that it has in a batch.", relation("alone", 6), verdict=same),
        Property("In another order the words keep their scores.", relation("order", 7), verdict=same),
        Property(
            "The scores come from the weights: letters and scripts may have other numbers.",
            relation("numbers", 6),
            verdict=same,
        ),
        Property(
            "weights, ids and lengths stay as they were.", relation("nothing", 4), ("inputs",), verdict=scored
        ),
        Property("The words for validation are read.", validation(2000), weight=7, verdict=right),
    ),
    MISTAKES,
    HINTS,
)

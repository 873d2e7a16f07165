"""next_tokens: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import COURTEOUS
from exercises.a14_craft.cases import lines
from exercises.a14_craft.next_tokens import oracle
from exercises.a14_craft.next_tokens.hints import HINTS
from exercises.a14_craft.next_tokens.mistakes import MISTAKES

EXERCISE = Exercise(
    "next_tokens",
    oracle.next_tokens,
    (
        Property("The inputs are all tokens but each line's last.", lines(4, 7), parts=("inputs",), weight=3),
        Property("The target of a step is the token after it.", lines(4, 7), parts=("targets",), weight=3),
        Property("The lengths are those of the inputs.", lines(5, 6), parts=("lengths",), weight=2),
        Property("Another number stands for the padding.", lines(4, 6, pad_id=7)),
        Property("Real tokens may be the number of the padding.", lines(4, 6, holding=True), weight=2),
        Property("Lines of one length need no padding.", lines(3, 5, equal=True)),
        Property("One line, of two tokens.", lines(1, 2)),
        Property("A line of one token raises ValueError.", lines(3, 1)),
        Property(COURTEOUS, lines(3, 5), watch=("inputs", "globals")),
    ),
    MISTAKES,
    HINTS,
    results=("inputs", "targets", "lengths"),
    authority="the definition",
)

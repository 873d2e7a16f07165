"""broken_ends: a function with a mistake for each student; `key` says which, and students do not have that."""

from __future__ import annotations

from autograder.checking.kinds.hunt import Floats, Hunt, Wholes
from autograder.checking.kinds.own import Own
from autograder.checking.language import Exercise
from exercises.a6_stacking.broken_ends.given import make
from exercises.a6_stacking.broken_ends.hints import HINTS
from exercises.a6_stacking.broken_ends.mistakes import MISTAKES

HUNT = Hunt(
    Own("broken_ends", make),
    {"output": Floats(("B", "T", "2H")), "lengths": Wholes(("B",), 1, "T")},
    "abcdefgh",
)
EXERCISE = Exercise("broken_ends", HUNT.own.given, HUNT.check(), MISTAKES, HINTS, given=make)

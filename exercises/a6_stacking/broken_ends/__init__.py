"""broken_ends: a function with a mistake for each student; `key` says which, and students do not have that."""

from __future__ import annotations

from pathlib import Path

from autograder.checking.kinds.hunt import Floats, Hunt, Wholes, drawn
from autograder.checking.kinds.own import Own
from autograder.checking.language import Exercise
from autograder.personal import Draws
from exercises.a6_stacking.broken_ends.hints import HINTS
from exercises.a6_stacking.broken_ends.mistakes import MISTAKES

STOCK = Path(__file__).parent / "suspects.txt"


def sizes(draws: Draws) -> dict[str, int]:
    """Of what a student's calls have."""
    return {"B": draws.integer(3, 6), "T": draws.integer(4, 8), "2H": 2 * draws.integer(1, 3)}


make = drawn("both_ends", STOCK, sizes)
HUNT = Hunt(
    Own("broken_ends", make),
    {"output": Floats(("B", "T", "2H")), "lengths": Wholes(("B",), 1, "T")},
    "abcdefgh",
)
EXERCISE = Exercise("broken_ends", HUNT.own.given, HUNT.check(), MISTAKES, HINTS, given=make)

"""The function that each student is given, drawn from the stock in `given.txt`."""

from __future__ import annotations

from pathlib import Path

from autograder.checking.kinds.hunt import drawn
from autograder.personal import Draws

STOCK = Path(__file__).with_suffix(".txt")


def sizes(draws: Draws) -> dict[str, int]:
    """Of what a student's calls have."""
    return {"B": draws.integer(3, 6), "T": draws.integer(4, 8), "2H": 2 * draws.integer(1, 3)}


make = drawn("both_ends", STOCK, sizes)

"""The function that each student is given, drawn from the stock in `given.txt`."""

from __future__ import annotations

from pathlib import Path

from autograder.checking.kinds.hunt import drawn
from autograder.personal import Draws

STOCK = Path(__file__).with_suffix(".txt")


def sizes(draws: Draws) -> dict[str, int]:
    """Of what a student's calls have."""
    return {"I": draws.integer(2, 6), "H": draws.integer(2, 6)}


make = drawn("states_in_pieces", STOCK, sizes)

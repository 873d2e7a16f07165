"""broken_pieces: a function with a mistake for each student; `key` says which, and students do not have that."""

from __future__ import annotations

from autograder.checking.kinds.hunt import Floats, Hunt, Whole
from autograder.checking.kinds.own import Own
from autograder.checking.language import Exercise
from exercises.a2_rnns.broken_pieces.given import make
from exercises.a2_rnns.broken_pieces.hints import HINTS
from exercises.a2_rnns.broken_pieces.mistakes import MISTAKES

HUNT = Hunt(
    Own("broken_pieces", make),
    {
        "x": Floats(("T", "B", "I")),
        "h0": Floats(("B", "H"), optional=True),
        "W_ih": Floats(("H", "I")),
        "W_hh": Floats(("H", "H")),
        "b": Floats(("H",)),
        "chunk_len": Whole(1, 20),
    },
    "abcdefgh",
)
EXERCISE = Exercise("broken_pieces", HUNT.own.given, HUNT.check(), MISTAKES, HINTS, given=make)

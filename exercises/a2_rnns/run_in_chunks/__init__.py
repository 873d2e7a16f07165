"""run_in_chunks: what must hold, on which cases; the mistakes and hints lie beside it."""

from __future__ import annotations

import torch

from autograder.checking.language import Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
)
from exercises.a2_rnns import pieces
from exercises.a2_rnns.run_in_chunks import oracle
from exercises.a2_rnns.run_in_chunks.hints import HINTS
from exercises.a2_rnns.run_in_chunks.mistakes import MISTAKES

# The numbers alone say nothing here: one call on the whole sequence gives them too.
PIECES = ("calls",)

EXERCISE = Exercise(
    "run_in_chunks",
    oracle.run_in_chunks,
    (
        Property(
            "In pieces of chunk_len steps, output of an nn.RNN is that of the whole sequence.",
            pieces("RNN", 9, 6, 3),
            watch=PIECES,
            parts=("output",),
            weight=3,
        ),
        Property("So is the final state.", pieces("RNN", 9, 6, 3), watch=PIECES, parts=("hx_n",), weight=2),
        Property("The last piece may be shorter.", pieces("GRU", 7, 4, 3), watch=PIECES, weight=3),
        Property("It starts from hx.", pieces("GRU", 6, 5, 2, start=True), watch=PIECES),
        Property(
            "It works for an nn.LSTM, whose state is a pair.",
            pieces("LSTM", 7, 5, 3, start=True),
            watch=PIECES,
            weight=2,
        ),
        Property("It works for several layers.", pieces("LSTM", 6, 5, 4, num_layers=3), watch=PIECES),
        Property("It holds for pieces of one step.", pieces("RNN", 3, 1, 1, (2, 1)), watch=PIECES),
        Property("It holds for one piece longer than the sequence.", pieces("LSTM", 3, 6, 5), watch=PIECES),
        Property(
            "It holds when all sizes are equal.", pieces("GRU", 3, 3, 3, (3, 3), start=True), watch=PIECES
        ),
        Property(FLOAT64, pieces("LSTM", 5, 4, 2, dtype=torch.float64), watch=PIECES),
        Property(
            "Gradients reach x, hx and the parameters through all pieces.",
            pieces("LSTM", 5, 3, 2, dtype=torch.float64, start=True),
            watch=("gradients", *PIECES),
            weight=2,
        ),
        Property(
            "A module in evaluation mode stays so, and nothing else changes.",
            pieces("GRU", 5, 2, 3, num_layers=2, dropout=0.5, training=False),
            watch=("inputs", "globals"),
        ),
        Property(COURTEOUS, pieces("RNN", 4, 2, 2, start=True), watch=("inputs", "globals")),
        Property(ANY_DEVICE, pieces("LSTM", 4, 2, 3), watch=("device",)),
    ),
    MISTAKES,
    HINTS,
    results=("output", "hx_n"),
    authority="the module",
)

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

EXERCISE = Exercise(
    "run_in_chunks",
    oracle.run_in_chunks,
    (
        Property(
            "output of an nn.RNN is that of the whole sequence.", pieces("RNN", 8, 3, 4), parts=("output",)
        ),
        Property("So is the final state.", pieces("RNN", 8, 3, 4), parts=("hx_n",)),
        Property(
            "The module is called with pieces of chunk_len steps.", pieces("RNN", 8, 2, 2), watch=("calls",)
        ),
        Property(
            "The last piece may be shorter.",
            pieces("GRU", 7, 2, 3),
            watch=("calls",),
            weight=2,
            effects=False,
        ),
        Property("It starts from hx.", pieces("GRU", 6, 2, 2, start=True)),
        Property(
            "It works for an nn.LSTM, whose state is a pair.", pieces("LSTM", 7, 3, 3, start=True), weight=2
        ),
        Property("It works for several layers.", pieces("LSTM", 6, 2, 4, num_layers=3)),
        Property(
            "It holds for pieces of one step.",
            pieces("RNN", 3, 1, 1, (2, 1)),
            watch=("calls",),
            effects=False,
        ),
        Property(
            "It holds for one piece longer than the sequence.",
            pieces("LSTM", 3, 2, 5),
            watch=("calls",),
            effects=False,
        ),
        Property("It holds when all sizes are equal.", pieces("GRU", 3, 3, 3, (3, 3), start=True)),
        Property(FLOAT64, pieces("LSTM", 5, 2, 2, dtype=torch.float64)),
        Property(
            "Gradients reach x, hx and the parameters through all pieces.",
            pieces("LSTM", 5, 2, 2, dtype=torch.float64, start=True),
            watch=("gradients",),
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

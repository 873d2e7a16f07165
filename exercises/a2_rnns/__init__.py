"""The exercises of a2_rnns: how their cases are drawn, what must hold, which mistakes are known.

The registry looks exercises up here; hidden tests draw cases with `steps`, `sequences`, `pieces`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator

from autograder.checking.language import Case, Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
    Draw,
    cell_steps,
    module,
    numbers,
    pull,
    weight_shapes,
)
from exercises.a2_rnns import hints, oracles
from exercises.a2_rnns.mistakes import RNN_CELL, RNN_FORWARD, RUN_IN_CHUNKS


def steps(batch: int, inputs: int, hidden: int, dtype: torch.dtype = torch.float32) -> Draw:
    """Cases for one step of a tanh RNN."""
    return cell_steps(1, ("h",), batch, inputs, hidden, dtype)


def sequences(
    time: int,
    batch: int,
    inputs: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    start: bool = True,
    nonlinearity: str | None = None,
) -> Draw:
    """Cases for rnn_forward: with an h0 or, without `start`, None; the nonlinearity left out where None."""

    def draw(generator: Generator) -> Case:
        shapes = {"x": (time, batch, inputs), "h0": (1, batch, hidden)} | weight_shapes(
            hidden, inputs, hidden
        )
        args: dict[str, Any] = {n: numbers(generator, *shape, dtype=dtype) for n, shape in shapes.items()}
        args["h0"] = args["h0"] if start else None
        args |= {"nonlinearity": nonlinearity} if nonlinearity else {}
        return Case(args, pull=pull(generator), operations=_operations(time, inputs, hidden))

    return draw


def pieces(
    kind: str,
    time: int,
    batch: int,
    chunk_len: int,
    sizes: tuple[int, int] = (2, 3),
    dtype: torch.dtype = torch.float32,
    start: bool = False,
    training: bool = True,
    **options: Any,
) -> Draw:
    """Cases for run_in_chunks: an nn.RNN, nn.GRU or nn.LSTM (`kind`) of `sizes` (inputs, hidden), and hx with
    `start`. `options` are the module's."""

    def draw(generator: Generator) -> Case:
        rnn = module(generator, kind, *sizes, dtype, training=training, **options)
        inputs, hidden = sizes
        args = {"rnn": rnn, "x": numbers(generator, time, batch, inputs, dtype=dtype), "chunk_len": chunk_len}
        layers = options.get("num_layers", 1)
        states = [numbers(generator, layers, batch, hidden, dtype=dtype) for _ in range(2)]
        if start:
            args["hx"] = tuple(states) if kind == "LSTM" else states[0]
        return Case(args, pull=pull(generator), operations=layers * _operations(time, inputs, hidden))

    return draw


def _operations(time: int, inputs: int, hidden: int) -> int:
    # A rounding error in the state comes out of a step multiplied by W_hh, of about 0.7 sqrt(hidden) in norm.
    return time * (inputs + hidden + 10) * max(1, hidden)


rnn_cell = Exercise(
    "rnn_cell",
    oracles.rnn_cell,
    (
        Property("The new state agrees with nn.RNNCell.", steps(3, 4, 5), weight=3),
        Property("A batch of one and a hidden size of one keep their dimensions.", steps(1, 3, 1)),
        Property("It holds for square sizes too, which hide a wrong transpose.", steps(4, 4, 4)),
        Property(FLOAT64, steps(2, 3, 4, torch.float64)),
        Property("Gradients reach all six arguments.", steps(3, 4, 2), watch=("gradients",), weight=2),
        Property(COURTEOUS, steps(2, 3, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, steps(2, 3, 2), watch=("device",)),
    ),
    RNN_CELL,
    hints.RNN_CELL,
    authority="nn.RNNCell",
)

rnn_forward = Exercise(
    "rnn_forward",
    oracles.rnn_forward,
    (
        Property(
            "output agrees with nn.RNN at every step.", sequences(5, 3, 2, 4), parts=("output",), weight=2
        ),
        Property("h_n is the state after the last step, (1, B, H).", sequences(5, 3, 2, 4), parts=("h_n",)),
        Property("Without h0 it starts from zeros.", sequences(4, 2, 3, 3, start=False)),
        Property(
            "nonlinearity='relu' is that of nn.RNN.", sequences(4, 3, 2, 4, nonlinearity="relu"), weight=2
        ),
        Property("nonlinearity='tanh' may be said too.", sequences(3, 2, 2, 3, nonlinearity="tanh")),
        Property("One step, a batch of one and one unit keep their dimensions.", sequences(1, 1, 3, 1)),
        Property("It holds when all sizes are equal.", sequences(3, 3, 3, 3)),
        Property(FLOAT64, sequences(6, 2, 3, 4, torch.float64)),
        Property(
            "Gradients reach x, h0 and the four weights through all steps.",
            sequences(4, 2, 3, 3, torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, sequences(3, 2, 3, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, sequences(3, 2, 3, 2, start=False), watch=("device",)),
    ),
    RNN_FORWARD,
    hints.RNN_FORWARD,
    results=("output", "h_n"),
    authority="nn.RNN",
)

run_in_chunks = Exercise(
    "run_in_chunks",
    oracles.run_in_chunks,
    (
        Property(
            "output of an nn.RNN is that of the whole sequence.", pieces("RNN", 8, 3, 4), parts=("output",)
        ),
        Property("So is the final state.", pieces("RNN", 8, 3, 4), parts=("hx_n",)),
        Property(
            "The module is called with pieces of chunk_len steps.", pieces("RNN", 8, 2, 2), watch=("calls",)
        ),
        Property("The last piece may be shorter.", pieces("GRU", 7, 2, 3), watch=("calls",), weight=2),
        Property("It starts from hx.", pieces("GRU", 6, 2, 2, start=True)),
        Property(
            "It works for an nn.LSTM, whose state is a pair.", pieces("LSTM", 7, 3, 3, start=True), weight=2
        ),
        Property("It works for several layers.", pieces("LSTM", 6, 2, 4, num_layers=3)),
        Property("It holds for pieces of one step.", pieces("RNN", 3, 1, 1, (2, 1)), watch=("calls",)),
        Property(
            "It holds for one piece longer than the sequence.", pieces("LSTM", 3, 2, 5), watch=("calls",)
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
    RUN_IN_CHUNKS,
    hints.RUN_IN_CHUNKS,
    results=("output", "hx_n"),
    authority="the module",
)

EXERCISES = {exercise.name: exercise for exercise in (rnn_cell, rnn_forward, run_in_chunks)}

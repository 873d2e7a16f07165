"""a2_rnns: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `steps`, `sequences`, `pieces`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator

from autograder.checking.language import Case
from autograder.checking.observing.draw import (
    Draw,
    cell_steps,
    module,
    numbers,
    pull,
    weight_shapes,
)


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

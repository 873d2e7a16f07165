"""a3_gates: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `steps`, `sequences`, `modules`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator

from autograder.checking.language import Case
from autograder.checking.observing.draw import (
    Draw,
    cell_steps,
    discriminating,
    module,
    numbers,
    pull,
)


def steps(
    batch: int, inputs: int, hidden: int, dtype: torch.dtype = torch.float32, scale: float = 1.0
) -> Draw:
    """Cases for one step of an LSTM's cell, each with a c_new whose tanh shows; `scale` multiplies the weights."""
    return discriminating(cell_steps(4, ("h", "c"), batch, inputs, hidden, dtype, scale), _bent)


def _bent(case: Case) -> list[bool]:
    """Whether o * c is another number than o * tanh(c), which is so where c is not small."""
    x, h, c, *weights = (argument.double() for argument in case.args.values())
    h_new, c_new = torch.lstm_cell(x, (h, c), *weights)
    return [bool((h_new * c_new / c_new.tanh() - h_new).abs().max() > 0.01)]


def sequences(
    time: int, batch: int, inputs: int, hidden: int, dtype: torch.dtype = torch.float32, **options: Any
) -> Draw:
    """Cases for a function of a one-layer nn.LSTM and a sequence in its layout; `options` are nn.LSTM's."""

    def draw(generator: Generator) -> Case:
        lstm = module(generator, "LSTM", inputs, hidden, dtype, **options)
        shape = (batch, time, inputs) if options.get("batch_first") else (time, batch, inputs)
        args = {"lstm": lstm, "x": numbers(generator, *shape, dtype=dtype)}
        return Case(args, pull=pull(generator), operations=time * (inputs + hidden + 10))

    return draw


def modules(
    inputs: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    frozen: tuple[str, ...] = (),
    value: float | None = None,
    **options: Any,
) -> Draw:
    """Cases for a function of an nn.LSTM and a number, drawn between 0.5 and 3.5 unless `value` is given."""

    def draw(generator: Generator) -> Case:
        lstm = module(generator, "LSTM", inputs, hidden, dtype, frozen, **options)
        drawn = round(0.5 + 3 * torch.rand((), generator=generator).item(), 3)
        return Case(
            {"lstm": lstm, "value": drawn if value is None else value}, pull=pull(generator), operations=4
        )

    return draw

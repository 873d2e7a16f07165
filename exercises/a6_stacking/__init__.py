"""a6_stacking: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `states`, `pairs`, `stacks`, `dropping`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator

from autograder.checking.language import Case
from autograder.checking.observing.draw import (
    Draw,
    lengths,
    module,
    numbers,
    padded,
    pull,
)
from exercises.a6_stacking.shared import copier


def states(
    num_layers: int, bidirectional: bool, batch: int, hidden: int, dtype: torch.dtype = torch.float32
) -> Draw:
    """Cases for final_features."""

    def draw(generator: Generator) -> Case:
        h_n = numbers(generator, num_layers * (2 if bidirectional else 1), batch, hidden, dtype=dtype)
        args = {"h_n": h_n, "num_layers": num_layers, "bidirectional": bidirectional}
        return Case(args, pull=pull(generator))

    return draw


def pairs(
    batch: int,
    longest: int,
    sizes: tuple[int, int] = (2, 3),
    dtype: torch.dtype = torch.float32,
    beyond: int = 0,
    equal: bool = False,
    training: bool = True,
    **options: Any,
) -> Draw:
    """Cases for bilstm_from_two: two nn.LSTM of `sizes` (inputs, hidden), and a batch with large numbers behind the
    sequences and `beyond` more steps than the longest has. `options` are the modules'."""

    def draw(generator: Generator) -> Case:
        inputs, hidden = sizes
        options_ = {"batch_first": True, **options}
        fwd, bwd = (module(generator, "LSTM", *sizes, dtype, training=training, **options_) for _ in range(2))
        steps = torch.full((batch,), longest) if equal else lengths(generator, batch, longest)
        x = padded(generator, steps, longest + beyond, inputs, dtype)
        operations = longest * (inputs + hidden + 10) * max(1, hidden)
        args = {"fwd": fwd, "bwd": bwd, "x": x, "lengths": steps}
        return Case(args, pull=pull(generator), operations=operations)

    return draw


def stacks(
    layers: int,
    time: int,
    batch: int,
    sizes: tuple[int, int] = (2, 3),
    dtype: torch.dtype = torch.float32,
    p: float | None = None,
    training: bool | None = None,
    mode: bool = True,
    **options: Any,
) -> Draw:
    """Cases for stacked_forward whose numbers chance has no part in: `layers` nn.LSTM, the first of `sizes`; p and
    training left out where None. `mode` is that of the layers, `options` are theirs."""

    def draw(generator: Generator) -> Case:
        inputs, hidden = sizes
        reads = [inputs] + [hidden] * (layers - 1)
        recipes = [module(generator, "LSTM", n, hidden, dtype, training=mode, **options) for n in reads]
        args: dict[str, Any] = {"layers": recipes, "x": numbers(generator, time, batch, inputs, dtype=dtype)}
        args |= {} if p is None else {"p": p}
        args |= {} if training is None else {"training": training}
        operations = layers * time * (inputs + hidden + 10) * max(1, hidden)
        return Case(args, pull=pull(generator), operations=operations)

    return draw


def dropping(
    layers: int,
    p: float,
    sizes: tuple[int, int, int] = (6, 5, 8),
    dtype: torch.dtype = torch.float32,
    mode: bool = True,
    calls: int = 2,
) -> Draw:
    """Cases for stacked_forward in training: the first layer is any, the others copy what they read (see `chains`).
    `sizes` are steps, batch and units."""

    def draw(generator: Generator) -> Case:
        time, batch, hidden = sizes
        first, *others = (
            module(generator, "LSTM", hidden, hidden, dtype, training=mode) for _ in range(layers)
        )
        recipes = [first, *map(copier, others)]
        x = numbers(generator, time, batch, hidden, dtype=dtype)
        args = {"layers": recipes, "x": x, "p": p, "training": True}
        return Case(args, pull=pull(generator), repeats=calls)

    return draw

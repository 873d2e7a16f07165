"""a4_nn_lstm: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `sequences`, `counts`, `sizes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Generator

from autograder.checking.language import Case
from autograder.checking.observing.draw import (
    Draw,
    numbers,
    pull,
    weight_shapes,
)


def sequences(
    time: int,
    batch: int,
    inputs: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    start: bool = True,
    batch_first: bool | None = None,
) -> Draw:
    """Cases for lstm_forward: with hx or, without `start`, None; batch_first left out where None."""

    def draw(generator: Generator) -> Case:
        def some(*shape: int) -> torch.Tensor:
            return numbers(generator, *shape, dtype=dtype)

        x = some(batch, time, inputs) if batch_first else some(time, batch, inputs)
        hx = (some(1, batch, hidden), some(1, batch, hidden)) if start else None
        weights = {n: some(*s) for n, s in weight_shapes(4 * hidden, inputs, hidden).items()}
        args: dict[str, Any] = {"x": x, "hx": hx, **weights}
        args |= {} if batch_first is None else {"batch_first": batch_first}
        return Case(args, pull=pull(generator), operations=time * (inputs + hidden + 10) * max(1, hidden))

    return draw


def counts(*options: Any, least: int = 5, most: int = 40) -> Draw:
    """Cases for lstm_param_count: sizes between `least` and `most`, then num_layers, bias, bidirectional, and
    whether there is a projection, as far as given. No layer after the first reads as many numbers as that."""

    def draw(generator: Generator) -> Case:
        hidden = _whole(generator, least, most)
        # Below half of hidden: above, some mistakes give the numbers of others, or of the right answer.
        proj = _whole(generator, 1, max(2, hidden // 2)) if options[3:] == (True,) else 0
        inputs = _other(generator, least, most, (hidden, 2 * hidden, proj, 2 * proj))
        args: dict[str, Any] = {"input_size": inputs, "hidden_size": hidden}
        args |= dict(zip(("num_layers", "bias", "bidirectional"), options, strict=False))
        return Case({**args, "proj_size": proj} if len(options) > 3 else args)

    return draw


def sizes(*options: Any, batch: bool = True) -> Draw:
    """Cases for lstm_shapes: sizes drawn, then num_layers, batch_first, bidirectional, and whether there is a
    projection, as far as given; without `batch`, None. No two axes are equally long by chance."""

    def draw(generator: Generator) -> Case:
        # More than there are layers and directions.
        drawn = (12 + torch.randperm(100, generator=generator)[:4]).tolist()
        args: dict[str, Any] = dict(
            zip(("seq_len", "batch", "input_size", "hidden_size"), drawn, strict=True)
        )
        args["batch"] = args["batch"] if batch else None
        args |= dict(zip(("num_layers", "batch_first", "bidirectional"), options, strict=False))
        if len(options) > 3:
            taken = (*drawn, *(size // 2 for size in drawn))
            args["proj_size"] = _other(generator, 1, args["hidden_size"], taken) if options[3] else 0
        return Case(args)

    return draw


def _whole(generator: Generator, least: int, end: int) -> int:
    return int(torch.randint(least, end, (), generator=generator))


def _other(generator: Generator, least: int, end: int, taken: Sequence[int]) -> int:
    """A whole number that is none of `taken`."""
    while (found := _whole(generator, least, end)) in taken:
        pass
    return found

"""a5_packing: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `sequences`, `packed`, `outputs`.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Generator, Tensor

from autograder.checking.language import Case
from autograder.checking.observing.draw import (
    Draw,
    discriminating,
    lengths,
    module,
    numbers,
    padded,
    pull,
)

NAN = math.nan


def some_lengths(generator: Generator, batch: int, longest: int, equal: bool = False) -> Tensor:
    """Lengths in no helpful order, or all the longest."""
    return torch.full((batch,), longest) if equal else lengths(generator, batch, longest)


def sequences(
    batch: int,
    longest: int,
    features: int,
    dtype: torch.dtype = torch.float32,
    pad_value: float | None = None,
    equal: bool = False,
    holding: float | None = None,
) -> Draw:
    """Cases for pad_batch; pad_value left out where None. `holding` is a value that stands among the real ones: in
    a whole step inside each sequence, in its last step, and in one feature of its first."""

    def draw(generator: Generator) -> Case:
        seqs = [
            numbers(generator, n, features, dtype=dtype)
            for n in some_lengths(generator, batch, longest, equal).tolist()
        ]
        for sequence in seqs:
            if holding is not None:
                sequence[0, 0] = holding
                sequence[len(sequence) // 2] = sequence[-1] = holding
        args: dict[str, Any] = {"seqs": seqs}
        return Case(args if pad_value is None else {**args, "pad_value": pad_value}, pull=pull(generator))

    return draw


def packed(
    batch: int,
    longest: int,
    sizes: tuple[int, int] = (2, 3),
    dtype: torch.dtype = torch.float32,
    padding: float | None = None,
    beyond: int = 0,
    equal: bool = False,
    training: bool = True,
    **options: Any,
) -> Draw:
    """Cases for run_packed: an nn.LSTM of `sizes` (inputs, hidden), and a batch with `padding` behind the sequences
    (large numbers where None) and `beyond` more steps than the longest has. `options` are the module's."""

    def draw(generator: Generator) -> Case:
        inputs, hidden = sizes
        lstm = module(generator, "LSTM", *sizes, dtype, training=training, batch_first=True, **options)
        steps = some_lengths(generator, batch, longest, equal)
        x = padded(generator, steps, longest + beyond, inputs, dtype, padding)
        layers = options.get("num_layers", 1)
        operations = layers * longest * (inputs + 2 * hidden + 10) * max(1, hidden)
        return Case({"lstm": lstm, "x": x, "lengths": steps}, pull=pull(generator), operations=operations)

    return draw


def outputs(
    batch: int,
    longest: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    padding: float | None = None,
    beyond: int = 0,
    equal: bool = False,
) -> Draw:
    """Cases for last_valid: a layer's output with `padding` behind each sequence, as in `packed`."""

    def draw(generator: Generator) -> Case:
        steps = some_lengths(generator, batch, longest, equal)
        if not dtype.is_floating_point:
            whole = torch.randint(
                1, 1000, (batch, longest + beyond, hidden), generator=generator, dtype=dtype
            )
            return Case({"output": whole, "lengths": steps})
        output = padded(generator, steps, longest + beyond, hidden, dtype, padding)
        return Case({"output": output, "lengths": steps}, pull=pull(generator))

    return discriminating(draw, _not_extreme)


def _not_extreme(case: Case) -> list[bool]:
    """Whether some sequence does not end with its largest numbers, and some not with its smallest."""
    real = [row[:n] for row, n in zip(case.args["output"], case.args["lengths"].tolist(), strict=True)]
    return [any(not torch.equal(row[-1], most(row, 0)) for row in real) for most in (torch.amax, torch.amin)]

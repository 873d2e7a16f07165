"""The exercises of a5_packing: how their cases are drawn, what must hold, which mistakes are known.

The registry looks exercises up here; hidden tests draw cases with `sequences`, `packed`, `outputs`.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Generator, Tensor

from autograder.checking.language import Case, Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
    Draw,
    lengths,
    module,
    numbers,
    padded,
    pull,
    telling,
)
from exercises.a5_packing import hints, oracles
from exercises.a5_packing.mistakes import LAST_VALID, PAD_BATCH, RUN_PACKED

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

    return telling(draw, _not_extreme)


def _not_extreme(case: Case) -> list[bool]:
    """Whether some sequence does not end with its largest numbers, and some not with its smallest."""
    real = [row[:n] for row, n in zip(case.args["output"], case.args["lengths"].tolist(), strict=True)]
    return [any(not torch.equal(row[-1], most(row, 0)) for row in real) for most in (torch.amax, torch.amin)]


pad_batch = Exercise(
    "pad_batch",
    oracles.pad_batch,
    (
        Property(
            "padded holds each sequence, and zeros behind it.",
            sequences(3, 5, 2),
            parts=("padded",),
            weight=2,
        ),
        Property("lengths are the numbers of steps, int64.", sequences(4, 6, 2), parts=("lengths",)),
        Property(
            "mask is True at real steps and nowhere else.", sequences(4, 6, 3), parts=("mask",), weight=2
        ),
        Property("Another pad_value stands behind the sequences.", sequences(3, 4, 2, pad_value=-1.5)),
        Property("Real steps may hold zeros.", sequences(4, 5, 2, holding=0.0), weight=2),
        Property("Real steps may hold pad_value.", sequences(4, 5, 2, pad_value=7.0, holding=7.0)),
        Property("pad_value may be NaN.", sequences(3, 4, 2, pad_value=NAN)),
        Property("It holds for a batch of one sequence.", sequences(1, 4, 2)),
        Property("It holds where all sequences have one step and one feature.", sequences(3, 1, 1)),
        Property("It holds where nothing has to be padded.", sequences(3, 4, 2, equal=True)),
        Property("It holds where sequences, steps and features are equally many.", sequences(3, 3, 3)),
        Property(FLOAT64, sequences(3, 4, 2, torch.float64, pad_value=0.1)),
        Property(
            "Gradients reach every sequence.",
            sequences(3, 4, 2, torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(
            "The list, its tensors, the random state and torch's settings stay as they were.",
            sequences(3, 5, 2),
            watch=("inputs", "globals"),
        ),
        Property(
            "With sequences on a GPU padded is there too, and lengths are on the CPU.",
            sequences(3, 4, 2),
            watch=("places",),
        ),
    ),
    PAD_BATCH,
    hints.PAD_BATCH,
    results=("padded", "lengths", "mask"),
    places={"padded": True, "lengths": False},
    authority="the definition",
)

run_packed = Exercise(
    "run_packed",
    oracles.run_packed,
    (
        Property(
            "output is that of each sequence run alone, zeros behind it.",
            packed(3, 5),
            parts=("output",),
            weight=2,
        ),
        Property(
            "So are h_n and c_n, in the order of the batch.", packed(4, 6), parts=("(h_n, c_n)",), weight=2
        ),
        Property("It works in two directions.", packed(3, 5, bidirectional=True), weight=2),
        Property(
            "It works for two layers in two directions.", packed(3, 4, num_layers=2, bidirectional=True)
        ),
        Property(
            "NaN in the padding reaches nothing.", packed(3, 4, padding=NAN, bidirectional=True), weight=2
        ),
        Property(
            "output has as many steps as x, also where no sequence has.", packed(3, 4, beyond=2), weight=2
        ),
        Property(
            "It holds where nothing raises if time and batch are exchanged.", packed(5, 4, (2, 2), beyond=3)
        ),
        Property("It holds where all sequences have the same length.", packed(3, 4, equal=True)),
        Property("One sequence, one step and one unit keep their dimensions.", packed(1, 1, (3, 1))),
        Property("It holds when all sizes are equal.", packed(3, 3, (3, 3), bidirectional=True)),
        Property(FLOAT64, packed(3, 5, dtype=torch.float64, padding=NAN)),
        Property(
            "Gradients reach x and the parameters, and none the padding.",
            packed(3, 4, dtype=torch.float64, padding=NAN, bidirectional=True),
            watch=("gradients",),
            weight=2,
        ),
        Property(
            "A module in evaluation mode stays so, and nothing else changes.",
            packed(3, 4, num_layers=2, dropout=0.5, training=False),
            watch=("inputs", "globals"),
        ),
        Property(COURTEOUS, packed(3, 5, padding=NAN), watch=("inputs", "globals")),
        Property(ANY_DEVICE, packed(3, 4), watch=("device",)),
    ),
    RUN_PACKED,
    hints.RUN_PACKED,
    results=("output", "(h_n, c_n)"),
    authority="the module run on each sequence alone",
)

last_valid = Exercise(
    "last_valid",
    oracles.last_valid,
    (
        Property("Each row is that of the sequence's last real step.", outputs(4, 6, 3), weight=3),
        Property("NaN in the padding does not reach the result.", outputs(3, 5, 2, padding=NAN), weight=2),
        Property("It holds where no sequence is as long as the batch.", outputs(3, 4, 2, beyond=2)),
        Property("It holds where all sequences have the same length.", outputs(3, 4, 2, equal=True)),
        Property("It holds for a batch of one sequence.", outputs(1, 3, 2, beyond=1)),
        Property("One step and one feature keep their dimensions.", outputs(3, 1, 1)),
        Property("It holds when all sizes are equal.", outputs(4, 4, 4)),
        Property(FLOAT64, outputs(3, 4, 2, torch.float64)),
        Property(
            "Gradients reach the last real steps, and nothing the padding.",
            outputs(3, 5, 2, torch.float64, padding=NAN, beyond=1),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, outputs(3, 4, 2, beyond=1), watch=("inputs", "globals")),
        Property(ANY_DEVICE, outputs(3, 4, 2), watch=("device",)),
    ),
    LAST_VALID,
    hints.LAST_VALID,
    authority="the definition",
)

EXERCISES = {exercise.name: exercise for exercise in (pad_batch, run_packed, last_valid)}

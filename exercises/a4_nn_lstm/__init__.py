"""The exercises of a4_nn_lstm: how their cases are drawn, what must hold, which mistakes are known.

The registry looks exercises up here; hidden tests draw cases with `sequences`, `counts`, `sizes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Generator

from autograder.checking.language import Case, Exercise, Property
from autograder.checking.observing.draw import (
    ANY_DEVICE,
    COURTEOUS,
    FLOAT64,
    Draw,
    numbers,
    pull,
    weight_shapes,
)
from exercises.a4_nn_lstm import hints, oracles
from exercises.a4_nn_lstm.mistakes import LSTM_FORWARD, LSTM_PARAM_COUNT, LSTM_SHAPES


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


lstm_forward = Exercise(
    "lstm_forward",
    oracles.lstm_forward,
    (
        Property(
            "output agrees with nn.LSTM at every step.", sequences(5, 3, 2, 4), parts=("output",), weight=2
        ),
        Property(
            "So do h_n and c_n, (1, B, H) each.", sequences(5, 3, 2, 4), parts=("(h_n, c_n)",), weight=2
        ),
        Property("Without hx it starts from zeros.", sequences(4, 2, 3, 3, start=False)),
        Property(
            "With batch_first=True x and output are (B, T, ...), the states are not.",
            sequences(4, 3, 2, 5, batch_first=True),
            weight=2,
        ),
        Property("batch_first=True works from zeros.", sequences(5, 2, 3, 4, start=False, batch_first=True)),
        Property("One step, a batch of one and one unit keep their dimensions.", sequences(1, 1, 3, 1)),
        Property("It holds when all sizes are equal.", sequences(3, 3, 3, 3, batch_first=True)),
        Property(FLOAT64, sequences(6, 2, 3, 4, torch.float64)),
        Property(
            "Gradients reach x, hx and the four weights through all steps.",
            sequences(4, 2, 3, 3, torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, sequences(3, 2, 3, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, sequences(3, 2, 3, 2, start=False), watch=("device",)),
    ),
    LSTM_FORWARD,
    hints.LSTM_FORWARD,
    results=("output", "(h_n, c_n)"),
    authority="nn.LSTM",
)

lstm_param_count = Exercise(
    "lstm_param_count",
    oracles.lstm_param_count,
    (
        Property("One layer with the default arguments.", counts(), weight=2),
        Property("Several layers.", counts(3)),
        Property("Without biases.", counts(2, False)),
        Property("Two directions.", counts(1, True, True)),
        Property("Layers and directions together.", counts(3, True, True), weight=2),
        Property("A projection.", counts(1, True, False, True)),
        Property(
            "A projection in layers and directions, without biases.", counts(3, False, True, True), weight=2
        ),
        Property("Small sizes.", counts(2, True, True, False, least=1, most=4)),
        Property("The random state and torch's settings stay as they were.", counts(2), watch=("globals",)),
    ),
    LSTM_PARAM_COUNT,
    hints.LSTM_PARAM_COUNT,
)

lstm_shapes = Exercise(
    "lstm_shapes",
    oracles.lstm_shapes,
    (
        Property("One layer, time first.", sizes()),
        Property("Several layers.", sizes(3)),
        Property("With batch_first=True, output alone is batch first.", sizes(2, True), weight=2),
        Property("Two directions.", sizes(1, False, True)),
        Property("Layers, directions and batch_first together.", sizes(2, True, True), weight=2),
        Property("A projection.", sizes(1, False, False, True)),
        Property("Everything together.", sizes(3, True, True, True), weight=2),
        Property("Without a batch.", sizes(2, batch=False)),
        Property(
            "Without a batch, in two directions, batch_first=True.", sizes(2, True, True, False, batch=False)
        ),
        Property("The random state and torch's settings stay as they were.", sizes(2), watch=("globals",)),
    ),
    LSTM_SHAPES,
    hints.LSTM_SHAPES,
    authority="nn.LSTM",
)

EXERCISES = {exercise.name: exercise for exercise in (lstm_forward, lstm_param_count, lstm_shapes)}

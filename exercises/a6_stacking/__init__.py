"""The exercises of a6_stacking: how their cases are drawn, what must hold, which mistakes are known.

The registry looks exercises up here; hidden tests draw cases with `states`, `pairs`, `stacks`, `dropping`.
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
    lengths,
    module,
    numbers,
    padded,
    pull,
)
from exercises.a6_stacking import hints, oracles
from exercises.a6_stacking.chains import copier, dropout_seen
from exercises.a6_stacking.chains import stacked_forward as stacked_oracle
from exercises.a6_stacking.mistakes import BILSTM_FROM_TWO, FINAL_FEATURES, STACKED_FORWARD


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


final_features = Exercise(
    "final_features",
    oracles.final_features,
    (
        Property("One layer in one direction.", states(1, False, 3, 4)),
        Property("The top one of several layers.", states(3, False, 2, 4), weight=2),
        Property("One layer in two directions, forward first.", states(1, True, 4, 3), weight=2),
        Property("The top one of two layers in two directions.", states(2, True, 3, 4), weight=3),
        Property("Three layers in two directions.", states(3, True, 2, 2)),
        Property("A batch of one and one unit keep their dimensions.", states(2, True, 1, 1)),
        Property("One direction keeps them too.", states(2, False, 1, 1)),
        Property("It holds where layers, batch and units are equally many.", states(2, True, 4, 4)),
        Property(FLOAT64, states(2, True, 2, 3, torch.float64)),
        Property(
            "Gradients reach these states, and no others.",
            states(3, True, 2, 3),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, states(2, True, 3, 2), watch=("inputs", "globals")),
        Property(ANY_DEVICE, states(2, True, 3, 2), watch=("device",)),
    ),
    FINAL_FEATURES,
    hints.FINAL_FEATURES,
    authority="the order of h_n",
)

bilstm_from_two = Exercise(
    "bilstm_from_two",
    oracles.bilstm_from_two,
    (
        Property("The forward and backward halves of output.", pairs(3, 5), parts=("output",), weight=3),
        Property("h_n is (2, B, H), each direction's last state.", pairs(4, 6), parts=("h_n",), weight=2),
        Property("It holds where nothing is padded.", pairs(3, 4, equal=True)),
        Property("output has as many steps as x, also where no sequence has.", pairs(3, 4, beyond=2)),
        Property("It holds for one sequence in a longer batch.", pairs(1, 3, beyond=2)),
        Property("One sequence, one step and one unit keep their dimensions.", pairs(1, 1, (3, 1))),
        Property("It holds when all sizes are equal.", pairs(3, 3, (3, 3))),
        Property(FLOAT64, pairs(3, 5, dtype=torch.float64)),
        Property(
            "Gradients reach x and both layers, and none the padding.",
            pairs(3, 4, dtype=torch.float64),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, pairs(3, 4, beyond=1), watch=("inputs", "globals")),
        Property(ANY_DEVICE, pairs(3, 4), watch=("device",)),
    ),
    BILSTM_FROM_TWO,
    hints.BILSTM_FROM_TWO,
    results=("output", "h_n"),
    authority="nn.LSTM(bidirectional=True)",
)

HARDLY_ANY = 1e-15  # drops nothing, and its 1 / (1 - p) is lost in rounding
DROPPED = "In training a share p is dropped between the layers, each element and step by itself."

stacked_forward = Exercise(
    "stacked_forward",
    stacked_oracle,
    (
        Property("output is that of the last of three layers.", stacks(3, 5, 2), parts=("output",), weight=2),
        Property(
            "h_n and c_n are those of every layer, (L, B, H).",
            stacks(3, 5, 2),
            parts=("(h_n, c_n)",),
            weight=2,
        ),
        Property(
            "One layer is a stack too, and nothing of it is dropped.", stacks(1, 4, 3, p=0.5, training=True)
        ),
        Property(
            "Nothing is dropped where training is False.", stacks(2, 4, 3, p=0.9, training=False), weight=2
        ),
        Property("Nothing is dropped where p is 0.", stacks(2, 4, 2, p=0.0, training=True)),
        Property(DROPPED, dropping(2, 0.3), weight=3, look=dropout_seen),
        Property(
            "It is dropped after each layer but the last of three.",
            dropping(3, 0.4),
            weight=2,
            look=dropout_seen,
        ),
        Property(
            "training decides, and not the mode of the layers.",
            dropping(2, 0.6, mode=False),
            look=dropout_seen,
        ),
        Property("One step, a batch of one and one unit keep their dimensions.", stacks(2, 1, 1, (3, 1))),
        Property("It holds when all sizes are equal.", stacks(3, 3, 3, (3, 3))),
        Property(FLOAT64, stacks(2, 5, 2, dtype=torch.float64)),
        Property(
            "Gradients reach x and every layer, through dropout too.",
            stacks(2, 4, 2, dtype=torch.float64, p=HARDLY_ANY, training=True),
            watch=("gradients",),
            weight=2,
        ),
        Property(COURTEOUS, stacks(2, 4, 2, mode=False), watch=("inputs", "globals")),
        Property(
            "In training x and the layers stay as they are.", dropping(2, 0.5), ("inputs",), look=dropout_seen
        ),
        Property(ANY_DEVICE, dropping(2, 0.5), ("device",), look=dropout_seen),
    ),
    STACKED_FORWARD,
    hints.STACKED_FORWARD,
    results=("output", "(h_n, c_n)"),
    authority="nn.LSTM",
)

EXERCISES = {exercise.name: exercise for exercise in (final_features, bilstm_from_two, stacked_forward)}

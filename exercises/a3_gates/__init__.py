"""The exercises of a3_gates: how their cases are drawn, what must hold, which mistakes are known.

The registry looks exercises up here; hidden tests draw cases with `steps`, `sequences`, `modules`.
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
)
from exercises.a3_gates import biases, hints, oracles
from exercises.a3_gates.mistakes import GATE_VALUES, LSTM_CELL, SET_FORGET_BIAS


def steps(
    batch: int, inputs: int, hidden: int, dtype: torch.dtype = torch.float32, scale: float = 1.0
) -> Draw:
    """Cases for one step of an LSTM's cell; `scale` multiplies the weights."""
    return cell_steps(4, ("h", "c"), batch, inputs, hidden, dtype, scale)


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


lstm_cell = Exercise(
    "lstm_cell",
    oracles.lstm_cell,
    (
        Property(
            "The new cell state c_new agrees with nn.LSTMCell.", steps(3, 4, 5), parts=("c_new",), weight=2
        ),
        Property(
            "The new hidden state h_new agrees with nn.LSTMCell.", steps(3, 4, 5), parts=("h_new",), weight=2
        ),
        Property("A batch of one and a hidden size of one keep their dimensions.", steps(1, 3, 1)),
        Property("It holds for square sizes too, which hide a wrong transpose.", steps(4, 4, 4)),
        Property(FLOAT64, steps(2, 3, 4, torch.float64)),
        Property("Gradients reach all seven arguments.", steps(3, 4, 2), watch=("gradients",), weight=2),
        Property(COURTEOUS, steps(2, 3, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, steps(2, 3, 2), watch=("device",)),
    ),
    LSTM_CELL,
    hints.LSTM_CELL,
    results=("h_new", "c_new"),
    authority="nn.LSTMCell",
)

gate_values = Exercise(
    "gate_values",
    oracles.gate_values,
    (
        *(
            Property(
                f"The gate {name} of every step is that of nn.LSTM.", sequences(4, 3, 2, 5), parts=(name,)
            )
            for name in "ifo"
        ),
        Property("The candidate g of every step is that of nn.LSTM.", sequences(4, 3, 2, 5), parts=("g",)),
        Property(
            "With batch_first=True the gates have the layout of x.", sequences(4, 3, 2, 5, batch_first=True)
        ),
        Property("It works for a module without biases.", sequences(3, 2, 4, 3, bias=False)),
        Property(
            "A batch of one, one step and one hidden unit keep their dimensions.", sequences(1, 1, 3, 1)
        ),
        Property("It holds when all sizes are equal.", sequences(3, 3, 3, 3, batch_first=True)),
        Property(FLOAT64, sequences(5, 2, 3, 4, torch.float64)),
        Property(COURTEOUS, sequences(3, 2, 3, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, sequences(3, 2, 3, 2), watch=("device",)),
    ),
    GATE_VALUES,
    hints.GATE_VALUES,
    authority="nn.LSTM",
)

_TOTAL = ("total bias",)

set_forget_bias = Exercise(
    "set_forget_bias",
    biases.set_forget_bias,
    (
        Property(
            "In one layer, b_ih + b_hh is `value` in the forget gate's block.", modules(3, 4), parts=_TOTAL
        ),
        Property("So it is in every layer.", modules(3, 4, num_layers=3), parts=_TOTAL),
        Property("So it is in both directions.", modules(2, 3, bidirectional=True), parts=_TOTAL),
        Property(
            "All other entries keep their values.",
            modules(3, 3, num_layers=2),
            parts=(*_TOTAL, "other entries"),
        ),
        Property(
            "The Parameter objects stay the same, leaves, and frozen where they were.",
            modules(3, 2, num_layers=2, frozen=("bias_ih_l0", "weight_hh_l1")),
            parts=(*_TOTAL, biases.OBJECTS),
        ),
        Property("The module itself is returned.", modules(2, 2), parts=(*_TOTAL, "returned value")),
        Property(
            "It holds for one hidden unit, in float64, with a whole number below zero.",
            modules(1, 1, torch.float64, value=-2),
        ),
        Property("A module without biases raises ValueError.", modules(2, 3, bias=False)),
        Property(
            "The random state and torch's settings stay as they were.", modules(2, 3), watch=("globals",)
        ),
        Property("It would work on a GPU.", modules(3, 2, bidirectional=True), watch=("device",)),
    ),
    SET_FORGET_BIAS,
    hints.SET_FORGET_BIAS,
    look=biases.look,
    authority="a right answer",
)

EXERCISES = {exercise.name: exercise for exercise in (lstm_cell, gate_values, set_forget_bias)}

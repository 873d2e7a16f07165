"""The exercises of a3_gates: how their cases are drawn, what must hold, which mistakes are known.

`autograder.checks` looks exercises up here; hidden tests draw cases with `steps`, `sequences`, `modules`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Generator, Tensor, nn

from autograder.checks import biases, gates_oracles
from autograder.checks.gates_mistakes import GATE_VALUES, LSTM_CELL, SET_FORGET_BIAS
from autograder.checks.language import Case, Exercise, ModuleRecipe, Property

Draw = Callable[[Generator], Case]


def numbers(generator: Generator, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Random numbers of either sign, none near zero: a forgotten term must show."""
    normal = torch.randn(shape, generator=generator, dtype=torch.float64)
    return (normal.sign() * (0.1 + 0.6 * normal.abs())).to(dtype)


def steps(
    batch: int, inputs: int, hidden: int, dtype: torch.dtype = torch.float32, scale: float = 1.0
) -> Draw:
    """Cases for one step of a cell; `scale` multiplies the weights."""

    def draw(generator: Generator) -> Case:
        shapes = {
            "x": (batch, inputs),
            "h": (batch, hidden),
            "c": (batch, hidden),
            "W_ih": (4 * hidden, inputs),
            "W_hh": (4 * hidden, hidden),
            "b_ih": (4 * hidden,),
            "b_hh": (4 * hidden,),
        }
        args = {name: numbers(generator, *shape, dtype=dtype) for name, shape in shapes.items()}
        args |= {name: tensor * scale for name, tensor in args.items() if "_" in name}
        # A rounding error in x or h comes out multiplied by the weights.
        operations = math.ceil((inputs + hidden + 10) * max(1.0, scale) ** 2)
        return Case(args, pull=_pull(generator), operations=operations)

    return draw


def sequences(
    time: int, batch: int, inputs: int, hidden: int, dtype: torch.dtype = torch.float32, **options: Any
) -> Draw:
    """Cases for a function of a one-layer nn.LSTM and a sequence in its layout; `options` are nn.LSTM's."""

    def draw(generator: Generator) -> Case:
        lstm = module(generator, inputs, hidden, dtype, **options)
        shape = (batch, time, inputs) if options.get("batch_first") else (time, batch, inputs)
        args = {"lstm": lstm, "x": numbers(generator, *shape, dtype=dtype)}
        return Case(args, pull=_pull(generator), operations=time * (inputs + hidden + 10))

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
        lstm = module(generator, inputs, hidden, dtype, frozen, **options)
        drawn = round(0.5 + 3 * torch.rand((), generator=generator).item(), 3)
        return Case(
            {"lstm": lstm, "value": drawn if value is None else value}, pull=_pull(generator), operations=4
        )

    return draw


def module(
    generator: Generator,
    inputs: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    frozen: tuple[str, ...] = (),
    **options: Any,
) -> ModuleRecipe:
    """An nn.LSTM with random parameters, biases included."""
    options = {"input_size": inputs, "hidden_size": hidden, **options}
    shapes = _shapes(tuple(options.items()))
    state = {name: numbers(generator, *shape, dtype=dtype) for name, shape in shapes.items()}
    return ModuleRecipe("LSTM", options, state, frozen)


@functools.cache
def _shapes(options: tuple[tuple[str, Any], ...]) -> dict[str, torch.Size]:
    """The shapes of the parameters of an nn.LSTM."""
    return {
        name: tensor.shape for name, tensor in nn.LSTM(**dict(options), device="meta").state_dict().items()
    }


def _pull(generator: Generator) -> int:
    return int(torch.randint(2**31, (), generator=generator))


_COURTEOUS = "The call leaves its arguments, the random state and torch's settings as they were."
_ANY_DEVICE = "It would work on a GPU: every tensor it makes is on the device of the arguments."

lstm_cell = Exercise(
    "lstm_cell",
    gates_oracles.lstm_cell,
    (
        Property(
            "The new cell state c_new agrees with nn.LSTMCell.", steps(3, 4, 5), parts=("c_new",), weight=2
        ),
        Property(
            "The new hidden state h_new agrees with nn.LSTMCell.", steps(3, 4, 5), parts=("h_new",), weight=2
        ),
        Property("A batch of one and a hidden size of one keep their dimensions.", steps(1, 3, 1)),
        Property("It holds for square sizes too, which hide a wrong transpose.", steps(4, 4, 4)),
        Property("float64 goes in, float64 precision comes out.", steps(2, 3, 4, torch.float64)),
        Property("Gradients reach all seven arguments.", steps(3, 4, 2), watch=("gradients",), weight=2),
        Property(_COURTEOUS, steps(2, 3, 3), watch=("inputs", "globals")),
        Property(_ANY_DEVICE, steps(2, 3, 2), watch=("device",)),
    ),
    LSTM_CELL,
    results=("h_new", "c_new"),
    authority="nn.LSTMCell",
)

gate_values = Exercise(
    "gate_values",
    gates_oracles.gate_values,
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
        Property("float64 goes in, float64 precision comes out.", sequences(5, 2, 3, 4, torch.float64)),
        Property(_COURTEOUS, sequences(3, 2, 3, 3), watch=("inputs", "globals")),
        Property(_ANY_DEVICE, sequences(3, 2, 3, 2), watch=("device",)),
    ),
    GATE_VALUES,
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
            parts=(*_TOTAL, "parameters"),
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
    look=biases.look,
    authority="a right answer",
)

EXERCISES = {exercise.name: exercise for exercise in (lstm_cell, gate_values, set_forget_bias)}

"""Random cases for the exercises of a11_inside; their properties and hidden tests draw them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor

from autograder.checking.found import Observation
from autograder.checking.language import Case
from autograder.checking.observing.draw import Draw, discriminating, numbers, pull, weight_shapes
from autograder.checking.observing.plain import as_float


def probed(
    steps: int,
    units: int,
    train: int,
    kinds: int = 5,
    dtype: torch.dtype = torch.float32,
    level: float = 1.0,
    shy: float = 0.3,
) -> Draw:
    """Cases for selectivity: states from which labels and kinds can be read in part, and a random label for each kind.

    level: how far the states are from 0. shy: the share of labels that are 1 is about this. No probe's number is near
    the threshold, and at least one step of each part has each label.
    """

    def draw(generator: Generator) -> Case:
        which = torch.randint(kinds, (steps,), generator=generator)
        labels = (torch.rand(steps, generator=generator) < shy).long()
        drawn = torch.randint(2, (kinds,), generator=generator)
        faces = numbers(generator, kinds, units, dtype=torch.float64)
        sign = numbers(generator, units, dtype=torch.float64)
        states = faces[which] + labels[:, None] * sign + numbers(generator, steps, units, dtype=torch.float64)
        args = {
            "states": (states + level).to(dtype),
            "labels": labels,
            "kinds": which,
            "drawn": drawn,
            "train": train,
        }
        return Case(args, operations=1000)  # a share may be computed in float32, whatever the states are

    return discriminating(draw, _clear)


def _clear(case: Case) -> list[bool]:
    """Whether both labels are in both parts, no number is near a half, and what is to be told apart differs."""
    args = case.args
    train, labels, control = args["train"], args["labels"], args["drawn"][args["kinds"]]
    states = args["states"].double()
    design = torch.cat([states, torch.ones(len(states), 1, dtype=torch.float64)], dim=1)
    told, right = [], []
    for wanted in (labels, control):
        told += [bool(part.min() < part.max()) for part in (wanted[:train], wanted[train:])]
        weights = torch.linalg.pinv(design[:train]) @ wanted[:train].double()
        said = design @ weights
        told.append(bool((said - 0.5).abs().min() > 2e-3))
        correct = ((said > 0.5).long() == wanted).double()
        right.append((correct[train:].mean(), correct[:train].mean(), correct.mean()))
    (probe, *others), (ground, *_) = right
    return [
        *told,
        bool((probe - ground).abs() > 1e-6),
        all(bool((probe - other).abs() > 1e-6) for other in others),
    ]


def clamps(
    time: int,
    batch: int,
    inputs: int,
    hidden: int,
    start: int = 0,
    dtype: torch.dtype = torch.float32,
    unit: int | None = None,
    to: float | None = None,
) -> Draw:
    """Cases for clamped: an LSTM's input and weights, a unit, the value that its c is held at, and the first step."""

    def draw(generator: Generator) -> Case:
        args: dict[str, Any] = {"x": numbers(generator, time, batch, inputs, dtype=dtype)}
        for name, shape in weight_shapes(4 * hidden, inputs, hidden).items():
            args[name] = numbers(generator, *shape, dtype=dtype)
        drawn = int(torch.randint(hidden, (), generator=generator)) if unit is None else unit
        value = float(1.2 + torch.rand((), generator=generator)) if to is None else to
        args |= {"unit": drawn, "to": round(value, 3), "start": start}
        return Case(args, pull=pull(generator), operations=time * (inputs + hidden + 10) * max(1, hidden))

    return draw


def two_numbers(case: Case, found: Observation) -> Any:
    """Each of a tuple as a float, whether it came as that or in a tensor without dimensions."""
    return tuple(map(as_float, found.value)) if isinstance(found.value, tuple) else found.value


def unit_and_effect(case: Case, found: Observation) -> Any:
    """A unit's number, whether it came as an int or in a tensor without dimensions, and its effect as a float."""
    if not isinstance(found.value, tuple) or len(found.value) != 2:
        return found.value
    unit, effect = found.value
    plain = isinstance(unit, Tensor) and unit.dim() == 0 and not unit.dtype.is_floating_point
    return int(unit) if plain and unit.dtype != torch.bool else unit, as_float(effect)

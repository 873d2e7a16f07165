"""Random cases for the exercises of a11_inside; their properties and hidden tests draw them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor

from autograder.checking.found import Observation
from autograder.checking.language import Case
from autograder.checking.observing.draw import Draw, discriminating, numbers, pull, weight_shapes
from autograder.checking.observing.plain import as_float
from exercises.a11_inside import shared

FOLLOWS = 0.5  # the least size of a correlation that counts in planted_unit


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


def planted(
    time: int, batch: int, hidden: int, dtype: torch.dtype = torch.float32, sign: float = 1.0
) -> Draw:
    """Cases for planted_unit: a network with one unit that follows the marks and moves the output; 5 units or more.

    Of the others, one follows better and nobody reads it; one follows, has the largest weight in the head and a shut
    output gate; one follows a little around a large mean; one moves the output most and follows nothing; the rest
    matter little. `sign` is that of the planted unit's correlation.
    """

    def draw(generator: Generator) -> Case:
        runs = torch.randint(2, (time // 4 + 1, batch), generator=generator) * 2 - 1
        marks = runs.repeat_interleave(4, dim=0)[:time].double()
        x = numbers(generator, time, batch, 2, dtype=torch.float64)
        x[..., 0] = marks + 0.1 * x[..., 0]
        cause, decoy, shut, weak, loud = torch.randperm(hidden, generator=generator)[:5].tolist()
        shapes = weight_shapes(4 * hidden, 2, hidden)
        weights = {
            name: 0.05 * numbers(generator, *shape, dtype=torch.float64) for name, shape in shapes.items()
        }
        w_ih, w_hh, b_ih = (weights[name].view(4, hidden, -1) for name in ("W_ih", "W_hh", "b_ih"))
        for unit, feature, weight, level, gate in (
            (cause, 0, sign * 0.9, 0.0, 2.0),
            (decoy, 0, 1.5, 0.0, 2.0),
            (shut, 0, -1.2, 0.0, -12.0),
            (weak, 0, -sign * 0.3, 1.2, 2.0),
            (loud, 1, 2.0, 0.0, 3.0),
        ):
            w_ih[:, unit], w_hh[:, unit] = 0.0, 0.0
            w_ih[2, unit, feature] = weight
            b_ih[:, unit, 0] = torch.tensor([3.0, -3.0, level, gate], dtype=torch.float64)  # i, f, g, o
        w_ih[2, cause, 1] = 0.5  # it reads some of the noise too, so the decoy follows better
        w_hh[:, :, decoy] = 0.0
        head = 0.2 * numbers(generator, 2, hidden, dtype=torch.float64)
        for unit, weight in ((cause, 1.0), (decoy, 0.0), (shut, 8.0), (weak, 1.6), (loud, 3.0)):
            head[:, unit] = weight * head[:, unit].sign()
        args = {"x": x, "marks": marks, **weights, "head": head}
        typed = {name: value.to(dtype) for name, value in args.items()}
        return Case(typed, operations=1000, precision=dtype)

    return discriminating(draw, _planted_well)


def _planted_well(case: Case) -> list[bool]:
    """Whether nothing is near a border, and each mistake gives another unit."""
    x, marks, *weights, head = (value.double() for value in case.args.values())
    effects, r = effects_and_r(x, marks, weights, head)
    at_zero, _ = effects_and_r(x, marks, weights, head, to=0.0)
    follows = r.abs() >= FOLLOWS
    if not bool(follows.any()):
        return [False]
    best = int((effects * follows).argmax())
    others = torch.arange(len(r)) != best
    wrong = (r.abs(), effects, head.abs().sum(dim=0) * follows, at_zero * follows)
    return [
        bool(((r.abs() - FOLLOWS).abs() > 0.03).all()),
        bool(effects[best] > 2 * (effects * follows)[others].max()),
        *(int(values.argmax()) != best for values in wrong),
    ]


def effects_and_r(
    x: Tensor, marks: Tensor, weights: list[Tensor], head: Tensor, to: float | None = None
) -> tuple[Tensor, Tensor]:
    """By how much the output changes, mean square, with each unit held at its mean, or at `to`; and each unit's r."""
    shown, cells = shared.run(x, weights, shared.as_it_is)
    values = cells.mean(dim=(0, 1)) if to is None else cells.new_full(cells.shape[2:], to)
    changes = shared.each_held(x, weights, values) - shown[:, None]
    return (changes @ head.T).square().mean(dim=(0, 2, 3)), shared.correlations(cells, marks)


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

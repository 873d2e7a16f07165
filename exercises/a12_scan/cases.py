"""Random cases for the exercises of a12_scan; their properties and hidden tests draw them."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor

from autograder.checking.language import Case
from autograder.checking.observing.draw import Draw, numbers, pull


def layers(
    time: int,
    batch: int,
    inputs: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    open_by: float = 0.0,
) -> Draw:
    """Cases for min_gru. `open_by` is added to bias_z: gates near 1 where it is large, near 0 where it is negative."""

    def draw(generator: Generator) -> Case:
        shapes = {
            "x": (time, batch, inputs),
            "weight_z": (hidden, inputs),
            "bias_z": (hidden,),
            "weight_h": (hidden, inputs),
            "bias_h": (hidden,),
            "h_0": (batch, hidden),
        }
        args = {name: numbers(generator, *shape, dtype=dtype) for name, shape in shapes.items()}
        args["bias_z"] += open_by
        return Case(args, pull=pull(generator), operations=time * (inputs + 10))

    return draw


def maps(
    time: int,
    batch: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    zeros: bool = False,
    small: bool = False,
    one_sign: bool = False,
) -> Draw:
    """Cases for scan: factors between 0.3 and 0.95 of either sign, `one_sign` for positive ones only.

    zeros: a third of the factors is 0, the first one and that of step 2 in some places among them; small: factors are
    about 0.001, so that their product over some tens of steps is below any float32.
    """

    def draw(generator: Generator) -> Case:
        sign = numbers(generator, time, batch, hidden, dtype=torch.float64).sign()
        a = _between(generator, 0.3, 0.95, time, batch, hidden) * (1 if one_sign else sign)
        a = a / 500 if small else a
        if zeros:
            gone = torch.rand(time, batch, hidden, generator=generator) < 1 / 3
            gone.view(time, -1)[:3, 0] = torch.tensor([False, False, True])[:time]
            gone.view(time, -1)[0, -1] = True
            a = a.masked_fill(gone, 0.0)
        b = numbers(generator, time, batch, hidden, dtype=dtype)
        h_0 = 3 * numbers(generator, batch, hidden, dtype=dtype)
        args = {"a": a.to(dtype), "b": b, "h_0": h_0}
        return Case(args, pull=pull(generator), operations=4 * time + 20)

    return draw


def logs(
    time: int,
    batch: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    level: float = 0.0,
    factors: tuple[float, float] = (0.3, 0.95),
    empty: bool = False,
) -> Draw:
    """Cases for log_scan: the factors' logarithms lie between those of `factors`, the others around `level`.

    empty: every other sequence starts from 0, whose logarithm is -inf.
    """

    def draw(generator: Generator) -> Case:
        log_a = _between(generator, math.log(factors[0]), math.log(factors[1]), time, batch, hidden)
        log_b = level + numbers(generator, time, batch, hidden, dtype=torch.float64)
        log_h_0 = level + 1 + numbers(generator, batch, hidden, dtype=torch.float64)
        if empty:
            log_h_0[::2] = -math.inf
        args = {"log_a": log_a.to(dtype), "log_b": log_b.to(dtype), "log_h_0": log_h_0.to(dtype)}
        # The rounding errors are those of the sums of log_a, which the result need not show.
        largest = max(1.0, float(log_a.cumsum(0).abs().max()), abs(level))
        result = max(1.0, abs(level))
        operations = math.ceil((4 * time + 20) * (largest / result) ** 2)
        return Case(args, pull=pull(generator), operations=operations)

    return draw


def _between(generator: Generator, low: float, high: float, *shape: int) -> Tensor:
    """Random numbers between `low` and `high`, float64."""
    return low + (high - low) * torch.rand(shape, generator=generator, dtype=torch.float64)

"""Random cases for the exercises of a13_rivers; their properties and hidden tests draw them."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Generator, Tensor

from autograder.checking.found import Observation
from autograder.checking.language import Case
from autograder.checking.observing.draw import Draw, discriminating, numbers
from autograder.checking.observing.plain import as_float


def flows(
    days: int,
    dtype: torch.dtype = torch.float32,
    gaps: int = 0,
    lost: str = "",
    error: float = 0.4,
    constant: bool = False,
    observed_shape: tuple[int, ...] | None = None,
) -> Draw:
    """Cases for nash_sutcliffe: flows around 4, `gaps` days of which were not observed; the first one never is.

    lost: the simulation has a NaN, on a day that is a "gap" or on one that was "observed". constant: the observed flow
    never changes. observed_shape: another shape for it. error: how far the simulation is off.
    """

    def draw(generator: Generator) -> Case:
        observed = 4 + numbers(generator, days, dtype=torch.float64) * 2
        simulated = observed + 0.3 + error * numbers(generator, days, dtype=torch.float64)
        if constant:
            observed = torch.full_like(observed, 2.5)
        missing = torch.randperm(days, generator=generator)[:gaps]
        there = torch.tensor([day for day in range(days) if day not in missing.tolist()])
        observed[missing] = math.nan
        if lost:
            simulated[(missing if lost == "gap" else there)[:1]] = math.nan
        seen = observed[~observed.isnan()]
        spread = float((seen - seen.mean()).square().sum()) if len(seen) else 1.0
        # A flow around 4 is off by its rounding, which the squares and the division carry on.
        operations = math.ceil((days + 10) * (1 + 16 * days / max(spread, 0.1)) ** 2)
        if observed_shape:
            observed = observed.reshape(observed_shape)
        args = {"simulated": simulated.to(dtype), "observed": observed.to(dtype)}
        return Case(args, operations=min(operations, 100_000), precision=dtype)

    return draw


def catchments(
    steps: int,
    features: int,
    days: int,
    train: int,
    dtype: torch.dtype = torch.float32,
    constant: bool = False,
    gaps: int = 0,
) -> Draw:
    """Cases for weather_windows: features of different level and size, the years after `train` warmer and wetter.

    constant: the first feature is 2 on the training days, whose sums are exact; gaps: so many flows are NaN, that of the
    last day among them.
    """

    def draw(generator: Generator) -> Case:
        size = 0.5 + torch.arange(features, dtype=torch.float64)
        weather = numbers(generator, steps, features, dtype=torch.float64) * size + 0.5 * size
        weather[train:] += 2.0
        if constant:
            weather[:train, 0] = 2.0
        flow = 5 + 2 * numbers(generator, steps, dtype=torch.float64)
        if gaps:
            flow[torch.randperm(steps, generator=generator)[:gaps]] = math.nan
            flow[-1] = math.nan
        spread = weather[:train].std(0, correction=0)
        small = float(spread[spread > 0].min()) if bool((spread > 0).any()) else 1.0
        # Rounding errors of values and mean come out divided by the smallest deviation.
        operations = math.ceil((steps + 10) * max(1.0, float(weather.abs().max()) / small) ** 2)
        args = {"weather": weather.to(dtype), "flow": flow.to(dtype), "days": days, "train": train}
        return Case(args, operations=operations, own_indices=True)

    return draw


def cells(
    days: int,
    units: int,
    train: int,
    shift: int,
    dtype: torch.dtype = torch.float32,
    noise: float = 0.5,
    drift: float = 0.8,
) -> Draw:
    """Cases for probe_r2: states around a level of their own, a target that is linear in them up to `noise`.

    The target of the days from `train` on is higher by `drift`, so that a mean of other days is another one. It follows
    that of the day before a little, so that a control by a small shift is not like chance.
    """

    def draw(generator: Generator) -> Case:
        level = 1 + numbers(generator, units, dtype=torch.float64)
        states = numbers(generator, days, units, dtype=torch.float64)
        states[1:] += 0.6 * states[:-1].clone()
        weights = numbers(generator, units, dtype=torch.float64)
        target = states @ weights + 2 + noise * numbers(generator, days, dtype=torch.float64)
        target[train:] += drift
        states = states + level
        # Rounding of the states is carried on by the fit, whose inverse may be large where units are alike.
        design = torch.cat([states[:train], torch.ones(train, 1, dtype=torch.float64)], 1)
        condition = float(torch.linalg.cond(design))
        args: dict[str, Any] = {"states": states.to(dtype), "target": target.to(dtype)}
        args |= {"train": train, "shift": shift}
        operations = math.ceil((days * (units + 2)) * condition**2)
        return Case(args, operations=min(operations, 300_000), precision=dtype)

    return discriminating(draw, lambda case: [bool(case.args["target"][train:].std() > 0.8)])


def one_number(case: Case, found: Observation) -> Any:
    """A number as a float, whether it came as that or in a tensor without dimensions."""
    return as_float(found.value)


def two_numbers(case: Case, found: Observation) -> Any:
    """So each of a tuple."""
    return tuple(map(as_float, found.value)) if isinstance(found.value, tuple) else found.value


def gapless(simulated: Tensor, observed: Tensor) -> tuple[Tensor, Tensor]:
    """Both flows on the days that were observed."""
    there = ~observed.isnan()
    return simulated[there], observed[there]

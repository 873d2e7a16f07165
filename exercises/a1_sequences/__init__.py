"""a1_sequences: a folder for each exercise, and how cases are drawn.

Hidden tests draw cases with `series`, `tables`, `streams`.
"""

from __future__ import annotations

import math

import torch
from torch import Generator

from autograder.checking.language import Case
from autograder.checking.observing.draw import Draw, distinct, numbers


def series(
    steps: int,
    features: int | None,
    window: int,
    horizon: int | None = None,
    dtype: torch.dtype = torch.float32,
) -> Draw:
    """Cases for make_windows: a series (T,) where `features` is None, else (T, F); the horizon left out where
    it is None. Whole numbers for an integer dtype."""

    def draw(generator: Generator) -> Case:
        shape = (steps,) if features is None else (steps, features)
        if dtype.is_floating_point:
            values = numbers(generator, *shape, dtype=dtype)
        else:
            values = distinct(generator, math.prod(shape)).view(shape).to(dtype)
        args = {"series": values, "window": window}
        return Case(args if horizon is None else {**args, "horizon": horizon}, own_indices=True)

    return draw


def tables(
    steps: int,
    features: int,
    n_train: int,
    dtype: torch.dtype = torch.float32,
    eps: float | None = None,
    constant: bool = False,
    shift: float = 3.0,
) -> Draw:
    """Cases for split_standardize: features of different level and size, the test part `shift` higher.

    constant: the first feature is 2 in the training part, whose sums are exact, so that its deviation is 0.
    With `eps` the deviations are 0.5, 1.5 and so on, so that none is near it.
    """

    def draw(generator: Generator) -> Case:
        size = 0.5 + torch.arange(features, dtype=torch.float64)
        values = numbers(generator, steps, features, dtype=torch.float64)
        if eps is not None:
            values /= values[:n_train].std(0, correction=0)
        values = values * size + 0.5 * size
        values[n_train:] += shift
        if constant:
            values[:n_train, 0] = 2.0
        args = {"series": values.to(dtype), "n_train": n_train}
        spread = values[:n_train].std(0, correction=0)
        small = float(spread[spread > 0].min()) if bool((spread > 0).any()) else 1.0
        # Rounding errors of values and mean come out divided by the smallest deviation.
        worst = max(1.0, float(values.abs().max()) / small)
        operations = math.ceil((steps + 10) * worst**2)
        return Case(args if eps is None else {**args, "eps": eps}, operations=operations)

    return draw


def streams(tokens: int, batch_size: int) -> Draw:
    """Cases for batchify: `tokens` different whole numbers."""
    return lambda generator: Case({"stream": distinct(generator, tokens), "batch_size": batch_size})

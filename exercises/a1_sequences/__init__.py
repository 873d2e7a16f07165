"""The exercises of a1_sequences: how their cases are drawn, what must hold, which mistakes are known.

The registry looks exercises up here; hidden tests draw cases with `series`, `tables`, `streams`.
"""

from __future__ import annotations

import math

import torch
from torch import Generator

from autograder.checking.language import Case, Exercise, Property
from autograder.checking.observing.draw import ANY_DEVICE, COURTEOUS, FLOAT64, Draw, distinct, numbers
from exercises.a1_sequences import hints, oracles
from exercises.a1_sequences.mistakes import BATCHIFY, MAKE_WINDOWS, SPLIT_STANDARDIZE


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
        return Case(args if horizon is None else {**args, "horizon": horizon})

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


make_windows = Exercise(
    "make_windows",
    oracles.make_windows,
    (
        Property("X holds the windows of a series with features.", series(9, 2, 4), parts=("X",), weight=2),
        Property("y holds the step after each window.", series(9, 2, 4), parts=("y",), weight=2),
        Property(
            "A larger horizon moves the targets, and leaves fewer windows.", series(10, 3, 3, 3), weight=2
        ),
        Property("A series of one axis gives windows (N, window) and targets (N,).", series(8, None, 3, 2)),
        Property("It holds where exactly one window fits.", series(7, 2, 5, 2)),
        Property("Windows of one step and series of one feature keep their axes.", series(5, 1, 1, 1)),
        Property("It holds where window, features and windows are equally many.", series(6, 3, 3, 1)),
        Property(FLOAT64, series(7, 2, 3, 1, torch.float64)),
        Property("Whole numbers stay whole numbers.", series(7, None, 2, 2, torch.int64)),
        Property("A series that is one step too short raises ValueError.", series(6, 2, 4, 3), weight=2),
        Property("X and y share no memory with the series.", series(8, 2, 3, 2), watch=("memory",)),
        Property(COURTEOUS, series(6, 2, 3), watch=("inputs", "globals")),
        Property(ANY_DEVICE, series(6, 2, 2), watch=("device",)),
    ),
    MAKE_WINDOWS,
    hints.MAKE_WINDOWS,
    results=("X", "y"),
    authority="the definition",
)

split_standardize = Exercise(
    "split_standardize",
    oracles.split_standardize,
    (
        Property("mean is that of the training part.", tables(12, 3, 8), parts=("mean",)),
        Property(
            "std is the training part's, divided by n_train.", tables(12, 3, 8), parts=("std",), weight=2
        ),
        Property("The training part is standardized.", tables(12, 3, 7), parts=("train_z",)),
        Property(
            "The test part is standardized with the training part's statistics.",
            tables(12, 3, 7),
            parts=("test_z",),
            weight=2,
        ),
        Property("A feature that never changes is divided by 1.", tables(12, 3, 8, constant=True), weight=2),
        Property("Below a larger eps the divisor is 1 too.", tables(10, 3, 8, eps=1.0)),
        Property("One training row is enough.", tables(4, 2, 1)),
        Property("It holds where all rows are training rows.", tables(6, 2, 6)),
        Property("It holds for one feature.", tables(9, 1, 5)),
        Property("It holds where features, rows and training rows are equally many.", tables(6, 3, 3)),
        Property(FLOAT64, tables(11, 2, 8, torch.float64)),
        Property(COURTEOUS, tables(8, 2, 5), watch=("inputs", "globals")),
        Property(ANY_DEVICE, tables(8, 2, 5), watch=("device",)),
    ),
    SPLIT_STANDARDIZE,
    hints.SPLIT_STANDARDIZE,
    results=("train_z", "test_z", "mean", "std"),
    authority="the definition",
)

batchify = Exercise(
    "batchify",
    oracles.batchify,
    (
        Property("Each column continues from row to row.", streams(12, 3), weight=2),
        Property("Tokens that fill no whole row are dropped at the end.", streams(14, 4), weight=2),
        Property("It holds for one column.", streams(5, 1)),
        Property("It holds for one row.", streams(7, 5)),
        Property("It holds where rows and columns are equally many.", streams(9, 3)),
        Property(COURTEOUS, streams(11, 2), watch=("inputs", "globals")),
        Property(ANY_DEVICE, streams(7, 3), watch=("device",)),
    ),
    BATCHIFY,
    hints.BATCHIFY,
    authority="the definition",
)

EXERCISES = {exercise.name: exercise for exercise in (make_windows, split_standardize, batchify)}

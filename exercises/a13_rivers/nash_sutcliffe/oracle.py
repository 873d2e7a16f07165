"""What nash_sutcliffe must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from exercises.a13_rivers.cases import gapless

Score = Callable[[Tensor, Tensor], Any]


def of_both(simulated: Tensor, observed: Tensor) -> float:
    """The score of two flows without gaps."""
    away = (simulated - observed).square().sum()
    return 1 - float(away / (observed - observed.mean()).square().sum())


def scored(
    score: Callable[[Tensor, Tensor], Any] = of_both,
    left: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] = gapless,
    shapes: bool = True,
    constant: bool = True,
) -> Score:
    """A `score` of what is `left` of both flows; it refuses other `shapes` and an observed flow that is `constant`."""

    def compute(simulated: Tensor, observed: Tensor) -> Any:
        if shapes and simulated.shape != observed.shape:
            raise ValueError("the shapes differ")
        there = observed[~observed.isnan()]
        if constant and (not len(there) or bool((there == there[0]).all())):
            raise ValueError("the observed flow never changes")
        return score(*left(simulated, observed))

    return compute


nash_sutcliffe = scored()


def ratio(
    above: Callable[[Tensor, Tensor], Tensor] = lambda s, o: (s - o).square().sum(),
    below: Callable[[Tensor, Tensor], Tensor] = lambda s, o: (o - o.mean()).square().sum(),
    end: Callable[[Tensor], Tensor] = lambda quotient: 1 - quotient,
) -> Score:
    """The score with parts of its own, on the days that were observed."""
    return scored(lambda s, o: float(end(above(s, o) / below(s, o))))


def filled(value: Callable[[Tensor, Tensor], Tensor]) -> Score:
    """Gaps are days like others, with `value(simulated, observed)` in them."""
    return scored(left=lambda s, o: (s, torch.where(o.isnan(), value(s, o), o)))


def only(above: bool) -> Score:
    """Gaps are left out of one of the two sums, and are filled with 0 in the other."""

    def score(simulated: Tensor, observed: Tensor) -> float:
        full = observed.nan_to_num(0.0)
        s, o = gapless(simulated, observed)
        other = full if above else o
        errors = s - o if above else simulated - full
        return 1 - float(errors.square().sum() / (other - other.mean()).square().sum())

    return scored(score, left=lambda s, o: (s, o))


def both_observed(simulated: Tensor, observed: Tensor) -> tuple[Tensor, Tensor]:
    """The days on which neither is NaN."""
    there = ~(observed.isnan() | simulated.isnan())
    return simulated[there], observed[there]


def correlation(simulated: Tensor, observed: Tensor) -> float:
    """The squared correlation."""
    s, o = simulated - simulated.mean(), observed - observed.mean()
    return float((s * o).sum().square() / (s.square().sum() * o.square().sum()))


def broadcast(simulated: Tensor, observed: Tensor) -> float:
    """Other shapes are broadcast without a word."""
    if simulated.shape == observed.shape:
        return float(nash_sutcliffe(simulated, observed))
    away = (simulated - observed).square().sum()
    return 1 - float(away / (observed - observed.mean()).square().sum())


def flattened(simulated: Tensor, observed: Tensor) -> float:
    """Other shapes of as many numbers are taken for equal."""
    return float(nash_sutcliffe(simulated.flatten(), observed.flatten()))

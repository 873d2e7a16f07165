"""What selectivity must return, and what those return who make a known mistake.

The fit is that of the pseudo-inverse, in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Fit = Callable[[Tensor, Tensor], Callable[[Tensor], Tensor]]  # states, labels -> what it says of others
Selectivity = Callable[..., Any]


def with_intercept(states: Tensor, labels: Tensor) -> Callable[[Tensor], Tensor]:
    """The right probe."""
    weights = torch.linalg.pinv(_ones(states)) @ labels
    return lambda others: _ones(others) @ weights


def without_intercept(states: Tensor, labels: Tensor) -> Callable[[Tensor], Tensor]:
    """A probe that is 0 where all states are."""
    weights = torch.linalg.pinv(states) @ labels
    return lambda others: others @ weights


def _ones(states: Tensor) -> Tensor:
    return torch.cat([states, states.new_ones(len(states), 1)], dim=1)


def probing(
    fit: Fit = with_intercept,
    threshold: float = 0.5,
    learned: Callable[[int], slice] = lambda train: slice(train),
    tried: Callable[[int], slice] = lambda train: slice(train, None),
    control: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda labels, kinds, drawn: drawn[kinds],
    truth: Callable[[Tensor, Tensor], Tensor] = lambda labels, random: random,
    end: Callable[[float, float], Any] = lambda probe, ground: (probe - ground, ground),
) -> Selectivity:
    """selectivity with its own fit, parts, labels of the control and truth that this is compared with."""

    def compute(states: Tensor, labels: Tensor, kinds: Tensor, drawn: Tensor, train: int) -> Any:
        x, random = states.double(), control(labels, kinds, drawn)

        def right(wanted: Tensor, true: Tensor) -> float:
            said = fit(x[learned(train)], wanted[learned(train)].double())(x[tried(train)])
            return float(((said > threshold).long() == true[tried(train)]).double().mean())

        return end(right(labels, labels), right(random, truth(labels, random)))

    return compute


selectivity = probing()


def not_fitted_again(states: Tensor, labels: Tensor, kinds: Tensor, drawn: Tensor, train: int) -> Any:
    """The control is the probe of the labels, compared with the random ones."""
    said = with_intercept(states[:train].double(), labels[:train].double())(states[train:].double()) > 0.5
    probe, ground = ((said.long() == true[train:]).double().mean().item() for true in (labels, drawn[kinds]))
    return probe - ground, ground


def above_the_commonest(states: Tensor, labels: Tensor, kinds: Tensor, drawn: Tensor, train: int) -> Any:
    """The commonest label in the place of the control."""
    difference, ground = selectivity(states, labels, kinds, drawn, train)
    commonest = labels[:train].mode().values
    share = (labels[train:] == commonest).double().mean().item()
    return difference + ground - share, share

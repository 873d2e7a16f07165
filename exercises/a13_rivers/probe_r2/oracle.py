"""What probe_r2 must return, and what those return who make a known mistake.

The fit is that of the pseudo-inverse, in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Probe = Callable[[Tensor, Tensor, int, int], Any]
Fit = Callable[[Tensor, Tensor, Tensor], Tensor]  # states, target, other states -> what it says of those


def with_ones(states: Tensor) -> Tensor:
    """A column of ones beside the states."""
    return torch.cat([states, states.new_ones(len(states), 1)], 1)


def fitted(states: Tensor, target: Tensor, others: Tensor) -> Tensor:
    """The right probe."""
    return with_ones(others) @ (torch.linalg.pinv(with_ones(states)) @ target)


def no_intercept(states: Tensor, target: Tensor, others: Tensor) -> Tensor:
    """A probe that is 0 where all states are."""
    return others @ (torch.linalg.pinv(states) @ target)


def ridge(states: Tensor, target: Tensor, others: Tensor) -> Tensor:
    """A probe whose weights are held small."""
    design = with_ones(states)
    gram = design.T @ design + torch.eye(design.shape[1], dtype=design.dtype)
    return with_ones(others) @ torch.linalg.solve(gram, design.T @ target)


def r_squared(said: Tensor, target: Tensor) -> float:
    """1 minus the squared errors over those of the mean of the same days."""
    return 1 - float((said - target).square().sum() / (target - target.mean()).square().sum())


def probing(
    fit: Fit = fitted,
    score: Callable[[Tensor, Tensor], float] = r_squared,
    rolled: Callable[[Tensor, int, int], Tensor] = lambda target, train, shift: target[:train].roll(shift),
    of: Callable[[int], slice] = lambda train: slice(train),
    on: Callable[[int], slice] = lambda train: slice(train, None),
    end: Callable[[float, float], Any] = lambda r2, control: (r2, control),
) -> Probe:
    """probe_r2 with a fit and a score of its own, another target for the control, fitted to the days `of` and scored
    on the days `on`."""

    def compute(states: Tensor, target: Tensor, train: int, shift: int) -> Any:
        X, y = states.double(), target.double()
        fit_on, score_on = of(train), on(train)

        def said(wanted: Tensor) -> float:
            return score(fit(X[fit_on], wanted, X[score_on]), y[score_on])

        control = rolled(y, train, shift)
        return end(
            said(y[fit_on]), said(control if len(control) == len(y[fit_on]) else y.roll(shift)[fit_on])
        )

    return compute


probe_r2 = probing()


def partly_rolled(target: Tensor, train: int, shift: int) -> Tensor:
    """The training part rolled, the later days as they are."""
    return torch.cat([target[:train].roll(shift), target[train:]])


def below(mean: Callable[[Tensor, int], Tensor]) -> Probe:
    """R2 with the `mean(target, train)` of other days below the line."""

    def compute(states: Tensor, target: Tensor, train: int, shift: int) -> Any:
        y = target.double()

        def score(said: Tensor, wanted: Tensor) -> float:
            return 1 - float((said - wanted).square().sum() / (wanted - mean(y, train)).square().sum())

        return probing(score=score)(states, target, train, shift)

    return compute


def explained(said: Tensor, target: Tensor) -> float:
    """The squared correlation."""
    s, y = said - said.mean(), target - target.mean()
    return float((s * y).sum().square() / (s.square().sum() * y.square().sum()))


def judged_by_the_rolled(everything: bool) -> Probe:
    """The control scored on a rolled target as well: the whole one rolled, or the later days among themselves."""

    def compute(states: Tensor, target: Tensor, train: int, shift: int) -> Any:
        X, y = states.double(), target.double()
        r2, _ = probe_r2(states, target, train, shift)
        whole = y.roll(shift)
        fit_to = whole[:train] if everything else y[:train].roll(shift)
        judge = whole[train:] if everything else y[train:].roll(shift)
        return r2, r_squared(fitted(X[:train], fit_to, X[train:]), judge)

    return compute


def only_judged_by_the_rolled(states: Tensor, target: Tensor, train: int, shift: int) -> Any:
    """The control is the same probe, scored on rolled later days."""
    X, y = states.double(), target.double()
    r2, _ = probe_r2(states, target, train, shift)
    return r2, r_squared(fitted(X[:train], y[:train], X[train:]), y[train:].roll(shift))

"""What clamped must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from exercises.a11_inside import shared

Clamped = Callable[..., Any]
Weights = tuple[Tensor, Tensor, Tensor, Tensor]


def clamped(x: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:
    """`rest` are W_ih, W_hh, b_ih, b_hh, unit, to, start."""
    *weights, unit, to, start = rest
    return shared.run(x, weights, shared.at(unit, to, start))


def asked(change: Callable[[int, float, int], tuple[int, float, int]]) -> Clamped:
    """clamped with another unit, value or start."""

    def run(x: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:
        *weights, unit, to, start = rest
        unit, to, start = change(unit, to, start)
        return shared.run(x, weights, shared.at(unit % weights[1].shape[1], to, start))

    return run


def without(x: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:
    """Nothing is held."""
    return shared.run(x, rest[:4], shared.as_it_is)


def afterwards(read: bool) -> Clamped:
    """c is changed when all has been computed; `read`: h is computed of it then."""

    def run(x: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:
        *weights, unit, to, start = rest
        shown, cells = without(x, *weights)
        changed = cells.clone()
        changed[start:, :, unit] = to
        if read:
            safe = cells.tanh()
            shown = torch.where(safe == 0, shown, shown / safe * changed.tanh())
        return shown, changed

    return run


def stepwise(
    into: Callable[[Tensor, Tensor, Tensor, int, float, bool], tuple[Tensor, Tensor]],
) -> Clamped:
    """A loop of its own: `into(c, o, i, unit, to, on)` gives h and the c that is returned and handed on."""

    def run(x: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:
        w_ih, w_hh, b_ih, b_hh, unit, to, start = rest
        h = c = x.new_zeros(x.shape[1], w_hh.shape[1])
        shown, cells = [], []
        for step, x_t in enumerate(x):
            i, f, g, o = (x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4, dim=1)
            new = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h, c = into(new, o.sigmoid(), i.sigmoid(), unit, to, step >= start)
            shown.append(h)
            cells.append(c)
        return torch.stack(shown), torch.stack(cells)

    return run


def put(c: Tensor, unit: int, to: float, on: bool) -> Tensor:
    """c with the unit at `to`, where the clamp is on."""
    return torch.where(torch.arange(c.shape[1]) == unit, torch.as_tensor(to, dtype=c.dtype), c) if on else c


def after_h(c: Tensor, o: Tensor, i: Tensor, unit: int, to: float, on: bool) -> tuple[Tensor, Tensor]:
    """h is computed before c is held."""
    held = put(c, unit, to, on)
    return o * c.tanh(), held


def h_in_place_of_c(c: Tensor, o: Tensor, i: Tensor, unit: int, to: float, on: bool) -> tuple[Tensor, Tensor]:
    """h of the unit is held, c is left."""
    return put(o * c.tanh(), unit, to, on), c


def both(c: Tensor, o: Tensor, i: Tensor, unit: int, to: float, on: bool) -> tuple[Tensor, Tensor]:
    """c and h of the unit are held."""
    held = put(c, unit, to, on)
    return put(o * held.tanh(), unit, to, on), held


def added(c: Tensor, o: Tensor, i: Tensor, unit: int, to: float, on: bool) -> tuple[Tensor, Tensor]:
    """The value is added to c."""
    here = (torch.arange(c.shape[1]) == unit).to(c)
    moved = c + to * here if on else c
    return o * moved.tanh(), moved


def written(c: Tensor, o: Tensor, i: Tensor, unit: int, to: float, on: bool) -> tuple[Tensor, Tensor]:
    """The gate i of the unit multiplies the value."""
    here = torch.arange(c.shape[1]) == unit
    held = torch.where(here, i * to, c) if on else c
    return o * held.tanh(), held


def without_tanh(c: Tensor, o: Tensor, i: Tensor, unit: int, to: float, on: bool) -> tuple[Tensor, Tensor]:
    """h of the held unit is o times the value."""
    held = put(c, unit, to, on)
    return put(o * held.tanh(), unit, 0.0, on) + put(torch.zeros_like(c), unit, to, on) * o, held


def batch_row(x: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:
    """A sequence of the batch is held, all of its units, where there is one of that number."""
    *weights, unit, to, start = rest

    def hold(step: int, c: Tensor) -> Tensor:
        rows = torch.arange(len(c))[:, None] == unit % len(c)
        return torch.where(rows, torch.as_tensor(to, dtype=c.dtype), c) if step >= start else c

    return shared.run(x, weights, hold)


def only_at(x: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:
    """The unit is held at the step `start` alone."""
    *weights, unit, to, start = rest

    def hold(step: int, c: Tensor) -> Tensor:
        return put(c, unit, to, step == start)

    return shared.run(x, weights, hold)

"""An LSTM whose cell state can be held, in float64: what the oracles of `clamped` and `planted_unit` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Hold = Callable[[int, Tensor], Tensor]  # the step and c (B, H), to the c that takes its place


def run(x: Tensor, weights: Sequence[Tensor], hold: Hold) -> tuple[Tensor, Tensor]:
    """h and c after each step from zeros, (T, B, H) each, in the precision of the arguments; weights are nn.LSTM's."""
    w_ih, w_hh, b_ih, b_hh = weights
    h = c = x.new_zeros(x.shape[1], w_hh.shape[1])
    shown, cells = [], []
    for step, x_t in enumerate(x):
        i, f, g, o = (x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4, dim=1)
        c = hold(step, f.sigmoid() * c + i.sigmoid() * g.tanh())
        h = o.sigmoid() * c.tanh()
        shown.append(h)
        cells.append(c)
    return torch.stack(shown), torch.stack(cells)


def as_it_is(step: int, c: Tensor) -> Tensor:
    """No clamp."""
    return c


def at(unit: int, to: float | Tensor, start: int = 0) -> Hold:
    """c of one unit held at `to` from step `start` on."""

    def hold(step: int, c: Tensor) -> Tensor:
        here = torch.arange(c.shape[1]) == unit
        return torch.where(here, torch.as_tensor(to, dtype=c.dtype), c) if step >= start else c

    return hold


def each_held(x: Tensor, weights: Sequence[Tensor], to: Tensor) -> Tensor:
    """h after each step with c of one unit held at its number in `to` (H,), for each unit in turn: (T, H, B, H)."""
    time, batch, _ = x.shape
    held = torch.eye(len(to), dtype=torch.bool).repeat_interleave(
        batch, dim=0
    )  # (H * B, H): each unit's own batch
    shown, _ = run(x.repeat(1, len(to), 1), weights, lambda step, c: torch.where(held, to, c))
    return shown.view(time, len(to), batch, len(to))


def correlations(states: Tensor, marks: Tensor) -> Tensor:
    """Pearson's r of each unit (T, B, H) with the marks (T, B), over all steps of all sequences."""
    x, y = states.flatten(0, 1), marks.flatten().to(states)
    x, y = x - x.mean(dim=0), y - y.mean()
    return (x * y[:, None]).sum(dim=0) / (x.norm(dim=0) * y.norm())

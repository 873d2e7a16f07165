"""The recurrence h_t = a_t h_{t-1} + b_t as the oracles of this assignment take it."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Step = Callable[[Tensor, Tensor, Tensor], Tensor]


def plain_step(a: Tensor, b: Tensor, h: Tensor) -> Tensor:
    """One step of the recurrence."""
    return a * h + b


def looped(a: Tensor, b: Tensor, h_0: Tensor, step: Step = plain_step) -> Tensor:
    """All states, one after the other; a, b (T, B, H), h_0 (B, H)."""
    h, states = h_0, []
    for a_t, b_t in zip(a, b, strict=True):
        h = step(a_t, b_t, h)
        states.append(h)
    return torch.stack(states)

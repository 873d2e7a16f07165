"""What min_gru must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear

from exercises.a12_scan.shared import looped

Layer = Callable[..., Tensor]


def identity(value: Tensor) -> Tensor:
    """The value as it is."""
    return value


def with_gates(
    gate: Callable[[Tensor], Tensor] = torch.sigmoid,
    candidate: Callable[[Tensor], Tensor] = identity,
    kept: Callable[[Tensor], Tensor] = lambda z: 1 - z,
    written: Callable[[Tensor], Tensor] = identity,
    run: Callable[[Tensor, Tensor, Tensor], Tensor] = looped,
) -> Layer:
    """min_gru with its own functions of the gate's and the candidate's sums; `kept` and `written` are the factors of
    the state before and of the candidate, and `run` makes the states of the factors and what is added."""

    def layer(
        x: Tensor, weight_z: Tensor, bias_z: Tensor, weight_h: Tensor, bias_h: Tensor, h_0: Tensor
    ) -> Tensor:
        z = gate(linear(x, weight_z, bias_z))  # (T, B, H)
        return run(kept(z), written(z) * candidate(linear(x, weight_h, bias_h)), h_0)

    return layer


min_gru = with_gates()


def given(change: Callable[..., tuple[Any, ...]]) -> Layer:
    """min_gru of other arguments: `change(x, weight_z, bias_z, weight_h, bias_h, h_0)` gives all six."""
    return lambda *arguments: min_gru(*change(*arguments))


def giving(change: Callable[[Tensor, Tensor], Tensor]) -> Layer:
    """min_gru with something done to its result: `change(states, h_0)`."""
    return lambda *arguments: change(min_gru(*arguments), arguments[-1])


def never_carried(a: Tensor, b: Tensor, h_0: Tensor) -> Tensor:
    """Every step starts from h_0."""
    return a * h_0 + b


def cut_between(a: Tensor, b: Tensor, h_0: Tensor) -> Tensor:
    """The right numbers, the state detached after each step."""
    return looped(a, b, h_0, lambda a_t, b_t, h: a_t * (h if h is h_0 else h.detach()) + b_t)

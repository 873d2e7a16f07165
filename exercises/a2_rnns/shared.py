"""Steps of PyTorch's cell that more than one exercise on RNNs takes as right or mistaken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Cell = Callable[..., Tensor]
Result = tuple[Tensor, Any]


def ignoring(position: int, weights: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Zeros in place of one of the weights."""
    return tuple(torch.zeros_like(w) if k == position else w for k, w in enumerate(weights))


# How often b_ih and b_hh are added where one of them is added twice.
TWICE = ((2, 2), (2, 0), (0, 2), (2, 1), (1, 2))


def biased(times: tuple[int, int], weights: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The weights with b_ih and b_hh added so many times."""
    W_ih, W_hh, b_ih, b_hh = weights
    return W_ih, W_hh, times[0] * b_ih, times[1] * b_hh


def after(activation: Callable[[Tensor], Tensor]) -> Cell:
    """The step with another activation; atanh gives what the tanh was made from."""
    return lambda x, h, *weights: activation(_before_tanh(x, h, weights))


def _before_tanh(x: Tensor, h: Tensor, weights: tuple[Tensor, ...]) -> Tensor:
    # Linear in all that is added, so two relu cells, one with every sign turned, give both halves of it.
    positive = torch.rnn_relu_cell(x, h, *weights)
    return positive - torch.rnn_relu_cell(x, h, *(-w for w in weights))

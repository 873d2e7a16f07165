"""What rnn_forward must return, and what those return who make a known mistake.

All numbers come from PyTorch's own cell, `torch.rnn_tanh_cell`, which nn.RNNCell calls, and from nn.RNN's
own functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from exercises.a2_rnns.shared import Result


def rnn_forward(
    x: Tensor,
    h0: Tensor | None,
    W_ih: Tensor,
    W_hh: Tensor,
    b_ih: Tensor,
    b_hh: Tensor,
    nonlinearity: str = "tanh",
) -> Result:
    """What nn.RNN calls."""
    h0 = x.new_zeros(1, x.shape[1], W_hh.shape[1]) if h0 is None else h0
    if h0.shape[1] != x.shape[1]:  # nn.RNN looks at that, the functions that it calls do not
        raise ValueError("a state of another shape than the batch")
    run = {"tanh": torch.rnn_tanh, "relu": torch.rnn_relu}[nonlinearity]
    result: Result = run(x, h0, [W_ih, W_hh, b_ih, b_hh], True, 1, 0.0, False, False, False)
    return result


def given(change: Callable[..., tuple[Any, ...]]) -> Callable[..., Result]:
    """rnn_forward of other arguments: `change(x, h0, weights, nonlinearity)` gives x, h0, weights and
    nonlinearity."""

    def forward(x: Tensor, h0: Tensor | None, *rest: Any) -> Result:
        nonlinearity = rest[4] if len(rest) > 4 else "tanh"
        x, h0, weights, nonlinearity = change(x, h0, rest[:4], nonlinearity)
        W_ih, W_hh, b_ih, b_hh = weights
        return rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity)

    return forward


def giving(change: Callable[[Tensor, Tensor, Tensor], Result]) -> Callable[..., Result]:
    """rnn_forward with something done to its results: `change(output, h_n, h0)`, h0 never None."""

    def forward(x: Tensor, h0: Tensor | None, *rest: Any) -> Result:
        output, h_n = rnn_forward(x, h0, *rest)
        return change(output, h_n, torch.zeros_like(h_n) if h0 is None else h0)

    return forward


def never_carried(x: Tensor, h0: Tensor | None, *rest: Any) -> Result:
    """Every step starts from h0."""
    steps = [rnn_forward(step[None], h0, *rest) for step in x]
    return torch.cat([output for output, _ in steps]), steps[-1][1]


def cut_between(x: Tensor, h0: Tensor | None, *rest: Any) -> Result:
    """The right numbers, the state detached after each step."""
    outputs, h = [], h0
    for step in x:
        output, h = rnn_forward(step[None], None if h is None else h.detach(), *rest)
        outputs.append(output)
    return torch.cat(outputs), h


def along_the_batch(x: Tensor, h0: Tensor | None, *rest: Any) -> Result:
    """Time and batch taken for each other, as far as the sizes of h0 allow."""
    output, h_n = rnn_forward(x.transpose(0, 1), h0, *rest)
    return output.transpose(0, 1), h_n

"""What rnn_cell must return, and what those return who make a known mistake.

All numbers come from PyTorch's own cell, `torch.rnn_tanh_cell`, which nn.RNNCell calls, and from nn.RNN's
own functions.
"""

from __future__ import annotations

import torch
from torch import Tensor

from exercises.a2_rnns.shared import Cell, _before_tanh, ignoring


def rnn_cell(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
    """PyTorch's own step."""
    return torch.rnn_tanh_cell(x, h, *weights)


def without(position: int) -> Cell:
    """The step with one of W_ih, W_hh, b_ih, b_hh (positions 0 to 3) ignored."""

    def cell(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
        return rnn_cell(x, h, *ignoring(position, weights))

    return cell


def transposed(*which: int) -> Cell:
    """The step with W_ih (0) or W_hh (1) not transposed, which only square weights allow."""

    def cell(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
        return rnn_cell(x, h, *(w.T if k in which else w for k, w in enumerate(weights)))

    return cell


def weights_first(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """tanh(W_ih @ x + b_ih + W_hh @ h + b_hh), which only square sizes allow: columns read as the sequences."""
    if not x.shape == h.shape == W_ih.shape:
        raise ValueError("sizes that do not fit")
    zeros = torch.zeros_like(b_ih)
    columns = _before_tanh(x.T, h.T, (W_ih, W_hh, zeros, zeros))
    return torch.tanh(columns.T + b_ih + b_hh)


def weights_exchanged(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """The step with x read through W_hh and h through W_ih, which only square weights allow."""
    return rnn_cell(x, h, W_hh, W_ih, b_ih, b_hh)


def two_activations(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """tanh of either part, then the sum."""
    zeros = torch.zeros_like(b_ih)
    from_x = rnn_cell(x, torch.zeros_like(h), W_ih, W_hh, b_ih, zeros)
    return from_x + rnn_cell(torch.zeros_like(x), h, W_ih, W_hh, zeros, b_hh)


def old_state_added(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
    """The step's result added to the old state."""
    return h + rnn_cell(x, h, *weights)


def cut_off(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
    """The right numbers with no graph behind them."""
    return rnn_cell(x, h, *weights).detach()


def in_place(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
    """The right step, left in the old state too."""
    h_new = rnn_cell(x, h, *weights)
    with torch.no_grad():
        h.copy_(h_new)
    return h_new

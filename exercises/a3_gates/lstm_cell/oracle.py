"""What lstm_cell must return, and what those return who make a known mistake."""

from __future__ import annotations

import torch
from torch import Tensor

from exercises.a3_gates.shared import Cell, O, gate, lstm_cell


def output_without_tanh(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
    """The step with h = o * c."""
    c_new = lstm_cell(x, h, c, *weights)[1]
    return gate(O, x, h, weights) * c_new, c_new


def output_of_old_cell(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
    """The step with h = o * tanh(c) for the c that came in."""
    return gate(O, x, h, weights) * c.tanh(), lstm_cell(x, h, c, *weights)[1]


def exchanged(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
    """The right step, returned as (c_new, h_new)."""
    return lstm_cell(x, h, c, *weights)[::-1]


def states_confused(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
    """The step with h and c taken for each other at the entrance."""
    return lstm_cell(x, c, h, *weights)


def cut_off(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
    """The right numbers with no graph behind them."""
    return lstm_cell(x.detach(), h.detach(), c.detach(), *(w.detach() for w in weights))


def in_place(*names: str) -> Cell:
    """The right step, which leaves its results in the arguments."""

    def cell(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
        h_new, c_new = lstm_cell(x, h, c, *weights)
        with torch.no_grad():
            for name in names:
                {"h": h, "c": c}[name].copy_({"h": h_new, "c": c_new}[name])
        return h_new, c_new

    return cell

"""What PyTorch's cell gives for one step of an LSTM, right or mistaken; lstm_cell and gate_values stand on it.

All numbers come from PyTorch's own cell, `torch.lstm_cell`, which nn.LSTMCell calls, or from nn.LSTM;
nothing here is a solution of an exercise. A gate is read off the cell by pinning: with the block of another
gate replaced by a constant that saturates it (sigmoid or tanh gives exactly 0 or 1), the cell's output *is*
the gate asked for. A mistake is a change to what goes into the cell or comes out of it, such as weight
blocks in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

I, F, G, O = range(4)  # noqa: E741 -- the gates' names in every text on the LSTM, in PyTorch's order
Cell = Callable[..., tuple[Tensor, Tensor]]
CERTAIN = 60.0  # sigmoid(60) and tanh(60) are 1 in float64, sigmoid(-60) is 1e-26
IFOG = (
    "PyTorch stacks the rows of its weights as i, f, g, o: the candidate g is the third block, the output "
    "gate the fourth. Reading them as i, f, o, g raises no error, because all blocks have the same size."
)
BY_UNIT = (
    "The H rows of i come first, then those of f, of g and of o: the first block is [0:H], not every fourth row [0::4]. "
    "chunk(4, dim=1) or view(B, 4, H) cut it so; view(B, H, 4) reads the four gates of one unit side by side."
)


def lstm_cell(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
    """PyTorch's own step."""
    return torch.lstm_cell(x, (h, c), *weights)


def reordered(*order: int) -> Cell:
    """The step with the rows read in another order: block k of the formula is block order[k] of the "
    "weights."""

    def cell(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
        return lstm_cell(x, h, c, *rows_in_order(*order)(weights))

    return cell


def unit_by_unit(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
    """The step with the rows read as i, f, g, o of the first unit, then those of the second, and so on."""
    return lstm_cell(x, h, c, *rows_by_unit(weights))


def without(position: int) -> Cell:
    """The step with one of W_ih, W_hh, b_ih, b_hh (positions 0 to 3) ignored."""

    def cell(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
        return lstm_cell(x, h, c, *ignoring(position)(weights))

    return cell


def sigmoid_candidate(x: Tensor, h: Tensor, c: Tensor, *weights: Tensor) -> tuple[Tensor, Tensor]:
    """The step with a sigmoid for g: since sigmoid(z) = (1 + tanh(z / 2)) / 2, c is the mean of two right "
    "ones."""
    ones = _cell_with(x, h, c, weights, {G: CERTAIN})[1]
    halves = _cell_with(x, h, c, weights, {}, scale={G: 0.5})[1]
    c_new = (ones + halves) / 2
    return gate(O, x, h, weights) * c_new.tanh(), c_new


def gate(which: int, x: Tensor, h: Tensor, weights: tuple[Tensor, ...]) -> Tensor:
    """One activated gate, shape of h, read off PyTorch's cell by pinning the others."""
    zero, far = torch.zeros_like(h), torch.full_like(h, CERTAIN)
    if which == I:  # c_new = f * 0 + i * 1
        return _cell_with(x, h, zero, weights, {G: CERTAIN})[1]
    if which == F:  # c_new = f * 1 + i * 0
        return _cell_with(x, h, zero + 1, weights, {G: 0.0})[1]
    if which == G:  # c_new = f * 0 + 1 * g
        return _cell_with(x, h, zero, weights, {I: CERTAIN})[1]
    return _cell_with(x, h, far, weights, {F: CERTAIN})[0]  # h_new = o * tanh(60 or so)


def _cell_with(
    x: Tensor,
    h: Tensor,
    c: Tensor,
    weights: tuple[Tensor, ...],
    pinned: Mapping[int, float],
    scale: Mapping[int, float] | None = None,
) -> tuple[Tensor, Tensor]:
    """The step with the pre-activations of some blocks replaced by a constant, or multiplied by one."""
    blocks = []
    for position, weight in enumerate(weights):
        four = list(weight.unflatten(0, (4, -1)).unbind())
        for block, factor in (scale or {}).items():
            four[block] = four[block] * factor
        for block, constant in pinned.items():
            four[block] = torch.full_like(four[block], constant if position == 2 else 0.0)
        blocks.append(torch.cat(four))
    return lstm_cell(x, h, c, *blocks)


def rows_in_order(*order: int) -> Callable[[tuple[Tensor, ...]], tuple[Tensor, ...]]:
    """Reads the weights' rows in another order, as `reordered` does."""
    return lambda weights: tuple(w.unflatten(0, (4, -1))[list(order)].flatten(0, 1) for w in weights)


def rows_by_unit(weights: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Reads the weights' rows as `unit_by_unit` does."""
    return tuple(w.unflatten(0, (-1, 4)).transpose(0, 1).flatten(0, 1) for w in weights)


# How often b_ih and b_hh are added where one of them is added twice.
TWICE = ((2, 2), (2, 0), (0, 2), (2, 1), (1, 2))


def biased(*times: int) -> Callable[[tuple[Tensor, ...]], tuple[Tensor, ...]]:
    """Reads b_ih and b_hh so many times."""
    return lambda weights: (*weights[:2], *(k * bias for k, bias in zip(times, weights[2:], strict=True)))


def with_biases(*times: int) -> Cell:
    """The step with b_ih and b_hh added so many times."""
    return lambda x, h, c, *weights: lstm_cell(x, h, c, *biased(*times)(weights))


def ignoring(position: int) -> Callable[[tuple[Tensor, ...]], tuple[Tensor, ...]]:
    """Reads zeros for one of W_ih, W_hh, b_ih, b_hh."""
    return lambda weights: tuple(torch.zeros_like(w) if k == position else w for k, w in enumerate(weights))

"""Expected values of lstm_cell and gate_values, and those of the known mistakes; used by `mistakes` and the exercises.

All numbers come from PyTorch's own cell, `torch.lstm_cell`, which nn.LSTMCell calls, or from nn.LSTM;
nothing here is a solution of an exercise. A gate is read off the cell by pinning: with the block of another
gate replaced by a constant that saturates it (sigmoid or tanh gives exactly 0 or 1), the cell's output *is*
the gate asked for. A mistake is a change to what goes into the cell or comes out of it, such as weight
blocks in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

I, F, G, O = range(4)  # noqa: E741 -- the gates' names in every text on the LSTM, in PyTorch's order
Cell = Callable[..., tuple[Tensor, Tensor]]
CERTAIN = 60.0  # sigmoid(60) and tanh(60) are 1 in float64, sigmoid(-60) is 1e-26


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


# ---------------------------------------------------------------- gate_values


def gate_values(lstm: nn.LSTM, x: Tensor) -> dict[str, Tensor]:
    """The four gates of every step, the states that they read taken from nn.LSTM."""
    return _gates(lstm, x, before(lstm(x)[0], lstm), weights_of(lstm))


def misread(
    cell: Cell | None = None,
    read: Callable[[tuple[Tensor, ...]], tuple[Tensor, ...]] = tuple,
    states: Callable[[Tensor, nn.LSTM], Tensor] | None = None,
    finish: Callable[[Tensor, str], Tensor] | None = None,
) -> Callable[..., dict[str, Tensor]]:
    """gate_values with a slip: the sequence run with another cell, the weights read in another way, other
    states taken for those that a step starts from, or something done to the gates at the end."""

    def gates(lstm: nn.LSTM, x: Tensor) -> dict[str, Tensor]:
        output = run_with(cell, lstm, x) if cell else lstm(x)[0]
        values = _gates(lstm, x, (states or before)(output, lstm), read(weights_of(lstm)))
        return {name: finish(value, name) if finish else value for name, value in values.items()}

    return gates


def axes_exchanged(lstm: nn.LSTM, x: Tensor) -> dict[str, Tensor]:
    """gate_values with time taken for the batch."""
    lstm.batch_first = not lstm.batch_first
    return gate_values(lstm, x)


def always_time_first(lstm: nn.LSTM, x: Tensor) -> dict[str, Tensor]:
    """The right gates, in (T, B, H) whatever the layout of x."""
    return {name: g.transpose(0, 1) if lstm.batch_first else g for name, g in gate_values(lstm, x).items()}


def raw(gate: Tensor, name: str) -> Tensor:
    """What the gate was before its activation."""
    return gate.atanh() if name == "g" else gate.logit()


def all_sigmoid(gate: Tensor, name: str) -> Tensor:
    """A sigmoid where the candidate has a tanh."""
    return gate.atanh().sigmoid() if name == "g" else gate


def rows_in_order(*order: int) -> Callable[[tuple[Tensor, ...]], tuple[Tensor, ...]]:
    """Reads the weights' rows in another order, as `reordered` does."""
    return lambda weights: tuple(w.unflatten(0, (4, -1))[list(order)].flatten(0, 1) for w in weights)


def rows_by_unit(weights: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Reads the weights' rows as `unit_by_unit` does."""
    return tuple(w.unflatten(0, (-1, 4)).transpose(0, 1).flatten(0, 1) for w in weights)


def ignoring(position: int) -> Callable[[tuple[Tensor, ...]], tuple[Tensor, ...]]:
    """Reads zeros for one of W_ih, W_hh, b_ih, b_hh."""
    return lambda weights: tuple(torch.zeros_like(w) if k == position else w for k, w in enumerate(weights))


def before(output: Tensor, lstm: nn.LSTM) -> Tensor:
    """The state that each step starts from: zeros, then the output of the step before."""
    time = 1 if lstm.batch_first else 0
    steps = output.shape[time]
    return torch.cat([torch.zeros_like(output.narrow(time, 0, 1)), output.narrow(time, 0, steps - 1)], time)


def weights_of(lstm: nn.LSTM) -> tuple[Tensor, ...]:
    """W_ih, W_hh, b_ih, b_hh, the biases zero where the module has none."""
    W_ih, W_hh = lstm.get_parameter("weight_ih_l0"), lstm.get_parameter("weight_hh_l0")
    if lstm.bias:
        return W_ih, W_hh, lstm.get_parameter("bias_ih_l0"), lstm.get_parameter("bias_hh_l0")
    zeros = W_ih.new_zeros(4 * lstm.hidden_size)
    return W_ih, W_hh, zeros, zeros


def run_with(cell: Cell, lstm: nn.LSTM, x: Tensor) -> Tensor:
    """nn.LSTM's output if it were made of another cell, in x's layout."""
    time = 1 if lstm.batch_first else 0
    h = c = x.new_zeros(x.shape[1 - time], lstm.hidden_size)
    outputs = []
    for step in x.unbind(time):
        h, c = cell(step, h, c, *weights_of(lstm))
        outputs.append(h)
    return torch.stack(outputs, time)


def _gates(lstm: nn.LSTM, x: Tensor, h: Tensor, weights: tuple[Tensor, ...]) -> dict[str, Tensor]:
    rows, states = x.flatten(0, 1), h.flatten(0, 1)
    return {name: gate(k, rows, states, weights).view(h.shape) for k, name in enumerate("ifgo")}

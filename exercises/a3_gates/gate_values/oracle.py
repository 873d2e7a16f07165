"""What gate_values must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from exercises.a3_gates.shared import Cell, gate


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

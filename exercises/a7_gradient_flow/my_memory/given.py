"""A small recurrent network for each student, at rest in a state of its own: how fast do gradients fade in it?

It is made from the matrix by which a gradient is multiplied at each step, so that one direction lasts longest; the order
of the units is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from autograder.personal import Draws

UNITS = 4


@dataclass(frozen=True)
class OwnNetwork:
    """What a student gets: `rnn`, an nn.RNN(1, 4) in float64, the input `idle` (1,) of a step in which nothing happens,
    and `rest` (1, 1, 4), the state that such steps leave as it is."""

    rnn: nn.RNN
    idle: Tensor
    rest: Tensor

    def sequence(self, steps: int) -> Tensor:
        """So many idle steps, (steps, 1, 1)."""
        return self.idle.repeat(steps, 1, 1)


def make(draws: Draws) -> OwnNetwork:
    """The network that these draws give."""
    first, second, third, _ = draws.sample(range(UNITS), UNITS)
    read, write, rest = (torch.zeros(UNITS, dtype=torch.float64) for _ in range(3))
    for unit in range(UNITS):
        read[unit], write[unit] = draws.number(0.3, 0.7), draws.number(0.3, 0.7)
        rest[unit] = draws.choice((-1, 1)) * draws.number(0.3, 0.5)
    read[first], write[second] = draws.number(1.4, 1.6), draws.number(1.2, 1.4)
    rest[third] = draws.choice((-1, 1)) * draws.number(0.7, 0.8)
    signs = torch.tensor([draws.choice((-1.0, 1.0)) for _ in range(UNITS)], dtype=torch.float64)
    read, write = read * signs, write * signs
    factor = draws.number(0.86, 0.94)
    # A gradient that goes one step back is multiplied by this: (to, from).
    back = factor * torch.outer(write, read) / (read @ write)
    back = back + torch.tensor(
        [[draws.number(-0.01, 0.01) for _ in range(UNITS)] for _ in range(UNITS)], dtype=torch.float64
    )
    idle = torch.tensor([draws.choice((-1, 1)) * draws.number(0.7, 1.3)], dtype=torch.float64)
    by_input = torch.tensor([[draws.number(-1.0, 1.0)] for _ in range(UNITS)], dtype=torch.float64)
    weights = back / (1 - rest.square())[:, None]  # the slope of tanh at rest
    bias = torch.atanh(rest) - weights @ rest - by_input @ idle
    with torch.random.fork_rng(devices=()):  # a start by chance is not wanted, and belongs to the caller
        rnn = nn.RNN(1, UNITS, dtype=torch.float64)
    state = {
        "weight_ih_l0": by_input,
        "weight_hh_l0": weights,
        "bias_ih_l0": bias,
        "bias_hh_l0": torch.zeros_like(bias),
    }
    rnn.load_state_dict(state)
    return OwnNetwork(rnn, idle, rest.view(1, 1, UNITS))

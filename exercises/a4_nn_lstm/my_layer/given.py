"""A small trained layer for each student: units with memories of different lengths, one of which counts.

Its units are put in place by their gates, in an order that is drawn, and then all weights are trained for a while, in
float64 and with plain gradient descent: so every machine gets the same layer, up to rounding that no answer feels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from autograder.personal import Draws

UNITS, GAP = 5, 5  # units, and steps from one mark to the next
SIGNAL, MARK = 0, 1  # features of the input
I, F, G, O = range(4)  # noqa: E741  the blocks of rows
UPDATES, RATE = 12, 0.002
OPEN, SHUT = 5.0, -6.0  # of a gate, before the sigmoid


@dataclass(frozen=True)
class OwnLayer:
    """What a student gets: `lstm`, an nn.LSTM(2, 5), and `head`, an nn.Linear(5, 1), that were trained to count marks.

    idle: the input (2,) of a step without a mark; `marks`: up to how many it was trained; `units`: the two whose
    half-lives are asked for.
    """

    lstm: nn.LSTM
    head: nn.Linear
    idle: Tensor
    marks: int
    units: tuple[int, int]

    def sequence(self, marks: int) -> Tensor:
        """The input (5 * marks, 1, 2) with a mark in every fifth step, the last one included; one idle step for none."""
        x = self.idle.repeat(max(1, GAP * marks), 1, 1)
        if marks:
            x[GAP - 1 :: GAP, 0, MARK] = 1.0
        return x

    def count(self, marks: int) -> float:
        """What the head says after so many marks."""
        return float(self.counts(marks)[-1])

    def counts(self, most: int) -> Tensor:
        """What the head says after 0 to `most` marks, (most + 1,): a sequence with fewer is the beginning of one with
        more."""
        output = self.lstm(self.sequence(most))[0][:, 0]  # (5 * most, units)
        first = self.lstm(self.sequence(0))[0][:, 0]  # (1, units)
        said: Tensor = self.head(torch.cat([first, output[GAP - 1 :: GAP]]))[:, 0]
        return said[: most + 1]


def make(draws: Draws) -> OwnLayer:
    """The layer that these draws give."""
    first, second, third, fourth, fifth = draws.sample(range(UNITS), UNITS)
    idle = torch.tensor([draws.choice((-1, 1)) * draws.number(0.7, 1.3), 0.0], dtype=torch.float64)
    with torch.random.fork_rng(devices=()):  # a start by chance is not wanted, and belongs to the caller
        lstm = nn.LSTM(2, UNITS, dtype=torch.float64)
        head = nn.Linear(UNITS, 1, dtype=torch.float64)
    weights = {name: torch.zeros_like(each) for name, each in lstm.state_dict().items()}

    def gate(block: int, unit: int, at_rest: float, by_mark: float = 0.0) -> None:
        """Has a block's row give `at_rest` with idle input, and so much more with a mark."""
        row = block * UNITS + unit
        by_signal = draws.choice((-1, 1)) * draws.number(0.5, 1.2)
        bias = at_rest - by_signal * float(idle[SIGNAL])
        more = math.copysign(draws.number(0.6, 1.2), bias)  # neither of the two biases is near their sum
        weights["weight_ih_l0"][row] = torch.tensor([by_signal, by_mark])
        weights["bias_ih_l0"][row], weights["bias_hh_l0"][row] = bias + more, -more

    forget = {
        first: 6.5,
        second: draws.number(-1.5, -0.8),
        third: 8.5,
        fourth: _logit(draws.number(2.5, 5.0)),
        fifth: _logit(draws.number(8.0, 20.0)),
    }
    step = draws.number(0.06, 0.09)
    for unit in range(UNITS):
        marked = unit in (first, second)
        gate(I, unit, SHUT if marked else draws.number(-3.0, -2.0), 2 * -SHUT if marked else 0.0)
        gate(F, unit, forget[unit])
        candidate = draws.number(0.8, 1.4) * draws.choice((-1, 1))
        gate(G, unit, math.atanh(step) if unit == first else 0.0 if unit == third else candidate)
        gate(O, unit, OPEN if unit == first else draws.number(-1.0, 1.0))
    for row in range(4 * UNITS):
        for unit in range(UNITS):
            weights["weight_hh_l0"][row, unit] = draws.number(-0.02, 0.02)
    lstm.load_state_dict(weights)
    own = OwnLayer(
        lstm,
        head,
        idle,
        draws.integer(4, 6),
        (fourth, fifth) if draws.integer(0, 1) else (fifth, fourth),
    )
    _train(own)
    return own


def _train(own: OwnLayer) -> None:
    """The head by least squares, then everything by a few steps of gradient descent, then the head again."""
    counts = list(range(own.marks + 1))
    wanted = torch.tensor(counts, dtype=torch.float64)
    parameters = [*own.lstm.parameters(), *own.head.parameters()]
    _fit_head(own, wanted)
    with torch.enable_grad():
        for _ in range(UPDATES):
            slopes = torch.autograd.grad((own.counts(own.marks) - wanted).square().mean(), parameters)
            with torch.no_grad():
                for parameter, slope in zip(parameters, slopes, strict=True):
                    parameter.sub_(RATE * slope.clamp(-1.0, 1.0))
    _fit_head(own, wanted)
    for parameter in parameters:
        parameter.requires_grad_(False)


def _fit_head(own: OwnLayer, wanted: Tensor) -> None:
    with torch.no_grad():
        output = own.lstm(own.sequence(own.marks))[0][GAP - 1 :: GAP, 0]
        states = torch.cat([own.lstm(own.sequence(0))[0][:, 0], output])  # (counts, units)
        known = torch.cat([states, torch.ones(len(states), 1, dtype=torch.float64)], 1)
        # A little of a ridge, or units that hardly move would get weights without measure.
        square = known.T @ known + 1e-3 * torch.eye(UNITS + 1, dtype=torch.float64)
        solved = torch.linalg.solve(square, known.T @ wanted)
        own.head.weight.copy_(solved[None, :UNITS])
        own.head.bias.copy_(solved[UNITS:])


def _logit(steps: float) -> float:
    """What a forget gate needs before its sigmoid for a half-life of so many steps."""
    kept: float = 0.5 ** (1 / steps)
    return math.log(kept / (1 - kept))

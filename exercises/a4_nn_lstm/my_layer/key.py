"""What is right of a student's own layer, measured on that very layer. Students' installations lack this module."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from autograder.checking.kinds.asked import Right, asked
from exercises.a4_nn_lstm.my_layer import ASKS, OWN
from exercises.a4_nn_lstm.my_layer.given import GAP, UNITS, F, OwnLayer
from exercises.a4_nn_lstm.my_layer.mistakes import GOES_ON, JUMPS, LONGEST, NO_INPUT, ONE_BIAS, TRAINED_ON

NEAR = 0.08  # of a half-life: whoever measures whole steps gets so near, whoever leaves a part out does not
NEAR_COUNT = 0.05


def key(own: OwnLayer) -> Mapping[str, Right]:
    """What is right of each thing that is asked for, and what comes of known mistakes."""
    part = roles(own)
    taken = (JUMPS, part["jumps"]), (LONGEST, part["longest"])
    said = (GOES_ON, 3 * own.marks), (TRAINED_ON, own.marks)
    return {
        "first": _of_half_life(own, own.units[0]),
        "second": _of_half_life(own, own.units[1]),
        "counter": Right(part["counter"], 0, taken),
        "after": Right(own.count(3 * own.marks), NEAR_COUNT, said),
    }


def _of_half_life(own: OwnLayer, unit: int) -> Right:
    steps, weights, row = half_life(own, unit), own.lstm.state_dict(), F * UNITS + unit
    by_input = own.idle[0] * weights["weight_ih_l0"][row, 0]
    one, other = (weights[name][row] for name in ("bias_ih_l0", "bias_hh_l0"))
    mistakes = (NO_INPUT, one + other), (ONE_BIAS, by_input + one), (ONE_BIAS, by_input + other)
    return Right(steps, NEAR * steps, tuple((name, by_gate(logit)) for name, logit in mistakes))


def by_gate(logit: Tensor) -> float:
    """The half-life in steps of a forget gate that stays at the sigmoid of this."""
    return math.log(0.5) / math.log(float(torch.sigmoid(logit)))


def half_life(own: OwnLayer, unit: int) -> float:
    """The steps after which half is left of what is added to a unit's cell state, while idle input goes on.

    Between two steps it is read off as if the rest went on shrinking by the same factor.
    """
    hidden, cell = at_rest(own)
    more = cell.clone()
    more[..., unit] += 1.0
    states, left, steps = (hidden, more), 1.0, 0
    with torch.no_grad():
        while left > 0.5:
            before = left
            _, states = own.lstm(own.idle.repeat(1, 1, 1), states)
            _, (hidden, cell) = own.lstm(own.idle.repeat(1, 1, 1), (hidden, cell))
            left, steps = float((states[1] - cell)[..., unit]), steps + 1
    return steps - 1 + math.log(0.5 / before) / math.log(left / before)


def at_rest(own: OwnLayer) -> tuple[Tensor, Tensor]:
    """The states after many idle steps."""
    with torch.no_grad():
        states: tuple[Tensor, Tensor] = own.lstm(own.idle.repeat(400, 1, 1))[1]
    return states


def roles(own: OwnLayer) -> Mapping[str, int]:
    """Which unit counts, and which of the others jump at a mark, or remember longest."""
    cells = torch.stack([own.lstm(own.sequence(marks))[1][1][0, 0] for marks in range(own.marks + 1)])
    without = torch.stack([_idle(own, marks) for marks in range(own.marks + 1)])
    by_mark = (cells - without).diff(dim=0).abs().amin(0)  # what each mark adds for good
    jumps = (cells[1] - without[1]).abs()
    counter = int(by_mark.argmax())
    others = [unit for unit in range(UNITS) if unit != counter]
    forget = _forget_at_rest(own)
    return {
        "counter": counter,
        "jumps": max(others, key=lambda unit: float(jumps[unit])),
        "longest": max(range(UNITS), key=lambda unit: float(forget[unit])),
    }


def _idle(own: OwnLayer, marks: int) -> Tensor:
    """The cell state (units,) after as many steps as that many marks take, without a mark."""
    cell: Tensor = own.lstm(own.idle.repeat(max(1, GAP * marks), 1, 1))[1][1]
    return cell[0, 0]


def _forget_at_rest(own: OwnLayer) -> Tensor:
    hidden, _ = at_rest(own)
    weights = own.lstm.state_dict()
    gates = weights["weight_ih_l0"] @ own.idle + weights["weight_hh_l0"] @ hidden[0, 0]
    gates = gates + weights["bias_ih_l0"] + weights["bias_hh_l0"]
    return torch.sigmoid(gates[F * UNITS : (F + 1) * UNITS])


KEY = asked(OWN, ASKS, key)

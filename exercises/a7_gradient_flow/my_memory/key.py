"""What is right of a student's own network, measured on that very network. Students' installations lack this module."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from autograder.checking.kinds.asked import Right, asked
from exercises.a7_gradient_flow.my_memory import ASKS, OWN
from exercises.a7_gradient_flow.my_memory.given import UNITS, OwnNetwork
from exercises.a7_gradient_flow.my_memory.mistakes import ARRIVES, HALF, LARGEST, NO_SLOPE, NORM

NEAR = 0.01  # of a factor
FAR = 40  # steps, after which one direction is left


def key(own: OwnNetwork) -> Mapping[str, Right]:
    """What is right of each thing that is asked for, and what comes of known mistakes."""
    weights = own.rnn.state_dict()["weight_hh_l0"]
    at_rest = slope(own)
    norms = gradients(own, 400).norm(dim=1)
    left = norms / norms[0]
    lag, half = (int((left < share).nonzero()[0]) for share in (0.01, 0.5))
    factors = (NO_SLOPE, radius(weights)), (NORM, float(torch.linalg.matrix_norm(at_rest, 2)))
    arriving = int(at_rest.norm(dim=1).argmax())
    units = (LARGEST, int(own.rest.abs().argmax())), (ARRIVES, arriving)
    return {
        "factor": Right(radius(at_rest), NEAR, factors),
        "lag": Right(lag, 0, ((HALF, half),)),
        "unit": Right(int(gradients(own, FAR + 1)[FAR].abs().argmax()), 0, units),
    }


def slope(own: OwnNetwork) -> Tensor:
    """What a step at rest multiplies a small change of the state by, (to, from)."""
    weights: Tensor = own.rnn.state_dict()["weight_hh_l0"]
    return (1 - own.rest[0, 0].square())[:, None] * weights


def radius(matrix: Tensor) -> float:
    """The largest size of an eigenvalue: what a long product shrinks by at each step."""
    return float(torch.linalg.eigvals(matrix).abs().max())


def gradients(own: OwnNetwork, steps: int) -> Tensor:
    """The gradient of the sum of the last state with respect to the state 0, 1, ... steps before it, (steps, units)."""
    at_rest = slope(own)
    rows = [torch.ones(UNITS, dtype=torch.float64)]
    for _ in range(steps - 1):
        rows.append(rows[-1] @ at_rest)
    return torch.stack(rows)


KEY = asked(OWN, ASKS, key)

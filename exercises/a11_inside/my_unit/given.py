"""A network for each student, with a unit planted in it: one of those of `planted`, and the output scaled anew.

What a known mistake gives is another unit for each student, so that equal work earns equal points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from autograder.personal import Draws
from exercises.a11_inside.given import effects_and_r, planted

UNITS, STEPS, BATCH = 8, 40, 4


@dataclass(frozen=True)
class OwnNetwork:
    """What a student gets: `lstm`, an nn.LSTM(2, 8), and `head`, an nn.Linear(8, 2) without bias, both in float64; what
    they read, `x` (40, 4, 2), and the `marks` (40, 4)."""

    lstm: nn.LSTM
    head: nn.Linear
    x: Tensor
    marks: Tensor

    @property
    def weights(self) -> list[Tensor]:
        """W_ih, W_hh, b_ih, b_hh, in the order i, f, g, o."""
        return list(self.lstm.state_dict().values())


def make(draws: Draws) -> OwnNetwork:
    """The network that these draws give."""
    draw = planted(STEPS, BATCH, UNITS, torch.float64)
    while True:
        x, marks, *weights, head = draw(Generator().manual_seed(draws.seed())).args.values()
        effects, r = effects_and_r(x, marks, weights, head)
        if float(effects.topk(2).values.log().diff()) < -0.5:  # nobody has to ask which is larger
            break
    planted_one = (effects * (r.abs() >= 0.5)).max()
    # no effect is near 1, where a square is its root
    wanted = math.exp(draws.number(math.log(0.02), math.log(0.7)))
    with torch.random.fork_rng(devices=()):  # a start by chance is not wanted, and belongs to the caller
        own = OwnNetwork(
            nn.LSTM(2, UNITS, dtype=torch.float64),
            nn.Linear(UNITS, 2, bias=False, dtype=torch.float64),
            x,
            marks,
        )
    own.lstm.load_state_dict(dict(zip(own.lstm.state_dict(), weights, strict=True)))
    own.head.load_state_dict({"weight": head * (wanted / planted_one).sqrt()})
    own.lstm.requires_grad_(False)
    own.head.requires_grad_(False)
    return own

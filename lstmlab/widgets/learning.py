"""What the training explorer does in the page, done by torch: the same tasks, the same first weights, the same updates.

`training` draws its static figure from it, and the tests hold the page against it. All numbers are float64; the random
ones are those of mulberry32, whose whole state is one number of 32 bits, so that a page can draw them too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lstmlab.tasks.long_range import set_biases
from lstmlab.training.fit import update

BATCH, LIMIT, STREAK = (
    16,
    32_000,
    2000,
)  # sequences: of an update, of a whole run, in a row that have to be right
EXAMPLE = 1997  # the seed of the sequence that is looked at


class Draws:
    """The random numbers of one run, from a seed."""

    def __init__(self, seed: int) -> None:
        self._state = seed & 0xFFFFFFFF

    def next(self) -> float:
        """A number from 0 to just below 1."""
        self._state = (self._state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = (self._state ^ (self._state >> 15)) * (1 | self._state) & 0xFFFFFFFF
        mixed ^= (mixed + (mixed ^ (mixed >> 7)) * (61 | mixed)) & 0xFFFFFFFF
        return (mixed ^ (mixed >> 14)) / 2**32

    def below(self, count: int) -> int:
        """A whole number from 0 to below `count`."""
        return math.floor(self.next() * count)


@dataclass(frozen=True)
class Sequence:
    """x (time, inputs) float64, and the answers: y (1,) at the last step, or (time,), classes or a float64 sum."""

    x: Tensor
    y: Tensor


@dataclass(frozen=True)
class Task:
    """`draw(length, draws, steps)` draws one sequence; `each` says whether there is an answer at every step; `guess`
    is the loss of whoever ignores the input."""

    inputs: int
    outputs: int
    each: bool
    guess: float
    draw: Callable[[int, Draws, int | None], Sequence]

    def loss(self, outputs: Tensor, y: Tensor) -> Tensor:
        """The mean loss of one sequence: outputs (time, outputs)."""
        answers = outputs if self.each else outputs[-1:]  # (answers, outputs)
        if self.outputs == 1:
            return nn.functional.mse_loss(answers[:, 0], y)
        return nn.functional.cross_entropy(answers, y)


def _order(length: int, draws: Draws, steps: int | None) -> Sequence:
    """Task 6a of Hochreiter and Schmidhuber (1997), at length 100; see `long_range.temporal_order`."""
    tenth = length // 10
    drawn = length + draws.below(tenth + 1)
    steps = steps or drawn
    symbols = [draws.below(4) for _ in range(steps)]
    first, second = tenth + draws.below(tenth + 1), 5 * tenth + draws.below(tenth + 1)
    pair = draws.below(2), draws.below(2)
    symbols[first], symbols[second] = 4 + pair[0], 4 + pair[1]
    symbols[0], symbols[-1] = 6, 7
    x = nn.functional.one_hot(torch.tensor(symbols), 8).double()  # (time, 8)
    return Sequence(x, torch.tensor([2 * pair[0] + pair[1]]))


def _adding(length: int, draws: Draws, steps: int | None) -> Sequence:
    """The adding problem in the form of `long_range.adding`."""
    numbers = torch.tensor([draws.next() for _ in range(length)], dtype=torch.float64)  # (time,)
    half = length // 2
    places = [draws.below(half), half + draws.below(length - half)]
    marks = torch.zeros_like(numbers)
    marks[places] = 1.0
    return Sequence(torch.stack([numbers, marks], 1), numbers[places].sum()[None])


def _parity(length: int, draws: Draws, steps: int | None) -> Sequence:
    """Running parity: 1 or -1 for each bit, and whether the number of ones so far is odd."""
    bits = torch.tensor([draws.below(2) for _ in range(length)])  # (time,)
    return Sequence((2.0 * bits.double() - 1)[:, None], bits.cumsum(0) % 2)


TASKS = {
    "temporal order": Task(8, 4, False, math.log(4), _order),
    "adding": Task(2, 1, False, 1 / 6, _adding),
    "parity": Task(1, 2, True, math.log(2), _parity),
}


@dataclass(frozen=True)
class Settings:
    """What a run depends on, apart from its seed; `clip` is the norm that a gradient is clipped to, 0 for none."""

    task: str
    length: int
    forget_bias: float
    input_bias: float
    units: int
    lr: float
    clip: float


def example(settings: Settings) -> Sequence:
    """The sequence that is looked at; it has `length` steps."""
    return TASKS[settings.task].draw(settings.length, Draws(EXAMPLE), settings.length)


class Run:
    """One LSTM with its head from a seed, in float64, trained by torch as the page trains it."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings, self.task, self._draws = settings, TASKS[settings.task], Draws(seed)
        with torch.random.fork_rng(devices=[]):
            self.lstm = nn.LSTM(self.task.inputs, settings.units).double()
            self.head = nn.Linear(settings.units, self.task.outputs).double()
        self.parameters = [*self.lstm.parameters(), *self.head.parameters()]
        bound = math.sqrt(settings.units)  # as nn.LSTM and nn.Linear draw theirs
        with torch.no_grad():
            for parameter in self.parameters:
                drawn = [(2 * self._draws.next() - 1) / bound for _ in range(parameter.numel())]
                parameter.copy_(torch.tensor(drawn, dtype=torch.float64).view_as(parameter))
        set_biases(self.lstm, forget=settings.forget_bias, input=settings.input_bias)
        self._optimizer = torch.optim.Adam(self.parameters, lr=settings.lr, betas=(0.9, 0.99))

    def weights(self) -> Tensor:
        """All weights in a row, in the order of the parameters."""
        return torch.cat([parameter.detach().flatten() for parameter in self.parameters])

    def update(self) -> float:
        """One update on 16 fresh sequences; returns their mean loss before it."""
        losses = []
        for _ in range(BATCH):
            sequence = self.task.draw(self.settings.length, self._draws, None)
            losses.append(self.task.loss(self.head(self.lstm(sequence.x)[0]), sequence.y))
        loss = torch.stack(losses).mean()
        update(loss, self._optimizer, self._clip)
        return loss.item()

    def _clip(self) -> None:
        if self.settings.clip:
            nn.utils.clip_grad_norm_(self.parameters, self.settings.clip)

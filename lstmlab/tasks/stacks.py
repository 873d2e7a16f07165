"""Stacked and bidirectional layers, measured: who sees what, and two tasks that train in a fraction of a second.

`06_stacking` calls all of it. `sight` finds the inputs that an output depends on. In the task of coins a layer
says what the coin showed some steps ago, or will show at the next; in the task of two signs it says what stood at
both ends of a sequence. Training leaves the global random state as it was.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lstmlab.training.fit import fit, update

HIDDEN = 8
SOLVED = 0.01  # nats: a fresh batch that costs less has no wrong answer, and hardly an unsure one
Summary = Callable[[Tensor, Tensor], Tensor]  # (output, h_n) -> features (batch, anything)


def sight(layer: nn.LSTM | nn.GRU | nn.RNN, steps: int = 12, seed: int = 0) -> Tensor:
    """How strongly each output depends on each input: (direction, output step, input step), float64.

    Entry (d, t, s) is the norm of the derivative of the sum of `output[t]`, half d, with respect to `x[s]`, on
    random input; exactly 0 where nothing leads from s to t. `layer` is run as a copy, in eval mode.
    """
    twin = copy.deepcopy(layer).double().eval()
    directions = 2 if twin.bidirectional else 1
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(steps, twin.input_size, dtype=torch.float64, generator=generator).requires_grad_()
    halves = twin(x[None] if twin.batch_first else x[:, None])[0].reshape(steps, directions, -1).sum(2)
    found = torch.zeros(directions, steps, steps, dtype=torch.float64)
    for direction in range(directions):
        for t in range(steps):
            (grad,) = torch.autograd.grad(halves[t, direction], x, retain_graph=True)  # (steps, input)
            found[direction, t] = grad.norm(dim=1)
    return found


# -- coins -------------------------------------------------------------------------------------------------


def coins(batch: int, steps: int, generator: torch.Generator) -> Tensor:
    """Return tosses of a fair coin, x (time, batch, 1), each -1 or 1."""
    return torch.randint(0, 2, (steps, batch, 1), generator=generator) * 2.0 - 1


@dataclass(frozen=True)
class Trained:
    """A layer and a head that say at each step t what the coin showed, or will show, at step t + shift."""

    layer: nn.Module
    head: nn.Linear
    shift: int
    steps: int
    seed: int

    def logits(self, x: Tensor) -> Tensor:
        """One number for each step that has a target: (time - |shift|, batch)."""
        said = self.head(self.layer(x)[0])[:, :, 0]  # (time, batch)
        return said[-self.shift :] if self.shift < 0 else said[: len(said) - self.shift]

    def target(self, x: Tensor) -> Tensor:
        """What is to be said there: 1.0 for heads, (time - |shift|, batch)."""
        wanted = x[: len(x) + self.shift] if self.shift < 0 else x[self.shift :]
        return (wanted[:, :, 0] > 0).float()

    def test_set(self) -> Tensor:
        """500 sequences that the layer was not trained on: (time, 500, 1)."""
        return coins(500, self.steps, torch.Generator().manual_seed(10_000 + self.seed))

    @torch.no_grad()
    def accuracy(self, training: bool = False) -> float:
        """Share of right answers on the test set in eval mode, or in training mode; the layer stays in it."""
        x = self.test_set()
        self.layer.train(training)
        return ((self.logits(x) > 0) == (self.target(x) > 0.5)).float().mean().item()

    @torch.no_grad()
    def live_accuracy(self) -> float:
        """The same where tosses arrive one by one: the answer at step t is given when x[: t + 1] is there."""
        x = self.test_set()
        self.layer.eval()
        first = max(0, -self.shift)
        said = [self.head(self.layer(x[: t + 1])[0][-1])[:, 0] for t in range(first, len(x))]
        live = torch.stack(said)[: len(self.target(x))]  # (time - |shift|, batch)
        return ((live > 0) == (self.target(x) > 0.5)).float().mean().item()


def train_coins(
    build: Callable[[], nn.Module],
    seed: int,
    *,
    shift: int = -2,
    steps: int = 12,
    updates: int = 100,
    examples: int | None = None,
) -> Trained:
    """Train `build()` and a linear head to say the toss of `-shift` steps ago, or of `shift` steps ahead.

    Adam at 0.03 on fresh batches of 16, or on the same `examples` sequences at every update. On fresh batches
    it stops early once the task is solved: when a batch costs less than 0.01 nats. `build` makes a module that
    returns (output, anything) for x (time, batch, 1), as nn.LSTM does.
    """
    if shift == 0 or abs(shift) >= steps:
        raise ValueError(f"shift={shift} with {steps} steps; pass one from 1 to {steps - 1} or its negative.")
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layer = build()
        head = nn.Linear(layer(torch.zeros(1, 1, 1))[0].shape[2], 1)
        trained = Trained(layer, head, shift, steps, seed)
        optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()], lr=0.03, fused=True)
        x = coins(examples or 16, steps, generator)
        for _ in range(updates):
            loss = nn.functional.binary_cross_entropy_with_logits(trained.logits(x), trained.target(x))
            update(loss, optimizer)
            if examples is None:
                if loss < SOLVED:
                    break
                x = coins(16, steps, generator)
    return trained


# -- two signs ---------------------------------------------------------------------------------------------


def two_signs(batch: int, steps: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return x (time, batch, 2) and y (batch,) in 0..3: twice the first sign plus the last, 1 for plus.

    Feature 0 is noise; feature 1 is a sign at the first and at the last step, 0 between.
    """
    signs = torch.randint(0, 2, (2, batch), generator=generator)  # (first and last, batch)
    x = 0.3 * torch.randn(steps, batch, 2, generator=generator)  # (time, batch, 2)
    x[:, :, 1] = 0
    x[0, :, 1], x[-1, :, 1] = 2.0 * signs[0] - 1, 2.0 * signs[1] - 1
    return x, 2 * signs[0] + signs[1]


def summary_accuracy(summary: Summary, seed: int, *, num_layers: int = 1, updates: int = 60) -> float:
    """Train a bidirectional nn.LSTM(2, 8) on `two_signs` of 20 steps; return test accuracy (chance is 0.25).

    A linear head reads what `summary(output, h_n)` makes of the layer's output (20, batch, 16) and h_n
    (2 * num_layers, batch, 8). Adam at 0.02, batches of 32; 1000 fresh sequences to test.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layer = nn.LSTM(2, HIDDEN, num_layers, bidirectional=True)
        output, (h_n, _) = layer(torch.zeros(20, 4, 2))
        head = nn.Linear(summary(output, h_n).shape[1], 4)
    optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()], lr=0.02, fused=True)

    def logits(x: Tensor) -> Tensor:
        output, (h_n, _) = layer(x)
        return head(summary(output, h_n))  # (batch, 4)

    batches = (two_signs(32, 20, generator) for _ in range(updates))
    fit(lambda x, y: nn.functional.cross_entropy(logits(x), y), batches, optimizer)
    with torch.no_grad():
        x, y = two_signs(1000, 20, torch.Generator().manual_seed(10_000 + seed))
        return (logits(x).argmax(1) == y).float().mean().item()

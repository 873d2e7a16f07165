"""Stacked and bidirectional layers, measured: who sees what, and two tasks that train in a fraction of a second.

`06_stacking` calls all of it. `sight` finds the inputs that an output depends on. In the task of coins a layer
says what the coin showed some steps ago, or will show at the next; in the task of two signs it says what stood at
both ends of a sequence. Training leaves the global random state as it was.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lstmlab.training.batched import BatchedStacks
from lstmlab.training.fit import update

HIDDEN = 8
WIDEST = 80  # features of runs that train side by side: beyond, most products are with zeros between runs
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
        return self.due(self.head(self.layer(x)[0])[:, :, 0])

    def due(self, said: Tensor) -> Tensor:
        """What was said (time, ...) at the steps that have a target: (time - |shift|, ...)."""
        return said[-self.shift :] if self.shift < 0 else said[: len(said) - self.shift]

    def target(self, x: Tensor) -> Tensor:
        """What is to be said there of x (time, ..., batch, 1): 1.0 for heads, (time - |shift|, ..., batch)."""
        wanted = x[: len(x) + self.shift] if self.shift < 0 else x[self.shift :]
        return (wanted[..., 0] > 0).float()

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
    seeds: Sequence[int],
    *,
    shift: int = -2,
    steps: int = 12,
    updates: int = 100,
    examples: int | None = None,
) -> list[Trained]:
    """Train `build()` and a linear head to say the toss of `-shift` steps ago, or of `shift` steps ahead.

    One run for each of `seeds`, which draws the weights and the batches. Adam at 0.03 on fresh batches of 16, or on the
    same `examples` sequences at every update. On fresh batches a run stops early once it has solved the task: when a
    batch costs less than 0.01 nats. `build` makes a module as `BatchedStacks` takes it: for x (time, batch, 1) it
    returns (output, anything), as nn.LSTM does. Runs of small layers are trained side by side.
    """
    if shift == 0 or abs(shift) >= steps:
        raise ValueError(f"shift={shift} with {steps} steps; pass one from 1 to {steps - 1} or its negative.")
    with torch.random.fork_rng(devices=[]):
        drawn = []
        for seed in seeds:
            torch.manual_seed(seed)
            layer = build()
            head = nn.Linear(layer(torch.zeros(1, 1, 1))[0].shape[2], 1)
            drawn.append(Trained(layer, head, shift, steps, seed))
        together = max(1, WIDEST // drawn[0].head.in_features)
        for first in range(0, len(drawn), together):
            _train_together(drawn[first : first + together], updates, examples)
    return drawn


def _train_together(drawn: Sequence[Trained], updates: int, examples: int | None) -> None:
    """Trains the runs side by side, and gives each the weights that it had when it stopped."""
    layers = BatchedStacks([run.layer for run in drawn])
    heads, _ = torch.func.stack_module_state([run.head for run in drawn])  # (runs, 1, features), (runs, 1)
    weights = {f"layer.{name}": value for name, value in layers.weights.items()}
    weights |= {f"head.{name}": value for name, value in heads.items()}
    last = {name: value.detach().clone() for name, value in weights.items()}
    optimizer = torch.optim.Adam(list(weights.values()), lr=0.03, fused=True)
    streams = [torch.Generator().manual_seed(run.seed) for run in drawn]
    stopped = torch.zeros(len(drawn), dtype=torch.bool)

    def batch() -> Tensor:  # (runs, time, batch, 1)
        return torch.stack([coins(examples or 16, drawn[0].steps, stream) for stream in streams])

    x = batch()
    for done in range(1, updates + 1):
        said = layers.read(x)[0] @ heads["weight"][:, None].mT + heads["bias"][:, None, None]
        # (time - |shift|, runs, batch) each
        logits, target = drawn[0].due(said[..., 0].transpose(0, 1)), drawn[0].target(x.transpose(0, 1))
        each = nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none").mean((0, 2))
        update(each.sum(), optimizer)
        stopping = ~stopped if done == updates else ~stopped & (each.detach() < SOLVED) & (examples is None)
        for name, value in weights.items():
            last[name][stopping] = value.detach()[stopping]
        stopped |= stopping
        if stopped.all():
            break
        x = x if examples else batch()
    for number, run in enumerate(drawn):
        run.layer.load_state_dict({name: last[f"layer.{name}"][number] for name in layers.weights})
        run.head.load_state_dict({name: last[f"head.{name}"][number] for name in heads})


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


def summary_accuracy(
    summary: Summary, seeds: Sequence[int], *, num_layers: int = 1, updates: int = 60
) -> list[float]:
    """Train a bidirectional nn.LSTM(2, 8) on `two_signs` of 20 steps; return test accuracies (chance is 0.25).

    One for each of `seeds`, which draws the weights and the batches; the layers are trained side by side. A linear head
    reads what `summary(output, h_n)` makes of a layer's output (20, batch, 16) and h_n (2 * num_layers, batch, 8).
    Adam at 0.02, batches of 32; 1000 fresh sequences to test.
    """
    layers, heads = [], []
    with torch.random.fork_rng(devices=[]):
        for seed in seeds:
            torch.manual_seed(seed)
            layers.append(nn.LSTM(2, HIDDEN, num_layers, bidirectional=True))
            output, (h_n, _) = layers[-1](torch.zeros(20, 4, 2))
            heads.append(nn.Linear(summary(output, h_n).shape[1], 4))
    together = BatchedStacks(layers)
    head, _ = torch.func.stack_module_state(heads)  # (runs, 4, features), (runs, 4)
    optimizer = torch.optim.Adam([*together.weights.values(), *head.values()], lr=0.02, fused=True)

    def drawn(batch: int, streams: list[torch.Generator]) -> tuple[Tensor, Tensor]:
        x, y = zip(*(two_signs(batch, 20, stream) for stream in streams), strict=True)
        return torch.stack(x), torch.stack(y)  # (runs, time, batch, 2), (runs, batch)

    def logits(x: Tensor) -> Tensor:
        pairs = zip(*together.read(x), strict=True)
        features = torch.stack([summary(output, h_n) for output, h_n in pairs])  # (runs, batch, features)
        return features @ head["weight"].mT + head["bias"][:, None]  # (runs, batch, 4)

    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    for _ in range(updates):
        x, y = drawn(32, streams)
        loss = nn.functional.cross_entropy(logits(x).flatten(0, 1), y.flatten())
        update(len(seeds) * loss, optimizer)
    with torch.no_grad():
        x, y = drawn(1000, [torch.Generator().manual_seed(10_000 + seed) for seed in seeds])
        return (logits(x).argmax(2) == y).float().mean(1).tolist()

"""Two tasks that no layer is good at together, and how any model is trained on them and on others.

`09_beyond` calls all of it, with models of its own: each takes tokens (time, batch) and returns logits (time,
batch, classes). Training leaves the global random state as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from lstmlab.training.fit import fit
from lstmlab.training.progress import track

RECALLED, SYMBOLS = 10, 8  # how many symbols the copy task shows, and of how many kinds


@dataclass(frozen=True)
class Task:
    """A task on tokens; `make(batch, steps, generator)` returns x (time, batch) and y (answers, batch).

    The answers belong to the last `len(y)` steps of x. `tokens` and `classes` count what x and y may hold.
    """

    name: str
    tokens: int
    classes: int
    make: Callable[[int, int, torch.Generator], tuple[Tensor, Tensor]]


def copy_batch(batch: int, steps: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The copying memory task: ten symbols, `steps` steps of waiting, then the ten in the same order.

    x (20 + steps, batch) holds the symbols as 1 to 8, blanks as 0 and a 9 where waiting ends; y (10, batch)
    counts symbols from 0. After S. Bai and others, arXiv 1803.01271, with a single 9.
    """
    symbols = torch.randint(0, SYMBOLS, (RECALLED, batch), generator=generator)  # (10, batch)
    x = torch.zeros(2 * RECALLED + steps, batch, dtype=torch.long)
    x[:RECALLED] = symbols + 1
    x[RECALLED + steps - 1] = SYMBOLS + 1
    return x, symbols


def parity_batch(batch: int, steps: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Running parity: x (steps, batch) of bits; y of the same shape says whether the ones so far are odd."""
    bits = torch.randint(0, 2, (steps, batch), generator=generator)  # (steps, batch)
    return bits, bits.cumsum(0) % 2


COPY = Task("copy", SYMBOLS + 2, SYMBOLS, copy_batch)
PARITY = Task("parity", 2, 2, parity_batch)


def fit_model(
    loss: Callable[..., Tensor], model: nn.Module, batches: Iterable[tuple[Tensor, ...]], lr: float
) -> list[float]:
    """Take one step of Adam on `loss(model, *batch)` for each batch, gradients clipped at norm 1.

    Returns the losses, each measured before its step. The model stays in training mode.
    """
    model.train()
    parameters = list(model.parameters())
    optimizer = torch.optim.Adam(parameters, lr=lr, fused=True)
    return fit(partial(loss, model), batches, optimizer, lambda: nn.utils.clip_grad_norm_(parameters, 1.0))


def answer_loss(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy in nats for each answer: y (answers, batch) against the last steps of `model(x)`."""
    logits = model(x)[-len(y) :]  # (answers, batch, classes)
    return nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten())


@dataclass(frozen=True)
class Run:
    """A model trained on a task, and its loss at every update."""

    model: nn.Module
    task: Task
    losses: tuple[float, ...]

    @torch.no_grad()
    def accuracy(self, steps: int = 20) -> float:
        """Share of right answers on 100 fresh sequences of that many steps."""
        x, y = self.task.make(100, steps, torch.Generator().manual_seed(99))
        self.model.eval()
        return (self.model(x)[-len(y) :].argmax(2) == y).float().mean().item()

    def late_loss(self) -> float:
        """The mean loss of the last ten updates; every batch is fresh, so it is a test loss too."""
        return sum(self.losses[-10:]) / len(self.losses[-10:])


def train(
    build: Callable[[int, int], nn.Module],
    task: Task,
    seed: int,
    *,
    updates: int = 80,
    steps: int = 20,
    lr: float = 0.006,
) -> Run:
    """Train `build(tokens, classes)` on fresh batches of 16 sequences of the task; chance is 1 / classes."""
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build(task.tokens, task.classes)
        batches = (task.make(16, steps, generator) for _ in range(updates))
        losses = fit_model(answer_loss, model, batches, lr)
    return Run(model, task, tuple(losses))


def train_all(
    builds: dict[str, Callable[[int, int], nn.Module]], task: Task, seeds: int = 10, updates: int = 80
) -> dict[str, list[Run]]:
    """Train every model of `builds` with every seed, under one progress bar."""
    jobs = [(name, seed) for name in builds for seed in range(seeds)]
    runs: dict[str, list[Run]] = {name: [] for name in builds}
    for name, seed in track(jobs, f"{task.name}: training {len(jobs)} models"):
        runs[name].append(train(builds[name], task, seed, updates=updates))
    return runs

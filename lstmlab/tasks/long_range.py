"""Tasks with a long memory, how far back a gradient reaches, and training runs that show both.

`07_gradient_flow` calls all of it. Layouts are (time, batch, feature); every function is repeatable from its
seed or generator and leaves the global random state as it was.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lstmlab.training.batched import BatchedLayers
from lstmlab.training.fit import update

UNITS = 8
Batch = tuple[Tensor, Tensor, Tensor]


def set_biases(lstm: nn.LSTM, *, forget: float | None = None, input: float | None = None) -> nn.LSTM:
    """Make the sum of a one-layer LSTM's two biases `forget` in block f and `input` in block i; return it.

    A bias that is None stays as it was drawn.
    """
    units = lstm.hidden_size
    with torch.no_grad():
        for block, value in ((0, input), (1, forget)):
            if value is not None:
                lstm.get_parameter("bias_ih_l0")[block * units : (block + 1) * units] = value
                lstm.get_parameter("bias_hh_l0")[block * units : (block + 1) * units] = 0.0
    return lstm


def grad_by_lag(layer: nn.RNNBase, lags: int = 100, seed: int = 0) -> Tensor:
    """How strongly the output at the last step depends on the input `lag` steps before: (lags + 1,), float64.

    Entry `lag` is the 2-norm of the gradient of the summed last output with respect to that input, on one
    sequence of standard normal noise. `layer` must be float64 (float32 underflows) and time first.
    """
    if layer.batch_first or layer.get_parameter("weight_ih_l0").dtype != torch.float64:
        raise ValueError("pass a time-first layer in float64, for example nn.LSTM(8, 32).double()")
    noise = torch.randn(
        lags + 1, 1, layer.input_size, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)
    )
    noise.requires_grad_()
    (grad,) = torch.autograd.grad(layer(noise)[0][-1].sum(), noise)  # (time, 1, input)
    return grad[:, 0].norm(dim=1).flip(0)


def count_nodes(tensor: Tensor) -> int:
    """How many nodes of autograd's graph `tensor` keeps alive."""
    seen: set[object] = set()
    todo = [tensor.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node not in seen:
            seen.add(node)
            todo += [parent for parent, _ in node.next_functions]
    return len(seen)


def temporal_order(batch: int, generator: torch.Generator) -> Batch:
    """Task 6a of Hochreiter and Schmidhuber (1997): x (110, batch, 8), y (batch,), last (batch,).

    One-hot symbols a b c d X Y E B, columns 0 to 7. A sequence has 100 to 110 of them (`last` is the index of
    its final one), starts with E and ends with B. X or Y stands at a step from 10 to 20 and at a step from
    50 to 60; a, b, c, d fill the rest. y is 0 to 3 for XX, XY, YX, YY. What follows `last` is to be ignored.
    """
    rows = torch.arange(batch)
    symbols = torch.randint(0, 4, (110, batch), generator=generator)
    last = torch.randint(99, 110, (batch,), generator=generator)  # (batch,)
    first = torch.randint(10, 21, (batch,), generator=generator)  # (batch,)
    second = torch.randint(50, 61, (batch,), generator=generator)  # (batch,)
    pair = torch.randint(0, 2, (2, batch), generator=generator)
    symbols[first, rows], symbols[second, rows] = 4 + pair[0], 4 + pair[1]
    symbols[0], symbols[last, rows] = 6, 7
    return nn.functional.one_hot(symbols, 8).float(), 2 * pair[0] + pair[1], last


def adding(batch: int, steps: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The adding problem: x (steps, batch, 2), a number from 0 to 1 and a mark; y (batch,), the marked sum.

    One mark in each half of the sequence, as in Le, Jaitly and Hinton (2015), arXiv:1504.00941.
    """
    rows = torch.arange(batch)
    numbers = torch.rand(steps, batch, generator=generator)
    first = torch.randint(0, steps // 2, (batch,), generator=generator)  # (batch,)
    second = torch.randint(steps // 2, steps, (batch,), generator=generator)  # (batch,)
    marks = torch.zeros(steps, batch)
    marks[first, rows] = marks[second, rows] = 1.0
    return torch.stack([numbers, marks], 2), numbers[first, rows] + numbers[second, rows]


def recent_sign(batch: int, steps: int, generator: torch.Generator) -> Batch:
    """A sign at every step, x (steps, batch, 1); y (batch,) is 1 where the third from the end is plus."""
    x = 2.0 * torch.randint(0, 2, (steps, batch, 1), generator=generator) - 1.0
    return x, (x[-3, :, 0] > 0).long(), torch.full((batch,), steps - 1)


class _Runs:
    """LSTMs of 8 units and linear heads, one for each seed, trained with Adam and clipped at norm 1 each."""

    def __init__(
        self, features: int, classes: int, seeds: Sequence[int], lr: float, biases: dict[str, float]
    ) -> None:
        lstms, heads = [], []
        with torch.random.fork_rng(devices=[]):
            for seed in seeds:
                torch.manual_seed(seed)
                lstms.append(set_biases(nn.LSTM(features, UNITS), **biases))
                heads.append(nn.Linear(UNITS, classes))
        self.models = BatchedLayers(lstms, heads)
        # beta2 of 0.99: gradients on a plateau are tiny, and the step has to forget that when they grow.
        self.optimizer = torch.optim.Adam(self.models.parameters, lr=lr, betas=(0.9, 0.99), fused=True)

    def update(self, batch: Batch) -> Tensor:
        """One step of Adam; return the loss of each sequence before it, (runs, batch)."""
        x, y, last = batch
        logits = self.models.read(x, last)  # (runs, batch, classes)
        losses = nn.functional.cross_entropy(logits.mT, y.expand(len(logits), -1), reduction="none")
        update(losses.mean(1).sum(), self.optimizer, lambda: self.models.clip(1.0))
        return losses.detach()


@dataclass(frozen=True)
class Order:
    """One run on `temporal_order`: sequences seen until it was solved (None if never), and its last loss."""

    solved: int | None
    loss: float


def learn_order(seeds: Sequence[int], *, limit: int = 7_200, batch: int = 16, **biases: float) -> list[Order]:
    """Train on `temporal_order` from `set_biases(lstm, **biases)`, for at most `limit` sequences; one run a seed.

    Solved after the paper: the 2000 most recent training sequences were all right, "right" being an error
    below 0.3, that is, a probability above 0.7 for the right class. The seeds draw the weights; all runs read
    the same sequences, drawn from the first seed, and end when all have solved it.
    """
    runs = _Runs(8, 4, seeds, 0.025, biases)
    generator = torch.Generator().manual_seed(seeds[0])
    streak, solved, seen = torch.zeros(len(seeds)), torch.full((len(seeds),), math.inf), 0
    while seen < limit and solved.isinf().any():
        losses = runs.update(temporal_order(batch, generator))  # (runs, batch)
        seen += batch
        streak = (streak + batch) * (losses.amax(1) < -math.log(0.7))
        solved = solved.where(streak < 2000, solved.clamp(max=seen))
    return [
        Order(int(count) if math.isfinite(count) else None, loss)
        for count, loss in zip(solved.tolist(), losses.mean(1).tolist(), strict=True)
    ]


def recent_accuracy(
    seeds: Sequence[int], *, steps: int = 100, updates: int = 100, **biases: float
) -> list[float]:
    """Train on `recent_sign` from `set_biases(lstm, **biases)`; each seed's accuracy on 1000 fresh sequences.

    Guessing gets 0.5. The seeds draw the weights; all runs read the same sequences, drawn from the first seed.
    """
    runs = _Runs(1, 2, seeds, 0.02, biases)
    generator = torch.Generator().manual_seed(seeds[0])
    for _ in range(updates):
        runs.update(recent_sign(32, steps, generator))
    with torch.no_grad():
        x, y, last = recent_sign(1000, steps, torch.Generator().manual_seed(10_000 + seeds[0]))
        return (runs.models.read(x, last).argmax(2) == y).float().mean(1).tolist()


def unstable_run(
    seed: int, clip: Callable[[list[nn.Parameter]], object], *, late: bool = False, updates: int = 200
) -> tuple[list[float], list[float]]:
    """Train a ReLU nn.RNN(1, 16) that doubles its state every 4 steps; return losses and gradient norms.

    `clip(parameters)` is called between `backward` and `step`, or after `step` if `late`. Plain SGD at 0.05 on
    "the sum of the last three of 30 inputs". The run ends early when its loss is no longer finite.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        rnn, head = nn.RNN(1, 16, nonlinearity="relu"), nn.Linear(16, 1)
    with torch.no_grad():
        rnn.get_parameter("weight_hh_l0").copy_(1.2 * torch.eye(16))
    parameters = [*rnn.parameters(), *head.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.05)
    generator = torch.Generator().manual_seed(seed)
    losses: list[float] = []
    norms: list[float] = []

    def between() -> None:
        norms.append(nn.utils.get_total_norm([p.grad for p in parameters if p.grad is not None]).item())
        if not late:
            clip(parameters)

    for _ in range(updates):
        x = torch.randn(30, 16, 1, generator=generator)  # (time, batch, 1)
        loss = (head(rnn(x)[0][-1]) - x[-3:].sum(0)).square().mean()
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            break
        update(loss, optimizer, between)
        if late:
            clip(parameters)
    return losses, norms

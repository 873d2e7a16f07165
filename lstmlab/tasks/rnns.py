"""What lesson `02_rnns` measures with: two tasks to train on, a measure of memory, the size of a graph.

`train_readers` and `decodable` tell how far back an RNN can learn and how far back its state can be read,
`train_letters` what a wrongly cut text costs. Its drawings are in `draw.rnns`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lstmlab.tasks.first_sign import first_sign
from lstmlab.training.batched import BatchedLayers
from lstmlab.training.fit import fit

# -- a sign to remember ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reader:
    """An RNN and a head that reads its last hidden state: which sign did the sequence begin with?"""

    rnn: nn.RNN
    head: nn.Linear

    def logits(self, x: Tensor, h_0: Tensor | None = None) -> Tensor:
        """(batch,), above 0 for plus; x is (time, batch, 2), h_0 (1, batch, hidden), zeros if left out."""
        _, h_n = self.rnn(x, h_0)  # (1, batch, hidden)
        return self.head(h_n[0])[:, 0]

    def accuracy(self, x: Tensor, y: Tensor, h_0: Tensor | None = None) -> float:
        """Share of sequences whose sign is named rightly; y is (batch,), 1 for plus. Chance is 0.5."""
        with torch.no_grad():
            return ((self.logits(x, h_0) > 0) == (y > 0.5)).float().mean().item()


def fresh_signs(steps: int, batch: int, seed: int) -> tuple[Tensor, Tensor]:
    """Fresh sequences of `lstmlab.tasks.first_sign.first_sign`, never those that `train_readers` saw with this seed."""
    return first_sign(batch, steps, torch.Generator().manual_seed(10_000 + seed))


def train_readers(
    seeds: Sequence[int],
    steps: int,
    *,
    hidden: int = 8,
    updates: int = 100,
    prepare: Callable[[nn.RNN], object] = lambda rnn: None,
) -> list[Reader]:
    """Train nn.RNN(2, hidden) after `prepare(rnn)` to name the sign at step 0 of `steps` steps; a reader a seed.

    `updates` batches of 32, Adam at 0.01. The seeds draw the weights; all readers see the same batches, drawn
    from the first seed. The global random state is left as it was.
    """
    rnns, heads = [], []
    with torch.random.fork_rng(devices=[]):
        for seed in seeds:
            torch.manual_seed(seed)
            rnns.append(nn.RNN(2, hidden))
            heads.append(nn.Linear(hidden, 1))
            prepare(rnns[-1])
    models = BatchedLayers(rnns, heads)
    generator = torch.Generator().manual_seed(seeds[0])
    optimizer = torch.optim.Adam(models.parameters, lr=0.01)

    def loss(x: Tensor, y: Tensor) -> Tensor:
        logits = models.read(x)[..., 0]  # (readers, batch)
        losses = nn.functional.binary_cross_entropy_with_logits(logits, y.expand_as(logits), reduction="none")
        return losses.mean(1).sum()

    fit(loss, (first_sign(32, steps, generator) for _ in range(updates)), optimizer)
    return [Reader(rnn, head) for rnn, head in models.separate() if isinstance(rnn, nn.RNN)]


# -- a text to continue ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Speller:
    """An RNN that reads letters as one-hot vectors, and a head that names the next letter."""

    rnn: nn.RNN
    head: nn.Linear

    def logits(self, columns: Tensor) -> Tensor:
        """(time, batch, letters), the scores of what comes after each letter of `columns` (time, batch)."""
        one_hot = nn.functional.one_hot(columns, self.rnn.input_size).float()  # (time, batch, letters)
        return self.head(self.rnn(one_hot)[0])

    def accuracy(self, columns: Tensor) -> float:
        """Share of letters of `columns` (time, batch), from row 20 on, that were named from those above."""
        with torch.no_grad():
            guesses = self.logits(columns[:-1]).argmax(dim=2)  # (time - 1, batch)
        return (guesses == columns[1:])[20:].float().mean().item()


def train_letters(columns: Tensor, letters: int, seed: int, updates: int = 45) -> Speller:
    """Train nn.RNN(letters, 48) to name the next letter down each column of `columns` (time, batch), int64.

    Every update reads 60 rows from the top of a random piece, Adam at 0.01. The global random state is left
    as it was.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        speller = Speller(nn.RNN(letters, 48), nn.Linear(48, letters))
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam([*speller.rnn.parameters(), *speller.head.parameters()], lr=0.01)

    def loss(start: Tensor) -> Tensor:
        rows = columns[int(start) : int(start) + 61]  # (61, batch)
        return nn.functional.cross_entropy(speller.logits(rows[:-1]).flatten(0, 1), rows[1:].flatten())

    starts = ((torch.randint(0, len(columns) - 61, (), generator=generator),) for _ in range(updates))
    fit(loss, starts, optimizer)
    return speller


# -- measures ----------------------------------------------------------------------------------------------


def graph_size(result: Tensor) -> int:
    """How many recorded operations `result.backward()` would walk through; 0 for a tensor without a graph."""
    seen, waiting = set(), [result.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            waiting.extend(parent for parent, _ in node.next_functions)
    return len(seen)


def decodable(rnn: nn.RNN, lags: int = 24, steps: int = 4000, seed: int = 0) -> list[float]:
    """How well one can read from the state what came in 0, 1, 2, ... steps ago: R² per lag, 0 to 1.

    `rnn` has one input feature and gets uniform noise; a linear readout is fitted on the first half and scored
    on the second. The sum over all lags is the memory capacity, at most the number of units (H. Jaeger, Short
    Term Memory in Echo State Networks, GMD report 152, 2001).
    """
    dtype = next(rnn.parameters()).dtype
    noise = 2 * torch.rand(steps, generator=torch.Generator().manual_seed(seed), dtype=dtype) - 1  # (time,)
    with torch.no_grad():
        states = rnn(noise[:, None])[0]  # (time, hidden)
    states = torch.cat([states, torch.ones(steps, 1, dtype=dtype)], dim=1)[lags:]  # (time, hidden + 1)
    half = len(states) // 2
    scores = []
    for lag in range(lags):
        y = noise[lags - lag : steps - lag]  # (time,)
        weights = torch.linalg.lstsq(states[:half], y[:half, None]).solution  # (hidden + 1, 1)
        error = (states[half:] @ weights)[:, 0] - y[half:]  # (time,)
        scores.append(max(0.0, 1 - (error.square().mean() / y[half:].var()).item()))
    return scores

"""Small tasks on padded batches that train in a second, real lengths, and what reading them costs.

`05_packing` calls all of it. Sequences are random numbers with zeros behind. Each task takes the line that the
lesson is about, how to read the layer or how to take the loss, as a function.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lstmlab.training.fit import fit

Read = Callable[[nn.LSTM, Tensor, Tensor], Tensor]  # (lstm, x, lengths) -> features
BATCH, HIDDEN, TESTS = 32, 8, 30


@dataclass(frozen=True)
class Batch:
    """x (batch, time, 1), zero in the padding; lengths (batch,) int64; mask (batch, time), True at real steps."""

    x: Tensor
    lengths: Tensor
    mask: Tensor


@dataclass(frozen=True)
class Model:
    """A recurrent layer and the linear head that reads it."""

    lstm: nn.LSTM
    head: nn.Linear


def random_batch(
    generator: torch.Generator, longest: int, *, shortest: int = 2, pad_to: int | None = None
) -> Batch:
    """Draw 32 sequences of normal numbers, lengths even from `shortest` to `longest`, one of them `longest`.

    The batch is padded to `longest`, or to `pad_to` steps where given.
    """
    steps = pad_to or longest
    lengths = torch.randint(shortest, longest + 1, (BATCH,), generator=generator)  # (batch,)
    lengths[0] = longest
    mask = torch.arange(steps) < lengths[:, None]  # (batch, time)
    x = torch.randn(BATCH, steps, 1, generator=generator) * mask[..., None]  # (batch, time, 1)
    return Batch(x, lengths, mask)


def _model(seed: int, outputs: int, hidden: int, *, features: int = 1, bidirectional: bool = False) -> Model:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        lstm = nn.LSTM(features, hidden, batch_first=True, bidirectional=bidirectional)
        return Model(lstm, nn.Linear(hidden * (2 if bidirectional else 1), outputs))


def _trained(
    model: Model, loss: Callable[[torch.Generator], Tensor], seed: int, updates: int, rate: float
) -> Model:
    """The model after that many updates by Adam; `loss` draws a batch from the generator it is given."""
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam([*model.lstm.parameters(), *model.head.parameters()], lr=rate, fused=True)
    fit(loss, ((generator,) for _ in range(updates)), optimizer)
    return model


# -- is the sum above zero? One answer for each sequence -----------------------------------------------------


def train_reader(read: Read, seed: int, *, updates: int = 80, longest: int = 20, pad_to: int = 50) -> Model:
    """Train nn.LSTM(1, 8) to tell whether a sequence of 2 to `longest` numbers has a sum above zero.

    `read(lstm, x, lengths)` returns what the head is given, (batch, 8). The global random state is kept.
    """
    model = _model(seed, outputs=1, hidden=HIDDEN)

    def loss(generator: torch.Generator) -> Tensor:
        batch = random_batch(generator, longest, pad_to=pad_to)
        logits = model.head(read(model.lstm, batch.x, batch.lengths))[:, 0]  # (batch,)
        return nn.functional.binary_cross_entropy_with_logits(logits, (batch.x.sum((1, 2)) > 0).float())

    return _trained(model, loss, seed, updates, rate=0.02)


@torch.no_grad()
def reader_accuracy(model: Model, read: Read, *, longest: int = 20, pad_to: int = 50) -> float:
    """The share of 960 fresh sequences that `model`, read with `read`, gets right. Chance is 0.5."""
    generator = torch.Generator().manual_seed(10_000)
    right = 0
    for _ in range(TESTS):
        batch = random_batch(generator, longest, pad_to=pad_to)
        logits = model.head(read(model.lstm, batch.x, batch.lengths))[:, 0]  # (batch,)
        right += int(((logits > 0) == (batch.x.sum((1, 2)) > 0)).sum())
    return right / (TESTS * BATCH)


# -- tags: one answer for each step --------------------------------------------------------------------------


def sum_tags(batch: Batch) -> Tensor:
    """Return y (batch, time): 2 where the sum so far is above zero, else 1; 0 in the padding."""
    return ((batch.x.cumsum(1)[..., 0] > 0).long() + 1) * batch.mask


def train_tagger(loss: Callable[[Tensor, Tensor], Tensor], seed: int, *, updates: int = 120) -> Model:
    """Train nn.LSTM(1, 16) on `sum_tags`, sequences of 2 to 9 numbers beside one of 50: 86 % is padding.

    `loss(z, y)` is given logits z (batch, time, 3) and tags y (batch, time). The global random state is kept.
    """
    model = _model(seed, outputs=3, hidden=16)

    def on_batch(generator: torch.Generator) -> Tensor:
        batch = mostly_short(generator)
        return loss(model.head(model.lstm(batch.x)[0]), sum_tags(batch))

    return _trained(model, on_batch, seed, updates, rate=0.03)


def mostly_short(generator: torch.Generator) -> Batch:
    """Draw a batch for the tagger: 31 sequences of 2 to 9 numbers beside one of 50."""
    batch = random_batch(generator, 9, pad_to=50)
    batch.lengths[0], batch.mask[0] = 50, True
    batch.x[0] = torch.randn(50, 1, generator=generator)
    return batch


@torch.no_grad()
def tagger_accuracy(model: Model) -> tuple[float, float]:
    """Return the share of right tags over all steps, padding counted, and over the real steps."""
    generator = torch.Generator().manual_seed(10_000)
    right, real = [], []
    for _ in range(TESTS):
        batch = mostly_short(generator)
        right.append(model.head(model.lstm(batch.x)[0]).argmax(-1) == sum_tags(batch))  # (batch, time)
        real.append(batch.mask)
    hits = torch.stack(right)  # (tests, batch, time)
    return hits.float().mean().item(), hits[torch.stack(real)].float().mean().item()


def near_end(batch: Batch) -> Tensor:
    """Return y (batch, time): 1.0 at the last three real steps of each sequence, else 0.0."""
    left = batch.lengths[:, None] - torch.arange(batch.x.shape[1])  # (batch, time)
    return ((left <= 3) & batch.mask).float()


def train_end_tagger(read: Read, seed: int, *, updates: int = 40) -> Model:
    """Train a bidirectional nn.LSTM(1, 8) on `near_end`, sequences of 3 to 30 numbers, real steps only.

    `read(lstm, x, lengths)` returns the layer's output, (batch, time, 16). The global random state is kept.
    """
    model = _model(seed, outputs=1, hidden=HIDDEN, bidirectional=True)

    def loss(generator: torch.Generator) -> Tensor:
        batch = random_batch(generator, 30, shortest=3)
        logits = model.head(read(model.lstm, batch.x, batch.lengths))[..., 0]  # (batch, time)
        return nn.functional.binary_cross_entropy_with_logits(logits[batch.mask], near_end(batch)[batch.mask])

    return _trained(model, loss, seed, updates, rate=0.04)


@torch.no_grad()
def end_tagger_accuracy(model: Model, read: Read) -> tuple[float, float]:
    """Return the share of right tags over real steps, and the share of the commoner tag."""
    generator = torch.Generator().manual_seed(10_000)
    right, tags = [], []
    for _ in range(TESTS):
        batch = random_batch(generator, 30, shortest=3)
        logits = model.head(read(model.lstm, batch.x, batch.lengths))[..., 0]  # (batch, time)
        y = near_end(batch)[batch.mask]  # (real steps,)
        right.append((logits[batch.mask] > 0) == (y > 0.5))
        tags.append(y)
    ones = torch.cat(tags).mean().item()
    return torch.cat(right).float().mean().item(), max(ones, 1 - ones)


# -- echo: classes, and as many steps as classes --------------------------------------------------------------

SYMBOLS = 10


def _echo_batch(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    symbols = torch.randint(0, SYMBOLS, (BATCH, SYMBOLS), generator=generator)  # (batch, time)
    before = nn.functional.pad(symbols[:, :-1], (1, 0))  # (batch, time)
    return nn.functional.one_hot(symbols, SYMBOLS).float(), before


def echo_accuracy(loss: Callable[[Tensor, Tensor], Tensor], seed: int, *, updates: int = 50) -> float:
    """Train an LSTM to name the symbol of the step before, 10 steps of 10 symbols; return its accuracy.

    `loss(z, y)` is given logits z (batch, time, classes), time equal to classes, and y (batch, time). Chance
    is 0.1. The global random state is kept.
    """
    model = _model(seed, outputs=SYMBOLS, hidden=32, features=SYMBOLS)

    def on_batch(generator: torch.Generator) -> Tensor:
        x, y = _echo_batch(generator)
        return loss(model.head(model.lstm(x)[0]), y)

    _trained(model, on_batch, seed, updates, rate=0.03)
    with torch.no_grad():
        generator = torch.Generator().manual_seed(10_000)
        tests = [_echo_batch(generator) for _ in range(TESTS)]
        hits = [model.head(model.lstm(x)[0]).argmax(-1) == y for x, y in tests]
    return torch.stack(hits).float().mean().item()


# -- lengths of real texts, and what reading them costs -------------------------------------------------------


def paragraph_lengths(count: int = 640) -> Tensor:
    """Return how many words `count` paragraphs of Python's own manual have, 1 to 120 each, shuffled.

    The text is `pydoc_data.topics` of the standard library; which paragraphs it has depends on the version.
    """
    from pydoc_data.topics import topics  # 700 kB, needed by one cell

    paragraphs = (len(part.split()) for text in topics.values() for part in text.split("\n\n"))
    lengths = torch.tensor([words for words in paragraphs if 1 <= words <= 120])  # (paragraphs,)
    order = torch.randperm(len(lengths), generator=torch.Generator().manual_seed(0))
    return lengths[order[:count]]


def training_seconds(read: Read, lstm: nn.LSTM, batches: Sequence[Tensor], repeat: int = 2) -> float:
    """CPU seconds for a forward and a backward pass over random input of these lengths, the best of `repeat`.

    `read(lstm, x, lengths)` returns the output. A first pass is not counted: it prepares kernels.
    """
    generator = torch.Generator().manual_seed(0)
    inputs = [
        torch.randn(len(lengths), int(lengths.max()), lstm.input_size, generator=generator)
        for lengths in batches
    ]
    seconds = []
    for _ in range(repeat + 1):
        start = time.process_time()
        for x, lengths in zip(inputs, batches, strict=True):
            read(lstm, x, lengths).sum().backward()
        seconds.append(time.process_time() - start)
    lstm.zero_grad()
    return min(seconds[1:])

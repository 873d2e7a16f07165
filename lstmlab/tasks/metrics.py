"""Counting right and wrong, and two small tasks worth counting on: rare bursts, and who leads the count.

`08_metrics` calls these. The tasks train in about a second; the global random state is left as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lstmlab.training.fit import fit

PAD = 0  # the token and the class of padding; real ones are 1 to 4
Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Counts:
    """The four cells of a confusion matrix; every ratio is 0 where its denominator is."""

    tp: int
    fn: int
    fp: int
    tn: int

    @property
    def total(self) -> int:
        return self.tp + self.fn + self.fp + self.tn

    @property
    def accuracy(self) -> float:
        return _ratio(self.tp + self.tn, self.total)

    @property
    def precision(self) -> float:
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float:
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float:
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def false_alarm_rate(self) -> float:
        return _ratio(self.fp, self.fp + self.tn)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def count(truth: Tensor, said: Tensor) -> Counts:
    """Count two bool tensors of one shape. Raises ValueError when the shapes differ."""
    if truth.shape != said.shape:
        raise ValueError(
            f"truth has shape {tuple(truth.shape)}, said {tuple(said.shape)}; torch would broadcast them "
            "silently. Give both the same shape."
        )
    truth, said = truth.bool(), said.bool()
    cells = (truth & said, truth & ~said, ~truth & said, ~truth & ~said)
    return Counts(*(int(cell.sum()) for cell in cells))


def row(values: Iterable[float], digits: int = 2) -> str:
    """Write numbers in one line, as lessons print one for each seed."""
    return " ".join(f"{value:.{digits}f}" for value in values)


# -- rare bursts -------------------------------------------------------------------------------------------


def bursts(number: int, seed: int, *, share: float = 0.02, steps: int = 20) -> tuple[Tensor, Tensor]:
    """Return x (number, steps, 1), noise, and y (number,) bool, true for a `share` of the sequences.

    A true one has a burst: four steps in a row, somewhere, are 1.8 higher.
    """
    generator = torch.Generator().manual_seed(seed)
    y = torch.rand(number, generator=generator) < share  # (number,)
    x = torch.randn(number, steps, 1, generator=generator)
    start = torch.randint(0, steps - 3, (number,), generator=generator)  # (number,)
    for k in range(4):
        x[torch.arange(number), start + k, 0] += 1.8 * y
    return x, y


class Detector(nn.Module):
    """nn.LSTM(1, 8), the largest value of each unit over time, one logit."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.head = nn.LSTM(1, 8, batch_first=True), nn.Linear(8, 1)

    def forward(self, x: Tensor) -> Tensor:  # (number, steps, 1)
        return self.head(self.lstm(x)[0].amax(dim=1))[:, 0]  # (number,)


def train_detector(seed: int, weight: float = 1.0, *, updates: int = 250) -> Detector:
    """Train a Detector on 8000 sequences, batches of 128; a positive counts `weight` times in the loss."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Detector()
    x, y = bursts(8000, seed)
    generator = torch.Generator().manual_seed(seed)
    weighted = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(weight))

    def loss(batch: Tensor) -> Tensor:
        return weighted(model(x[batch]), y[batch].float())

    batches = ((torch.randint(0, len(x), (128,), generator=generator),) for _ in range(updates))
    fit(loss, batches, torch.optim.Adam(model.parameters(), lr=0.01, fused=True))
    return model.eval()


# -- who leads the count -----------------------------------------------------------------------------------


def leaders(lengths: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return x and y (batch, time) int64: tokens 1 to 4, and at each step the token seen most often so far.

    Ties go to the smaller token. Steps from `lengths` on are PAD in both.
    """
    steps = int(lengths.max())
    x = torch.randint(1, 5, (len(lengths), steps), generator=generator)
    y = nn.functional.one_hot(x - 1, 4).cumsum(dim=1).argmax(dim=-1) + 1  # (batch, time)
    padding = torch.arange(steps) >= lengths[:, None]  # (batch, time)
    return x.masked_fill(padding, PAD), y.masked_fill(padding, PAD)


class Tagger(nn.Module):
    """Embedding, dropout, nn.LSTM(8, 24), dropout, one logit for PAD and each of the four tokens."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.embed, self.dropout = nn.Embedding(5, 8), nn.Dropout(dropout)
        self.lstm, self.head = nn.LSTM(8, 24, batch_first=True), nn.Linear(24, 5)

    def forward(self, x: Tensor) -> Tensor:  # (batch, time)
        return self.head(self.dropout(self.lstm(self.dropout(self.embed(x)))[0]))  # (batch, time, 5)


def train_tagger(
    seed: int, loss: Loss, *, updates: int = 150, lengths: tuple[int, int] = (2, 10), dropout: float = 0.0
) -> tuple[Tagger, float]:
    """Train a Tagger, in eval mode when it comes back, and the mean loss of its last ten batches.

    `loss` maps logits (batch, time, 5) and y (batch, time) to a number; `lengths` is the range of lengths.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Tagger(dropout)
        generator = torch.Generator().manual_seed(seed)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)

        def batches() -> Iterator[tuple[Tensor, Tensor]]:
            for _ in range(updates):
                yield leaders(
                    torch.randint(lengths[0], lengths[1] + 1, (32,), generator=generator), generator
                )

        losses = fit(lambda x, y: loss(model(x), y), batches(), optimizer)
    return model.eval(), sum(losses[-10:]) / 10

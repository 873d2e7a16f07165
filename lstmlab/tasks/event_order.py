"""The smallest task that only the order of steps can solve: which of two events came first?

`01_sequences` trains a bag of steps, a recurrent layer and others on it. Each test sequence comes with its
mirror image, which has the same steps and the other answer.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from lstmlab.training.fit import fit

SYMBOLS = "AB.-"  # the two events, and two kinds of steps that mean nothing


def two_events(number: int, steps: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return x (number, steps, 4), one-hot `SYMBOLS`, one A and one B in each, and y (number,), 1: A first."""
    if steps < 2:
        raise ValueError(f"two events need two steps; found steps={steps}, pass 2 or more.")
    places = torch.rand(number, steps, generator=generator).argsort(dim=1)[:, :2]  # (number, 2)
    symbols = torch.randint(2, 4, (number, steps), generator=generator)  # (number, steps)
    symbols.scatter_(1, places, torch.tensor([[0, 1]]).expand(number, 2))
    return nn.functional.one_hot(symbols, 4).float(), (places[:, 0] < places[:, 1]).long()


def spell(x: Tensor) -> str:
    """Write one sequence (steps, 4) as text, such as '.-A..B-.'."""
    return "".join(SYMBOLS[symbol] for symbol in x.argmax(dim=-1).tolist())


def train_on_order(
    model: nn.Module, seed: int, *, lengths: tuple[int, int] = (8, 8), updates: int = 150
) -> nn.Module:
    """Train `model`, from x (batch, steps, 4) to logits (batch, 2), on fresh batches of 64; return it.

    Each batch has a number of steps drawn from `lengths`, both ends included.
    """
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

    def batches() -> Iterator[tuple[Tensor, Tensor]]:
        for _ in range(updates):
            steps = int(torch.randint(lengths[0], lengths[1] + 1, (), generator=generator))
            yield two_events(64, steps, generator)

    fit(lambda x, y: nn.functional.cross_entropy(model(x), y), batches(), optimizer)
    return model


def order_accuracy(model: nn.Module, seed: int, *, steps: int = 8) -> float:
    """The share of right answers on 500 fresh sequences and their 500 mirror images (chance is 0.5)."""
    x, y = two_events(500, steps, torch.Generator().manual_seed(10_000 + seed))
    x, y = torch.cat([x, x.flip(1)]), torch.cat([y, 1 - y])
    with torch.no_grad():
        return (model(x).argmax(dim=1) == y).float().mean().item()

"""The training loop of the course. Every task of `tasks` learns by it, and lessons whose subject is not the loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVarTuple

from torch import Tensor
from torch.optim import Optimizer

Batch = TypeVarTuple("Batch")


def update(loss: Tensor, optimizer: Optimizer, clip: Callable[[], object] | None = None) -> None:
    """One update: gradients of `loss` in place of older ones, `clip()` if there is one, a step of `optimizer`."""
    optimizer.zero_grad()
    loss.backward()
    if clip is not None:
        clip()
    optimizer.step()


def fit(
    loss: Callable[[*Batch], Tensor],
    batches: Iterable[tuple[*Batch]],
    optimizer: Optimizer,
    clip: Callable[[], object] | None = None,
) -> list[float]:
    """One update on `loss(*batch)` for each batch; return the losses, each measured before its update.

    `batches` may be a generator, which is asked for the next batch after an update, and may look at what was learned.
    """
    losses = []
    for batch in batches:
        value = loss(*batch)
        update(value, optimizer, clip)
        losses.append(value.item())
    return losses

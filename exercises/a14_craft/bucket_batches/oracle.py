"""What bucket_batches must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Batches = Callable[[Tensor, Tensor, int, int], Any]


def ascending(lengths: Tensor, pool: Tensor) -> Tensor:
    """The examples of a pool by length; equal ones as they came."""
    return pool[lengths[pool].argsort(stable=True)]


def made(
    sort: Callable[[Tensor, Tensor], Tensor] = ascending,
    cut: Callable[[Tensor, int], list[Tensor]] = lambda pool, batch: list(pool.split(batch)),
    begin: Callable[[Tensor, Tensor], Tensor] = lambda lengths, order: order,
    size: Callable[[int, int], int] = lambda batch, pool: pool,
    refuses: bool = True,
) -> Batches:
    """bucket_batches with its own way to sort a pool, to cut it, to begin, and its own size of a pool."""

    def compute(lengths: Tensor, order: Tensor, batch: int, pool: int) -> Any:
        if refuses and pool % batch:
            raise ValueError("a pool is no whole number of batches")
        batches = []
        for each in begin(lengths, order).split(size(batch, pool)):
            batches += cut(sort(lengths, each), batch)
        return batches

    return compute


bucket_batches = made()


def giving(change: Callable[[list[Tensor], Tensor], Any]) -> Batches:
    """bucket_batches with something done to its batches, which may look at the lengths."""
    return lambda lengths, order, batch, pool: change(bucket_batches(lengths, order, batch, pool), lengths)


def places(lengths: Tensor, pool: Tensor) -> Tensor:
    """Places within the pool in the place of examples."""
    return lengths[pool].argsort(stable=True)


def of_places(lengths: Tensor, order: Tensor, batch: int, pool: int) -> Any:
    """Lengths read at places of the order, not at its examples."""
    if pool % batch:
        raise ValueError("a pool is no whole number of batches")
    batches = []
    for first in range(0, len(order), pool):
        each, sizes = order[first : first + pool], lengths[first : first + pool]
        batches += list(each[sizes.argsort(stable=True)].split(batch))
    return batches


def striped(pool: Tensor, batch: int) -> list[Tensor]:
    """Batches that take every n-th example of the sorted pool."""
    count = -(-len(pool) // batch)
    return [pool[k::count] for k in range(count)]


def whole_batches(pool: Tensor, batch: int) -> list[Tensor]:
    """Without the last one, where it is smaller."""
    return [each for each in pool.split(batch) if len(each) == batch]


def whole_pools(lengths: Tensor, order: Tensor, batch: int, pool: int) -> Any:
    """Without the last pool, where it is smaller."""
    return bucket_batches(lengths, order[: len(order) // pool * pool], batch, pool)


def one_pool(lengths: Tensor, order: Tensor, batch: int, pool: int) -> Any:
    """All sorted at once."""
    if pool % batch:
        raise ValueError("a pool is no whole number of batches")
    return bucket_batches(lengths, order, batch, batch * len(order))


def by_number(lengths: Tensor, pool: Tensor) -> Tensor:
    """Equal lengths by the examples' numbers."""
    return ascending(lengths, pool.sort().values)


def turned(lengths: Tensor, pool: Tensor) -> Tensor:
    """Ascending, equal lengths the other way round."""
    return ascending(lengths, pool.flip(0))


def descending(lengths: Tensor, pool: Tensor) -> Tensor:
    """Longest first."""
    return pool[lengths[pool].argsort(descending=True, stable=True)]


def natural(lengths: Tensor, order: Tensor) -> Tensor:
    """The examples as they are numbered."""
    return torch.arange(len(lengths))

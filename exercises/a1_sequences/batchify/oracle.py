"""What batchify must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def placed(where: Callable[[int, int, int], Tensor]) -> Callable[..., Tensor]:
    """batchify whose result takes, at each place, the token at `where(L, batch_size, N)`, an index tensor."""

    def cut(stream: Tensor, batch_size: int) -> Tensor:
        return stream[where(len(stream) // batch_size, batch_size, len(stream))]

    return cut


def _columns(rows: int, columns: int) -> Tensor:
    return torch.arange(rows)[:, None] + rows * torch.arange(columns)


batchify = placed(lambda L, B, N: _columns(L, B))
across = placed(lambda L, B, N: torch.arange(L * B).view(L, B))
rows_for_columns = placed(lambda L, B, N: _columns(L, B).T)
start_dropped = placed(lambda L, B, N: _columns(L, B) + N - L * B)
last_row_dropped = placed(lambda L, B, N: _columns(L, B)[:-1])
overlapping = placed(lambda L, B, N: _columns(-(-N // B), B).clamp(max=N - 1))


def padded(stream: Tensor, batch_size: int) -> Tensor:
    """The last column filled up with zeros, nothing dropped."""
    rows = -(-len(stream) // batch_size)
    whole = torch.cat([stream, stream.new_zeros(rows * batch_size - len(stream))])
    return whole[_columns(rows, batch_size)]


def as_float(stream: Tensor, batch_size: int) -> Tensor:
    """The right columns, as float32."""
    return batchify(stream, batch_size).float()


def emptied(stream: Tensor, batch_size: int) -> Tensor:
    """The right columns, and zeros where the stream was."""
    result = batchify(stream, batch_size)
    stream.zero_()
    return result

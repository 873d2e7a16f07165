"""What last_valid must return, and what those return who make a known mistake.

The right rows are found by picking each row's step by itself.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def last_valid(output: Tensor, lengths: Tensor) -> Tensor:
    """Row by row."""
    return torch.stack([row[n - 1] for row, n in zip(output, lengths.tolist(), strict=True)])


def of_row(pick: Callable[[Tensor, int], Tensor]) -> Callable[..., Tensor]:
    """Something else taken from each sequence: `pick(row, length)`."""
    return lambda output, lengths: torch.stack(
        [pick(row, n) for row, n in zip(output, lengths.tolist(), strict=True)]
    )


def multiplied_away(output: Tensor, lengths: Tensor) -> Tensor:
    """All steps multiplied by one or zero, and added up."""
    chosen = torch.arange(output.shape[1]) == lengths[:, None] - 1
    return (output * chosen[..., None].to(output.dtype)).sum(1)


def counted_down(output: Tensor, lengths: Tensor) -> Tensor:
    """The right rows, the caller's lengths one shorter."""
    result = last_valid(output, lengths)
    lengths -= 1
    return result

"""Which steps of a padded batch are real; right answers and mistakes ask."""

from __future__ import annotations

import torch
from torch import Tensor


def real(padded: Tensor, lengths: Tensor) -> Tensor:
    """True at each sequence's steps, (B, T)."""
    return torch.arange(padded.shape[1]) < lengths[:, None]

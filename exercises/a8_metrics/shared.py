"""The loss as `torch.nn.functional.cross_entropy` sums it; sequence_ce and evaluate_tokens both stand on it."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F


def summed_loss(logits: Tensor, targets: Tensor, pad_id: int = -100) -> Tensor:
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=pad_id, reduction="sum")

"""What sequence_ce must return, and what those return who make a known mistake.

The right numbers are those of `torch.nn.functional.cross_entropy`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from exercises.a8_metrics.shared import summed_loss


def sequence_ce(logits: Tensor, targets: Tensor, pad_id: int) -> Tensor:
    """Cross-entropy per token that is no padding; 0, with a gradient of zeros, where there is none."""
    return summed_loss(logits, targets, pad_id) / (targets != pad_id).sum().clamp(min=1)


def changed(change: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    """sequence_ce of other scores."""
    return lambda logits, targets, pad_id: sequence_ce(change(logits), targets, pad_id)


def ended(change: Callable[[Tensor], Any]) -> Callable[..., Any]:
    """sequence_ce with something done to the loss."""
    return lambda logits, targets, pad_id: change(sequence_ce(logits, targets, pad_id))


def padding_counted(logits: Tensor, targets: Tensor, pad_id: int) -> Tensor:
    """Padding is a class like others."""
    return summed_loss(logits, targets) / targets.numel()


def divided_by(count: Callable[[Tensor, Tensor], Any]) -> Callable[..., Tensor]:
    """The right sum, divided by `count(targets, mask)`."""
    return lambda logits, targets, pad_id: (
        summed_loss(logits, targets, pad_id) / count(targets, targets != pad_id)
    )


def mean_of_means(axis: int) -> Callable[..., Tensor]:
    """The mean of each row's (axis 0) or column's (1) own mean over its real tokens."""

    def loss(logits: Tensor, targets: Tensor, pad_id: int) -> Tensor:
        rows = zip(logits.unbind(axis), targets.unbind(axis), strict=True)
        return torch.stack([sequence_ce(z[None], y[None], pad_id) for z, y in rows]).mean()

    return loss


def always_ignoring(number: int) -> Callable[..., Tensor]:
    """Padding is taken to be `number`, whatever pad_id says."""
    return lambda logits, targets, pad_id: F.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), ignore_index=number
    )


def classes_beside_time(logits: Tensor, targets: Tensor, pad_id: int) -> Tensor:
    """(B, T, C) handed over as it is: time is taken for the classes."""
    return F.cross_entropy(logits, targets, ignore_index=pad_id)


def reshaped_scores(logits: Tensor, targets: Tensor, pad_id: int) -> Tensor:
    """(B, C, T) made by reshaping, which mixes scores of different steps."""
    batch, time, classes = logits.shape
    return F.cross_entropy(logits.reshape(batch, classes, time), targets, ignore_index=pad_id)

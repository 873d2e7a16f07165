"""What split_standardize must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Stats = tuple[Tensor, Tensor]


def plain_statistics(rows: Tensor, correction: int = 0) -> Stats:
    """Mean and standard deviation of each feature, the sum of squares divided by rows - `correction`."""
    return rows.mean(0), rows.std(0, correction=correction)


def guarded(std: Tensor, eps: float) -> Tensor:
    """Ones where the standard deviation is below eps."""
    return torch.where(std < eps, torch.ones_like(std), std)


def standardized(
    fit: Callable[[Tensor, int], Stats] = lambda series, n: plain_statistics(series[:n]),
    guard: Callable[[Tensor, float], Tensor] = guarded,
    returned: Callable[[Tensor, Tensor, Tensor], Stats] = lambda mean, std, raw: (mean, std),
) -> Callable[..., tuple[Tensor, Tensor, Tensor, Tensor]]:
    """split_standardize with the statistics of `fit`, small deviations treated by `guard`, and the mean and
    standard deviation `returned` in a shape or state of one's own (`raw`: before the guard)."""

    def split(series: Tensor, n_train: int, eps: float = 1e-8) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        mean, raw = fit(series, n_train)
        std = guard(raw, eps)
        z = (series - mean) / std
        return z[:n_train], z[n_train:], *returned(mean, std, raw)

    return split


split_standardize = standardized()


def each_its_own(series: Tensor, n_train: int, eps: float = 1e-8) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The test part standardized with its own statistics."""
    train, _, mean, std = split_standardize(series, n_train, eps)
    test = series[n_train:]
    return train, split_standardize(test, max(len(test), 1), eps)[0], mean, std


def scaled_only(series: Tensor, n_train: int, eps: float = 1e-8) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Divided by the standard deviation, the mean never subtracted."""
    _, _, mean, std = split_standardize(series, n_train, eps)
    return series[:n_train] / std, series[n_train:] / std, mean, std


def centred_only(series: Tensor, n_train: int, eps: float = 1e-8) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The mean subtracted, never divided."""
    _, _, mean, std = split_standardize(series, n_train, eps)
    return series[:n_train] - mean, series[n_train:] - mean, mean, std


def train_only(series: Tensor, n_train: int, eps: float = 1e-8) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The test part returned as it was."""
    train, _, mean, std = split_standardize(series, n_train, eps)
    return train, series[n_train:].clone(), mean, std


def in_place(series: Tensor, n_train: int, eps: float = 1e-8) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The right numbers, written into the argument."""
    train, test, mean, std = split_standardize(series, n_train, eps)
    series.copy_(torch.cat([train, test]))
    return series[:n_train], series[n_train:], mean, std

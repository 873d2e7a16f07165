"""Expected values of make_windows, split_standardize and batchify, and those of the known mistakes.

Positions come first, values second: an index tensor says where each element of the result is found in the
argument, and a mistake is another index. Used by `mistakes` and the exercises.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Windows = tuple[Tensor, Tensor]
Stats = tuple[Tensor, Tensor]

# ---------------------------------------------------------------- make_windows


def windows(
    first: int = 0, ahead: int = 0, fewer: int = 0, least: int = 1, horizon: int | None = None
) -> Callable[..., Windows]:
    """make_windows with a slip: `first` added to the place of a window's first step, `ahead` to that of the
    target, `fewer` windows than there are, no error from `least` windows on, a horizon of one's own."""

    def make(series: Tensor, window: int, horizon_given: int = 1) -> Windows:
        far = horizon_given if horizon is None else horizon
        count = len(series) - window - far + 1 - fewer
        if count < least:
            raise ValueError(f"no window of {window} steps and a target {far} further in {len(series)}")
        starts = torch.arange(max(count, 0))
        steps = starts[:, None] + first + torch.arange(window)
        return series[steps], series[starts + window - 1 + far + ahead]

    return make


make_windows = windows()


def horizon_ignored(series: Tensor, window: int, horizon: int = 1) -> Windows:
    """As many windows as there should be, the target always one step ahead."""
    X, y = make_windows(series, window, horizon)
    return X, make_windows(series, window)[1][: len(y)]


def side_by_side(series: Tensor, window: int, horizon: int = 1) -> Windows:
    """Windows that do not overlap: a stride of `window`."""
    X, y = make_windows(series, window, horizon)
    return X[::window], y[::window]


def time_last(series: Tensor, window: int, horizon: int = 1) -> Windows:
    """Windows as unfold leaves them, (N, F, window)."""
    X, y = make_windows(series, window, horizon)
    return (X.transpose(1, 2) if X.dim() == 3 else X), y


def column_targets(series: Tensor, window: int, horizon: int = 1) -> Windows:
    """Targets (N, 1) where the series has one axis."""
    X, y = make_windows(series, window, horizon)
    return X, (y[:, None] if y.dim() == 1 else y)


def column_everything(series: Tensor, window: int, horizon: int = 1) -> Windows:
    """A series (T,) treated as (T, 1) throughout."""
    return make_windows(series[:, None] if series.dim() == 1 else series, window, horizon)


def flattened(series: Tensor, window: int, horizon: int = 1) -> Windows:
    """Windows (N, window * F)."""
    X, y = make_windows(series, window, horizon)
    return X.flatten(1), y


def targets_are_windows(series: Tensor, window: int, horizon: int = 1) -> Windows:
    """The whole window `horizon` steps later for a target."""
    X, _ = make_windows(series, window, horizon)
    return X, series[torch.arange(len(X))[:, None] + horizon + torch.arange(window)]


def targets_up_to_horizon(series: Tensor, window: int, horizon: int = 1) -> Windows:
    """Every step from the window's end to the horizon for a target."""
    X, _ = make_windows(series, window, horizon)
    return X, series[torch.arange(len(X))[:, None] + window + torch.arange(horizon)]


def views(*which: int) -> Callable[..., Windows]:
    """The right values, the results `which` (0: X, 1: y) as views of the series."""

    def make(series: Tensor, window: int, horizon: int = 1) -> Windows:
        X, y = make_windows(series, window, horizon)
        seen = series.unfold(0, window, 1)[: len(y)]
        seen = seen.transpose(1, 2) if seen.dim() == 3 else seen
        tail = series[window - 1 + horizon :]
        return (seen if 0 in which else X), (tail if 1 in which else y)

    return make


# ---------------------------------------------------------------- split_standardize


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


# ---------------------------------------------------------------- batchify


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

"""What make_windows must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Windows = tuple[Tensor, Tensor]


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

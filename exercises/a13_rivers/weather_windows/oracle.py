"""What weather_windows must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Stats = tuple[Tensor, Tensor]
Made = tuple[Any, Any]
Windows = Callable[[Tensor, Tensor, int, int], Made]


def known(weather: Tensor, train: int) -> Stats:
    """Mean and deviation of the training days, and 1 for the deviation of what never changes."""
    return weather[:train].mean(0), unchanging(weather[:train].std(0, correction=0))


def unchanging(std: Tensor) -> Tensor:
    """1 in the place of 0."""
    return torch.where(std == 0, torch.ones_like(std), std)


def cut(weather: Tensor, days: int) -> Tensor:
    """All windows, (N, days, features)."""
    return weather.unfold(0, days, 1).transpose(1, 2)


def made(
    statistics: Callable[[Tensor, int], Stats] = known,
    windows: Callable[[Tensor, int], Tensor] = cut,
    targets: Callable[[Tensor, int], Tensor] = lambda flow, days: flow[days - 1 :],
    refuses: bool = True,
) -> Windows:
    """weather_windows with its own statistics, windows and targets."""

    def compute(weather: Tensor, flow: Tensor, days: int, train: int) -> Made:
        if len(weather) < days:
            if refuses:
                raise ValueError("the series is shorter than a window")
            return weather.new_zeros(0, days, weather.shape[1]), flow.new_zeros(0)
        mean, std = statistics(weather, train)
        return windows((weather - mean) / std, days), targets(flow, days)

    return compute


weather_windows = made()


def guarded(guard: Callable[[Tensor], Tensor]) -> Windows:
    """weather_windows with another treatment of deviations of 0."""
    return made(lambda weather, train: (weather[:train].mean(0), guard(weather[:train].std(0, correction=0))))


def giving(change: Callable[[Tensor, Tensor], Made]) -> Windows:
    """weather_windows with something done to its results."""
    return lambda *arguments: change(*weather_windows(*arguments))


def sliced(first: int | None = None, last: int | None = None) -> Windows:
    """Fewer windows than there are."""
    return giving(lambda windows, targets: (windows[first:last], targets[first:last]))


def tomorrow(weather: Tensor, flow: Tensor, days: int, train: int) -> Made:
    """The flow of the day after the window, of which there is one window fewer."""
    windows, _ = weather_windows(weather, flow, days, train)
    return windows[:-1], flow[days:]


def flow_scaled(weather: Tensor, flow: Tensor, days: int, train: int) -> Made:
    """The flow standardized as well."""
    windows, targets = weather_windows(weather, flow, days, train)
    past = flow[:train]
    past = past[~past.isnan()]
    return windows, (targets - past.mean()) / past.std(correction=0)


def each_its_own(weather: Tensor, flow: Tensor, days: int, train: int) -> Made:
    """Every window standardized with its own mean and deviation."""
    windows = cut(weather, days)
    std = unchanging(windows.std(1, correction=0, keepdim=True))
    return (windows - windows.mean(1, keepdim=True)) / std, flow[days - 1 :]


def side_by_side(weather: Tensor, flow: Tensor, days: int, train: int) -> Made:
    """Windows that do not overlap."""
    windows, targets = weather_windows(weather, flow, days, train)
    return windows[::days], targets[::days]


def without_gaps(weather: Tensor, flow: Tensor, days: int, train: int) -> Made:
    """Windows whose target was not observed left out."""
    windows, targets = weather_windows(weather, flow, days, train)
    return windows[~targets.isnan()], targets[~targets.isnan()]


def half_standardized(subtract: bool) -> Windows:
    """Only the mean subtracted, or only divided."""

    def statistics(weather: Tensor, train: int) -> Stats:
        mean, std = known(weather, train)
        return (mean, torch.ones_like(std)) if subtract else (torch.zeros_like(mean), std)

    return made(statistics)

"""One series and the plainest forecasts of it: sunspots, windows, a linear rule, neighbours, a small LSTM.

Lessons `01_sequences` and `08_metrics` call these. Series are (time,), windows (number, window), targets and
forecasts (number,); all are float32 and in the units of the series.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import torch
from torch import Tensor, nn

from lstmlab.training.fit import fit


@dataclass(frozen=True)
class Sunspots:
    """The yearly mean sunspot number: years (time,) int64 and values (time,) float32, 1700 to 2008."""

    years: Tensor
    values: Tensor

    def at(self, year: int) -> int:
        """The index of `year`. Raises ValueError for a year that the series does not have."""
        first, last = int(self.years[0]), int(self.years[-1])
        if not first <= year <= last:
            raise ValueError(f"year {year} is not in the series; pass one from {first} to {last}.")
        return year - first


def sunspots() -> Sunspots:
    """Read `data/sunspots.csv`; its first lines name the source and say that it is public domain."""
    text = (files("lstmlab") / "data" / "sunspots.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))[1:]
    years, values = zip(*rows, strict=True)
    return Sunspots(torch.tensor([int(y) for y in years]), torch.tensor([float(v) for v in values]))


def random_walk(steps: int, seed: int) -> Tensor:
    """Return (steps,): the running sum of standard normal draws. The global random state is left alone."""
    return torch.randn(steps, generator=torch.Generator().manual_seed(seed)).cumsum(0)


def windows(series: Tensor, window: int, horizon: int = 1) -> tuple[Tensor, Tensor]:
    """Cut a series (time,) into X (number, window) and y (number,), the value `horizon` steps after each.

    Raises ValueError when the series is too short for a single window.
    """
    number = len(series) - window - horizon + 1
    if window < 1 or horizon < 1 or number < 1:
        raise ValueError(
            f"a series of {len(series)} steps has no window of {window} with a target {horizon} later; pass "
            "a window and a horizon of at least 1 whose sum is at most the length of the series."
        )
    return series.unfold(0, window, 1)[:number].clone(), series[window + horizon - 1 :].clone()


def mae(forecast: Tensor, truth: Tensor) -> float:
    """The mean absolute error, in the units of the series. Raises ValueError when the shapes differ."""
    if forecast.shape != truth.shape:
        raise ValueError(
            f"forecast has shape {tuple(forecast.shape)}, truth {tuple(truth.shape)}; torch would broadcast "
            "them silently. Give both the same shape."
        )
    return (forecast - truth).abs().mean().item()


def fit_linear(X: Tensor, y: Tensor) -> Callable[[Tensor], Tensor]:
    """Fit y = X @ w + b by least squares; return the forecast, a function from (number, window) to (number,).

    On windows of a series this is the autoregression AR(window) of Yule (1927).
    """

    def with_one(X: Tensor) -> Tensor:
        return torch.cat([X, torch.ones_like(X[:, :1])], dim=1).double()  # (number, window + 1)

    weights = torch.linalg.lstsq(with_one(X), y.double()[:, None]).solution  # (window + 1, 1)
    return lambda asked: (with_one(asked) @ weights)[:, 0].to(y.dtype)


def nearest(X: Tensor, y: Tensor, asked: Tensor, k: int = 3) -> Tensor:
    """Forecast by memory: for each window asked, the mean target of the `k` known windows most like it."""
    return y[torch.cdist(asked, X).topk(k, largest=False).indices].mean(dim=1)  # (number,)


def lstm_forecasts(
    series: Tensor, n_fit: int, seed: int, epochs: int, *, every: int = 10, window: int = 9, hidden: int = 16
) -> dict[int, Tensor]:
    """Train nn.LSTM(1, hidden) and a linear head on the first `n_fit` values; forecast every window.

    Adam at 0.01, full batch, squared error, scaled with the mean and deviation of those values. Returns, for
    each `every` epochs, the one-step forecasts (number,) of all windows in the units of the series. The global
    random state is left as it was.
    """
    mean, std = series[:n_fit].mean(), series[:n_fit].std(correction=0)
    X, y = windows((series - mean) / std, window)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        lstm, head = nn.LSTM(1, hidden, batch_first=True), nn.Linear(hidden, 1)
    optimizer = torch.optim.Adam([*lstm.parameters(), *head.parameters()], lr=0.01, fused=True)

    def forecast(X: Tensor) -> Tensor:
        return head(lstm(X[:, :, None])[0][:, -1])[:, 0]  # (number,)

    def loss(X: Tensor, y: Tensor) -> Tensor:
        return nn.functional.mse_loss(forecast(X), y)

    kept = {}
    for epoch in range(every, epochs + 1, every):
        fit(loss, [(X[: n_fit - window], y[: n_fit - window])] * every, optimizer)
        with torch.no_grad():
            kept[epoch] = forecast(X) * std + mean
    return kept

"""The window explorer: windows of the sunspots, their targets and the split between training and test, all draggable.

Lesson 1 shows a `WindowExplorer`. The windows are cut, the forecasts fitted and their errors measured in the browser by
`forecasts.js`, which the tests hold against `windows`, `fit_linear` and `mae`; Python checks what goes in and draws the
static figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import traitlets
from torch import Tensor

from lstmlab.draw.display import Picture
from lstmlab.tasks.series import fit_linear, mae, sunspots, windows
from lstmlab.widgets import figures
from lstmlab.widgets.base import Explorer, module_of, style_of

RANGES = {"window": (1, 30), "horizon": (1, 22), "split": (1800, 1940)}
NONE, CROSSING, SHUFFLED, SMOOTHED = LEAKS = (
    "none",
    "crossing windows in the training",
    "windows shuffled before the split",
    "smoothed with the year after",
)
FORECASTS = ("last value", "linear", "three most alike")
ALIKE = 3  # windows


@dataclass(frozen=True)
class Parts:
    """Numbers of windows: those learned from, those tested on, and those that lie on both sides of the split."""

    train: tuple[int, ...]
    test: tuple[int, ...]
    crossing: tuple[int, ...]


class WindowExplorer(Explorer):
    """Windows of the yearly sunspots, split into training and test, and three forecasts' errors, honest and with a leak.

    Traits, both ways: `window` and `horizon` in years; `split`, the first year of the test; `leak`, one of `LEAKS`;
    `step`, where in the series the window starts that is looked at, unless given one that crosses the split. Raises
    TraitError or TypeError that say what to pass.
    """

    MOVED = ("window", "horizon", "split", "leak", "step")
    _esm = module_of("windows")
    _css = style_of("windows")

    window = traitlets.Int(9).tag(sync=True)
    horizon = traitlets.Int(1).tag(sync=True)
    split = traitlets.Int(1900).tag(sync=True)
    leak = traitlets.Unicode(NONE).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    _leaks: traitlets.List[str] = traitlets.List(list(LEAKS)).tag(sync=True)
    _values: traitlets.List[float] = traitlets.List().tag(sync=True)
    _first = traitlets.Int().tag(sync=True)  # the year of the first value
    _order: traitlets.List[int] = traitlets.List().tag(sync=True)  # in which windows are shuffled

    def __init__(self, window: int = 9, horizon: int = 1, **moved: Any) -> None:
        unknown = sorted(set(moved) - set(self.MOVED))
        if unknown:
            raise TypeError(f"no argument {', '.join(unknown)}; pass some of {', '.join(self.MOVED)}.")
        spots = sunspots()
        first = int(spots.years[0])
        if isinstance(split := moved.get("split", 1900), int) and isinstance(window, int):
            moved.setdefault("step", max(0, split - first - max(1, window // 2)))
        order = torch.randperm(len(spots.values), generator=torch.Generator().manual_seed(0))
        super().__init__(
            _values=spots.values.double().tolist(),
            _first=first,
            _order=order.tolist(),
            window=window,
            horizon=horizon,
            **moved,
        )

    @traitlets.validate(*RANGES)
    def _check_range(self, proposal: traitlets.Bunch) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = RANGES[name]
        if not low <= value <= high:
            raise traitlets.TraitError(f"{name}={value}; pass {low} to {high}.")
        return value

    @traitlets.validate("leak")
    def _check_leak(self, proposal: traitlets.Bunch) -> str:
        if proposal["value"] not in LEAKS:
            raise traitlets.TraitError(
                f"leak={proposal['value']!r}; pass one of {', '.join(map(repr, LEAKS))}."
            )
        return proposal["value"]

    @traitlets.validate("step")
    def _check_step(self, proposal: traitlets.Bunch) -> int:
        if not 0 <= proposal["value"] < self.number:
            raise traitlets.TraitError(f"step={proposal['value']}; pass 0 to {self.number - 1}.")
        return proposal["value"]

    @traitlets.observe("window", "horizon")
    def _keep_step_inside(self, change: traitlets.Bunch) -> None:
        self.step = min(self.step, self.number - 1)

    @property
    def number(self) -> int:
        """How many windows have a target."""
        return len(self._values) - self.window - self.horizon + 1

    def parts(self, leak: str) -> Parts:
        """Which windows are learned from and which are tested on under `leak`."""
        at, span = self.split - self._first, self.window + self.horizon - 1
        learned, every = (
            at - span,
            range(self.number),
        )  # those below `learned` have their target before the split
        crossing = tuple(every[learned:at])
        if leak == SHUFFLED:
            order = [n for n in self._order if n < self.number]
            return Parts(tuple(order[:learned]), tuple(order[learned:]), crossing)
        first = at if leak == CROSSING else learned
        return Parts(tuple(every[:first]), tuple(every[first:]), crossing)

    def errors(self, leak: str) -> tuple[float, ...]:
        """The mean absolute error of each of FORECASTS on the windows tested."""
        true = torch.tensor(self._values, dtype=torch.float64)  # (time,)
        read = true.clone()
        if leak == SMOOTHED:
            read[1:-1] = (true[:-2] + true[1:-1] + true[2:]) / 3
        X, y = windows(read, self.window, self.horizon)[0], windows(true, self.window, self.horizon)[1]
        parts = self.parts(leak)
        train, test = list(parts.train), list(parts.test)
        forecasts = (
            X[test, -1],
            fit_linear(X[train], y[train])(X[test]),
            _alike(X[train], y[train], X[test]),
        )
        return tuple(mae(forecast, y[test]) for forecast in forecasts)

    def picture(self) -> Picture:
        parts, errors = self.parts(self.leak), self.errors(self.leak)
        first, at = self._first, self.split - self._first
        end = self.step + self.window - 1
        crosses = " It crosses the split." if self.step in parts.crossing else ""
        said = ", ".join(f"{name} {error:.1f}" for name, error in zip(FORECASTS, errors, strict=True))
        leak = "no leak" if self.leak == NONE else f"a leak, {self.leak}"
        alt = (
            f"The yearly sunspot number, split at {self.split}. Of {self.number} windows of {self.window} with a "
            f"target {self.horizon} later, {len(parts.train)} are learned from, {len(parts.test)} tested on, and "
            f"{len(parts.crossing)} lie on both sides of the split. Window {self.step} reads {first + self.step} to "
            f"{first + end}, its target is {first + end + self.horizon}.{crosses} Mean absolute errors with {leak}: "
            f"{said}."
        )
        return Picture(
            figures.windows(self._values, first, at, self.step, self.window, self.horizon, said), alt
        )


def _alike(X: Tensor, y: Tensor, asked: Tensor) -> Tensor:
    """The mean target of the known windows most like each window asked; of those equally alike the first ones."""
    far = ((asked[:, None] - X[None]) ** 2).sum(2).round(decimals=6)  # (asked, known)
    return y[far.sort(dim=1, stable=True).indices[:, :ALIKE]].mean(1)  # (asked,)

"""The shape explorer: the arguments of nn.LSTM as controls, what it takes and returns as labelled boxes.

Lesson 4 shows a `ShapeExplorer`. The shapes are computed in the browser by the rules of `tensors.js`, which the
tests hold against torch; Python checks what goes in and builds the layer that is shown.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch
import traitlets
from torch import nn

from lstmlab.draw.display import Picture
from lstmlab.widgets import figures
from lstmlab.widgets.base import Explorer, module_of, style_of

RANGES = {
    "input_size": (1, 16), "hidden_size": (1, 16), "num_layers": (1, 4), "dropout": (0.0, 0.9),
    "proj_size": (0, 15), "time": (1, 12), "batch": (1, 8), "features": (1, 16),
}  # fmt: skip
SWITCHES = ("bias", "batch_first", "bidirectional", "batched")
INPUT = ("time", "batch", "batched", "features")  # what belongs to x; the others are the constructor's


class ShapeExplorer(Explorer):
    """Every shape of nn.LSTM(input_size, hidden_size, ...) called on x.

    The constructor's arguments are traits of the same names; of x there are `time`, `batch`, `batched` (whether it
    has a batch axis) and `features`, which is input_size unless given: another number shows PyTorch's own error.
    Raises TraitError or TypeError that say what to pass.
    """

    MOVED = (*RANGES, *SWITCHES)
    _esm = module_of("shapes")
    _css = style_of("shapes")

    input_size = traitlets.Int(5).tag(sync=True)
    hidden_size = traitlets.Int(3).tag(sync=True)
    num_layers = traitlets.Int(1).tag(sync=True)
    bias = traitlets.Bool(True).tag(sync=True)
    batch_first = traitlets.Bool(False).tag(sync=True)
    dropout = traitlets.Float(0.0).tag(sync=True)
    bidirectional = traitlets.Bool(False).tag(sync=True)
    proj_size = traitlets.Int(0).tag(sync=True)
    time = traitlets.Int(4).tag(sync=True)
    batch = traitlets.Int(2).tag(sync=True)
    batched = traitlets.Bool(True).tag(sync=True)
    features = traitlets.Int().tag(sync=True)

    def __init__(self, input_size: int = 5, hidden_size: int = 3, **moved: object) -> None:
        unknown = sorted(set(moved) - set(self.MOVED))
        if unknown:
            raise TypeError(f"no argument {', '.join(unknown)}; pass some of {', '.join(self.MOVED)}.")
        _in_range("input_size", input_size)  # before traitlets, which checks several traits in any order
        moved.setdefault("features", input_size)
        super().__init__(input_size=input_size, hidden_size=hidden_size, **moved)
        self.observe(self._follow, names="input_size")

    def _follow(self, change: traitlets.Bunch) -> None:
        """x fits until `features` itself says otherwise, as under the slider."""
        if self.features == change.old:
            self.features = change.new

    @traitlets.validate(*RANGES)
    def _check_range(self, proposal: traitlets.Bunch) -> float:
        return _in_range(proposal["trait"].name, proposal["value"])

    @property
    def layer(self) -> nn.LSTM:
        """The layer that is shown, fresh. Raises what PyTorch raises for these arguments."""
        arguments = {name: value for name, value in self.value.items() if name not in INPUT}
        with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the page says in words what dropout with one layer means
            return nn.LSTM(**arguments)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of x, output, h_n and c_n, from a call. Raises what PyTorch raises for this x."""
        sizes = (self.time, self.batch, self.features) if self.batched else (self.time, self.features)
        x = torch.zeros(sizes)
        if self.batched and self.batch_first:
            x = x.transpose(0, 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on some CPUs torch says that projections take another path
            output, (h_n, c_n) = self.layer(x)
        return {
            name: tuple(tensor.shape)
            for name, tensor in (("x", x), ("output", output), ("h_n", h_n), ("c_n", c_n))
        }

    def picture(self) -> Picture:
        return Picture(self._svg(), self._alt())

    def _alt(self) -> str:
        try:
            told = ", ".join(f"{name} {shape}" for name, shape in self.shapes.items())
            count = sum(parameter.numel() for parameter in self.layer.parameters())
        except (RuntimeError, ValueError) as error:
            return f"nn.LSTM with {self._arguments()}: PyTorch refuses. {type(error).__name__}: {error}"
        return f"Boxes for the tensors of nn.LSTM with {self._arguments()}: {told}; {count:,} parameters."

    def _arguments(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self.value.items() if name not in INPUT)

    def _svg(self) -> bytes:
        try:
            return figures.boxes(self.shapes)
        except (RuntimeError, ValueError) as error:
            return figures.refusal(f"{type(error).__name__}: {error}")


def _in_range(name: str, value: Any) -> Any:
    """`value`, if the widget can show it; raises TraitError that says what to pass."""
    low, high = RANGES[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise traitlets.TraitError(f"{name}={value!r}; pass a number from {low} to {high}.")
    return value

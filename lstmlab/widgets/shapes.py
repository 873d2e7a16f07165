"""The shape explorer: the arguments of nn.LSTM as controls, what it takes and returns as labelled boxes.

Lesson 4 shows a `ShapeExplorer`. The shapes are computed in the browser by the rules of `tensors.js`, which the
tests hold against torch; Python checks what goes in and builds the layer that is shown.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch
import traitlets
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import nn

from lstmlab.display import Picture, png_bytes
from lstmlab.style import COLOURS, DIM, PANEL
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

    def __init__(self, input_size: int = 5, hidden_size: int = 3, **moved: Any) -> None:
        unknown = sorted(set(moved) - set(self.MOVED))
        if unknown:
            raise TypeError(f"no argument {', '.join(unknown)}; pass some of {', '.join(self.MOVED)}.")
        moved.setdefault("features", input_size)
        super().__init__(input_size=input_size, hidden_size=hidden_size, **moved)

    @traitlets.validate(*RANGES)
    def _check_range(self, proposal: Any) -> float:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = RANGES[name]
        if not low <= value <= high:
            raise traitlets.TraitError(f"{name}={value}; pass a number from {low} to {high}.")
        return value

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
        return Picture(self._png(), self._alt(), 760)

    def _alt(self) -> str:
        try:
            told = ", ".join(f"{name} {shape}" for name, shape in self.shapes.items())
            count = sum(parameter.numel() for parameter in self.layer.parameters())
        except (RuntimeError, ValueError) as error:
            return f"nn.LSTM with {self._arguments()}: PyTorch refuses. {type(error).__name__}: {error}"
        return f"Boxes for the tensors of nn.LSTM with {self._arguments()}: {told}; {count:,} parameters."

    def _arguments(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self.value.items() if name not in INPUT)

    def _png(self) -> bytes:
        figure = Figure(figsize=(7.6, 2.6), layout="constrained")
        axes = figure.subplots()
        axes.set_aspect("equal")
        axes.axis("off")
        try:
            left = 0.0
            for name, shape in self.shapes.items():
                left = _draw_box(axes, left, name, shape)
            axes.set(xlim=(-2, left), ylim=(-18, 12))
        except (RuntimeError, ValueError) as error:
            axes.text(0.5, 0.5, f"{type(error).__name__}: {error}", ha="center", color=COLOURS["o"])
        return png_bytes(figure, dpi=110, compress_level=1)


def _draw_box(axes: Axes, left: float, name: str, shape: tuple[int, ...]) -> float:
    """A tensor as sheets of rows and features, one behind the other; returns where the next may begin."""
    rows, sheets, features = shape if len(shape) == 3 else (shape[0], 1, shape[1])
    for sheet in reversed(range(sheets)):
        corner = (left + 0.5 * sheet, -rows + 0.5 * sheet)
        axes.add_patch(Rectangle(corner, features, rows, fc=PANEL, ec=DIM, lw=0.8))
    middle = left + (features + 0.5 * sheets) / 2
    axes.text(middle, -rows - 1, f"{name}\n{shape}", ha="center", va="top", fontsize=10)
    return left + max(features + 0.5 * sheets, 9) + 3

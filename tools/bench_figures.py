"""The widgets' figures by matplotlib, as a course would draw them for `interact`: what `bench_widgets` compares with.

Each function takes a widget and shows the same numbers that the widget shows, once. The lessons' own figures are used
where there is one.
"""

from __future__ import annotations

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lstmlab import widgets
from lstmlab.display import Picture, png_bytes
from lstmlab.packing import draw_packing
from lstmlab.plots import plot_gates
from lstmlab.stack_plots import draw_stack
from lstmlab.style import COLOURS, DIM, PANEL


def gates(widget: widgets.GateExplorer) -> Picture:
    """Seven strips; the diagram of the cell, which the widget draws as well, is left out."""
    return plot_gates(widget.trace, widget.unit, widget.step)


def gradients(widget: widgets.GradientExplorer) -> Picture:
    lags = widget.lags
    figure = Figure(figsize=(7.6, 4.0), layout="constrained")
    axes = figure.subplots()
    for curve, key, name in (
        (lags.rnn, "h", "nn.RNN"),
        (lags.highway * lags.lstm[0], "f", "product of forget gates"),
        (lags.lstm, "c", "nn.LSTM"),
    ):
        axes.semilogy(curve, color=COLOURS[key], label=name)
    axes.set(xlabel="lag: steps back from the last output", ylabel="gradient", ylim=(1e-30, 1e5))
    axes.legend(frameon=False)
    return Picture(png_bytes(figure, dpi=110, compress_level=1), "", 760)


def shapes(widget: widgets.ShapeExplorer) -> Picture:
    figure = Figure(figsize=(7.6, 2.6), layout="constrained")
    axes = figure.subplots()
    axes.set_aspect("equal")
    axes.axis("off")
    left = 0.0
    for name, shape in widget.shapes.items():
        left = _draw_box(axes, left, name, shape)
    axes.set(xlim=(-2, left), ylim=(-18, 12))
    return Picture(png_bytes(figure, dpi=110, compress_level=1), "", 760)


def _draw_box(axes: Axes, left: float, name: str, shape: tuple[int, ...]) -> float:
    """A tensor as sheets of rows and features; returns where the next may begin."""
    rows, sheets, features = shape
    for sheet in reversed(range(sheets)):
        corner = (left + 0.5 * sheet, -rows + 0.5 * sheet)
        axes.add_patch(Rectangle(corner, features, rows, fc=PANEL, ec=DIM, lw=0.8))
    axes.text(left + features / 2, -rows - 1, f"{name}\n{shape}", ha="center", va="top", fontsize=10)
    return left + max(features + 0.5 * sheets, 9) + 3


def packing(widget: widgets.PackingExplorer) -> Picture:
    return draw_packing(widget.lengths)


def stack(widget: widgets.StackExplorer) -> Picture:
    return draw_stack(widget.num_layers, widget.bidirectional, widget.steps)


def stepper(widget: widgets.StateStepper) -> Picture:
    figure = Figure(figsize=(7.6, 3.2), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    states, inputs = widget.states.T, torch.tensor(widget.x).T  # (rows, time) each
    for axes, values, name in ((upper, states, "h, unit"), (lower, inputs, "x, feature")):
        most = values.abs().max().item()
        axes.imshow(values.numpy(), cmap="PuOr_r", vmin=-1.5 * most, vmax=1.5 * most, aspect="auto")
        axes.set_ylabel(name)
        axes.axvline(widget.step, color="black")
    lower.set_xlabel("step")
    return Picture(png_bytes(figure, dpi=100, compress_level=1), "", 760)

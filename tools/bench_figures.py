"""The widgets' figures by matplotlib, as a course would draw them for `interact`: what `bench_widgets` compares with.

Each function takes a widget and draws the same numbers that the widget shows. The lessons' own figures are used where
there is one, without their quick way to a PNG: `display` shows what is returned as IPython's inline backend shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest.mock import patch

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lstmlab import packing as packing_plots
from lstmlab import plots, stack_plots, widgets
from lstmlab.style import COLOURS, DIM, PANEL


def gates(widget: widgets.GateExplorer) -> Figure:
    """Seven strips; the diagram of the cell, which the widget draws as well, is left out."""
    return _of_a_lesson(plots, plots.plot_gates, widget.trace, widget.unit, widget.step)


def gradients(widget: widgets.GradientExplorer) -> Figure:
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
    return figure


def shapes(widget: widgets.ShapeExplorer) -> Figure:
    figure = Figure(figsize=(7.6, 2.6), layout="constrained")
    axes = figure.subplots()
    axes.set_aspect("equal")
    axes.axis("off")
    left = 0.0
    for name, shape in widget.shapes.items():
        left = _draw_box(axes, left, name, shape)
    axes.set(xlim=(-2, left), ylim=(-18, 12))
    return figure


def _draw_box(axes: Axes, left: float, name: str, shape: tuple[int, ...]) -> float:
    """A tensor as sheets of rows and features; returns where the next may begin."""
    rows, sheets, features = shape
    for sheet in reversed(range(sheets)):
        corner = (left + 0.5 * sheet, -rows + 0.5 * sheet)
        axes.add_patch(Rectangle(corner, features, rows, fc=PANEL, ec=DIM, lw=0.8))
    axes.text(left + features / 2, -rows - 1, f"{name}\n{shape}", ha="center", va="top", fontsize=10)
    return left + max(features + 0.5 * sheets, 9) + 3


def packing(widget: widgets.PackingExplorer) -> Figure:
    return _of_a_lesson(packing_plots, packing_plots.draw_packing, widget.lengths)


def stack(widget: widgets.StackExplorer) -> Figure:
    return _of_a_lesson(
        stack_plots, stack_plots.draw_stack, widget.num_layers, widget.bidirectional, widget.steps
    )


def stepper(widget: widgets.StateStepper) -> Figure:
    figure = Figure(figsize=(7.6, 3.2), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    states, inputs = widget.states.T, torch.tensor(widget.x).T  # (rows, time) each
    for axes, values, name in ((upper, states, "h, unit"), (lower, inputs, "x, feature")):
        most = values.abs().max().item()
        axes.imshow(values.numpy(), cmap="PuOr_r", vmin=-1.5 * most, vmax=1.5 * most, aspect="auto")
        axes.set_ylabel(name)
        axes.axvline(widget.step, color="black")
    lower.set_xlabel("step")
    return figure


def _of_a_lesson(module: ModuleType, draw: Callable[..., Any], *arguments: Any) -> Figure:
    with patch.object(module, "picture", lambda figure, alt: figure):
        figure = draw(*arguments)
    assert isinstance(figure, Figure)
    return figure

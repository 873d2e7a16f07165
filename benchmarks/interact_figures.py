"""The widgets' figures by matplotlib, as a course would draw them for `interact`: what `widgets` compares with.

Each function takes a widget and draws all that the widget's picture holds, with the same numbers: the cell beside its
strips, the folded view below the unrolled one, other units, dotted starts, labels. What the widget says in a sentence
is the title. `display` shows what is returned as IPython's inline backend shows it. Pictures of boxes and cells are in
`interact_boxes`.
"""

from __future__ import annotations

import torch
from interact_boxes import packing, shapes, stack
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from lstmlab import widgets
from lstmlab.draw.cell_diagram import draw_cell_on
from lstmlab.draw.gate_strips import Strips
from lstmlab.draw.style import COLOURS, DIM, INK, PANEL

__all__ = ["gates", "gradients", "packing", "shapes", "stack", "stepper"]

SIGNS = LinearSegmentedColormap.from_list("signs", [COLOURS["o"], PANEL, COLOURS["f"]])
OTHERS = 7  # units drawn thin behind the chosen one
ROOMY = 6  # rows or columns of a matrix, up to which its cells hold their number


def gates(widget: widgets.GateExplorer) -> Figure:
    """The cell at the step on the left; seven strips on the right, the other units thin, the start dotted."""
    trace, start, unit = widget.trace, widget._traced(widget._start, widget.x), widget.unit
    figure = Figure(figsize=(12.4, 4.6))
    left, right = figure.subfigures(1, 2, width_ratios=(1, 1.25))
    draw_cell_on(left.add_axes((0, 0.2, 1, 0.6)), trace, widget.step, unit)
    strips = Strips(right, len(widget.x), start)
    strips.update(trace, widget.step, unit)
    units = [other for other in range(trace.h.shape[2]) if other != unit][:OTHERS]
    for name in "ifgoch":
        for other in units:
            strips.axes[name].plot(trace.unit(name, other), color=COLOURS[name], lw=0.8, alpha=0.35)
    return figure


def gradients(widget: widgets.GradientExplorer) -> Figure:
    """Three curves, or four with clipping, named where they end; what has vanished; the numbers at the lag."""
    lags, lag, length = widget.lags, widget.lag, widget.length
    curves = [
        ("h", "-", "nn.RNN", lags.rnn),
        ("f", "--", "forget gates alone", lags.highway * lags.lstm[0]),
        ("c", "-", "nn.LSTM", lags.lstm),
    ]
    factor = widget.clip / lags.lstm.norm().item() if widget.clip else 1.0
    if factor < 1:
        curves.append(("o", ":", "nn.LSTM, clipped", factor * lags.lstm))
    figure = Figure(figsize=(10.0, 4.4), layout="constrained")
    axes = figure.subplots()
    axes.set_yscale("log")
    axes.axhspan(1e-30, 1e-6, color=COLOURS["x"], alpha=0.1, lw=0)
    axes.text(1, 3e-30, "vanished: below a millionth", color=DIM)
    axes.axhline(1, color=DIM, lw=1)
    axes.axvline(lag, color=INK, lw=1, alpha=0.55)
    for key, dashes, name, curve in curves:
        axes.plot(curve, color=COLOURS[key], ls=dashes, lw=2.2)
        axes.plot([lag], [curve[lag]], "o", color=COLOURS[key], mec="white", ms=6.5)
        end = (length, max(curve[-1].item(), 1e-30))
        axes.annotate(name, end, (6, 0), textcoords="offset points", color=COLOURS[key], fontweight="bold")
    said = ", ".join(f"{name} {curve[lag] / curve[1]:.1e}" for _, _, name, curve in curves[:3])
    axes.set_title(f"At lag {lag}, relative to lag 1: {said}", loc="left", fontsize=10.5)
    axes.set(xlabel="lag: steps back from the last output", ylabel="gradient of the last output")
    axes.set(
        xlim=(0, 1.3 * length), ylim=(1e-30, max(1e5, 10 * max(curve.max().item() for *_, curve in curves)))
    )
    return figure


def stepper(widget: widgets.StateStepper) -> Figure:
    """Above, states and inputs over time with the step framed; below, what that step multiplies."""
    figure = Figure(figsize=(10.0, 6.4), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=(1.1, 1))
    states, inputs = widget.states.T, torch.tensor(widget.x, dtype=torch.float64).T  # (rows, time) each
    for axes, values, name in zip(
        upper.subplots(2, 1), (states, inputs), ("state h", "input x"), strict=True
    ):
        _matrix(axes, values, len(widget.x) <= 10)
        axes.set_ylabel(name)
        steps = values.shape[1]
        axes.set_xticks(range(0, steps, 1 if steps <= 10 else 5))
        axes.add_patch(Rectangle((widget.step + 0.5, -0.5), steps, len(values), fc="white", alpha=0.55, lw=0))
        axes.add_patch(Rectangle((widget.step - 0.5, -0.5), 1, len(values), fill=False, ec=INK, lw=2))
    upper.suptitle("unrolled: the same cell at every step", x=0.02, ha="left", fontsize=11)
    _equation(lower, widget, states)
    return figure


def _equation(figure: Figure, widget: widgets.StateStepper, states: Tensor) -> None:
    """W_ih · x + W_hh · old h + bias = z, and what is made of z; the row of the chosen unit is framed."""
    w_ih, w_hh, bias = (
        torch.tensor(widget.params[name], dtype=torch.float64) for name in ("weight_ih", "weight_hh", "bias")
    )
    x = torch.tensor(widget.x[widget.step], dtype=torch.float64)
    before = widget.step + (1 if widget._backwards else -1)
    old = states[:, before] if 0 <= before < states.shape[1] else torch.zeros_like(bias)
    z = w_ih @ x + w_hh @ old + bias
    squash = "ReLU →" if widget._relu else "tanh →"
    parts = [
        ("", "W_ih", w_ih), ("·", "x", x[:, None]), ("+", "W_hh", w_hh), ("·", "old h", old[:, None]),
        ("+", "bias", bias[:, None]), ("=", "z", z[:, None]), (squash, "new h", states[:, widget.step, None]),
    ]  # fmt: skip
    roomy = max(len(x), len(bias)) <= ROOMY
    widths = [max(2, values.shape[1]) for _, _, values in parts]
    for axes, (sign, name, values) in zip(figure.subplots(1, 7, width_ratios=widths), parts, strict=True):
        _matrix(axes, values, roomy)
        axes.set(xticks=[], yticks=[])
        axes.set_title(name, fontsize=10.5, fontweight="bold")
        axes.set_ylabel(sign, rotation=0, fontsize=12, labelpad=14, va="center")
        if name not in ("x", "old h"):
            frame = Rectangle((-0.5, widget.unit - 0.5), values.shape[1], 1, fill=False, ec=INK, lw=1.5)
            axes.add_patch(frame)
    (h, was) = (states[widget.unit, widget.step], old[widget.unit])
    said = f"step {widget.step}, unit {widget.unit}: z = {z[widget.unit]:.2f}, h = {h:.2f} (it was {was:.2f})"
    figure.suptitle(f"folded: what this step multiplies; {said}", x=0.02, ha="left", fontsize=11)


def _matrix(axes: Axes, values: Tensor, numbers: bool) -> None:
    """Coloured cells, blue for positive and orange for negative, with their numbers where there is room."""
    most = max(1e-9, values.abs().max().item())
    axes.imshow(values.numpy(), cmap=SIGNS, vmin=-1.5 * most, vmax=1.5 * most, aspect="auto")
    axes.grid(False)
    axes.set_yticks([])
    if numbers:
        for (row, column), value in zip(torch.cartesian_prod(*map(torch.arange, values.shape)).tolist(),
                                        values.flatten().tolist(), strict=True):  # fmt: skip
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=9)


def units(widget: widgets.UnitExplorer) -> Figure:
    """The text, each letter on the colour of its unit's value, and the odds of the next one."""
    figure = Figure(figsize=(10.0, 9.0), layout="constrained")
    page, bars = figure.subplots(2, 1, height_ratios=(5, 1))
    values = widget.run.get(widget.shown)[:, 0, widget.unit]
    lines = [line + "↵" for line in widget.passage.split("\n")]
    grid, start = torch.zeros(len(lines), max(map(len, lines))), 0
    for row, line in enumerate(lines):
        own = values[start : start + len(line)]
        grid[row, : len(own)] = own
        start += len(line)
        for column, letter in enumerate(line.rstrip("↵")):
            if letter != " ":
                page.text(column, row, letter, ha="center", va="center", fontsize=7, family="monospace")
    most = max(1e-9, values.abs().max().item())
    page.imshow(grid.numpy(), cmap=SIGNS, vmin=-1.5 * most, vmax=1.5 * most, aspect="auto")
    page.set_axis_off()
    letters, shares = zip(*list(widget.odds.items())[:6], strict=True)
    bars.barh([repr(letter) for letter in letters], shares)
    figure.suptitle(f"written: {widget.writes(60)!r}", x=0.02, ha="left", fontsize=9)
    return figure

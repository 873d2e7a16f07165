"""The drawings of lesson `02_rnns`: an RNN unrolled on real numbers, and what `output` and `h_n` hold.

Both return a `Picture`; the alt text of `draw_unrolled` is written from the numbers that are drawn.
"""

from __future__ import annotations

from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from torch import Tensor, nn

from lstmlab.draw.display import Picture, picture
from lstmlab.draw.style import COLOURS, DIM, INK, PAPER

SIDE = 0.56


def draw_unrolled(rnn: nn.RNN, x: Tensor) -> Picture:
    """Draw what `rnn` does with x (time, 1, input): each number it reads, each number it keeps, and the arrows.

    Made for one layer, a handful of steps and of units. Raises ValueError for more than 8 steps or 5 units.
    """
    steps, hidden = x.shape[0], rnn.hidden_size
    if steps > 8 or hidden > 5 or rnn.num_layers != 1 or rnn.bidirectional:
        raise ValueError(
            f"{steps} steps, {hidden} units, {rnn.num_layers} layers: too much to read. "
            "Pass up to 8 steps and a one-layer, one-direction nn.RNN of up to 5 units."
        )
    with torch.no_grad():
        output, _ = rnn(x)  # (time, 1, hidden)
    states = [[0.0] * hidden, *output[:, 0].tolist()]
    fig, axes = _blank(steps + 1.9, hidden * SIDE + rnn.input_size * SIDE + 1.95)
    bottom = rnn.input_size * SIDE + 0.95  # of the hidden states
    middle = bottom + hidden * SIDE / 2
    for t, state in enumerate(states):
        _column(axes, t, bottom, state, "h")
        axes.text(t, bottom + hidden * SIDE + 0.1, f"h_{t}", ha="center", va="bottom", color=COLOURS["h"])
        if t:
            _column(axes, t, 0, x[t - 1, 0].tolist(), "x")
            axes.text(t, -0.1, f"x_{t}", ha="center", va="top", color=COLOURS["x"])
            _arrow(axes, (t - 1 + SIDE / 2 + 0.03, middle), (t - SIDE / 2 - 0.03, middle), "h")
            _arrow(axes, (t, rnn.input_size * SIDE + 0.05), (t, bottom - 0.05), "x")
            axes.text(t - 0.5, middle + 0.1, "W_hh", ha="center", fontsize=8.5, color=COLOURS["h"])
            axes.text(t + 0.07, bottom - 0.5, "W_ih", va="center", fontsize=8.5, color=COLOURS["x"])
    axes.set(xlim=(-0.6, steps + 0.6), ylim=(-0.45, bottom + hidden * SIDE + 0.5))
    path = "; ".join(" ".join(f"{value:.2f}" for value in state) for state in states)
    read = "; ".join(" ".join(f"{value:.2f}" for value in step) for step in x[:, 0].tolist())
    return picture(
        fig,
        f"An RNN of {hidden} units unrolled over {steps} steps. At each step the same W_hh carries the hidden "
        f"state on and the same W_ih brings in the input. The inputs from x_1 to x_{steps}: {read}. The states from "
        f"h_0 to h_{steps}: {path}.",
    )


def draw_returned(steps: int = 5) -> Picture:
    """Draw which states `output` and `h_n` hold: on the left two layers, on the right two directions."""
    fig = Figure(figsize=(7.8, 2.9), facecolor=PAPER)
    stacked, both = fig.add_axes((0.075, 0.02, 0.41, 0.87)), fig.add_axes((0.575, 0.02, 0.41, 0.87))
    for axes, title, rows in (
        (stacked, "num_layers=2", ("layer 0", "layer 1")),
        (both, "bidirectional=True", ("backward", "forward")),
    ):
        axes.set_axis_off()
        axes.set_title(title, fontsize=11.5, color=INK, x=0.5, ha="center")
        axes.set(xlim=(-0.6, steps + 0.25), ylim=(-1.0, 1.9))
        for row, name in enumerate(rows):
            axes.text(-0.55, row, name, ha="right", va="center", fontsize=9.5, color=INK)
            _states(axes, row, steps, backwards=name == "backward")
        for t in range(steps):
            axes.text(t, -0.62, f"t={t}", ha="center", va="top", fontsize=8.5, color=DIM)
            if rows[0] == "layer 0":
                _arrow(axes, (t, 0.26), (t, 0.74), "x")
    _frame(stacked, (-0.42, 0.6), (steps - 0.16, 0.82), "output", filled=True)
    _frame(stacked, (steps - 1.36, -0.36), (0.72, 1.78), "h_n")
    _frame(both, (-0.42, -0.42), (steps - 0.16, 1.84), "output", filled=True)
    _frame(both, (steps - 1.33, 0.67), (0.66, 0.66), "h_n[0]", label_at=(steps - 1.0, 1.42))
    _frame(both, (-0.33, -0.33), (0.66, 0.66), "h_n[1]", label_at=(0.0, 0.36))
    return picture(
        fig,
        f"Two grids of hidden states over {steps} steps. With two layers, output is the whole row of layer 1 and "
        "h_n the last column, both layers. With two directions, output is both rows at every step; h_n[0] is the "
        "forward state at the last step, h_n[1] the backward state at step 0, where that direction ends.",
    )


def _blank(width: float, height: float) -> tuple[Figure, Axes]:
    fig = Figure(figsize=(width * 1.05, height * 1.05), facecolor=PAPER)
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_aspect("equal")
    return fig, axes


def _column(axes: Axes, x: float, bottom: float, values: list[float], name: str) -> None:
    """A column of numbers in squares, the first on top, the fuller the larger the number."""
    for row, value in enumerate(reversed(values)):
        corner, shade = (x - SIDE / 2, bottom + row * SIDE), min(1.0, abs(value))
        axes.add_patch(Rectangle(corner, SIDE, SIDE, fc=COLOURS[name], alpha=0.75 * shade, lw=0))
        axes.add_patch(Rectangle(corner, SIDE, SIDE, fill=False, ec=COLOURS[name], lw=1))
        ink = PAPER if shade > 0.75 else INK
        axes.text(x, corner[1] + SIDE / 2, f"{value:.2f}", ha="center", va="center", fontsize=9, color=ink)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], name: str) -> None:
    arrow: dict[str, Any] = {
        "arrowstyle": "-|>",
        "color": COLOURS[name],
        "lw": 1.4,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    axes.annotate("", end, start, arrowprops=arrow)


def _states(axes: Axes, row: int, steps: int, backwards: bool) -> None:
    for t in range(steps):
        axes.plot(t, row, "o", ms=15, color=COLOURS["h"], mec=PAPER, zorder=3)
        if t:
            left, right = (t - 0.74, float(row)), (t - 0.26, float(row))
            _arrow(axes, *((right, left) if backwards else (left, right)), "h")


def _frame(
    axes: Axes,
    corner: tuple[float, float],
    size: tuple[float, float],
    label: str,
    filled: bool = False,
    label_at: tuple[float, float] | None = None,
) -> None:
    """A box around states: `output` as a tinted band, `h_n` as a dark outline; the label above it."""
    outline: dict[str, Any] = {"fill": False, "ec": INK, "lw": 1.8}
    style = {"fc": COLOURS["h"], "alpha": 0.16, "lw": 0} if filled else outline
    box = FancyBboxPatch(corner, *size, boxstyle="round,pad=0.03,rounding_size=0.12", zorder=2, **style)
    axes.add_patch(box)
    x, y = label_at or ((0.0 if filled else corner[0] + size[0] / 2), corner[1] + size[1])
    colour = COLOURS["h"] if filled else INK
    axes.text(x, y + 0.1, label, ha="center", va="bottom", fontsize=10, color=colour, zorder=4)

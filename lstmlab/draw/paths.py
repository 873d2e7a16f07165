"""The ways from the first input to the last output through three kinds of layers. Lesson `09_beyond` draws them."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from lstmlab.draw.display import Picture, picture
from lstmlab.draw.style import COLOURS, DIM, INK, PAPER, RULE


def draw_paths(steps: int = 16) -> Picture:
    """Draw how the first input reaches the last output: in a recurrent layer, a TCN and an attention layer.

    `steps` must be a power of two: the TCN drawn has kernel 2 and dilations 1, 2, 4 and so on.
    """
    if steps < 4 or steps & (steps - 1):
        raise ValueError(f"steps={steps}; pass a power of two, at least 4, for example 16.")
    levels = steps.bit_length() - 1
    fig, axes = plt.subplots(3, 1, figsize=(7.6, 5.6), layout="constrained", height_ratios=[2, levels + 1, 2])
    hops = (_recurrent(axes[0], steps), _dilated(axes[1], steps, levels), _attending(axes[2], steps))
    names = ("recurrent layer", "TCN", "attention layer")
    for ax, name, count in zip(axes, names, hops, strict=True):
        ax.set_title(f"{name}: {count} hop{'s' * (count > 1)} from the first step to the last", fontsize=11)
        ax.set(xlim=(-0.7, steps - 0.3))
        ax.axis("off")
    told = ", ".join(f"{name} {count}" for name, count in zip(names, hops, strict=True))
    return picture(fig, f"The way from the first of {steps} inputs to the last output, in hops: {told}.")


def _dots(ax: Axes, steps: int, rows: int) -> None:
    """Inputs in row 0, grey; outputs of each layer above them."""
    for row in range(rows + 1):
        ax.plot(
            range(steps), [row] * steps, "o", ms=7, mfc=PAPER, mec=COLOURS["x"] if row == 0 else INK, zorder=3
        )
    ax.set_ylim(-0.4, rows + 0.4)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], way: bool, colour: str) -> None:
    if way:
        arrow = {"arrowstyle": "-|>", "shrinkA": 4, "shrinkB": 4, "color": colour, "lw": 2.4}
        ax.annotate("", end, start, arrowprops=arrow, zorder=2)
    else:
        ax.plot(*zip(start, end, strict=True), color=RULE, lw=0.9, zorder=1)


def _recurrent(ax: Axes, steps: int) -> int:
    _dots(ax, steps, 1)
    for t in range(steps):
        _arrow(ax, (t, 0), (t, 1), way=t == 0, colour=DIM)
        if t:
            _arrow(ax, (t - 1, 1), (t, 1), way=True, colour=COLOURS["c"])
    return steps - 1


def _dilated(ax: Axes, steps: int, levels: int) -> int:
    _dots(ax, steps, levels)
    reach = 0
    for level in range(levels):
        for t in range(steps):
            for start in (t, t - 2**level):
                if start >= 0:
                    jumps = start == reach and t == start + 2**level
                    _arrow(ax, (start, level), (t, level + 1), way=jumps, colour=COLOURS["i"])
        reach += 2**level
    return levels


def _attending(ax: Axes, steps: int) -> int:
    _dots(ax, steps, 1)
    for t in range(steps):
        for start in range(t + 1):
            _arrow(ax, (start, 0), (t, 1), way=(start, t) == (0, steps - 1), colour=COLOURS["o"])
    return 1

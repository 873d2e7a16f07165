"""The drawings of `06_stacking`: a stack unrolled in time, and the maps of `tasks.stacks.sight`."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import FancyBboxPatch
from torch import Tensor

from lstmlab.draw.display import Picture, picture
from lstmlab.draw.style import COLOURS, DIM, INK, PANEL, PAPER, RULE

# From nothing to a hidden state.
VIOLETS = LinearSegmentedColormap.from_list("violets", [PAPER, COLOURS["h"]])


def draw_stack(num_layers: int = 2, bidirectional: bool = True, steps: int = 5) -> Picture:
    """Draw a stack unrolled over `steps` steps; the filled cells are those that end in `h_n`, by their row."""
    directions = 2 if bidirectional else 1
    tall = 0.62 * directions + 0.5  # one layer and the gap above it
    fig, ax = plt.subplots(figsize=(7.6, 0.8 + 0.8 * tall * num_layers), layout="constrained")
    for layer in range(num_layers):
        _draw_layer(ax, layer, layer * tall, steps, directions, top=layer == num_layers - 1)
    for t in range(steps):
        ax.text(t, -0.93, f"x[{t}]", ha="center", va="center", color=COLOURS["x"])
    ax.set(xlim=(-1.4, steps + 0.1), ylim=(-1.1, num_layers * tall - 0.05))
    ax.axis("off")
    return picture(fig, stack_text(num_layers, bidirectional, steps))


def stack_text(num_layers: int, bidirectional: bool, steps: int) -> str:
    """What `draw_stack` shows, in words."""
    directions = 1 + bidirectional
    rows = [
        f"h_n[{directions * layer + d}] is layer {layer}, {('forward', 'backward')[d]}, at step {(steps - 1, 0)[d]}"
        for layer in range(num_layers)
        for d in range(directions)
    ]
    reads = " Each layer reads both directions of the one below." if bidirectional and num_layers > 1 else ""
    size = f"{num_layers} layer{'s' * (num_layers > 1)} over {steps} step{'s' * (steps > 1)}"
    finals = "; ".join(rows)
    return f"{size}, a cell for each direction and step. The final states: {finals}.{reads}"


def _draw_layer(ax: Axes, layer: int, base: float, steps: int, directions: int, top: bool) -> None:
    """One layer with its lowest cells at height `base`: forward below, backward above, arrows in and out."""
    ceiling = base + 0.62 * (directions - 1) + 0.34
    arrow = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "lw": 1.3}
    for t in range(steps):
        last = top and t == steps - 1
        edge: dict[str, Any] = {"ec": INK, "ls": "--", "lw": 1.6} if last else {"ec": RULE, "lw": 1.0}
        box = FancyBboxPatch(
            (t - 0.29, base - 0.3), 0.58, ceiling - base + 0.26, "round,pad=0.03", fc=PANEL, **edge
        )
        ax.add_patch(box)
        ax.annotate("", (t, base - 0.34), (t, base - 0.79), arrowprops={**arrow, "color": DIM})
        if top:
            said = "output[-1]" if last else f"output[{t}]"
            ax.text(t, ceiling + 0.2, said, ha="center", va="center", color=INK if last else DIM, fontsize=10)
    for direction in range(directions):
        y, row = base + 0.62 * direction, directions * layer + direction
        final, way = (steps - 1, 0)[direction], (1, -1)[direction]
        for t in range(steps):
            fill = COLOURS["h"] if t == final else PAPER
            ax.plot(t, y, "o", ms=15, mfc=fill, mec=COLOURS["h"], mew=1.6)
            if t != final:
                ax.annotate(
                    "", (t + 0.8 * way, y), (t + 0.2 * way, y), arrowprops={**arrow, "color": COLOURS["h"]}
                )
        ax.text(final, y, str(row), ha="center", va="center", color=PAPER, fontweight="bold", fontsize=10)
        far, near = (final + 0.42 * way, "left" if way > 0 else "right"), "right" if way > 0 else "left"
        ax.text(far[0], y, f"h_n[{row}]", ha=far[1], va="center", color=COLOURS["h"])
        start = (0, steps - 1)[direction] - 0.42 * way
        ax.text(-1.3, base + 0.31 * (directions - 1), f"layer {layer}", rotation=90, ha="center", va="center")
        ax.text(start, y, ("forward", "backward")[direction], ha=near, va="center", color=DIM, fontsize=10)


def draw_sight(panels: dict[str, Tensor]) -> Picture:
    """Draw maps of `sight`, each (output step, input step), side by side on one logarithmic scale.

    Every row is relative to its largest entry: that is full violet, 0 is white, and what is smaller than a
    ten-thousandth is the palest violet.
    """
    fig, axes = plt.subplots(
        1, len(panels), figsize=(7.6, 2.5), layout="constrained", sharey=True, squeeze=False
    )
    told = []
    for ax, (title, seen) in zip(axes[0], panels.items(), strict=True):
        relative = (seen / seen.amax(1, keepdim=True)).log10()
        shade = torch.where(seen == 0, -5.0, relative.clamp(min=-4))
        ax.imshow(shade.numpy(), cmap=VIOLETS, vmin=-5, vmax=0)
        ticks = sorted({0, len(seen) // 2, len(seen) - 1})
        # On one line the last title would leave the paper.
        ax.set(title=title.replace(", ", ",\n"), xlabel="input step", xticks=ticks, yticks=ticks)
        ax.title.set_fontsize(11)
        ax.grid(False)
        above, below = (seen.triu(1) != 0).any(), (seen.tril(-1) != 0).any()
        kind = {(False, True): "earlier and the same", (True, False): "the same and later"}
        told.append(f"{title}: outputs depend on {kind.get((bool(above), bool(below)), 'all')} inputs")
    axes[0, 0].set_ylabel("output step")
    size = f"{len(seen)} output steps by {len(seen)} input steps"
    return picture(fig, f"Maps of influence, {size}. {'; '.join(told)}.")

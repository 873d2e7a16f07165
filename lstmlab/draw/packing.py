"""A batch drawn padded and packed, and the same in words. Lesson `05_packing` and the packing explorer call both."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from lstmlab.draw.display import Picture, picture
from lstmlab.draw.style import COLOURS, DIM, INK, PANEL, RULE


def draw_packing(lengths: Sequence[int]) -> Picture:
    """Draw sequences a, b, c ... of these lengths three times: padded, sorted, and as a PackedSequence.

    Raises ValueError unless there are 1 to 6 lengths from 1 to 12: more would be too small to read.
    """
    if not 1 <= len(lengths) <= 6 or not all(1 <= length <= 12 for length in lengths):
        raise ValueError(f"lengths={list(lengths)}; pass 1 to 6 lengths from 1 to 12, like [2, 5, 3].")
    rows, steps, total = len(lengths), max(lengths), sum(lengths)
    order = sorted(range(rows), key=lambda row: -lengths[row])
    sizes = [sum(length > step for length in lengths) for step in range(steps)]
    fig, ax = plt.subplots(figsize=(7.2, 0.42 * (rows + 5.2)), layout="constrained")
    right = steps + 2.2
    for row in range(rows):
        for step in range(steps):
            _cell(ax, step, row, "abcdef"[row] + str(step) if step < lengths[row] else "0")
        for step in range(lengths[order[row]]):
            _cell(ax, right + step, row, "abcdef"[order[row]] + str(step))
    for step, size in enumerate(sizes):
        ax.text(right + step + 0.5, rows + 0.5, str(size), ha="center", va="center", color=INK)
    packed = [(order[row], step) for step, size in enumerate(sizes) for row in range(size)]
    for place, (row, step) in enumerate(packed):
        _cell(ax, place, rows + 2.2, "abcdef"[row] + str(step))
    _note(ax, 0, -0.5, f"padded: {rows} x {steps} = {rows * steps} cells")
    _note(ax, right, -0.5, "sorted by length, padding left out")
    _note(ax, right + steps + 0.2, rows + 0.5, "batch_sizes")
    _note(ax, 0, rows + 1.8, f"packed: data, {total} rows, one column of the sorted batch after another")
    ax.set(xlim=(-0.1, max(right + steps + 2.6, total)), ylim=(rows + 3.3, -1.1), aspect="equal")
    ax.axis("off")
    return picture(fig, packing_text(lengths))


def packing_text(lengths: Sequence[int]) -> str:
    """What `draw_packing` shows, in words."""
    rows, steps, total = len(lengths), max(lengths), sum(lengths)
    order = sorted(range(rows), key=lambda row: -lengths[row])
    sizes = [sum(length > step for length in lengths) for step in range(steps)]
    names = " ".join(
        f"{'abcdef'[order[row]]}{step}" for step, size in enumerate(sizes) for row in range(size)
    )
    return (
        f"Sequences of {', '.join(map(str, lengths))} steps. Padded they fill {rows * steps} cells, of which "
        f"{rows * steps - total} are padding. Sorted by length, {' '.join(map(str, sizes))} of them are still "
        f"running at each step: the batch sizes. Packed data holds {total} rows: {names}."
    )


def _cell(ax: Axes, x: float, y: float, text: str) -> None:
    real = text != "0"
    face, edge = (COLOURS["x"], "white") if real else (PANEL, RULE)
    ax.add_patch(plt.Rectangle((x, y), 1, 1, facecolor=face, edgecolor=edge, lw=1.2))
    ax.text(x + 0.5, y + 0.52, text, ha="center", va="center", fontsize=9.5, color="white" if real else DIM)


def _note(ax: Axes, x: float, y: float, text: str) -> None:
    ax.text(x, y, text, ha="left", va="center", fontsize=10, color=INK)

"""The rounds of a scan that doubles: which place takes in which. Lesson `12_scan` draws them."""

from __future__ import annotations

import matplotlib.pyplot as plt

from lstmlab.draw.display import Picture, picture
from lstmlab.draw.style import COLOURS, INK, PAPER, RULE


def draw_scan(steps: int = 8) -> Picture:
    """Draw the rounds from top to bottom: each place, the steps that it stands for, and what it takes in.

    `steps` is at least 2; more than 16 do not fit.
    """
    if not 2 <= steps <= 16:
        raise ValueError(f"steps={steps}; pass a number from 2 to 16, for example 8.")
    rounds = (steps - 1).bit_length()
    fig, ax = plt.subplots(figsize=(7.6, 1.0 + 0.95 * rounds), layout="constrained")
    for row in range(rounds + 1):
        reach = 2**row
        for place in range(steps):
            first = max(0, place - reach + 1)
            done = first == 0
            text = str(place) if first == place else f"{first}–{place}"
            box = {"boxstyle": "round,pad=0.3", "fc": PAPER, "ec": COLOURS["f"] if done else RULE}
            ax.text(place, -row, text, ha="center", va="center", fontsize=9.5, color=INK, bbox=box, zorder=3)
            if row < rounds and place + reach < steps:
                arrow = {"arrowstyle": "-|>", "color": COLOURS["h"], "lw": 1.4, "shrinkA": 11, "shrinkB": 11}
                ax.annotate("", (place + reach, -row - 1), (place, -row), arrowprops=arrow, zorder=1)
            if row < rounds:
                ax.plot([place, place], [-row, -row - 1], color=RULE, lw=0.9, zorder=0)
        name = "the steps" if not row else f"round {row}"
        ax.text(-0.75, -row, name, ha="right", va="center", fontsize=10, color=INK)
    ax.set(xlim=(-1.9, steps - 0.5), ylim=(-rounds - 0.4, 0.4))
    ax.axis("off")
    return picture(
        fig,
        f"A scan over {steps} steps in {rounds} rounds. In round r each place takes in the place 2 to the power of "
        f"r - 1 before it; after the last round place t stands for steps 0 to t.",
    )

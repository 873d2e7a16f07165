"""One look for every figure of the course: fixed colours for x, i, f, g, o, c, h, r, z, n and one matplotlib style.

Lessons call `use_style()` in their first code cell; the rest of `draw` and `widgets` take their colours
from here. `themes` gives a figure the colours of a dark page.
"""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

# Each colour has a contrast of at least 4.5:1 on the paper (a test measures it). The six stay apart when
# colour blindness is simulated; curves carry a direct label all the same.
COLOURS = {
    "x": "#5c636b",
    "i": "#00745a",
    "f": "#0060b0",
    "g": "#a5307f",
    "o": "#a85600",
    "c": "#2b2f36",
    "h": "#8212f0",
}
# In an nn.GRU the update gate keeps, as a forget gate does; n is its candidate.
GRU_LIKE = {"r": "i", "z": "f", "n": "g"}
COLOURS |= {name: COLOURS[like] for name, like in GRU_LIKE.items()}
# The same on a dark page.
DARK_COLOURS = {
    "x": "#a8b0ba",
    "i": "#2fc59b",
    "f": "#5cb3ff",
    "g": "#f08fce",
    "o": "#ffa94d",
    "c": "#e8eaed",
    "h": "#a078ff",
}
DARK_COLOURS |= {name: DARK_COLOURS[like] for name, like in GRU_LIKE.items()}
NAMES = {
    "x": "input",
    "i": "input gate",
    "f": "forget gate",
    "g": "candidate",
    "o": "output gate",
    "c": "cell state",
    "h": "hidden state",
    "r": "reset gate",
    "z": "update gate",
    "n": "candidate",
}
PAPER = "#ffffff"
PANEL = "#f7f7f5"
INK = "#1f2328"
DIM = "#5c636b"
RULE = "#d9dbd8"
# The same five on a dark page; base.css of the widgets has them too.
DARK_PAGE = ("#15181c", "#1d2126", "#eceff3", "#a8b0ba", "#3a4149")

STYLE: dict[str, Any] = {
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "figure.dpi": 100,
    "figure.constrained_layout.w_pad": 0.12,
    "figure.constrained_layout.h_pad": 0.08,
    "savefig.dpi": 160,
    "axes.facecolor": PAPER,
    "axes.edgecolor": DIM,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.labelsize": 11,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": DIM,
    "ytick.color": DIM,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "font.size": 11,
    # DejaVu comes with matplotlib: the same letters, and the same widths, on every machine.
    "font.family": "DejaVu Sans",
    "lines.linewidth": 2.0,
    "lines.solid_capstyle": "round",
}


def use_style() -> None:
    """Set the course's look for every figure made from here on."""
    plt.style.use(STYLE)

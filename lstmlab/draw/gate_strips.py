"""The course's aligned strips: input, gates, candidate and states of one unit over the same time axis.

`plot_gates` is what lessons call; `Strips` are the axes behind it, which a larger figure may hold as well, as those of
the benchmark do. The alt text is written from the numbers that are drawn.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

from lstmlab.cells import Cell
from lstmlab.draw.display import Picture, picture
from lstmlab.draw.style import COLOURS, DIM, INK, NAMES, PANEL, PAPER, RULE
from lstmlab.gates import LSTM, GateTrace, half_life

COUNTS = {2: "Two", 5: "Five", 7: "Seven"}


def plot_gates(trace: GateTrace, unit: int = 0, cursor: int | None = None) -> Picture:
    """Draw `unit` of the first sequence in `trace` as aligned strips, seven for an LSTM, with its values at `cursor`.

    `cursor` is the last step unless given. Raises IndexError for a unit or step that is not there.
    """
    steps, units = trace.h.shape[0], trace.h.shape[2]
    cursor = steps - 1 if cursor is None else cursor
    if not 0 <= cursor < steps or not 0 <= unit < units:
        raise IndexError(
            f"cursor {cursor} and unit {unit} in a trace of {steps} steps and {units} units; "
            f"pass a cursor up to {steps - 1} and a unit up to {units - 1}."
        )
    figure = Figure(figsize=(7.6, 0.5 + 0.7 * (1 + len(trace.cell.names))), facecolor=PAPER)
    Strips(figure, steps, cell=trace.cell).update(trace, cursor, unit)
    return picture(figure, describe(trace, cursor, unit))


def describe(trace: GateTrace, cursor: int, unit: int = 0) -> str:
    """The strips in words: what the input does, the values at `cursor`, how long memory lasts."""
    x, cell = trace.unit("x"), trace.cell
    moved = [f"{value:g} at step {step}" for step, value in enumerate(x) if value]
    if not moved:
        seen = "is zero throughout"
    elif len(moved) <= 4:
        seen = "is zero except for " + " and ".join(moved)
    else:
        seen = f"moves between {min(x):.2f} and {max(x):.2f}"
    values = ", ".join(f"{NAMES[n]} {n} {trace.unit(n, unit)[cursor]:.2f}" for n in cell.names)
    lasts = ""
    if cell.keeps:
        kept = sum(trace.unit(cell.keeps, unit)) / len(x)
        lasts = f"The {NAMES[cell.keeps]} averages {kept:.2f}, a half-life of {steps_text(half_life(kept))}. "
    ranges = [
        f"the {NAMES[name]} stays between {min(curve):.2f} and {max(curve):.2f}"
        for name, curve in ((name, trace.unit(name, unit)) for name in cell.names if name in cell.states)
    ]
    stays = ", ".join(ranges)
    return (
        f"{COUNTS[1 + len(cell.names)]} aligned strips over {len(x)} steps. The input {seen}. At step {cursor}: "
        f"{values}. {lasts}{stays[0].upper()}{stays[1:]}."
    )


def steps_text(steps: float) -> str:
    """A number of steps for a sentence: '2.2 steps', '1.0 step', 'more than 1000 steps'."""
    if steps > 1000:
        return "more than 1000 steps"
    return f"{steps:.1f} {'step' if f'{steps:.1f}' == '1.0' else 'steps'}"


class Strips:
    """A strip for x and for each name of `cell` on one time axis; a redraw costs a few tens of milliseconds."""

    def __init__(
        self, figure: FigureBase, steps: int, reference: GateTrace | None = None, cell: Cell = LSTM
    ) -> None:
        self.fig, self.limits = figure, cell.limits
        rows = f"x{cell.names}"
        left, right, top, gap = 0.185, 0.915, 0.985, 0.014
        bottom = 0.459 / (0.5 + 0.7 * len(rows))  # as many inches for any number of rows
        height = (top - bottom) / len(rows)
        self.axes: dict[str, Axes] = {}
        for row, name in enumerate(rows):
            rect = (left, top - (row + 1) * height + gap / 2, right - left, height - gap)
            self.axes[name] = self._strip(name, rect, steps)
        self._time_axis(self.axes[rows[-1]], steps)
        # The starting curve stays behind the moving one, so that a change can be seen as a change.
        self.ghosts = {
            n: a.plot([], [], color=COLOURS[n], lw=1.2, ls=":", alpha=0.8)[0] for n, a in self.axes.items()
        }
        self.lines = {n: a.plot([], [], color=COLOURS[n], lw=2.2)[0] for n, a in self.axes.items()}
        self.fills = {n: a.fill_between([], []) for n, a in self.axes.items()}
        self.cursors = [a.axvline(0, color=INK, lw=0.9, alpha=0.55) for a in self.axes.values()]
        self.dots = {
            n: a.plot([], [], "o", color=COLOURS[n], mec="white", ms=6.5, clip_on=False, zorder=5)[0]
            for n, a in self.axes.items()
        }
        self.numbers = {
            n: a.text(1.015, 0.5, "", transform=a.transAxes, va="center", fontsize=10.5, color=INK)
            for n, a in self.axes.items()
        }
        self.reference = reference

    def _strip(self, name: str, rect: tuple[float, float, float, float], steps: int) -> Axes:
        axes = self.fig.add_axes(rect, facecolor=PANEL)
        axes.set_xlim(-0.7, steps - 0.3)
        axes.grid(False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.tick_params(length=0, labelbottom=False, labelsize=8.5, labelcolor=DIM)
        axes.axhline(0, color=RULE, lw=1)
        axes.text(-0.075, 0.5, f"{NAMES[name]}  ", transform=axes.transAxes, ha="right", va="center",
                  fontsize=10, color=INK)  # fmt: skip
        axes.text(-0.072, 0.5, name, transform=axes.transAxes, ha="center", va="center", fontsize=12,
                  fontweight="bold", color=COLOURS[name])  # fmt: skip
        return axes

    def _time_axis(self, axes: Axes, steps: int) -> None:
        axes.tick_params(labelbottom=True)
        axes.set_xticks(range(0, steps, max(1, round(steps / 40) * 5)))
        axes.set_xlabel("step", fontsize=10, color=DIM, labelpad=2)

    def update(self, trace: GateTrace, cursor: int, unit: int = 0) -> None:
        """Draw `trace`, the cursor at step `cursor`; the reference, if any, stays as a dotted line."""
        for name, axes in self.axes.items():
            values = trace.unit(name, unit if name != "x" else 0)
            old = self.reference.unit(name, unit if name != "x" else 0) if self.reference is not None else []
            low, high = self.limits.get(name, (min(0.0, *values, *old), max(0.0, *values, *old)))
            low, high = (low, high) if high > low else (low, low + 1)
            margin = 0.12 * (high - low)
            axes.set_ylim(low - margin, high + margin)
            axes.set_yticks([low, high], [f"{low:.3g}", f"{high:.3g}"])
            self.lines[name].set_data(range(len(values)), values)
            self.ghosts[name].set_data(range(len(old)), old)
            self.fills[name].remove()
            self.fills[name] = axes.fill_between(
                range(len(values)), values, color=COLOURS[name], alpha=0.14, lw=0
            )
            self.dots[name].set_data([cursor], [values[cursor]])
            self.numbers[name].set_text(f"{values[cursor]:.2f}")
        for line in self.cursors:
            line.set_xdata([cursor, cursor])

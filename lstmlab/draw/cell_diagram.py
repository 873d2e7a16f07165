"""One LSTM cell drawn at one step, with the numbers of that step on its wires.

Lessons call `draw_cell`. A wire is as thick as the signal it carries, a gate's disc is as full as the gate is
open: the picture is computed, so it cannot disagree with the layer.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Wedge

from lstmlab.draw.display import Picture, picture
from lstmlab.draw.style import COLOURS, DIM, INK, PANEL, RULE
from lstmlab.gates import LSTM, GateTrace

CELL_Y, MID_Y, GATE_Y, BUS_Y = 4.45, 3.1, 1.75, 0.55
GATE_X = {"f": 2.1, "i": 4.3, "g": 6.2, "o": 8.6}
WORDS = {"f": "forget", "i": "input", "g": "candidate", "o": "output"}
PLUS_X = (GATE_X["i"] + GATE_X["g"]) / 2


def draw_cell(trace: GateTrace, step: int, unit: int = 0) -> Picture:
    """Draw the cell of `unit` at `step` of the first sequence in `trace`. Raises IndexError outside of it,
    and ValueError for another cell than an LSTM's."""
    fig = Figure(figsize=(7.6, 3.8))
    value, before = draw_cell_on(fig.add_axes((0, 0, 1, 1)), trace, step, unit)
    return picture(fig, _alt(step, value, before))


def draw_cell_on(
    axes: Axes, trace: GateTrace, step: int, unit: int = 0
) -> tuple[dict[str, float], dict[str, float]]:
    """The same in `axes` of a larger figure; returns x i f g o c h of the step, and c and h before it."""
    if trace.cell is not LSTM:
        raise ValueError(
            f"draw_cell draws an LSTM's cell, and this trace has {', '.join(trace.cell.names)}; pass "
            "trace_gates(lstm, x), or look at it with plot_gates or GateExplorer."
        )
    steps = trace.c.shape[0]
    if not 0 <= step < steps:
        raise IndexError(f"step {step} in a trace of {steps} steps; pass 0 to {steps - 1}.")
    value = {name: trace.unit(name, unit)[step] for name in "ifgoch"}
    value["x"] = trace.unit("x")[step]
    before = {
        name: trace.unit(name, unit)[step - 1] if step else start[0, unit].item()
        for name, start in (("c", trace.c_0), ("h", trace.h_0))
    }
    axes.set(xlim=(-0.6, 11.6), ylim=(-0.75, 5.35))
    axes.axis("off")
    axes.add_patch(FancyBboxPatch((1.45, 0.15), 8.45, 4.85, boxstyle="round,pad=0.02,rounding_size=0.3",
                                  fc=PANEL, ec=RULE))  # fmt: skip
    _wires(axes, value, before)
    for name, x in GATE_X.items():
        _gate(axes, name, x, value[name])
    for x, y, sign in (
        (GATE_X["f"], CELL_Y, "×"),
        (PLUS_X, CELL_Y, "+"),
        (PLUS_X, MID_Y, "×"),
        (GATE_X["o"], MID_Y, "×"),
    ):
        axes.add_patch(Circle((x, y), 0.26, fc="white", ec=DIM, lw=1.5, zorder=6))
        axes.text(x, y - 0.02, sign, ha="center", va="center", fontsize=15, zorder=7)
    return value, before


def _width(signal: float) -> float:
    """Line width in points: what carries nothing is a hair, what carries 1 or more is a beam."""
    return 0.8 + 5 * min(abs(signal), 1.0)


def _wires(axes: Axes, value: dict[str, float], before: dict[str, float]) -> None:
    """The cell state along the top, the write and read paths, the bus of x and h below, all numbered."""
    keep, write = value["f"] * before["c"], value["i"] * value["g"]
    f, o = GATE_X["f"], GATE_X["o"]

    def wire(xs: list[float], ys: list[float], name: str, signal: float) -> None:
        style = "-" if signal >= 0 else (0, (2, 1))  # a negative signal is dashed: sign without colour
        axes.plot(xs, ys, color=COLOURS[name], lw=_width(signal), ls=style, solid_capstyle="butt", zorder=3)

    wire([-0.45, f], [CELL_Y] * 2, "c", before["c"])
    wire([f, PLUS_X], [CELL_Y] * 2, "c", keep)
    wire([PLUS_X, 11.45], [CELL_Y] * 2, "c", value["c"])
    wire([PLUS_X] * 2, [MID_Y, CELL_Y], "g", write)
    wire([o, o], [CELL_Y, MID_Y], "c", value["c"])
    wire([o, 11.45], [MID_Y] * 2, "h", value["h"])
    for name in "fo":
        axes.plot(
            [GATE_X[name]] * 2,
            [GATE_Y, CELL_Y if name == "f" else MID_Y],
            color=COLOURS[name],
            lw=1.8,
            zorder=2,
        )
    for name in "ig":
        axes.plot(
            [GATE_X[name]] * 2 + [PLUS_X], [GATE_Y, MID_Y, MID_Y], color=COLOURS[name], lw=1.8, zorder=2
        )
    axes.plot([-0.45, o], [BUS_Y] * 2, color=DIM, lw=1.4, zorder=2)
    axes.plot([PLUS_X] * 2, [-0.35, BUS_Y], color=DIM, lw=1.4, zorder=2)
    for x in GATE_X.values():
        axes.plot([x, x], [BUS_Y, GATE_Y], color=DIM, lw=1.4, zorder=2)
        axes.plot([x], [BUS_Y], "o", color=DIM, ms=5, zorder=3)
    axes.add_patch(FancyBboxPatch((o - 0.42, 3.63), 0.84, 0.3, boxstyle="round,pad=0.05,rounding_size=0.15",
                                  fc="white", ec=DIM, lw=1.3, zorder=6))  # fmt: skip
    axes.text(o, 3.77, "tanh", ha="center", va="center", fontsize=10, zorder=7)
    labels = [
        (-0.45, CELL_Y + 0.3, "$c_{t-1}$", before["c"], "left"),
        ((f + PLUS_X) / 2, CELL_Y + 0.28, "$f\\,c_{t-1}$", keep, "center"),
        (PLUS_X + 0.2, 3.75, "$i\\,g$", write, "left"),
        (11.5, CELL_Y + 0.3, "$c_t$", value["c"], "right"),
        (11.5, MID_Y + 0.3, "$h_t$", value["h"], "right"),
        (-0.45, BUS_Y + 0.28, "$h_{t-1}$", before["h"], "left"),
        (PLUS_X + 0.15, -0.33, "$x_t$", value["x"], "left"),
    ]
    for x, y, symbol, number, align in labels:
        axes.text(x, y, f"{symbol} = {number:.2f}", ha=align, va="center", fontsize=10.5, color=INK, zorder=8)


def _gate(axes: Axes, name: str, x: float, value: float) -> None:
    """A disc filled from the bottom like a clock: a full turn is 1; g is a candidate, and may be negative."""
    axes.add_patch(Circle((x, GATE_Y), 0.52, fc="white", ec=COLOURS[name], lw=2, zorder=4))
    turn = 360 * abs(value)
    start, end = (90 - turn, 90) if value >= 0 else (90, 90 + turn)
    axes.add_patch(Wedge((x, GATE_Y), 0.52, start, end, fc=COLOURS[name], alpha=0.32, zorder=5))
    axes.text(x, GATE_Y, f"{value:.2f}", ha="center", va="center", fontsize=11, fontweight="bold",
              color=COLOURS[name], zorder=7)  # fmt: skip
    axes.text(
        x + 0.12, 0.9, f"{WORDS[name]} {name}", ha="left", va="center", fontsize=10, color=INK, zorder=7
    )


def _alt(step: int, value: dict[str, float], before: dict[str, float]) -> str:
    x, i, f, g, o, c, h = (value[name] for name in "xifgoch")
    keep, write = f * before["c"], i * g
    return (
        f"Diagram of one LSTM cell at step {step}. All four blocks read x = {x:.2f} and the previous hidden "
        f"state {before['h']:.2f}; none reads the cell state. The forget gate {f:.2f} times the old cell "
        f"state {before['c']:.2f} keeps {keep:.2f}; the input gate {i:.2f} times the candidate {g:.2f} "
        f"adds {write:.2f}; the sum is the new cell state {c:.2f}. The output gate {o:.2f} times its tanh "
        f"gives the hidden state {h:.2f}."
    )

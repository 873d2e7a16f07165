"""The figures of `interact_figures` that are made of boxes and cells: tensors, a packed batch, a stack of layers."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle

from lstmlab import widgets
from lstmlab.draw.style import COLOURS, DIM, INK, PANEL, PAPER, RULE

AXES = {
    "time": "f",
    "batch": "o",
    "features": "i",
    "layers": "h",
}  # an axis has one colour wherever it stands
Place = tuple[int, int, int]  # a state: layer, direction, step


def _blank(wide: float, tall: float) -> tuple[Figure, Axes]:
    """A figure of one drawing whose unit is as long upwards as to the right."""
    figure = Figure(figsize=(wide, tall), layout="constrained")
    axes = figure.subplots()
    axes.set_aspect("equal")
    axes.axis("off")
    return figure, axes


# -- the shape explorer --------------------------------------------------------------------------------------


def shapes(widget: widgets.ShapeExplorer) -> Figure:
    """x, the layer with its parameters, and what it returns as boxes of cells; the arguments above them."""
    figure, axes = _blank(12.4, 3.6)
    kinds = ("batch", "time") if widget.batch_first else ("time", "batch")
    left = 0.0
    for name, shape in widget.shapes.items():
        named = (("layers", "batch") if name in ("h_n", "c_n") else kinds)[: len(shape) - 1]
        left = _box(axes, left, name, shape, (*named, "features"))
        if name == "x":
            axes.add_patch(FancyBboxPatch((left + 2, -6), 7, 4, "round,pad=0.4", fc=PANEL, ec=DIM))
            count = sum(weight.numel() for weight in widget.layer.parameters())
            axes.text(left + 5.5, -4, f"nn.LSTM\n{count:,}\nparameters", ha="center", va="center", fontsize=9)
            for start in (left, left + 9.8):
                axes.add_patch(
                    FancyArrowPatch((start, -4), (start + 1.5, -4), arrowstyle="->", mutation_scale=12)
                )
            left += 16
    given = ", ".join(f"{name}={value}" for name, value in widget.value.items())
    axes.set_title(given, loc="left", fontsize=8, family="monospace")
    longest = max(max(shape) for shape in widget.shapes.values())
    axes.set(xlim=(-4, left - 2), ylim=(-longest - 6, max(4, longest / 2)))
    return figure


def _box(axes: Axes, left: float, name: str, shape: tuple[int, ...], kinds: tuple[str, ...]) -> float:
    """A tensor: rows downwards, features to the right, the axis between them into the page."""
    down, across = shape[0], shape[-1]
    deep = 0.5 * shape[1] if len(shape) == 3 else 0.0
    face = Rectangle((left, -down), across, down, fc=PANEL, ec=DIM, lw=0.8)
    side = [(left, 0), (left + deep, deep), (left + across + deep, deep), (left + across + deep, deep - down)]
    axes.add_patch(Polygon([*side, (left + across, -down), (left + across, 0)], fc=RULE, ec=DIM, lw=0.8))
    axes.add_patch(face)
    for row in range(down + 1):
        axes.plot([left, left + across, left + across + deep], [-row, -row, deep - row], color=DIM, lw=0.6)
    for column in range(across + 1):
        at = left + column
        axes.plot([at, at, at + deep], [-down, 0, deep], color=DIM, lw=0.6)
    for sheet in range(1, int(2 * deep) + 1):
        off = sheet / 2
        axes.plot(
            [left + off, left + across + off, left + across + off], [off, off, off - down], color=DIM, lw=0.6
        )
    places = [(left - 0.4, -down / 2, "right"), (left + deep / 2 - 0.3, deep / 2 + 0.8, "right"),
              (left + across / 2, -down - 1, "center")]  # fmt: skip
    for kind, size, (x, y, align) in zip(
        kinds, shape, places if len(shape) == 3 else places[::2], strict=True
    ):
        axes.text(x, y, f"{kind} {size}", color=COLOURS[AXES[kind]], ha=align, va="center", fontsize=9)
    axes.text(left + across / 2, -down - 3, f"{name}\n{shape}", ha="center", va="top", fontsize=10)
    return left + max(across + deep, 5) + 6


# -- the packing explorer ------------------------------------------------------------------------------------


def packing(widget: widgets.PackingExplorer) -> Figure:
    """The batch padded, sorted and packed, a colour for each sequence; filled is what the chosen state has read."""
    lengths, rows, steps = widget.lengths, len(widget.lengths), max(widget.lengths)
    packed = widget.packed
    order, sizes = packed.sorted_indices.tolist(), packed.batch_sizes.tolist()
    figure, axes = _blank(12.4, 0.42 * (rows + 6))
    right = steps + 7.0
    axes.text(0, -1.2, f"padded: {rows} × {steps} = {rows * steps} cells", fontsize=11)
    axes.text(right, -1.2, "sorted by length, padding left out", fontsize=11)
    for step in range(steps):
        for start in (0.0, right):
            axes.text(start + step + 0.5, -0.4, str(step), ha="center", va="center", color=DIM, fontsize=9)
    for row in range(rows):
        late = steps - lengths[row]
        for step in range(steps):
            _cell(axes, widget, (step, row), row, step)
        words = f"✗ {late} too late" if late else "✓"
        axes.text(
            steps + 0.4, row + 0.5, words, va="center", color=COLOURS["o" if late else "x"], fontsize=10
        )
        for step in range(lengths[order[row]]):
            _cell(axes, widget, (right + step, row), order[row], step)
        last = f"{'abcdef'[order[row]]}{lengths[order[row]] - 1}"
        axes.text(right + steps + 0.4, row + 0.5, last, va="center", fontsize=10)
    axes.text(right - 0.4, rows + 0.5, "batch_sizes", ha="right", va="center", color=DIM, fontsize=9)
    axes.text(
        0, rows + 2, f"packed: data with {sum(lengths)} rows, column after column", va="center", fontsize=11
    )
    place = 0.0
    for step, size in enumerate(sizes):
        axes.text(right + step + 0.5, rows + 0.5, str(size), ha="center", va="center", fontweight="bold")
        for k in range(size):
            _cell(axes, widget, (place + k, rows + 2.7), order[k], step)
        axes.plot([place, place + size], [rows + 3.9, rows + 3.9], color=DIM)
        axes.text(
            place + size / 2, rows + 4.4, f"{step}: {size}", ha="center", va="center", color=DIM, fontsize=9
        )
        place += size + 0.4
    axes.set(xlim=(-0.2, max(right + steps + 3, place)), ylim=(rows + 5, -2))
    return figure


def _cell(axes: Axes, widget: widgets.PackingExplorer, at: tuple[float, float], row: int, step: int) -> None:
    real, read = step < widget.lengths[row], row == widget.row and step <= widget.step
    colour = COLOURS["foighx"[row]] if real else DIM
    axes.add_patch(
        Rectangle(at, 0.96, 0.96, fc=colour if read else PANEL, ec=colour, ls="-" if real else "--")
    )
    if read and step == widget.step:
        axes.add_patch(Rectangle(at, 0.96, 0.96, fill=False, ec=INK, lw=2.5))
    words = f"{'abcdef'[row]}{step}" if real else "0"
    ink = PAPER if read else colour
    axes.text(at[0] + 0.48, at[1] + 0.5, words, ha="center", va="center", color=ink, fontsize=9)


# -- the stack explorer --------------------------------------------------------------------------------------


def stack(widget: widgets.StackExplorer) -> Figure:
    """Layers and directions wired up; what the chosen state was computed from; and its slices of both tensors."""
    ways, steps, layers = 1 + widget.bidirectional, widget.steps, widget.num_layers
    figure = Figure(figsize=(12.4, 1.3 + 1.1 * ways * layers), layout="constrained")
    wired, output, h_n = figure.subplots(1, 3, width_ratios=(5, 1.2, 1))
    used = set(_sources(widget, (widget.layer, int(widget.backward), widget.step)))
    for layer in range(layers):
        _layer(wired, widget, layer, used)
    for step in range(steps):
        wired.text(step, -1.15, f"x[{step}]", ha="center", va="center", color=COLOURS["x"])
        wired.text(step, layers * (ways + 0.9) - 0.35, f"output[{step}]", ha="center", va="center", color=DIM)
    wired.set(xlim=(-1.5, steps + 0.2), ylim=(-1.4, layers * (ways + 0.9)))
    wired.axis("off")
    found = widget.slices
    wired.set_title(" and ".join(found) or "not returned", loc="left", fontsize=10.5)
    size, way = widget.hidden_size, int(widget.backward)
    held = (any(code.startswith(name) for code in found) for name in ("output", "h_n"))
    in_output, in_h_n = held
    mine = {(widget.step, column) for column in range(way * size, (way + 1) * size)} if in_output else set()
    _grid(output, "output", steps, ways * size, mine)
    row = widget.layer * ways + way
    _grid(h_n, "h_n", layers * ways, size, {(row, column) for column in range(size)} if in_h_n else set())
    return figure


def _sources(widget: widgets.StackExplorer, place: Place) -> Iterable[Place]:
    """The states that a state has been computed from, itself among them."""
    ways = 1 + widget.bidirectional
    found: set[Place] = set()
    waiting = [place]
    while waiting:
        state = waiting.pop()
        layer, way, step = state
        if state in found or not 0 <= step < widget.steps or layer < 0:
            continue
        found.add(state)
        waiting += [
            (layer, way, step + (1 if way else -1)),
            *((layer - 1, other, step) for other in range(ways)),
        ]
    return found


def _layer(axes: Axes, widget: widgets.StackExplorer, layer: int, used: set[Place]) -> None:
    ways, steps = 1 + widget.bidirectional, widget.steps
    base, top = layer * (ways + 0.9), layer == widget.num_layers - 1
    axes.text(-1.4, base + (ways - 1) / 2, f"layer {layer}", va="center", color=DIM)
    for step in range(steps):
        box = ((step - 0.32, base - 0.35), 0.64, ways - 0.3)
        axes.add_patch(FancyBboxPatch(*box, "round,pad=0.04", fc=PANEL, ec=RULE))
        inside = any((layer, way, step) in used for way in range(ways))
        _arrow(axes, (step, base - 0.95), (step, base - 0.42), inside)
        if top:
            _arrow(axes, (step, base + ways - 0.6), (step, base + ways - 0.1), inside and step == widget.step)
        if widget.dropout and layer:
            axes.plot([step], [base - 0.7], "x", color=COLOURS["o"], ms=9, mew=2)
    for way in range(ways):
        sign, last, y = (-1, 0, base + 1.0) if way else (1, steps - 1, base)
        for step in range(steps):
            here = (layer, way, step) == (widget.layer, int(widget.backward), widget.step)
            seen = (layer, way, step) in used
            axes.plot([step], [y], "o", ms=19, mfc=COLOURS["h"] if here else "#dabffb" if seen else PAPER,
                      mec=INK if here else COLOURS["h"], mew=3.5 if here or step == last else 1.6)  # fmt: skip
            axes.text(step, y, "→←"[way], ha="center", va="center", color=PAPER if here else INK, fontsize=10)
            if step != last:
                on = (layer, way, step + sign) in used
                _arrow(axes, (step + 0.22 * sign, y), (step + 0.78 * sign, y), on)
        name = f"h_n[{layer * ways + way}]"
        align = "right" if way else "left"
        axes.text(last + 0.45 * sign, y, name, ha=align, va="center", color=COLOURS["h"], fontweight="bold")


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], on: bool) -> None:
    style = {"color": INK, "lw": 2.2} if on else {"color": "#868d94", "lw": 1.5}
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, **style})


def _grid(axes: Axes, name: str, rows: int, columns: int, on: set[tuple[int, int]]) -> None:
    """A tensor's last two axes as squares, those of the chosen state filled."""
    for row in range(rows):
        axes.text(-0.5, row + 0.5, str(row), ha="right", va="center", color=DIM, fontsize=9)
        for column in range(columns):
            fill = COLOURS["h"] if (row, column) in on else PANEL
            axes.add_patch(Rectangle((column, row), 0.86, 0.86, fc=fill, ec=DIM, lw=0.7))
    axes.set(xlim=(-1.5, columns + 0.2), ylim=(rows + 0.3, -0.3), aspect="equal")
    axes.set_title(f"{name} ({rows}, batch, {columns})", fontsize=10.5)
    axes.axis("off")

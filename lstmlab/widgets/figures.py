"""The widgets' static figures: what an exported or printed page shows in a widget's place.

Each widget's `picture()` calls one of these, and writes the alt text that goes with it. They are SVG, written from
the numbers: a widget is not on the page before its static figure is drawn, so that has to be quick.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from lstmlab.draw.style import COLOURS, DIM, INK, NAMES, PANEL, PAPER, RULE
from lstmlab.draw.svg import Point, arrow, box, line, svg, tag, text
from lstmlab.gates import GateTrace

WIDTH = 760
MONO = "DejaVu Sans Mono,monospace"
Numbers = Sequence[float]


def strips(trace: GateTrace, step: int, unit: int) -> bytes:
    """Aligned strips of x and all that the cell of `unit` computes over time, and their values at `step`."""
    tall, left, right = 54, 176, 690
    steps, limits, rows = trace.h.shape[0], trace.cell.limits, f"x{trace.cell.names}"
    parts = []

    def x(at: float) -> float:
        return left + 8 + (right - left - 16) * at / max(1, steps - 1)

    for row, name in enumerate(rows):
        values = trace.unit(name, unit if name != "x" else 0)
        low, high = limits.get(name, (min(0.0, *values), max(0.0, *values)))
        high = high if high > low else low + 1
        top = 8 + row * tall

        def y(value: float, low: float = low, high: float = high, top: float = top) -> float:
            return top + tall - 10 - (tall - 16) * (value - low) / (high - low)

        points = [(x(at), y(value)) for at, value in enumerate(values)]
        under = [(x(0), y(0)), *points, (x(steps - 1), y(0))]
        colour = COLOURS[name]
        parts += [
            text(118, top + 31, NAMES[name], anchor="end"),
            text(126, top + 31, name, fill=colour, size=15, font_weight="bold"),
            box(left, top, right - left, tall - 4, fill=PANEL),
            line([(left, y(0)), (right, y(0))], RULE, 1),
            line(under, "none", 0, fill=colour, fill_opacity=0.14),
            line(points, colour, 2, stroke_linejoin="round"),
            tag("circle", cx=x(step), cy=y(values[step]), r=3.5, fill=colour),
            text(right + 10, top + 31, f"{values[step]:.2f}"),
        ]
        parts += [
            text(left - 5, y(end) + 4, f"{end:.3g}", fill=DIM, size=10, anchor="end") for end in (low, high)
        ]
    bottom = 8 + len(rows) * tall
    parts.append(line([(x(step), 8), (x(step), bottom - 4)], INK, 1, opacity=0.55))
    parts += _ticks(steps - 1, x, bottom + 12, "step")
    return svg(WIDTH, bottom + 36, *parts)


def _ticks(last: int, x: Callable[[float], float], y: float, name: str) -> list[str]:
    """Numbers under a time axis that ends at `last`, and its name."""
    apart = next(width for width in (1, 2, 5, 10, 20, 50, 100, 200) if last / width <= 10)
    ticks = [text(x(at), y, str(at), fill=DIM, size=11, anchor="middle") for at in range(0, last + 1, apart)]
    return [*ticks, text(x(last / 2), y + 17, name, fill=DIM, size=12, anchor="middle")]


def lags(curves: Sequence[tuple[str, str, Numbers]], clipped: Numbers | None = None) -> bytes:
    """Gradients by lag on a log axis: (colour's key, name, values) each; `clipped` is the LSTM's after clipping."""
    left, right, top, bottom = 70, 560, 34, 320
    drawn = [*curves, *([("o", "nn.LSTM, clipped", clipped)] if clipped is not None else [])]
    decades = [math.log10(value) for _, _, values in drawn for value in values if value > 1e-30]
    low, high = 5 * math.floor(min(decades, default=-5) / 5), 5 * math.ceil(max(decades, default=0) / 5)
    high = max(high, low + 5)
    length = len(curves[0][2]) - 1

    def x(at: float) -> float:
        return left + (right - left) * at / length

    def y(decade: float) -> float:
        return bottom - (bottom - top) * (decade - low) / (high - low)

    parts = [
        box(left, top, right - left, bottom - top, fill=PANEL),
        text(8, 18, "gradient of the last output with respect to an input", fill=DIM, size=12),
    ]
    for decade in range(low, high + 1, 5):
        parts.append(line([(left, y(decade)), (right, y(decade))], RULE, 1))
        parts.append(
            text(left - 8, y(decade) + 4, f"1e{decade}" if decade else "1", fill=DIM, size=11, anchor="end")
        )
    parts += _ticks(length, x, bottom + 16, "lag: steps back from the last output")
    ends = []
    for key, name, values in drawn:
        points = [(x(at), y(math.log10(value))) for at, value in enumerate(values) if value > 10.0**low]
        if points:
            parts.append(line(points, COLOURS[key], 2.2, stroke_dasharray="2 3" if key == "o" else None))
            ends.append((points[-1], key, name))
    return svg(WIDTH, bottom + 42, *parts, *_named(ends, right, bottom))


def _named(ends: list[tuple[Point, str, str]], right: float, bottom: float) -> list[str]:
    """A name for each curve: at the right where it ends there, beside its end where it leaves the figure below."""
    named, most, under = [], bottom, bottom - 10
    for (x, y), key, name in sorted(
        ends, key=lambda end: -end[0][1]
    ):  # from the lowest upwards, none over another
        if x < right - 1:
            named.append(text(x + 6, under, name, fill=COLOURS[key], size=12))
            under -= 16
        else:
            most = min(y + 4, most)
            named.append(text(right + 8, most, name, fill=COLOURS[key], size=12))
            most -= 16
    return named


def boxes(shapes: dict[str, tuple[int, ...]]) -> bytes:
    """Tensors as sheets of rows and features, one behind the other, with their names and shapes."""
    size, top = 9.0, 20.0
    depth = max((shape[1] for shape in shapes.values() if len(shape) == 3), default=1)
    rows = max(shape[0] for shape in shapes.values())
    floor = top + size * (rows + depth / 2)
    parts, left = [], 24.0
    for name, shape in shapes.items():
        tall, sheets, wide = shape if len(shape) == 3 else (shape[0], 1, shape[1])
        for sheet in reversed(range(sheets)):
            shift = size * sheet / 2
            parts.append(
                box(
                    left + shift,
                    floor - size * tall - shift,
                    size * wide,
                    size * tall,
                    fill=PANEL,
                    stroke=DIM,
                )
            )
        parts.append(text(left, floor + 20, name, font_weight="bold"))
        parts.append(text(left, floor + 38, str(shape)))
        left += max(size * (wide + sheets / 2), 100) + 28
    return svg(max(WIDTH, left), floor + 52, *parts)


def refusal(words: str) -> bytes:
    """An error in the place of a figure, in lines of at most 90 letters."""
    lines = [words[at : at + 90] for at in range(0, len(words), 90)]
    parts = [text(20, 34 + 20 * k, part, fill=COLOURS["o"]) for k, part in enumerate(lines)]
    return svg(WIDTH, 30 + 20 * len(lines) + 16, *parts)


def cells(grids: Sequence[tuple[str, str, Sequence[Numbers]]], step: int) -> bytes:
    """Numbers as coloured cells over time, a column each: (name, colour's key, rows); `step` is framed."""
    steps, left, tall = len(grids[0][2][0]), 90, 24
    wide = min(64.0, (WIDTH - left - 12) / steps)
    parts, top = [], 26.0
    for name, key, rows in grids:
        most = max(1e-9, max(abs(value) for row in rows for value in row))
        parts.append(text(left - 10, top + tall * len(rows) / 2 + 4, name, fill=COLOURS[key], anchor="end"))
        for k, row in enumerate(rows):
            for at, value in enumerate(row):
                corner = (left + wide * at, top + tall * k)
                shade: dict[str, Any] = {
                    "fill": COLOURS["o" if value < 0 else "f"],
                    "fill_opacity": f"{0.48 * abs(value) / most:.2f}",
                }
                parts.append(box(*corner, wide - 1, tall - 1, stroke=RULE, stroke_width=0.5, **shade))
                if wide >= 38:
                    parts.append(
                        text(corner[0] + wide / 2, corner[1] + 16, f"{value:.2f}", size=11, anchor="middle")
                    )
        top += tall * len(rows) + 16
    frame = box(left + wide * step - 3, 20, wide + 5, top - 24, fill="none", stroke=INK, rx=5)
    ticks = _ticks(steps - 1, lambda at: left + wide * (at + 0.5), top + 4, "step")
    return svg(WIDTH, top + 32, *parts, frame, *ticks)


def packing(lengths: Sequence[int]) -> bytes:
    """Sequences a, b, c ... padded, sorted by length, and packed into one row of data."""
    size, rows, steps, total = 24.0, len(lengths), max(lengths), sum(lengths)
    order = sorted(range(rows), key=lambda row: -lengths[row])
    sizes = [sum(length > step for length in lengths) for step in range(steps)]
    right = max(240, 20 + size * (steps + 2))
    parts = [
        text(20, 24, f"padded: {rows} × {steps} = {rows * steps} cells"),
        text(right, 24, "sorted by length"),
    ]
    for row in range(rows):
        y = 34 + size * row
        parts += [_cell(20 + size * at, y, "abcdef"[row], at, at < lengths[row]) for at in range(steps)]
        parts += [_cell(right + size * at, y, "abcdef"[order[row]], at) for at in range(lengths[order[row]])]
    under = 34 + size * rows
    parts += [
        text(right + size * (at + 0.5), under + 18, str(count), anchor="middle")
        for at, count in enumerate(sizes)
    ]
    parts.append(text(right + size * steps + 8, under + 18, "batch_sizes", fill=DIM))
    parts.append(text(20, under + 54, f"packed: data, {total} rows, column after column of the sorted batch"))
    packed = [(order[row], at) for at, count in enumerate(sizes) for row in range(count)]
    for place, (row, at) in enumerate(packed):
        across, down = place % 29, place // 29  # 29 of them fit side by side
        parts.append(_cell(20 + size * across, under + 64 + (size + 4) * down, "abcdef"[row], at))
    return svg(WIDTH, under + 72 + (size + 4) * (1 + (total - 1) // 29), *parts)


def _cell(x: float, y: float, name: str, step: int, real: bool = True) -> str:
    face = box(x, y, 23, 23, fill=COLOURS["x"] if real else PANEL, stroke=None if real else RULE)
    words, fill = (f"{name}{step}", PAPER) if real else ("0", DIM)
    return face + text(x + 11.5, y + 16, words, fill=fill, size=11, anchor="middle")


def windows(values: Numbers, first: int, at: int, step: int, window: int, horizon: int, errors: str) -> bytes:
    """A series split at step `at`, with one window and its target; `errors` is written below it."""
    left, right, top, bottom = 50.0, WIDTH - 20.0, 14.0, 190.0
    end, last = step + window - 1, len(values) - 1

    def place(t: float, value: float = 0.0) -> Point:
        return left + (right - left) * t / last, bottom - (bottom - top) * value / 200

    def curve(start: int, stop: int) -> list[Point]:
        return [place(t, values[t]) for t in range(start, stop)]

    split, target = place(at - 0.5)[0], end + horizon
    wide = place(end + 0.5)[0] - place(step - 0.5)[0]
    parts = [
        box(left, top, right - left, bottom - top, fill=PANEL),
        box(place(step - 0.5)[0], top, wide, bottom - top, fill=COLOURS["f"], fill_opacity="0.16"),
        line(curve(0, at + 1), COLOURS["x"], 1.4),
        line(curve(at, last + 1), COLOURS["c"], 1.4),
        line([(split, top), (split, bottom)], COLOURS["o"], 2.5),
        tag("circle", cx=place(target)[0], cy=place(target, values[target])[1], r=5, fill=COLOURS["h"]),
    ]
    if window > 1:
        parts.append(line(curve(step, end + 1), COLOURS["f"], 3))
    parts += [
        text(left - 6, place(0, value)[1] + 4, str(value), fill=DIM, size=11, anchor="end")
        for value in (0, 100, 200)
    ]
    for year in range(-(-first // 50) * 50, first + last + 1, 50):
        parts.append(text(place(year - first)[0], bottom + 16, str(year), fill=DIM, size=11, anchor="middle"))
    words = f"window of {window}, horizon {horizon}, test from {first + at}; mean error: {errors}"
    return svg(WIDTH, bottom + 52, *parts, text(left, bottom + 40, words))


def stack(num_layers: int, bidirectional: bool, steps: int, chosen: tuple[int, bool, int]) -> bytes:
    """Layers and directions unrolled over time; cells that end in h_n carry their row, the chosen one is framed."""
    ways = 1 + bidirectional
    left, apart, tall = 150.0, min(100.0, 480 / max(1, steps - 1)), 46.0 * ways + 44
    height = tall * num_layers + 42
    parts = []

    def at(layer: int, way: int, step: int) -> Point:
        return left + apart * step, height - 62 - tall * layer - 46 * way

    for step in range(steps):
        x, y = at(0, 0, step)
        parts.append(text(x, y + 56, f"x[{step}]", fill=COLOURS["x"], anchor="middle"))
        x, y = at(num_layers - 1, ways - 1, step)
        parts.append(text(x, y - 24, f"output[{step}]", fill=DIM, size=12, anchor="middle"))
        for layer in range(num_layers):
            x, y = at(layer, 0, step)
            frame = box(
                x - 22, y - 20 - 46 * (ways - 1), 44, 40 + 46 * (ways - 1), fill=PANEL, stroke=RULE, rx=6
            )
            parts += [frame, arrow((x, y + 42), (x, y + 22), DIM)]
    for layer in range(num_layers):
        for way in range(ways):
            final, sign, row = (0, -1, layer * ways + way) if way else (steps - 1, 1, layer * ways + way)
            y = at(layer, way, 0)[1]
            name = f"layer {layer}, {'backward' if way else 'forward'}"
            parts.append(text(12, y + 4, name, fill=DIM, size=11))
            for step in range(steps):
                x = at(layer, way, step)[0]
                here = (layer, bool(way), step) == chosen
                fill = COLOURS["h"] if step == final else PAPER
                edge = {"stroke": INK if here else COLOURS["h"], "stroke_width": 4 if here else 1.6}
                parts.append(tag("circle", cx=x, cy=y, r=13, fill=fill, **edge))
                if step != final:
                    parts.append(arrow((x + 14 * sign, y), (x + (apart - 14) * sign, y), COLOURS["h"]))
            x = at(layer, way, final)[0]
            parts.append(text(x, y + 4, str(row), fill=PAPER, size=11, anchor="middle", font_weight="bold"))
            far = at(0, 0, steps - 1)[0] + 30
            parts.append(text(far, y + 4, f"h_n[{row}] is after step {final}", fill=COLOURS["h"], size=11))
    return svg(WIDTH, height, *parts)


def letters(written: str, values: Numbers, step: int, odds: Sequence[tuple[str, float]]) -> bytes:
    """A text as boxes of letters, blue where a value is positive and orange where negative, the stronger the larger;
    a frame around the letter at `step`, and the odds of what comes next as bars."""
    wide, tall, columns, left, top = 7.5, 17, 96, 20, 12
    most = max(1e-9, *(abs(value) for value in values))
    boxes, words, row, column = [], [], 0, 0
    for place, (letter, value) in enumerate(zip(written, values, strict=True)):
        if column == columns:
            row, column = row + 1, 0
        x, y = left + wide * column, top + tall * row
        tone = COLOURS["f" if value >= 0 else "o"]
        boxes.append(box(x, y, wide, tall - 2, fill=tone, fill_opacity=f"{0.48 * abs(value) / most:.2f}"))
        if place == step:
            words.append(box(x, y, wide, tall - 2, fill="none", stroke=INK))
        if letter == "\n":
            row, column = row + 1, 0
        else:
            column += 1
            if letter != " ":
                words.append(text(x + wide / 2, y + 12, letter, size=11, anchor="middle", font_family=MONO))
    bottom = top + tall * (row + 1) + 10
    bars = []
    for number, (letter, share) in enumerate(odds):
        y = bottom + 18 * number
        bars += [
            text(left + 10, y + 12, letter, size=12, anchor="middle", font_family=MONO),
            box(left + 24, y + 2, 300 * share, 12, fill=COLOURS["f"]),
            text(left + 32 + 300 * share, y + 12, f"{share:.0%}", size=12),
        ]
    return svg(WIDTH, bottom + 18 * len(odds) + 8, *boxes, *words, *bars)

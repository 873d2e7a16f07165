"""Pictures written from numbers as SVG, in about a millisecond: matplotlib takes 30 to 400 for the same.

`widgets.figures` draws the static figures of widgets with it; otherwise a page would wait for them before it shows
the widget itself. A drawing brings its own paper, as all figures of the course do.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

from lstmlab.draw.style import INK, PAPER

FONT = "DejaVu Sans,Verdana,system-ui,sans-serif"
Point = tuple[float, float]


def tag(name: str, *content: str, **attributes: Any) -> str:
    """An element: `font_size=9` becomes font-size="9", numbers keep one digit, what is None is left out."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{''.join(content)}</{name}>" if content else f"<{name}{said}/>"


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return html.escape(str(value))


def text(x: float, y: float, words: str, *, fill: str = INK, size: float = 13, **more: Any) -> str:
    """Words with their baseline at y; `anchor` is start (the default), middle or end."""
    anchor = more.pop("anchor", None)
    return tag("text", html.escape(words), x=x, y=y, fill=fill, font_size=size, text_anchor=anchor, **more)


def box(x: float, y: float, width: float, height: float, *, fill: str, **more: Any) -> str:
    return tag("rect", x=x, y=y, width=width, height=height, fill=fill, **more)


def line(points: Iterable[Point], stroke: str, width: float = 2, **more: Any) -> str:
    """A curve through the points."""
    d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return tag("path", d=d, fill=more.pop("fill", "none"), stroke=stroke, stroke_width=width, **more)


def arrow(start: Point, end: Point, stroke: str, width: float = 1.4) -> str:
    """A straight line with a head, along one of the axes."""
    (x0, y0), (x1, y1) = start, end
    length = max(1e-9, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
    dx, dy = 6 * (x1 - x0) / length, 6 * (y1 - y0) / length
    head: Sequence[Point] = (
        (x1 - dx + dy / 2, y1 - dy - dx / 2),
        (x1, y1),
        (x1 - dx - dy / 2, y1 - dy + dx / 2),
    )
    return line((start, end), stroke, width) + line(head, stroke, width)


def svg(width: float, height: float, *parts: str) -> bytes:
    """The whole drawing, as a file."""
    paper = box(0, 0, width, height, fill=PAPER)
    return tag(
        "svg", paper, *parts, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:g} {height:g}",
        width=width, height=height, font_family=FONT,
    ).encode()  # fmt: skip

"""What a cell shows: a picture that carries its alt text, and widgets that can be read without a browser.

`picture(fig, alt)` ends every cell that draws. `Readable` is mixed into the course's widgets: their plain
text holds no memory address and says what the widget would show; their HTML does so on exported pages.
"""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from lstmlab.draw.themes import CSS, dark

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def svg_bytes(fig: Figure) -> bytes:
    """Return `fig` as an SVG file, the same bytes each time; curves are exact to a hundredth of a point."""
    buffer = io.BytesIO()
    with plt.rc_context({"svg.hashsalt": "lstmlab"}):
        fig.savefig(
            buffer, format="svg", dpi=160, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
        )
    return _without_waste(buffer.getvalue().decode()).encode()


def _without_waste(svg: str) -> str:
    """The same picture: no comments, no digits that are not seen, no names that nothing refers to, others short."""
    svg = re.sub(r"<!--.*?-->|<!.*?>|<metadata>.*?</metadata>|\s+", " ", svg, flags=re.DOTALL)
    places = r' (?:d|x|y)="[^"]*"|translate\([^)]*\)'
    svg = re.sub(places, lambda place: re.sub(r"(\.\d\d)\d+", r"\1", place[0]), svg)
    svg = re.sub(r'(?<= d=")[^"]*', lambda path: re.sub(r" ?([A-Za-z]) ?", r"\1", path[0]).strip(), svg)
    referred = r'(?<=url\(#)[^)]+|(?<=href="#)[^"]+'
    short = {name: f"n{number}" for number, name in enumerate(dict.fromkeys(re.findall(referred, svg)))}
    svg = re.sub(referred, lambda name: short[name[0]], svg)
    svg = re.sub(r' id="([^"]*)"', lambda name: f' id="{short[name[1]]}"' if name[1] in short else "", svg)
    return re.sub(r" *([<>]) *", r"\1", svg)


def images(svg: bytes, alt: str, width: int) -> str:
    """Return `svg` as HTML for a light and for a dark page, `width` CSS pixels at most, with its alt text escaped."""
    size = f"width:{width}px;max-width:100%;height:auto"
    first, second = (base64.b64encode(drawing).decode() for drawing in (svg, dark(svg.decode()).encode()))
    begin = f'<img alt="{html.escape(alt)}" src="data:image/svg+xml;base64,'
    return (
        f'<style>{CSS}</style>{begin}{first}" class="lstm-light" style="{size}">'
        f'{begin}{second}" class="lstm-dark" style="{size};display:none">'
    )


def inline(text: str) -> str:
    """Return `text` as HTML: escaped, line breaks kept, `code` between backticks set as code."""
    escaped = html.escape(text, quote=False).replace("\n", "<br>")
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped)


@dataclass(frozen=True)
class Picture:
    """A figure as SVG and the sentence that stands in for it (a screen reader, a terminal, a lost image)."""

    svg: bytes
    alt: str
    width: int = 760

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        # nbconvert's templates ignore alt metadata of images; an <img> in HTML keeps its alt everywhere.
        return f'<figure style="margin:0.5em 0">{self.html()}</figure>'

    def html(self) -> str:
        return images(self.svg, self.alt, self.width)


def picture(fig: Figure, alt: str) -> Picture:
    """Draw `fig`, close it, and return it with its alt text.

    `alt` says what the figure shows, with its numbers. Raises ValueError when it is too short to do so.
    """
    if len(alt.split()) < 5:
        raise ValueError(
            f"alt text {alt!r} is too short to replace the figure. Pass a sentence with its numbers, "
            "for example picture(fig, f'The cell state falls from 1 to {c:.2f} in 20 steps.')"
        )
    drawn = Picture(svg_bytes(fig), alt, width=round(fig.get_size_inches()[0] * 100))
    plt.close(fig)  # or IPython's inline backend would show it a second time, without its alt text
    return drawn


class Readable:
    """Mix-in for ipywidgets: put it first among the bases, and define `text()` and `html()`.

    A front end with a widget manager shows the widget, others the HTML, a terminal the text.
    """

    def text(self) -> str:
        """The widget in plain words, the same at every run."""
        raise NotImplementedError(f"{type(self).__name__} must define text()")

    def html(self) -> str:
        """The widget as static HTML; the text in a <pre> unless a subclass has something better."""
        return f'<pre style="white-space:pre-wrap">{html.escape(self.text())}</pre>'

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]  # ipywidgets.Widget comes next
        bundle["text/plain"] = self.text()
        bundle["text/html"] = self.html()
        return bundle

"""Formulas of Markdown, drawn when a page is made: a returned page asks no network for a typesetter.

`safe_pages` calls this. Matplotlib's mathtext reads the part of TeX that most formulas need; what it does not know,
such as `\\begin{aligned}`, is shown as it was written. A drawing is made once: `recall` and `keep` are for `feedback`,
whose next run would else load matplotlib for the formulas of the last one.
"""

import json
import re
from contextlib import suppress
from html import escape, unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.core.files import write_text

MOST = 400  # characters of a formula that is drawn: a longer one is a student's joke or a proof
WIDEST = 48.0  # in units of the text's size: the page's width
UNIT = 100  # of the drawing for one unit of the text's size
LETTERS = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}  # matplotlib.path.Path's codes in SVG's words
# What mathtext calls otherwise, or does not need to be told.
SPELLINGS = {
    r"\le": r"\leq", r"\ge": r"\geq", r"\gets": r"\leftarrow", r"\dots": r"\ldots", r"\tfrac": r"\frac",
    r"\land": r"\wedge", r"\lor": r"\vee", r"\iff": r"\Leftrightarrow", r"\implies": r"\Rightarrow",
    r"\lvert": "|", r"\rvert": "|", r"\lVert": r"\Vert", r"\rVert": r"\Vert",
    r"\displaystyle": "", r"\limits": "", r"\big": "", r"\bigl": "", r"\bigr": "", r"\Big": "", r"\Bigl": "",
    r"\Bigr": "",
}  # fmt: skip
COMMAND = re.compile(r"\\[A-Za-z]+")
KEPT = 512  # drawings
MARKED = re.compile(r'<(?:span|div) class="formula">([^<]*)</(?:span|div)>')


_drawings: dict[str, str] = {}


class FormulaRenderer(IPythonRenderer):
    """Marks formulas in the HTML; `draw_formulas` puts pictures there, after all else has been made safe."""

    def inline_math(self, body: str) -> str:
        """mistune calls this for `$...$`."""
        return f'<span class="formula">{escape(body)}</span>'

    def block_math(self, body: str) -> str:
        """mistune calls this for `$$...$$`."""
        return f'<div class="formula">{escape(body)}</div>'

    def latex_environment(self, name: str, body: str) -> str:
        """mistune calls this for `\\begin{name}...\\end{name}`."""
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")


def as_html(source: str, renderer: FormulaRenderer) -> str:
    """Markdown as HTML that still has to be made safe, formulas marked."""
    return MarkdownWithMath(renderer=renderer).render(source)


def draw_formulas(html: str) -> str:
    """The HTML with each marked formula drawn, or in a frame of its own where it cannot be."""
    return MARKED.sub(_shown, html)


def _shown(found: re.Match[str]) -> str:
    tex = " ".join(unescape(found[1]).split())
    block = found[0].startswith("<div")
    picture = drawn(tex)
    if picture:
        return f'<div class="formula">{picture}</div>' if block else picture
    return f"<pre>{found[1].strip()}</pre>" if block else f"<code>{escape(tex)}</code>"


def drawn(tex: str) -> str:
    """A formula as SVG in the text's colour, on its line; "" where mathtext cannot read it.

    Its size is in units of the text's (em); the TeX is its name for those who do not see it.
    """
    if tex not in _drawings:
        if len(_drawings) >= KEPT:  # a class shares its formulas, a student's own come once
            _drawings.clear()
        _drawings[tex] = _draw(tex)
    return _drawings[tex]


def recall(file: Path) -> None:
    """Knows the drawings that `keep` wrote, and no others; none of a damaged file, or another matplotlib's."""
    _drawings.clear()
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["matplotlib"] == version("matplotlib"):
            _drawings.update({str(tex): str(drawing) for tex, drawing in kept["drawings"].items()})


def keep(file: Path) -> None:
    """Writes the drawings since `recall`, and those that it found."""
    if _drawings:
        write_text(file, json.dumps({"matplotlib": version("matplotlib"), "drawings": _drawings}))


def _draw(tex: str) -> str:
    # Half a second, once, and only where there are formulas.
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path as Strokes
    from matplotlib.textpath import text_to_path

    if not tex or len(tex) > MOST or not tex.isascii() or "$" in tex:
        return ""
    font = FontProperties(size=UNIT, math_fontfamily="stix")
    written = f"${_spelt(tex)}$"
    try:
        width, height, depth = text_to_path.get_text_width_height_descent(written, font, ismath=True)
        outline, codes = text_to_path.get_text_path(font, written, ismath=True)
    except (ValueError, RuntimeError, RecursionError, OverflowError):  # whatever its parser stumbles over
        return ""
    if not len(outline) or not 0 < width < WIDEST * UNIT or height > WIDEST * UNIT:
        return ""
    lines = " ".join(
        _line(points, code) for points, code in Strokes(outline, codes).iter_segments(simplify=False)
    )
    return (
        f'<svg class="formula" role="img" aria-label="{escape(tex)}" width="{width / UNIT:.2f}em" '
        f'height="{height / UNIT:.2f}em" viewBox="0 {depth - height:.0f} {width:.0f} {height:.0f}" '
        f'style="vertical-align: {-depth / UNIT:.2f}em"><title>{escape(tex)}</title>'
        f'<path fill="currentColor" d="{lines}"/></svg>'
    )


def _spelt(tex: str) -> str:
    """The formula in mathtext's spelling."""
    return COMMAND.sub(lambda found: SPELLINGS.get(found[0], found[0]), tex)


def _line(points: Any, code: Any) -> str:
    """One stroke, in SVG's words; there, y grows downwards."""
    numbers = (f"{-value if index % 2 else value:.0f}" for index, value in enumerate(points))
    letter = LETTERS[int(code)]
    return letter if letter == "Z" else letter + " ".join(numbers)

"""Formulas of Markdown as MathML, which browsers draw: a returned page asks no network for a typesetter.

`safe_pages` renders Markdown with `FormulaRenderer`, and lets of what it gives only MATHML_TAGS and MATHML_ATTRIBUTES
through, for the TeX is a student's. What latex2mathml does not know is shown as it was written.
"""

import re
from html import escape

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

MOST = 400  # characters of a formula that is drawn: a longer one is a student's joke or a proof
DEEPEST = 30  # braces one in another
# What latex2mathml calls otherwise: environments inside a formula, and without numbers, as in a notebook.
SPELLINGS = {
    "aligned": "split",
    "align": "align*",
    "gathered": "matrix",
    "gather": "matrix",
    "gather*": "matrix",
}
ENVIRONMENT = re.compile(r"\\(begin|end)\{(\w+\*?)\}")
MARKUP = re.compile(r"</|<\w+\s[^<>]*>")
FRAME = re.compile(r"\\(?:begin|end)\{(?:equation|displaymath|math)\*?\}")
UNKNOWN = re.compile(
    r"<m\w+(?: [^>]*)?>(?:\\|&<)"
)  # a command, or an & outside of a table, that became a letter

# fmt: off
MATHML_TAGS = frozenset([
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "ms", "msub", "msup", "msubsup", "munder", "mover",
    "munderover", "mmultiscripts", "mprescripts", "mfrac", "msqrt", "mroot", "mtable", "mtr", "mtd", "mstyle",
    "mpadded", "mphantom", "menclose",
])
LENGTHS = frozenset([
    "depth", "height", "linethickness", "lspace", "mathsize", "maxsize", "minsize", "rspace", "voffset", "width",
])
MATHML_ATTRIBUTES = LENGTHS | {
    "accent", "accentunder", "alttext", "columnalign", "columnlines", "columnspacing", "columnspan", "display",
    "displaystyle", "fence", "form", "linebreak", "mathcolor", "mathvariant", "movablelimits", "notation", "rowlines",
    "rowspacing", "scriptlevel", "separator", "stretchy",
}
# fmt: on
LENGTH = re.compile(
    r"[-+]?\d{0,2}(?:\.\d{1,4})?(?:em|ex|mu|pt|px|%)?"
)  # a student's \hspace must not fill a page


class FormulaRenderer(IPythonRenderer):
    """Renders formulas as MathML that still has to be made safe, with all else on the page."""

    def inline_math(self, body: str) -> str:
        """mistune calls this for `$...$`."""
        return mathml(body) or f"<code>{escape(' '.join(body.split()))}</code>"

    def block_math(self, body: str) -> str:
        """mistune calls this for `$$...$$`."""
        formula = mathml(body, "block")
        return f'<div class="formula">{formula}</div>' if formula else f"<pre>{escape(body.strip())}</pre>"

    def latex_environment(self, name: str, body: str) -> str:
        """mistune calls this for `\\begin{name}...\\end{name}`."""
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")


def as_html(source: str, renderer: FormulaRenderer) -> str:
    """Markdown as HTML that still has to be made safe."""
    html: str = MarkdownWithMath(renderer=renderer).render(source)
    return html


def mathml(tex: str, display: str = "inline") -> str:
    """A formula as MathML; "" where it cannot be made. The TeX is its `alttext`. Not safe yet."""
    tex = " ".join(tex.split())
    if not tex or len(tex) > MOST or "$" in tex or MARKUP.search(tex) or _depth(tex) > DEEPEST:
        return ""
    known = ENVIRONMENT.sub(lambda m: f"\\{m[1]}{{{SPELLINGS.get(m[2], m[2])}}}", FRAME.sub("", tex))
    try:
        made = str(convert(known, display=display))
    except Exception:  # students' formulas may break the parser in any way
        return ""
    if UNKNOWN.search(made):
        return ""
    return made.replace("<math ", f'<math alttext="{escape(tex)}" ', 1)


def is_fit(name: str, value: str) -> bool:
    """Whether an attribute of a formula may have this value."""
    return name not in LENGTHS or LENGTH.fullmatch(value) is not None


def _depth(tex: str) -> int:
    deepest = depth = 0
    for letter in tex:
        depth += (letter == "{") - (letter == "}")
        deepest = max(deepest, depth)
    return deepest

"""HTML that is safe to open, whatever a submission contains: nbconvert's exporter with its gaps closed.

`feedback` makes its pages with it.
"""

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import nh3
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML, ansi2html
from nbconvert.filters.markdown_mistune import InvalidNotebook
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]  # stubs are not worth a dependency

from autograder.core.notebooks import Notebook
from autograder.core.text import ANSI
from autograder.pages.formulas import MATHML_ATTRIBUTES, MATHML_TAGS, FormulaRenderer, as_html, is_fit

# HTML that a page may take from a student or a kernel: text, tables and pictures.
# fmt: off
TAGS = frozenset([
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details", "div",
    "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre",
    "s", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "u", "ul",
])
# fmt: on
# Characters of one text that are typeset: the parsers go over a student's brackets, blank lines and open tags again
# and again, and the grader waits. What is longer, or too much for one page, is shown as it was written.
LONGEST = {"markdown": 20_000, "code": 10_000, "html": 200_000, "colours": 100_000}
TEXTS = 10  # that long, to a page
FORMULA = 100  # characters that a dollar sign counts for
DEEPEST = 200  # tags one in another
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
ALONE = {"br", "col", "hr", "img", "input", "link", "meta", "wbr", "path", "use", "p", "li", "td", "th", "tr"}
REMEMBERED = 512  # texts of at most so many characters: those that a class shares are few and short
SHORT = 20_000
OWN_PICTURE = re.compile(r"data:image/|[\w.][^:\\]*$", re.IGNORECASE)
FULL = re.compile(r"data:image/|https?://|mailto:", re.IGNORECASE)
BLANKS = re.compile(r"[\x00-\x20]+")
WITHOUT_ALT = re.compile(r"<img(?![^>]*\balt=)")
ATTRIBUTES = {
    "*": {"title", "colspan", "rowspan", "height", "width"},
    "a": {"href"},
    "img": {"alt", "src"},
    **{tag: set(MATHML_ATTRIBUTES) for tag in MATHML_TAGS},
}
# Names that our own style sheet and links go by stay ours: a student's HTML has no id, and of classes only those of
# highlighted code and of formulas.
CLASSES = {"div": {"highlight", "formula"}, "span": set(filter(None, STANDARD_TYPES.values()))}
TEXT_TAG = re.compile(
    rf"<(?=/?[a-z?!])(?!!--)(?!/?(?:{'|'.join(sorted(TAGS | MATHML_TAGS))})[\s/>])", re.IGNORECASE
)


class SafePages(HTMLExporter):
    """HTML without scripts: nbgrader's template does not sanitise markdown cells, so their filter does.

    Most cells of a class are the same, so what becomes of a text is remembered.
    """

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.exclude_anchor_links = self.exclude_output_prompt = True
        self.optimistic_validation = True  # once for each page, not after each of its preprocessors
        self._highlight = remembering(Highlight2HTML(pygments_lexer="ipython3", parent=self))
        self._markdown = remembering(lambda source: self._safe_markdown({}, source))
        self._left: dict[str, int] = {}

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """nbconvert calls this; `clean_html` is for outputs, where nbconvert's own takes tables apart.

        `strip_files_prefix` fixes links in notebooks from before Jupyter, and takes minutes over 20,000 brackets.
        """
        yield from super().default_filters()
        yield "ansi2html", self._coloured
        yield "strip_files_prefix", lambda text: text
        yield "clean_html", self._output

    def from_notebook_node(self, nb: Notebook, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """What HTMLExporter does, but for parsing the whole page again to find pictures without alt text."""
        resources = self._init_resources(resources)
        self._left = {kind: TEXTS * most for kind, most in LONGEST.items()}
        data_type = WidgetsDataTypeFilter(
            notebook_metadata=self._nb_metadata, parent=self, resources=resources
        )
        self.register_filter("filter_data_type", data_type)
        self.register_filter("highlight_code", lambda source, metadata=None: self._code(source))
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        return _with_alt(page), resources

    def text(self, source: str, attachments: dict[str, Any] | None = None) -> str:
        """Markdown by itself, to be shown in a page of the Jupyter server: nothing in it asks that server for anything,
        for the server would take it for a request of whoever reads."""
        self._left = {}
        html = self.markdown2html({"cell": {"attachments": attachments or {}}}, source)
        return _with_alt(safe_html(html, alone=True))

    def code(self, source: str) -> str:
        """Code by itself."""
        self._left = {}
        return self._code(source)

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """The template calls this for each markdown cell and comment."""
        if not self._has_room("markdown", source):
            return as_written(source)
        if not context.get("cell", {}).get("attachments"):
            return self._markdown(source)
        return self._safe_markdown(context, source)

    def _code(self, source: str) -> str:
        # The lexer takes a minute over a thousand lines of blanks, which nobody sees.
        source = "\n".join(map(str.rstrip, source.split("\n")))
        return self._highlight(source) if self._has_room("code", source) else as_written(source)

    def _coloured(self, text: object) -> str:
        """What a cell prints, with a terminal's colours."""
        source = str(text)
        coloured = "\x1b" in source and self._has_room("colours", source)
        return str(ansi2html(source)) if coloured else escape(ANSI.sub("", source))

    def _output(self, text: object) -> str:
        """HTML or SVG that a cell shows."""
        source = str(text)
        if self._has_room("html", source) and not is_deep(source):
            return safe_html(source)
        return (
            f"<p>(HTML of {len(source):,} characters, too many or too many in one another, is left out.)</p>"
        )

    def _has_room(self, kind: str, text: str) -> bool:
        """Whether a text is typeset. Very short ones always are, as there may be a thousand."""
        left = self._left.get(kind, LONGEST[kind])
        if len(text) > min(LONGEST[kind], max(200, left)):
            return False
        self._left[kind] = left - len(text) - FORMULA * text.count("$") * (kind == "markdown")
        return True

    def _safe_markdown(self, context: Any, source: str) -> str:
        try:
            return safe_html(as_html(source, self._renderer(context)))
        except (InvalidNotebook, RuntimeError):  # it shows an attachment that is not there, or empty
            return as_written(source)

    def _renderer(self, context: Any) -> FormulaRenderer:
        """nbconvert's own renderer, as `markdown2html` makes it, except for formulas."""
        return FormulaRenderer(
            escape=False,
            attachments=context.get("cell", {}).get("attachments", {}),
            embed_images=self.embed_images,
            path=context.get("resources", {}).get("metadata", {}).get("path", ""),
            anchor_link_text=self.anchor_link_text,
            exclude_anchor_links=self.exclude_anchor_links,
            **self.lexer_options,
        )


def remembering(render: Callable[[str], str]) -> Callable[[str], str]:
    """`render`, done once for each short text; a student's long ones would only fill the memory."""
    cached = functools.lru_cache(REMEMBERED)(render)
    return lambda source: cached(source) if len(source) <= SHORT else render(source)


def as_written(source: str) -> str:
    """A text without any typesetting."""
    return f"<pre>{escape(source)}</pre>"


def is_deep(html: str) -> bool:
    """Whether more than DEEPEST tags are open at once; of each kind, what was closed is counted off."""
    opened: Counter[str] = Counter()
    for closing, name in TAG.findall(html):
        name = name.lower()
        if closing:
            opened[name] -= opened[name] > 0
        elif name not in ALONE:
            opened[name] += 1
            if opened[name] > DEEPEST:
                return True
    return False


def _with_alt(html: str) -> str:
    """Pictures without alt text get a text that says so, as nbconvert has it."""
    return WITHOUT_ALT.sub('<img alt="No description has been provided for this image"', html)


def safe_html(text: object, alone: bool = False) -> str:
    """HTML reduced to TAGS, MathML and ATTRIBUTES, other tags shown as text; `data:` only for pictures.

    Pictures come with the page or lie beside it: one from elsewhere would tell somebody who opens it, and when. `alone`:
    nothing lies beside the page; then pictures come with it, and links say in full where they lead.
    """

    def allow(tag: str, name: str, value: str) -> str | None:
        if tag in MATHML_TAGS:
            return value if is_fit(name, value) else None
        if alone and name in ("src", "href") and not FULL.match(value.strip()):
            return None
        if tag == "img" and name == "src":
            return value if OWN_PICTURE.match(value.strip()) else None
        # Browsers leave out blanks and control characters before they look at the scheme.
        return None if BLANKS.sub("", value).lower().startswith("data:") else value

    return nh3.clean(
        TEXT_TAG.sub("&lt;", str(text)),
        tags=set(TAGS | MATHML_TAGS),
        clean_content_tags=set(),
        attributes=ATTRIBUTES,
        attribute_filter=allow,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
    )

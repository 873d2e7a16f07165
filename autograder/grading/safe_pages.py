"""HTML that is safe to open, whatever a submission brought along: nbconvert's exporter with its gaps closed.

`feedback` makes its pages with it.
"""

import functools
import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from bleach import clean  # type: ignore[import-untyped]  # its stubs are not worth a dependency
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import InvalidNotebook
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter

from autograder.grading.formulas import FormulaRenderer, as_html, draw_formulas

# What a page may hold of a student's or a kernel's HTML: text, tables and pictures.
# fmt: off
TAGS = frozenset([
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details", "div",
    "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre",
    "s", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "u", "ul",
])
# fmt: on
REMEMBERED = 512  # texts of at most so many characters: those that a class shares are few and short
SHORT = 20_000
OWN_PICTURE = re.compile(r"data:image/|[\w.][^:\\]*$", re.IGNORECASE)
WITHOUT_ALT = re.compile(r"<img(?![^>]*\balt=)")
ATTRIBUTES = {"alt", "class", "colspan", "height", "href", "id", "rowspan", "src", "title", "width"}


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

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """nbconvert calls this; `clean_html` is for outputs, where nbconvert's own takes tables apart."""
        yield from super().default_filters()
        yield "clean_html", safe_html

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """What HTMLExporter does, but for parsing the whole page again to find pictures without alt text."""
        resources = self._init_resources(resources)
        data_type = WidgetsDataTypeFilter(
            notebook_metadata=self._nb_metadata, parent=self, resources=resources
        )
        self.register_filter("filter_data_type", data_type)
        self.register_filter("highlight_code", lambda source, metadata=None: self._highlight(source))
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        return WITHOUT_ALT.sub('<img alt="No description has been provided for this image"', page), resources

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """The template calls this for each markdown cell and comment."""
        if not context.get("cell", {}).get("attachments"):
            return self._markdown(source)
        return self._safe_markdown(context, source)

    def _safe_markdown(self, context: Any, source: str) -> str:
        try:
            return draw_formulas(safe_html(as_html(source, self._renderer(context))))
        except (InvalidNotebook, RuntimeError):  # it shows an attachment that is not there, or empty
            return safe_html(f"<pre>{escape(source)}</pre>")

    def _renderer(self, context: Any) -> FormulaRenderer:
        """nbconvert's own, as its `markdown2html` makes it, but for formulas."""
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


def safe_html(text: object) -> str:
    """HTML reduced to TAGS and ATTRIBUTES, the rest shown as text; `data:` only for pictures.

    Pictures come with the page or lie beside it: one from elsewhere would tell somebody who opens it, and when.
    """

    def allow(tag: str, name: str, value: str) -> bool:
        if tag == "img" and name == "src":
            return bool(OWN_PICTURE.match(value.strip()))
        return name in ATTRIBUTES and (tag == "img" or not value.strip().lower().startswith("data:"))

    return clean(str(text), tags=TAGS, attributes=allow, protocols={"http", "https", "mailto", "data"})

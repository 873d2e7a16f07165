"""What the book adds to Sphinx: Jupyter's anchors, formulas as MathML, and on each page only the scripts it needs."""

from __future__ import annotations

import html
import re
from pathlib import Path
from textwrap import shorten
from typing import Any

import latex2mathml.converter
from docutils import nodes
from myst_parser.slugs import github_slugify
from sphinx.application import Sphinx
from sphinx.locale import get_translation

from autograder.authoring.links import links
from book.bank import bank_script
from book.language import DOWNLOAD, Translated, Turn, same, words_script
from lstmlab.widgets.base import style_of

SHOWN = 155  # letters of a page in a list of search results
STATIC = Path(__file__).with_name("static")
QUIZ = Path(__file__).parent.parent / "lstmlab" / "quiz" / "static"
MODULE = re.compile(r'data-module="(\w+)"')
ANCHOR = re.compile(r'<span id="([^"]+)">')
REVIEW = re.compile(r'data-kind="(?:session|selftest|today|strengths)"')


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer(
        "mathml", inline_renderers=(_inline_formula, None), block_renderers=(_formula, None)
    )
    for name in ("repo", "ref", "hub", "folder", "locale"):
        app.add_config_value(f"book_{name}", "", "html", types=str)
    app.connect("doctree-read", _anchors)
    app.connect("html-page-context", _scripts)
    app.connect("builder-inited", _assets)
    app.add_js_file("book/reach.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _turn(app: Sphinx) -> Turn:
    """To the language that this book is built in."""
    return Translated(Path(app.config.book_locale), app.config.language) if app.config.book_locale else same


def jupyter_anchor(heading: str) -> str:
    """JupyterLab's name for a heading, which checks, feedback pages and the review link to."""
    return re.sub(r"[`*$]", "", heading).replace(" ", "-")


def _anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Let headings have JupyterLab's names, and `#cell-id=...` and `#tag` lead to a cell; claims.md has such links."""
    docname = app.env.docname
    slugs = app.env.metadata[docname].setdefault("myst_slugs", {})
    for section in list(doctree.findall(nodes.section)):
        title = section[0].astext()
        slugs.setdefault(github_slugify(title), (0, section["ids"][0], title))  # as the documents link
        name = html.escape(
            jupyter_anchor(title)
        )  # as checks, reviews and JupyterLab do; docutils escapes no ids
        section.insert(1, nodes.raw("", f'<span id="{name}"></span>', format="html"))
    for cell in doctree.findall(nodes.container):
        names = cell.get("cell_metadata", {}).get("book_anchors", ())
        cell["ids"] += names
        slugs.update({name: (0, name, name) for name in names})
    for raw in doctree.findall(nodes.raw):
        slugs.update({name: (0, name, name) for name in ANCHOR.findall(raw.astext())})


def _inline_formula(self: Any, node: nodes.math) -> None:
    self.body.append(latex2mathml.converter.convert(node.astext()))
    raise nodes.SkipNode


def _formula(self: Any, node: nodes.math_block) -> None:
    drawn = latex2mathml.converter.convert(node.astext(), display="block")
    self.body.append(f'<div class="formula">{drawn}</div>')
    raise nodes.SkipNode


def _assets(app: Sphinx) -> None:
    """Put scripts and styles where Sphinx copies static files from."""
    out = Path(app.srcdir) / "static" / "book"
    out.mkdir(parents=True, exist_ok=True)
    for file in STATIC.iterdir():
        (out / file.name).write_bytes(file.read_bytes())
        if (Path(STATIC.parent.parent) / "lstmlab/widgets/static" / f"{file.stem}.css").is_file():
            (out / f"{file.stem}.css").write_text(style_of(file.stem), encoding="utf-8")
    quiz = "".join((QUIZ / name).read_text(encoding="utf-8") for name in ("quiz.css", "page.css"))
    (out / "quiz.css").write_text(quiz, encoding="utf-8")
    turn = _turn(app)
    (out / "bank.js").write_text(bank_script(turn), encoding="utf-8")
    if turn is not same:
        (out / "words.js").write_text(words_script(turn), encoding="utf-8")


def _run_links(app: Sphinx, pagename: str) -> dict[str, str]:
    """Where the notebook of this page opens, by name; nothing for a page that is no notebook."""
    path = Path(app.env.doc2path(pagename)) if pagename in app.env.found_docs else Path()
    if path.suffix != ".ipynb":
        return {}
    config = app.config
    found = links(
        f"notebooks/{path.name}",
        config.book_repo,
        ref=config.book_ref,
        hub=config.book_hub,
        folder=config.book_folder,
    )
    return {**found, DOWNLOAD: f"_static/notebooks/{path.name}"}


def _description(doctree: nodes.document | None) -> str:
    """The first sentences of a page, for a list of search results; empty where it has none."""
    found = (paragraph.astext() for paragraph in doctree.findall(nodes.paragraph)) if doctree else ()
    return next((shorten(text, SHOWN) for text in found if len(text) > SHOWN // 3 and text[0] != "<"), "")


def _scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Name the scripts and styles of this page's live places, and where its notebook can be run."""
    body = context.get("body", "")
    turn = _turn(app)
    if turn is not same:
        of_sphinx = context.get("_", get_translation("sphinx"))
        context["_"] = lambda text: turn(text) if turn(text) != text else of_sphinx(text)
        app.add_js_file("book/words.js", loading_method="defer", priority=100)
    if 'name="description"' not in context.get("metatags", ""):  # a page may have its own
        context["book_description"] = _description(doctree)
    context["book_run"] = _run_links(app, pagename)
    context["book_live"] = "data-kind=" in body
    if not context["book_live"]:
        return
    app.add_css_file("book/quiz.css")
    app.add_js_file("book/book.js", loading_method="defer")
    for module in sorted(set(MODULE.findall(body))):
        app.add_css_file(f"book/{module}.css")
        app.add_js_file(f"book/{module}.js", loading_method="defer")
    if 'data-kind="reader"' in body:
        app.add_js_file("book/reader.js", loading_method="defer")
    if REVIEW.search(body):
        app.add_js_file("book/bank.js", loading_method="defer")
        app.add_js_file("book/review.js", loading_method="defer")

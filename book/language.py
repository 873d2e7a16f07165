"""The book in another language: which words of it are translated, besides the prose, which Sphinx sees to itself.

`make book-words` writes catalogues for translators (.pot): one for each page's prose, and `book.pot` with what widgets,
quiz and review say, and with the text of outputs. A translation lies in LOCALE/LANGUAGE/LC_MESSAGES/*.po, and
`python -m book --language LANGUAGE --locale LOCALE` builds the book with it. What has no translation stays English, as
does what a figure, a program or its output says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from bs4 import BeautifulSoup

from book.runs import ROOT
from lstmlab.characters.source import ANNOTATIONS
from lstmlab.draw.style import NAMES
from lstmlab.inputs import INPUTS
from lstmlab.widgets.units import CLAMPS, SELECTION
from lstmlab.widgets.windows import LEAKS

Turn = Callable[[str], str]  # a text of the book to the same in the reader's language

SCRIPTS = ("lstmlab/widgets/js", "lstmlab/quiz/js")
LAYERS = [f"layer {k}, {way}" for k in range(4) for way in ("forward", "backward")]
HANDED = (
    *NAMES.values(),
    *INPUTS,
    *LEAKS,
    *LAYERS,
    *ANNOTATIONS,
    *CLAMPS,
    SELECTION,
)  # words that Python hands to a widget as they are
ITEM = (
    "traits.heading", "traits.options.*.1", "traits.buttons.*.1", "traits.buttons.*.2", "traits.boxes_label",
    "traits.status", "traits.more",
)  # fmt: skip
# What of a Spec is read by people, by its kind: keys and places of lists, * for each.
SPOKEN = {
    "widget": (),
    "choice": (*ITEM, "none", "verdicts.*", "counts", "hint", "solution.*"),
    "predict": (*ITEM, "first", "none", "kept.*"),
    "reveal": (*ITEM, "first", "verdicts.*"),
    "cards": (*ITEM, "cards.*.*", "words.*"),
    "myth": (*ITEM, "none", "verdicts.*.*"),
    "pitfall": (*ITEM, "shown.*"),
    "explain": (*ITEM, "concepts.*.html", "words.*"),
    "summary": ("asked.*.text", "words.*"),
    "reader": ("words.*",),
    "session": (), "selftest": (), "today": (), "strengths": (),
    "bank": (
        "items.*.titled", "items.*.where", "items.*.asked", "items.*.back", "items.*.options.*.1", "items.*.hint",
        "items.*.verdicts.*", "items.*.open", "items.*.solution", "names.*", "words.intervals.*", "words.review.*",
        "words.buttons.*.1", "words.buttons.*.2", "words.ratings.*", "words.test.*", "words.test.score.*",
        "words.test_buttons.*.1", "words.test_buttons.*.2",
    ),
}  # fmt: skip
BEYOND = {
    "nb_code_prompt_show": "Show code cell {type}",
    "nb_code_prompt_hide": "Hide code cell {type}",
}  # of myst-nb
SUMMARY = re.compile(r"(?<=<summary>).+?(?=</summary>)")  # HTML in a lesson's prose, which Sphinx passes over
BLOCKS = ("p", "li", "summary", "figcaption", "caption", "td", "th", "h2", "h3", "h4", "legend", "label")
LETTERS = re.compile(r"[^\W\d_]{2}")
CATALOGUE = "book"
DOWNLOAD = "Download"


def same(text: str) -> str:
    """The text as it is: the turn of the English book."""
    return text


class Collected:
    """A turn that changes nothing and keeps what it was asked."""

    def __init__(self) -> None:
        self.texts: dict[str, None] = {}

    def __call__(self, text: str) -> str:
        if LETTERS.search(text):
            self.texts[text] = None
        return text


class Translated:
    """A turn by the catalogue of a language; a text that it lacks stays as it is."""

    def __init__(self, locale: Path, language: str) -> None:
        file = locale / language / "LC_MESSAGES" / f"{CATALOGUE}.po"
        self.texts: dict[str, str] = {}
        if file.is_file():
            with file.open("rb") as opened:
                found = read_po(opened)
            self.texts = {str(each.id): str(each.string) for each in found if each.id and each.string}

    def __call__(self, text: str) -> str:
        return self.texts.get(text, text)


def spoken(value: Any, kind: str, turn: Turn) -> Any:
    """A Spec, or the bank's data, with the texts that people read turned. `value` stays as it is."""
    for path in SPOKEN[kind]:
        value = _at(value, path.split("."), turn)
    return value


def _at(value: Any, path: list[str], turn: Turn) -> Any:
    if not path:
        return turn(value) if isinstance(value, str) else value
    key, rest = path[0], path[1:]
    if isinstance(value, dict):
        wanted = value if key == "*" else (key,)
        return {**value, **{each: _at(value[each], rest, turn) for each in wanted if each in value}}
    if isinstance(value, list | tuple):
        return [
            _at(inner, rest, turn) if key in ("*", str(place)) else inner for place, inner in enumerate(value)
        ]
    return value


def markup_in(markup: str, turn: Turn) -> str:
    """HTML with its blocks of text and its pictures' descriptions turned. Code stays as it is."""
    if turn is same or not markup:
        return markup
    read = BeautifulSoup(markup, "html.parser")
    for block in read.find_all(BLOCKS):
        if block.find([*BLOCKS, "pre"]) or block.find_parent("pre"):
            continue
        text = block.decode_contents().strip()
        if LETTERS.search(text) and (turned := turn(text)) != text:
            block.clear()
            block.append(BeautifulSoup(turned, "html.parser"))
    for picture in read.select("img[alt]"):
        picture["alt"] = turn(str(picture["alt"]))
    return str(read)


def prose(text: str, turn: Turn) -> str:
    """Markdown with what Sphinx passes over turned: the titles of folds."""
    return SUMMARY.sub(lambda found: turn(found[0]), text)


def scripts_words() -> list[str]:
    """What the widgets' JavaScript says: the patterns that words.js looks up, in order, each once."""
    found = dict.fromkeys(HANDED)
    for folder in SCRIPTS:
        for file in sorted((ROOT / folder).glob("*.js")):
            with file.open("rb") as opened:
                for _line, text, _comments, _context in extract(
                    "javascript", opened, keywords={"_": None}, options={"encoding": "utf-8"}
                ):
                    found[pattern(str(text))] = None
    return [text for text in found if LETTERS.search(text)]


def pattern(template: str) -> str:
    """A template of JavaScript as words.js asks for it: "Step {0} of {1}" for "Step ${step} of ${last}"."""
    out, rest, place = "", template, 0
    while (start := rest.find("${")) >= 0:
        depth, end = 0, start + 1
        for end in range(start + 1, len(rest)):
            depth += {"{": 1, "}": -1}.get(rest[end], 0)
            if not depth:
                break
        out += f"{rest[:start]}{{{place}}}"
        rest, place = rest[end + 1 :], place + 1
    return out + rest


def words_script(turn: Turn) -> str:
    """The script that hands a page the words of its language; it comes before all others."""
    said = {text: turn(text) for text in scripts_words()}
    return f"lstmWords = {json.dumps(said, ensure_ascii=False, separators=(',', ':'))};\n"


def page_words() -> list[str]:
    """What templates, landmarks and the printed pages say: arguments of `_`."""
    found = dict.fromkeys((*BEYOND.values(), DOWNLOAD))
    for method, files in (("jinja2", "templates/*.html"), ("python", "*.py")):
        for file in sorted((ROOT / "book").glob(files)):
            with file.open("rb") as opened:
                for _line, text, _comments, _context in extract(
                    f"{method}.ext:babel_extract" if method == "jinja2" else method,
                    opened,
                    keywords={"_": None},
                ):
                    found[str(text)] = None
    return list(found)


def write_catalogue(folder: Path, collected: Iterable[str]) -> Path:
    """Write book.pot: the words of scripts and pages, and what a build has asked for."""
    catalogue = Catalog(project="LSTMs from the inside", charset="utf-8")
    for text in dict.fromkeys([*page_words(), *scripts_words(), *collected]):
        catalogue.add(text)
    file = folder / f"{CATALOGUE}.pot"
    with file.open("wb") as opened:
        write_po(opened, catalogue, width=0, omit_header=False)
    return file

"""The folder that Sphinx reads: lessons with what they showed, glossary, claims, documents, and the pages of the book.

A live place is a block of HTML with its Spec inside; without scripts it stays the still picture or text that it holds.
Figures become files, so that a page is read before they are there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import struct
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from book import reader
from book.language import Turn, markup_in, prose, same, spoken
from book.recorder import MIME
from book.runs import ROOT, executed
from lstmlab.draw.display import inline
from lstmlab.start import course_map

HERE = Path(__file__).parent
DOCUMENTS = ("student", "instructor", "hub", "scale", "security", "architecture", "performance")
PROJECT = ("README", "CONTRIBUTING", "SECURITY", "CHANGELOG")
ASKED = re.compile(r"\s*quiz\.\w+\([^)]*\)\s*")  # a call that only shows an item of the quiz
ASSIGNMENT = re.compile(r"\[([^\]]*)\]\(\.\./release/\w+/(\w+\.ipynb)\)")
BLOCK = 64  # numbers from which a block is written in binary
LARGE = 100_000  # letters from which a widget's traits are no part of the page


@dataclass(frozen=True)
class Folder:
    """Where Sphinx reads; figures lie beside the pages, under the hash of what they hold."""

    path: Path

    def figure(self, kind: str, content: bytes) -> str:
        """Keep a figure; returns its address on a page of the root."""
        name = f"figures/{hashlib.sha256(content).hexdigest()[:16]}.{kind}"
        file = self.path / "static" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return f"_static/{name}"

    def data(self, traits: str) -> tuple[str, str]:
        """Keep a widget's large traits, JSON, as a script, which a page may load from disk too; returns its name and
        its address."""
        name = hashlib.sha256(traits.encode()).hexdigest()[:16]
        file = self.path / "static" / "data" / f"{name}.js"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f'((globalThis.lstmBook??={{modules:{{}}}}).data??={{}})["{name}"]={traits};\n', encoding="utf-8"
        )
        return name, f"_static/data/{name}.js"


def write_sources(path: Path, cache: Path, lessons: Iterable[str] = (), turn: Turn = same) -> None:
    """Write the folder anew, what outputs say turned. Without names it has all lessons; links to others are missing.

    Raises nbclient's CellExecutionError where a lesson fails, and ValueError where words.toml names a sentence that
    no lesson has.
    """
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(HERE / "pages", path)
    folder = Folder(path)
    wanted = set(lessons)
    words = Words.load()
    for kind, found in (("notebooks", "notebooks/*.ipynb"), ("assignments", "release/*/*.ipynb")):
        (path / "static" / kind).mkdir(parents=True)
        for file in ROOT.glob(found):
            shutil.copyfile(file, path / "static" / kind / file.name)
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        if not wanted or notebook.stem in wanted:
            nbformat.write(page_of(executed(notebook, cache), folder, words, turn), path / notebook.name)
    _write_landing(path / "index.md", folder, turn)
    for name in ("glossary", "claims"):
        text = (ROOT / "notebooks" / f"{name}.md").read_text(encoding="utf-8")
        (path / f"{name}.md").write_text(
            text.replace("\n### ", "\n## "), encoding="utf-8"
        )  # no level is left out
    for name in PROJECT:
        text = (ROOT / f"{name}.md").read_text(encoding="utf-8")
        (path / f"{name}.md").write_text(text.replace("](notebooks/", "]("), encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "images", path / "docs" / "images")
    for name in DOCUMENTS:
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        (path / "docs" / f"{name}.md").write_text(text, encoding="utf-8")
    if not wanted:
        words.check()


def _write_landing(page: Path, folder: Folder, turn: Turn) -> None:
    """Put the network that reads, what it learned from, and the map of the course into the landing page."""
    spec = spoken(reader.on_page(), "reader", turn)
    still = f'<p class="reader-still">{spec["begin"]}</p>'
    values = {
        "reader": live(spec, still),
        "read": f"{spec['read']:,}",
        "trained": spec["trained"],
        "right": f"{100 * spec['right']:.0f}",
        "hidden": str(reader.HIDDEN),
        "map": markup_in(_lifted(course_map()._repr_html_(), folder), turn),
    }
    text = page.read_text(encoding="utf-8")
    page.write_text(re.sub(r"@(\w+)@", lambda found: values[found[1]], text), encoding="utf-8")


class Words:
    """Sentences that speak to a kernel and their second wording for a page, from words.toml."""

    def __init__(self, pairs: dict[str, str]) -> None:
        self.pairs, self.used = pairs, set[str]()

    @classmethod
    def load(cls) -> Words:
        pairs = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))["sentence"]
        return cls({pair["notebook"]: pair["page"] for pair in pairs})

    def on_page(self, text: str) -> str:
        """The text as a page has it. Line breaks between words do not count."""
        for notebook, page in self.pairs.items():
            pattern = r"\s+".join(map(re.escape, notebook.split()))
            text, count = re.subn(pattern, page.replace("\\", r"\\"), text)
            if count:
                self.used.add(notebook)
        return text

    def check(self) -> None:
        unused = [sentence for sentence in self.pairs if sentence not in self.used]
        if unused:
            raise ValueError(f"book/words.toml: no lesson says {unused[0]!r}; mend or delete that row.")


def page_of(notebook: NotebookNode, folder: Folder, words: Words, turn: Turn = same) -> NotebookNode:
    """The lesson as a page shows it: live places, figures as files, no code that only asks a question."""
    for cell in notebook.cells:
        tags = cell.metadata.setdefault("tags", [])
        anchors = [f"cell-id={cell.id}", *(tag for tag in tags if tag != "hide-input")]
        if cell.cell_type == "markdown":
            marks = "".join(f'<span id="{anchor}"></span>' for anchor in anchors)
            cell.source = f"{marks}\n\n{prose(ASSIGNMENT.sub(_offered, words.on_page(cell.source)), turn)}"
            continue
        cell.metadata["book_anchors"] = anchors
        if ASKED.fullmatch(cell.source):
            tags[:] = [*(tag for tag in tags if tag != "hide-input"), "remove-input"]
        for output in cell.outputs:
            if output.output_type in ("display_data", "execute_result"):
                _shown(output.data, folder, words, turn)
    return notebook


def _offered(found: re.Match[str]) -> str:
    """A link to an assignment, which is no page: a file to download."""
    return f'<a href="_static/assignments/{found[2]}" download>{inline(found[1])}</a>'


def _shown(data: dict[str, Any], folder: Folder, words: Words, turn: Turn) -> None:
    """Change an output's MIME bundle to what a page shows of it: one kind, the richest."""
    spec = data.get(MIME)
    markup = markup_in(words.on_page(_lifted(data.get("text/html", ""), folder)), turn)
    if spec:
        markup = live(spoken(spec, spec["kind"], turn), markup, folder)
    plain = data.get("text/plain", "")
    data.clear()
    data["text/html" if markup else "text/plain"] = markup or plain


def live(spec: dict[str, Any], still: str, folder: Folder | None = None) -> str:
    """A place that the page's scripts bring to life. Large traits lie in a file of `folder`, if there is one."""
    spec, script = {**spec, "traits": packed(spec.get("traits", {}))}, ""
    if folder and len(traits := _json(spec["traits"])) > LARGE:
        name, address = folder.data(traits)
        spec, script = {**spec, "traits": {}, "data": name}, f'<script src="{address}" defer></script>'
    said = _json(spec).replace("</", r"<\/")  # or it would end the script
    module = f' data-module="{spec["module"]}"' if "module" in spec else ""
    return (
        f'<div class="live live-{spec["kind"]}" data-kind="{spec["kind"]}"{module}>'
        f'<script type="application/json">{said}</script>'
        f'<div class="still">{still}</div>{script}</div>'
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# -- figures -----------------------------------------------------------------------------------------------

STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
IMAGE = re.compile(
    r'<img alt="(?P<alt>[^"]*)" src="data:image/(?P<kind>png|svg\+xml);base64,(?P<data>[^"]*)"'
    r'(?: class="(?P<theme>[^"]*)")? style="width:(?P<width>\d+)px;[^"]*">'
)
SIZE = re.compile(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def _lifted(markup: str, folder: Folder) -> str:
    """The markup with its figures as files, their sizes said. Which theme is shown, the site's style says."""

    def put(found: re.Match[str]) -> str:
        content, width = base64.b64decode(found["data"]), int(found["width"])
        if found["kind"] == "png":
            wide, tall = struct.unpack(">II", content[16:24])
        else:
            box = SIZE.search(content)
            wide, tall = (float(box[1]), float(box[2])) if box else (760.0, 400.0)
        address = folder.figure("png" if found["kind"] == "png" else "svg", content)
        theme = f' class="{found["theme"]}"' if found["theme"] else ""
        return (
            f'<img alt="{found["alt"]}" src="{address}"{theme} width="{width}" '
            f'height="{round(width * tall / wide)}" loading="lazy" decoding="async">'
        )

    return IMAGE.sub(put, STYLE.sub("", markup))


# -- the numbers of a widget -------------------------------------------------------------------------------


def packed(traits: dict[str, Any]) -> dict[str, Any]:
    """Traits for a page: large blocks of numbers are binary, and a trait that repeats another one names it."""
    out: dict[str, Any] = {}
    first: dict[str, str] = {}
    for name, value in traits.items():
        said = json.dumps(value)
        if len(said) > 200 and said in first:
            out[name] = {"$same": first[said]}
        else:
            first[said] = name
            out[name] = _packed(value)
    return out


def _packed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _packed(inner) for key, inner in value.items()}
    shape, flat = _block(value)
    if len(flat) < BLOCK:
        return [_packed(inner) for inner in value] if isinstance(value, list) and not shape else value
    single = all(struct.unpack("<f", struct.pack("<f", number))[0] == number for number in flat)
    code = "f" if single else "d"
    binary = struct.pack(f"<{len(flat)}{code}", *flat)
    return {f"${code}": base64.b64encode(binary).decode(), "shape": shape}


def _block(value: Any) -> tuple[list[int], list[float]]:
    """The shape and the numbers of nested lists that are a block; no shape for anything else."""
    if not isinstance(value, list) or not value:
        return [], []
    if all(type(inner) in (int, float) for inner in value):
        return [len(value)], value
    rows = [_block(inner) for inner in value]
    if not rows[0][0] or any(shape != rows[0][0] for shape, _ in rows):
        return [], []
    return [len(value), *rows[0][0]], [number for _, flat in rows for number in flat]

"""Where lessons are read: turns `notebooks/03_gates.ipynb#The-idea` into a link that works where the page is read.

Reports and feedback pages ask. A page on its own, in a learning platform or an inbox, cannot reach the course's
folder; so there is a link only where `nbgrader_config.py` says where the lessons are:

    c.Lessons.book_url = "https://example.org/course"  # the course as a site, made by `make book`
    c.Lessons.base_url = "https://hub.example.org/hub/user-redirect/lab/tree/course"  # or notebooks to run
"""

import functools
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from traitlets import Unicode
from traitlets.config import Config, Configurable

from autograder.core.book import ANCHOR, on_the_site, wrong_book

SECTION = re.compile(r"^(#+)\s+(.+?)\s*$", re.MULTILINE)
MARKUP = re.compile(r"[`*$]")  # JupyterLab makes the anchor of what is shown
LONGEST = 6_000  # characters of a section that a page quotes


class Lessons(Configurable):
    """The course's setting."""

    base_url = Unicode(
        "", help="What comes before `notebooks/03_gates.ipynb` in the address of a lesson that students open."
    ).tag(config=True)
    book_url = Unicode(
        "", help="The address of the course as a site; links to lessons lead there rather than to `base_url`."
    ).tag(config=True)


def link(config: Config, lesson: str, near: str = "") -> str:
    """The address of a lesson's section; `near`, the way to the course's folder, where none is configured.

    Empty if neither is known, or if `lesson` is not a place in the course.
    """
    where = Lessons(config=config)
    if lesson and where.book_url and not wrong_book(where.book_url):
        return on_the_site(where.book_url, lesson)
    base = where.base_url
    before = f"{base.rstrip('/')}/" if base.startswith(("https://", "http://")) else near
    path, mark, section = lesson.partition("#")
    return f"{before}{quote(path)}{mark}{quote(section, safe=ANCHOR)}" if lesson and before else ""


def in_words(lesson: str) -> str:
    """`03_gates, section “1. The blocks read in another order”`."""
    path, _, section = lesson.partition("#")
    name = Path(path).stem
    return f"{name}, section “{section.replace('-', ' ')}”" if section else name


def section_of(lesson: str, *roots: Path) -> str:
    """The text of a lesson's section in Markdown, from the first of the folders that has it; else empty."""
    path, _, section = lesson.partition("#")
    for root in roots:
        file = root / path
        if path and file.is_file() and file.resolve().is_relative_to(root.resolve()):
            return _section(file, section)
    return ""


@functools.lru_cache(64)
def _section(file: Path, section: str) -> str:
    """From its heading to the next of the same or a higher rank; code without outputs."""
    try:
        cells: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    parts: list[str] = []
    rank = 0
    for cell in cells:
        source = "".join(cell.get("source", []))
        if cell.get("cell_type") != "markdown":
            if rank and source.strip():
                parts.append(f"```python\n{source}\n```")
            continue
        start = 0
        for heading in SECTION.finditer(source):
            if rank and len(heading[1]) <= rank:
                return "\n\n".join([*parts, source[start : heading.start()]]).strip()[:LONGEST]
            if not rank and MARKUP.sub("", heading[2]).replace(" ", "-") == section:
                rank, start = len(heading[1]), heading.end()
        if rank:
            parts.append(source[start:])
    return "\n\n".join(parts).strip()[:LONGEST]

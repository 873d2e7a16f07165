"""Where feedback pages, checks and reviews lead: every anchor that they name has to be on a page of the book."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path

from autograder.checking.registry import find, names
from lstmlab.review.schedule import load_items

ID = re.compile(r'\bid="([^"]+)"')


def wanted() -> set[str]:
    """LESSON.ipynb#ANCHOR of each item of the bank and of each known mistake, as JupyterLab names it."""
    items = {item.link for item in load_items()}
    sections = {mistake.lesson for name in names() for mistake in find(name).mistakes}
    return items | {section.removeprefix("notebooks/") for section in sections}


def missing(site: Path, links: Iterable[str]) -> list[str]:
    """The links that lead nowhere on the site."""
    pages: dict[str, set[str]] = {}
    for page in site.glob("*.html"):
        pages[page.stem] = {html.unescape(name) for name in ID.findall(page.read_text(encoding="utf-8"))}
    return sorted(link for link in links if not _is_there(link, pages))


def _is_there(link: str, pages: dict[str, set[str]]) -> bool:
    file, _, anchor = link.partition("#")
    return anchor in pages.get(file.rpartition(".")[0], ())

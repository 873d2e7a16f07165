"""The course as a site: where a section of a lesson is on it.

Feedback pages, reports and checks in released notebooks lead there where nbgrader_config.py says where the site is.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

ANCHOR = ",.:;()"  # kept as they are in the name of a heading


def on_the_site(book: str, lesson: str) -> str:
    """`notebooks/03_gates.ipynb#The-idea` on the site at `book`: BOOK/03_gates.html#The-idea."""
    path, mark, section = lesson.partition("#")
    return f"{book.rstrip('/')}/{quote(PurePosixPath(path).stem)}.html{mark}{quote(section, safe=ANCHOR)}"


def wrong_book(address: object) -> str:
    """What is wrong with the address of a site; empty where nothing is."""
    if isinstance(address, str):
        try:
            parts = urlsplit(address)
        except ValueError:
            parts = urlsplit("")
        plain = address.isprintable() and not set(address) & set(" \"'<>\\")
        if (
            parts.scheme in ("https", "http")
            and parts.hostname
            and not parts.query + parts.fragment
            and plain
        ):
            return ""
    return f"found {address!r} for the address of the book; write it as 'https://example.org/course'"

"""What Sphinx, furo and myst-nb leave out for readers who do not see a page, put into the written pages."""

from __future__ import annotations

from pathlib import Path

from sphinx.locale import get_translation

_ = get_translation("book")
# What a page has, and what stands there instead.
MENDED = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="{book}">',
    '<aside class="toc-drawer': '<aside aria-label="{page}" class="toc-drawer',
    '<summary aria-label="Toggle hidden content">': "<summary>",  # its own text says more
    '<div id="search-results">': '<h1>{search}</h1>\n<div id="search-results">',
}


def mend(site: Path) -> list[str]:
    """Rewrite the pages of a site; returns the places that no page has, as what made them has changed."""
    names = {"book": _("Pages of the book"), "page": _("On this page"), "search": _("Search")}
    unfound = set(MENDED)
    for file in site.rglob("*.html"):
        text = before = file.read_text(encoding="utf-8")
        for place, mended in MENDED.items():
            if place in text:
                unfound.discard(place)
                text = text.replace(place, mended.format_map(names))
        if text != before:
            file.write_text(text, encoding="utf-8")
    return sorted(unfound)

"""The whole book, made from what nbval's run of the lessons left in the cache: each page, live place and link."""

import html
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browser import axe
from built_book import ROOT

from autograder.checking.registry import find, names
from autograder.core.book import on_the_site

LIMIT = 15_000_000  # bytes of the site
LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
ALIVE = """async () => {
  for (const place of document.querySelectorAll(".live")) {
    place.scrollIntoView();
    for (let k = 0; place.dataset.awake !== "yes" && k < 100; k++) await new Promise(done => setTimeout(done, 50));
  }
  return [...document.querySelectorAll(".live:not([data-awake=yes])")].map(place => place.outerHTML.slice(0, 200));
}"""
ADDRESS = re.compile(r'(?:href|src)="([^"]*)"')
ID = re.compile(r'\b(?:id|name)="([^"]*)"')


def pages(site: Path) -> list[Path]:
    return [page for page in sorted(site.rglob("*.html")) if "_static" not in page.parts]


@pytest.mark.slow
def test_every_link_of_every_page_leads_to_something_on_the_site_or_says_where_else(site):
    texts = {page: page.read_text(encoding="utf-8") for page in pages(site)}
    anchors = {page: {html.unescape(name) for name in ID.findall(text)} for page, text in texts.items()}
    assert len(texts) > 30
    lost = set()
    for page, text in texts.items():
        for address in map(html.unescape, ADDRESS.findall(text)):
            if re.match(r"[a-z]+:", address):
                continue
            path, _, anchor = unquote(address.partition("?")[0] if "#" not in address else address).partition(
                "#"
            )
            target = (page.parent / path.partition("?")[0]).resolve() if path else page
            if not target.is_file():
                lost.add(f"{page.name}: {address}: no such file")
            elif anchor and target in anchors and anchor not in anchors[target]:
                lost.add(f"{page.name}: {address}: no such place")
    assert lost == set()


@pytest.mark.slow
@pytest.mark.browser
def test_what_a_check_and_a_feedback_page_link_to_is_seen_on_the_page(site, reader):
    sections = {mistake.lesson for name in names() for mistake in find(name).mistakes}
    addresses = [on_the_site(site.as_uri(), section) for section in sorted(sections)]
    assert len(addresses) > 50
    for address in addresses[:: len(addresses) // 8]:
        reader.goto("about:blank")
        reader.goto(address)
        reader.wait_for_timeout(1000)  # what stands above the place comes to life, and grows
        top = reader.evaluate("document.querySelector(':target').getBoundingClientRect().top")
        assert 0 <= top < 200, address
    for address in addresses:
        page, _, anchor = address.partition("#")
        text = Path(urlsplit(page).path).read_text(encoding="utf-8")
        assert unquote(anchor) in {html.unescape(name) for name in ID.findall(text)}, address


@pytest.mark.slow
def test_the_site_is_small_enough_to_be_read_on_a_telephone(site):
    sizes = {path: path.stat().st_size for path in site.rglob("*") if path.is_file()}
    assert sum(sizes.values()) < LIMIT, sorted(sizes.items(), key=lambda each: -each[1])[:10]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("name", ["index", *LESSONS, "glossary", "claims", "docs/student", "search"])
def test_every_place_is_alive_nothing_is_too_wide_and_a_screen_reader_finds_its_way(site, reader, name):
    reader.set_viewport_size({"width": 360, "height": 740})
    reader.goto((site / f"{name}.html").as_uri())
    assert reader.evaluate(ALIVE) == []
    assert reader.evaluate("document.documentElement.scrollWidth") <= 360
    for theme, rules in (
        ("light", None),
        ("dark", ["color-contrast"]),
    ):  # a theme changes nothing but colours
        reader.evaluate("theme => { document.body.dataset.theme = theme }", theme)
        reader.wait_for_timeout(300)  # colours that fade
        assert axe(reader, rules) == [], theme

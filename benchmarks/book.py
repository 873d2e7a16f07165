"""How soon a page of the book is read and answers: `make bench-book`.

Headless Chromium, a new profile for each page, from disk and from a web server on this machine. For each page: the
first contentful paint; from a jump to its last widget until that has drawn; 45 moves of a slider by key, to the painted
frame; and the scripts that it loads, compressed. Prints a table for docs/performance.md; names of pages measure only
those.
"""

import argparse
import functools
import gzip
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from browser import CHROMIUM_FLAGS, chromium
from playwright.sync_api import Browser, Page, sync_playwright
from widgets import MOVES, WATCH

SITE = Path(__file__).parent.parent / "build" / "book"
PAGES = ("index", "00_start_here", "01_sequences", "03_gates", "05_packing", "07_gradient_flow", "10_review")
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
ALIVE = """async () => {
  const place = [...document.querySelectorAll(".live-widget")].at(-1);
  const start = performance.now();
  place.scrollIntoView({behavior: "instant"});
  while (place.dataset.awake !== "yes") await new Promise(requestAnimationFrame);
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""


@dataclass(frozen=True)
class Figures:
    """Milliseconds and bytes; none where a page has no widget."""

    first: float
    alive: float | None
    moves: list[float] | None
    scripts: int


def scripts(site: Path, page: Page) -> int:
    """Bytes of the scripts that the page has loaded, each compressed as a web server would."""
    names = page.evaluate("[...document.scripts].map(script => script.src).filter(Boolean)")
    files = {site / "_static" / name.split("/_static/")[1].partition("?")[0] for name in names}
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


def moved(page: Page) -> list[float]:
    """Milliseconds from a key to the painted frame, for the first slider of the first widget that has one."""
    places = page.locator(".live-widget").filter(has=page.get_by_role("slider"))
    place = places.first
    place.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    place.evaluate("place => place.id = 'watched'")
    page.evaluate(WATCH, ["#watched"])
    place.get_by_role("slider").first.focus()
    times = []
    for move in range(MOVES):
        page.evaluate("window.paints = []")
        page.keyboard.press("ArrowRight" if move % 2 else "ArrowLeft")  # to and fro: some sliders are short
        page.wait_for_function("window.paints.length > 0")
        page.wait_for_timeout(30)
        start, painted = page.evaluate("window.paints.at(-1)")
        times.append(painted - start)
    return times


def measure(browser: Browser, site: Path, address: str) -> Figures:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    try:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function(f"{PAINTED} !== undefined")
        first = page.evaluate(PAINTED)
        page.wait_for_timeout(1000)
        if not page.locator(".live-widget").count():
            return Figures(first, None, None, scripts(site, page))
        alive = page.evaluate(ALIVE)
        return Figures(first, alive, moved(page), scripts(site, page))
    finally:
        context.close()


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of a web server that serves the site."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


HEAD = """| page | from | first paint, ms | a widget drawn after a jump to it, ms | slider to paint, median / p95, ms \
| scripts, KB gz |
| --- | --- | ---: | ---: | ---: | ---: |"""


def row(name: str, place: str, found: Figures) -> str:
    alive = "" if found.alive is None else f"{found.alive:.0f}"
    if found.moves is None:
        moves = ""
    else:
        late = statistics.quantiles(found.moves, n=20)[-1]
        moves = f"{statistics.median(found.moves):.0f} / {late:.0f}"
    return f"| {name} | {place} | {found.first:.0f} | {alive} | {moves} | {found.scripts / 1000:.0f} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, default=SITE, help="what make book has built")
    parser.add_argument("page", nargs="*", help="such as 03_gates")
    given = parser.parse_args()
    site = given.site.resolve()
    for name in given.page or PAGES:
        if not (site / f"{name}.html").is_file():
            parser.error(f"found no {site / name}.html; type: make book")
    print(HEAD, flush=True)
    with sync_playwright() as driver, served(site) as address:
        for name in given.page or PAGES:
            for place, root in (("disk", site.as_uri()), ("http", address)):
                browser = driver.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
                print(row(name, place, measure(browser, site, f"{root}/{name}.html")), flush=True)
                browser.close()
    total = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    print(f"\nThe site has {total / 1e6:.1f} MB.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

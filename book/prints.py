"""Lessons on paper: `python -m book.prints`, which `make book-pdf` calls, prints pages of the built book with Chromium.

    python -m book.prints [--site build/book] [--out build/pdf] [--paper A4] [--address URL] [03_gates ...]

On paper nothing can be pressed: a widget is its still picture, an answer stands under its number at the end, and code
that only asks a question is left out. The exit status is 2 where an argument is wrong or there is no Chromium, and 1
where it printed nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from sphinx.locale import get_translation

from book.runs import ROOT

_ = get_translation("book")
STYLE = Path(__file__).with_name("paper.css")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)  # fmt: skip
PAPERS = ("A4", "letter")
OF_THE_READER = ("summary", "session", "selftest", "today", "strengths")  # places that show what a reader did
DROPPED = (
    "script", ".book-run", ".book-kept", ".headerlink", ".lstm-dark", ".live figcaption", "details.hide",
    ".copybtn", *(f".live-{kind}" for kind in OF_THE_READER),
    ".live .still > p:last-child:has(> em:only-child)",  # that it can be answered here
)  # fmt: skip
LIMIT = 120  # seconds for a lesson


def on_paper(page: str, paper: str = "A4", address: str = "") -> str:
    """A page of the book as Chromium prints it: its text without controls, and the answers under numbers at the end.

    paper: one of PAPERS.
    address: of the book on the web, with which links to other pages are whole; without one they are words.
    """
    read = BeautifulSoup(page, "html.parser")
    main = read.select_one("#furo-main-content")
    assert main is not None, "furo's pages have it"
    for place in main.select(", ".join(DROPPED)):
        place.decompose()
    answers = read.new_tag("section")
    for place in main.select(".live"):
        _number(read, place, answers)
    for fold in main.select("details"):  # of the lesson's own prose: what it says is read in its place
        _open(read, fold)
    for empty in main.select("div.cell:not(:has(div.cell_input, img, table, pre, .still, p))"):
        empty.decompose()
    if answers.contents:
        heading = read.new_tag("h2")
        heading.string = str(_("Answers"))
        answers.insert(0, heading)
        (main.find("section") or main).append(answers)
    for picture in main.select("img"):
        picture.attrs.pop("loading", None)  # or what is far below is not printed
    for link in main.select("a[href]"):
        target = str(link["href"])
        if target.startswith("#") or ":" in target.split("/")[0]:
            continue
        if address:
            link["href"] = urljoin(address.rstrip("/") + "/", target)
        else:
            link.unwrap()
    styles = "".join(str(each) for each in read.select("head link[rel=stylesheet], head style"))
    title = f"<title>{read.title.get_text() if read.title else ''}</title>"
    style = f"<style>@page {{ size: {paper} }}\n{STYLE.read_text(encoding='utf-8')}</style>"
    head = f'<meta charset="utf-8">{title}{styles}{style}'
    return f'<!doctype html><html lang="en"><head>{head}</head><body data-jp-theme-light="true">{main}</body></html>'


def _number(read: BeautifulSoup, place: Tag, answers: Tag) -> None:
    """Move what a live place folds away to the answers; a number in its place leads there."""
    folds = place.select("details")
    if not folds:
        return
    number = len(answers.contents) + 1
    answer = read.new_tag("div", attrs={"class": "paper-answer", "id": f"answer-{number}"})
    mark = read.new_tag("b", attrs={"class": "paper-number"})
    mark.string = f"{number}"
    answer.append(mark)
    for fold in folds:
        title = fold.summary.extract() if fold.summary else None
        said = read.new_tag("div")
        if title:
            name = read.new_tag("p", attrs={"class": "paper-fold"})
            name.extend(list(title.contents))
            said.append(name)
            if place["data-kind"] == "cards":  # what is asked stays, too
                asked = read.new_tag("p")
                asked.append(BeautifulSoup(name.decode_contents(), "html.parser"))
                fold.insert_before(asked)
        said.extend(list(fold.contents))
        answer.append(said)
        fold.decompose()
    answers.append(answer)
    link = read.new_tag("a", href=f"#answer-{number}")
    link.string = _("Answer {number}").format(number=number)
    line = read.new_tag("p", attrs={"class": "paper-link"})
    line.append(link)
    (place.select_one(".still") or place).append(line)


def _open(read: BeautifulSoup, fold: Tag) -> None:
    title = fold.summary.extract() if fold.summary else None
    if title:
        title.name = "p"
        title["class"] = "paper-fold"
        fold.insert(0, title)
    fold.name = "div"
    fold.attrs.pop("open", None)


def browser() -> str:
    """The path of a Chromium; empty where there is none. The variable CHROMIUM names another one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")


def print_page(page: Path, pdf: Path, program: str, paper: str = "A4", address: str = "") -> None:
    """Print a page of the book.

    Raises OSError where the page is not there, RuntimeError with what Chromium said where it printed nothing.
    """
    made = on_paper(page.read_text(encoding="utf-8"), paper, address)
    pdf.parent.mkdir(parents=True, exist_ok=True)
    pdf.unlink(missing_ok=True)
    sandbox = ("--no-sandbox",) if not hasattr(os, "geteuid") or os.geteuid() == 0 else ()
    with tempfile.TemporaryDirectory(prefix="prints-") as profile:
        # Beside the page, so that figures and styles are found where the page has them.
        with tempfile.NamedTemporaryFile(
            "w", suffix=".html", prefix=f".{page.stem}-", dir=page.parent, encoding="utf-8", delete=False
        ) as sheet:
            sheet.write(made)
        try:
            run = subprocess.run(
                [program, *FLAGS, *sandbox, f"--user-data-dir={profile}", f"--print-to-pdf={pdf.resolve()}",
                 Path(sheet.name).resolve().as_uri()],
                capture_output=True, text=True, check=False, timeout=LIMIT,
            )  # fmt: skip
        finally:
            Path(sheet.name).unlink()
    if not pdf.is_file():
        raise RuntimeError(f"{page.name}: {program} printed nothing:\n{run.stderr[-2000:]}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m book.prints", description="Prints lessons as PDF.")
    parser.add_argument("--site", type=Path, default=ROOT / "build/book", help="what make book has built")
    parser.add_argument("--out", type=Path, default=ROOT / "build/pdf")
    parser.add_argument("--paper", choices=PAPERS, default="A4")
    parser.add_argument("--address", default="", metavar="URL", help="of the book on the web, for its links")
    parser.add_argument("lessons", nargs="*", help="print only these, such as 03_gates")
    given = parser.parse_args()
    known = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    program = browser()
    unknown = [name for name in given.lessons if name not in known]
    unbuilt = [name for name in given.lessons or known if not (given.site / f"{name}.html").is_file()]
    if unknown:
        parser.error(f"no lesson {unknown[0]!r}; name some of {', '.join(known)}")
    if unbuilt:
        parser.error(f"found no {given.site / unbuilt[0]}.html; type: make book")
    if not program:
        parser.error(
            "found no Chromium; install it (on Debian: apt install chromium), or name one: CHROMIUM=/path/to/chrome"
        )
    for name in given.lessons or known:
        pdf = given.out / f"{name}.pdf"
        try:
            print_page(given.site / f"{name}.html", pdf, program, given.paper, given.address)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            print(error, file=sys.stderr)
            return 1
        print(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Builds the book: `python -m book`, which `make book` calls.

    python -m book [--out build/book] [--cache build/book-cache] [--repo OWNER/NAME] [--hub ADDRESS]
                   [--language LANGUAGE --locale FOLDER] [03_gates ...]
    python -m book --builder gettext --out build/words

Each lesson is executed once; what it showed is kept in the cache until its code or lstmlab changes. Names of lessons
build only these. The exit status is 1 where Sphinx warns, a lesson fails or an anchor is missing, and 2 where an
argument is wrong.
"""

import argparse
import shutil
import sys
from pathlib import Path

from nbclient.exceptions import CellExecutionError
from sphinx.application import Sphinx

from autograder.authoring.links import wrong_address
from book.anchors import missing, wanted
from book.bank import bank_script
from book.landmarks import mend
from book.language import BEYOND, Collected, Translated, Turn, same, write_catalogue
from book.runs import CACHE, ROOT
from book.sources import write_sources

HERE = Path(__file__).parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m book", description="Builds the book, a static site.")
    parser.add_argument("--out", type=Path, default=ROOT / "build/book")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--builder", default="html", help="one of Sphinx's: html, linkcheck, gettext")
    parser.add_argument("--repo", default="", metavar="OWNER/NAME", help="the course on GitHub, for Binder")
    parser.add_argument("--ref", default="HEAD", help="a branch, a tag or a commit of it")
    parser.add_argument("--hub", default="", metavar="ADDRESS", help="a JupyterHub that has the course")
    parser.add_argument("--folder", default="course", help="the course's folder on that hub")
    parser.add_argument(
        "--language", default="en", help="build it in this language; what lacks a translation is English"
    )
    parser.add_argument(
        "--locale", type=Path, metavar="FOLDER", help="of translations, as book/language.py says"
    )
    parser.add_argument("lessons", nargs="*", help="build only these, such as 03_gates")
    given = parser.parse_args()
    known = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    unknown = [name for name in given.lessons if name not in known]
    fault = f"no lesson {unknown[0]!r}; name some of {', '.join(known)}" if unknown else ""
    if fault := fault or wrong_address(given.repo, given.hub):
        parser.error(fault)
    if given.language != "en" and not (
        given.locale and (given.locale / given.language / "LC_MESSAGES").is_dir()
    ):
        parser.error(
            f"--language {given.language}: found no {given.locale or 'FOLDER'}/{given.language}/LC_MESSAGES; "
            "give the folder of the translations: --locale FOLDER"
        )
    sources, made = given.cache / "sources", given.cache / given.builder
    collected = Collected()
    turn: Turn = same
    if given.builder == "gettext":
        turn = collected
        bank_script(turn)
    elif given.language != "en":
        turn = Translated(given.locale, given.language)
    try:
        write_sources(sources, given.cache, given.lessons, turn)
    except CellExecutionError as error:
        print(error, file=sys.stderr)
        return 1
    settings = {f"book_{name}": getattr(given, name) for name in ("repo", "ref", "hub", "folder")}
    if given.language != "en":
        locale = str(given.locale.resolve())
        settings |= {"language": given.language, "locale_dirs": [locale], "book_locale": locale}
        settings |= {name: turn(text) for name, text in BEYOND.items()}
    settings["html_static_path"] = str((sources / "static").resolve())  # written anew with the sources
    app = Sphinx(
        sources, HERE, made, given.cache / "doctrees", given.builder, settings,
        freshenv=True, warningiserror=not given.lessons, parallel=1,
    )  # fmt: skip
    app.build(force_all=True)
    if given.builder == "gettext" and not app.statuscode:
        write_catalogue(made, collected.texts)
        shutil.rmtree(given.out, ignore_errors=True)
        shutil.copytree(made, given.out, ignore=shutil.ignore_patterns(".*"))
        print(given.out)
    if app.statuscode or given.builder != "html":
        return app.statuscode
    unfound = mend(made)
    if not given.lessons:
        for place in unfound:
            print(f"No page has {place}; look at a page and at book/landmarks.py.", file=sys.stderr)
        lost = missing(made, wanted())
        for link in lost:
            print(f"A check or a review leads to {link}, which no page has.", file=sys.stderr)
        if unfound or lost:
            return 1
    shutil.rmtree(given.out, ignore_errors=True)
    # maps are for who debugs the theme
    shutil.copytree(made, given.out, ignore=shutil.ignore_patterns("*.map"))
    print(given.out / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())

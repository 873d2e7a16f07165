"""Writes notebooks/claims.md and notebooks/glossary.md; `make notebooks` and `make lint` call this.

The claims index says of each claim of lstmlab/data/claims.toml whether it holds, of each mistake of
mistakes.toml what it does, and links the cells of the lessons that show it: those tagged claim-N or mistake-N.
The glossary has the terms of all question banks. A claim without a cell is a hole in the lessons, not in the
build: it is printed here, and fails tests/lessons/test_claims.py.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring import find_masters
from autograder.core.files import write_text
from autograder.core.text import counted
from lstmlab.bank.load import Term, load_bank

ROOT = Path(__file__).parent.parent
VERDICTS = ("holds", "holds with a caveat", "does not hold")
EFFECTS = ("silent", "warning", "error")
TAG = re.compile(r"(?:claim|mistake)-.*")
MADE = "<!-- Made by `make notebooks` from {}. Edit those. -->"


@dataclass(frozen=True)
class Entry:
    """A claim or a mistake; `tag` is what its cells carry, `note` its verdict or its effect. `same_as`: the tag of the
    entry that says the same in other words."""

    tag: str
    text: str
    note: str
    correction: str = ""
    same_as: str = ""

    @property
    def number(self) -> str:
        return self.tag.partition("-")[2]


@dataclass(frozen=True)
class Place:
    """A tagged cell: its tag, its lesson, the nearest heading above it, and the id that a link can lead to."""

    tag: str
    lesson: str
    heading: str
    cell: str

    @property
    def link(self) -> str:
        """A link for JupyterLab and Notebook, which go to the cell; other programs open the lesson."""
        return f"[{self.lesson[:2]} {_escaped(self.heading)}]({self.lesson}.ipynb#cell-id={self.cell})"


def main() -> int:
    """Writes both files, or with --check compares them. Returns 1 for a stale file or a tag that names nothing."""
    parser = argparse.ArgumentParser(prog="make notebooks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only list the differences")
    check = parser.parse_args().check
    try:
        entries, places = load_entries(ROOT), find_places(ROOT)
        pages = build(ROOT, entries, places)
    except ValueError as error:  # of an entry, a master or a bank: its message says which, and what to do
        print(error)
        return 1
    findings = unknown_tags(entries, places) + _write(pages, check=check)
    for finding in findings:
        print(finding)
    without = missing(entries, places)
    print(
        f"{len(entries)} claims and mistakes: {len(without)} without a cell; {counted(len(findings), 'problem')}"
    )
    if without:
        print("without a cell:", ", ".join(without))
    return 1 if findings else 0


def _write(pages: dict[str, str], *, check: bool) -> list[str]:
    """Brings the files in step; with `check` writes nothing and returns a finding for each that differs."""
    findings = []
    for name, text in pages.items():
        path = ROOT / "notebooks" / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        if check:
            findings.append(f"notebooks/{name} is not what the lessons give; run: make notebooks")
        else:
            write_text(path, text)
            print(f"built notebooks/{name}")
    return findings


def load_entries(course: Path) -> list[Entry]:
    """All claims, then all mistakes. Raises ValueError naming the one that is incomplete or stands twice."""
    data = course / "lstmlab" / "data"
    claims = tomllib.loads((data / "claims.toml").read_text(encoding="utf-8"))["claim"]
    mistakes = tomllib.loads((data / "mistakes.toml").read_text(encoding="utf-8"))["mistake"]
    entries = [
        Entry(
            f"claim-{item['number']}",
            item["text"],
            item["verdict"],
            item.get("correction", ""),
            f"claim-{item['same_as']}" if "same_as" in item else "",
        )
        for item in claims
    ]
    rows = {entry.tag: entry.note for entry in entries if not entry.same_as}
    for entry in entries:
        if entry.same_as and rows.get(entry.same_as) != entry.note:
            raise ValueError(
                f"claims.toml, {entry.tag}: same_as names {entry.same_as}, which has another verdict, or no row of its "
                "own; name a claim that says the same, or leave same_as out."
            )
        corrects = entry.note != "holds" and not entry.same_as  # a variant has the correction of its row
        if entry.note not in VERDICTS or bool(entry.correction) != corrects:
            raise ValueError(
                f"claims.toml, {entry.tag}: verdict {entry.note!r}; give one of {', '.join(VERDICTS)}, "
                "and a correction unless it holds or has same_as."
            )
    entries += [Entry(f"mistake-{item['number']}", item["text"], item["effect"]) for item in mistakes]
    for entry in entries[len(claims) :]:
        if entry.note not in EFFECTS:
            raise ValueError(
                f"mistakes.toml, {entry.tag}: effect {entry.note!r}; give one of {', '.join(EFFECTS)}."
            )
    tags = [entry.tag for entry in entries]
    if doubled := sorted({tag for tag in tags if tags.count(tag) > 1}):
        raise ValueError(
            f"two entries have the same number: {', '.join(doubled)}; give one of them another number."
        )
    return entries


def find_places(course: Path) -> list[Place]:
    """The tagged cells of all lessons, in the order in which a reader meets them."""
    places = []
    for master in find_masters(course):
        if master.path.parent.name != "notebooks":
            continue
        heading = ""
        for cell in master.read().cells:
            if cell.cell_type == "markdown":
                heads = re.findall(r"^#{1,6}\s+(.+?)\s*$", cell.source, flags=re.MULTILINE)
                heading = heads[-1] if heads else heading
            places += [
                Place(tag, master.path.stem, heading, cell.id)
                for tag in cell.metadata.get("tags", [])
                if TAG.fullmatch(tag)
            ]
    return places


def unknown_tags(entries: list[Entry], places: list[Place]) -> list[str]:
    """A finding for each tag that names no claim and no mistake."""
    known = {entry.tag for entry in entries}
    return [
        f"notebooks/{place.lesson}.py, below {place.heading!r}: the tag {place.tag!r} names nothing; "
        "numbers are in lstmlab/data/claims.toml and mistakes.toml"
        for place in places
        if place.tag not in known
    ]


def missing(entries: list[Entry], places: list[Place]) -> list[str]:
    """The tags that no cell carries."""
    shown = {place.tag for place in places}
    return [entry.tag for entry in entries if entry.tag not in shown]


def build(course: Path, entries: list[Entry], places: list[Place]) -> dict[str, str]:
    """The text of each file in notebooks/ that this tool writes, by name."""
    terms = [
        (term, path.stem)
        for path in sorted((course / "lstmlab" / "data").glob("[0-9][0-9]_*.toml"))
        for term in load_bank(path.stem).terms
    ]
    return {
        "claims.md": claims_page(entries, places),
        "glossary.md": glossary_page(terms),
    }


def claims_page(entries: list[Entry], places: list[Place]) -> str:
    """The index in Markdown: a table of claims, and a table of mistakes."""
    claims = [entry for entry in entries if entry.tag.startswith("claim-")]
    mistakes = [entry for entry in entries if entry.tag.startswith("mistake-")]
    rows = [entry for entry in claims if not entry.same_as]
    counts = ", ".join(f"{sum(c.note == verdict for c in rows)} {_plural(verdict)}" for verdict in VERDICTS)
    lines = [
        "# What is said about LSTMs, and where it is tried",
        MADE.format("the tags of the lessons and lstmlab/data/{claims,mistakes}.toml"),
        f"{len(claims)} sentences that cheat sheets and tutorials say about recurrent layers make {len(rows)} claims: "
        f"{counts}. "
        "Each link leads to a cell that proves or refutes the sentence when you run it. "
        f"Below, the [{len(mistakes)} mistakes](#Mistakes) that people make most, each of them made in a lesson.",
        "## Claims",
        "\n".join(
            ["| no. | claim | verdict | shown in |", "| ---: | --- | --- | --- |", *_rows(claims, places)]
        ),
        "## Mistakes",
        "\n".join(
            [
                "| no. | mistake | what happens | shown in |",
                "| ---: | --- | --- | --- |",
                *_rows(mistakes, places),
            ]
        ),
    ]
    return "\n\n".join(lines) + "\n"


def glossary_page(terms: list[tuple[Term, str]]) -> str:
    """The glossary in Markdown, with a heading for each term. Raises ValueError when two lessons explain one."""
    owner: dict[str, str] = {}
    doubled = [
        f"lstmlab/data/{lesson}.toml explains {name!r}, as {owner[name]}.toml does; keep the first."
        for term, lesson in terms
        for name in term.names
        if owner.setdefault(name, lesson) != lesson
    ]
    if doubled:
        raise ValueError("\n".join(doubled))
    lines = [
        "# Glossary",
        MADE.format("the `[[term]]` tables of lstmlab/data"),
        f"{len(terms)} terms, each with the lesson that introduces it.",
    ]
    for term, lesson in sorted(terms, key=lambda pair: (pair[0].name.lower(), pair[1])):
        title = lesson[:2] + " " + lesson[3:].replace("_", " ")
        lines += [f"### {_escaped(term.name)}", f"{_escaped(term.text)} *Lesson [{title}]({lesson}.ipynb).*"]
    return "\n\n".join(lines) + "\n"


def _rows(entries: list[Entry], places: list[Place]) -> list[str]:
    rows = []
    for entry in entries:
        if entry.same_as:
            continue
        variants = [each for each in entries if each.same_as == entry.tag]
        text = _escaped(entry.text) + "".join(f"<br>{_escaped(each.text)}" for each in variants)
        tags = {entry.tag, *(each.tag for each in variants)}
        sections: dict[tuple[str, str], str] = {}  # one link to a section, to its first cell with the tag
        for place in places:
            if place.tag in tags:
                sections.setdefault((place.lesson, place.heading), place.link)
        note = f"**{entry.note}**" + (f". {_escaped(entry.correction)}" if entry.correction else "")
        shown = "; ".join(sections.values()) or "no cell yet"
        rows.append(f"| {entry.number} | {text} | {note} | {shown} |")
    return rows


def _plural(verdict: str) -> str:
    return verdict.replace("holds", "hold").replace("does", "do")


def _escaped(text: str) -> str:
    """Text as a Markdown table and a link can hold it; code between backticks stays code."""
    parts = re.split(r"(`[^`]*`)", text)
    marks = r"(\*(?=\S)|(?<=\S)\*|\b_\B|\B_\b|[\[\]<>])"  # a lone * and the _ of h_n mean nothing in Markdown
    plain = [part if part.startswith("`") else re.sub(marks, r"\\\1", part) for part in parts]
    return "".join(plain).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())

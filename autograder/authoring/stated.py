"""What a master's text says of points is filled in from its cells.

A graded cell has its points in nbgrader's metadata, which JupyterLab's *Create Assignment* shows, and in
`score(lstm_cell, points=4)`; the gate before a release says where they differ. Metadata without points get those of
`score`. Where the text speaks of points the master has a mark in place of a number, and the sum is filled in:

- `# {points}:` at the beginning of a graded cell: its own, "4 points";
- `*{points} ·` in the text below a heading: those of the graded cells up to the next such text;
- `**Rubric, {points}.**` in a cell that a person reads: its own;
- `{points}.` in the first cell: all of them.

`fill` makes the notebook, `take_out` the master's form of it. A number that somebody typed by hand stays as it is, and
the gate before a release finds it where it is wrong. `paired` and `build` call them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

MARK = "{points}"
SCORE = re.compile(r"^score\(.*\bpoints=(\d+(?:\.\d+)?)\b", re.MULTILINE)
NUMBER = r"\d+(?:\.\d+)? points?"
PLACES = {  # of text on points: before it, and behind it
    "cell": (r"\A# ", r":"),
    "exercise": (r"^\*", r" ·"),
    "rubric": (r"(?<=, )", r"\.\*\*"),
    "total": (r"(?<=\s)", r"\."),
}


def fill(notebook: Any) -> None:
    """Puts in what the master leaves out. Where metadata and `score` differ, the gate before a release says so."""
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if (said := _scored(cell)) is not None:
            about.setdefault("points", said)
    for cell, kind, points in _texts(notebook):
        cell.source = _replaced(cell.source, kind, re.escape(MARK), _words(points))


def take_out(notebook: Any) -> None:
    """The way back: numbers that `fill` would put in make room for marks."""
    for cell, kind, points in list(_texts(notebook)):
        cell.source = _replaced(cell.source, kind, re.escape(_words(points)), MARK)


def _scored(cell: Any) -> float | None:
    """What `score` in a graded cell states."""
    about = cell.metadata.get("nbgrader", {})
    found = SCORE.findall(cell.source) if cell.cell_type == "code" and about.get("grade") else []
    return (float(found[-1]) if "." in found[-1] else int(found[-1])) if found else None


def _points(cell: Any) -> float | None:
    about = cell.metadata.get("nbgrader", {})
    if not (about.get("grade") or about.get("task")):
        return None
    said = _scored(cell)
    return float(about.get("points", 0)) if said is None else float(said)


def _texts(notebook: Any) -> Iterator[tuple[Any, str, float]]:
    """Every cell that may speak of points, in which way, and of how many."""
    points = [_points(cell) for cell in notebook.cells]
    if not any(points):
        return
    asks = [n for n, cell in enumerate(notebook.cells) if points[n] is None and _asks(cell)]
    for start, end in zip(asks, [*asks, len(points)][1:], strict=True):
        yield notebook.cells[start], "exercise", sum(each or 0 for each in points[start:end])
    for cell, own in zip(notebook.cells, points, strict=True):
        if own is not None:
            yield cell, "cell" if cell.cell_type == "code" else "rubric", own
    first = next((cell for cell in notebook.cells if cell.cell_type == "markdown"), None)
    if first is not None:
        yield first, "total", sum(each or 0 for each in points)


def _asks(cell: Any) -> bool:
    before, behind = PLACES["exercise"]
    found = re.search(f"{before}(?:{re.escape(MARK)}|{NUMBER}){behind}", cell.source, re.MULTILINE)
    return cell.cell_type == "markdown" and found is not None


def _replaced(source: str, kind: str, old: str, new: str) -> str:
    before, behind = PLACES[kind]
    return re.sub(
        f"({before}){old}(?={behind})", lambda found: found[1] + new, source, count=1, flags=re.MULTILINE
    )


def _words(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"

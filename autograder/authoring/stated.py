"""Points are stated once, in a graded cell's metadata; the build fills them in wherever a notebook says them again.

nbgrader keeps a cell's points in its metadata, which JupyterLab's *Create Assignment* shows and changes. A master says
them nowhere else. Where the notebook built from it needs them, the master leaves them out or has a mark:

- `score(lstm_cell)` in a graded cell becomes `score(lstm_cell, points=4)`;
- `# {points}:` at the beginning of a graded cell: its own, "4 points";
- `*{points} ·` in the text below a heading: those of the graded cells up to the next such text;
- `**Rubric, {points}.**` in a cell that a person reads: its own;
- `{points}.` in the first cell: all of them.

`fill` makes the notebook, `take_out` the master's form of it, `take_out_former` does so after points were changed in
the notebook. A number that somebody typed by hand stays as it is: `contradictions` says where `score` has another one
than the metadata, the gate before a release where the text does. `paired`, `build` and `points` call them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from autograder.core.notebooks import Notebook, NotebookCell

MARK = "{points}"
MAGIC = re.compile(r"^(\s*)[%!]", re.MULTILINE)
NUMBER = r"\d+(?:\.\d+)? points?"
PLACES = {  # of text on points: before it, and behind it
    "cell": (r"\A# ", r":"),
    "exercise": (r"^\*", r" ·"),
    "rubric": (r"(?<=, )", r"\.\*\*"),
    "total": (r"(?<=\s)", r"\."),
}


def fill(notebook: Notebook) -> None:
    """Puts in what the master leaves out. Metadata without points get those that `score` states."""
    for cell in _tests(notebook):
        if (said := _scored(cell.source)) is not None:
            cell.metadata.nbgrader.setdefault("points", said)
        if "points" in cell.metadata.nbgrader:
            cell.source = _with_points(cell.source, cell.metadata.nbgrader["points"])
    for cell, kind, points in _texts(notebook):
        cell.source = _replaced(cell.source, kind, re.escape(MARK), _words(points))


def take_out(notebook: Notebook) -> None:
    """The way back: numbers that `fill` would put in are left out, or make room for marks."""
    for cell, kind, points in list(_texts(notebook)):
        cell.source = _replaced(cell.source, kind, re.escape(_words(points)), MARK)
    for cell in _tests(notebook):
        if "points" in cell.metadata.nbgrader:
            cell.source = _without_points(cell.source, cell.metadata.nbgrader["points"])


def take_out_former(notebook: Notebook, former: Any) -> None:
    """Leaves out what was filled in when the notebook was built as `former`: its points may have changed since."""
    were = {about["grade_id"]: about.get("points", 0) for about in _graded(former)}
    now = [(about, about["points"]) for about in _graded(notebook) if "points" in about]
    for about, _ in now:
        about["points"] = were.get(about["grade_id"], 0)
    take_out(notebook)
    for about, points in now:
        about["points"] = points


def contradictions(notebook: Notebook) -> Iterator[str]:
    """Where `score` says other points than its cell's metadata, or gets none, and what to type."""
    for cell in _tests(notebook):
        if "points" not in (about := cell.metadata.nbgrader):
            continue
        points, said, name = about["points"], _scored(cell.source), about.get("grade_id")
        if said is not None and float(said) != float(points):
            yield (
                f"cell {name!r}: its metadata say {_words(points)}, its code score(..., points={said:g}); write"
                f" points={_number(points)} there, or leave it out of the text file, and the build fills it in"
            )
        elif _lacking(cell.source):
            yield (
                f"cell {name!r}: score has no points; to fill them in from the metadata run: autograder notebooks;"
                " without a text file, or where a cell calls score twice, write points=N in each call"
            )


def _tests(notebook: Notebook) -> list[Any]:
    """The graded cells, where `score` is the one of `autograder.checks` and no function of another course."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not any("autograder.checks" in cell.source and _imports_score(cell.source) for cell in code):
        return []
    return [cell for cell in code if cell.metadata.get("nbgrader", {}).get("grade")]


def _imports_score(source: str) -> bool:
    imports = [node for node in ast.walk(_tree(source)) if isinstance(node, ast.ImportFrom)]
    return any(
        each.module == "autograder.checks" and name.asname is None and name.name in ("score", "*")
        for each in imports
        for name in each.names
    )


def _graded(notebook: Notebook) -> list[Any]:
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return [about for about in marks if (about.get("grade") or about.get("task")) and about.get("grade_id")]


def _tree(source: str) -> ast.Module:
    """A cell's code, nothing where it cannot be read; IPython's magics are comments of the same length."""
    try:
        return ast.parse(MAGIC.sub(r"\1#", source))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _calls(source: str) -> list[ast.Call]:
    """A cell's calls of `score`."""
    found = [node for node in ast.walk(_tree(source)) if isinstance(node, ast.Call)]
    return [call for call in found if isinstance(call.func, ast.Name) and call.func.id == "score"]


def _lacking(source: str) -> list[ast.Call]:
    """The calls of `score` that give no points."""
    return [
        call
        for call in _calls(source)
        if len(call.args) == 1
        and not isinstance(call.args[0], ast.Starred)
        and all(each.arg not in (None, "points") for each in call.keywords)
    ]


def _scored(source: str) -> float | None:
    """The number that the one `score` at the end of a graded cell states, None where there is no such number."""
    calls, last = _calls(source), _tree(source).body[-1:]
    if len(calls) != 1 or not last or ast.unparse(last[0]) != ast.unparse(calls[0]):
        return None
    given = [each.value for each in calls[0].keywords if each.arg == "points"] or calls[0].args[1:2]
    value = given[0].value if given and isinstance(given[0], ast.Constant) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _with_points(source: str, points: float) -> str:
    """A graded cell's code, where its one `score` lacks points, with those."""
    calls = _calls(source)
    if len(calls) != 1 or not _lacking(source):
        return source
    at = _end(source, calls[0].args[0])
    return f"{source[:at]}, points={_number(points)}{source[at:]}"


def _without_points(source: str, points: float) -> str:
    """A graded cell's code without what `_with_points` put in."""
    calls = _calls(source)
    if len(calls) != 1 or not calls[0].args:
        return source
    at = _end(source, calls[0].args[0])
    bare = source[:at] + source[at:].removeprefix(f", points={_number(points)}")
    return bare if _with_points(bare, points) == source else source


def _end(source: str, node: ast.expr) -> int:
    """Where an expression ends in the text; `ast` counts lines, and bytes in a line."""
    before = source.split("\n")[: node.end_lineno]
    last = before[-1].encode()[: node.end_col_offset].decode()
    return len("\n".join([*before[:-1], last]))


def _points(cell: NotebookCell) -> float | None:
    about = cell.metadata.get("nbgrader", {})
    return float(about.get("points", 0)) if about.get("grade") or about.get("task") else None


def _texts(notebook: Notebook) -> Iterator[tuple[Any, str, float]]:
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


def _asks(cell: NotebookCell) -> bool:
    before, behind = PLACES["exercise"]
    found = re.search(f"{before}(?:{re.escape(MARK)}|{NUMBER}){behind}", cell.source, re.MULTILINE)
    return cell.cell_type == "markdown" and found is not None


def _replaced(source: str, kind: str, old: str, new: str) -> str:
    before, behind = PLACES[kind]
    return re.sub(
        f"({before}){old}(?={behind})", lambda found: found[1] + new, source, count=1, flags=re.MULTILINE
    )


def _words(points: float) -> str:
    return f"{_number(points)} point{'' if points == 1 else 's'}"


def _number(points: float) -> str:
    """As somebody writes it: 4 for 4.0, and all digits of a third."""
    short = f"{points:g}"
    return short if float(short) == float(points) else repr(points)

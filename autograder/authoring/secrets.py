"""What students must not see, searched for line by line in all that they are given; `gate` calls it.

Secret are the lines between nbgrader's marks for solutions, hidden tests and mark schemes, and whole solution cells
that have no marks, unless the same line stands openly in the source too. They are searched for in every string of a
released notebook (sources, outputs, metadata, attachments), in the other released files, archives among them, and in
the package and the lessons that students install.
"""

import base64
import binascii
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

from autograder.core.notebooks import Notebook

LEAST = 8  # letters and digits that make a line worth searching for: `return x` is nobody's secret
LONG = 20  # that make a line of a hidden test one that nothing else has by chance
SHARE = 0.5  # of a cell's secret lines, in one file of the package, that is no coincidence
PACKED = (".zip", ".whl", ".npz", ".pt", ".pth")
IMPORT = re.compile(
    r"from [\w.]+ import [\w, ]+$|import [\w., ]+$"
)  # such a line gives nothing away by itself
SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Secret:
    """The secret lines of one cell of the source, each as `plain_line` has it, with its number in the cell."""

    cell: str
    hidden: bool
    lines: dict[str, int]


@dataclass(frozen=True)
class Leak:
    """A secret line found where students see it."""

    file: str
    place: str
    cell: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}{self.place}: shows line {self.line} of the source's cell {self.cell!r}: {self.text!r}"


def plain_line(line: str) -> str:
    """A line as it is compared: without spaces and comment signs, so that another layout hides nothing."""
    return SPACE.sub("", line).strip("#").rstrip(",;")


def secrets_of(notebook: Notebook, config: Any) -> list[Secret]:
    """The secrets of an instructor's notebook."""
    marks = _marks(config)
    found, open_lines = [], set()
    for number, cell in enumerate(notebook.cells):
        about = cell.metadata.get("nbgrader", {})
        name = about.get("grade_id") or f"number {number + 1}"
        secret: dict[bool, dict[str, int]] = {False: {}, True: {}}
        begun, any_marks = "", any(mark in cell.source for pair in marks for mark in pair[:2])
        whole = about.get("solution") and not any_marks
        for at, line in enumerate(cell.source.splitlines(), 1):
            starts = next((pair for pair in marks if pair[0] in line), None)
            if starts:
                begun, hidden = starts[1], starts[2]
            elif begun and begun in line:
                begun = ""
            elif begun or whole:
                secret[hidden if begun else False].setdefault(plain_line(line), at)
            else:
                open_lines.add(plain_line(line))
        found += [Secret(name, kind, lines) for kind, lines in secret.items() if lines]
    return [
        Secret(each.cell, each.hidden, kept)
        for each in found
        if (kept := {k: n for k, n in each.lines.items() if _telling(k) and k not in open_lines})
    ]


def leaks_in_release(folder: Path, secrets: list[Secret]) -> list[Leak]:
    """Secret lines in a released assignment: one is too many."""
    return [
        leak
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for place, text in _texts(path.name, path.read_bytes())
        for leak in _found(path.relative_to(folder.parent.parent).as_posix(), place, text, secrets)
    ]


def leaks_in_package(root: Path, files: list[Path], secrets: list[Secret]) -> list[Leak]:
    """Secrets in files that students have anyway, such as the checks and lessons.

    One line of a solution may stand there by rights, because a lesson explains the formula; a file is a leak that
    has a long line of a hidden test that is no import, or half of a cell's lines and two at least.
    """
    found = []
    for path in files:
        leaks = [
            leak
            for place, text in _texts(path.name, path.read_bytes())
            for leak in _found(path.relative_to(root).as_posix(), place, text, secrets)
        ]
        for secret in secrets:
            mine = [leak for leak in leaks if leak.cell == secret.cell and leak.line in secret.lines.values()]
            several = len({leak.line for leak in mine})
            if several > 1 and several >= SHARE * len(secret.lines):
                found += mine
            elif secret.hidden:
                found += [
                    leak
                    for leak in mine
                    if _telling(plain_line(leak.text), LONG) and not IMPORT.match(leak.text)
                ]
    return list(dict.fromkeys(found))


def _found(file: str, place: str, text: str, secrets: list[Secret]) -> Iterator[Leak]:
    lines = {plain_line(line): line.strip() for line in text.splitlines()}
    for secret in secrets:
        for line, number in secret.lines.items():
            if line in lines:
                yield Leak(file, place, secret.cell, number, lines[line][:80])


def _texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """(where in the file, text) of everything in it that can be read."""
    if name.lower().endswith(PACKED):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for inner in archive.infolist():
                    for place, text in _texts(inner.filename, archive.read(inner)):
                        yield f", {inner.filename}{place}", text
        except zipfile.BadZipFile:
            yield "", content.decode("utf-8", "replace")
    elif name.lower().endswith(".ipynb"):
        try:
            yield from _strings(json.loads(content), "")
        except ValueError:
            yield "", content.decode("utf-8", "replace")
    else:
        yield "", content.decode("utf-8", "replace")


def _strings(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every string in a notebook, lists of lines joined, base64 opened; `place` in words."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield place, str(key)
            yield from _strings(each, f"{place}, {key}")
    elif isinstance(value, list) and all(isinstance(each, str) for each in value):
        yield from _strings("".join(value), place)
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            named = each.get("id") if isinstance(each, dict) else None
            yield from _strings(each, f"{place} {named or number}")
    elif isinstance(value, str):
        yield place, value
        if len(value) > 16 and re.fullmatch(r"[A-Za-z0-9+/\s]+=*\s*", value):
            try:
                yield (
                    f"{place} (in base64)",
                    base64.b64decode(value, validate=False).decode("utf-8", "replace"),
                )
            except (binascii.Error, ValueError):
                return


def _marks(config: Any) -> list[tuple[str, str, bool]]:
    """(begin, end, whether it hides a test) of nbgrader's marks, as configured."""
    solutions, hidden = ClearSolutions(config=config), ClearHiddenTests(config=config)
    scheme = ClearMarkScheme(config=config)
    return [
        (solutions.begin_solution_delimeter, solutions.end_solution_delimeter, False),
        (hidden.begin_test_delimeter, hidden.end_test_delimeter, True),
        (scheme.begin_mark_scheme_delimeter, scheme.end_mark_scheme_delimeter, True),
    ]


def _telling(line: str, least: int = LEAST) -> bool:
    return sum(map(str.isalnum, line)) >= least

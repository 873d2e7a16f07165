"""Puts the address of the course's site into released notebooks, so that their checks lead there.

`autograder release` does so where nbgrader_config.py has `c.Lessons.book_url`.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from autograder.core.notebooks import NotebookCell

CHECKS = re.compile(r"^\s*(?:from|import) autograder\.checks\b", re.MULTILINE)
SAID = """from autograder.checks import lessons_at

lessons_at({address!r})  # where checks lead to read on"""


def lead_to_book(released: Path, address: str) -> None:
    """Have each notebook of a released assignment say where the book is, below the cell that imports checks.

    That cell may be locked, and grading names the locked cells that are not as they were: so this is a cell of its own.
    """
    for path in sorted(released.rglob("*.ipynb")):
        notebook = nbformat.read(path, 4)
        at = next((place for place, cell in enumerate(notebook.cells, 1) if _imports_checks(cell)), None)
        if at is None:
            continue
        said = nbformat.v4.new_code_cell(SAID.format(address=address), id="lessons-at")
        notebook.cells.insert(at, said)
        nbformat.write(notebook, path)


def _imports_checks(cell: NotebookCell) -> bool:
    return cell.cell_type == "code" and bool(CHECKS.search(cell.source))

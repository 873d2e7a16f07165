"""A plugin of pytest: the lessons that nbval runs are kept for the book, so that no lesson has to run twice.

conftest.py names it. Tests of the book and `make book` find what it kept in build/book-cache.
"""

from __future__ import annotations

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from book.runs import CACHE, ROOT, keep, kept_in, recording

LESSONS = ROOT / "notebooks"
STARTING = 60  # seconds at most, for imports
# Cells that have run without an error, by their notebook.
_passed: pytest.StashKey[list[IPyNbCell]] = pytest.StashKey()


def _lesson(item: pytest.Item) -> IPyNbFile | None:
    """The lesson that the item is a cell of."""
    parent = item.parent
    return parent if isinstance(parent, IPyNbFile) and parent.path.parent == LESSONS else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item):
    """Has a lesson's kernel record before the first cell runs in it."""
    yield
    lesson = _lesson(item)
    if lesson is None or _passed in lesson.stash:
        return
    lesson.stash[_passed] = []
    asked = lesson.kernel.execute_cell_input(recording(lesson.path.stem), allow_stdin=False)
    lesson.kernel.await_reply(asked, timeout=STARTING)
    lesson.kernel.await_idle(asked, timeout=STARTING)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item):
    """Keeps a lesson when its last cell has run, if all of them have."""
    yield
    lesson = _lesson(item)
    if lesson is None:
        return
    passed = lesson.stash[_passed]
    passed.append(item)
    notebook = nbformat.read(lesson.path, 4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if len(passed) < len(code):
        return
    for count, (cell, ran) in enumerate(zip(code, passed, strict=True), start=1):
        cell.outputs, cell.execution_count = ran.test_outputs, count
    keep(notebook, kept_in(CACHE, lesson.path.stem, notebook))

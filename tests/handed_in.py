"""One student for each way a submission can be, and what changes a notebook so; for the tests of grading."""

import base64
import copy
import os
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell
from tiny_course import DOUBLE, TinyCourse, marks, source_notebook

from autograder.course.model import Skeleton

PICTURE = base64.b64encode(b"\x89PNG" * 9).decode()


def skeleton() -> Skeleton:
    """The assignment's own notebook."""
    released = TinyCourse(Path()).untouched()
    notebook = copy.deepcopy(released)
    notebook.cells[3].source = source_notebook().cells[3].source
    return Skeleton("two", notebook, tuple(cell.source for cell in released.cells))


def changed(notebook: Any, cell_id: str, **values: Any) -> Any:
    """A copy of a notebook with one cell's fields set otherwise."""
    notebook = copy.deepcopy(notebook)
    cell = next(cell for cell in notebook.cells if cell.id == cell_id)
    cell.update(values)
    return notebook


def without(notebook: Any, *cell_ids: str) -> Any:
    """A copy of a notebook without some cells."""
    notebook = copy.deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in cell_ids]
    return notebook


def bare(notebook: Any) -> Any:
    """A copy of a notebook from which some program stripped all metadata."""
    notebook = copy.deepcopy(notebook)
    for number, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = {}, f"stripped-{number}"
    return notebook


def with_cells(notebook: Any, place: int, *cells: Any) -> Any:
    """A copy of a notebook with cells put in at a place."""
    notebook = copy.deepcopy(notebook)
    notebook.cells[place:place] = cells
    return notebook


def copied(notebook: Any, cell_id: str, source: str | None = None) -> Any:
    """A notebook cell copied and pasted below itself, its name included, perhaps edited."""
    place, cell = next((n, c) for n, c in enumerate(notebook.cells) if c.id == cell_id)
    twin = copy.deepcopy(cell) | {
        "id": f"{cell_id}-copy",
        "source": cell.source if source is None else source,
    }
    return with_cells(notebook, place + 1, nbformat.from_dict(twin))


WARNING = "warnings.warn('hm'); return"


def hand_in_everything(course: TinyCourse) -> None:
    """One student for each way a submission can be; the names say which."""
    good = course.answer()
    stub = course.untouched().cells[2].source
    loop = "def double(x):\n    while True:\n        {}"
    course.submit("right", good)
    course.submit("untouched", course.untouched())
    course.submit("half", course.answer(last="def last(items):\n    return items[0]"))
    course.submit("endless", course.answer(double=loop.format("pass")))
    deaf = "try:\n            while True: pass\n        except BaseException: pass"
    course.submit("deaf", course.answer(double=loop.format(deaf)))
    swallow = "try:\n        while True: pass\n    except BaseException:\n        return 2 * x"
    course.submit("swallows", course.answer(double=f"def double(x):\n    {swallow}"))
    course.submit("dies", course.answer(double="import os\ndef double(x):\n    os._exit(1)"))
    course.submit("leaves", with_cells(good, 3, new_code_cell("exit()")))
    course.submit("warns", course.answer(double=f"import warnings\n{DOUBLE.replace('return', WARNING)}"))
    course.submit("shouts", course.answer(double=DOUBLE.replace("return", "print('x' * 10**7); return")))
    course.submit("syntax", course.answer(double="def double(x)\n    return 2 * x", last="x = = 2"))
    course.submit("raises", course.answer(double="1 / 0", last="[][1]"))
    course.submit("edited", changed(changed(good, "test_double", source="pass"), "test_last", source="3.0"))
    course.submit("cheat", changed(course.untouched(), "test_last", source="3.0"))
    course.submit("deleted", without(good, "test_double", "setup"))
    course.submit("twice", copied(good, "double", stub))
    course.submit("tested-twice", copied(good, "test_double"))
    course.submit("retyped", changed(good, "double", cell_type="markdown"))
    course.submit("renamed", good, name="my homework (final).ipynb")
    course.submit("stripped", bare(good))
    course.submit("lost-one", without(good, "double"))
    helper = new_code_cell("def twice(x):\n    return x + x", metadata=marks("test_last", tags=["skip"]))
    course.submit(
        "helped",
        with_cells(course.answer("def double(x):\n    return twice(x)"), 2, new_code_cell(helper.source)),
    )
    course.submit("no-json", b'{"cells": [')
    course.submit("empty", b"")
    course.submit("no-notebook", b'["a", "list"]')
    course.submit("latin", '{"cells": "é"}'.encode("latin-1"))
    course.submit("deep", b"[" * 100_000)
    course.submit("future", nbformat.writes(good).replace('"nbformat": 4', '"nbformat": 9').encode())
    course.submit("huge", b" " * (17 * 2**20))
    course.submit(
        "odd-cells", b'{"nbformat": 4, "nbformat_minor": 5, "metadata": 3, "cells": [1, {"source": 7}]}'
    )
    course.submit("old", nbformat.writes(nbformat.convert(bare(good), 3)).encode(), name="two.ipynb")
    course.submit("missing", b"just text", name="notes.txt")
    target = course.submit("linked", good).rename(course.root / "elsewhere.ipynb")
    (course.root / "submitted/linked/t1/two.ipynb").symlink_to(target)
    (course.root / "submitted/folder-link").mkdir()
    (course.root / "submitted/folder-link/t1").symlink_to(course.root / "submitted/right/t1")
    os.mkfifo(course.submit("pipe", good, name="spare").with_name("two.ipynb"))
    (course.root / "submitted/notebook-folder/t1/two.ipynb").mkdir(parents=True)
    (course.root / "submitted/notebook-folder/t1/two.ipynb/a.txt").write_text("a")
    script = new_markdown_cell("<script>alert('feedback')</script> my notes")
    peek = new_code_cell("print(In)\nfrom IPython.display import HTML\nHTML('<script>alert(2)</script>')")
    course.submit(
        "spy",
        with_cells(course.answer(double="def double(x):\n    return 2 if x == 1 else 0"), 6, script, peek),
    )

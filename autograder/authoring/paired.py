"""Masters (jupytext percent files) and the notebooks built from them, byte for byte the same each time.

`build.py` decides when to write; this module only knows where the files are and how one becomes the other.
"""

import copy
import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from autograder.authoring.stated import contradictions, fill
from autograder.core.files import write_text
from autograder.core.notebooks import Notebook, NotebookCell

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
KEPT_CELL_METADATA = ("nbgrader", "tags")
FOLDED = "hide-input"  # Jupyter Book's tag; JupyterLab folds code by metadata of its own, which the built cell gets


class BadNotebook(ValueError):
    """A master or a notebook that cannot be read; the message names the file and the fault."""


@dataclass(frozen=True)
class Master:
    """A master and the notebook built from it, both as absolute paths."""

    path: Path
    notebook: Path

    @classmethod
    def of(cls, path: Path) -> "Master":
        """The pair that `path` belongs to, whichever half it is."""
        path = path.absolute()
        in_source = "source" in (path.parent.name, path.parent.parent.name)
        if path.suffix == ".py":
            folder = path.parent / path.stem if in_source else path.parent
            return cls(path, folder / f"{path.stem}.ipynb")
        folder = path.parent.parent if in_source else path.parent
        return cls(folder / f"{path.stem}.py", path)

    def read(self) -> Notebook:
        """The notebook as the master says it should be. Raises BadNotebook."""
        try:
            return canonical(jupytext.read(self.path, fmt="py:percent"), self.path)
        except (OSError, UnicodeError, SyntaxError, ValueError) as error:
            raise BadNotebook(f"{self.path}: cannot be read as a percent script: {error}") from error

    def read_notebook(self) -> Notebook | None:
        """The notebook on disk, None where there is none. Raises BadNotebook."""
        if not self.notebook.exists():
            return None
        try:
            found = nbformat.read(self.notebook, as_version=4)
            fill(found)  # JupyterLab saves both halves of a pair as the master has them
            return found
        except (OSError, UnicodeError, ValueError, AttributeError) as error:
            raise BadNotebook(f"{self.notebook}: is not a readable notebook: {error}") from error


def find_masters(course: Path) -> list[Master]:
    """All masters of a course: lessons and sheets in `notebooks/`, assignments directly in `source/`."""
    paths = sorted([*course.glob("notebooks/*.py"), *course.glob("source/*.py")])
    return [Master.of(path) for path in paths]


def canonical(notebook: Notebook, master: Path) -> Notebook:
    """A copy without outputs, counters and stray metadata, its cell ids pinned, its digest recorded."""
    notebook = copy.deepcopy(notebook)
    fill(notebook)
    if wrong := list(contradictions(notebook)):
        raise ValueError("; ".join(wrong))
    cells = [_canonical_cell(cell) for cell in notebook.cells]
    for cell, cell_id in zip(cells, _cell_ids(cells, master), strict=True):
        cell["id"] = cell_id
    built = nbformat.v4.new_notebook(cells=cells)
    built.nbformat_minor = 5
    built.metadata = nbformat.from_dict(
        {
            "kernelspec": KERNELSPEC,
            "language_info": {"name": "python"},
            "built": {"from": master.name, "digest": digest(built)},
        }
    )
    return built


def digest(notebook: Notebook) -> str:
    """A hash of what an author writes (kinds, sources, kept metadata); outputs and ids do not count."""
    content = [
        [cell.cell_type, cell.source.rstrip(), {key: cell.metadata.get(key) for key in KEPT_CELL_METADATA}]
        for cell in notebook.cells
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def write_notebook(master: Master) -> None:
    """Builds a master's notebook anew, in one step.

    It gets the master's time: JupyterLab's jupytext takes the younger half of a pair for the edited one, and
    refuses to open the pair when that is the notebook.
    """
    write_text(master.notebook, nbformat.writes(master.read()) + "\n")
    os.utime(master.notebook, ns=(master.path.stat().st_atime_ns, master.path.stat().st_mtime_ns))


def _canonical_cell(cell: NotebookCell) -> NotebookCell:
    new = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}.get(
        cell.cell_type, nbformat.v4.new_raw_cell
    )
    metadata = {key: cell.metadata[key] for key in KEPT_CELL_METADATA if key in cell.metadata}
    if "nbgrader" in metadata:
        _check_nbgrader(metadata["nbgrader"])
        # nbgrader's own key order varies; ours is fixed, and its defaults are always spelled out.
        defaults = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}
        metadata["nbgrader"] = dict(sorted({**defaults, **metadata["nbgrader"]}.items()))
    if FOLDED in metadata.get("tags", []):
        metadata["jupyter"] = {"source_hidden": True}
    return new(source=cell.source.rstrip(), metadata=metadata)


def _check_nbgrader(metadata: dict[str, Any]) -> None:
    if not metadata.get("grade_id"):
        raise ValueError(f"a cell has nbgrader metadata but no grade_id: {metadata}; give it one")
    if metadata.get("grade") and "points" not in metadata:
        raise ValueError(
            f"the graded cell {metadata['grade_id']!r} has no points;"
            ' give it some in JupyterLab\'s Create Assignment, or write "points": N in its metadata'
        )


def _cell_ids(cells: list[Notebook], master: Path) -> list[str]:
    """Each id is the cell's grade_id, or its section's heading and its number in that section.

    So an edit in one section leaves the ids of all others, and a diff shows only what changed.
    """
    ids: list[str] = []
    section, number = "top", 0
    for cell in cells:
        heading = re.match(r"#{1,6}\s+(.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            section, number = _slug(heading.group(1)), 0
        number += 1
        name = cell.metadata.get("nbgrader", {}).get("grade_id") or f"{section}-{number:02d}"
        candidate, again = _slug(name), 2
        while candidate in ids:
            candidate, again = f"{_slug(name)}-again{again}", again + 1
        ids.append(candidate)
    if any("grade_id" in cell.metadata.get("nbgrader", {}) for cell in cells):
        _refuse_doubled(
            [cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata], master
        )
    return ids


def _refuse_doubled(grade_ids: list[str], master: Path) -> None:
    doubled = sorted({name for name in grade_ids if grade_ids.count(name) > 1})
    if doubled:
        raise ValueError(f"{master}: two cells share the grade_id {', '.join(doubled)}; give each its own")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-")[:48] or "cell"

"""A small nbgrader course without any file of this project: two exercises in plain Python, five points.

Used by the tests of grading through the fixture `tiny` of conftest.py.
"""

import copy
import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from warm import with_parent

from autograder.commands.grade import grade_assignment

DOUBLE = "def double(x):\n    return 2 * x"
LAST = "def last(items):\n    return items[-1]"
HIDDEN = "assert double(21) == 42, 'wrong for a large number'"


def marks(name: str, **traits: Any) -> dict[str, Any]:
    """nbgrader's metadata of a cell."""
    known = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"grade_id": name, "schema_version": 3, **known, **traits}}


def exercise(name: str, solution: str) -> Any:
    """A solution cell with nbgrader's marks around its body."""
    head, body = solution.split("\n", 1)
    source = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
    return new_code_cell(source, id=name, metadata=marks(name, solution=True))


def test_cell(name: str, points: int, source: str) -> Any:
    """A locked cell that is worth points."""
    return new_code_cell(source, id=name, metadata=marks(name, grade=True, locked=True, points=points))


def essay(text: str) -> Any:
    """A question that a person reads, worth four points."""
    return new_markdown_cell(text, id="essay", metadata=marks("essay", grade=True, solution=True, points=4))


def source_notebook() -> Any:
    """The instructor's notebook."""
    partial = (
        "earned = 0.0\nearned += 1 if last([1]) == 1 else 0\nearned += 2 if last([1, 2]) == 2 else 0\n"
        "if earned < 3:\n    print('last: expected the last item')\nearned"
    )
    cells = [
        new_markdown_cell("# Two exercises", id="title"),
        new_code_cell("limit = 3", id="setup", metadata=marks("setup", locked=True)),
        exercise("double", DOUBLE),
        test_cell(
            "test_double",
            2,
            f"assert double(1) == 2\n### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS",
        ),
        exercise("last", LAST),
        test_cell("test_last", 3, partial),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


@dataclass(frozen=True)
class TinyCourse:
    """The course's folder, with what tests do in it."""

    root: Path

    @classmethod
    def make(cls, root: Path, source: Any = None) -> "TinyCourse":
        """A new course whose assignment `t1` has the notebook `two`."""
        folder = root / "source" / "t1"
        folder.mkdir(parents=True)
        (root / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 3\n")
        nbformat.write(source or source_notebook(), folder / "two.ipynb")
        return cls(root)

    def give_header(self) -> None:
        """A header for every notebook, configured as `nbgrader quickstart` does it."""
        with (self.root / "nbgrader_config.py").open("a") as config:
            config.write("c.IncludeHeaderFooter.header = 'source/header.ipynb'\n")
        header = new_notebook(cells=[new_code_cell("NAME = ''", id="header")])
        nbformat.write(header, self.root / "source" / "header.ipynb")

    def answer(self, double: str = DOUBLE, last: str = LAST) -> Any:
        """The released notebook with answers filled in."""
        notebook = copy.deepcopy(source_notebook())
        for cell in notebook.cells:
            if cell.id in ("double", "last"):
                cell.source = double if cell.id == "double" else last
            lines = cell.source.splitlines()
            if "### BEGIN HIDDEN TESTS" in lines:
                del lines[lines.index("### BEGIN HIDDEN TESTS") : lines.index("### END HIDDEN TESTS") + 1]
                cell.source = "\n".join(lines)
        return notebook

    def untouched(self) -> Any:
        """What a student has before doing anything."""
        return self.answer(
            *(f"{head}:\n    # YOUR CODE HERE\n    raise NotImplementedError()" for head in STUBS)
        )

    def submit(self, student: str, notebook: Any, name: str = "two.ipynb") -> Path:
        """Hands in a notebook, or raw bytes; returns the file."""
        folder = self.root / "submitted" / student / "t1"
        folder.mkdir(parents=True, exist_ok=True)
        content = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
        (folder / name).write_bytes(content)
        return folder / name

    def grade(self, **options: Any) -> tuple[int, str]:
        """Grades; returns the exit status and what was printed."""
        out = io.StringIO()
        status = grade_assignment(self.root, "t1", out=out, **with_parent(options))
        return status, out.getvalue()

    def nbgrader(self, *arguments: str) -> None:
        """Runs the stock command in the course."""
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def grades(self) -> dict[str, dict[str, str]]:
        """grades.csv by student."""
        with (self.root / "reports/t1/grades.csv").open(newline="", encoding="utf-8") as file:
            return {row["student_id"]: row for row in csv.DictReader(file)}

    def graded(self, student: str) -> Any:
        """The student's autograded notebook."""
        return nbformat.read(self.root / "autograded" / student / "t1" / "two.ipynb", 4)

    def journal(self) -> list[dict[str, Any]]:
        """The lines of the journal."""
        return [json.loads(line) for line in (self.root / ".autograder/t1.jsonl").read_text().splitlines()]


STUBS = ("def double(x)", "def last(items)")
Change = Callable[[Any], None]


def snapshot(folder: Path) -> dict[str, tuple[int, float, bytes]]:
    """Every file below a folder with its mode, time and content."""
    found = {}
    for path in folder.rglob("*"):
        info = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path)] = (info.st_mode, info.st_mtime, content)
    return found

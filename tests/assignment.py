"""Runs the graded cells of an assignment in this process; for the tests of assignments and of checks.

A graded cell's points are the value of its last expression, as nbgrader reads them from a kernel's output.
"""

import ast
import contextlib
import io
import linecache
from pathlib import Path
from typing import Any

import jupytext
import torch

from autograder.authoring.stated import fill

SOURCE = Path(__file__).parent.parent / "source"
MASTER = SOURCE / "a3_gates.py"
# Of a3_gates: those that `templates_of_answers` answers, whatever others it may have.
EXERCISES = ("lstm_cell", "gate_values", "set_forget_bias")


def built(assignment: str = "a3_gates") -> Any:
    """The notebook of a master, with the points that the build fills in."""
    notebook = jupytext.read(SOURCE / f"{assignment}.py")
    fill(notebook)
    return notebook


def cells(kind: str, assignment: str = "a3_gates") -> dict[str, Any]:
    """grade_id and cell of all code cells of a master with this flag ("grade", "solution", "locked")."""
    code = [c for c in built(assignment).cells if c.cell_type == "code"]
    found = [c for c in code if c.metadata.get("nbgrader", {}).get(kind)]
    return {c.metadata.nbgrader.grade_id: c for c in found}


def define(source: str, name: str = "<student's cell>") -> dict[str, Any]:
    """The names that a cell defines, its lines known to tracebacks as those of a notebook's cell are."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {}
    exec(compile("import torch\nfrom torch import nn\n", "<imports>", "exec"), namespace)
    exec(compile(source, name, "exec"), namespace)
    return namespace


def value_of(source: str, namespace: dict[str, Any]) -> tuple[Any, str]:
    """Run a cell; the value of its last expression and what it printed."""
    body = ast.parse(source).body
    last = body.pop()
    assert isinstance(last, ast.Expr), "a graded cell ends with the expression that is its score"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        exec(compile(ast.Module(body, []), "<graded cell>", "exec"), namespace)
        value = eval(compile(ast.Expression(last.value), "<graded cell>", "eval"), namespace)
    return value, printed.getvalue()


def points(functions: dict[str, Any], assignment: str = "a3_gates") -> dict[str, float]:
    """The points of the graded cells of these functions, hidden cells included."""
    from autograder.checks import check, score

    namespace = {"torch": torch, **functions, "check": check, "score": score}
    graded = cells("grade", assignment).items()
    with contextlib.chdir(
        SOURCE.parent / "exercises" / "a9_capstone" / "answers"
    ):  # where the capstone's weights are
        return {
            name: value_of(cell.source, dict(namespace))[0]
            for name, cell in graded
            if name.rpartition("-")[0] in functions
        }

"""The functions that a student handed in, each with what it needs of the notebook around it."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nbgrader.utils import is_grade

from autograder.core.notebooks import Notebook
from autograder.course.model import Skeleton, Submission
from autograder.course.names import functions, parse
from autograder.submissions.intake import understand
from autograder.submissions.rebuild import rebuild

KEPT = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class HandedIn:
    """A function `name` as it stands in the notebook, `source`, and the imports and definitions that it may use."""

    name: str
    source: str
    around: str

    def file(self, source: str = "") -> str:
        """A file that defines the function, or `source` in its place."""
        return f"{self.around}\n\n{source or self.source}\n"


def handed_in(
    submission: Submission, skeletons: Sequence[Skeleton], names: Sequence[str]
) -> Iterator[HandedIn]:
    """The functions of these names, in the order of the notebooks; a student may have left some out."""
    intake = understand(submission, skeletons)
    for skeleton in skeletons:
        if skeleton.name in intake.notebooks:
            yield from _of_notebook(rebuild(skeleton, intake.notebooks[skeleton.name]).notebook, names)


def _of_notebook(notebook: Notebook, names: Sequence[str]) -> Iterator[HandedIn]:
    codes = [cell.source for cell in notebook.cells if cell.cell_type == "code" and not is_grade(cell)]
    trees = [tree for tree in map(parse, codes) if tree is not None]
    last = {name: source for tree in trees for name, source in functions(tree).items() if name in names}
    wanted = list(last)
    around = "\n".join(ast.unparse(node) for tree in trees for node in tree.body if _is_kept(node, wanted))
    for name in wanted:
        for code in reversed(codes):
            if (text := _as_written(code, name)) is not None:
                others = "\n\n".join(source for other, source in last.items() if other != name)
                yield HandedIn(name, text, f"{around}\n\n{others}".strip())
                break


def _is_kept(node: ast.stmt, wanted: Sequence[str]) -> bool:
    """Whether a statement of the notebook defines something without computing anything."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return not any(isinstance(part, (ast.Call, ast.Await)) for part in ast.walk(node))
    return isinstance(node, KEPT) and getattr(node, "name", "") not in wanted


def _as_written(code: str, name: str) -> str | None:
    """The lines of the last definition of a function in a cell, with its comments; None where it has none."""
    tree = parse(code)
    found = (
        [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
        if tree
        else []
    )
    if not found:
        return None
    lines = code.splitlines()
    return "\n".join(lines[found[-1].lineno - 1 : found[-1].end_lineno])

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
MOST_DEPTH = (
    100  # levels of a statement's syntax tree: copying one and writing it out takes calls for each level
)


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
    too_deep: dict[str, bool] = {}  # whether the last definition of a name is
    for tree in trees:
        too_deep |= _leave_out_what_is_too_deep(tree)
    last = {
        name: source
        for tree in trees
        for name, source in functions(tree).items()
        if name in names and not too_deep[name]
    }
    wanted = list(last)
    around = _guarded([node for tree in trees for node in tree.body if _is_kept(node, wanted)])
    for name in wanted:
        for code in reversed(codes):
            if (text := _as_written(code, name)) is not None:
                others = "\n\n".join(source for other, source in last.items() if other != name)
                yield HandedIn(name, text, f"{around}\n\n{others}".strip())
                break


def _leave_out_what_is_too_deep(tree: ast.Module) -> dict[str, bool]:
    """Takes statements that are nested too deep out of a cell. Functions -> whether the last of that name was one."""
    deep = {node: _depth(node) > MOST_DEPTH for node in tree.body}
    tree.body = [node for node in tree.body if not deep[node]]
    return {node.name: too_deep for node, too_deep in deep.items() if isinstance(node, ast.FunctionDef)}


def _depth(node: ast.AST) -> int:
    """The levels of a tree, counted without a call for each."""
    level, depth = [node], 0
    while level:
        level = [child for each in level for child in ast.iter_child_nodes(each)]
        depth += 1
    return depth


def _guarded(nodes: Sequence[ast.stmt]) -> str:
    """The statements as text, each of which may fail by itself: on what was left out, or a package that is not here."""
    first = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    caught = ast.ExceptHandler(ast.Name("Exception"), None, [ast.Pass()])
    tried = [ast.Try([node], [caught], [], []) for node in nodes if node not in first]
    return ast.unparse(ast.fix_missing_locations(ast.Module([*first, *tried], [])))


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

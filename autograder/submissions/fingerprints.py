"""Fingerprints of code that survive new names, comments and layout; `engine.one_submission` takes those of each answer.

A syntax tree is written down as the sequence of its nodes, names and values of the student's left out, and the
sequence is winnowed: of each window of WINDOW hashes of GRAM nodes the smallest is kept, so that two answers which
share GRAM + WINDOW - 1 nodes in a row share a fingerprint (Schleimer, Wilkerson and Aiken, Winnowing: Local
Algorithms for Document Fingerprinting, SIGMOD 2003). `autograder.report.similar` compares them.
"""

import ast
import base64
import functools
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nbgrader.utils import is_solution

from autograder.core.notebooks import Notebook
from autograder.course.model import Skeleton
from autograder.course.names import parse
from autograder.submissions.rebuild import ADDED, grade_id

GRAM, WINDOW = 10, 5
MOST_NODES = 20_000  # of one cell: nobody writes more by hand
MOST_FINGERPRINTS = 1_000  # of one cell


@dataclass(frozen=True)
class Fingerprints:
    """The fingerprints of one answer's code: 32-bit numbers, in base64."""

    notebook: str
    cell: str
    hashes: str


def fingerprints_of(
    notebooks: Mapping[str, Notebook], skeletons: Iterable[Skeleton]
) -> tuple[Fingerprints, ...]:
    """The fingerprints of each answer and added cell in the graded notebooks, without the release's own."""
    given = {each.name: _given(each.released) for each in skeletons}
    found = []
    for name, notebook in notebooks.items():
        for cell in notebook.cells:
            mine = is_solution(cell) or cell.get("id", "").startswith(ADDED)
            if mine and cell.cell_type == "code":
                numbers = sorted(fingerprints(cell.source) - given.get(name, frozenset()))[:MOST_FINGERPRINTS]
                if numbers:
                    found.append(Fingerprints(name, grade_id(cell), pack(numbers)))
    return tuple(found)


@functools.lru_cache(maxsize=64)
def _given(released: tuple[str, ...]) -> frozenset[int]:
    """The fingerprints of a release, the same for all submissions."""
    return frozenset(number for source in released for number in fingerprints(source))


def fingerprints(source: str) -> set[int]:
    """The fingerprints of a piece of Python, 32-bit numbers; none if it is not Python or has too few nodes."""
    tree = parse(source)
    if tree is None:
        return set()
    words = list(_words(tree))
    grams = [
        zlib.crc32(" ".join(words[start : start + GRAM]).encode()) for start in range(len(words) - GRAM + 1)
    ]
    if not grams:
        return set()
    return {min(grams[start : start + WINDOW]) for start in range(max(1, len(grams) - WINDOW + 1))}


def pack(numbers: Iterable[int]) -> str:
    """Fingerprints as text."""
    numbers = list(numbers)
    return base64.b64encode(struct.pack(f"<{len(numbers)}I", *numbers)).decode()


def unpack(text: str) -> tuple[int, ...]:
    """The inverse of `pack`."""
    content = base64.b64decode(text)
    return struct.unpack(f"<{len(content) // 4}I", content)


def _words(tree: ast.AST) -> Iterator[str]:
    """The nodes of a tree, parents first. Names of variables are left out, and attributes, keywords and kinds of
    constants stay: they are a library's or the language's."""
    left: list[ast.AST] = [tree]
    for _ in range(MOST_NODES):
        if not left:
            return
        node = left.pop()
        children = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr_context)]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring, or a value that nobody uses
        if not isinstance(node, ast.Module | ast.arguments | ast.Load):
            yield _word(node)
        left += reversed(children)


def _word(node: ast.AST) -> str:
    kind = type(node).__name__
    if isinstance(node, ast.Attribute):
        return f"{kind}.{node.attr}"
    if isinstance(node, ast.keyword):
        return f"{kind}.{node.arg}"
    if isinstance(node, ast.Constant):
        return f"{kind}.{type(node.value).__name__}"
    return kind

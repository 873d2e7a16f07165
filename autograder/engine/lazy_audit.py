"""Finds tests that answers without content pass: empty lists and tensors, NaN, an object that lies about its length.

Such tests compare nothing: `torch.allclose(torch.empty(0), torch.tensor(2.5))` is True, a loop over an empty list
asserts nothing, and `not abs(x - 1) > 0.1` holds for NaN. Each of the instructor's functions is made to return such a
value, and each name that an answer assigns gets it; then the whole notebook is graded like a submission.
"""

import ast
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import nbformat
from nbgrader.utils import is_solution

from autograder.core.errors import WrongUse
from autograder.core.notebooks import NotebookCell
from autograder.course.course import Course
from autograder.course.model import Assignment, Rules, Submission
from autograder.course.names import parse
from autograder.engine.one_submission import grade_submission
from autograder.engine.split_audit import Grade, reference

LIAR = "type('Liar', (list,), {'__len__': lambda self: 3, '__bool__': lambda self: True})()"
# In words, and in Python: an expression that needs no import of the notebook's own.
VALUES: Mapping[str, str] = {
    "an empty list": "[]",
    "NaN": "float('nan')",
    "an object that lies about its length": LIAR,
    **{
        f"an empty {noun}": f"__import__({library!r}).empty(0)"
        for library, noun in (("torch", "tensor"), ("numpy", "array"))
        if importlib.util.find_spec(library)
    },
}


def lazily_passed(
    course: Course, assignment: Assignment, rules: Callable[[], Rules], grade: Grade = grade_submission
) -> dict[str, list[str]]:
    """The tests that get all of their points for answers without content: by test, the names of the values.

    `rules` waits for the warm parent, `grade` grades one submission. Raises WrongUse where the course has no solution.
    """
    solution = reference(course, assignment.name)
    if solution is None:
        raise WrongUse(
            f"found no notebook of {assignment.name} in the source folder; there is nothing to try"
        )
    found: dict[str, list[str]] = {}  # in the order of the notebook
    for words, value in VALUES.items():
        for mark in grade(emptied(solution, value), assignment, rules()).marks:
            passed = found.setdefault(mark.cell, [])
            if mark.max_score and (mark.score or 0) >= mark.max_score:
                passed.append(words)
    return {test: passed for test, passed in found.items() if passed}


def emptied(solution: Submission, value: str) -> Submission:
    """The solution with each function of an answer returning `value`, and each name that it assigns being it."""
    files = {}
    for name, content in solution.files.items():
        notebook = nbformat.reads(content.decode(), 4)
        for cell in notebook.cells:
            if cell.cell_type == "code" and is_solution(cell):
                _empty(cell, value)
            elif is_solution(cell):
                cell.source = ""
        files[name] = nbformat.writes(notebook).encode()
    return replace(solution, files=files)


def _empty(cell: NotebookCell, value: str) -> None:
    tree = parse(cell.source)
    if tree is None:  # no plain Python, such as a magic: as if nothing had been written
        cell.source = "pass"
        return
    cell.source = ast.unparse(ast.fix_missing_locations(_Emptied(value).visit(tree)))


class _Emptied(ast.NodeTransformer):
    """Functions return the value at once; assignments outside of functions assign it, to each of several names."""

    def __init__(self, value: str) -> None:
        self.value = value

    def _expression(self) -> ast.expr:
        return ast.parse(self.value, mode="eval").body

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if node.name != "__init__":  # which has to return None
            node.body = [ast.Return(self._expression())]
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST | Sequence[ast.AST]:
        names = [name for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        stored = [name for name in names if isinstance(name.ctx, ast.Store)]
        return [ast.Assign([name], self._expression()) for name in stored] or node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        node.body = self._expression()
        return node


def explain_lazy(assignment: str, found: Mapping[str, Sequence[str]]) -> str:
    """What was found, and what to do."""
    if not found:
        return f"{assignment}: no test gives its points to answers that are {_listed(list(VALUES), 'or')}."
    lines = "\n".join(f"  {test}: {_listed(values, 'and')}" for test, values in found.items())
    return (
        f"{assignment}: these tests give all of their points to answers without content.\n{lines}\n"
        "Compare lengths and shapes before values, and values with bounds that NaN is not within:\n"
        "  assert got.shape == want.shape and torch.allclose(got, want)\n"
        "  assert len(list(got)) == 3\n"
        "  assert abs(x - 1) < 0.1"
    )


def _listed(words: Sequence[str], last: str) -> str:
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)

"""Test values that cannot be points: `one_submission` refuses them once a notebook has run, and `split_audit`
asks whether it did.

The value of a test's last line counts as its points if it is a number. nbgrader fails on a number above the maximum. It
gives all points for NaN, for a negative number, and for whatever it cannot read as a number, even an array of zeros:
`2 * (f(1) == 3)` is an array if `f` returns one. A student's function could bring about each of these. A value that the
line only shows, such as `f(1)` or `table`, is left to nbgrader.
"""

import ast
import re
from collections.abc import Iterator

from nbformat.v4 import new_output
from nbgrader.utils import is_grade, is_solution

from autograder.core.notebooks import Notebook
from autograder.core.records import Incident, IncidentKind
from autograder.core.text import plain
from autograder.course.names import parse, top_names
from autograder.results import wording
from autograder.results.reasons import name_of

NAN = float("nan")
# How NumPy and PyTorch display one number or several.
OF_A_LIBRARY = re.compile(
    r"(np\.(u?int|float|longdouble|complex)\w*|(?:masked_|rec\.)?array|matrix|tensor)\(|masked$|Parameter c"
)
ONE_NUMBER = re.compile(
    r"""[\w.]+\([\s\['"]*([-+.\w]+)[\s\]'"]*(?:,\s*(?:dtype|grad_fn|requires_grad)=.*)?\)""", re.DOTALL
)

COMPUTED = ast.BinOp | ast.UnaryOp | ast.BoolOp | ast.Compare | ast.IfExp
DECIDING = ast.Call | ast.Compare | ast.BoolOp | ast.IfExp
COMPUTING = {"abs", "bool", "float", "int", "max", "min", "round", "sum"}


def refuse_values(notebook: Notebook) -> Iterator[Incident]:
    """Puts an error in the place of each such value, so that its test has no points, and a plain number in that of a
    library's. Yields those that cost points.
    """
    for index, cell in enumerate(notebook.cells):
        if not is_grade(cell) or is_solution(cell):
            continue
        most = cell.metadata.nbgrader.points
        for result in [each for each in cell.get("outputs", []) if each.output_type == "execute_result"]:
            value = str(result.data.get("text/plain", ""))
            points = points_of(value)
            if points is None or (OF_A_LIBRARY.match(value) and not gives_points(cell.source)):
                continue
            shown = plain(value, 40)
            if not 0 <= points <= most:
                found = Incident(IncidentKind.NOT_POINTS, name_of(cell, index), value=shown, most=most)
                why = wording.incident(found)
                cell.outputs = [
                    new_output("error", ename="NoPoints", evalue=why, traceback=[f"NoPoints: {why}"])
                ]
                yield found
            elif OF_A_LIBRARY.match(value):
                result.data["text/plain"] = repr(points)
                if points < most:
                    yield Incident(
                        IncidentKind.COUNTS_AS, name_of(cell, index), value=shown, points=points, most=most
                    )


def gives_points(source: str) -> bool:
    """Whether a test's last line computes its points, or names what was computed, and does not merely show a value."""
    tree = parse(source)
    last = tree.body[-1] if tree and tree.body else None
    if tree is None or not isinstance(last, ast.Expr):
        return False
    if isinstance(last.value, ast.BinOp | ast.UnaryOp):
        # `2 * pixel` shows a value of an answer in another way; `2 * correct` gives points where the test has `correct`.
        nodes = list(ast.walk(last.value))
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        own = any(isinstance(node, DECIDING) for node in nodes) or names & top_names(tree)
        return bool(own) or not names
    if not isinstance(last.value, ast.Name):
        return _is_computed(last.value)
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        named = any(isinstance(each, ast.Name) and each.id == last.value.id for each in targets)
        if named and (isinstance(node, ast.AugAssign) or _is_computed(getattr(node, "value", None))):
            return True
    return False


def _is_computed(value: ast.AST | None) -> bool:
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(value, COMPUTED) or (isinstance(called, ast.Name) and called.id in COMPUTING)


def points_of(value: str) -> float | None:
    """The number that a value is as it is written; NaN for what may not stand in a number's place, None for what is
    meant for none, as in nbgrader.
    """
    if value and not OF_A_LIBRARY.match(value):
        return _number(value)
    one = ONE_NUMBER.fullmatch(value)
    number = _number(one[1]) if one else None
    return NAN if number is None else number


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None

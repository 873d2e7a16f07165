"""Small changes to a right solution, one at a time: does any of them go unnoticed? Used by `audit`.

Libraries for this (mutmut, cosmic-ray) change files of a project and start its test command once for each
change; here a change is a function in this process, tried in a tenth of a second.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

OTHER_OPERATOR: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.MatMult: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
DROPPABLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.If, ast.For, ast.Raise, ast.Return, ast.With)
LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


@dataclass(frozen=True)
class Mutant:
    """change: the first line that differs, as it became. source: the whole."""

    change: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """All mutants of a module's functions, without duplicates and without the original text.

    What stands behind a `return` or a `raise` of its block never runs, and is spared.
    """
    tree = ast.parse(source)
    original = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for number, node in enumerate(_places(tree)):
        for replacement in _replacements(node):
            changed = copy.deepcopy(tree)
            _put(changed, list(_places(changed))[number], replacement)
            text = ast.unparse(ast.fix_missing_locations(changed))
            if text != original:
                found.setdefault(text, Mutant(_difference(original, text), text))
    return list(found.values())


def answer_mutants(source: str, name: str, answer: Mapping[str, Any]) -> list[Mutant]:
    """Changes to what a function without arguments returns, a dictionary such as `answer`, in place of its code: there
    are many ways to find out what is right."""
    calls = [key for key, value in answer.items() if isinstance(value, dict)]
    changes: list[str] = []
    for key, value in answer.items():
        place = f"answer[{key!r}]"
        changes.append(f"del {place}")
        if isinstance(value, float):
            changes += [f"{place} *= 1.25", f"{place} *= 0.8", f"{place} = -{place}"]
        elif key == "line":
            changes.append(f"{place} = 1")  # the one with `def`: a mistake may well have lines side by side
        elif isinstance(value, int):
            changes += [f"{place} += 1", f"{place} -= 1"]
        elif isinstance(value, str):
            changes += [f"{place} = chr(ord({place}) {sign} 1)" for sign in "+-"]
        changes += [f"{place} = answer[{other!r}]" for other in calls if key in calls and other != key]
    begin = f"{source}\n\nfound = {name}\n\n\ndef {name}():\n    answer = {{**found()}}\n"
    return [Mutant(each, f"{begin}    {each}\n    return answer\n") for each in changes]


def _places(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that may change: not docstrings, not the words of an error, not imports or signatures, not what never
    runs."""
    for node in _running(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.arguments)):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        yield node
        if not isinstance(node, ast.Raise):
            yield from _places(node)


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """The children of a node, without statements behind one that leaves their block."""
    for _, value in ast.iter_fields(tree):
        if isinstance(value, ast.AST):
            yield value
        elif isinstance(value, list):
            for child in value:
                if isinstance(child, ast.AST):
                    yield child
                if isinstance(child, LEAVES):
                    break


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in OTHER_OPERATOR:
        yield _with(node, op=OTHER_OPERATOR[type(node.op)]())
    if isinstance(node, ast.Compare):
        ops = [OTHER_OPERATOR.get(type(op), type(op))() for op in node.ops]
        yield _with(node, ops=ops)
    if isinstance(node, ast.Constant):
        yield from _other_constants(node.value)
    if isinstance(node, DROPPABLE):
        yield ast.Pass()
    if isinstance(node, ast.Call):
        yield from _other_calls(node)
    if isinstance(node, ast.UnaryOp):
        yield node.operand
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    if isinstance(node, ast.Slice):
        yield from (_with(node, **{bound: None}) for bound in ("lower", "upper") if getattr(node, bound))
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield _with(node, elts=[node.elts[1], node.elts[0], *node.elts[2:]])
    if isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
        yield node.value


def _other_constants(value: Any) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        yield ast.Constant(value + 1)
    elif isinstance(value, str):
        yield ast.Constant(value + "_")


def _other_calls(node: ast.Call) -> Iterator[ast.AST]:
    if len(node.args) > 1 and not any(isinstance(arg, ast.Starred) for arg in node.args):
        yield _with(node, args=[node.args[1], node.args[0], *node.args[2:]])
        yield _with(node, args=node.args[:-1])
    for number in range(len(node.keywords)):
        yield _with(node, keywords=node.keywords[:number] + node.keywords[number + 1 :])
    if isinstance(node.func, ast.Attribute) and not node.keywords and len(node.args) < 2:
        yield node.func.value  # a method left out: x.clone() becomes x
        if len(node.args) == 1:
            yield node.args[0]  # torch.tanh(x) becomes x


def _with(node: Any, **fields: Any) -> Any:
    """A copy of the node with other fields; the children are shared, and copied with the tree."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _put(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, copy.deepcopy(new))
            elif isinstance(value, list):
                setattr(parent, name, [copy.deepcopy(new) if item is old else item for item in value])


def _difference(original: str, changed: str) -> str:
    before, after = original.splitlines(), changed.splitlines()
    first = next((k for k, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), -1)
    line = after[first].strip()
    return line if line != "pass" else f"without {before[first].strip()}"

"""Computes what graded cells compare with before there is an answer: `checking.wire` has it done in a template.

A test that only calls checks is tried on a function that does nothing. With that the run's cases, the right results and
those of all known mistakes have been computed; `memo` keeps them for the kernels of all submissions.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

import torch

from autograder.checking.memo import MEMO
from autograder.checking.registry import assignments, find, names

STATEMENTS = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)


def try_ahead(namespace: Mapping[str, Any], tests: Sequence[str]) -> None:
    """Fills `MEMO` for those of the tests, the cells' sources, that call checks and nothing else.

    namespace: of the examiner, before the first answer; it stays as it is.
    """
    if torch.accelerator.current_accelerator() is not None:
        return  # the way back through a graph would start threads, and the template could not be forked any more
    for name in names():  # the warm parent has imported none, and each kernel would do it again
        if any(name in source for source in tests):
            with contextlib.suppress(Exception):
                find(name)
    MEMO.filling = True
    try:
        for source in tests:
            # A test that fails does so again where it counts.
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                _try(dict(namespace), source)
    finally:
        MEMO.filling = False


def _try(space: dict[str, Any], source: str) -> None:
    tree = ast.parse(source)
    space["__builtins__"] = builtins
    if not all(isinstance(statement, STATEMENTS) for statement in tree.body):
        return
    tried = [
        node.args[0].id
        for node in _calls(tree)
        if _name(node) == "score" and isinstance(node.args[0], ast.Name)
    ]
    for statement in tree.body:
        if not _is_harmless(statement, space):
            return
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            _run(statement, space)
    for name in tried:
        space.setdefault(name, _lazy(name))
    exec(compile(tree, "<ahead>", "exec"), space)


def _is_harmless(statement: ast.stmt, space: Mapping[str, Any]) -> bool:
    """Whether it imports what is there already, or calls nothing but what packages of checks define."""
    if isinstance(statement, ast.Import):
        return all(alias.name in sys.modules for alias in statement.names)
    if isinstance(statement, ast.ImportFrom):
        return statement.level == 0 and statement.module in sys.modules
    if isinstance(statement, ast.Assign) and not all(
        isinstance(each, ast.Name) for each in statement.targets
    ):
        return False
    return all(_is_of_checks(_value(node.func, space)) for node in _calls(statement))


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _value(node: ast.expr, space: Mapping[str, Any]) -> Any:
    """What a name, or an attribute of a module, stands for; None for all else."""
    if isinstance(node, ast.Name):
        return space.get(node.id)
    of = _value(node.value, space) if isinstance(node, ast.Attribute) else None
    return (
        getattr(of, node.attr, None)
        if isinstance(of, ModuleType) and isinstance(node, ast.Attribute)
        else None
    )


def _is_of_checks(function: Any) -> bool:
    home = str(getattr(function, "__module__", "")).partition(".")[0]
    return callable(function) and home in _packages()


@functools.cache
def _packages() -> frozenset[str]:
    """The packages whose functions draw cases and make checks, and change nothing."""
    return frozenset({"autograder", *(each.package.partition(".")[0] for each in assignments().values())})


def _run(statement: ast.stmt, space: dict[str, Any]) -> None:
    exec(compile(ast.Module([statement], []), "<ahead>", "exec"), space)


def _lazy(name: str) -> Any:
    """The function that does nothing, under the name of a student's."""

    def function(*arguments: Any, **named: Any) -> None:
        return None

    function.__name__ = name
    return function

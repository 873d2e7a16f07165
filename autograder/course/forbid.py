"""Exercises "from scratch": no recurrent layer of PyTorch's may do the work of a cell with the tag FORBIDDEN.

Two hurdles, both a deterrent and a flag for the instructor, not a proof. `findings`, called by the engine, reads the
answer's syntax tree and says what looks like such a layer, each with its line. `refused`, held by the student's kernel
around each call of the answer's functions, has PyTorch's dispatcher refuse its recurrent operators, by whatever
name they were reached; code that wants to can take this back, for it runs in the same process.

Any other tag that begins with PREFIX is a flag alone: `forbid-unicodedata` has `mentions` look for that name.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autograder.core.records import Mention

PREFIX = "forbid-"
RECURRENT = "recurrent"  # the entry point of `refused` in the group autograder.guards
FORBIDDEN = f"{PREFIX}{RECURRENT}"
KINDS = ("lstm", "gru", "rnn_tanh", "rnn_relu")
OPERATORS = (
    *(f"{kind}.{form}" for kind in KINDS for form in ("input", "data")),
    *(f"{kind}_cell" for kind in KINDS),
)
NAMES = frozenset((
    *KINDS, *(f"{kind}_cell" for kind in KINDS), "LSTM", "LSTMCell", "GRU", "GRUCell", "RNN", "RNNCell", "RNNBase",
    "RNNCellBase", "_VF", "_VariableFunctions", "aten",
))  # fmt: skip
OFFERED = frozenset(
    f"autograder.checks.{name}" for name in ("check", "hint", "score")
)  # what a notebook uses
CHECKS = ("autograder", "exercises")  # the packages that hold them
ROUNDABOUT = frozenset(("getattr", "eval", "exec", "__import__", "import_module", "globals", "vars"))
_active = False
_libraries: list[Any] = []


def findings(tree: ast.Module | None) -> list[Mention]:
    """What in a cell's tree (see `names.parse`) looks like a recurrent layer, or like a roundabout way to one."""
    found: dict[Mention, None] = {}
    for node in ast.walk(tree) if tree else ():
        name = _name(node)
        if name in NAMES | ROUNDABOUT:
            found[Mention(name, node.lineno)] = None  # type: ignore[attr-defined]
    return list(found)


def others(tags: list[str]) -> set[str]:
    """The names that a cell's tags forbid, besides recurrent layers."""
    return {tag.removeprefix(PREFIX) for tag in tags if tag.startswith(PREFIX)} - {"recurrent", ""}


def mentions(tree: ast.Module | None, name: str) -> list[Mention]:
    """Where a cell's tree has `name`: as a module or a part of one, a variable, an attribute or a text."""
    found: dict[Mention, None] = {}
    for node in ast.walk(tree) if tree else ():
        words = [getattr(node, field, None) for field in ("id", "attr", "value", "module")]
        words += [alias.name for alias in getattr(node, "names", ()) if isinstance(alias, ast.alias)]
        if any(isinstance(word, str) and name in word.split(".") for word in words):
            found[Mention(name, node.lineno)] = None  # type: ignore[attr-defined]
    return list(found)


def reaching(tree: ast.Module | None) -> list[Mention]:
    """What in a student's cell reaches into this program, where the checks have right answers of their own."""
    found: dict[Mention, None] = {}
    for node in ast.walk(tree) if tree else ():
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
            names = [node.value] if node.value not in CHECKS[1:] else []  # a word that may be any text
        for name in names:
            if name.partition(".")[0] in CHECKS and name not in OFFERED:
                found[Mention(name[:80], node.lineno)] = None  # type: ignore[attr-defined]
    return list(found)


def _name(node: ast.AST) -> str:
    """The name that a piece of code uses; a variable, and a text, may well be called `lstm`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.ImportFrom):
        return next((alias.name for alias in node.names if alias.name in NAMES), "")
    if isinstance(node, ast.Name):
        return node.id if node.id in ROUNDABOUT or not node.id.islower() else ""
    text = node.value if isinstance(node, ast.Constant) else ""
    return text if isinstance(text, str) and not text.islower() else ""


@contextmanager
def refused() -> Iterator[None]:
    """PyTorch's recurrent operators raise RuntimeError in the body."""
    global _active
    if not _libraries:
        _libraries.extend(_guards())
    before, _active = _active, True
    try:
        yield
    finally:
        _active = before


def _guards() -> Iterator[Any]:
    """Puts a guard before each operator; the keys are those of a call with and without autograd."""
    import torch  # here, for `engine.one_submission` and `names` are imported where nothing of torch is needed

    library = torch.library.Library("aten", "IMPL")
    for operator in OPERATORS:
        name, _, form = operator.partition(".")
        overload = getattr(getattr(torch.ops.aten, name), form or "default")
        for key in ("AutogradCPU", "CPU"):
            library.impl(operator, _guard(overload), key)
    yield library


def _guard(overload: Any) -> Any:
    import torch

    # Not `decompose`, which prefers a version in Python where torch._dynamo has brought one: ten times slower.
    composite = torch._C.DispatchKey.CompositeImplicitAutograd

    def guard(*args: Any, **kwargs: Any) -> Any:
        if _active:
            raise RuntimeError("this exercise is to be solved without PyTorch's recurrent layers")
        return overload._op_dk(composite, *args, **kwargs)

    return guard

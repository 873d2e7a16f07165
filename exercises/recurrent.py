"""The guard "recurrent": no recurrent layer of PyTorch's may do the work of a cell with the tag forbid-recurrent.

`findings` reads the answer's syntax tree and says what looks like such a layer, each with its line. `refused` has
PyTorch's dispatcher refuse its recurrent operators, by whatever name they were reached, and the layers refuse to be
built; code that wants to can take this back, for it runs in the same process. An entry point of the group
autograder.guards, for the kernels; the exercises name it too, for their checks.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from autograder.core.guard import Guard
from autograder.core.records import Mention

KINDS = ("lstm", "gru", "rnn_tanh", "rnn_relu")
OPERATORS = (
    *(f"{kind}.{form}" for kind in KINDS for form in ("input", "data")),
    *(f"{kind}_cell" for kind in KINDS),
)
NAMES = frozenset((
    *KINDS, *(f"{kind}_cell" for kind in KINDS), "LSTM", "LSTMCell", "GRU", "GRUCell", "RNN", "RNNCell", "RNNBase",
    "RNNCellBase", "_VF", "_VariableFunctions", "aten",
))  # fmt: skip
ROUNDABOUT = frozenset(("getattr", "eval", "exec", "__import__", "import_module", "globals", "vars"))
REFUSED = "this exercise is to be solved without PyTorch's recurrent layers"
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
    """PyTorch's recurrent operators, and building its recurrent layers, raise RuntimeError in the body."""
    global _active
    from torch import nn  # here, for the engine asks `findings` where nothing of torch is needed

    if not _libraries:
        _libraries.extend(_guards())
    before, _active = _active, True
    try:
        with patch.object(nn.RNNBase, "__init__", _refuse), patch.object(nn.RNNCellBase, "__init__", _refuse):
            yield
    finally:
        _active = before


def _refuse(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError(REFUSED)


def _guards() -> Iterator[Any]:
    """Puts a guard before each operator; the keys are those of a call with and without autograd."""
    import torch

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
            _refuse()
        return overload._op_dk(composite, *args, **kwargs)

    return guard


GUARD = Guard("PyTorch's recurrent layers", findings, refused)

"""Runs the code of a question or a pitfall, so that no answer in a bank can be wrong.

`items.Question` asks a `Run` for the right option; the tests run all of them, and all pitfalls. The code is the
course's own and takes milliseconds. It finds torch, nn, F, math and the functions of torch.nn.utils.rnn by name,
starts from the seed 0, and leaves the reader's random numbers and default dtype as they were.
"""

from __future__ import annotations

import ast
import contextlib
import io
import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import rnn

ASKS = ("value", "shape", "error", "printed", "which")
NAMES = {"torch": torch, "nn": nn, "F": functional, "math": math} | {
    name: getattr(rnn, name)
    for name in ("pad_sequence", "pack_sequence", "pack_padded_sequence", "pad_packed_sequence")
}


@dataclass(frozen=True, kw_only=True)
class Run:
    """How the answer of a question is computed.

    asks: what is looked at after `setup` and `code`: the "value" or "shape" of the last expression, the "error"
        raised (its type, or type and text), what was "printed". With "which", each option is run after `setup`,
        and the one is right after which `code` is true; the value of the option is named `_`.
    """

    asks: str
    setup: str
    code: str

    def right(self, options: Sequence[str]) -> int:
        """Index of the one right option. Raises ValueError, with what came out, when it is not exactly one."""
        plain = [option.replace("`", "").strip() for option in options]
        if self.asks == "which":
            came = "the test after each option"
            found = [k for k, option in enumerate(plain) if self._passes(option)]
        else:
            texts = self._texts()
            came = texts[-1]
            found = [k for k, option in enumerate(plain) if option in texts]
        if len(found) != 1:
            raise ValueError(
                f"running the code gives {came!r}, which fits {len(found)} of the options {plain}; "
                "it must fit exactly one."
            )
        return found[0]

    def _texts(self) -> list[str]:
        """The texts by which an option may name what came out."""
        printed = io.StringIO()
        try:
            with quietly(), contextlib.redirect_stdout(printed):
                value = run(f"{self.setup}\n{self.code}", dict(NAMES))
        except Exception as error:  # a question may ask for any
            if self.asks != "error":
                raise ValueError(f"the code raises {type(error).__name__}: {error}") from error
            name = type(error).__name__
            return [name, f"it raises {name}", f"it raises {name}: {error}", f"{name}: {error}"]
        if self.asks == "error":
            return ["it raises no error"]
        if self.asks == "printed":
            return [printed.getvalue().strip()]
        return [shape_text(value) if self.asks == "shape" else value_text(value)]

    def _passes(self, option: str) -> bool:
        names = dict(NAMES)
        with quietly():
            run(self.setup, names)
            try:
                names["_"] = run(option, names)
                return bool(run(self.code, names))
            except Exception:  # a wrong option may raise anything
                return False


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Seed 0 and float32 inside, nothing changed outside; warnings are not shown."""
    dtype = torch.get_default_dtype()
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        torch.set_default_dtype(torch.float32)
        try:
            yield
        finally:
            torch.set_default_dtype(dtype)


def run(code: str, names: dict[str, object]) -> object:
    """Run `code` with `names`, which it may add to; return the value of a last line that is an expression."""
    tree = ast.parse(code.strip())
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "<question>", "exec"), names)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), "<question>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<question>", "eval"), names)


def holds(setup: str, code: str, test: str) -> bool:
    """Whether the expression `test` is true after `setup` and `code`; an error in `code` or `test` is a no."""
    names = dict(NAMES)
    with quietly():
        run(setup, names)
        try:
            run(code, names)
            return bool(run(test, names))
        except Exception:  # a pitfall may raise anything
            return False


def shape_text(value: object) -> str:
    """'(4, 2, 3)' for a tensor, '(1, 2, 12) and (1, 2, 24)' for several."""
    parts = value if isinstance(value, (tuple, list)) else (value,)
    return " and ".join(str(tuple(part.shape)) for part in parts)


def value_text(value: object) -> str:
    """The value as an option would write it: a tensor as Python numbers."""
    if isinstance(value, torch.Tensor):
        value = value.tolist()
    return str(tuple(value) if isinstance(value, torch.Size) else value)

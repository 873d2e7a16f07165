"""What a known mistake would return on a case, and nothing else; `examine.py` asks before it observes one in full.

A wrong answer is held against every variant of every known mistake, on every property that failed. Nearly all
return other numbers, and the numbers alone rule them out: so arguments are built once for all variants, without
gradients and without any watching. Only functions of ours may come here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from torch import Tensor, nn

from autograder.checks.arguments import build, changed, handed
from autograder.checks.language import Case, ModuleRecipe, Observation
from autograder.checks.observe import Speech, quiet, settled
from autograder.checks.plain import plain


class Rehearsal:
    """Calls function after function on the same arguments, made anew where one of them was changed."""

    def __init__(self, case: Case) -> None:
        self.case = replace(case, gradients=False)
        self.possible = case.repeats == 1 and all(_simple(given) for given in case.args.values())
        self.arguments: dict[str, Any] | None = None

    def value(self, function: Callable[..., Any]) -> Observation | None:
        """What `function` returns; None where that cannot be told without observing it in full."""
        if not self.possible:
            return None
        if self.arguments is None:
            self.arguments = {name: build(given, False) for name, given in self.case.args.items()}
            self.settings = [_settings(argument) for argument in self.arguments.values()]
        try:
            with settled(self.case.pull, {}, no_grad=True), quiet(Speech()):
                value = plain(function(*map(handed, self.arguments.values())), self.arguments)
        except Exception:  # perhaps for want of gradients: a full observation will tell
            self.arguments = None
            return None
        if self._spoilt():
            self.arguments = None
        return Observation(value=value)

    def _spoilt(self) -> bool:
        arguments = self.arguments or {}
        return any(
            changed(given, arguments[name], self.case) or settings != _settings(arguments[name])
            for (name, given), settings in zip(self.case.args.items(), self.settings, strict=True)
        )


def _simple(given: Any) -> bool:
    if isinstance(given, ModuleRecipe):
        return not given.grads
    if isinstance(given, (list, tuple)):
        return all(_simple(item) for item in given)
    return given is None or isinstance(given, (Tensor, bool, int, float, str))


def _settings(argument: Any) -> list[Any]:
    """What else of a module a call depends on: its mode, its options, which objects its parameters are."""
    if not isinstance(argument, nn.Module):
        return []
    plainly = [
        [(key, value) for key, value in vars(part).items() if type(value) in (bool, int, float, str)]
        for part in argument.modules()
    ]
    return [*plainly, *((id(p), p.requires_grad, id(p.grad)) for p in argument.parameters())]

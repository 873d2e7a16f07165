"""What a known mistake returns on a case, and nothing else; `naming.py` asks before it observes one in full.

A wrong answer is held against every variant of every known mistake, on every property that failed. Nearly all
return other numbers, and the numbers alone rule them out: so arguments are built once for all variants and nothing
else is watched. Only functions of ours may come here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checking.found import Fault, Observation
from autograder.checking.language import Case, ModuleRecipe, Once, ParameterRecipe
from autograder.checking.observing.arguments import build, changed, handed
from autograder.checking.observing.observe import settled
from autograder.checking.observing.plain import plain
from autograder.checking.observing.speech import Speech, quiet

Rehearse = Callable[[Callable[..., Any]], Observation | None]


@contextmanager
def rehearsal(case: Case) -> Iterator[Rehearse]:
    """In the body, a function that calls a variant as `observe` would, and gives its value or that it raised.

    It gives None where only a full observation can tell.
    """
    if case.repeats > 1 or case.far or case.other_device or not all(map(_known, case.args.values())):
        yield lambda variant: None
        return
    # Without oneDNN, as in `watch.own`.
    without = torch.backends.mkldnn.flags(enabled=False, allow_tf32=None)
    with without, quiet(Speech()), settled(case.pull, {}, case.no_grad):
        yield _Stage(case).value


class _Stage:
    """Calls function after function on the same arguments, made anew where one of them was changed."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.arguments: dict[str, Any] | None = None

    def value(self, function: Callable[..., Any]) -> Observation:
        """What `function` returns, or that it raises, from the same random state each time."""
        if self.arguments is None:
            self.arguments = {
                name: build(given, self.case.gradients) for name, given in self.case.args.items()
            }
            self.settings = [_settings(argument) for argument in self.arguments.values()]
        given, kept = self.arguments, torch.get_default_dtype()
        torch.default_generator.manual_seed(self.case.pull)
        random.seed(self.case.pull)
        torch.set_grad_enabled(not self.case.no_grad)
        try:
            value = plain(function(*map(handed, given.values())), given)
        except Exception as error:
            self.arguments = None
            return Observation(fault=Fault((type(error).__name__,), ""))
        finally:
            torch.set_default_dtype(kept)
        if self._spoilt(given):
            self.arguments = None
        return Observation(value=value)

    def _spoilt(self, arguments: dict[str, Any]) -> bool:
        return any(
            _fragile(given)
            or changed(given, arguments[name], self.case)
            or settings != _settings(arguments[name])
            for (name, given), settings in zip(self.case.args.items(), self.settings, strict=True)
        )


def _known(given: Any) -> bool:
    """Whether `_Stage` would see that a call has changed it."""
    if isinstance(given, (list, tuple, Once)):
        return all(map(_known, _items(given)))
    return given is None or isinstance(given, (Tensor, ModuleRecipe, ParameterRecipe, bool, int, float, str))


def _fragile(given: Any) -> bool:
    """Whether it has a .grad, which a call may add to: it is made anew rather than compared."""
    if isinstance(given, (list, tuple, Once)):
        return any(map(_fragile, _items(given)))
    return isinstance(given, ParameterRecipe) or (isinstance(given, ModuleRecipe) and bool(given.grads))


def _items(given: Any) -> Sequence[Any]:
    return given.items if isinstance(given, Once) else given


def _settings(argument: Any) -> list[Any]:
    """What else of a module a call depends on: its mode, its options, which objects its parameters are."""
    if isinstance(argument, (list, tuple)):
        return [_settings(item) for item in argument]
    if not isinstance(argument, nn.Module):
        return []
    plainly = [
        [(key, value) for key, value in vars(part).items() if type(value) in (bool, int, float, str)]
        for part in argument.modules()
    ]
    return [*plainly, *((id(p), p.requires_grad, id(p.grad)) for p in argument.parameters())]

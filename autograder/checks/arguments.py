"""Builds the arguments of a Case and says afterwards what a call did to them; used by `observe.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checks.language import Case, ModuleRecipe, ModuleSeen
from autograder.checks.layers import make_layer


def build(argument: Any, gradients: bool = False) -> Any:
    """A fresh copy of one argument of a Case; floating tensors become leaves when `gradients` are wanted."""
    if isinstance(argument, Tensor):
        copy = argument.clone()
        return copy.requires_grad_() if gradients and copy.is_floating_point() else copy
    if isinstance(argument, ModuleRecipe):
        module = make_layer(argument.kind, argument.options, argument.state).train(argument.training)
        for name in argument.frozen:
            module.get_parameter(name).requires_grad_(False)
        return module
    if isinstance(argument, (list, tuple)):
        return type(argument)(build(item, gradients) for item in argument)
    return argument


def parts(name: str, argument: Any) -> Iterator[tuple[str, Any]]:
    """The tensors, modules and plain values of an argument, those in a container as `name[0]`."""
    if isinstance(argument, (list, tuple)):
        for number, item in enumerate(argument):
            yield from parts(f"{name}[{number}]", item)
    else:
        yield name, argument


def all_parts(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """`parts` of every argument."""
    return dict(part for name, argument in arguments.items() for part in parts(name, argument))


def leaves(arguments: Mapping[str, Any]) -> dict[str, Tensor]:
    """What gradients are wanted of: tensors and modules' parameters that require them."""
    found: dict[str, Tensor] = {}
    for name, part in all_parts(arguments).items():
        named = part.named_parameters(name) if isinstance(part, nn.Module) else [(name, part)]
        found |= {n: t for n, t in named if isinstance(t, Tensor) and t.requires_grad}
    return found


def changed(given: Any, now: Any, case: Case) -> bool:
    """Whether an argument is not what it was: its numbers, its .grad or its requires_grad."""
    if isinstance(given, Tensor):
        wanted = case.gradients and given.is_floating_point()
        return now.requires_grad != wanted or _has_grad(now) or not identical(given, now.detach())
    if isinstance(given, (list, tuple)):
        return len(given) != len(now) or any(changed(a, b, case) for a, b in zip(given, now, strict=True))
    if isinstance(given, ModuleRecipe):
        state = now.state_dict()
        return set(state) != set(given.state) or any(not identical(given.state[k], state[k]) for k in state)
    return False


def identical(one: Tensor, other: Tensor) -> bool:
    """Same shape, dtype and elements; NaN equals NaN."""
    if one.shape != other.shape or one.dtype != other.dtype or other.is_meta:
        return False
    return torch.equal(one, other) or bool(((one == other) | ((one != one) & (other != other))).all())


def shares_memory(value: Tensor, argument: Any) -> bool:
    """Whether a result is a view of an argument, or the argument itself."""
    pair = (value, argument)
    if not all(type(t) in (Tensor, nn.Parameter) and t.layout is torch.strided for t in pair):
        return False
    one, other = (t.untyped_storage().data_ptr() for t in pair)
    return one == other != 0


class Watched:
    """One module argument: who it was before the call, and how often its forward ran."""

    def __init__(self, recipe: ModuleRecipe, module: nn.Module) -> None:
        self.recipe, self.module = recipe, module
        self.before = dict(module.named_parameters())
        self.calls: list[int] = []
        forward = module.forward

        def recording(*args: Any, **kwargs: Any) -> Any:
            first = next(iter((*args, *kwargs.values())), None)
            if isinstance(first, Tensor) and first.dim() and len(self.calls) < 1000:
                self.calls.append(first.shape[0])
            return forward(*args, **kwargs)

        module.forward = recording  # an attribute of this one object: `type(module).forward` is as it was

    def seen(self) -> ModuleSeen:
        """The module after the call."""
        now = dict(self.module.named_parameters())
        kept = {name: now[name] for name in self.before if now.get(name) is self.before[name]}
        frozen = self.recipe.frozen
        return ModuleSeen(
            state={name: tensor.detach().clone() for name, tensor in now.items() if not tensor.is_meta},
            replaced=tuple(name for name in self.before if name not in kept),
            bent=tuple(n for n, p in kept.items() if not p.is_leaf or p.requires_grad == (n in frozen)),
            with_grad=tuple(name for name, p in kept.items() if _has_grad(p)),
            mode_changed=self.module.training != self.recipe.training,
            calls=tuple(self.calls),
        )


def _has_grad(tensor: Tensor) -> bool:
    # Asking a tensor that is no leaf for its .grad would warn on standard error.
    return tensor.is_leaf and tensor.grad is not None

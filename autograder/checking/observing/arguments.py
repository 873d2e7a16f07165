"""Builds the arguments of a Case and says afterwards what a call did to them; used by `observe.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checking.found import ModuleSeen, ParameterSeen
from autograder.checking.language import Case, ModuleRecipe, Once, ParameterRecipe
from autograder.checking.observing.candidate import Candidate, stand_in
from autograder.rpc.values.layers import identical, make_layer


class Stream(list[Any]):
    """The built items of a Once; the function gets a generator of them, we keep the list."""


def build(argument: Any, gradients: bool = False) -> Any:
    """A fresh copy of one argument of a Case; floating tensors become leaves when `gradients` are wanted."""
    if isinstance(argument, Tensor):
        copy = argument.clone()
        return copy.requires_grad_() if gradients and copy.is_floating_point() else copy
    if isinstance(argument, ModuleRecipe):
        return _module(argument)
    if isinstance(argument, Candidate):
        return stand_in(argument.far, argument.name)
    if isinstance(argument, ParameterRecipe):
        parameter = nn.Parameter(argument.value.clone(), argument.requires_grad)
        parameter.grad = None if argument.grad is None else argument.grad.clone()
        return parameter
    if isinstance(argument, Once):
        return Stream(build(item, gradients) for item in argument.items)
    if isinstance(argument, (list, tuple)):
        return type(argument)(build(item, gradients) for item in argument)
    if isinstance(argument, dict):
        return {key: build(item, gradients) for key, item in argument.items()}
    return argument


def _module(recipe: ModuleRecipe) -> nn.Module:
    held = [(layer.kind, layer.options) for layer in recipe.layers]
    module = make_layer(recipe.kind, recipe.options, recipe.state, held).train(recipe.training)
    for name in recipe.frozen:
        module.get_parameter(name).requires_grad_(False)
    for name, grad in recipe.grads.items():
        module.get_parameter(name).grad = grad.clone()
    return module


def handed(argument: Any) -> Any:
    """What the function is given for a built argument: itself, or a generator for a Stream."""
    return (item for item in argument) if isinstance(argument, Stream) else argument


def parts(name: str, argument: Any) -> Iterator[tuple[str, Any]]:
    """The tensors, modules and plain values of an argument, those in a container as `name[0]`."""
    argument = argument.items if isinstance(argument, Once) else argument
    if isinstance(argument, (list, tuple)):
        for number, item in enumerate(argument):
            yield from parts(f"{name}[{number}]", item)
    elif isinstance(argument, dict):
        for key, item in argument.items():
            yield from parts(f"{name}[{key!r}]", item)
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
    """Whether an argument is not what it was: its numbers, its .grad or its requires_grad.

    The .grad of parameters and of modules is told apart, in ParameterSeen and ModuleSeen.
    """
    if isinstance(given, ParameterRecipe):
        return now.requires_grad != given.requires_grad or not identical(given.value, now.detach())
    if isinstance(given, Once):
        return changed(list(given.items), now, case)
    if isinstance(given, Tensor):
        wanted = case.gradients and given.is_floating_point()
        return now.requires_grad != wanted or _has_grad(now) or not identical(given, now.detach())
    if isinstance(given, (list, tuple)):
        return len(given) != len(now) or any(changed(a, b, case) for a, b in zip(given, now, strict=True))
    if isinstance(given, dict):
        return list(given) != list(now) or any(changed(given[key], now[key], case) for key in given)
    if isinstance(given, ModuleRecipe):
        state = now.state_dict()
        return set(state) != set(given.state) or any(not identical(given.state[k], state[k]) for k in state)
    return isinstance(given, (str, bytes, int)) and given != now


def shares_memory(value: Tensor, argument: Any) -> bool:
    """Whether a result is a view of an argument, or the argument itself."""
    pair = (value, argument)
    if not all(type(t) in (Tensor, nn.Parameter) and t.layout is torch.strided for t in pair):
        return False
    one, other = (t.untyped_storage().data_ptr() for t in pair)
    return one == other != 0


class WatchedParameter:
    """One parameter argument: which tensor its .grad was before the call."""

    def __init__(self, parameter: nn.Parameter) -> None:
        self.parameter, self.before = parameter, parameter.grad

    def seen(self) -> ParameterSeen:
        """The parameter after the call."""
        now = self.parameter.grad
        return ParameterSeen(_plain_gradient(now), now is not self.before)


class Watched:
    """One module argument: who it was before the call, and how often its forward ran."""

    def __init__(self, recipe: ModuleRecipe, module: nn.Module) -> None:
        self.recipe, self.module = recipe, module
        self.before = dict(module.named_parameters())
        self.calls: list[int] = []
        self.trained = self.recorded = False
        module.forward = _Recorder(self, module)  # of this one object: `type(module).forward` is as it was

    def note(self, module: nn.Module, *args: Any) -> None:
        """Called before each forward of the module, or of a copy of it."""
        self.trained |= module.training
        self.recorded |= torch.is_grad_enabled()
        if args and isinstance(args[0], Tensor) and args[0].dim() and len(self.calls) < 1000:
            self.calls.append(args[0].shape[0])

    def seen(self) -> ModuleSeen:
        """The module after the call."""
        now = dict(self.module.named_parameters())
        kept = {name: now[name] for name in self.before if now.get(name) is self.before[name]}
        frozen = self.recipe.frozen
        grads = {n: _plain_gradient(p.grad) for n, p in kept.items() if _has_grad(p)}
        return ModuleSeen(
            state={name: tensor.detach().clone() for name, tensor in now.items() if not tensor.is_meta},
            replaced=tuple(name for name in self.before if name not in kept),
            not_leaf=tuple(n for n, p in kept.items() if not p.is_leaf or p.requires_grad == (n in frozen)),
            grad_changed=tuple(n for n, p in kept.items() if not _same_grad(self.recipe.grads.get(n), p)),
            grads={n: grad for n, grad in grads.items() if grad is not None},
            mode_changed=self.module.training != self.recipe.training,
            calls=tuple(self.calls),
            trained=self.trained,
            recorded=self.recorded,
        )


class _Recorder:
    """Stands for a module's forward and tells `watched` of each call. A copy of the module gets one of its own:
    it would compute with the original's parameters otherwise."""

    def __init__(self, watched: Watched, module: nn.Module) -> None:
        self.watched, self.module = watched, module

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.watched.note(self.module, *args, *kwargs.values())
        return type(self.module).forward(self.module, *args, **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> _Recorder:
        return _Recorder(self.watched, memo.get(id(self.module), self.module))


def _plain_gradient(gradient: Tensor | None) -> Tensor | None:
    """A detached copy of a .grad, of the very class Tensor; none of one without numbers."""
    if gradient is None or gradient.is_meta:
        return None
    return gradient.detach().to_dense().clone(memory_format=torch.contiguous_format).as_subclass(Tensor)


def _same_grad(given: Tensor | None, parameter: Tensor) -> bool:
    if given is None or not _has_grad(parameter):
        return given is None and not _has_grad(parameter)
    return identical(given, parameter.grad.detach())  # type: ignore[union-attr]


def _has_grad(tensor: Tensor) -> bool:
    # Asking a tensor that is no leaf for its .grad would warn on standard error.
    return tensor.is_leaf and tensor.grad is not None

"""PyTorch's own layers as data, so that a test can hand one to a student's function in another process.

A layer becomes the arguments that its class's constructor takes, read back from its attributes, and its
state; `rebuild_layer` makes an equal one. Both sides use this; layers of a student's own classes never travel.
"""

import inspect
from typing import Any

from torch import nn

from autograder.checking.observing.layers import make_layer

CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")


def is_torch_layer(value: Any) -> bool:
    """Whether a value is exactly one of torch.nn's layers."""
    kind = type(value)
    return kind.__module__.startswith("torch.nn.modules.") and getattr(nn, kind.__name__, None) is kind


def describe_layer(layer: nn.Module) -> dict[str, Any]:
    """Kind, options and contents of a layer of torch.nn, or the children of one that only holds others."""
    kind = type(layer).__name__
    recipe: dict[str, Any] = {"kind": kind, "options": {}, "children": {}, "training": layer.training}
    if kind in CONTAINERS:
        recipe["children"] = dict(layer.named_children())
        return recipe
    known = inspect.signature(type(layer).__init__).parameters
    for name in known:
        if name in ("bias", "bias_k", "bias_v"):
            recipe["options"]["bias"] = not any(
                getattr(layer, "bias", None) is none for none in (None, False)
            )
        elif (
            name not in ("self", "device", "dtype")
            and hasattr(layer, name)
            and not callable(getattr(layer, name))
        ):
            recipe["options"][name] = getattr(layer, name)
    return recipe | contents(layer)


def rebuild_layer(recipe: dict[str, Any]) -> nn.Module:
    """The layer of a recipe. Raises ValueError for a kind that torch.nn does not have."""
    kind, children = str(recipe["kind"]), recipe["children"]
    if kind in CONTAINERS:
        given = children if kind == "ModuleDict" else children.values()
        made: nn.Module = nn.Sequential(*given) if kind == "Sequential" else getattr(nn, kind)(given)
        return made.train(recipe["training"])
    layer = make_layer(kind, recipe["options"], recipe["state"])
    restore(layer, recipe)
    return layer


def contents(layer: nn.Module) -> dict[str, Any]:
    """What a call can change in a layer: state, mode, which parameters are frozen, and their gradients."""
    parameters = dict(layer.named_parameters())
    return {
        "state": {name: tensor.detach() for name, tensor in layer.state_dict().items()},
        "training": layer.training,
        "frozen": [name for name, parameter in parameters.items() if not parameter.requires_grad],
        "gradients": {name: p.grad for name, p in parameters.items() if p.is_leaf and p.grad is not None},
    }


def restore(layer: nn.Module, changed: dict[str, Any]) -> None:
    """Gives a layer the contents of another of its kind."""
    layer.load_state_dict(changed["state"])
    layer.train(changed["training"])
    for name, parameter in layer.named_parameters():
        parameter.requires_grad_(name not in changed["frozen"])
        parameter.grad = changed["gradients"].get(name)

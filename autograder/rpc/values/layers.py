"""PyTorch's own layers made from data, and read back into data.

So a test can hand a layer to a student's function in another process: a layer becomes the arguments that its class's
constructor takes, read back from its attributes, and its state; `rebuild_layer` makes an equal one. Layers of a
student's own classes never travel. `autograder.checking` builds the arguments of its checks with `make_layer`, too.
"""

import functools
import inspect
from collections.abc import Mapping, Sequence
from contextlib import nullcontext

import torch
from torch import Tensor, nn

from autograder.rpc.wire.codec import Value

Held = Sequence[tuple[str, Mapping[str, Value]]]
CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")


def make_layer(
    kind: str, options: Mapping[str, Value], state: Mapping[str, Tensor], held: Held = ()
) -> nn.Module:
    """`torch.nn.KIND(**options)` with this state and its dtype. Raises ValueError where torch.nn has no such layer.

    `held` are kind and options of each layer that an nn.Sequential is made of; their state is in `state`.
    """
    layer = bare_layer(kind, options, held)
    dtypes = [*dict.fromkeys(tensor.dtype for tensor in state.values() if tensor.is_floating_point())]
    if dtypes and dtypes[-1] is not torch.get_default_dtype():
        layer.to(dtypes[-1])
    layer.load_state_dict(dict(state))
    return layer


def bare_layer(kind: str, options: Mapping[str, Value], held: Held = ()) -> nn.Module:
    """As `make_layer`, on the CPU and with any numbers at all. The global random state stays as it is.

    (The meta device has no numbers either, but takes twice as long.)
    """
    made, *parts = (_class(name) for name in (kind, *(name for name, _ in held)))
    random_state = torch.get_rng_state()  # some layers draw numbers elsewhere than in reset_parameters
    usual = torch.get_default_device().type == "cpu"
    with nullcontext() if usual else torch.device("cpu"):  # which takes as long as all the rest
        layer = _bare(
            made, *(_bare(part, **given) for part, (_, given) in zip(parts, held, strict=True)), **options
        )
    torch.set_rng_state(random_state)
    return layer


def _bare(made: type[nn.Module], *held: nn.Module, **options: Value) -> nn.Module:
    layer = _without_start(made)(*held, **options)  # type: ignore[arg-type]  # mypy: classes have no hash
    layer.__class__ = made
    return layer


@functools.cache
def _without_start(made: type[nn.Module]) -> type[nn.Module]:
    """The class without the drawing of its first numbers, which nobody would see."""
    return type(made.__name__, (made,), {"reset_parameters": lambda self: None})


def _class(kind: str) -> type[nn.Module]:
    made = getattr(nn, kind, None)
    if not (isinstance(made, type) and issubclass(made, nn.Module)):
        raise ValueError(f"torch.nn has no layer {kind!r}")
    return made


def is_torch_layer(value: Value) -> bool:
    """Whether a value is exactly one of torch.nn's layers."""
    kind = type(value)
    return kind.__module__.startswith("torch.nn.modules.") and getattr(nn, kind.__name__, None) is kind


def describe_layer(layer: nn.Module) -> dict[str, Value]:
    """Kind, options and contents of a layer of torch.nn, or the children of one that only holds others."""
    kind = type(layer).__name__
    recipe: dict[str, Value] = {"kind": kind, "options": {}, "children": {}, "training": layer.training}
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


def rebuild_layer(recipe: dict[str, Value]) -> nn.Module:
    """The layer of a recipe. Raises ValueError for a kind that torch.nn does not have."""
    kind, children = str(recipe["kind"]), recipe["children"]
    if kind in CONTAINERS:
        given = children if kind == "ModuleDict" else children.values()
        made: nn.Module = nn.Sequential(*given) if kind == "Sequential" else getattr(nn, kind)(given)
        return made.train(recipe["training"])
    layer = make_layer(kind, recipe["options"], recipe["state"])
    restore(layer, recipe)
    return layer


def contents(layer: nn.Module) -> dict[str, Value]:
    """What a call can change in a layer: state, mode, which parameters are frozen, and their gradients."""
    parameters = dict(layer.named_parameters())
    return {
        "state": {name: tensor.detach() for name, tensor in layer.state_dict().items()},
        "training": layer.training,
        "frozen": [name for name, parameter in parameters.items() if not parameter.requires_grad],
        "gradients": {name: p.grad for name, p in parameters.items() if p.is_leaf and p.grad is not None},
    }


def restore(layer: nn.Module, changed: dict[str, Value]) -> None:
    """Gives a layer the contents of another of its kind."""
    layer.load_state_dict(changed["state"])
    layer.train(changed["training"])
    for name, parameter in layer.named_parameters():
        parameter.requires_grad_(name not in changed["frozen"])
        parameter.grad = changed["gradients"].get(name)


def identical(one: Tensor, other: Tensor) -> bool:
    """Same shape, dtype and elements; NaN equals NaN."""
    if one.shape != other.shape or one.dtype != other.dtype or other.is_meta:
        return False
    return torch.equal(one, other) or bool(((one == other) | ((one != one) & (other != other))).all())

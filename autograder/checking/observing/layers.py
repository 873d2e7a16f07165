"""A layer of torch.nn made from data; `observe` builds a check's arguments so, `split.recipes` those of any test."""

import functools
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn

Held = Sequence[tuple[str, Mapping[str, Any]]]


def make_layer(
    kind: str, options: Mapping[str, Any], state: Mapping[str, Tensor], held: Held = ()
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


def bare_layer(kind: str, options: Mapping[str, Any], held: Held = ()) -> nn.Module:
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


def _bare(made: type[nn.Module], *held: nn.Module, **options: Any) -> nn.Module:
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

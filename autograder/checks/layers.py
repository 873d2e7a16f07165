"""A layer of torch.nn made from data; `observe` builds a check's arguments so, `split.recipes` those of any test."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn


def make_layer(
    kind: str,
    options: Mapping[str, Any],
    state: Mapping[str, Tensor],
    held: Sequence[tuple[str, Mapping[str, Any]]] = (),
) -> nn.Module:
    """`torch.nn.KIND(**options)` with this state and its dtype. Raises ValueError where torch.nn has no such layer.

    `held` are kind and options of each layer that an nn.Sequential is made of; their state is in `state`.
    Its initialisation does not move the global random state. (The meta device draws no numbers, but takes twice
    as long.)
    """
    made, *parts = (_class(name) for name in (kind, *(name for name, _ in held)))
    random_state = torch.get_rng_state()
    usual = torch.get_default_device().type == "cpu"
    with nullcontext() if usual else torch.device("cpu"):  # which takes as long as all the rest
        layer = made(*(part(**given) for part, (_, given) in zip(parts, held, strict=True)), **options)
    torch.set_rng_state(random_state)
    for dtype in dict.fromkeys(tensor.dtype for tensor in state.values() if tensor.is_floating_point()):
        layer.to(dtype)
    layer.load_state_dict(dict(state))
    return layer


def _class(kind: str) -> type[nn.Module]:
    made = getattr(nn, kind, None)
    if not (isinstance(made, type) and issubclass(made, nn.Module)):
        raise ValueError(f"torch.nn has no layer {kind!r}")
    return made

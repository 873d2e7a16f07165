"""A layer of torch.nn made from data; `observe` builds a check's arguments so, `split.recipes` those of any test."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn


def make_layer(kind: str, options: Mapping[str, Any], state: Mapping[str, Tensor]) -> nn.Module:
    """`torch.nn.KIND(**options)` with this state and its dtype. Raises ValueError where torch.nn has no such layer.

    Its initialisation does not move the global random state. (The meta device draws no numbers, but takes twice
    as long.)
    """
    made = getattr(nn, kind, None)
    if not (isinstance(made, type) and issubclass(made, nn.Module)):
        raise ValueError(f"torch.nn has no layer {kind!r}")
    random_state = torch.get_rng_state()
    usual = torch.get_default_device().type == "cpu"
    with nullcontext() if usual else torch.device("cpu"):  # which takes as long as all the rest
        layer: nn.Module = made(**options)
    torch.set_rng_state(random_state)
    for dtype in dict.fromkeys(tensor.dtype for tensor in state.values() if tensor.is_floating_point()):
        layer.to(dtype)
    layer.load_state_dict(dict(state))
    return layer

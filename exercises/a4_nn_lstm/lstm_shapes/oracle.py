"""What lstm_shapes must return, and what those return who make a known mistake.

All right numbers are PyTorch's own: an nn.LSTM on the device meta has shapes and no numbers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from exercises.a4_nn_lstm.shared import lstm_on_meta


def lstm_shapes(
    seq_len: int,
    batch: int | None,
    input_size: int,
    hidden_size: int,
    num_layers: int = 1,
    batch_first: bool = False,
    bidirectional: bool = False,
    proj_size: int = 0,
) -> Shapes:
    """The shapes that come out of the module on the device meta."""
    return dict(
        _shapes(seq_len, batch, input_size, hidden_size, num_layers, batch_first, bidirectional, proj_size)
    )


@functools.cache  # a call on the device meta takes milliseconds, and nearly all mistakes begin with the same one
def _shapes(
    seq_len: int, batch: int | None, input_size: int, hidden_size: int, num_layers: int, batch_first: bool,
    bidirectional: bool, proj_size: int,
) -> Shapes:  # fmt: skip
    lstm = lstm_on_meta(input_size, hidden_size, num_layers, True, bidirectional, proj_size)
    lstm.batch_first = batch_first
    lead = () if batch is None else (batch,)
    time = len(lead) if batch_first else 0
    x = torch.empty(*lead, input_size, device="meta").unsqueeze(time)  # one step: many would take their time
    output, (h_n, c_n) = lstm(x)
    longer = output.unsqueeze(time + 1).expand(*output.shape[: time + 1], seq_len, *output.shape[time + 1 :])
    return dict(zip(NAMES, map(_sizes, (longer.squeeze(time), h_n, c_n)), strict=True))


def _sizes(tensor: Tensor) -> tuple[int, ...]:
    return tuple(tensor.shape)


NAMES = ("output", "h_n", "c_n")
Shapes = dict[str, tuple[int, ...]]


def reshaped(change: Callable[..., Shapes]) -> Callable[..., Shapes]:
    """Shapes with a slip: `change(right, batch_first)`, both known."""

    def shapes(*args: Any) -> Shapes:
        return change(lstm_shapes(*args), bool(args[5]) if len(args) > 5 else False, args)

    return shapes


def called_with(**fixed: Any) -> Callable[..., Shapes]:
    """The shapes of a module with other arguments than those given."""

    def shapes(*args: Any) -> Shapes:
        names = ("seq_len", "batch", "input_size", "hidden_size", "num_layers", "batch_first",
                 "bidirectional", "proj_size")  # fmt: skip
        return lstm_shapes(**{**dict(zip(names, args, strict=False)), **fixed})

    return shapes

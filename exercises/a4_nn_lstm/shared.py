"""The layer on the device meta that counts and shapes are read from: it has shapes and no numbers."""

from __future__ import annotations

from torch import nn


def lstm_on_meta(
    input_size: int,
    hidden_size: int,
    num_layers: int = 1,
    bias: bool = True,
    bidirectional: bool = False,
    proj_size: int = 0,
) -> nn.LSTM:
    return nn.LSTM(
        input_size, hidden_size, num_layers, bias=bias, bidirectional=bidirectional, proj_size=proj_size,
        device="meta",
    )  # fmt: skip

"""What lstm_param_count must return, and what those return who make a known mistake.

All right numbers are PyTorch's own: an nn.LSTM on the device meta has shapes and no numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exercises.a4_nn_lstm.shared import lstm_on_meta


def lstm_param_count(input_size: int, hidden_size: int, *rest: Any) -> int:
    """The elements of all parameters of the module, made without numbers."""
    return sum(parameter.numel() for parameter in lstm_on_meta(input_size, hidden_size, *rest).parameters())


def counting(
    gates: int = 4,
    biases: int = 2,
    always_bias: bool = False,
    next_reads: Callable[[int, int, int, int], int] = lambda inputs, hidden, out, D: D * out,
    first_rows: Callable[[int, int], int] = lambda hidden, out: out,
    shrink: Callable[[int, int], int] = lambda hidden, proj: hidden * proj,
    directions: int | None = None,
    layers: int | None = None,
) -> Callable[..., int]:
    """A count with a slip in one of its parts: blocks, biases, what layers after the first read, the width of
    W_hh, the size of W_hr, how many directions and layers."""

    def count(
        input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        bidirectional: bool = False, proj_size: int = 0,
    ) -> int:  # fmt: skip
        out = proj_size or hidden_size
        D = directions or 1 + bidirectional
        total = 0
        for layer in range(layers or num_layers):
            reads = input_size if layer == 0 else next_reads(input_size, hidden_size, out, D)
            row = reads + first_rows(hidden_size, out) + (biases if bias or always_bias else 0)
            total += D * (gates * hidden_size * row + shrink(hidden_size, proj_size))
        return total

    return count

"""What is right, and what is wrong with each function of the stock. Students' installations lack this module."""

from __future__ import annotations

import torch
from torch import Tensor

from exercises.a2_rnns.broken_pieces import HUNT

# By section: the letter that the assignment's text gives to what is wrong.
BECAUSE = {
    "s1": "e", "s7": "e", "s2": "a", "s8": "a", "s3": "b", "s9": "b", "s4": "c", "s10": "c", "s5": "d", "s11": "d",
    "s6": "g", "s12": "g",
}  # fmt: skip


def states(x: Tensor, h0: Tensor | None, W_ih: Tensor, W_hh: Tensor, b: Tensor, chunk_len: int) -> Tensor:
    """nn.RNN's states (T, B, H), whatever the pieces."""
    weights = [W_ih, W_hh, b, torch.zeros_like(b)]
    start = x.new_zeros(x.shape[1], len(b)) if h0 is None else h0
    output, _ = torch.rnn_tanh(x, start[None], weights, True, 1, 0.0, False, False, False)
    return output


KEY = HUNT.graded(states, BECAUSE)

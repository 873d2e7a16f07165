"""What is right, and what is wrong with each function of the stock. Students' installations lack this module."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.checking.kinds.hunt import Mend
from exercises.a2_rnns.broken_pieces import HUNT

# By section: the letter that the assignment's text gives to what is wrong.
BECAUSE = {
    "s1": "e", "s7": "e", "s2": "a", "s8": "a", "s3": "b", "s9": "b", "s4": "c", "s10": "c", "s5": "d", "s11": "d",
    "s6": "g", "s12": "g",
}  # fmt: skip

# By section: each way to mend it, as the lines that change. The tests run what is mended.
STEP = "torch.tanh(step @ W_ih.T + h @ W_hh.T + b)"
START = "x.new_zeros(x.shape[1], len(b)) if h0 is None else h0"
MENDS: dict[str, tuple[Mend, ...]] = {
    "s1": ({7: f"h = {STEP}"},),
    "s2": ({5: "if len(piece) == 0:"}, {6: "pass"}),
    "s3": ({5: "h = states[-1] if states else start"},),
    "s4": ({4: "current, collected = h0, []"},),
    "s5": ({5: "from_input = x[t] @ W_ih.T"}, {6: "from_state = h @ W_hh.T"}),
    "s6": ({9: "h = states[-1]"},),
    "s7": ({6: "state = (step @ W_ih.t() + torch.matmul(state, W_hh.T) + b).tanh()"},),
    "s8": ({4: "for number in range(-(-len(x) // chunk_len)):"},),
    "s9": ({6: "if t == 0:"}, {7: "h = out[-1] if out else zeros if h0 is None else h0"}),
    "s10": ({3: f"h = {START}"},),
    "s11": ({3: "inputs = x @ W_ih.T"}, {7: "h = torch.tanh(step + h @ W_hh.T)"}),
    "s12": ({8: "state = made[-1]"},),
}


def states(x: Tensor, h0: Tensor | None, W_ih: Tensor, W_hh: Tensor, b: Tensor, chunk_len: int) -> Tensor:
    """nn.RNN's states (T, B, H), whatever the pieces."""
    weights = [W_ih, W_hh, b, torch.zeros_like(b)]
    start = x.new_zeros(x.shape[1], len(b)) if h0 is None else h0
    output, _ = torch.rnn_tanh(x, start[None], weights, True, 1, 0.0, False, False, False)
    return output


KEY = HUNT.graded(states, BECAUSE, MENDS)

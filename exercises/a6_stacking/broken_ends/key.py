"""What is right, and what is wrong with each function of the stock. Students' installations lack this module."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.checking.kinds.hunt import Mend
from exercises.a6_stacking.broken_ends import HUNT

# By section: the letter that the assignment's text gives to what is wrong.
BECAUSE = {
    "s1": "c", "s7": "c", "s2": "f", "s8": "f", "s3": "a", "s9": "a", "s4": "d", "s10": "d", "s5": "g", "s11": "g",
    "s6": "h", "s12": "h",
}  # fmt: skip

# By section: each way to mend it, as the lines that change. The tests run what is mended.
AT_END = "torch.arange(len(lengths)), lengths - 1"
MENDS: dict[str, tuple[Mend, ...]] = {
    "s1": ({4: f"return torch.cat([forward[{AT_END}], backward[:, 0]], dim=1)"},),
    "s2": ({5: "return torch.cat((last[:, :units], output[:, 0, units:]), dim=-1)"},),
    "s3": (
        {2: "order = torch.arange(len(lengths))"},
        {3: "order = torch.arange(len(lengths))"},
        {6: "return torch.cat([output[rows, lengths - 1, :H], output[:, 0, H:]], dim=1)[order.argsort()]"},
    ),
    "s4": (
        {2: "last = lengths - 1", 3: "forward = output.chunk(2, dim=2)[0][torch.arange(len(last)), last]"},
    ),
    "s5": ({4: "at = lengths - 1"},),
    "s6": ({5: "forward = output[rows, last, :H]", 6: "backward = output[:, 0, H:]"},),
    "s7": ({3: f"ends = [forward[{AT_END}], backward[:, 0, :]]"},),
    "s8": ({6: "picked.append(torch.cat([forward[row, last], backward[row, 0]]))"},),
    "s9": (
        {4: "ordered, where = lengths, torch.arange(len(lengths))"},
        {5: "for row, length in enumerate(lengths.tolist()):"},
        {7: "return torch.stack(results)[where.argsort()]"},
    ),
    "s10": (
        {
            4: "ends = lengths.tolist()",
            5: "trimmed = torch.stack([r[:n][-1:] for r, n in zip(forward, ends)])",
        },
        {6: f"return torch.cat([forward[{AT_END}], starts], dim=1)"},
    ),
    "s11": ({5: "stop = int(lengths[row]) - 1"},),
    "s12": (
        {2: "other, one = output.split(output.shape[2] // 2, dim=2)"},
        {4: "return torch.cat([one.gather(1, index)[:, 0], other[:, 0]], dim=1)"},
    ),
}


def ends(output: Tensor, lengths: Tensor) -> Tensor:
    """The forward half of each row's last real step, the backward half of its first: (B, 2H)."""
    half = output.shape[2] // 2
    last = output[torch.arange(len(lengths)), lengths - 1]
    return torch.cat([last[:, :half], output[:, 0, half:]], dim=1)


KEY = HUNT.graded(ends, BECAUSE, MENDS)

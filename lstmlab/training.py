"""For runs that take longer than a breath: a progress bar, and the device to run on. Lessons call both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import torch
from tqdm.auto import tqdm

Item = TypeVar("Item")


def track(items: Iterable[Item], label: str) -> Iterable[Item]:
    """Yield `items` under a progress bar that goes away at the end; interrupting the kernel stops the loop."""
    return tqdm(items, desc=label, leave=False)


def device() -> torch.device:
    """The GPU where there is one, else the CPU.

    For batches of hundreds of sequences or layers of hundreds of units. Smaller runs are faster on the CPU: a
    GPU spends its time being told what to do.
    """
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")

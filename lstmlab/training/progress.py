"""For runs that take longer than a breath: a line that says how far they are, and the device. Lessons call both."""

from __future__ import annotations

import html
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

import torch
from IPython.core.getipython import get_ipython
from IPython.display import display

Item = TypeVar("Item")
SECONDS = 0.2  # between two updates of the line


@dataclass(frozen=True)
class Progress:
    """How far a run is. No widget: a saved page, which has no kernel, says the last state and not 0 %."""

    label: str
    done: int
    total: int
    seconds: float

    def __repr__(self) -> str:
        return f"{self.label}: {self.done} of {self.total} after {self.seconds:.0f} s"

    def _repr_html_(self) -> str:
        bar = ""
        if self.done < self.total:
            bar = f' <progress value="{self.done}" max="{self.total}" aria-hidden="true"></progress>'
        return f'<span style="opacity:.75">{html.escape(repr(self))}{bar}</span>'


def track(items: Collection[Item], label: str) -> Iterator[Item]:
    """Yield `items`; in a notebook a line below the cell says how many are done. Interrupting stops the loop."""
    shell = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):  # a script or a test: nobody is waiting
        yield from items
        return
    start = shown = time.monotonic()
    line = display(Progress(label, 0, len(items), 0.0), display_id=True)
    for done, item in enumerate(items, 1):
        yield item
        now = time.monotonic()
        if now - shown > SECONDS or done == len(items):
            shown = now
            line.update(Progress(label, done, len(items), now - start))


def device() -> torch.device:
    """The GPU where there is one, else the CPU.

    For batches of hundreds of sequences or layers of hundreds of units. Smaller runs are faster on the CPU: a
    GPU spends its time being told what to do.
    """
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")

"""Small tasks that train in a second, so that a lesson can measure what a setting is worth.

Remember a sign from the first step through noise: `03_gates` calls `recall_accuracy`, and `04_nn_lstm` calls
`sign_accuracy`, to measure what a mistake in the layout costs.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lstmlab.training.fit import fit

HIDDEN = 8
Read = Callable[[nn.LSTM, Tensor], Tensor]  # (lstm, x) -> what the head reads


def first_sign(batch: int, steps: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return x (time, batch, 2), feature 1 a sign at step 0, feature 0 noise, and y (batch,), 1 for plus."""
    y = torch.randint(0, 2, (batch,), generator=generator).float()  # (batch,)
    x = 0.3 * torch.randn(steps, batch, 2, generator=generator)  # (time, batch, 2)
    x[:, :, 1] = 0
    x[0, :, 1] = 2 * y - 1
    return x, y


def recall_accuracy(
    prepare: Callable[[nn.LSTM], object], seed: int, *, steps: int = 30, updates: int = 100, read: str = "h"
) -> float:
    """Train nn.LSTM(2, 8) on `first_sign` after `prepare(lstm)`; return its test accuracy (chance is 0.5).

    100 batches of 32, Adam at 0.01; 1000 fresh sequences to test. `read` says which final state the head is
    given, "h" or "c". The global random state is left as it was.
    """
    if read not in ("h", "c"):
        raise ValueError(f"read={read!r}; pass 'h' or 'c'.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        lstm, head = nn.LSTM(2, HIDDEN), nn.Linear(HIDDEN, 1)
    prepare(lstm)
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam([*lstm.parameters(), *head.parameters()], lr=0.01)

    def logits(x: Tensor) -> Tensor:
        _, (h, c) = lstm(x)  # (1, batch, 8) each
        return head((h if read == "h" else c)[0])[:, 0]  # (batch,)

    def loss(x: Tensor, y: Tensor) -> Tensor:
        return nn.functional.binary_cross_entropy_with_logits(logits(x), y)

    fit(loss, (first_sign(32, steps, generator) for _ in range(updates)), optimizer)
    with torch.no_grad():
        x, y = first_sign(1000, steps, torch.Generator().manual_seed(10_000 + seed))
        return ((logits(x) > 0) == (y > 0.5)).float().mean().item()


def sign_accuracy(
    make: Callable[[], nn.LSTM], read: Read, seed: int, *, batch: int = 32, steps: int = 8, updates: int = 45
) -> float:
    """Train `make()`, an nn.LSTM(2, H), to recall the sign of step 0; return its test accuracy (chance 0.5).

    `read(lstm, x)` gets x (batch, time, 2), batch first, and returns what the head reads, (batch, H). Adam at
    0.01; the test is 40 fresh batches of the same size. The global random state is left as it was.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        lstm = make()
        head = nn.Linear(lstm.hidden_size, 1)
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam([*lstm.parameters(), *head.parameters()], lr=0.01)

    def answers() -> tuple[Tensor, Tensor]:
        x, y = first_sign(batch, steps, generator)
        return head(read(lstm, x.transpose(0, 1).contiguous()))[:, 0], y  # (batch,) each

    loss = nn.functional.binary_cross_entropy_with_logits
    fit(loss, (answers() for _ in range(updates)), optimizer)
    with torch.no_grad():
        tests = [answers() for _ in range(40)]
        return torch.cat([(logits > 0) == (y > 0.5) for logits, y in tests]).float().mean().item()

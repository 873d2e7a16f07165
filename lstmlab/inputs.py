"""Short inputs with a story, one feature, one sequence: what lessons and the gate explorer feed to a cell."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

INPUTS = ("two pulses", "one pulse", "up and down", "always on")


def pulses(steps: int = 40, at: dict[int, float] | None = None) -> Tensor:
    """Return an input of zeros with single values in it: x (time, 1, 1), float64. `at` maps step to value."""
    x = torch.zeros(steps, 1, 1, dtype=torch.float64)
    for step, value in (at if at is not None else {4: 1.0, steps * 5 // 8: 0.7}).items():
        if not 0 <= step < steps:
            raise ValueError(f"step {step} is outside 0..{steps - 1}; pass steps={step + 1} or more.")
        x[step] = value
    return x


def input_named(name: str, steps: int) -> Tensor:
    """Return one of `INPUTS` as x (time, 1, 1)."""
    if name == "one pulse":
        return pulses(steps, {steps // 10: 1.0})
    if name == "up and down":
        return pulses(steps, {steps // 10: 1.0, steps // 2: -1.0})
    if name == "always on":
        return torch.ones(steps, 1, 1, dtype=torch.float64)
    return pulses(steps)


def checked_input(inputs: str | Sequence[float], steps: int) -> Tensor:
    """Return x (time, 1, 1), or raise ValueError."""
    if isinstance(inputs, str):
        if inputs not in INPUTS:
            raise ValueError(
                f"inputs={inputs!r} is not one of {', '.join(INPUTS)}; pass one of them or a list of numbers."
            )
        if not isinstance(steps, int) or not 10 <= steps <= 200:
            raise ValueError(
                f"steps={steps!r}; pass a whole number from 10 to 200, for example GateExplorer(steps=40)."
            )
        return input_named(inputs, steps)
    try:
        x = torch.as_tensor(inputs, dtype=torch.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"inputs={inputs!r} are not numbers; pass a list such as [0, 1, 0, 0].") from error
    if not x.isfinite().all():
        raise ValueError("inputs holds nan or inf; pass finite numbers, like [0, 1, 0, 0].")
    if x.dim() != 1 or not 2 <= len(x) <= 200:
        raise ValueError(
            f"inputs has shape {tuple(x.shape)}; pass a flat list of 2 to 200 numbers, like [0, 1, 0, 0]."
        )
    return x[:, None, None]

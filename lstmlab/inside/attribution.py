"""Which earlier inputs a prediction rests on: by the gradient at each step, and by taking each step away.

The two answer different questions. A gradient says what a small change would do; it is near zero where a gate is
saturated, though the input mattered. Ablation says what the step's absence does, and depends on what stands in for it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from lstmlab.inside.lens import Lens

Score = Callable[
    [Tensor], Tensor
]  # of the output, (time, batch, features), to a number for each sequence, (batch,)


def by_gradient(lens: Lens, x: Tensor, score: Score) -> Tensor:
    """The norm of the score's gradient with respect to `x` at each step, (time, batch).

    `x` is (time, batch, input) whatever the layer's own layout. Raises ValueError for another shape of score.
    """
    _require_steps(x)
    steps = x.detach().requires_grad_()
    found = _scored(lens, steps, score)
    if not found.requires_grad:
        raise ValueError("the score has no gradient; compute it from the output with torch, without detach()")
    (gradient,) = torch.autograd.grad(found.sum(), steps)
    return gradient.norm(dim=2)


@torch.no_grad()
def by_ablation(lens: Lens, x: Tensor, score: Score, instead: Tensor | None = None) -> Tensor:
    """How much the score falls when a step's input gives way to `instead`, (input,): (time, batch).

    By default `instead` is the mean input over all steps and sequences. `x` as for `by_gradient`. The layer is run once
    for each step.
    """
    _require_steps(x)
    instead = x.mean(dim=(0, 1)) if instead is None else instead.to(x)
    if instead.shape != x.shape[2:]:
        raise ValueError(f"instead has shape {tuple(instead.shape)}; pass (input,) = ({x.shape[2]},)")
    whole = _scored(lens, x, score)
    falls = []
    for step in range(len(x)):
        without = x.clone()
        without[step] = instead
        falls.append(whole - _scored(lens, without, score))
    return torch.stack(falls)


def _require_steps(x: Tensor) -> None:
    if not isinstance(x, Tensor):
        raise TypeError(f"x is a {type(x).__name__}; pass a tensor (time, batch, input)")
    if x.dim() != 3:
        raise ValueError(f"x has shape {tuple(x.shape)}; pass (time, batch, input)")


def _scored(lens: Lens, steps: Tensor, score: Score) -> Tensor:
    first = lens.module.batch_first
    output = lens.run(steps.transpose(0, 1) if first else steps).output
    assert isinstance(output, Tensor)  # as `steps` is no packed sequence
    found = score(output.transpose(0, 1) if first else output)
    if not isinstance(found, Tensor):
        raise TypeError(f"the score is a {type(found).__name__}; return a tensor (batch,)")
    if found.shape != (steps.shape[1],):
        raise ValueError(f"the score has shape {tuple(found.shape)}; return (batch,) = ({steps.shape[1]},)")
    return found

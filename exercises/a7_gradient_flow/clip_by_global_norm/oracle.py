"""What clip_by_global_norm must leave behind, and what the known mistakes leave; for `mistakes` and the exercise.

The exercise changes gradients in place, so its answer is looked up in what the call left (`look`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checking.found import Observation
from autograder.checking.language import Case
from autograder.checking.observing.plain import as_float

KEPT = "whether every .grad is still the same tensor"  # of a bool, as its failure is worded
Norm = Callable[[Sequence[Tensor]], float]
Change = Callable[[Tensor, float, float], Tensor]  # gradient, total norm, max_norm -> gradient


def norm_of_all(grads: Sequence[Tensor]) -> float:
    """The 2-norm of all gradients as one vector, 0 of none."""
    return torch.cat([g.flatten() for g in grads]).norm().item() if grads else 0.0


def shortened(grad: Tensor, total: float, max_norm: float) -> Tensor:
    """The gradient times max_norm / total, where the total is larger."""
    return grad * (max_norm / total) if total > max_norm else grad


def clipping(
    change: Change = shortened,
    norm: Norm = norm_of_all,
    told: Callable[[Sequence[Tensor], float, float], Any] = lambda grads, total, max_norm: total,
    replaced: bool = False,
) -> Callable[..., dict[str, Any]]:
    """What is found after a clip with its own `norm`, `change` of each gradient and number `told`; `replaced`:
    gradients that changed are other tensors than before."""

    def clip(params: Iterable[nn.Parameter], max_norm: float) -> dict[str, Any]:
        grads = [p.grad for p in params]
        present = [g for g in grads if g is not None]
        total = norm(present)
        after = [None if g is None else change(g, total, max_norm) for g in grads]
        others = [k for k, g in enumerate(grads) if g is not None and after[k] is not g] if replaced else []
        return found(told(present, total, max_norm), after, others)

    return clip


def found(total: Any, grads: Sequence[Tensor | None], replaced: Sequence[int]) -> dict[str, Any]:
    """The parts by which answers are compared."""
    grads = [g if g is None else g.clone() for g in grads]
    return {
        "total_norm": total,
        "gradients": grads,
        KEPT: not replaced,
    }


def look(case: Case, seen: Observation) -> dict[str, Any]:
    """The parts of what a call left; a number without dimensions counts as the float that it holds."""
    value, after = as_float(seen.value), list(seen.parameters.values())
    return found(value, [p.grad for p in after], [k for k, p in enumerate(after) if p.replaced])


def read_twice(params: Iterable[nn.Parameter], max_norm: float) -> dict[str, Any]:
    """A generator is empty when it is read for the second time, to clip."""
    if isinstance(params, Sequence):
        return clipping()(params, max_norm)
    return clipping(change=lambda grad, total, max_norm: grad)(params, max_norm)


def one_by_one(told: Callable[[Tensor], float]) -> Callable[..., dict[str, Any]]:
    """Each gradient shortened by its own norm, and `told(norms)` returned."""
    return clipping(
        change=lambda grad, total, max_norm: shortened(grad, grad.norm().item(), max_norm),
        told=lambda grads, total, max_norm: told(lengths(grads)),
    )


def weights_measured(params: Iterable[nn.Parameter], max_norm: float) -> dict[str, Any]:
    """The norm of the parameters themselves decides, and not that of their gradients."""
    params = list(params)
    total = norm_of_all([p.detach() for p in params])
    return clipping(norm=lambda grads: total)(params, max_norm)


def lengths(grads: Sequence[Tensor]) -> Tensor:
    """The norm of each gradient."""
    return torch.stack([g.norm() for g in grads]) if grads else torch.zeros(1)

"""Linear probes with their control task (Hewitt and Liang 2019): does the state hold it, or the probe learn it?

The control gives each kind of input a label of its own, drawn at random: nothing about it is in the network but the
kind itself. What a probe gets right beyond its control is its selectivity.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Probe:
    """Shares of right answers on the later part: of the probe, of its control, and of always the commonest label."""

    accuracy: float
    control: float
    commonest: float

    @property
    def selectivity(self) -> float:
        """By how much the probe is better than its control."""
        return self.accuracy - self.control


def probe(
    states: Tensor,
    labels: Tensor,
    kinds: Tensor,
    share: float = 0.7,
    ridge: float = 1e-3,
    generator: torch.Generator | None = None,
) -> Probe:
    """Fit a linear probe of `labels` on `states` and one of the control task; both are tried on the later part.

    states: (steps, units); labels, kinds: (steps,) of whole numbers; kinds: which input stood at each step, such as the
    character. share: the first part, which the probe learns from. ridge: the penalty, relative to the units' variance.
    Raises ValueError where shapes do not fit, and where one part has no step or only one label is learned from.
    """
    count, learned = len(states), int(share * len(states))
    if states.dim() != 2 or labels.shape != (count,) or kinds.shape != (count,):
        raise ValueError(
            f"states have shape {tuple(states.shape)}, labels {tuple(labels.shape)}, kinds {tuple(kinds.shape)}; "
            "pass (steps, units), (steps,) and (steps,)"
        )
    if not 0 < learned < count or len(labels[:learned].unique()) < 2:
        raise ValueError(
            f"{learned} of {count} steps to learn from; pass more, with two labels at least among them"
        )
    x = states.detach().double()
    x = (x - x[:learned].mean(dim=0)) / x[:learned].std(dim=0).clamp_min(1e-9)
    x = torch.cat([x, x.new_ones(count, 1)], dim=1)
    _, labels = labels.unique(return_inverse=True)
    _, kinds = kinds.unique(return_inverse=True)
    # each kind gets the label of a step drawn at random, so labels stay as frequent as they are
    drawn = torch.randint(0, count, (int(kinds.max()) + 1,), generator=generator).to(labels.device)
    tried = labels[learned:]
    return Probe(
        _accuracy(x, labels, learned, ridge),
        _accuracy(x, labels[drawn][kinds], learned, ridge),
        (tried == labels[:learned].mode().values).double().mean().item(),
    )


def _accuracy(x: Tensor, labels: Tensor, learned: int, ridge: float) -> float:
    """Of a ridge regression on labels as one-hot rows, on the steps after `learned`."""
    y = torch.nn.functional.one_hot(labels).to(x)
    seen = x[:learned]
    gram = seen.T @ seen + ridge * learned * torch.eye(x.shape[1], dtype=x.dtype, device=x.device)
    weights = torch.linalg.solve(gram, seen.T @ y[:learned])
    said = (x[learned:] @ weights).argmax(dim=1)
    return (said == labels[learned:]).double().mean().item()

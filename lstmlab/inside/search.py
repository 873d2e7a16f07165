"""Units that follow something: correlations with an annotation, and the grounds that they have to beat.

Among many units one always follows by chance, and an untrained network's units follow much that is in its input. So a
search is worth what it finds beyond the same search in an untrained network and with the annotation shuffled in blocks,
which keeps its rhythm. What is left is a hypothesis still: edit the unit, and see whether the prediction changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Search:
    """Each unit's correlation `r`, (units,); the largest one, without its sign, in the untrained network and of each
    shuffle."""

    r: Tensor
    untrained: float
    shuffled: tuple[float, ...]

    @property
    def ground(self) -> float:
        """What the size of a unit's correlation has to pass."""
        return max(self.untrained, *self.shuffled)

    @property
    def units(self) -> list[int]:
        """Those that pass the ground, the strongest first."""
        order = self.r.abs().argsort(descending=True).tolist()
        return [unit for unit in order if abs(self.r[unit].item()) > self.ground]


def correlations(states: Tensor, annotation: Tensor) -> Tensor:
    """Pearson's r of each unit with `annotation`, (units,). A unit or an annotation that never changes has 0.

    `states` is (time, units) or (time, batch, units), `annotation` the same without its last axis.
    Raises ValueError for other shapes, and for fewer than two values.
    """
    if states.dim() < 2 or states.shape[:-1] != annotation.shape or annotation.numel() < 2:
        raise ValueError(
            f"states have shape {tuple(states.shape)}, the annotation {tuple(annotation.shape)}; pass (time, units) "
            "and (time,), or (time, batch, units) and (time, batch), with two values at least"
        )
    x = states.detach().double().reshape(-1, states.shape[-1])
    y = annotation.detach().to(x).reshape(-1)
    x, y = x - x.mean(dim=0), y - y.mean()
    sizes = x.norm(dim=0) * y.norm()
    return torch.where(sizes > 1e-12, (x * y[:, None]).sum(dim=0) / sizes.clamp_min(1e-12), 0.0)


def search(
    states: Tensor,
    annotation: Tensor,
    untrained: Tensor,
    shuffles: int = 20,
    block: int = 50,
    generator: torch.Generator | None = None,
) -> Search:
    """Search for units that follow `annotation`, beside the grounds to beat.

    states: of the trained network, (time, units); untrained: of a network of that size as built, on the same input.
    block: steps that stay together when the annotation is shuffled. Raises ValueError where shapes do not fit, and
    where the series has fewer than two blocks.
    """
    if annotation.dim() != 1 or len(annotation) < 2 * block or shuffles < 1:
        raise ValueError(
            f"the annotation has shape {tuple(annotation.shape)}, block={block}, shuffles={shuffles}; pass (time,) with "
            "two blocks at least, and one shuffle at least"
        )
    blocks = annotation.split(block)
    largest = []
    for _ in range(shuffles):
        order = torch.randperm(len(blocks), generator=generator).tolist()
        mixed = torch.cat([blocks[number] for number in order])
        largest.append(correlations(states, mixed).abs().max().item())
    return Search(
        correlations(states, annotation),
        correlations(untrained, annotation).abs().max().item(),
        tuple(largest),
    )


def on_over(states: Tensor, start: int, stop: int, above: float = 0.5) -> dict[int, list[tuple[int, int]]]:
    """Units that are above `above` at each step from `start` to `stop` - 1 and not just before or after (as in LSTMVis).

    For each, all spans (start, stop) over which it is on, that one included. `states` is (time, units).
    Raises ValueError for a span that is not inside.
    """
    if states.dim() != 2 or not 0 <= start < stop <= len(states):
        raise ValueError(
            f"span {start} to {stop} of states {tuple(states.shape)}; pass a span of (time, units)"
        )
    on = (states.detach() > above).T.tolist()
    spans = {unit: _spans(row) for unit, row in enumerate(on)}
    return {unit: found for unit, found in spans.items() if (start, stop) in found}


def _spans(on: list[bool]) -> list[tuple[int, int]]:
    edges = [
        step for step in range(len(on) + 1) if (step < len(on) and on[step]) != (step > 0 and on[step - 1])
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))

"""An LSTM with a unit planted in it, and by how much each unit moves its output.

What students are given is made of it (`my_unit/given.py`), and so are the cases of `planted_unit`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Generator, Tensor

from autograder.checking.language import Case
from autograder.checking.observing.draw import Draw, discriminating, numbers, weight_shapes

FOLLOWS = 0.5  # the least size of a correlation that counts in planted_unit
Hold = Callable[[int, Tensor], Tensor]  # the step and c (B, H), to the c that takes its place


def run(x: Tensor, weights: Sequence[Tensor], hold: Hold) -> tuple[Tensor, Tensor]:
    """h and c after each step from zeros, (T, B, H) each, in the precision of the arguments; weights are nn.LSTM's."""
    w_ih, w_hh, b_ih, b_hh = weights
    h = c = x.new_zeros(x.shape[1], w_hh.shape[1])
    shown, cells = [], []
    for step, x_t in enumerate(x):
        i, f, g, o = (x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4, dim=1)
        c = hold(step, f.sigmoid() * c + i.sigmoid() * g.tanh())
        h = o.sigmoid() * c.tanh()
        shown.append(h)
        cells.append(c)
    return torch.stack(shown), torch.stack(cells)


def as_it_is(step: int, c: Tensor) -> Tensor:
    """No clamp."""
    return c


def each_held(x: Tensor, weights: Sequence[Tensor], to: Tensor) -> Tensor:
    """h after each step with c of one unit held at its number in `to` (H,), for each unit in turn: (T, H, B, H)."""
    time, batch, _ = x.shape
    held = torch.eye(len(to), dtype=torch.bool).repeat_interleave(
        batch, dim=0
    )  # (H * B, H): each unit's own batch
    shown, _ = run(x.repeat(1, len(to), 1), weights, lambda step, c: torch.where(held, to, c))
    return shown.view(time, len(to), batch, len(to))


def correlations(states: Tensor, marks: Tensor) -> Tensor:
    """Pearson's r of each unit (T, B, H) with the marks (T, B), over all steps of all sequences."""
    x, y = states.flatten(0, 1), marks.flatten().to(states)
    x, y = x - x.mean(dim=0), y - y.mean()
    return (x * y[:, None]).sum(dim=0) / (x.norm(dim=0) * y.norm())


def planted(
    time: int, batch: int, hidden: int, dtype: torch.dtype = torch.float32, sign: float = 1.0
) -> Draw:
    """Cases for planted_unit: a network with one unit that follows the marks and moves the output; 5 units or more.

    Of the others, one follows better and nobody reads it; one follows, has the largest weight in the head and a shut
    output gate; one follows a little around a large mean; one moves the output most and follows nothing; the rest
    matter little. `sign` is that of the planted unit's correlation.
    """

    def draw(generator: Generator) -> Case:
        runs = torch.randint(2, (time // 4 + 1, batch), generator=generator) * 2 - 1
        marks = runs.repeat_interleave(4, dim=0)[:time].double()
        x = numbers(generator, time, batch, 2, dtype=torch.float64)
        x[..., 0] = marks + 0.1 * x[..., 0]
        cause, decoy, shut, weak, loud = torch.randperm(hidden, generator=generator)[:5].tolist()
        shapes = weight_shapes(4 * hidden, 2, hidden)
        weights = {
            name: 0.05 * numbers(generator, *shape, dtype=torch.float64) for name, shape in shapes.items()
        }
        w_ih, w_hh, b_ih = (weights[name].view(4, hidden, -1) for name in ("W_ih", "W_hh", "b_ih"))
        for unit, feature, weight, level, gate in (
            (cause, 0, sign * 0.9, 0.0, 2.0),
            (decoy, 0, 1.5, 0.0, 2.0),
            (shut, 0, -1.2, 0.0, -12.0),
            (weak, 0, -sign * 0.3, 1.2, 2.0),
            (loud, 1, 2.0, 0.0, 3.0),
        ):
            w_ih[:, unit], w_hh[:, unit] = 0.0, 0.0
            w_ih[2, unit, feature] = weight
            b_ih[:, unit, 0] = torch.tensor([3.0, -3.0, level, gate], dtype=torch.float64)  # i, f, g, o
        w_ih[2, cause, 1] = 0.5  # it reads some of the noise too, so the decoy follows better
        w_hh[:, :, decoy] = 0.0
        head = 0.2 * numbers(generator, 2, hidden, dtype=torch.float64)
        for unit, weight in ((cause, 1.0), (decoy, 0.0), (shut, 8.0), (weak, 1.6), (loud, 3.0)):
            head[:, unit] = weight * head[:, unit].sign()
        args = {"x": x, "marks": marks, **weights, "head": head}
        typed = {name: value.to(dtype) for name, value in args.items()}
        return Case(typed, operations=1000, precision=dtype)

    return discriminating(draw, _planted_well)


def _planted_well(case: Case) -> list[bool]:
    """Whether nothing is near a border, and each mistake gives another unit."""
    x, marks, *weights, head = (value.double() for value in case.args.values())
    effects, r = effects_and_r(x, marks, weights, head)
    at_zero, _ = effects_and_r(x, marks, weights, head, to=0.0)
    follows = r.abs() >= FOLLOWS
    if not bool(follows.any()):
        return [False]
    best = int((effects * follows).argmax())
    others = torch.arange(len(r)) != best
    wrong = (r.abs(), effects, head.abs().sum(dim=0) * follows, at_zero * follows)
    return [
        bool(((r.abs() - FOLLOWS).abs() > 0.03).all()),
        bool(effects[best] > 2 * (effects * follows)[others].max()),
        *(int(values.argmax()) != best for values in wrong),
    ]


def effects_and_r(
    x: Tensor, marks: Tensor, weights: list[Tensor], head: Tensor, to: float | None = None
) -> tuple[Tensor, Tensor]:
    """By how much the output changes, mean square, with each unit held at its mean, or at `to`; and each unit's r."""
    shown, cells = run(x, weights, as_it_is)
    values = cells.mean(dim=(0, 1)) if to is None else cells.new_full(cells.shape[2:], to)
    changes = each_held(x, weights, values) - shown[:, None]
    return (changes @ head.T).square().mean(dim=(0, 2, 3)), correlations(cells, marks)

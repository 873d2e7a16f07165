"""Interventions: functions for `Lens.run(x, edits=[...])` that change a value where it arises.

Each changes one name (a gate, a candidate or a state) of one layer and direction, for some units at some steps. A gate
is changed before the state is computed from it; a state, before the next step reads it. An edit of your own is any
function of a `Moment` and a value, (batch, size), that returns a value of that shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import index

import torch
from torch import Tensor

from lstmlab.inside.lens import Change, Moment, Run, columns_of

Units = int | Iterable[int] | None  # all for None
Steps = int | Iterable[int] | None


def clamp(
    name: str, unit: Units = None, to: float | Tensor = 0.0, steps: Steps = None, layer: int = 0, reverse: bool = False
) -> Change:  # fmt: skip
    """Hold units of `name` at `to`: a number, or a tensor that fits (batch, units)."""
    if not isinstance(to, int | float | Tensor):
        raise TypeError(f"to is {to!r:.40}; pass a number or a tensor")
    return _change(name, unit, steps, layer, reverse, lambda moment, old: torch.as_tensor(to).to(old))


def ablate(
    name: str, unit: Units = None, run: Run | None = None, steps: Steps = None, layer: int = 0, reverse: bool = False
) -> Change:  # fmt: skip
    """Take away what units of `name` say: they stay at their mean over the real steps of `run`, at 0 without one."""
    if run is None:
        return clamp(name, unit, 0.0, steps, layer, reverse)
    source = run.get(name, layer, reverse).detach()
    mean = source.sum(dim=(0, 1)) / run.lengths.sum().to(source.device)  # (size,)
    units = _chosen(unit)
    return _change(name, units, steps, layer, reverse, lambda moment, old: mean[columns_of(units, len(mean))])


def patch(
    name: str, run: Run, unit: Units = None, steps: Steps = None, layer: int = 0, reverse: bool = False
) -> Change:
    """Give units of `name` the values that they had in another `run`, of the same length and batch, at the same steps.

    Raises ValueError, when it is run, at a step that the other run does not have.
    """
    source, units = run.get(name, layer, reverse), _chosen(unit)

    def other(moment: Moment, old: Tensor) -> Tensor:
        if moment.step >= len(source):
            raise ValueError(
                f"step {moment.step} of a run of {len(source)} steps; pass steps=range({len(source)})"
            )
        return source[moment.step][:, columns_of(units, source.shape[2])]

    return _change(name, units, steps, layer, reverse, other)


def _change(
    name: str, unit: Units, steps: Steps, layer: int, reverse: bool, value: Callable[[Moment, Tensor], Tensor]
) -> Change:
    chosen = None if steps is None else frozenset(_numbers(steps, "steps"))
    return Change(name, layer, reverse, _chosen(unit), chosen, value)


def _chosen(unit: Units) -> tuple[int, ...] | None:
    return None if unit is None else _numbers(unit, "unit")


def _numbers(given: int | Iterable[int], name: str) -> tuple[int, ...]:
    """One or several whole numbers, tensors of these too; raises TypeError for anything else."""
    try:
        if isinstance(given, Tensor):
            return tuple(map(index, given.reshape(-1)))
        return tuple(map(index, given)) if isinstance(given, Iterable) else (index(given),)
    except TypeError:
        raise TypeError(
            f"{name} is {given!r:.40}; pass a whole number or several, such as range(5)"
        ) from None

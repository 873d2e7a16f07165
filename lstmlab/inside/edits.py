"""Interventions: functions for `Lens.run(x, edits=[...])` that change a value where it arises.

Each changes one name (a gate, a candidate or a state) of one layer and direction, for some units at some steps. A gate
is changed before the state is computed from it; a state, before the next step reads it. An edit of your own is any
function of a `Moment` and a value, (batch, size), that returns a value of that shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from lstmlab.inside.lens import Edit, Moment, Run

Units = int | Iterable[int] | None  # all for None
Steps = int | Iterable[int] | None


def clamp(
    name: str, unit: Units = None, to: float | Tensor = 0.0, steps: Steps = None, layer: int = 0, reverse: bool = False
) -> Edit:  # fmt: skip
    """Hold units of `name` at `to`: a number, or a tensor that fits (batch, units)."""
    return _edit(
        name, unit, steps, layer, reverse, lambda moment, old: torch.as_tensor(to).to(old).expand_as(old)
    )


def ablate(
    name: str, unit: Units = None, run: Run | None = None, steps: Steps = None, layer: int = 0, reverse: bool = False
) -> Edit:  # fmt: skip
    """Take away what units of `name` say: they stay at their mean over the real steps of `run`, at 0 without one."""
    if run is None:
        return clamp(name, unit, 0.0, steps, layer, reverse)
    mean = run.get(name, layer, reverse).detach().sum(dim=(0, 1)) / run.lengths.sum()  # (size,)
    return _edit(
        name, unit, steps, layer, reverse, lambda moment, old: mean[_columns(unit, len(mean))].expand_as(old)
    )


def patch(
    name: str, run: Run, unit: Units = None, steps: Steps = None, layer: int = 0, reverse: bool = False
) -> Edit:
    """Give units of `name` the values that they had in another `run`, of the same length and batch, at the same steps.

    Raises ValueError, when it is run, at a step that the other run does not have.
    """
    source = run.get(name, layer, reverse)

    def other(moment: Moment, old: Tensor) -> Tensor:
        if moment.step >= len(source):
            raise ValueError(
                f"step {moment.step} of a run of {len(source)} steps; pass steps=range({len(source)})"
            )
        return source[moment.step][:, _columns(unit, source.shape[2])]

    return _edit(name, unit, steps, layer, reverse, other)


def _edit(
    name: str, unit: Units, steps: Steps, layer: int, reverse: bool, value: Callable[[Moment, Tensor], Tensor]
) -> Edit:
    chosen = None if steps is None else {steps} if isinstance(steps, int) else set(steps)

    def edit(moment: Moment, old: Tensor) -> Tensor:
        asked = (moment.name, moment.layer, moment.reverse) == (name, layer, reverse)
        if not asked or (chosen is not None and moment.step not in chosen):
            return old
        columns = _columns(unit, old.shape[1])
        new = old.clone()
        new[:, columns] = value(moment, old[:, columns])
        return new

    return edit


def _columns(unit: Units, size: int) -> list[int]:
    """The units as numbers; raises IndexError for one that the layer does not have."""
    columns = list(range(size)) if unit is None else [unit] if isinstance(unit, int) else list(unit)
    if wrong := [column for column in columns if not 0 <= column < size]:
        raise IndexError(f"unit {wrong[0]} of {size}; pass 0 to {size - 1}")
    return columns

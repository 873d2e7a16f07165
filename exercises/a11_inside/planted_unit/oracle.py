"""What planted_unit must return, and what those return who make a known mistake; computed in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from exercises.a11_inside import shared
from exercises.a11_inside.given import FOLLOWS, effects_and_r

Choice = Callable[[Tensor, Tensor, Tensor], Tensor]  # effects, r, head -> a number for each unit


def largest(choose: Choice, to: float | None = None) -> Callable[..., Any]:
    """The unit with the largest of what `choose` makes of effect, correlation and head, and its effect.

    `to`: what it is held at.
    """

    def compute(x: Tensor, marks: Tensor, *rest: Tensor) -> tuple[int, float]:
        *weights, head = (tensor.double() for tensor in rest)
        effects, r = effects_and_r(x.double(), marks.double(), weights, head, to)
        unit = int(choose(effects, r, head).argmax())
        return unit, float(effects[unit])

    return compute


planted_unit = largest(lambda effects, r, head: effects * (r.abs() >= FOLLOWS))


held_at_0 = largest(lambda effects, r, head: effects * (r.abs() >= FOLLOWS), to=0.0)


def chosen_at_0(x: Tensor, marks: Tensor, *rest: Tensor) -> tuple[int, float]:
    """The unit is found with 0, and its effect is measured with its mean."""
    unit, _ = held_at_0(x, marks, *rest)
    *weights, head = (tensor.double() for tensor in rest)
    effects, _ = effects_and_r(x.double(), marks.double(), weights, head)
    return unit, float(effects[unit])


def planted_unit_told(effect: Callable[[Tensor], Tensor]) -> Callable[..., Any]:
    """The right unit, and what `effect` makes of the change of the output."""

    def compute(x: Tensor, marks: Tensor, *rest: Tensor) -> tuple[int, float]:
        unit, _ = planted_unit(x, marks, *rest)
        *weights, head = (tensor.double() for tensor in rest)
        shown, cells = shared.run(x.double(), weights, shared.as_it_is)
        held, _ = shared.run(x.double(), weights, shared.at(unit, cells[..., unit].mean()))
        return unit, float(effect((held - shown) @ head.T))

    return compute

"""Whether a function that is wrong does anything at all; `examine.py` asks before it lets effects count.

Whoever does nothing changes nothing: "nothing was changed" then shows nothing, and earns nothing. A function is idle
where every number that it gives is one of its arguments or the sum or mean of one, the same on another draw of the case,
or what is there after a call that does nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from autograder.checking.found import Observation, Odd, Same, Seen
from autograder.checking.language import Case, ModuleRecipe, Once, ParameterRecipe


def idle(case: Case, found: Observation, again: Observation, nothing: Observation) -> bool:
    """Whether `found` shows no work. again: what the function did on another draw; nothing: what a call that does
    nothing leaves behind on this one."""
    others = [dict(_leaves(seen.value)) for seen in (again, nothing)]
    given = list(_given(case.args))
    return all(
        isinstance(leaf, (Odd, Same))
        or _equal(leaf, others[1].get(path))
        or (not isinstance(leaf, Seen) and _constant(leaf, others[0].get(path)))
        or any(_equal(leaf, _converted(argument, leaf)) or _summed(argument, leaf) for argument in given)
        for path, leaf in _leaves(found.value)
    )


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every number, tensor and word in a value, with its place."""
    items = (
        value.items()
        if isinstance(value, Mapping)
        else enumerate(value)
        if type(value) in (list, tuple)
        else ()
    )
    if isinstance(value, Mapping) or type(value) in (list, tuple):
        for key, item in items:
            yield from _leaves(item, (*path, key))
    else:
        yield path, value


def _given(value: Any) -> Iterator[Any]:
    """The tensors and numbers among the arguments."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, Once):
        value = value.items
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _given(item)
    elif isinstance(value, ModuleRecipe):
        yield from value.state.values()
    else:
        yield value.value if isinstance(value, ParameterRecipe) else value


def _converted(argument: Any, result: Any) -> Any:
    """An argument in the dtype of a result."""
    tensors = isinstance(argument, Tensor) and isinstance(result, Tensor)
    return argument.to(result.dtype) if tensors and argument.shape == result.shape else argument


def _summed(argument: Any, result: Any) -> bool:
    """Whether one number is the sum or the mean of all of an argument."""
    if not isinstance(argument, Tensor) or not argument.numel():
        return False
    number = result if isinstance(result, float) else result.item() if _is_number(result) else math.nan
    numbers = argument.double()
    return any(math.isclose(number, float(each), rel_tol=1e-5) for each in (numbers.sum(), numbers.mean()))


def _is_number(result: Any) -> bool:
    return isinstance(result, Tensor) and result.numel() == 1 and result.is_floating_point()


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    return type(one) is type(other) and bool(one == other)


def _constant(one: Any, other: Any) -> bool:
    """Whether two results are one number, however often it is repeated."""
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        if one.dtype != other.dtype:
            return False
        numbers = torch.cat([one.flatten(), other.flatten()])
        return not numbers.numel() or bool((numbers == numbers[0]).all() | numbers.isnan().all())
    return _equal(one, other)

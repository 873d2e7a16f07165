"""Did somebody change a value that crossed? `student` asks of the arguments of a call, `examiner` of what it
imported; each then tells the other, where the value came from.
"""

import random
from collections import deque
from typing import Any

import numpy
import torch
from torch import nn

from autograder.checking.observing.arguments import identical
from autograder.rpc.wire.recipes import contents, is_torch_layer, restore
from autograder.rpc.wire.standard import generator_state, set_generator_state

PLAIN = (bool, int, float, complex, str, bytes, frozenset, range)
GENERATORS = (numpy.random.Generator, numpy.random.RandomState)
MUTABLE = (
    list,
    dict,
    set,
    deque,
    bytearray,
    torch.Tensor,
    numpy.ndarray,
    nn.Module,
    random.Random,
    *GENERATORS,
)


def is_mutable(value: Any) -> bool:
    """Whether an argument may be returned as the very object that it is."""
    return isinstance(value, MUTABLE)


def after(value: Any) -> Any:
    """What to send of an argument that a call has changed."""
    return contents(value) if is_torch_layer(value) else value


def update_in_place(value: Any, now: Any) -> None:
    """Gives an argument of a call the contents that it has after the call, at the other side."""
    if isinstance(value, nn.Module):
        restore(value, now)
    elif isinstance(value, torch.Tensor):
        with torch.no_grad():
            value.data = now.detach()
    elif isinstance(value, numpy.ndarray):
        value[...] = now
    elif isinstance(value, (list, bytearray)):
        value[:] = now
    elif isinstance(value, dict):
        value.clear()
        value.update(now)
    elif isinstance(value, deque):
        value.clear()
        value.extend(now)
    elif isinstance(value, random.Random):
        value.setstate(now.getstate())
    elif isinstance(value, GENERATORS):
        set_generator_state(value, generator_state(now))
    elif isinstance(value, set):
        value.clear()
        value |= now


def snapshot(value: Any) -> Any:
    """Enough of an argument to see later whether the call changed it."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone(), value.requires_grad, None if value.grad_fn else snapshot(value.grad)
    if isinstance(value, numpy.ndarray):
        return value.copy()
    if is_torch_layer(value):
        return [snapshot(parameter) for parameter in value.parameters()], value.training
    if isinstance(value, (list, tuple, deque)):
        return [snapshot(item) for item in value]
    if isinstance(value, dict):  # no table again: keys that are the student's would be asked for their hash
        return [(snapshot(key), snapshot(item)) for key, item in value.items()]
    if isinstance(value, (set, bytearray)):
        return value.copy()
    if type(value) is random.Random:
        return value.getstate()
    if isinstance(value, GENERATORS):
        return snapshot(generator_state(value))
    return value if value is None or type(value) in PLAIN else id(value)


def same(one: Any, other: Any) -> bool:
    """Whether two snapshots are equal; NaN equals NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, torch.Tensor):
        return identical(one, other)
    if isinstance(one, numpy.ndarray):
        return one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)

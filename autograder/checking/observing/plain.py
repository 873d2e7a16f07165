"""What a function returned, as plain data; used by `observe.py`, in the process where the function runs.

Nothing of a student's object survives but numbers: a Tensor subclass that claims to equal everything, an
object with an endless repr or a dict that never ends becomes an `Odd`, which says in words what it was.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checking.found import Odd, Same

MOST_ELEMENTS = 4_000_000  # of one tensor; the checks' own cases have hundreds
MOST_ITEMS = 1_000  # of one container
LONGEST_TEXT = 4_000  # letters; lines that were put in order are a thousand
DEEPEST = 4
# PyTorch has further dtypes, with which it can neither compare nor calculate.
DTYPES = frozenset((
    torch.bool, torch.uint8, torch.uint16, torch.uint32, torch.uint64, torch.int8, torch.int16, torch.int32, torch.int64,
    torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
))  # fmt: skip


def plain(value: Any, arguments: Mapping[str, Any], depth: int = 0) -> Any:
    """A copy of `value` made of tensors, numbers, strings, lists, tuples and dicts, with Odd for the rest.

    `arguments` are what the function was called with: a returned module is recognised among them.
    """
    if value is None or type(value) in (bool, int, float):
        return value
    if type(value) is str:
        return value[:LONGEST_TEXT]
    if isinstance(value, Tensor):
        return plain_tensor(value)
    if isinstance(value, nn.Module):
        same = [name for name, argument in arguments.items() if argument is value]
        return Same(same[0]) if same else Odd("another module", class_name(value))
    if isinstance(value, (list, tuple, dict)):
        if depth == DEEPEST or len(value) > MOST_ITEMS:
            return Odd("a container too deep or too long to compare")
        if isinstance(value, dict):
            pairs = list(dict.items(value))
            return {
                key if type(key) in (str, int) else str(type(key)): plain(item, arguments, depth + 1)
                for key, item in pairs
            }
        items = [plain(item, arguments, depth + 1) for item in _items(value)]
        return tuple(items) if isinstance(value, tuple) else items
    return _foreign(value)


def plain_tensor(value: Tensor) -> Tensor | Odd:
    """A detached copy on the CPU, or why there is none."""
    kind = type(value)
    if kind is not Tensor and kind is not nn.Parameter:
        return Odd("an object of a class derived from torch.Tensor", class_name(value))
    if value.layout is not torch.strided or value.is_quantized or value.is_nested:
        return Odd("a sparse, nested or quantized tensor")
    if value.dtype not in DTYPES:
        return Odd(f"a tensor of the dtype {value.dtype}")
    if value.is_meta:
        return Odd("a tensor on the device meta, which holds no numbers")
    if value.numel() > MOST_ELEMENTS:
        return Odd(f"a tensor of {value.numel()} elements, too large to compare")
    return value.detach().cpu().clone(memory_format=torch.contiguous_format)


def as_float(value: Any) -> Any:
    """A whole number, or a real one in a tensor without dimensions, as the float that it equals; all else as it is."""
    alone = isinstance(value, Tensor) and value.dim() == 0 and not value.is_complex()
    try:
        return float(value) if alone or type(value) is int else value
    except OverflowError:  # of an int with more digits than any float
        return value


def tensors_in(value: Any, depth: int = 0) -> Iterator[Tensor]:
    """The live tensors of a returned value, in an order that does not depend on how a dict was filled."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict) and depth < DEEPEST:
        for key in sorted(dict.keys(value), key=str):
            yield from tensors_in(dict.__getitem__(value, key), depth + 1)
    elif isinstance(value, (list, tuple)) and depth < DEEPEST:
        for item in _items(value):
            yield from tensors_in(item, depth + 1)


def class_name(value: Any) -> str:
    """The name of a value's class, fit to be shown."""
    return "".join(letter for letter in type(value).__name__[:60] if letter.isprintable())


def _items(value: list[Any] | tuple[Any, ...]) -> Iterator[Any]:
    return tuple.__iter__(value) if isinstance(value, tuple) else list.__iter__(value)


def _foreign(value: Any) -> Odd:
    bases = type(value).__mro__
    numpy = sys.modules.get("numpy")
    if numpy and numpy.ndarray in bases:
        return Odd("a NumPy array")
    if numpy and numpy.generic in bases:
        return Odd("a NumPy number")
    if any(type(value) is known for known in vars(builtins).values()):
        return Odd(f"a {class_name(value)}")
    return Odd("an object of some other class", class_name(value))

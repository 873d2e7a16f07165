"""Are two plain values the same up to rounding, and if not, in words, where not; `judge` calls `compare`.

Tolerance. Every rounding step has a relative error of at most eps / 2, and the errors of n independent
steps add up like a random walk, to sqrt(n) of that (Higham, Accuracy and Stability of Numerical Algorithms,
2nd ed., 2.8). A result may therefore be off by `SAFETY * eps * sqrt(n) * m`, with n the case's `operations`
and m the largest magnitude expected in that tensor, at least 1. For a step of an LSTM in float32 that is
about 5e-6. Right answers in other orders of operations were measured to need at most a tenth of it (450
draws each in float32, float64 and bfloat16), and the known mistakes are off by 0.01 and more.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from autograder.checking.found import Finding, Odd, Same

SAFETY = 8.0


def tolerance(expected: Tensor, operations: int) -> float:
    """How far a right answer may be from `expected` (see the module's docstring); 0 for whole numbers."""
    if not expected.is_floating_point():
        return 0.0
    sizes = expected[expected.isfinite()].abs()
    magnitude = max(1.0, float(sizes.max())) if sizes.numel() else 1.0
    return SAFETY * torch.finfo(expected.dtype).eps * math.sqrt(operations) * magnitude


def compare(
    found: Any,
    expected: Any,
    operations: int,
    name: str,
    authority: str,
    precision: torch.dtype = torch.float32,
) -> Finding | None:
    """The first difference between two plain values; `name` is what to call `found` in the words. Python floats
    may have been computed in `precision`."""
    if isinstance(expected, Tensor):
        return _compare_tensors(found, expected, operations, name, authority)
    if type(found) is type(expected) is float:
        one, other = (torch.tensor(number, dtype=precision) for number in (found, expected))
        return _compare_tensors(one, other, operations, name, authority)
    if isinstance(expected, dict) and isinstance(found, dict):
        missing = [key for key in expected if key not in found]
        extra = [key for key in found if key not in expected]
        if missing or extra:
            without = f"It lacks {few(missing)}. " if missing else ""
            return Finding(
                f"{name} should have the keys {few(expected)}.",
                without + (f"It has {few(extra)}, which nobody asked for." if extra else ""),
            )
        pairs = [(f"{name}[{key!r}]", found[key], expected[key]) for key in expected]
    elif isinstance(expected, (tuple, list)) and type(found) is type(expected):
        if len(found) != len(expected):
            words = f"{name} has {len(found)} elements, expected {len(expected)}."
            return Finding(words, _in_numbers(found, expected))
        if _few_numbers(found) and _few_numbers(expected) and found != expected:  # a shape is read as a whole
            return _differs(name, authority, found, expected)
        names = _element_names(name, len(expected))
        pairs = list(zip(names, found, expected, strict=True))
    elif type(found) is type(expected) and found == expected:
        return None
    elif type(found) is type(expected) and isinstance(expected, (int, str)):
        return _differs(name, authority, found, expected)
    else:
        return Finding(f"{name} is {kind(found)}, expected {kind(expected)}.", name_of(found))
    for part, a, b in pairs:
        finding = compare(a, b, operations, part, authority, precision)
        if finding:
            return finding
    return None


def kind(value: Any) -> str:
    """What a plain value is, in words that give none of its numbers."""
    if isinstance(value, Odd):
        return value.words
    if isinstance(value, Same):
        return f"the argument {value.argument} itself"
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, (tuple, list, dict)):
        return f"a {type(value).__name__} of {len(value)}"
    article = "an" if isinstance(value, int) and not isinstance(value, bool) else "a"
    return "None" if value is None else f"{article} {type(value).__name__}"


def _differs(name: str, authority: str, found: Any, expected: Any) -> Finding:
    return Finding(f"{name} differs from what {authority} gives.", _in_numbers(found, expected))


def _in_numbers(found: Any, expected: Any) -> str:
    """Both in full where they are short: a number, a word, the sizes of a shape."""
    both = (found, expected)
    if not all(_few_numbers(v) if isinstance(v, (tuple, list)) else _short(v) for v in both):
        return ""
    return f"expected {expected!r}, found {found!r}."


def _few_numbers(values: Any) -> bool:
    return len(values) <= 8 and all(type(value) is int and _short(value) for value in values)


def _short(value: Any) -> bool:
    if isinstance(value, int):
        return value.bit_length() <= 64  # a student's number may have more digits than Python prints
    return isinstance(value, str) and len(value) <= 200


def _element_names(name: str, count: int) -> list[str]:
    """h_n and c_n for a result called "(h_n, c_n)", else name[0], name[1]."""
    own = name[1:-1].split(", ") if name.startswith("(") else []
    return own if len(own) == count else [f"{name}[{k}]" for k in range(count)]


def _compare_tensors(
    found: Any, expected: Tensor, operations: int, name: str, authority: str
) -> Finding | None:
    if not isinstance(found, Tensor):
        return Finding(f"{name} is {kind(found)}, expected {kind(expected)}.", name_of(found))
    if found.shape != expected.shape:
        return Finding(f"{name} has the shape {tuple(found.shape)}, expected {tuple(expected.shape)}.")
    if found.dtype != expected.dtype:
        return Finding(f"{name} has the dtype {found.dtype}, expected {expected.dtype}.")
    wrong = (found.double() - expected.double()).abs() > tolerance(expected, operations)
    wrong |= found.isnan() != expected.isnan()
    if not wrong.any():
        return None
    if bool((found.isnan() & ~expected.isnan()).any()):
        return Finding(f"{name} holds NaN where {authority} gives numbers.")
    first = tuple(wrong.nonzero()[0].tolist())
    one, other = apart(expected[first].item(), found[first].item())
    place = f"{int(wrong.sum())} of {wrong.numel()} elements differ, first {name.removeprefix('the ')}{list(first)}: "
    return Finding(
        f"{name} differs from what {authority} gives.",
        f"{place if first else ''}expected {one}, found {other}.",
    )


def apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers with as few digits as tell them apart, four or more."""
    pairs = [(f"{one:.{digits}g}", f"{other:.{digits}g}") for digits in range(4, 18)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[-1])


def shown(value: Any) -> str:
    """A plain value as a person would write it: `repr`, but no number with more than four digits after rounding."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        items = ", ".join(map(shown, value)) + ("," if isinstance(value, tuple) and len(value) == 1 else "")
        return f"[{items}]" if isinstance(value, list) else f"({items})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {shown(item)}" for key, item in value.items()) + "}"
    return repr(value)


def name_of(value: Any) -> str:
    return f"Its class is {value.name}." if isinstance(value, Odd) and value.name else ""


def few(keys: Any) -> str:
    names = [repr(key)[:30] for key in keys]
    return ", ".join(names[:8]) + (" and others" if len(names) > 8 else "") if names else "(none)"

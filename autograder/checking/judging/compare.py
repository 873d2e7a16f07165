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

from autograder.checking.found import Finding, FindingKind, Odd, Same

SAFETY = 8.0


def tolerance(expected: Tensor, operations: int) -> float:
    """How far a right answer may be from `expected` (see the module's docstring); 0 for whole numbers."""
    if not expected.is_floating_point():
        return 0.0
    sizes = expected.abs()
    largest = float(sizes.max()) if sizes.numel() else 0.0
    if not math.isfinite(largest):
        sizes = sizes[sizes.isfinite()]
        largest = float(sizes.max()) if sizes.numel() else 0.0
    magnitude = max(1.0, largest)
    return SAFETY * torch.finfo(expected.dtype).eps * math.sqrt(operations) * magnitude


def compare(
    found: Any,
    expected: Any,
    operations: int,
    name: str,
    authority: str,
    precision: torch.dtype = torch.float32,
) -> Finding | None:
    """The first difference between two plain values; `name` is what to call `found`. Python floats
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
            lists = {"missing": missing, "extra": extra}
            values = {each: few(keys) for each, keys in lists.items() if keys}
            return Finding(FindingKind.KEYS, {"name": name, "expected": few(expected)}, values)
        pairs = [(f"{name}[{key!r}]", found[key], expected[key]) for key in expected]
    elif isinstance(expected, (tuple, list)) and type(found) is type(expected):
        if len(found) != len(expected):
            args = {"name": name, "found": len(found), "expected": len(expected)}
            return Finding(FindingKind.COUNT, args, _in_numbers(found, expected))
        if _few_numbers(found) and _few_numbers(expected) and found != expected:  # a shape is read as a whole
            return _differs(name, authority, found, expected)
        names = _element_names(name, len(expected))
        pairs = list(zip(names, found, expected, strict=True))
    elif type(found) is type(expected) and found == expected:
        return None
    elif type(found) is type(expected) and isinstance(expected, (int, str)):
        return _differs(name, authority, found, expected)
    else:
        return _other_kind(found, expected, name)
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


def _other_kind(found: Any, expected: Any, name: str) -> Finding:
    args = {"name": name, "found": kind(found), "expected": kind(expected)}
    return Finding(FindingKind.KIND, args, name_of(found))


def _differs(name: str, authority: str, found: Any, expected: Any) -> Finding:
    args = {"name": name, "authority": authority}
    return Finding(FindingKind.DIFFERS, args, _in_numbers(found, expected))


def _in_numbers(found: Any, expected: Any) -> dict[str, str]:
    """Both in full where they are short: a number, a word, the sizes of a shape."""
    both = (found, expected)
    if not all(_few_numbers(v) if isinstance(v, (tuple, list)) else _short(v) for v in both):
        return {}
    return {"expected": repr(expected), "found": repr(found)}


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
        return _other_kind(found, expected, name)
    if found.shape != expected.shape:
        shapes = {"found": tuple(found.shape), "expected": tuple(expected.shape)}
        return Finding(FindingKind.SHAPE, {"name": name, **shapes})
    if found.dtype != expected.dtype:
        return Finding(FindingKind.DTYPE, {"name": name, "found": found.dtype, "expected": expected.dtype})
    apart_by, most = (found.double() - expected.double()).abs(), tolerance(expected, operations)
    if bool((apart_by <= most).all()):  # so there is no NaN
        return None
    wrong = (apart_by > most) | (found.isnan() != expected.isnan())
    if not wrong.any():
        return None
    if bool((found.isnan() & ~expected.isnan()).any()):
        return Finding(FindingKind.NAN, {"name": name, "authority": authority})
    first = tuple(wrong.nonzero()[0].tolist())
    one, other = apart(expected[first].item(), found[first].item())
    values: dict[str, Any] = {"expected": one, "found": other}
    if first:
        place = f"{name.removeprefix('the ')}{list(first)}"
        values |= {"count": int(wrong.sum()), "whole": wrong.numel(), "place": place}
    return Finding(FindingKind.DIFFERS, {"name": name, "authority": authority}, values)


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


def name_of(value: Any) -> dict[str, str]:
    """The class of a value where the student chose its name."""
    return {"class_name": value.name} if isinstance(value, Odd) and value.name else {}


def few(keys: Any) -> str:
    names = [repr(key)[:30] for key in keys]
    return ", ".join(names[:8]) + (" and others" if len(names) > 8 else "") if names else "(none)"

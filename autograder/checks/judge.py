"""Compare what a function did with what it should have done; `examine.py` calls `judge`.

Works on Observations alone and never calls anybody's function: it may run in another process than the
student's code. The expected observation is that of the oracle, or that of a known mistake: a student's
answer *is* that mistake when it passes with the mistake in the oracle's place.

Tolerance. Every rounding step has a relative error of at most eps / 2, and the errors of n independent
steps add up like a random walk, to sqrt(n) of that (Higham, Accuracy and Stability of Numerical Algorithms,
2nd ed., 2.8). A result may therefore be off by `SAFETY * eps * sqrt(n) * m`, with n the case's `operations`
and m the largest magnitude expected in that tensor, at least 1. For a step of an LSTM in float32 that is
about 5e-6. Right answers in other orders of operations were measured to need at most a tenth of it (450
draws each in float32, float64 and bfloat16), and the known mistakes are off by 0.01 and more.
"""

from __future__ import annotations

import builtins
import math
from typing import Any

import torch
from torch import Tensor

from autograder.checks.language import Case, Exercise, Fault, Finding, Observation, Odd, Property, Same

SAFETY = 8.0


def judge(
    exercise: Exercise, prop: Property, case: Case, found: Observation, expected: Observation
) -> Finding | None:
    """Why `found` is not what `expected` is, in the first respect that the property watches; None if it "
    "is."""
    if expected.fault:
        return _right_fault(found, expected.fault)
    if found.wrong_device:
        return Finding(
            "a tensor was made on the default device instead of the device of the arguments, so the function "
            "fails on a GPU: make it with x.new_zeros(...), torch.zeros_like(...) or device=x.device.",
            aspect="device",
        )
    if found.fault:
        return Finding(*fault_words(found.fault), aspect="error")
    if case.other_device:
        return None  # such a run shows devices; its numbers are made up
    finding = _value(exercise, prop, case, found, expected)
    for aspect in prop.watch:
        if finding is None and aspect in _ASPECTS:
            finding = _ASPECTS[aspect](case, found, expected)
    return finding


def tolerance(expected: Tensor, operations: int) -> float:
    """How far a right answer may be from `expected` (see the module's docstring); 0 for whole numbers."""
    if not expected.is_floating_point():
        return 0.0
    sizes = expected[expected.isfinite()].abs()
    magnitude = max(1.0, float(sizes.max())) if sizes.numel() else 1.0
    return SAFETY * torch.finfo(expected.dtype).eps * math.sqrt(operations) * magnitude


def compare(found: Any, expected: Any, operations: int, name: str, authority: str) -> Finding | None:
    """The first difference between two plain values; `name` is what to call `found` in the words."""
    if isinstance(expected, Tensor):
        return _compare_tensors(found, expected, operations, name, authority)
    if isinstance(expected, dict) and isinstance(found, dict):
        missing = [key for key in expected if key not in found]
        extra = [key for key in found if key not in expected]
        if missing or extra:
            return Finding(f"{name} should have the keys {_few(expected)}.", f"Its keys are {_few(found)}.")
        pairs = [(f"{name}[{key!r}]", found[key], expected[key]) for key in expected]
    elif isinstance(expected, (tuple, list)) and type(found) is type(expected):
        if len(found) != len(expected):
            return Finding(f"{name} has {len(found)} elements, expected {len(expected)}.")
        pairs = [(f"{name}[{k}]", a, b) for k, (a, b) in enumerate(zip(found, expected, strict=True))]
    elif type(found) is type(expected) and found == expected:
        return None
    else:
        return Finding(f"{name} is {kind(found)}, expected {kind(expected)}.", _name(found))
    for part, a, b in pairs:
        finding = compare(a, b, operations, part, authority)
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
    return "None" if value is None else f"a {type(value).__name__}"


def fault_words(fault: Fault) -> tuple[str, str]:
    """An exception in words, and the student's lines and its message apart."""
    known = next((name for name in fault.kinds if hasattr(builtins, name)), "an exception")
    place = f" in your line {fault.lines[-1][0]}" if fault.lines else ""
    lines = [f"your line {number}: `{text}`" for number, text in fault.lines]
    return f"your function raised {known}{place}.", "\n".join([*lines, f"{fault.kinds[0]}: {fault.message}"])


def _value(
    exercise: Exercise, prop: Property, case: Case, found: Observation, expected: Observation
) -> Finding | None:
    value, wanted = found.value, expected.value
    if exercise.results:
        shape = f"a tuple ({', '.join(exercise.results)})"
        if not isinstance(value, tuple):
            return Finding(f"the function returned {kind(value)}, expected {shape}.", _name(value))
        if len(value) != len(exercise.results):
            return Finding(f"the function returned a tuple of {len(value)}, expected {shape}.")
        value, wanted = (dict(zip(exercise.results, v, strict=True)) for v in (value, wanted))
    if not isinstance(wanted, dict):
        return compare(value, wanted, case.operations, "the result", exercise.authority)
    if not isinstance(value, dict) or set(value) != set(wanted):
        return compare(value, wanted, case.operations, "the result", exercise.authority)
    for part in prop.parts or wanted:
        finding = compare(value[part], wanted[part], case.operations, part, exercise.authority)
        if finding:
            return finding
    return None


def _compare_tensors(
    found: Any, expected: Tensor, operations: int, name: str, authority: str
) -> Finding | None:
    if not isinstance(found, Tensor):
        return Finding(f"{name} is {kind(found)}, expected {kind(expected)}.", _name(found))
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
    return Finding(
        f"{name} differs from what {authority} gives.",
        f"{int(wrong.sum())} of {wrong.numel()} elements differ, first {name}{list(first) if first else ''}: "
        f"expected {expected[first].item():.6g}, found {found[first].item():.6g}.",
    )


def _right_fault(found: Observation, expected: Fault) -> Finding | None:
    wanted = expected.kinds[0]
    if found.fault and wanted in found.fault.kinds:
        return None
    if found.fault:
        words, detail = fault_words(found.fault)
        return Finding(f"expected {wanted}, but {words}", detail, aspect="error")
    return Finding(f"expected {wanted}, but the function raised nothing.", aspect="error")


def _gradients(case: Case, found: Observation, expected: Observation) -> Finding | None:
    for name, wanted in expected.gradients.items():
        got = found.gradients.get(name)
        if wanted is None and got is not None and bool(got.any()):
            return Finding(f"a gradient reaches {name}, where there should be none.", aspect="gradients")
        if got is None and wanted is not None:
            return Finding(
                f"no gradient reaches {name}: the values are right, but .data, .detach(), torch.no_grad() "
                "or a trip through NumPy or Python numbers cut the graph.",
                aspect="gradients",
            )
        if wanted is not None:
            # A gradient sums over the batch and over all results: a few times the steps of a value.
            finding = compare(got, wanted, 4 * case.operations, f"the gradient of {name}", "autograd")
            if finding:
                return Finding(finding.words, finding.detail, "gradients")
    return None


def _inputs(case: Case, found: Observation, expected: Observation) -> Finding | None:
    changed, wanted = _touched(found), _touched(expected)
    if changed == wanted:
        return None
    if not changed:
        return Finding(f"{_and(wanted)} should have been changed in place.", aspect="inputs")
    return Finding(
        f"the call modified its argument {_and(changed)}: work on a copy, and mind operations that end "
        "in _ or assign to a slice.",
        aspect="inputs",
    )


def _globals(case: Case, found: Observation, expected: Observation) -> Finding | None:
    if found.moved == expected.moved:
        return None
    return Finding(f"the call changed {_and(found.moved)}, which belongs to its caller.", aspect="globals")


def _memory(case: Case, found: Observation, expected: Observation) -> Finding | None:
    names = tuple(name for name in found.shared if name not in expected.shared)
    if not names:
        return None
    return Finding(
        f"the result shares memory with {_and(names)}: whoever changes one changes the other. A view "
        "(slicing, unfold, view, transpose) becomes a tensor of its own with .clone().",
        aspect="memory",
    )


def _calls(case: Case, found: Observation, expected: Observation) -> Finding | None:
    for name, module in expected.modules.items():
        calls = found.modules[name].calls if name in found.modules else ()
        if calls != module.calls:
            return Finding(
                f"{name} should be called with pieces of {_few(module.calls)} steps; the pieces it got had "
                f"{_few(calls)}.",
                aspect="calls",
            )
    return None


def _name(value: Any) -> str:
    return f"Its class is {value.name}." if isinstance(value, Odd) and value.name else ""


def _touched(observation: Observation) -> tuple[str, ...]:
    """Arguments whose numbers, or modules whose parameters, .grad or mode are not what they were."""
    modules = observation.modules.items()
    bent = [n for n, m in modules if m.replaced or m.bent or m.with_grad or m.mode_changed]
    return tuple(sorted({*observation.changed, *bent}))


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(names)


def _few(keys: Any) -> str:
    names = [repr(key)[:30] for key in keys]
    return ", ".join(names[:6]) + (", ..." if len(names) > 6 else "") if names else "(none)"


_ASPECTS = {
    "gradients": _gradients,
    "inputs": _inputs,
    "globals": _globals,
    "memory": _memory,
    "calls": _calls,
}

"""Compare what a function did with what it should have done; `examine.py` calls `judge`.

Works on Observations alone and never calls anybody's function: it may run in another process than the
student's code. The expected observation is that of the oracle, or that of a known mistake: a student's
answer *is* that mistake when it passes with the mistake in the oracle's place.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable

from autograder.checking.advice import advice
from autograder.checking.compare import compare, few, kind, name_of
from autograder.checking.found import Fault, Finding, ModuleSeen, Observation, Odd, Seen
from autograder.checking.language import Case, Exercise, Property


def judge(
    exercise: Exercise,
    prop: Property,
    case: Case,
    found: Observation,
    expected: Observation,
    ask: Callable[[Case], Observation] | None = None,
) -> Finding | None:
    """Why `found` is not what `expected` is, in the first respect that the property watches; None if it "
    "is."""
    if prop.verdict and ask and (finding := prop.verdict(case, found, ask)):
        return finding
    if expected.fault:
        return _right_fault(found, expected.fault)
    if found.wrong_device:
        return Finding(
            "a tensor was made on the default device instead of the device of the arguments, so the function "
            "fails on a GPU: make it with x.new_zeros(...), torch.zeros_like(...) or device=x.device.",
            aspect="device",
        )
    if case.far:
        return _places(exercise, found)
    if found.fault:
        return Finding(*fault_words(found.fault), aspect="error")
    if case.other_device:
        return None  # such a run shows devices; its numbers are made up
    finding = None if prop.verdict else _value(exercise, prop, case, found, expected)
    for aspect in prop.watch:
        if finding is None and aspect in _ASPECTS:
            finding = _ASPECTS[aspect](case, found, expected)
    return finding


def fault_words(fault: Fault) -> tuple[str, str]:
    """An exception in words, and the student's lines and its message apart."""
    known = next((name for name in fault.kinds if hasattr(builtins, name)), "an exception")
    place = f" in your line {fault.lines[-1][0]}" if fault.lines else ""
    lines = [f"your line {number}: `{text}`" for number, text in fault.lines]
    lines += [f"{fault.kinds[0]}: {fault.message}".rstrip(": "), advice(fault.message)]
    return f"your function raised {known}{place}.", "\n".join(line for line in lines if line)


def _value(
    exercise: Exercise, prop: Property, case: Case, found: Observation, expected: Observation
) -> Finding | None:
    value, wanted = found.value, expected.value
    if isinstance(wanted, Seen):
        return None if value == wanted else Finding(value.words)
    if exercise.results:
        shape = f"a tuple ({', '.join(exercise.results)})"
        if not isinstance(value, tuple):
            return Finding(f"the function returned {kind(value)}, expected {shape}.", name_of(value))
        if len(value) != len(exercise.results):
            return Finding(f"the function returned a tuple of {len(value)}, expected {shape}.")
        value, wanted = (dict(zip(exercise.results, v, strict=True)) for v in (value, wanted))
    if not isinstance(wanted, dict) or not isinstance(value, dict) or set(value) != set(wanted):
        return compare(value, wanted, case.operations, "the result", exercise.authority, case.precision)
    for part in prop.parts or wanted:
        finding = compare(
            value[part], wanted[part], case.operations, part, exercise.authority, case.precision
        )
        if finding:
            return finding
    return None


def _right_fault(found: Observation, expected: Fault) -> Finding | None:
    wanted = expected.kinds[0]
    if found.fault and wanted in found.fault.kinds:
        return None
    if found.fault:
        words, detail = fault_words(found.fault)
        return Finding(f"expected {wanted}, but {words}", detail, aspect="error")
    return Finding(f"expected {wanted}, but the function raised nothing.", aspect="error")


def _places(exercise: Exercise, found: Observation) -> Finding | None:
    """What came back from `device.afar`: a tensor that stayed with the arguments is an Odd, one on the CPU is not."""
    for name, value in zip(exercise.results, found.value or (), strict=False):
        there = exercise.places.get(name)
        if there is not None and there != isinstance(value, Odd):
            place = (
                "on the device of the arguments"
                if there
                else "on the CPU, whatever device the arguments are on"
            )
            return Finding(f"{name} should be {place}.", aspect="device")
    return None


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
        f"the call modified its argument {_and(changed)}: "
        + ("put it back at the end." if changed == _modes(found) else _COPY),
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
                f"{name} should be called with pieces of {few(module.calls)} steps; the pieces it got had "
                f"{few(calls)}.",
                aspect="calls",
            )
    return None


def _graph(case: Case, found: Observation, expected: Observation) -> Finding | None:
    if not found.attached or expected.attached:
        return None
    return Finding(
        "the result still has autograd's graph behind it, which keeps all of it in memory: end with .detach().",
        aspect="graph",
    )


def _evaluation(case: Case, found: Observation, expected: Observation) -> Finding | None:
    for name, wanted in expected.modules.items():
        seen = found.modules[name]
        if seen.trained and not wanted.trained:
            return Finding(
                f"{name} was called in training mode: call {name}.eval() first.", aspect="evaluation"
            )
        if seen.recorded and not wanted.recorded:
            return Finding(
                f"{name} was called while gradients were recorded: call it inside `with torch.no_grad():`.",
                aspect="evaluation",
            )
    return None


def _modes(observation: Observation) -> tuple[str, ...]:
    """Modules of which nothing but the mode is not what it was, in words."""
    modules = observation.modules.items()
    only = [
        n for n, m in modules if m.mode_changed and not (m.replaced or m.not_leaf or n in observation.changed)
    ]
    return tuple(f"{name} ({name}.training is not what it was)" for name in sorted(only))


def _touched(observation: Observation) -> tuple[str, ...]:
    """Arguments whose numbers, or modules whose parameters, .grad or mode are not what they were."""
    modules = observation.modules.items()
    not_leaf = [n for n, m in modules if m.replaced or m.not_leaf]
    grad_changed = [f"{n} (the .grad of its parameters is {_fate(m)})" for n, m in modules if m.grad_changed]
    return tuple(sorted({*observation.changed, *not_leaf, *_modes(observation), *grad_changed}))


def _fate(module: ModuleSeen) -> str:
    return "not what it was" if set(module.grad_changed) & set(module.grads) else "gone"


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(names)


_COPY = "work on a copy, and mind operations that end in _ or assign to a slice."

_ASPECTS = {
    "gradients": _gradients,
    "inputs": _inputs,
    "globals": _globals,
    "memory": _memory,
    "calls": _calls,
    "graph": _graph,
    "evaluation": _evaluation,
}

"""Compare what a function did with what it should have done; `examine.py` calls `judge`.

Works on Observations alone and never calls anybody's function: it may run in another process than the
student's code. The expected observation is that of the oracle, or that of a known mistake: a student's
answer *is* that mistake when it passes with the mistake in the oracle's place.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from autograder.checking.found import Fault, Finding, FindingKind, ModuleSeen, Observation, Odd, Seen
from autograder.checking.judging.compare import compare, few, kind, name_of
from autograder.checking.language import Case, Exercise, Property

MORE_OPERATORS = (
    4  # times as many as the oracle, and an answer may still be the same method, written otherwise
)


def judge(
    exercise: Exercise,
    prop: Property,
    case: Case,
    found: Observation,
    expected: Observation,
    ask: Callable[[Case], Observation] | None = None,
) -> tuple[Finding, ...]:
    """All respects in which `found` is not what was `expected`: what the call did beside its value, then the value,
    part by part. Gradients are those of right values only.
    """
    if prop.verdict and ask and (finding := prop.verdict(case, found, ask)):
        return (*_effects(prop, case, found, expected), finding)
    if exercise.tells_apart:
        return ()  # its error was its answer
    if expected.fault:
        return tuple(_right_fault(found, expected.fault))
    if found.wrong_device:
        return (Finding(FindingKind.DEVICE),)
    if case.far:
        return tuple(_places(exercise, found))
    if found.fault:
        return (raised(found.fault),)
    if case.other_device:
        return ()  # such a run shows devices; its numbers are made up
    values = () if prop.verdict else tuple(_value(exercise, prop, case, found, expected))
    gradients = _gradients(case, found, expected) if "gradients" in prop.watch and not values else ()
    return (*_effects(prop, case, found, expected), *gradients, *values)


def parts_of(exercise: Exercise, prop: Property, expected: Observation) -> tuple[str, ...]:
    """The parts of the result that a property compares; "" for a result that has none."""
    if isinstance(expected.value, dict):
        return prop.parts or tuple(expected.value)
    return prop.parts or exercise.results or ("",)


def _effects(prop: Property, case: Case, found: Observation, expected: Observation) -> Iterator[Finding]:
    """What the call did beside its value, in the aspects that the property watches."""
    for aspect in prop.watch:
        if aspect in _ASPECTS and not found.fault:
            yield from _ASPECTS[aspect](found, expected)


def raised(fault: Fault) -> Finding:
    """An exception where a value was expected."""
    return Finding(FindingKind.RAISED, *_raised(fault))


def _raised(fault: Fault) -> tuple[dict[str, Any], dict[str, Any]]:
    """An exception for a finding: what it is; and the student's lines and its message apart."""
    known = next((name for name in fault.kinds if hasattr(builtins, name)), "an exception")
    line = fault.lines[-1][0] if fault.lines else 0
    values = {"lines": fault.lines, "error": fault.kinds[0], "message": fault.message}
    return {"error": known, "line": line}, values


def _value(
    exercise: Exercise, prop: Property, case: Case, found: Observation, expected: Observation
) -> Iterator[Finding]:
    value, wanted = found.value, expected.value
    if isinstance(wanted, Seen):
        if value != wanted:
            yield Finding(FindingKind.SEEN, {"text": value.words})
        return
    if exercise.results:
        shape = {"expected": f"a tuple ({', '.join(exercise.results)})"}
        if not isinstance(value, tuple):
            yield Finding(FindingKind.NO_TUPLE, {"found": kind(value), **shape}, name_of(value))
            return
        if len(value) != len(exercise.results):
            yield Finding(FindingKind.TUPLE_LENGTH, {"found": len(value), **shape})
            return
        value, wanted = (dict(zip(exercise.results, v, strict=True)) for v in (value, wanted))
    if not isinstance(wanted, dict) or not isinstance(value, dict) or set(value) != set(wanted):
        whole = compare(value, wanted, case.operations, "the result", exercise.authority, case.precision)
        yield from [whole] if whole else []
        return
    for part in prop.parts or wanted:
        finding = compare(
            value[part], wanted[part], case.operations, part, exercise.authority, case.precision
        )
        if finding:
            yield replace(finding, part=part)


def _right_fault(found: Observation, expected: Fault) -> Iterator[Finding]:
    wanted = {"expected": expected.kinds[0]}
    if found.fault is None:
        yield Finding(FindingKind.NO_ERROR, wanted)
    elif wanted["expected"] not in found.fault.kinds:
        args, values = _raised(found.fault)
        yield Finding(FindingKind.OTHER_ERROR, {**wanted, **args}, values)


def _places(exercise: Exercise, found: Observation) -> Iterator[Finding]:
    """What came back from `device.afar`: a tensor that stayed with the arguments is an Odd, one on the CPU is not."""
    results = found.value if isinstance(found.value, tuple) else ()  # what else it is, is said elsewhere
    for name, value in zip(exercise.results, results, strict=False):
        there = exercise.places.get(name)
        if there is not None and there != isinstance(value, Odd):
            yield Finding(FindingKind.PLACE if there else FindingKind.PLACE_CPU, {"name": name})


def _gradients(case: Case, found: Observation, expected: Observation) -> Iterator[Finding]:
    for name, wanted in expected.gradients.items():
        got = found.gradients.get(name)
        if wanted is None and got is not None and bool(got.any()):
            yield Finding(FindingKind.GRADIENT_UNWANTED, {"name": name})
        elif got is None and wanted is not None:
            yield Finding(FindingKind.GRADIENT_MISSING, {"name": name})
        elif wanted is not None:
            # A gradient sums over the batch and over all results: a few times the steps of a value.
            title = f"the gradient of {name}"
            finding = compare(got, wanted, 4 * case.operations, title, "autograd")
            yield from [replace(finding, part=title)] if finding else []


def _inputs(found: Observation, expected: Observation) -> Iterator[Finding]:
    changed, wanted = _touched(found), _touched(expected)
    # What a right answer changes as well, such as the .grad of parameters, is nothing to be put right.
    beyond = tuple(each for each in changed if each not in wanted)
    missing = tuple(what for each, what in wanted.items() if each not in changed)
    if beyond:
        only_modes = set(beyond) <= set(_modes(found))
        yield Finding(FindingKind.MODE_LEFT if only_modes else FindingKind.MODIFIED, {"names": beyond})
    elif missing:
        yield Finding(FindingKind.UNCHANGED, {"names": missing})


def _globals(found: Observation, expected: Observation) -> Iterator[Finding]:
    if found.moved != expected.moved:
        yield Finding(FindingKind.GLOBALS, {"names": found.moved})


def _memory(found: Observation, expected: Observation) -> Iterator[Finding]:
    names = tuple(name for name in found.shared if name not in expected.shared)
    if names:
        yield Finding(FindingKind.MEMORY, {"names": names})


def _calls(found: Observation, expected: Observation) -> Iterator[Finding]:
    for name, module in expected.modules.items():
        calls = found.modules[name].calls if name in found.modules else ()
        if calls != module.calls:
            lengths = {"expected": few(module.calls), "found": few(calls)}
            yield Finding(FindingKind.CALLS, {"name": name, **lengths})


def _operators(found: Observation, expected: Observation) -> Iterator[Finding]:
    most = MORE_OPERATORS * expected.operators
    if found.operators > most:
        yield Finding(FindingKind.OPERATORS, {}, {"expected": f"at most {most}", "found": found.operators})


def _graph(found: Observation, expected: Observation) -> Iterator[Finding]:
    if found.attached and not expected.attached:
        yield Finding(FindingKind.GRAPH)


def _evaluation(found: Observation, expected: Observation) -> Iterator[Finding]:
    for name, wanted in expected.modules.items():
        seen = found.modules[name]
        if seen.trained and not wanted.trained:
            yield Finding(FindingKind.TRAINED, {"name": name})
        elif seen.recorded and not wanted.recorded:
            yield Finding(FindingKind.RECORDED, {"name": name})


def _modes(observation: Observation) -> tuple[str, ...]:
    """Modules of which nothing but the mode is not what it was, in words."""
    modules = observation.modules.items()
    only = [
        n for n, m in modules if m.mode_changed and not (m.replaced or m.not_leaf or n in observation.changed)
    ]
    return tuple(f"{name} ({name}.training is not what it was)" for name in sorted(only))


def _touched(observation: Observation) -> dict[str, str]:
    """Arguments whose numbers, or modules whose parameters, .grad or mode are not what they were, in words, each with
    the words for what is to be changed where that is wanted."""
    modules = observation.modules.items()
    whole = {*observation.changed, *(n for n, m in modules if m.replaced or m.not_leaf)}
    grads = {
        f"{n} (the .grad of its parameters is {_fate(m)})": f"the .grad of {n}'s parameters"
        for n, m in modules
        if m.grad_changed
    }
    both = {**{name: name for name in (*whole, *_modes(observation))}, **grads}
    return dict(sorted(both.items()))


def _fate(module: ModuleSeen) -> str:
    return "not what it was" if set(module.grad_changed) & set(module.grads) else "gone"


_ASPECTS = {
    "inputs": _inputs,
    "globals": _globals,
    "memory": _memory,
    "calls": _calls,
    "operators": _operators,
    "graph": _graph,
    "evaluation": _evaluation,
}

"""Try a function on an exercise's properties and collect a Report; `check` and `score` call `examine`."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from autograder.checks.judge import judge
from autograder.checks.language import (
    Case,
    Exercise,
    Finding,
    Mistake,
    ModuleRecipe,
    Observation,
    Once,
    Outcome,
    ParameterRecipe,
    Property,
    Report,
)
from autograder.checks.observe import observe
from autograder.checks.rehearse import Rehearsal


def examine(
    exercise: Exercise,
    function: Callable[..., Any],
    properties: tuple[Property, ...] = (),
    seed: int | None = None,
    hidden: bool = False,
) -> Report:
    """Try `properties` (the exercise's own when empty) on cases drawn from `seed` (a fresh one when None).

    Raises NotImplementedError, with a traceback of one line, when nothing is written yet.
    """
    seed = secrets.randbits(32) if seed is None else int(seed)
    outcomes: list[Outcome] = []
    unwritten = 0
    explained: dict[int, list[Mistake]] = {}
    for number, prop in enumerate(properties or exercise.properties):
        if outcomes and _stopped(outcomes[-1]):
            outcomes.append(Outcome(prop.title, prop.weight, tried=False))
            continue
        case = replace(prop.draw(_generator(seed, prop.title)), gradients="gradients" in prop.watch)
        ask = partial(_observe, exercise, prop, function)
        found = ask(case)
        unwritten += _is_unwritten(found)
        expected = Observation() if prop.verdict else _own(prop, exercise.oracle, case)
        known = [mistake for earlier in explained.values() for mistake in earlier]
        outcome, matches = _try(exercise, prop, case, found, expected, known, ask)
        for away in (replace(case, other_device=True), replace(case, far=True)):
            if outcome.finding is None and ("places" if away.far else "device") in prop.watch:
                outcome, _ = _try(exercise, prop, away, ask(away), expected, [], ask)
        outcomes.append(replace(outcome, shapes=shapes(case, numbers=not hidden)))
        explained[number] = matches
    if unwritten == len(outcomes):
        raise not_written(exercise.name)
    outcomes, mistakes = _name_mistakes(exercise, outcomes, explained)
    return Report(exercise.name, tuple(outcomes), seed, hidden, mistakes)


def not_written(name: str) -> NotImplementedError:
    """The error of an untouched function; IPython asks it for its traceback and gets one line."""
    words = f"{name} is not written yet: replace `raise NotImplementedError()` and run its cell again."
    error = NotImplementedError(words)
    error._render_traceback_ = lambda: [f"NotImplementedError: {words}"]  # type: ignore[attr-defined]
    return error


def shapes(case: Case, numbers: bool = True) -> str:
    """The arguments of a case in words: shapes, how modules were built, and plain `numbers` if wanted."""
    words = [f"{name} {_shape(argument, numbers)}" for name, argument in case.args.items()]
    dtypes = sorted({str(t.dtype).removeprefix("torch.") for a in case.args.values() for t in _tensors(a)})
    return ", ".join(words) + (f"; {', '.join(dtypes)}" if dtypes else "")


def _observe(exercise: Exercise, prop: Property, function: Callable[..., Any], case: Case) -> Observation:
    found = _seen(prop, function, case)
    if exercise.look is None or found.fault or found.hung:
        return found
    return replace(found, value=exercise.look(case, found))


def _seen(prop: Property, function: Callable[..., Any], case: Case) -> Observation:
    """What the function did, through the eyes of a property that has some of its own."""
    found = observe(function, case)
    if prop.look is None or found.fault or found.hung or case.other_device or case.far:
        return found
    return replace(found, value=prop.look(case, found))


def _own(prop: Property, function: Callable[..., Any], case: Case) -> Observation:
    """The same for a function of ours, without oneDNN: compiling code for each shape takes it most of the time."""
    with torch.backends.mkldnn.flags(enabled=False, allow_tf32=None):  # which warns where it is set
        return _seen(prop, function, case)


def _try(
    exercise: Exercise,
    prop: Property,
    case: Case,
    found: Observation,
    expected: Observation,
    known: list[Mistake],
    ask: Callable[[Case], Observation],
) -> tuple[Outcome, list[Mistake]]:
    """The outcome of one property, and the mistakes that explain it; those `known` from earlier ones first."""
    outcome = Outcome(prop.title, prop.weight, printed=found.printed)
    if found.hung:
        words = f"your function had not returned after {found.seconds:.1f} seconds: does a loop never end?"
        return replace(outcome, finding=Finding(words, aspect="time")), []
    finding = judge(exercise, prop, case, found, expected, ask)
    if finding is None or found.fault:
        return replace(outcome, finding=finding), []
    if prop.verdict:
        return replace(outcome, finding=finding), [m for m in exercise.mistakes if m.name == finding.mistake]
    # Most submissions have one mistake: where an earlier one explains this failure too, no other is looked for.
    seen = [m for m in exercise.mistakes if m in known]
    rest = [m for m in exercise.mistakes if m not in known]
    plainly = replace(case, other_device=False, far=False)
    rehearsal = None if exercise.look or prop.look else Rehearsal(plainly)
    for candidates in (seen, rest):
        matches = [m for m in candidates if _matches(exercise, prop, plainly, found, expected, m, rehearsal)]
        if matches:
            break
    return replace(outcome, finding=finding), matches


def _matches(
    exercise: Exercise,
    prop: Property,
    case: Case,
    found: Observation,
    expected: Observation,
    mistake: Mistake,
    rehearsal: Rehearsal | None,
) -> bool:
    """Does the function do what this mistake does, and differs that from the right answer?"""
    # A mistaken computation may condition its errors worse than the right one: allow it ten times the steps.
    loose = replace(case, operations=10 * case.operations)
    numbers = replace(prop, watch=())
    for variant in mistake.variants:
        if rehearsal is not None and not case.no_grad:
            with torch.backends.mkldnn.flags(enabled=False, allow_tf32=None):
                returned = rehearsal.value(variant)
            if returned is not None and judge(exercise, numbers, loose, found, returned):
                continue  # other numbers: whatever else it does, this is not what the function did
        wrong = _own(prop, variant, case)
        if wrong.fault or wrong.hung or not judge(exercise, prop, loose, wrong, expected):
            continue
        if not judge(exercise, prop, loose, found, wrong):
            return True
    return False


def _name_mistakes(
    exercise: Exercise, outcomes: list[Outcome], explained: dict[int, list[Mistake]]
) -> tuple[list[Outcome], tuple[Mistake, ...]]:
    """Name the fewest mistakes that explain the most failures, those defined first winning ties."""
    open_ones = {number for number, matches in explained.items() if matches}
    named: list[Mistake] = []
    while open_ones:
        best = max(exercise.mistakes, key=lambda m: sum(m in explained[n] for n in open_ones))
        mine = {n for n in open_ones if best in explained[n]}
        named.append(best)
        open_ones -= mine
        outcomes = [replace(o, mistake=best) if n in mine else o for n, o in enumerate(outcomes)]
    return outcomes, tuple(named)


def _stopped(last: Outcome) -> bool:
    return not last.tried or (last.finding is not None and last.finding.aspect == "time")


def _is_unwritten(found: Observation) -> bool:
    return bool(found.fault and found.fault.own and found.fault.kinds[0] == "NotImplementedError")


def _generator(seed: int, title: str) -> torch.Generator:
    # By title, so that a property draws the same case from a seed wherever it stands in the list.
    return torch.Generator().manual_seed((seed << 20) ^ zlib.crc32(title.encode()))


def _shape(argument: Any, numbers: bool) -> str:
    if isinstance(argument, torch.Tensor):
        return str(tuple(argument.shape))
    if isinstance(argument, ModuleRecipe):
        if argument.layers:
            return f"nn.{argument.kind}({', '.join(_shape(layer, numbers) for layer in argument.layers)})"
        options = dict(argument.options)
        sizes = [str(options.pop(name)) for name in ("input_size", "hidden_size") if name in options]
        return f"nn.{argument.kind}({', '.join(sizes + [f'{k}={v}' for k, v in options.items()])})"
    if isinstance(argument, ParameterRecipe):
        return f"{tuple(argument.value.shape)}{' with' if argument.grad is not None else ' without'} .grad"
    if isinstance(argument, Once):
        return f"a generator of {_shape(argument.items, numbers) if argument.items else 'nothing'}"
    if isinstance(argument, dict):
        return f"of {len(argument)} entries"
    if isinstance(argument, (list, tuple)) and _tensors(argument):
        return f"({', '.join(_shape(item, numbers) for item in argument)})"
    return f"= {argument!r}"[:60] if numbers else "(not shown)"


def _tensors(argument: Any) -> list[torch.Tensor]:
    if isinstance(argument, torch.Tensor):
        return [argument]
    if isinstance(argument, ParameterRecipe):
        return [argument.value]
    if isinstance(argument, Once):
        return _tensors(argument.items)
    if isinstance(argument, (list, tuple)):
        return [tensor for item in argument for tensor in _tensors(item)]
    return list(argument.state.values()) if isinstance(argument, ModuleRecipe) else []

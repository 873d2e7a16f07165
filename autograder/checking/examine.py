"""Try a function on an exercise's properties and collect a Report; `check` and `score` call `examine`."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from autograder.checking.found import Finding, FindingKind, Observation
from autograder.checking.judging.compare import shown
from autograder.checking.judging.decide import Tried, decide
from autograder.checking.judging.idle import idle
from autograder.checking.judging.judge import judge, parts_of
from autograder.checking.judging.naming import explaining
from autograder.checking.kinds.written import write
from autograder.checking.language import (
    Case,
    Exercise,
    Mistake,
    ModuleRecipe,
    Once,
    ParameterRecipe,
    Property,
)
from autograder.checking.observing.limits import one_thread
from autograder.checking.outcome import Drawn, Outcome, Report
from autograder.checking.seeds import draw_seed
from autograder.checking.stock.order_lines import assembled
from autograder.checking.watch import StudentsFunction, own

# What may be wrong with the value of a function that does some of its work.
WORK = {
    FindingKind.COUNT,
    FindingKind.SHAPE,
    FindingKind.DTYPE,
    FindingKind.NAN,
    FindingKind.DIFFERS,
    FindingKind.SEEN,
}


@one_thread()
def examine(
    exercise: Exercise,
    function: Callable[..., Any],
    properties: tuple[Property, ...] = (),
    seed: int | None = None,
    hidden: bool = False,
) -> Report:
    """Try `properties` (the exercise's own when empty) on cases drawn from `seed` (see `draw_seed` when None).

    Raises NotImplementedError, with a traceback of one line, when nothing is written yet.
    """
    seed = draw_seed(f"{exercise.name}{' hidden' * hidden}") if seed is None else int(seed)
    wanted = properties or exercise.properties
    if exercise.lines:
        made = assembled(exercise, function)
        if made is None:
            raise not_written(exercise)
        if isinstance(made, Finding):
            return Report(exercise.name, _all_for(made, wanted), seed, hidden)
        function = made
    order = random.Random(seed).sample(wanted, len(wanted)) if exercise.tells_apart else wanted
    cases = [(prop, _cases(prop, seed)) for prop in order]
    asked = StudentsFunction(exercise, function)
    if not exercise.tells_apart:  # a test must not get hold of two functions at a time
        asked.foresee(case for _, several in cases for case in several)
    tried: list[Tried] = []
    unwritten, answer = 0, ""
    for prop, several in cases:
        if tried and tried[-1].hung:
            tried.append(Tried(prop, tried=False))
            continue
        known = [mistake for earlier in tried for mistake in earlier.mistakes]
        found, seen = _try(exercise, prop, asked, several, seed, known, numbers=not hidden)
        unwritten += _is_unwritten(found)
        if exercise.given and not (found.fault or found.hung):
            answer = write(found.value)
        tried.append(seen)
    if unwritten == len(tried):
        raise not_written(exercise)
    if exercise.tells_apart:
        tried.sort(key=lambda each: wanted.index(each.prop))
    outcomes, mistakes = decide(exercise, tried)
    drawn = Drawn.NOTHING if exercise.given else Drawn.ORDER if exercise.tells_apart else Drawn.CASES
    return Report(exercise.name, outcomes, seed, hidden, mistakes, answer, drawn)


def _all_for(finding: Finding, properties: Sequence[Property]) -> tuple[Outcome, ...]:
    """Outcomes where there is no function to try, for one reason."""
    first, *others = (Outcome(prop.title, prop.weight) for prop in properties)
    return replace(first, finding=finding), *(replace(each, depends_on=0) for each in others)


def _try(
    exercise: Exercise,
    prop: Property,
    function: StudentsFunction,
    cases: Sequence[Case],
    seed: int,
    known: Sequence[Mistake],
    numbers: bool,
) -> tuple[Observation, Tried]:
    """What the function did on the property's `cases`, and what is to be said of it."""
    case, *elsewhere = cases
    ask = partial(function.on, prop)
    found = ask(case)
    expected = Observation() if prop.verdict else own(prop, exercise.oracle, case)
    findings = _judged(exercise, prop, case, found, expected, ask)
    mistakes: list[Mistake] = []
    if findings and not (found.fault or found.hung):
        further = [(other, ask(other)) for other in _further(exercise, prop, seed)]
        mistakes = explaining(exercise, prop, case, found, expected, findings, known, further)
    for away in elsewhere:
        if not found.fault and _of_value(findings):
            findings = (*_judged(exercise, prop, away, ask(away), expected, ask), *findings)
    parts = () if expected.fault else parts_of(exercise, prop, expected)
    odd = {each.part for each in findings if each.kind not in WORK}
    active = bool(
        prop.of_effects
        and (findings or not prop.watch)
        and _of_value(findings)
        and not odd >= set(parts)
        and "" not in odd
        and not idle(
            case,
            found,
            ask(case_of(prop, seed + 1)),
            StudentsFunction(exercise, _nothing).on(prop, case),
        )
    )
    return found, Tried(
        prop,
        shapes(case, numbers),
        found.printed,
        findings,
        parts,
        bool(expected.fault) and not findings,
        active,
        tuple(mistakes),
    )


def _further(exercise: Exercise, prop: Property, seed: int) -> list[Case]:
    """The cases on which a known mistake has to agree before it is named."""
    return [case_of(prop, seed + number) for number in range(1, exercise.agreeing + 1)]


def case_of(prop: Property, seed: int) -> Case:
    """The case that a property draws from a seed, with what is to be watched in it."""
    case = prop.draw(_generator(seed, prop.title))
    return replace(case, gradients="gradients" in prop.watch, operators="operators" in prop.watch)


def _cases(prop: Property, seed: int) -> tuple[Case, ...]:
    """The case of a property, and the same on other devices where it looks at these."""
    case = case_of(prop, seed)
    device = [replace(case, other_device=True)] if "device" in prop.watch else []
    return (case, *device, *([replace(case, far=True)] if "places" in prop.watch else []))


def _nothing(*arguments: Any) -> None:
    """The laziest of all functions."""


def _of_value(findings: Sequence[Finding]) -> bool:
    return all(each.of_value for each in findings)


def not_written(exercise: Exercise) -> NotImplementedError:
    """The error of an untouched function; IPython asks it for its traceback and gets one line."""
    todo = "delete the line" if exercise.lines else "replace"
    words = (
        f"{exercise.name} is not written yet: {todo} `raise NotImplementedError()` and run its cell again."
    )
    error = NotImplementedError(words)
    error._render_traceback_ = lambda: [f"NotImplementedError: {words}"]  # type: ignore[attr-defined]
    return error


def shapes(case: Case, numbers: bool = True) -> str:
    """The arguments of a case in words: shapes, how modules were built, and plain `numbers` if wanted."""
    words = [f"{name} {_shape(argument, numbers)}" for name, argument in case.args.items()]
    dtypes = sorted({str(t.dtype).removeprefix("torch.") for a in case.args.values() for t in _tensors(a)})
    return ", ".join(words) + (f"; {', '.join(dtypes)}" if dtypes else "")


def _judged(
    exercise: Exercise,
    prop: Property,
    case: Case,
    found: Observation,
    expected: Observation,
    ask: Callable[[Case], Observation],
) -> tuple[Finding, ...]:
    if found.hung:
        return (Finding(FindingKind.HUNG, {"seconds": found.seconds}),)
    return judge(exercise, prop, case, found, expected, ask)


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
    return f"= {shown(argument)}"[:60] if numbers else "(not shown)"


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

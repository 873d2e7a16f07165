"""Try a function on an exercise's properties and collect a Report; `check` and `score` call `examine`."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from autograder.checking.compare import shown
from autograder.checking.found import Finding, Observation
from autograder.checking.judge import judge
from autograder.checking.language import (
    Case,
    Exercise,
    Mistake,
    ModuleRecipe,
    Once,
    ParameterRecipe,
    Property,
)
from autograder.checking.naming import explaining, with_names
from autograder.checking.observing.limits import one_thread
from autograder.checking.outcome import Outcome, Report
from autograder.checking.seeds import draw_seed
from autograder.checking.watch import own, students


@one_thread()
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
    seed = draw_seed() if seed is None else int(seed)
    outcomes: list[Outcome] = []
    unwritten = 0
    explained: dict[int, list[Mistake]] = {}
    refused: set[int] = set()  # properties that hold because the function raised
    for number, prop in enumerate(properties or exercise.properties):
        if outcomes and _stopped(outcomes[-1]):
            outcomes.append(Outcome(prop.title, prop.weight, tried=False))
            continue
        case = replace(prop.draw(_generator(seed, prop.title)), gradients="gradients" in prop.watch)
        ask = partial(students, exercise, prop, function)
        found = ask(case)
        unwritten += _is_unwritten(found)
        expected = Observation() if prop.verdict else own(prop, exercise.oracle, case)
        finding = _judged(exercise, prop, case, found, expected, ask)
        known = [mistake for earlier in explained.values() for mistake in earlier]
        if finding and not (found.fault or found.hung):
            explained[number] = explaining(exercise, prop, case, found, expected, finding, known)
        for away in (replace(case, other_device=True), replace(case, far=True)):
            if finding is None and ("places" if away.far else "device") in prop.watch:
                finding = _judged(exercise, prop, away, ask(away), expected, ask)
        refused |= {number} if expected.fault and not finding else set()
        tried_on = shapes(case, numbers=not hidden)
        outcomes.append(Outcome(prop.title, prop.weight, tried_on, finding, printed=found.printed))
    if unwritten == len(outcomes):
        raise not_written(exercise.name)
    outcomes, mistakes = with_names(exercise, _unless_all(refused, outcomes), explained)
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


def _judged(
    exercise: Exercise,
    prop: Property,
    case: Case,
    found: Observation,
    expected: Observation,
    ask: Callable[[Case], Observation],
) -> Finding | None:
    if found.hung:
        words = f"your function had not returned after {found.seconds:.1f} seconds: does a loop never end?"
        return Finding(words, aspect="time")
    return judge(exercise, prop, case, found, expected, ask)


def _unless_all(refused: set[int], outcomes: list[Outcome]) -> list[Outcome]:
    """A function that raises wherever it is tried refuses nothing: what seems to hold by that does not."""
    others = [outcome for number, outcome in enumerate(outcomes) if number not in refused]
    if not others or not all(other.finding and other.finding.aspect == "error" for other in others):
        return outcomes
    finding = Finding("your function raises here as it does everywhere else.", aspect="error")
    return [replace(o, finding=finding) if number in refused else o for number, o in enumerate(outcomes)]


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

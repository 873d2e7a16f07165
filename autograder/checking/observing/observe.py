"""Call a function on a Case and write down what it did; `examine.py` has students' and oracles observed.

This half knows no expected value: it may run where the function lives, in a process that nobody trusts.
"""

from __future__ import annotations

import contextlib
import linecache
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from autograder.checking.found import Fault, Observation
from autograder.checking.language import Case, ModuleRecipe, ParameterRecipe
from autograder.checking.observing import limits
from autograder.checking.observing.arguments import (
    Watched,
    WatchedParameter,
    all_parts,
    build,
    changed,
    handed,
    leaves,
    shares_memory,
)
from autograder.checking.observing.device import WrongDevice, afar, elsewhere, far_away, unknowable
from autograder.checking.observing.operators import counting
from autograder.checking.observing.plain import class_name, plain, tensors_in
from autograder.checking.observing.speech import Speech, quiet
from autograder.core.cells import is_cell

# Classes that stand for a function in another process -> what observes that function over there, on several cases in
# one go: it ends with one that takes too long.
ELSEWHERE: dict[type, Callable[[Any, Sequence[Case], float], list[Observation]]] = {}
# The same classes -> the name by which the check got that function; its `__name__` is the student's word.
CALLED: dict[type, Callable[[Any], str | None]] = {}
# What belongs to a function's caller, in the words of a report.
TORCH, PYTHON, NUMPY = "torch's random state", "Python's random state", "NumPy's random state"
DTYPE, GRADIENTS = "torch's default dtype", "the recording of gradients (torch.set_grad_enabled)"


def observe(
    function: Callable[..., Any],
    case: Case,
    seconds: float | None = None,
    guard: contextlib.AbstractContextManager[None] | None = None,
) -> Observation:
    """Call `function` on copies of the case's arguments, for at most `limits.SECONDS` or `seconds`.

    guard: holds from the call until its value is written down, not while the arguments are made, which may be
        what it forbids. A function elsewhere is observed under the guards of that place.
    """
    if type(function) in ELSEWHERE:
        (found,) = observe_elsewhere(function, [case], seconds)
        return found
    several = [_arguments(case) for _ in range(case.repeats)]
    arguments = several[-1]
    recipes, built = all_parts(case.args), all_parts(arguments)
    modules = {n: Watched(r, built[n]) for n, r in recipes.items() if isinstance(r, ModuleRecipe)}
    parameters = {n: WatchedParameter(built[n]) for n, r in recipes.items() if isinstance(r, ParameterRecipe)}
    record: dict[str, Any] = {}
    speech = Speech()
    began = time.monotonic()
    held = guard or contextlib.nullcontext()
    with settled(case.pull, record, case.no_grad):
        try:
            with limits.time_limit(limits.SECONDS if seconds is None else seconds), quiet(speech), held:
                _call(function, several, case, record)
        except limits.TimeUp:
            record = {"moved": (), "hung": True}
    return Observation(
        seconds=time.monotonic() - began,
        changed=()
        if case.far
        else tuple(name for name, given in case.args.items() if changed(given, arguments[name], case)),
        modules={name: module.seen() for name, module in modules.items()},
        parameters={name: parameter.seen() for name, parameter in parameters.items()},
        printed=speech.text,
        **record,
    )


def observe_elsewhere(
    function: Callable[..., Any], cases: Sequence[Case], seconds: float | None = None
) -> list[Observation]:
    """`observe` for a function of a class in ELSEWHERE on several cases, for one exchange costs more than most calls.

    In order; the last is the first that took too long, if any did.
    """
    plainly = [replace(case, note=None) for case in cases]
    return ELSEWHERE[type(function)](function, plainly, limits.SECONDS if seconds is None else seconds)


def _arguments(case: Case) -> dict[str, Any]:
    arguments = {name: build(argument, case.gradients) for name, argument in case.args.items()}
    return {name: far_away(argument) for name, argument in arguments.items()} if case.far else arguments


def _call(
    function: Callable[..., Any], several: list[dict[str, Any]], case: Case, record: dict[str, Any]
) -> None:
    """Fill `record` with fields of Observation. Under the time limit: all of this may meet student code."""
    arguments = several[-1]
    try:
        with (
            elsewhere(case.own_indices)
            if case.other_device
            else afar()
            if case.far
            else contextlib.nullcontext()
        ):
            with counting() if case.operators else contextlib.nullcontext() as count:
                values = [function(*map(handed, each.values())) for each in several]
            record["operators"] = count.operators if count else 0
            value = values if case.repeats > 1 else values[0]
            record["wrong_device"] = case.other_device and any(t.is_meta for t in tensors_in(value))
        record["value"] = plain(value, arguments)
        results = list(tensors_in(value))
        record["attached"] = any(result.requires_grad for result in results)
        givens = all_parts(arguments).items()
        record["shared"] = tuple(n for n, given in givens if any(shares_memory(t, given) for t in results))
        if case.gradients:
            with torch.enable_grad():
                record["gradients"] = _pull_back(value, arguments, case.pull)
    except (KeyboardInterrupt, limits.TimeUp):
        raise
    except BaseException as error:  # SystemExit too: `exit()` in a function is a fault like others
        mixed = record["wrong_device"] = isinstance(error, WrongDevice)
        if mixed or not (case.far or (case.other_device and unknowable(error))):
            record["fault"] = _fault(error, function)


def _pull_back(value: Any, arguments: Mapping[str, Any], pull: int) -> dict[str, Tensor | None]:
    """The gradient of a random weighting of all results with respect to each leaf among the arguments."""
    wanted = leaves(arguments)
    generator = torch.Generator().manual_seed(pull)
    weighted = []
    for tensor in tensors_in(value):
        weights = torch.randn(tensor.shape, generator=generator, dtype=torch.float64).to(tensor.dtype)
        if tensor.requires_grad:
            weighted.append((tensor * weights).sum())
    if not weighted:
        return dict.fromkeys(wanted)
    gradients = torch.autograd.grad(torch.stack(weighted).sum(), list(wanted.values()), allow_unused=True)
    return dict(zip(wanted, gradients, strict=True))


@contextlib.contextmanager
def settled(seed: int, record: dict[str, Any], no_grad: bool = False) -> Iterator[None]:
    """Give the body random states and settings of its own, note in `record` what it moved, put all back."""
    before, python = _global_state(), random.getstate()
    torch.default_generator.manual_seed(seed)
    random.seed(seed)
    torch.set_grad_enabled(not no_grad)
    given = {**before, TORCH: torch.get_rng_state(), GRADIENTS: not no_grad}
    try:
        yield
    finally:
        now = _global_state()
        moved = [what for what, state in given.items() if not _equal(state, now.get(what))]
        # Its whole state takes long to read, and to compare: what it draws next tells as much.
        if random.getrandbits(64) != random.Random(seed).getrandbits(64):
            moved.append(PYTHON)
        record["moved"] = tuple(moved)
        torch.set_rng_state(before[TORCH])
        random.setstate(python)
        torch.set_default_dtype(before[DTYPE])
        torch.set_grad_enabled(before[GRADIENTS])
        if NUMPY in moved:
            sys.modules["numpy.random"].set_state(before[NUMPY])


def _global_state() -> dict[str, Any]:
    state = {
        TORCH: torch.get_rng_state(),
        DTYPE: torch.get_default_dtype(),
        GRADIENTS: torch.is_grad_enabled(),
    }
    if "numpy.random" in sys.modules:
        state[NUMPY] = sys.modules["numpy.random"].get_state()
    return state


def _equal(one: Any, other: Any) -> bool:
    if (
        isinstance(one, tuple) and isinstance(other, tuple) and hasattr(one[1], "shape")
    ):  # NumPy's has an array
        return len(one) == len(other) and all(_equal(a, b) for a, b in zip(one, other, strict=True))
    same = one == other
    return bool(same) if isinstance(same, bool) else bool(same.all())


def _fault(error: BaseException, function: Callable[..., Any]) -> Fault:
    try:
        message = str(error)[:300]
    except Exception:
        message = "(its message cannot be shown)"
    kinds = tuple(kind.__name__ for kind in type(error).__mro__ if issubclass(kind, BaseException))
    home = getattr(getattr(function, "__code__", None), "co_filename", "")
    lines: list[tuple[int, str]] = []
    own = False
    step = error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        own = file == home or is_cell(file)
        line = (step.tb_lineno, linecache.getline(file, step.tb_lineno).strip()[:200])
        if own and line not in lines[-1:]:  # a comprehension is a call on the same line
            lines.append(line)
        step = step.tb_next
    return Fault(kinds or (class_name(error),), message, tuple(lines[:1] + lines[1:][-2:]), own)

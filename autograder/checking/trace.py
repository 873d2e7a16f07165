"""What a function's variables were after each of its lines, on one case; questions on a student's own code ask it.

Runs where the function lives, in a process that nobody trusts: all it returns is short and plain.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import CodeType, FrameType
from typing import Any

import torch

from autograder.checking.examine import case_of, shapes
from autograder.checking.language import Case
from autograder.checking.observing.arguments import build, handed
from autograder.checking.observing.observe import settled
from autograder.checking.observing.plain import class_name
from autograder.checking.registry import find

MOST_STEPS = 60  # that are kept of one call; more lines than anybody asks about
LONGEST = 80  # characters of a value
RETURNED = "return"  # stands for the name of what a call returned


@dataclass(frozen=True)
class Step:
    """A line that gave a variable a value when it first ran; lines count from the function's `def`, which is 1.

    kind: "tensor" with its `shape`, "items" with their number in `shape`, "value" with its text, or a class's name.
    """

    line: int
    name: str
    kind: str
    shape: tuple[int, ...] = ()
    value: str = ""


@dataclass(frozen=True)
class Trace:
    """One call: `given` says the arguments' shapes; `narrow`: one of them has a dimension of 1. `raised` is the class of
    an exception, at `line`, 0 where the function called itself. `steps` are those that follow from `given`, not from
    numbers that nobody sees, and come before the function calls itself."""

    given: str
    narrow: bool
    steps: tuple[Step, ...] = ()
    raised: str = ""
    line: int = 0


def traces(function: Callable[..., Any], exercise: str, seed: int) -> list[Trace]:
    """The calls on the cases that each property of the exercise draws from `seed`. Raises KeyError for no exercise.

    Each is made on a second case as well, and a step stays where both cases give it.
    """
    found = []
    for prop in find(exercise).properties:
        case, other = case_of(prop, seed), case_of(prop, seed + 1)
        if case.repeats == 1 and not prop.verdict:
            seen, again = trace(function, case), trace(function, other)
            found.append(replace(seen, steps=tuple(filter(_follows(seen, again, case), seen.steps))))
    return found


def _follows(seen: Trace, again: Trace, case: Case) -> Callable[[Step], bool]:
    """Whether a step follows from what is said of the arguments. Where the other case's are said to be others, shapes
    do, and values of a call without tensors."""
    if seen.given == again.given:
        return set(again.steps).__contains__
    plain_values = not any(isinstance(value, torch.Tensor) for value in case.args.values())
    return lambda step: step.kind != "value" or plain_values


def trace(function: Callable[..., Any], case: Case) -> Trace:
    """Calls `function` on the case's arguments and writes down what its lines gave its variables."""
    code = getattr(function, "__code__", None)
    arguments = {name: handed(build(value, case.gradients)) for name, value in case.args.items()}
    tensors = [value for value in case.args.values() if isinstance(value, torch.Tensor)]
    narrow = any(1 in tensor.shape for tensor in tensors)
    seen = _Seen(code, arguments)
    raised, line = "", 0
    before = sys.gettrace()
    with settled(case.pull, {}, case.no_grad):
        sys.settrace(seen.call)
        try:
            function(**arguments)
        except Exception as error:
            raised, line = class_name(error), 0 if seen.calls_itself else seen.line
        finally:
            sys.settrace(before)
    steps = tuple(seen.steps.values())[:MOST_STEPS]
    return Trace(shapes(case), narrow, steps, raised, line)


class _Seen:
    """Follows the frames of one function: what each of its lines gave which variable at first."""

    def __init__(self, code: CodeType | None, arguments: Mapping[str, Any]) -> None:
        self.code, self.line, self.calls_itself = code, 0, False
        self.steps: dict[tuple[int, str], Step] = {}
        self._known: dict[str, Any] = dict(arguments)
        self._frame: FrameType | None = None

    def call(self, frame: FrameType, event: str, argument: Any) -> Any:
        """What `sys.settrace` calls for a new frame: only the function's first call is followed."""
        if frame.f_code is not self.code or self._frame is not None:
            self.calls_itself |= frame.f_code is self.code
            return None
        self._frame = frame
        return self._within

    def _within(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event in ("line", "return") and self.line:
            for name, value in frame.f_locals.items():
                if name.strip("_") and (name not in self._known or self._known[name] is not value):
                    self._note(name, value)
            self._known = dict(frame.f_locals)
        if event == "return" and argument is not None:
            self._note(RETURNED, argument)
        if event in ("line", "exception"):
            self.line = frame.f_lineno - frame.f_code.co_firstlineno + 1
        return self._within

    def _note(self, name: str, value: Any) -> None:
        if name == RETURNED or not self.calls_itself:  # "when it first ran" would mean the innermost call
            self.steps.setdefault((self.line, name), _step(self.line, name, value))


def _step(line: int, name: str, value: Any) -> Step:
    if isinstance(value, torch.Tensor):
        return Step(line, name, "tensor", tuple(value.shape))
    if type(value) in (list, tuple, dict):
        return Step(line, name, "items", (len(value),))
    if type(value) in (bool, int, float, str, type(None)):
        return Step(line, name, "value", value=repr(value)[:LONGEST])
    return Step(line, name, class_name(value))

"""The words that a check is written in: plain data, with no behaviour of its own.

The assignments' folders define exercises with these words; `observe.py` turns a Case and a function into an
Observation (see `found.py`), and `examine.py` tries an Exercise's properties. A Case holds nothing but numbers, strings,
tensors, containers of those and recipes, so that one can be made in one process and read in another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Generator, Tensor

from autograder.checking.found import Finding, Observation
from autograder.core.guard import Guard
from autograder.personal import Draws


@dataclass(frozen=True)
class ModuleRecipe:
    """How to build a module argument: `getattr(torch.nn, kind)(**options)`, then load `state`.

    `frozen` names the parameters whose requires_grad is False; `training` is the mode; `grads` are the .grad that
    parameters have from the start. `layers` are those that an nn.Sequential holds, whose state is in its own.
    """

    kind: str
    options: Mapping[str, Any]
    state: Mapping[str, Tensor]
    frozen: tuple[str, ...] = ()
    training: bool = True
    grads: Mapping[str, Tensor] = field(default_factory=dict)
    layers: tuple[ModuleRecipe, ...] = ()


@dataclass(frozen=True)
class ParameterRecipe:
    """An nn.Parameter as an argument, with the .grad that it has from the start."""

    value: Tensor
    grad: Tensor | None = None
    requires_grad: bool = True


@dataclass(frozen=True)
class Once:
    """An argument that can be read only once: the function gets a generator of these items."""

    items: tuple[Any, ...]


@dataclass(frozen=True)
class Case:
    """One call to try: the arguments and what to watch during the call.

    args: name of the argument -> tensor, number, container, ModuleRecipe, ParameterRecipe or Once.
    gradients: make the floating tensors leaves that require gradients and pull a random vector back.
    Modules' parameters get theirs too, as `rnn.weight_ih_l0`, and tensors in a container as `hx[0]`.
    pull: seed of that random vector, so that two observers draw the same one.
    other_device: watch for tensors that would be made on the wrong device (see `device.py`).
    far: the tensors among the arguments are on the device meta, and the CPU is another one.
    own_indices: there an index in brackets, which a GPU takes from the CPU, has to be on the right device as well.
    operators: count the operators of PyTorch that the call runs (see `operators.py`).
    repeats: call it so often, each time on fresh copies; the value is then the list of all that was returned.
    operations: rounding steps on the longest path to a result; the tolerance grows with its square root, and 0
    asks for the very numbers. precision: that in which a Python float may have been computed.
    no_grad: the caller is inside torch.no_grad().
    note: what a property's verdict has to know of the draw, and the function must not; it stays with the examiner.
    """

    args: Mapping[str, Any]
    gradients: bool = False
    pull: int = 0
    other_device: bool = False
    far: bool = False
    own_indices: bool = False
    operators: bool = False
    repeats: int = 1
    operations: int = 1
    precision: torch.dtype = torch.float32
    no_grad: bool = False
    note: Any = None


@dataclass(frozen=True)
class Property:
    """One thing that must hold: a sentence, how to draw a case for it, and what to compare.

    watch: aspects beside the value (see `judge` and `examine`), such as "gradients", "inputs" or "device".
    effects: whether its sentence is about what a call does, or leaves alone, and not about the right value: then it is
    judged where the value is known to be wrong too, and a function that does nothing shows nothing by it (see
    `decide`). By default so where it watches anything but gradients and calls.
    parts: compare only these parts of the result (names from Exercise.results, or keys); all when empty.
    look: what is compared, from (case, observation), for the student's answer, the oracle and known mistakes
    alike; for results of chance.
    verdict: judges the value where many answers are right, in place of the oracle: from the case, what the function
    did, and a way to see what it does on other cases.
    vital: where it fails, no other property is decided.
    """

    title: str
    draw: Callable[[Generator], Case]
    watch: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    weight: float = 1.0
    look: Callable[[Case, Observation], Any] | None = None
    verdict: Verdict | None = None
    effects: bool | None = None
    vital: bool = False

    @property
    def of_effects(self) -> bool:
        """Whether it is about what a call does beside giving the right value."""
        by_watch = bool(set(self.watch) - {"calls", "operators"}) and "gradients" not in self.watch
        return by_watch if self.effects is None else self.effects


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: what one would get, as functions with the signature of the oracle.

    Variants are different roads to the same misunderstanding.
    """

    name: str
    explanation: str
    lesson: str
    variants: tuple[Callable[..., Any], ...]


@dataclass(frozen=True)
class Exercise:
    """A function students write. `oracle` takes the same arguments and returns what must come out.

    hints: two that ask, and a worked example of a neighbouring function; lines that are indented are code.
    results: names of the elements when the function returns a tuple.
    look: what is compared, from (case, observation), for the student's answer; the returned value when None.
    places: for results that have a place, whether that is the device of the arguments (True) or the CPU, wherever
    those are (False); a property that watches "places" looks at them.
    authority: whose numbers the oracle's are, for messages.
    guard: holds while the student's function runs, and refuses what it is to do without. The solution cell has the tag
    forbid-NAME of the same guard, for the kernel that runs it.
    given: makes what each student is given of their own, where the exercise is about that (see `kinds`).
    tells_apart: the function is a test that tells right from wrong: it is tried in a random order, each verdict judges
    its errors too, and what is found under one title is counted (see `stock/written_tests.py`).
    lines, head: the lines by letter, and that with `def`, of which students make the function by naming letters (see
    `stock/order_lines.py`).
    like: the exercise whose answers are answers to this one, where it has none of its own.
    agreeing: on how many further cases a function has to do what a known mistake does before it is named; for results of
    so few values that one case shows another mistake's by chance.
    """

    name: str
    oracle: Callable[..., Any]
    properties: tuple[Property, ...]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, str, str] = ("", "", "")
    results: tuple[str, ...] = ()
    look: Callable[[Case, Observation], Any] | None = None
    places: Mapping[str, bool] = field(default_factory=dict)
    authority: str = "PyTorch"
    guard: Guard | None = None
    given: Callable[[Draws], Any] | None = None
    tells_apart: bool = False
    lines: Mapping[str, str] = field(default_factory=dict)
    head: str = ""
    like: str = ""
    agreeing: int = 0

    @property
    def of_function(self) -> bool:
        """Whether the student's function itself is tried on cases, and not what they found out, ordered or tested."""
        return not (self.given or self.lines or self.tells_apart)


Verdict = Callable[[Case, Observation, Callable[[Case], Observation]], Finding | None]

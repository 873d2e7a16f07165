"""The words that a check is written in: plain data, with no behaviour of its own.

The assignments' folders define exercises with these words; `observe.py` turns a Case and a
function into an Observation; `judge.py` turns two Observations into a Finding; `examine.py` collects
Outcomes. A Case and an Observation hold nothing but numbers, strings, tensors, containers of those and
recipes, so that one can be made in one process and read in another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Generator, Tensor


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
    repeats: int = 1
    operations: int = 1
    precision: torch.dtype = torch.float32
    no_grad: bool = False
    note: Any = None


@dataclass(frozen=True)
class Odd:
    """Stands for a returned object that is no plain data. `words` say what it was ("a NumPy array"); `name` is
    that of its class where the student chose it."""

    words: str
    name: str = ""


@dataclass(frozen=True)
class Same:
    """Stands for a returned object that is one of the arguments itself."""

    argument: str


@dataclass(frozen=True)
class Seen:
    """What a Property's `look` finds in a result, in words that are shown where others are expected."""

    words: str


@dataclass(frozen=True)
class Fault:
    """An exception raised by the function. `kinds` are the names of its class and its bases, nearest first;
    `lines` the (number, text) of the lines in the student's own cells, outermost first; `own` tells that the
    student's own line raised it (and not a library underneath)."""

    kinds: tuple[str, ...]
    message: str
    lines: tuple[tuple[int, str], ...] = ()
    own: bool = False


@dataclass(frozen=True)
class ModuleSeen:
    """A module argument after the call. `replaced`: parameters that are no longer the same object; `bent`:
    those that are no leaves any more or whose requires_grad changed; `regraded`: those whose .grad is not as it
    was; `grads`: the .grad there are; `calls`: the length of the first axis of each input that its forward was
    given; `trained`, `recorded`: whether one of those calls was made in training mode, or with gradients recorded."""

    state: Mapping[str, Tensor]
    replaced: tuple[str, ...] = ()
    bent: tuple[str, ...] = ()
    regraded: tuple[str, ...] = ()
    grads: Mapping[str, Tensor] = field(default_factory=dict)
    mode_changed: bool = False
    calls: tuple[int, ...] = ()
    trained: bool = False
    recorded: bool = False


@dataclass(frozen=True)
class ParameterSeen:
    """An nn.Parameter argument after the call: its .grad, and whether that is another tensor than before."""

    grad: Tensor | None = None
    replaced: bool = False


@dataclass(frozen=True)
class Observation:
    """What one call did. Tensors are detached copies."""

    value: Any = None
    gradients: Mapping[str, Tensor | None] = field(default_factory=dict)  # of each leaf among the arguments
    changed: tuple[str, ...] = ()  # arguments that were modified
    modules: Mapping[str, ModuleSeen] = field(default_factory=dict)
    parameters: Mapping[str, ParameterSeen] = field(default_factory=dict)
    attached: bool = False  # a result still has autograd's graph behind it
    shared: tuple[str, ...] = ()  # arguments whose memory a result uses
    moved: tuple[str, ...] = ()  # global state that was moved, in words
    fault: Fault | None = None
    wrong_device: bool = False
    hung: bool = False
    printed: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Property:
    """One thing that must hold: a sentence, how to draw a case for it, and what to compare.

    watch: aspects beside the value (see `judge` and `examine`), such as "gradients", "inputs" or "device".
    parts: compare only these parts of the result (names from Exercise.results, or keys); all when empty.
    look: what is compared, from (case, observation), for the student's answer, the oracle and known mistakes
    alike; for results of chance.
    verdict: judges the value where many answers are right, in place of the oracle: from the case, what the function
    did, and a way to see what it does on other cases.
    """

    title: str
    draw: Callable[[Generator], Case]
    watch: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    weight: float = 1.0
    look: Callable[[Case, Observation], Any] | None = None
    verdict: Verdict | None = None


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

    hints: from a nudge to nearly the answer.
    results: names of the elements when the function returns a tuple.
    look: what is compared, from (case, observation), for the student's answer; the returned value when None.
    places: for results that have a place, whether that is the device of the arguments (True) or the CPU, wherever
    those are (False); a property that watches "places" looks at them.
    authority: whose numbers the oracle's are, for messages.
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


@dataclass(frozen=True)
class Finding:
    """Why a property fails. `words` may be shown for hidden cases too; `detail` may not: it holds values, or
    text that the student's code chose while it saw the values. `held`: the part of the property that is there all
    the same, 0 to 1. `mistake`: the name of the known mistake that a verdict has recognised."""

    words: str
    detail: str = ""
    aspect: str = "value"
    held: float = 0.0
    mistake: str = ""


@dataclass(frozen=True)
class Outcome:
    """One property after it was tried (or not, after a hang). `mistake` is the known mistake it matches."""

    title: str
    weight: float
    shapes: str = ""
    finding: Finding | None = None
    tried: bool = True
    mistake: Mistake | None = None
    printed: str = ""


@dataclass(frozen=True)
class Report:
    """All that a check of one function found out."""

    exercise: str
    outcomes: tuple[Outcome, ...]
    seed: int
    hidden: bool = False
    mistakes: tuple[Mistake, ...] = ()

    @property
    def share(self) -> float:
        """Weight of what holds, as a part of the whole weight."""
        whole = sum(outcome.weight for outcome in self.outcomes)
        held = sum(o.weight * (o.finding.held if o.finding else 1.0) for o in self.outcomes if o.tried)
        return held / whole if whole else 0.0


Verdict = Callable[[Case, Observation, Callable[[Case], Observation]], Finding | None]

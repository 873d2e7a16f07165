"""What one call of a function did, and why that is not right: plain data, with no behaviour of its own.

`observe.py` writes Observations, `judge.py` holds two of them against each other and makes a Finding. They hold nothing
but numbers, strings, tensors and containers of those, so that one can be made in one process and read in another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from torch import Tensor


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
    """A module argument after the call. `replaced`: parameters that are no longer the same object; `not_leaf`:
    those that are no leaves any more or whose requires_grad changed; `grad_changed`: those whose .grad is not as it
    was; `grads`: the .grad there are; `calls`: the length of the first axis of each input that its forward was
    given; `trained`, `recorded`: whether one of those calls was made in training mode, or with gradients recorded."""

    state: Mapping[str, Tensor]
    replaced: tuple[str, ...] = ()
    not_leaf: tuple[str, ...] = ()
    grad_changed: tuple[str, ...] = ()
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
    operators: int = 0  # how many operators of PyTorch the call ran, where the case asks
    fault: Fault | None = None
    wrong_device: bool = False
    hung: bool = False
    printed: str = ""
    seconds: float = 0.0


class FindingKind(StrEnum):
    """In what respect a property does not hold; `wording.py` has a sentence for each."""

    # Nothing that could be compared.
    RAISED = "raised"  # error, line
    NO_TUPLE = "no tuple"  # found, expected
    TUPLE_LENGTH = "tuple length"  # found, expected
    # The value. From here to NAN: name of the part, found, expected, authority.
    KEYS = "keys"
    COUNT = "count"
    KIND = "kind"
    SHAPE = "shape"
    DTYPE = "dtype"
    NAN = "nan"
    DIFFERS = "differs"
    SEEN = "seen"  # text: the words of a Seen
    CALLS = "calls"  # name, expected, found: how the value came about
    OPERATORS = "operators"  # how many it took to make the value
    SAID = "said"  # text: a verdict's own sentence
    COUNTED = "counted"  # right, whole: how many verdicts were right; text: what was said of the first other
    # What the call did beside returning a value.
    GRADIENT_UNWANTED = "gradient unwanted"  # name
    GRADIENT_MISSING = "gradient missing"  # name
    UNCHANGED = "unchanged"  # names
    MODIFIED = "modified"  # names
    MODE_LEFT = "mode left"  # names
    GLOBALS = "globals"  # names
    MEMORY = "memory"  # names
    GRAPH = "graph"
    TRAINED = "trained"  # name
    RECORDED = "recorded"  # name
    DEVICE = "device"
    PLACE = "place"  # name
    PLACE_CPU = "place cpu"  # name
    # Whether it raised what it should, and came to an end.
    OTHER_ERROR = "other error"  # expected, and what RAISED has
    NO_ERROR = "no error"  # expected
    HUNG = "hung"  # seconds


_KINDS = list(FindingKind)
# Those that stand in the way of comparing or are the comparison, the coarsest first.
OF_VALUE = tuple(_KINDS[: _KINDS.index(FindingKind.COUNTED) + 1])


@dataclass(frozen=True)
class Finding:
    """Why a property fails, as a record. `args` may be shown for hidden cases too; `values` may not: they are numbers of
    the case, or text that the student's code chose while it saw them. `part`: the part of the result that it is about.
    `held`: the part of the property that is there all the same, 0 to 1. `mistake`: the name of the known mistake that a
    verdict has recognised."""

    kind: FindingKind
    args: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    part: str = ""
    held: float = 0.0
    mistake: str = ""

    @property
    def of_value(self) -> bool:
        """Whether it is about the value, or about there being none."""
        return self.kind in OF_VALUE


def said(text: str, detail: str = "", *, held: float = 0.0, mistake: str = "") -> Finding:
    """A finding in an exercise's own words, for verdicts. `detail` is never shown for hidden cases."""
    values = {"text": detail} if detail else {}
    return Finding(FindingKind.SAID, {"text": text}, values, held=held, mistake=mistake)

"""A function that a student's test is given to judge, without its source: the test learns what the function does.

In a notebook the function runs in the same process. While work is graded it runs in the examiner's kernel, and
`checking.wire` carries each call over. Either way the test gets a stand-in (`stand_in`) and the function gets copies of
what it is called with. What the function changes in its arguments, results that share their memory, gradients and
exceptions come back, so that a test may ask about all of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.checking.observing.limits import TimeUp, time_limit
from autograder.checking.observing.speech import Speech, quiet
from autograder.rpc.values.gradients import join, wanted
from autograder.rpc.values.layers import identical

SECONDS = 5.0  # for one call, which takes milliseconds
MOST_NUMBERS = 1_000_000  # in the arguments of one call
MOST_CALLS = 300  # of one stand-in
PLAIN = (bool, int, float, str, torch.dtype, torch.device, type(None))

# "call", arguments, named arguments, which of their tensors want gradients, whether these are recorded -> a table;
# "back", gradients of the results of the last call -> gradients of its arguments.
Far = Callable[..., Any]


class Candidate:
    """A function for a test to judge, as an argument of a Case. `far` is called where the function runs."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self.function, self.name = function, name
        self.asked = 0  # questions so far
        self.inputs: list[Tensor] = []
        self.outputs: list[Tensor] = []

    def __repr__(self) -> str:
        return "a function to judge"

    def far(self, what: str, *given: Any) -> Any:
        """One question of the stand-in's. Raises what the function raises, and TimeoutError."""
        self.asked += 1
        with quiet(Speech()), torch.random.fork_rng(devices=[]):
            # A function that draws numbers is found by every student's equal test, or by none.
            torch.default_generator.manual_seed(self.asked)
            try:
                with time_limit(SECONDS):
                    return self._back(*given) if what == "back" else self._call(*given)
            except TimeUp:
                raise TimeoutError(f"the function had not returned after {SECONDS:g} s") from None

    def _call(
        self, args: Sequence[Any], named: Mapping[str, Any], trained: Sequence[int], recording: bool
    ) -> dict[str, Any]:
        given = list(tensors([*args, *named.values()]))
        for number in trained:
            given[number].requires_grad_()
        before = [tensor.detach().clone() for tensor in given]
        self.inputs = wanted(given)
        with torch.set_grad_enabled(recording):
            value = _known(self.function(*args, **named))
        results = list(tensors(value))
        self.outputs = [each for each in results if each.requires_grad]
        pairs = [(k, result, n, of) for k, result in enumerate(results) for n, of in enumerate(given)]
        return {
            "value": _with_tensors(value, Tensor.detach),
            "joined": [number for number, each in enumerate(results) if each.requires_grad],
            "changed": [
                [number, now.detach()]
                for number, (now, was) in enumerate(zip(given, before, strict=True))
                if not identical(now.detach(), was)
            ],
            "views": [
                [k, n, result.storage_offset(), list(result.stride())]
                for k, result, n, of in pairs
                if _shares(result, of)
            ],
        }

    def _back(self, gradients: Sequence[Tensor]) -> list[Tensor | None]:
        if not self.inputs:
            return []
        way = torch.autograd.grad(
            self.outputs, self.inputs, list(gradients), retain_graph=True, allow_unused=True
        )
        return list(way)


def stand_in(far: Far, name: str) -> Callable[..., Any]:
    """What the test is given: a function called `name` that behaves as the one that `far` runs."""
    calls = 0

    def candidate(*args: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > MOST_CALLS:
            raise RuntimeError(f"a test may call its function {MOST_CALLS} times")
        values = [*args, *named.values()]
        given = list(tensors(values))
        if sum(tensor.numel() for tensor in given) > MOST_NUMBERS:
            raise ValueError(f"the arguments of one call may have {MOST_NUMBERS:,} numbers in all")
        trained = [number for number, tensor in enumerate(given) if tensor.requires_grad]
        copies = _with_tensors(args, _copy), _with_tensors(named, _copy)
        came = far("call", *copies, trained, torch.is_grad_enabled())
        for number, now in came["changed"]:
            given[number].data.copy_(now)
        results = list(tensors(came["value"]))
        new = dict(enumerate(results))
        for number, place, offset, stride in came["views"]:
            whole = given[place]
            if whole.is_contiguous() and not whole.requires_grad:
                new[number] = whole.as_strided(new[number].shape, stride, whole.storage_offset() + offset)
        by_id = {id(results[number]): tensor for number, tensor in new.items()}
        value = _with_tensors(came["value"], lambda tensor: by_id[id(tensor)])
        outputs = {number: results[number] for number in came["joined"]}
        return join(
            value, outputs, wanted(values), lambda pulled: far("back", [_copy(each) for each in pulled])
        )

    candidate.__name__ = candidate.__qualname__ = name
    return candidate


def tensors(value: Any) -> Iterator[Tensor]:
    """The tensors in a value, in order. Raises TypeError for what a function to judge neither takes nor returns."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from tensors(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from tensors(item)
    elif not isinstance(value, PLAIN):
        raise TypeError(
            f"found an object of the class {type(value).__name__}; a function that a test judges takes numbers, text,"
            " tensors, and lists, tuples and dicts of these"
        )


def _with_tensors(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """The value with each tensor changed, in containers of its own."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, dict):
        return {key: _with_tensors(item, change) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [_with_tensors(item, change) for item in value]
        return items if isinstance(value, list) else tuple(items)
    return value


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().clone(memory_format=torch.contiguous_format)


def _known(value: Any) -> Any:
    """A result as it is, and in words what cannot cross: an answer may return anything."""
    try:
        list(tensors(value))
    except TypeError:
        return f"an object of the class {type(value).__name__}"
    return value


def _shares(result: Tensor, given: Tensor) -> bool:
    one, other = (each.untyped_storage().data_ptr() for each in (result, given))
    return one == other != 0 and result.dtype == given.dtype and not result.requires_grad

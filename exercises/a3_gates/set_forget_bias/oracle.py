"""What set_forget_bias leaves behind, right and mistaken, as totals of the two biases; for the exercise.

The exercise changes a module, so its answer is looked up in the module's state after the call (`look`).
Expected totals follow from the state before it; which of the two biases carries the value is the student's
choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn

from autograder.checking.found import Observation
from autograder.checking.language import Case
from exercises.a3_gates.shared import F, G, I, O

OBJECTS = "the set of Parameter objects"
Change = Callable[[str, Tensor, Tensor, float], Tensor]


def set_forget_bias(lstm: nn.LSTM, value: float) -> dict[str, Any]:
    """The parts (see `parts`) that must be found afterwards. Raises ValueError if there are no biases."""
    return leaving(lambda name, b_ih, b_hh, value: filled(b_ih + b_hh, value))(lstm, value)


def leaving(change: Change) -> Callable[..., dict[str, Any]]:
    """What is found if the totals become `change(name, b_ih, b_hh, value)`, (4, H), and all else stays.

    Names are those of nn.LSTM's parameters without their stem: l0, l0_reverse, l1, ...
    """

    def oracle(lstm: nn.LSTM, value: float) -> dict[str, Any]:
        if not lstm.bias:
            raise ValueError("this nn.LSTM has no biases")
        found = parts(lstm.state_dict(), [], lstm)
        pairs = {name: _pair(lstm, name) for name in found["total bias"]}
        return {**found, "total bias": {n: change(n, *pair, value) for n, pair in pairs.items()}}

    return oracle


def filled(total: Tensor, value: float | Tensor, *blocks: int) -> Tensor:
    """A copy of totals (4, H) with `value` in some blocks, by default that of the forget gate."""
    total = total.clone()
    for block in blocks or (F,):
        total[block] = value[block] if isinstance(value, Tensor) else value
    return total


def only_where(applies: Callable[[str], bool]) -> Callable[..., dict[str, Any]]:
    """The right totals in some layers and directions, the old ones in the others."""
    return leaving(lambda n, ih, hh, value: filled(ih + hh, value) if applies(n) else ih + hh)


def in_block(*blocks: int) -> tuple[Callable[..., dict[str, Any]], ...]:
    """`value` in other blocks than the forget gate's, in each of the ways to spread it over two biases."""
    return (
        leaving(lambda n, ih, hh, value: filled(ih + hh, value, *blocks)),
        leaving(lambda n, ih, hh, value: filled(ih + hh, 2 * value, *blocks)),
        leaving(lambda n, ih, hh, value: filled(ih + hh, value + hh, *blocks)),
        leaving(lambda n, ih, hh, value: filled(ih + hh, value + ih, *blocks)),
    )


def replacing(*stems: str) -> Callable[..., dict[str, Any]]:
    """The right totals in new Parameter objects, for the biases whose names hold one of `stems`."""

    def oracle(lstm: nn.LSTM, value: float) -> dict[str, Any]:
        names = [name for name, _ in lstm.named_parameters() if any(stem in name for stem in stems)]
        return {**set_forget_bias(lstm, value), OBJECTS: _objects([_replaced(name) for name in names])}

    return oracle


def returning_none(lstm: nn.LSTM, value: float) -> dict[str, Any]:
    """All done, and nothing returned."""
    return {**set_forget_bias(lstm, value), "returned value": None}


def look(case: Case, seen: Observation) -> dict[str, Any]:
    """The parts of what a call left behind."""
    module, recipe = seen.modules["lstm"], case.args["lstm"]
    wrong = [_replaced(name) for name in module.replaced]
    wrong += [f"{name} is no leaf any more, or its requires_grad changed" for name in module.not_leaf]
    kept = {n: t for n, t in module.state.items() if n in recipe.state and t.shape == recipe.state[n].shape}
    return parts({**recipe.state, **kept}, wrong, seen.value)


def parts(state: Mapping[str, Tensor], wrong: list[str], returned: Any) -> dict[str, Any]:
    """The total bias of each layer and direction as (4, H), the entries that nobody may touch, one by one,
    what is wrong with the Parameter objects, and what was returned."""
    tensors = {name: tensor.detach().clone() for name, tensor in state.items()}
    blocks = {name: t.unflatten(0, (4, -1)) for name, t in tensors.items() if "bias" in name}
    totals = {n[len("bias_ih_") :]: b + blocks[n.replace("ih", "hh")] for n, b in blocks.items() if "ih" in n}
    others = {name: blocks[name][[I, G, O]] if name in blocks else t for name, t in tensors.items()}
    objects = _objects(wrong)
    return {"total bias": totals, "other entries": others, OBJECTS: objects, "returned value": returned}


def _objects(wrong: list[str]) -> str:
    """The Parameter objects in words, which are shown where those of a right answer are expected."""
    return "; ".join(wrong)[:200] or "all as they were"


def _replaced(name: str) -> str:
    return f"{name} is another object than before"


def _pair(lstm: nn.LSTM, name: str) -> tuple[Tensor, Tensor]:
    b_ih, b_hh = (lstm.get_parameter(f"bias_{which}_{name}").detach() for which in ("ih", "hh"))
    return b_ih.unflatten(0, (4, -1)), b_hh.unflatten(0, (4, -1))

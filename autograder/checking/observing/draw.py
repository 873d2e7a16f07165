"""Random arguments for the cases of all exercises; the folders of the assignments and hidden tests use it.

Every number comes from the generator that a property's `draw` is given, so that a seed repeats a case.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Generator, Tensor

from autograder.checking.language import Case, ModuleRecipe
from autograder.rpc.values.layers import bare_layer

Draw = Callable[[Generator], Case]

COURTEOUS = "The call leaves its arguments, the random state and torch's settings as they were."
ANY_DEVICE = "It would work on a GPU: every tensor it makes is on the device of the arguments."
FLOAT64 = "float64 goes in, float64 precision comes out."


def numbers(generator: Generator, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Random numbers of either sign, none near zero: a forgotten term must show."""
    normal = torch.randn(shape, generator=generator, dtype=torch.float64)
    return (normal.sign() * (0.1 + 0.6 * normal.abs())).to(dtype)


def distinct(generator: Generator, count: int) -> Tensor:
    """`count` different whole numbers from 100 on, int64, in random order."""
    return 100 + torch.randperm(count, generator=generator)


def lengths(generator: Generator, batch: int, longest: int) -> Tensor:
    """Lengths of `batch` sequences, int64, the longest of `longest` steps; different where there are enough.

    Never longest first, and from three on such that sorting twice is not the way back, nor longest last.
    """
    if min(batch, longest) == 1:
        return torch.full((batch,), longest)
    while True:
        others = torch.randperm(max(longest - 1, 1), generator=generator).repeat(batch)[: batch - 1] + 1
        found = torch.cat([others, torch.tensor([longest])])[torch.randperm(batch, generator=generator)]
        order = found.argsort(descending=True, stable=True)
        ends = found[0] == longest or (min(batch, longest) > 2 and found[-1] == longest)
        if not ends and (batch == 2 or not torch.equal(order[order], torch.arange(batch))):
            return found


def padded(
    generator: Generator,
    lengths: Tensor,
    steps: int,
    features: int,
    dtype: torch.dtype = torch.float32,
    padding: float | None = None,
) -> Tensor:
    """Sequences (batch, steps, features) of these lengths, behind them `padding` or, where None, large numbers."""
    x = numbers(generator, len(lengths), steps, features, dtype=dtype)
    behind = torch.arange(steps) >= lengths[:, None]
    x[behind] = 20 * x[behind] if padding is None else padding
    return x


def discriminating(draw: Draw, tells: Callable[[Case], Sequence[bool]], tries: int = 40) -> Draw:
    """Cases of `draw` in which all of `tells` is so, else the one of several in which most is.

    Whether a mistake shows must not hang on the numbers drawn, or equal work would earn unequal points.
    """

    def drawn(generator: Generator) -> Case:
        best, most = draw(generator), -1
        for _ in range(tries):
            case = draw(generator) if most >= 0 else best
            told = tells(case)
            if sum(told) > most:
                best, most = case, sum(told)
            if all(told):
                break
        return best

    return drawn


def pull(generator: Generator) -> int:
    """A seed for Case.pull."""
    return int(torch.randint(2**31, (), generator=generator))


def cell_steps(
    blocks: int,
    states: tuple[str, ...],
    batch: int,
    inputs: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    scale: float = 1.0,
) -> Draw:
    """Cases for one step of a cell: x, its states, then W_ih, W_hh, b_ih, b_hh of `blocks` blocks of rows.

    `scale` multiplies the weights.
    """

    def draw(generator: Generator) -> Case:
        shapes: dict[str, tuple[int, ...]] = {"x": (batch, inputs)}
        shapes |= dict.fromkeys(states, (batch, hidden))
        shapes |= weight_shapes(blocks * hidden, inputs, hidden)
        args = {name: numbers(generator, *shape, dtype=dtype) for name, shape in shapes.items()}
        args |= {name: tensor * scale for name, tensor in args.items() if "_" in name}
        # A rounding error in x or h comes out multiplied by the weights.
        operations = math.ceil((inputs + hidden + 10) * max(1.0, scale) ** 2)
        return Case(args, pull=pull(generator), operations=operations)

    return draw


def weight_shapes(rows: int, inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes of a recurrent layer's four parameters, as the exercises call them."""
    return {"W_ih": (rows, inputs), "W_hh": (rows, hidden), "b_ih": (rows,), "b_hh": (rows,)}


def module(
    generator: Generator,
    kind: str,
    inputs: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    frozen: tuple[str, ...] = (),
    training: bool = True,
    **options: Any,
) -> ModuleRecipe:
    """An nn.RNN, nn.GRU or nn.LSTM (`kind`) with random parameters, biases included."""
    options = {"input_size": inputs, "hidden_size": hidden, **options}
    shapes = _shapes(kind, tuple(options.items()))
    state = {name: numbers(generator, *shape, dtype=dtype) for name, shape in shapes.items()}
    return ModuleRecipe(kind, options, state, frozen, training)


@functools.cache
def _shapes(kind: str, options: tuple[tuple[str, Any], ...]) -> dict[str, torch.Size]:
    """The shapes of a module's parameters."""
    return {name: tensor.shape for name, tensor in bare_layer(kind, dict(options)).state_dict().items()}

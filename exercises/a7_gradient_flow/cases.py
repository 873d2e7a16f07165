"""Random cases for the exercises of a7_gradient_flow; their properties and hidden tests draw them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor

from autograder.checking.language import Case, ModuleRecipe, Once, ParameterRecipe
from autograder.checking.observing.draw import Draw, discriminating, module, numbers, pull


def gradients(
    *sizes: int,
    ratio: float = 0.4,
    dtype: torch.dtype = torch.float32,
    none: tuple[int, ...] = (),
    once: bool = False,
    scale: float = 1.0,
    whole: bool = False,
    exact: bool = False,
) -> Draw:
    """Cases for clip_by_global_norm: a parameter for each of `sizes`, as a list or, with `once`, a generator.

    Shapes are (size,), (2, size) and (size, 1, 3) in turn. `none`: numbers of the parameters without .grad. `scale`
    multiplies the gradients; parameters are far larger, and the norm of the gradients is no round number. max_norm is
    `ratio` times that norm, 1.5 where it is 0, a whole number with `whole`. `exact`: gradients are compared without a
    tolerance.
    """

    def draw(generator: Generator) -> Case:
        params = []
        for k, size in enumerate(sizes):
            shape = ((size,), (2, size), (size, 1, 3))[k % 3]
            value = numbers(generator, *shape, dtype=dtype) * 10 * max(1.0, scale)
            grad = None if k in none else numbers(generator, *shape, dtype=dtype) * scale
            params.append(ParameterRecipe(value, grad))
        grads = [p.grad.double().flatten() for p in params if p.grad is not None]
        norm = torch.cat(grads).norm().item() if grads else 0.0
        max_norm: float = ratio * norm or 1.5
        operations = 0 if exact else sum(map(torch.numel, grads)) + 10
        args: dict[str, Any] = {"params": Once(tuple(params)) if once else params}
        args["max_norm"] = max(1, int(max_norm)) if whole else max_norm
        return Case(args, pull=pull(generator), operations=operations, precision=dtype, note=norm)

    return discriminating(
        draw, lambda case: [not case.note or scale > 100 or 0.3 < 1000 * case.note % 1 < 0.7]
    )


def chunks(
    kind: str,
    time: int,
    batch: int,
    chunk_len: int,
    sizes: tuple[int, int, int] = (3, 4, 2),
    dtype: torch.dtype = torch.float32,
    earlier: bool = False,
    deep: bool = False,
    frozen: tuple[str, ...] = (),
    training: bool = True,
    **options: Any,
) -> Draw:
    """Cases for tbptt_backward: an nn.RNN, nn.GRU or nn.LSTM (`kind`) of `sizes` (inputs, hidden, outputs).

    earlier: both modules have .grad already; deep: the head is two layers, not one; frozen: parameters of the rnn
    that require no gradient. `options` are the rnn's.
    """

    def draw(generator: Generator) -> Case:
        inputs, hidden, outputs = sizes
        rnn = module(generator, kind, inputs, hidden, dtype, frozen, training, **options)
        head = _head(generator, hidden, outputs, dtype, training, deep)
        if earlier:
            rnn, head = (_with_grads(generator, recipe) for recipe in (rnn, head))
        args = {
            "rnn": rnn,
            "head": head,
            "x": numbers(generator, time, batch, inputs, dtype=dtype),
            "y": numbers(generator, time, batch, outputs, dtype=dtype),
            "chunk_len": chunk_len,
        }
        steps = options.get("num_layers", 1) * time * (inputs + hidden + 10) * max(1, hidden)
        return Case(args, pull=pull(generator), operations=4 * (steps + outputs))

    return draw


def inputs(
    kind: str,
    time: int,
    batch: int,
    sizes: tuple[int, int] = (2, 12),
    dtype: torch.dtype = torch.float32,
    earlier: bool = False,
    no_grad: bool = False,
    frozen: bool = False,
    training: bool = True,
    **options: Any,
) -> Draw:
    """Cases for input_grad_norms: an nn.RNN, nn.GRU or nn.LSTM (`kind`) of `sizes` (inputs, hidden).

    earlier: its parameters have .grad already; frozen: none of them requires gradients; no_grad: the caller is inside
    torch.no_grad(). `options` are the module's.
    """

    def draw(generator: Generator) -> Case:
        features, hidden = sizes
        rnn = module(generator, kind, features, hidden, dtype, training=training, **options)
        if frozen:
            rnn = ModuleRecipe(rnn.kind, rnn.options, rnn.state, tuple(rnn.state), training)
        rnn = _with_grads(generator, rnn) if earlier else rnn
        args = {"rnn": rnn, "x": numbers(generator, time, batch, features, dtype=dtype)}
        steps = options.get("num_layers", 1) * time * (features + hidden + 10) * max(1, hidden)
        return Case(args, pull=pull(generator), operations=4 * steps, no_grad=no_grad)

    return draw


def _head(
    generator: Generator, hidden: int, outputs: int, dtype: torch.dtype, training: bool, deep: bool
) -> ModuleRecipe:
    """nn.Linear, or a Sequential of two with a tanh between."""
    last = {"in_features": hidden, "out_features": outputs}
    if not deep:
        return ModuleRecipe("Linear", last, _linear(generator, "", hidden, outputs, dtype), training=training)
    first = {"in_features": hidden, "out_features": hidden}
    layers = (
        ModuleRecipe("Linear", first, {}),
        ModuleRecipe("Tanh", {}, {}),
        ModuleRecipe("Linear", last, {}),
    )
    state = _linear(generator, "0.", hidden, hidden, dtype) | _linear(generator, "2.", hidden, outputs, dtype)
    return ModuleRecipe("Sequential", {}, state, training=training, layers=layers)


def _linear(
    generator: Generator, prefix: str, inputs: int, outputs: int, dtype: torch.dtype
) -> dict[str, Tensor]:
    shapes = {"weight": (outputs, inputs), "bias": (outputs,)}
    return {prefix + name: numbers(generator, *shape, dtype=dtype) for name, shape in shapes.items()}


def _with_grads(generator: Generator, recipe: ModuleRecipe) -> ModuleRecipe:
    """The same module, each parameter with a random .grad."""
    grads = {
        n: numbers(generator, *t.shape, dtype=t.dtype)
        for n, t in recipe.state.items()
        if n not in recipe.frozen
    }
    return ModuleRecipe(
        recipe.kind, recipe.options, recipe.state, recipe.frozen, recipe.training, grads, recipe.layers
    )

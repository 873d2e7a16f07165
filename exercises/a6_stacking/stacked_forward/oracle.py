"""What stacked_forward must return, and what those return who make a known mistake.

Without dropout the right numbers are those of `torch.lstm`, which nn.LSTM calls. With dropout no two right answers
are alike, so the layers are chosen such that the output shows what was dropped: from the second on each *copies*
what it reads (`exercises.a6_stacking.shared`). Its input and output gates are open, its forget gate is shut and its
candidate reads its own unit only, so h = tanh(tanh(x)): zero where the value was dropped, and known where it was
kept. `dropout_seen` puts into words what a few calls did.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from autograder.checking.found import Observation, Seen
from autograder.checking.language import Case
from autograder.checking.observing.arguments import build

Result = tuple[Tensor, tuple[Tensor, Tensor]]
Layers = Sequence[nn.LSTM]
SURE = 0.05  # a value nearer to zero does not show whether it was dropped
SIGMAS = 6.0  # of a share; beyond that a right answer gets once in 500 million calls
AS_IT_SHOULD_BE = Seen("Dropout acts between the layers, and nowhere else.")


def stacked_forward(layers: Layers, x: Tensor, p: float = 0.0, training: bool = False) -> Result:
    """What nn.LSTM(num_layers=L, dropout=p) calls."""
    zeros = x.new_zeros(len(layers), x.shape[1], layers[0].hidden_size)
    weights: list[Tensor] = [parameter for layer in layers for parameter in layer.parameters()]
    output, h_n, c_n = torch.lstm(
        x, (zeros, zeros), weights, layers[0].bias, len(layers), p, training, False, False
    )
    return output, (h_n, c_n)


def chain(
    drop: Callable[[Tensor, float, bool, int, int], Tensor] = lambda y, p, training, k, last: (
        functional.dropout(y, p, training) if 0 <= k < last else y
    ),
    feed: Callable[[Tensor, Tensor, int], Tensor] = lambda y, x, k: y,
    state: Callable[[Any, int], Any] = lambda after, k: None,
    kept: Callable[[Tensor, Tensor], Tensor] = lambda y, h: h,
    finish: Callable[[Tensor, list[Tensor], list[Tensor], list[Tensor]], Any] = lambda out, outs, hs, cs: (
        out,
        (torch.cat(hs), torch.cat(cs)),
    ),
) -> Callable[..., Any]:
    """stacked_forward layer by layer, with a slip: `drop(y, p, training, k, last)` is what is done to the output of
    layer k (-1 for x), `feed(y, x, k)` what layer k reads, `state(after, k)` what it starts from, `kept(y, h)` its
    final h, `finish(output, outputs, hs, cs)` what is returned."""

    def run(layers: Layers, x: Tensor, p: float = 0.0, training: bool = False) -> Any:
        last = len(layers) - 1
        y, after = drop(x, p, training, -1, last), None
        outs, hs, cs = [], [], []
        for k, layer in enumerate(layers):
            y, after = layer(feed(y, x, k), state(after, k))
            y = drop(y, p, training, k, last)
            outs.append(y)
            hs.append(kept(y, after[0]))
            cs.append(after[1])
        return finish(y, outs, hs, cs)

    return run


def giving(change: Callable[[Tensor, Tensor, Tensor], Any]) -> Callable[..., Any]:
    """stacked_forward with something done to its results: `change(output, h_n, c_n)`."""

    def run(*args: Any) -> Any:
        output, (h_n, c_n) = stacked_forward(*args)
        return change(output, h_n, c_n)

    return run


def masked(
    shape: Callable[[Tensor], Tensor], scale: Callable[[float], float] | None = None
) -> Callable[..., Tensor]:
    """A `drop` between layers with one number of `shape(y)` for more than one value, or with another scale."""

    def drop(y: Tensor, p: float, training: bool, k: int, last: int) -> Tensor:
        if not training or not 0 <= k < last:
            return y
        kept = torch.bernoulli(torch.full_like(shape(y), 1 - p))
        return y * kept * (scale(p) if scale else 1 / (1 - p))

    return drop


def seeded(layers: Layers, x: Tensor, p: float = 0.0, training: bool = False) -> Result:
    """The right numbers from the same seed in each call."""
    torch.manual_seed(0)
    return stacked_forward(layers, x, p, training)


def upside_down(layers: Layers, x: Tensor, p: float = 0.0, training: bool = False) -> Result:
    """The last layer first, where the sizes allow it."""
    return stacked_forward(list(layers)[::-1], x, p, training)


def drawing(y: Tensor) -> Tensor:
    """y itself, after random numbers were drawn that nobody needs."""
    torch.rand_like(y)
    return y


def switched_on(layers: Layers, x: Tensor, p: float = 0.0, training: bool = False) -> Result:
    """The right results, the layers left in training mode or, if they were in it, in the other one."""
    result = stacked_forward(layers, x, p, training)
    for layer in layers:
        layer.train(not layer.training)
    return result


def switched(layers: Layers, x: Tensor, p: float = 0.0, training: bool = False) -> Result:
    """The right results, the layers left in the mode of `training`."""
    result = stacked_forward(layers, x, p, training)
    for layer in layers:
        layer.train(training)
    return result


def overwritten(layers: Layers, x: Tensor, p: float = 0.0, training: bool = False) -> Result:
    """The right results, written over x as far as they fit."""
    result = stacked_forward(layers, x, p, training)
    with torch.no_grad():
        x.mul_(0.5)
    return result


def dropout_seen(case: Case, seen: Observation) -> Seen:
    """What a few calls with dropout show, in words."""
    values: list[Any] = seen.value if isinstance(seen.value, list) and seen.value else [None]
    with torch.no_grad():
        first, (h_first, c_first) = build(case.args["layers"][0])(case.args["x"])
    layers, close = len(case.args["layers"]), 1e-4
    wanted = (layers, *h_first.shape[1:])
    for value in values:
        if words := _misshapen(value, first.shape, wanted, first.dtype):
            return Seen(words)
        _, (h_n, c_n) = value
        if not torch.allclose(c_n[:1], c_first, atol=close):
            return Seen("The first layer should read x as it is, and no state is ever dropped.")
        if not torch.allclose(h_n[:1], h_first, atol=close):
            scaled = h_first / (1 - case.args["p"])
            dropped = (h_n[:1].abs() < close) | torch.isclose(h_n[:1], scaled, atol=close)
            only = ": only what is read above is dropped" if bool(dropped.all()) else ""
            return Seen(f"The final h of the first layer is not what it returned{only}.")
    found = torch.stack([value[0] for value in values])  # (call, time, batch, hidden)
    states = torch.stack([torch.stack(value[1]) for value in values])  # (call, 2, layer, batch, hidden)
    return _of_values(case, first, found, states, close) or _of_masks(case, first, found) or AS_IT_SHOULD_BE


def _misshapen(value: Any, output: torch.Size, state: tuple[int, ...], dtype: torch.dtype) -> str:
    parts = list(value) if isinstance(value, tuple) and len(value) == 2 else [None, None]
    tensors = [parts[0], *(parts[1] if isinstance(parts[1], tuple) and len(parts[1]) == 2 else (None, None))]
    if any(not isinstance(tensor, Tensor) for tensor in tensors):
        return "The function should return a tuple (output, (h_n, c_n)) of tensors."
    for name, tensor, shape in zip(("output", "h_n", "c_n"), tensors, (output, state, state), strict=True):
        if tuple(tensor.shape) != tuple(shape):
            return f"{name} has the shape {tuple(tensor.shape)}, expected {tuple(shape)}."
        if tensor.dtype != dtype:
            return f"{name} has the dtype {tensor.dtype}, expected {dtype}."
    return ""


def _of_values(case: Case, first: Tensor, found: Tensor, states: Tensor, close: float) -> Seen | None:
    """Whether each value is 0 or what it should be where it was kept."""
    p, gaps = case.args["p"], len(case.args["layers"]) - 1
    right = 1 / (1 - p)
    kept = {
        "": (right, 1.0),
        "What was kept was not divided by 1 - p.": (1.0, 1.0),
        "What was kept was not divided by 1 - p, but by p.": (1 / p, 1.0),
        "The output of the last layer was dropped as well.": (right, right),
        "The output of the last layer was dropped, and nothing between the layers.": (1.0, right),
        "What was kept was multiplied by 1 - p instead of divided by it.": (1 - p, 1.0),
    }
    sure = first.abs() > SURE
    for words, (scale, after) in kept.items():
        steps = [first]
        for _ in range(gaps):
            steps.append((steps[-1] * scale).tanh().tanh())
        there = ((found - steps[-1] * after).abs() < close) | (found.abs() < close)
        if bool(there[:, sure].all()) and (words or _states_fit(steps, states, found, sure, close)):
            share = float((found[:, sure].abs() < close).double().mean())
            if words and share == 0:
                return Seen("Nothing was dropped.")
            if scale == 1 / p and words and abs(share - 1 + p**gaps) < abs(share - 1 + (1 - p) ** gaps):
                return Seen("A share p was kept; it is the share to be dropped.")
            return Seen(words) if words else None
    # Many roads lead here, so the words have a number: no known mistake is to be taken for another one.
    return Seen(
        "What a layer reads is neither 0 nor the output of the layer below divided by 1 - p, or a final state is not "
        f"what its layer returned. The mean size of output is {float(found.abs().mean()):.6f}."
    )


def _states_fit(steps: list[Tensor], states: Tensor, found: Tensor, sure: Tensor, close: float) -> bool:
    """Whether the final states of the copying layers are those that they returned."""
    h_n, c_n = states.unbind(1)  # (call, layer, batch, hidden) each
    last = torch.equal(h_n[:, -1], found[:, -1])
    inside = torch.allclose(c_n[:, 1:].tanh(), h_n[:, 1:], atol=close)
    between = all(
        bool((((h - step[-1]).abs() < close) | (h.abs() < close))[:, sure[-1]].all())
        for step, h in zip(steps[1:-1], h_n[:, 1:-1].unbind(1), strict=True)
    )
    return last and inside and between


def _of_masks(case: Case, first: Tensor, found: Tensor) -> Seen | None:
    """Whether the right share was dropped, for each element and step anew."""
    p, gaps = case.args["p"], len(case.args["layers"]) - 1
    sure = (first.abs() > SURE).expand(found.shape)
    dropped = found.abs() < 1e-4
    share, count = 1 - (1 - p) ** gaps, int(sure.sum())
    away = float(dropped[sure].double().mean()) - share
    if abs(away) > SIGMAS * math.sqrt(share * (1 - share) / count):
        return Seen(
            f"{'More' if away > 0 else 'Less'} is dropped than a share p after each layer but the last."
        )
    patterns = ("at every call", "at every step", "in every sequence", "in every unit")
    for axis, words in enumerate(patterns):
        length = found.shape[axis] - 1
        if not length:
            continue
        (one, other), (sure_one, sure_other) = (
            (t.narrow(axis, 0, length), t.narrow(axis, 1, length)) for t in (dropped, sure)
        )
        if bool((one == other)[sure_one & sure_other].all()):
            return Seen(
                f"The same is dropped {words}: the mask has to be drawn for each element and step anew."
            )
    return None

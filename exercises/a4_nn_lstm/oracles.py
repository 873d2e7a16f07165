"""Expected values of lstm_forward, lstm_param_count and lstm_shapes, and those of the known mistakes.

All right numbers are PyTorch's own: `torch.lstm`, which nn.LSTM calls, and an nn.LSTM on the device meta,
which has shapes and no numbers. Used by `mistakes` and the exercises.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

States = tuple[Tensor, Tensor]
Result = tuple[Tensor, States]

# ---------------------------------------------------------------- lstm_forward


def lstm_forward(x: Tensor, hx: States | None, *rest: Any) -> Result:
    """What nn.LSTM calls; `rest` are W_ih, W_hh, b_ih, b_hh and, perhaps, batch_first."""
    weights, batch_first = list(rest[:4]), bool(rest[4]) if len(rest) > 4 else False
    zeros = x.new_zeros(1, x.shape[0 if batch_first else 1], weights[1].shape[1])
    hx = hx or (zeros, zeros)
    if any(state.shape != zeros.shape for state in hx):  # nn.LSTM looks at that; torch.lstm writes anywhere
        raise ValueError("a state of another shape than the batch")
    output, h_n, c_n = torch.lstm(x, hx, weights, True, 1, 0.0, False, False, batch_first)
    return output, (h_n, c_n)


def given(change: Callable[..., tuple[Any, Any, tuple[Tensor, ...], bool]]) -> Callable[..., Result]:
    """lstm_forward of other arguments: `change(x, hx, weights, batch_first)` gives all four."""

    def forward(x: Tensor, hx: States | None, *rest: Any) -> Result:
        batch_first = bool(rest[4]) if len(rest) > 4 else False
        x, hx, weights, batch_first = change(x, hx, rest[:4], batch_first)
        return lstm_forward(x, hx, *weights, batch_first)

    return forward


def giving(change: Callable[[Tensor, Tensor, Tensor, bool], Any]) -> Callable[..., Any]:
    """lstm_forward with something done to its results: `change(output, h_n, c_n, batch_first)`."""

    def forward(x: Tensor, hx: States | None, *rest: Any) -> Any:
        output, (h_n, c_n) = lstm_forward(x, hx, *rest)
        return change(output, h_n, c_n, bool(rest[4]) if len(rest) > 4 else False)

    return forward


def in_order(*order: int) -> Callable[..., Result]:
    """The rows of the weights read in another order of blocks."""

    def change(x: Tensor, hx: States | None, weights: tuple[Tensor, ...], batch_first: bool) -> Any:
        read = tuple(w.unflatten(0, (4, -1))[list(order)].flatten(0, 1) for w in weights)
        return x, hx, read, batch_first

    return given(change)


def without(position: int) -> Callable[..., Result]:
    """One of W_ih, W_hh, b_ih, b_hh (positions 0 to 3) ignored."""
    return given(
        lambda x, hx, w, b: (x, hx, tuple(t * 0 if k == position else t for k, t in enumerate(w)), b)
    )


def step_by_step(keep: Callable[[States, States | None], States | None]) -> Callable[..., Result]:
    """Each step starts from `keep(state after the step before, hx)`."""

    def forward(x: Tensor, hx: States | None, *rest: Any) -> Result:
        time = 1 if len(rest) > 4 and rest[4] else 0
        outputs, state = [], hx
        for t in range(x.shape[time]):
            output, after = lstm_forward(x.narrow(time, t, 1), state, *rest)
            outputs.append(output)
            state = keep(after, hx)
        return torch.cat(outputs, time), after

    return forward


# ---------------------------------------------------------------- lstm_param_count


def lstm_param_count(input_size: int, hidden_size: int, *rest: Any) -> int:
    """The elements of all parameters of the module, made without numbers."""
    return sum(parameter.numel() for parameter in _module(input_size, hidden_size, *rest).parameters())


def _module(
    input_size: int,
    hidden_size: int,
    num_layers: int = 1,
    bias: bool = True,
    bidirectional: bool = False,
    proj_size: int = 0,
) -> nn.LSTM:
    return nn.LSTM(
        input_size, hidden_size, num_layers, bias=bias, bidirectional=bidirectional, proj_size=proj_size,
        device="meta",
    )  # fmt: skip


def counting(
    gates: int = 4,
    biases: int = 2,
    always_bias: bool = False,
    next_reads: Callable[[int, int, int, int], int] = lambda inputs, hidden, out, D: D * out,
    first_rows: Callable[[int, int], int] = lambda hidden, out: out,
    shrink: Callable[[int, int], int] = lambda hidden, proj: hidden * proj,
    directions: int | None = None,
    layers: int | None = None,
) -> Callable[..., int]:
    """A count with a slip in one of its parts: blocks, biases, what layers after the first read, the width of
    W_hh, the size of W_hr, how many directions and layers."""

    def count(
        input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        bidirectional: bool = False, proj_size: int = 0,
    ) -> int:  # fmt: skip
        out = proj_size or hidden_size
        D = directions or 1 + bidirectional
        total = 0
        for layer in range(layers or num_layers):
            reads = input_size if layer == 0 else next_reads(input_size, hidden_size, out, D)
            row = reads + first_rows(hidden_size, out) + (biases if bias or always_bias else 0)
            total += D * (gates * hidden_size * row + shrink(hidden_size, proj_size))
        return total

    return count


# ---------------------------------------------------------------- lstm_shapes


def lstm_shapes(
    seq_len: int,
    batch: int | None,
    input_size: int,
    hidden_size: int,
    num_layers: int = 1,
    batch_first: bool = False,
    bidirectional: bool = False,
    proj_size: int = 0,
) -> Shapes:
    """The shapes that come out of the module on the device meta."""
    return dict(
        _shapes(seq_len, batch, input_size, hidden_size, num_layers, batch_first, bidirectional, proj_size)
    )


@functools.cache  # a call on the device meta takes milliseconds, and nearly all mistakes begin with the same one
def _shapes(
    seq_len: int, batch: int | None, input_size: int, hidden_size: int, num_layers: int, batch_first: bool,
    bidirectional: bool, proj_size: int,
) -> Shapes:  # fmt: skip
    lstm = _module(input_size, hidden_size, num_layers, True, bidirectional, proj_size)
    lstm.batch_first = batch_first
    lead = () if batch is None else (batch,)
    time = len(lead) if batch_first else 0
    x = torch.empty(*lead, input_size, device="meta").unsqueeze(time)  # one step: many would take their time
    output, (h_n, c_n) = lstm(x)
    longer = output.unsqueeze(time + 1).expand(*output.shape[: time + 1], seq_len, *output.shape[time + 1 :])
    return dict(zip(NAMES, map(_sizes, (longer.squeeze(time), h_n, c_n)), strict=True))


def _sizes(tensor: Tensor) -> tuple[int, ...]:
    return tuple(tensor.shape)


NAMES = ("output", "h_n", "c_n")
Shapes = dict[str, tuple[int, ...]]


def reshaped(change: Callable[..., Shapes]) -> Callable[..., Shapes]:
    """Shapes with a slip: `change(right, batch_first)`, both known."""

    def shapes(*args: Any) -> Shapes:
        return change(lstm_shapes(*args), bool(args[5]) if len(args) > 5 else False, args)

    return shapes


def called_with(**fixed: Any) -> Callable[..., Shapes]:
    """The shapes of a module with other arguments than those given."""

    def shapes(*args: Any) -> Shapes:
        names = ("seq_len", "batch", "input_size", "hidden_size", "num_layers", "batch_first",
                 "bidirectional", "proj_size")  # fmt: skip
        return lstm_shapes(**{**dict(zip(names, args, strict=False)), **fixed})

    return shapes

"""What lstm_forward must return, and what those return who make a known mistake.

All right numbers are PyTorch's own: `torch.lstm`, which nn.LSTM calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

States = tuple[Tensor, Tensor]
Result = tuple[Tensor, States]


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


def biased(*times: int) -> Callable[..., Result]:
    """b_ih and b_hh added so many times."""
    return given(lambda x, hx, w, b: (x, hx, (*w[:2], times[0] * w[2], times[1] * w[3]), b))


def reshaped(entering: bool, leaving: bool) -> Callable[..., Result]:
    """The two layouts brought to each other by a reshape on the way in, on the way out, or both."""

    def forward(x: Tensor, hx: States | None, *rest: Any) -> Result:
        if len(rest) < 5 or not rest[4]:
            return lstm_forward(x, hx, *rest)
        batch, time = x.shape[:2]
        steps = x.reshape(time, batch, -1) if entering else x.transpose(0, 1)
        output, states = lstm_forward(steps, hx, *rest[:4])
        return output.reshape(batch, time, -1) if leaving else output.transpose(0, 1), states

    return forward


def with_layer_axis(deep: bool) -> Callable[..., Result]:
    """Every state with the axis of layers that h_0 has; `deep`: h_n and c_n got it a second time."""

    def change(output: Tensor, h_n: Tensor, c_n: Tensor, batch_first: bool) -> Result:
        stacked = output.transpose(0, 1)[:, None].transpose(0, 1) if batch_first else output[:, None]
        return stacked, (h_n[None], c_n[None]) if deep else (h_n, c_n)

    return giving(change)


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


def showing(read: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Result]:
    """Each step's h is the output gate times `read(c after the step, c before it)`."""

    def forward(x: Tensor, hx: States | None, *rest: Any) -> Result:
        w_ih, w_hh, b_ih, b_hh = rest[:4]
        time = 1 if len(rest) > 4 and rest[4] else 0
        zeros = x.new_zeros(x.shape[1 - time], w_hh.shape[1])
        h, c = (hx[0][0], hx[1][0]) if hx else (zeros, zeros)
        outputs = []
        for step in x.unbind(time):
            i, f, g, o = (step @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4, 1)
            before, c = c, f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * read(c, before)
            outputs.append(h)
        return torch.stack(outputs, time), (h[None], c[None])

    return forward

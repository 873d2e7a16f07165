"""Each recurrent cell of PyTorch, described once: its blocks, states, activations, and one step of it.

`trace_gates` and `Lens` run it; figures and widgets take its names and their ranges from here. A cell reads `from_x`,
what the input brings to each block of rows, and calls `seen(name, value)` for each gate, candidate and state as soon as
it is there; what `seen` returns is used from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

States = dict[str, Tensor]  # by name, (batch, size) each
Seen = Callable[[str, Tensor], Tensor]
Step = Callable[[Tensor, States, "Weights", Seen], States]


@dataclass(frozen=True)
class Weights:
    """Of one layer in one direction: `hh` (blocks * hidden, size of h), biases (blocks * hidden,) or None.

    `ih` is (blocks * hidden, input); `hr` (projection, hidden) is there with `proj_size` only.
    """

    ih: Tensor
    hh: Tensor
    b_ih: Tensor | None = None
    b_hh: Tensor | None = None
    hr: Tensor | None = None

    def from_x(self, x: Tensor) -> Tensor:
        """What the input brings: (..., blocks * hidden)."""
        return linear(x, self.ih, self.b_ih)

    def from_h(self, h: Tensor) -> Tensor:
        """What the hidden state brings: (batch, blocks * hidden)."""
        return linear(h, self.hh, self.b_hh)


RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}


@dataclass(frozen=True)
class Cell:
    """A kind of cell; `make` is its module, as nn.LSTM is.

    `blocks` name the blocks of rows in its weights, `states` what is handed on, both in torch's order; `names` is
    everything that a step computes, in the order in which it does. `activations` has for each block its function, and
    for a state the function in whose range it stays from a start at zero. `keeps` is the gate that says which share of
    the old state is kept; `apart` the blocks whose bias of h cannot be added to that of x, as a gate multiplies it.
    """

    make: Callable[..., nn.RNNBase]
    blocks: str
    states: str
    names: str
    activations: Mapping[str, str]
    step: Step
    keeps: str = ""
    apart: str = ""

    @property
    def limits(self) -> dict[str, tuple[float, float]]:
        """Between which numbers a value stays; what has no bounds is not here."""
        return {name: RANGES[function] for name, function in self.activations.items() if function in RANGES}


def _lstm(from_x: Tensor, states: States, weights: Weights, seen: Seen) -> States:
    """The equations of torch.nn.LSTM."""
    z_i, z_f, z_g, z_o = (from_x + weights.from_h(states["h"])).chunk(4, dim=1)
    i, f = seen("i", z_i.sigmoid()), seen("f", z_f.sigmoid())
    g, o = seen("g", z_g.tanh()), seen("o", z_o.sigmoid())
    c = seen("c", f * states["c"] + i * g)
    shown = o * c.tanh()
    return {"h": seen("h", shown if weights.hr is None else linear(shown, weights.hr)), "c": c}


def _gru(from_x: Tensor, states: States, weights: Weights, seen: Seen) -> States:
    """The equations of torch.nn.GRU: the reset gate multiplies what h brings to the candidate, bias included."""
    (x_r, x_z, x_n), (h_r, h_z, h_n) = from_x.chunk(3, dim=1), weights.from_h(states["h"]).chunk(3, dim=1)
    r, z = seen("r", (x_r + h_r).sigmoid()), seen("z", (x_z + h_z).sigmoid())
    n = seen("n", (x_n + r * h_n).tanh())
    return {"h": seen("h", (1 - z) * n + z * states["h"])}


def _rnn(activation: Callable[[Tensor], Tensor]) -> Step:
    """The equation of torch.nn.RNN."""

    def step(from_x: Tensor, states: States, weights: Weights, seen: Seen) -> States:
        return {"h": seen("h", activation(from_x + weights.from_h(states["h"])))}

    return step


CELLS: Mapping[str, Cell] = {
    "LSTM": Cell(
        nn.LSTM, "ifgo", "hc", "ifgoch",
        {"i": "sigmoid", "f": "sigmoid", "g": "tanh", "o": "sigmoid", "h": "tanh"}, _lstm, keeps="f",
    ),
    "GRU": Cell(
        nn.GRU, "rzn", "h", "rznh",
        {"r": "sigmoid", "z": "sigmoid", "n": "tanh", "h": "tanh"}, _gru, keeps="z", apart="n",
    ),
    "RNN_TANH": Cell(nn.RNN, "h", "h", "h", {"h": "tanh"}, _rnn(torch.tanh)),
    "RNN_RELU": Cell(partial(nn.RNN, nonlinearity="relu"), "h", "h", "h", {"h": "relu"}, _rnn(torch.relu)),
}  # by nn.RNNBase.mode  # fmt: skip


def weights_of(module: nn.RNNBase, layer: int, reverse: bool) -> Weights:
    """Those of one layer in one direction, as the module's own `forward` reads them: pruned or parametrised ones too."""
    end = f"l{layer}{'_reverse' if reverse else ''}"
    there = set(module._flat_weights_names)

    def named(name: str) -> Tensor | None:
        found: Tensor | None = getattr(module, f"{name}_{end}") if f"{name}_{end}" in there else None
        return found

    ih, hh = named("weight_ih"), named("weight_hh")
    assert ih is not None and hh is not None  # every layer has both
    return Weights(ih, hh, named("bias_ih"), named("bias_hh"), named("weight_hr"))

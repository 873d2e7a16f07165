"""The numbers inside a recurrent layer: every gate at every step, which torch computes and does not return.

Lessons look at them, `draw` and `widgets` draw them. Pure functions of a layer and its input;
the tests hold them against torch's own layers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from lstmlab.cells import CELLS, Cell, weights_of

LSTM = CELLS["LSTM"]
GATES = LSTM.blocks


@dataclass(frozen=True)
class GateTrace:
    """All that happens in one layer: `x` is (time, batch, input), each of `values` (time, batch, hidden).

    `trace.f` is `trace.values["f"]`, and `trace.c_0` is `trace.start["c"]`, (batch, hidden): the state before the
    first step. An nn.LSTM has i, f, g, o, c, h; an nn.GRU r, z, n, h; an nn.RNN h. Gates and candidates are after
    their activation, states after the step. Raises AttributeError for another name.
    """

    cell: Cell
    x: Tensor
    values: Mapping[str, Tensor]
    start: Mapping[str, Tensor]

    def __getattr__(self, name: str) -> Tensor:
        known = vars(self).get("values", {}) | {
            f"{key}_0": t for key, t in vars(self).get("start", {}).items()
        }
        if name not in known:
            raise AttributeError(f"this trace has no {name!r}; it has x, {', '.join(known)}")
        return known[name]

    def unit(self, name: str, unit: int = 0, batch: int = 0) -> list[float]:
        """One curve as a list of floats: `name` is x or one of `values`, `unit` its feature."""
        return getattr(self, name)[:, batch, unit].detach().tolist()

    def flipped(self) -> GateTrace:
        """The same with the last step first, as a backward direction is read."""
        return replace(self, x=self.x.flip(0), values={name: v.flip(0) for name, v in self.values.items()})


def trace_gates(
    layer: nn.RNNBase, x: Tensor, state: Tensor | tuple[Tensor, Tensor] | None = None
) -> GateTrace:
    """Run an nn.LSTM, nn.GRU or nn.RNN of one layer and one direction over `x` and keep every value on the way.

    `x` is in the layer's own layout, batched; `state` is what the layer takes, (h_0, c_0) or h_0, each
    (1, batch, hidden), zero if left out. The result is always time first and differentiable; `layer` and `x` stay as
    they are. The equations are those of torch's documentation. Raises TypeError or ValueError for what it cannot trace.
    """
    _require_traceable(layer, x)
    if layer.batch_first:
        x = x.transpose(0, 1)
    shape, cell = (x.shape[1], layer.hidden_size), CELLS[layer.mode]
    start = {name: x.new_zeros(shape) for name in cell.states}
    if state is not None:
        given = (state,) if isinstance(state, Tensor) else state
        for name, tensor in zip(cell.states, given, strict=True):
            if tensor.shape != (1, *shape):
                raise ValueError(
                    f"{name}_0 has shape {tuple(tensor.shape)}; pass (1, batch, hidden) = {(1, *shape)}."
                )
            start[name] = tensor[0]
    weights = weights_of(layer, 0, reverse=False)
    values: dict[str, list[Tensor]] = {name: [] for name in cell.names}

    def seen(name: str, value: Tensor) -> Tensor:
        values[name].append(value)
        return value

    states = start
    for from_x in weights.from_x(x):
        states = cell.step(from_x, states, weights, seen)
    return GateTrace(cell, x, {name: torch.stack(steps) for name, steps in values.items()}, start)


def _require_traceable(layer: nn.RNNBase, x: Tensor) -> None:
    """Raise for a layer or an input that `trace_gates` has no answer for, and say what to pass."""
    if not isinstance(layer, nn.LSTM | nn.GRU | nn.RNN):
        raise TypeError(f"trace_gates got a {type(layer).__name__}; pass an nn.LSTM, nn.GRU or nn.RNN.")
    kind = layer.mode.partition("_")[0]
    if layer.num_layers != 1 or layer.bidirectional or layer.proj_size:
        raise ValueError(
            f"trace_gates follows one layer in one direction without projection; this one has num_layers="
            f"{layer.num_layers}, bidirectional={layer.bidirectional}, proj_size={layer.proj_size}. "
            f"Pass nn.{kind}({layer.input_size}, {layer.hidden_size})."
        )
    layout = "(batch, time, input)" if layer.batch_first else "(time, batch, input)"
    if x.dim() != 3 or x.shape[2] != layer.input_size or 0 in x.shape[:2]:
        raise ValueError(
            f"x has shape {tuple(x.shape)}; pass {layout} with input = {layer.input_size}, no axis empty."
        )
    weight = weights_of(layer, 0, reverse=False).ih
    if x.dtype != weight.dtype:
        raise ValueError(f"x is {x.dtype}, the layer {weight.dtype}; pass x.to({weight.dtype}).")


def single_layer(
    whole: nn.RNNBase, x: Tensor, layer: int = 0, reverse: bool = False
) -> tuple[nn.RNNBase, Tensor]:
    """Return one layer of an nn.LSTM, nn.GRU or nn.RNN, in one direction, as a layer of its own, and what it reads.

    `x` is in the layer's own layout, with a batch axis or without. The result is in float64, time first: a
    one-layer module of the same kind, and its input (time, batch, size), which for a higher layer is the output
    of the layers below without dropout. For `reverse` the layer reads that input from its end. Wherever `whole` and
    `x` are, the result is on the CPU. Raises TypeError or ValueError for what it cannot take apart, and for weights
    that are not finite.
    """
    if not isinstance(whole, nn.LSTM | nn.GRU | nn.RNN):
        raise TypeError(
            f"got a {type(whole).__name__}; pass an nn.LSTM, nn.GRU or nn.RNN and its input, a tensor."
        )
    _require_numbers(x)
    directions = 2 if whole.bidirectional else 1
    if whole.proj_size:
        raise ValueError(
            f"this nn.LSTM projects its h to proj_size={whole.proj_size} numbers, which the equations here do not; "
            "pass a layer with proj_size=0."
        )
    fits = type(layer) is int and 0 <= layer < whole.num_layers
    if not fits or reverse not in (False, True)[:directions]:
        raise ValueError(
            f"layer={layer}, reverse={reverse} of a layer with num_layers={whole.num_layers}, bidirectional="
            f"{whole.bidirectional}; pass a layer up to {whole.num_layers - 1}, and reverse=True for a bidirectional "
            "one only."
        )
    layout = "(batch, time, input)" if whole.batch_first else "(time, batch, input)"
    if x.dim() not in (2, 3) or x.shape[-1] != whole.input_size or 0 in x.shape:
        raise ValueError(
            f"x has shape {tuple(x.shape)}; pass {layout} or (time, input) with input = {whole.input_size}, "
            "no axis empty."
        )
    x = (
        x.detach().cpu().double()
    )  # in this order: some accelerators know no float64, and nothing looks into float8
    if not x.isfinite().all():
        raise ValueError("x holds nan or inf; pass x.nan_to_num(), or the rows without them.")
    x = x[:, None] if x.dim() == 2 else x.transpose(0, 1) if whole.batch_first else x
    weights = _weights_of(whole)
    make = CELLS[whole.mode].make  # a subclass may be made in a way of its own

    def part(size: int, layers: int, both: bool, named: dict[str, Tensor]) -> nn.RNNBase:
        options: dict[str, Any] = {
            "num_layers": layers,
            "bidirectional": both,
            "bias": whole.bias,
            "dtype": torch.float64,
        }
        with torch.random.fork_rng(devices=[]):  # to look must not change what the next torch.randn returns
            made = make(size, whole.hidden_size, **options)
        made.load_state_dict(named)
        return made

    if layer:
        lower = {name: value for name, value in weights.items() if _layer_of(name) < layer}
        with torch.no_grad():
            x = part(whole.input_size, layer, whole.bidirectional, lower)(x)[0]
    end = f"_l{layer}{'_reverse' if reverse else ''}"
    mine = {f"{name.removesuffix(end)}_l0": value for name, value in weights.items() if name.endswith(end)}
    return part(x.shape[2], 1, False, mine), x


def _require_numbers(x: Any) -> None:
    """Raise TypeError or ValueError unless `x` is a plain tensor of real numbers."""
    if not isinstance(x, Tensor):
        packed = isinstance(x, nn.utils.rnn.PackedSequence)
        better = "nn.utils.rnn.pad_packed_sequence(x)[0]" if packed else "torch.tensor(x)"
        raise TypeError(f"x is a {type(x).__name__}; pass a tensor, for example {better}.")
    if x.is_complex():
        raise TypeError(f"x is a {x.dtype} tensor; pass one of real numbers, for example x.abs().")
    if x.is_meta:
        raise ValueError("x is on the meta device, without numbers; pass a tensor that has them.")
    if x.is_nested or x.layout != torch.strided:
        how = "x.to_padded_tensor(0.0)" if x.is_nested else "x.to_dense()"
        raise ValueError(f"x is a {'nested' if x.is_nested else x.layout} tensor; pass {how}.")


def _weights_of(whole: nn.RNNBase) -> dict[str, Tensor]:
    """Its weights as its own `forward` reads them (pruned, parametrised or plain), float64 on the CPU, all finite."""
    weights: dict[str, Tensor] = {}
    for name in whole._flat_weights_names:
        value = getattr(whole, name).detach()
        if value.is_meta:
            raise ValueError(
                f"{name} is on the meta device, without numbers; pass a layer whose weights are loaded."
            )
        weights[name] = value.cpu().double()
        if not weights[name].isfinite().all():
            raise ValueError(
                f"{name} holds nan or inf, so every state would be nan; pass a layer with finite weights, for example "
                "one saved before its loss became nan."
            )
    return weights


def _layer_of(parameter: str) -> int:
    """The layer in a name such as weight_ih_l2_reverse."""
    return int(parameter.removesuffix("_reverse").rpartition("_l")[2])


def half_life(f: float) -> float:
    """Steps until a cell that only forgets has half of its value left: ln 0.5 / ln f.

    `f` is a forget gate, from 0 (half gone at once: 0 steps) to 1 (never: infinity).
    """
    if not 0 <= f <= 1:
        raise ValueError(
            f"a forget gate lies between 0 and 1, got {f}; pass torch.sigmoid(bias), not the bias."
        )
    if f in (0, 1):
        return 0.0 if f == 0 else math.inf
    return math.log(0.5) / math.log(f)


@dataclass(frozen=True)
class CellWeights:
    """The twelve numbers of an LSTM with one input and one unit; each tuple is (i, f, g, o).

    The defaults tell a story: a pulse opens the input gate, the candidate carries its sign, and the forget
    bias sets how long it is remembered.
    """

    weight_x: tuple[float, float, float, float] = (5.0, 0.0, 2.0, 0.0)
    weight_h: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    bias: tuple[float, float, float, float] = (-2.5, 1.0, 0.0, 1.0)


def story_lstm(weights: CellWeights | None = None, *, forget_bias: float | None = None) -> nn.LSTM:
    """Return an nn.LSTM(1, 1) in float64 set to `weights` (by default, the story of `CellWeights`).

    `forget_bias` replaces that one number. The second bias, `bias_hh_l0`, is zero.
    """
    weights = weights or CellWeights()
    bias = list(weights.bias)
    if forget_bias is not None:
        bias[GATES.index("f")] = float(forget_bias)
    with torch.random.fork_rng(devices=[]):  # a picture must not change what the next torch.randn returns
        lstm = nn.LSTM(1, 1, dtype=torch.float64)
    lstm.load_state_dict(
        {
            "weight_ih_l0": torch.tensor(weights.weight_x)[:, None],
            "weight_hh_l0": torch.tensor(weights.weight_h)[:, None],
            "bias_ih_l0": torch.tensor(bias),
            "bias_hh_l0": torch.zeros(4),
        }
    )
    return lstm

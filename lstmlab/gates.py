"""The numbers inside an nn.LSTM: every gate at every step, which torch computes and does not return.

Lessons look at them, `draw` and `widgets` draw them. Pure functions of a layer and its input;
the tests hold them against nn.LSTM and nn.LSTMCell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from lstmlab.cells import CELLS, weights_of

GATES = "ifgo"  # the order of the blocks in nn.LSTM's weights


@dataclass(frozen=True)
class GateTrace:
    """All that happens in one LSTM layer. `x` is (time, batch, input), the others (time, batch, hidden).

    `i`, `f`, `o` are after the sigmoid, `g` after the tanh; `c` and `h` are the states after the step.
    `c_0` and `h_0` (batch, hidden) are the states before the first.
    """

    x: Tensor
    i: Tensor
    f: Tensor
    g: Tensor
    o: Tensor
    c: Tensor
    h: Tensor
    c_0: Tensor
    h_0: Tensor

    def unit(self, name: str, unit: int = 0, batch: int = 0) -> list[float]:
        """One curve as a list of floats: `name` is one of x i f g o c h, `unit` its feature."""
        return getattr(self, name)[:, batch, unit].detach().tolist()


def trace_gates(lstm: nn.LSTM, x: Tensor, state: tuple[Tensor, Tensor] | None = None) -> GateTrace:
    """Run a one-layer, one-direction `lstm` over `x` and keep every value on the way.

    `x` is in the layer's own layout, batched; `state` is (h_0, c_0), each (1, batch, hidden), zero if left
    out. The result is always time first and differentiable; `lstm` and `x` stay as they are. The equations
    are those of the documentation of torch.nn.LSTM. Raises TypeError or ValueError for what it cannot trace.
    """
    _require_traceable(lstm, x)
    if lstm.batch_first:
        x = x.transpose(0, 1)
    shape = (x.shape[1], lstm.hidden_size)
    if state is None:
        h = c = x.new_zeros(shape)
    else:
        for name, tensor in zip(("h_0", "c_0"), state, strict=True):
            if tensor.shape != (1, *shape):
                raise ValueError(
                    f"{name} has shape {tuple(tensor.shape)}; pass (1, batch, hidden) = {(1, *shape)}."
                )
        h, c = state[0][0], state[1][0]
    h_0, c_0 = h, c
    weights, cell = weights_of(lstm, 0, reverse=False), CELLS["LSTM"]
    values: dict[str, list[Tensor]] = {name: [] for name in cell.names}

    def seen(name: str, value: Tensor) -> Tensor:
        values[name].append(value)
        return value

    states = {"h": h, "c": c}
    for from_x in weights.from_x(x):
        states = cell.step(from_x, states, weights, seen)
    return GateTrace(x=x, c_0=c_0, h_0=h_0, **{name: torch.stack(steps) for name, steps in values.items()})


def _require_traceable(lstm: nn.LSTM, x: Tensor) -> None:
    """Raise for a layer or an input that `trace_gates` has no answer for, and say what to pass."""
    if not isinstance(lstm, nn.LSTM):
        raise TypeError(f"trace_gates got a {type(lstm).__name__}; pass a torch.nn.LSTM.")
    if lstm.num_layers != 1 or lstm.bidirectional or lstm.proj_size:
        raise ValueError(
            f"trace_gates follows one layer in one direction without projection; this one has num_layers="
            f"{lstm.num_layers}, bidirectional={lstm.bidirectional}, proj_size={lstm.proj_size}. "
            f"Pass nn.LSTM({lstm.input_size}, {lstm.hidden_size})."
        )
    layout = "(batch, time, input)" if lstm.batch_first else "(time, batch, input)"
    if x.dim() != 3 or x.shape[2] != lstm.input_size or 0 in x.shape[:2]:
        raise ValueError(
            f"x has shape {tuple(x.shape)}; pass {layout} with input = {lstm.input_size}, no axis empty."
        )
    if x.dtype != lstm.weight_ih_l0.dtype:
        raise ValueError(
            f"x is {x.dtype}, the layer {lstm.weight_ih_l0.dtype}; pass x.to({lstm.weight_ih_l0.dtype})."
        )


def single_layer(
    whole: nn.RNNBase, x: Tensor, layer: int = 0, reverse: bool = False
) -> tuple[nn.RNNBase, Tensor]:
    """Return one layer of an nn.LSTM or nn.RNN, in one direction, as a layer of its own, and what that layer reads.

    `x` is in the layer's own layout, with a batch axis or without. The result is in float64, time first: a
    one-layer module of the same kind, and its input (time, batch, size), which for a higher layer is the output
    of the layers below without dropout. For `reverse` the layer reads that input from its end. Wherever `whole` and
    `x` are, the result is on the CPU. Raises TypeError or ValueError for what it cannot take apart, and for weights
    that are not finite.
    """
    if not isinstance(whole, nn.LSTM | nn.RNN):
        raise TypeError(f"got a {type(whole).__name__}; pass an nn.LSTM or nn.RNN and its input.")
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
    kind = nn.LSTM if isinstance(whole, nn.LSTM) else nn.RNN  # a subclass may be made in a way of its own

    def part(size: int, layers: int, both: bool, named: dict[str, Tensor]) -> nn.RNNBase:
        options: dict[str, Any] = {
            "num_layers": layers,
            "bidirectional": both,
            "bias": whole.bias,
            "dtype": torch.float64,
        }
        if isinstance(whole, nn.RNN):
            options["nonlinearity"] = whole.nonlinearity
        with torch.random.fork_rng(devices=[]):  # to look must not change what the next torch.randn returns
            made = kind(size, whole.hidden_size, **options)
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

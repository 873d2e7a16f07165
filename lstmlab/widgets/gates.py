"""The gate explorer: an LSTM layer whose gates open and close while its weights are moved.

Lesson 3 shows a `GateExplorer`. The layer is computed in the browser by `recurrence.js` and drawn by `gates.js`;
Python checks what goes in, keeps what was chosen, and draws the static figure.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
import traitlets
from torch import Tensor, nn

from lstmlab.gates import GATES, GateTrace, Knobs, single_layer, story_lstm, trace_gates
from lstmlab.inputs import INPUTS, checked_input, input_named
from lstmlab.plots import Strips, describe
from lstmlab.widgets.base import Explorer, module_of, style_of

COLUMNS = ("weight_x", "weight_h", "bias")
LIMIT = 6.0  # what the sliders reach
MOST = 200_000  # numbers in a layer's weights: beyond it a page takes seconds to receive them


class GateExplorer(Explorer):
    """One LSTM layer: its cell as a diagram at one step, and x, i, f, g, o, c, h of one unit over time.

    Without `lstm` it is nn.LSTM(1, 1) that tells a story: `inputs` is one of `INPUTS` or a list of numbers,
    `steps` counts for the named ones, `forget_bias` and `knobs` set where the sliders start. With an nn.LSTM,
    trained or fresh, and its input `x` (in its own layout, or (time, input)) it shows that layer's gates on
    sequence `sample` of the batch: `layer`, `reverse` for the backward direction, `unit`. Weights are copied.

    Traits, both ways: `params` (weight_ih, weight_hh and bias, the sum of both, in nn.LSTM's layout), `x`
    (time, input), `step`, `unit`, `feature`. Raises ValueError or TypeError that say what to pass.
    """

    MOVED = ("params", "x", "step", "unit", "feature")
    _esm = module_of("gates")
    _css = style_of("gates")

    params = traitlets.Dict().tag(sync=True)
    x = traitlets.List().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    unit = traitlets.Int(0).tag(sync=True)
    feature = traitlets.Int(0).tag(sync=True)
    _start = traitlets.Dict().tag(sync=True)
    _inputs = traitlets.Dict().tag(sync=True)
    _backwards = traitlets.Bool(False).tag(sync=True)
    _where = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        lstm: nn.LSTM | None = None,
        x: Tensor | None = None,
        *,
        layer: int = 0,
        reverse: bool = False,
        unit: int = 0,
        feature: int = 0,
        sample: int = 0,
        steps: int = 40,
        forget_bias: float | None = None,
        inputs: str | Sequence[float] = "two pulses",
        knobs: Knobs | None = None,
    ) -> None:
        if (lstm is None) != (x is None):
            raise ValueError("a layer and its input belong together; pass GateExplorer(lstm, x), or neither.")
        named: dict[str, list[list[float]]] = {}
        if lstm is None or x is None:
            x = checked_input(inputs, steps)
            lstm = story_lstm(_checked_knobs(knobs or Knobs(), forget_bias))
            named = {name: input_named(name, max(10, len(x)))[:, 0].tolist() for name in INPUTS}
        one, seen = single_layer(lstm, x, layer, reverse)
        _require_small(one, seen, sample)
        where = f"layer {layer}, {'backward' if reverse else 'forward'}" if not named else ""
        start = _params_of(one)
        super().__init__(
            _start=start, _inputs=named, _backwards=reverse, _where=where, x=seen[:, sample].tolist(),
            params=copy.deepcopy(start), unit=unit, feature=feature,
        )  # fmt: skip
        self.step = int(seen[:, sample, feature].abs().argmax())  # where something happens

    # -- traits ---------------------------------------------------------------------------------------------

    @traitlets.validate("params")
    def _check_params(self, proposal: Any) -> dict[str, Any]:
        shapes = {name: _shape(values) for name, values in self._start.items()}
        found = {name: _shape(values) for name, values in proposal["value"].items()}
        if found != shapes:
            raise traitlets.TraitError(
                f"params has {found}; pass lists of numbers in the shapes {shapes}, or use set('f', bias=3.0)."
            )
        return proposal["value"]

    @traitlets.validate("x")
    def _check_x(self, proposal: Any) -> list[list[float]]:
        size = len(self._start["weight_ih"][0])
        rows = [[row] if isinstance(row, int | float) else row for row in proposal["value"]]
        if not 2 <= len(rows) <= 1000 or _shape(rows) != (len(rows), size):
            raise traitlets.TraitError(
                f"x has shape {_shape(rows)}; pass 2 to 1000 steps of {size} number(s), such as x.tolist()."
            )
        return rows

    @traitlets.validate("step", "unit", "feature")
    def _check_index(self, proposal: Any) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        count = {"step": len(self.x), "unit": self._units, "feature": len(self._start["weight_ih"][0])}[name]
        if not 0 <= value < count:
            raise traitlets.TraitError(f"{name}={value}; pass 0 to {count - 1}.")
        return value

    @traitlets.observe("x")
    def _keep_step_inside(self, change: Any) -> None:
        self.step = min(self.step, len(self.x) - 1)

    # -- for readers' code ----------------------------------------------------------------------------------

    @property
    def _units(self) -> int:
        return len(self._start["bias"]) // 4

    @property
    def trace(self) -> GateTrace:
        """What is shown, as `trace_gates` gives it: x (time, 1, input), the others (time, 1, hidden), float64."""
        return self._trace(self.params)

    @property
    def knobs(self) -> Knobs:
        """The twelve numbers of the shown unit: weights of the shown feature and of its own h, and biases."""
        rows = [block * self._units + self.unit for block in range(4)]
        columns = (
            tuple(self.params["weight_ih"][row][self.feature] for row in rows),
            tuple(self.params["weight_hh"][row][self.unit] for row in rows),
            tuple(self.params["bias"][row] for row in rows),
        )
        return Knobs(*columns)

    def set(self, gate: str, **columns: float) -> None:
        """Move sliders from code: `explorer.set("f", bias=3.0)`. Columns are weight_x, weight_h and bias."""
        params = copy.deepcopy(self.params)
        for column, value in columns.items():
            if gate not in tuple(GATES) or column not in COLUMNS or not -LIMIT <= value <= LIMIT:
                raise ValueError(
                    f"no slider for gate {gate!r}, {column}={value!r}; pass a gate from {', '.join(GATES)} "
                    f"and {', '.join(COLUMNS)} between {-LIMIT:g} and {LIMIT:g}: set('f', bias=3.0)."
                )
            row = GATES.index(gate) * self._units + self.unit
            if column == "bias":
                params["bias"][row] = float(value)
            elif column == "weight_x":
                params["weight_ih"][row][self.feature] = float(value)
            else:
                params["weight_hh"][row][self.unit] = float(value)
        self.params = params

    def reset(self) -> None:
        """Put every weight back where it started."""
        self.params = copy.deepcopy(self._start)

    # -- without a front end --------------------------------------------------------------------------------

    def alt(self) -> str:
        return describe(self._shown(self.params), self.step, self.unit)

    def png(self) -> bytes:
        strips = Strips(len(self.x))
        strips.update(self._shown(self.params), self.step, self.unit)
        return strips.png()

    def _trace(self, params: dict[str, Any]) -> GateTrace:
        x = torch.tensor(self.x, dtype=torch.float64)[:, None]
        if not self._backwards:
            return trace_gates(_lstm_of(params), x)
        trace = trace_gates(_lstm_of(params), x.flip(0))
        return replace(trace, **{name: getattr(trace, name).flip(0) for name in "xifgoch"})

    def _shown(self, params: dict[str, Any]) -> GateTrace:
        """The trace with x reduced to the shown feature, as the figure draws one."""
        trace = self._trace(params)
        return replace(trace, x=trace.x[:, :, self.feature :][:, :, :1])


def _params_of(lstm: nn.LSTM) -> dict[str, Any]:
    """Weights as lists; both biases as their sum, zero where the layer has none."""
    weights = {name.removesuffix("_l0"): value.detach() for name, value in lstm.named_parameters()}
    bias = weights["weight_ih"].new_zeros(4 * lstm.hidden_size)
    for name in ("bias_ih", "bias_hh"):
        bias = bias + weights.get(name, 0)
    return {
        "weight_ih": weights["weight_ih"].tolist(),
        "weight_hh": weights["weight_hh"].tolist(),
        "bias": bias.tolist(),
    }


def _lstm_of(params: dict[str, Any]) -> nn.LSTM:
    """The layer that `_params_of` came from; its second bias is zero."""
    tensors = {name: torch.tensor(values, dtype=torch.float64) for name, values in params.items()}
    rows, size = tensors["weight_ih"].shape
    with torch.random.fork_rng(devices=[]):
        lstm = nn.LSTM(size, rows // 4, dtype=torch.float64)
    lstm.load_state_dict(
        {
            "weight_ih_l0": tensors["weight_ih"],
            "weight_hh_l0": tensors["weight_hh"],
            "bias_ih_l0": tensors["bias"],
            "bias_hh_l0": torch.zeros(rows),
        }
    )
    return lstm.requires_grad_(False)


def _shape(values: Any) -> tuple[int, ...] | None:
    """The shape of nested lists of finite numbers; None for anything else."""
    try:
        tensor = torch.tensor(values, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError):
        return None
    return tuple(tensor.shape) if tensor.isfinite().all() else None


def _require_small(lstm: nn.LSTM, x: Tensor, sample: int) -> None:
    """Raise ValueError for a layer or a sequence too large to be looked at, or a sample that is not there."""
    count = sum(weight.numel() for weight in lstm.parameters())
    if count > MOST or not 2 <= x.shape[0] <= 1000:
        raise ValueError(
            f"{count} weights and {x.shape[0]} steps; pass a layer of at most {MOST} weights and 2 to 1000 "
            "steps, for example x[:200]."
        )
    if not 0 <= sample < x.shape[1]:
        raise ValueError(f"sample={sample} of a batch of {x.shape[1]}; pass 0 to {x.shape[1] - 1}.")


def _checked_knobs(knobs: Knobs, forget_bias: float | None) -> Knobs:
    """Return `knobs` with `forget_bias` in place, or raise ValueError."""
    if forget_bias is not None:
        i, _, g, o = knobs.bias
        knobs = replace(knobs, bias=(i, forget_bias, g, o))
    for number in (*knobs.weight_x, *knobs.weight_h, *knobs.bias):
        if not isinstance(number, int | float) or not -LIMIT <= number <= LIMIT:
            raise ValueError(
                f"a slider cannot start at {number!r}; pass numbers from {-LIMIT:g} to {LIMIT:g}, "
                "for example GateExplorer(forget_bias=3.0)."
            )
    return knobs

"""What the explorers of a real layer share: its weights and its input as traits, checked, and moved from code.

`GateExplorer` and `StateStepper` are the two. A layer is handed over as `params`, a dict of lists in torch's own
layout, with both biases as their sum: `weight_ih`, `weight_hh` and `bias`. Where a gate multiplies what h brings, as in
an nn.GRU, the two cannot be added: `bias_h` is there too, and has the bias of h in these rows and 0 in the others.
"""

from __future__ import annotations

import copy
from typing import Any, ClassVar

import torch
import traitlets
from torch import Tensor, nn

from lstmlab.cells import CELLS, Cell
from lstmlab.gates import GateTrace, single_layer, trace_gates
from lstmlab.widgets.base import Explorer, Numbers, plain

LONGEST = 1000  # steps; more would not be told apart on any screen
LIMIT = 6.0  # what the sliders reach
HUGE = 1e100  # up to here no sum overflows, however many weights there are
COLUMNS = {"weight_x": "weight_ih", "weight_h": "weight_hh", "bias": "bias", "bias_h": "bias_h"}


class LayerExplorer(Explorer):
    """One layer in one direction on one sequence. Traits, both ways: `params`, `x`, `step`, `unit`, `feature`."""

    MOVED = ("params", "x", "step", "unit", "feature")
    MOST: ClassVar[int] = (
        200_000  # numbers in a layer's weights: beyond it a page takes seconds to receive them
    )

    params = traitlets.Dict().tag(sync=True)
    x = Numbers().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    unit = traitlets.Int(0).tag(sync=True)
    feature = traitlets.Int(0).tag(sync=True)
    _start = traitlets.Dict().tag(sync=True)  # the weights as they were at first
    _start_x: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    _cell = traitlets.Dict().tag(sync=True)  # what kind of cell it is, for the page
    _backwards = traitlets.Bool(False).tag(sync=True)
    _where = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, layer: nn.RNNBase, x: Tensor, number: int, reverse: bool, sample: int, **traits: object
    ) -> None:
        one, seen = single_layer(layer, x, number, reverse)
        self._require_small(one, seen, sample)
        start, read = params_of(one), seen[:, sample].tolist()
        self.cell: Cell = CELLS[one.mode]
        super().__init__(
            _cell=_described(one.mode),
            _start=start,
            params=copy.deepcopy(start),
            _start_x=read,
            x=copy.deepcopy(read),
            _backwards=reverse,
            **traits,
        )

    def _require_small(self, layer: nn.RNNBase, x: Tensor, sample: int) -> None:
        count = sum(weight.numel() for weight in layer.parameters())
        if count > self.MOST or x.shape[0] > LONGEST:
            raise ValueError(
                f"{count} weights and {x.shape[0]} steps; pass a layer of at most {self.MOST} weights and at most "
                f"{LONGEST} steps, for example x[:200]."
            )
        if type(sample) is not int or not 0 <= sample < x.shape[1]:
            raise ValueError(f"sample={sample} of a batch of {x.shape[1]}; pass 0 to {x.shape[1] - 1}.")

    @traitlets.validate("params")
    def _check_params(self, proposal: traitlets.Bunch) -> dict[str, Any]:
        shapes = {name: _shape(values) for name, values in self._start.items()}
        params = {name: plain(values) for name, values in proposal["value"].items()}
        found = {name: _shape(values) for name, values in params.items()}
        if found != shapes:
            raise traitlets.TraitError(
                f"params has {found}; pass lists of numbers in the shapes {shapes}, or use "
                f"set({self._example!r}, bias=3.0)."
            )
        self._require_states(params, self.x)
        return params

    @traitlets.validate("x")
    def _check_x(self, proposal: traitlets.Bunch) -> list[list[float]]:
        size = len(self._start["weight_ih"][0])
        rows = [[row] if isinstance(row, int | float) else row for row in proposal["value"]]
        if not 1 <= len(rows) <= LONGEST or _shape(rows) != (len(rows), size):
            found = _shape(rows) or "none: not all are numbers, or some are nan or inf"
            raise traitlets.TraitError(
                f"x has shape {found}; pass 1 to {LONGEST} steps of {size} number(s), all finite, such as "
                "x[:, 0] of (time, batch, input)."
            )
        self._require_states(self.params, rows)
        return rows

    def _require_states(self, params: dict[str, Any], x: list[list[float]]) -> None:
        """Raise TraitError where the layer's states would not be finite, as only those under ReLU can be."""
        if "h" not in self.cell.limits and not self._traced(params, x).h.isfinite().all():
            raise traitlets.TraitError(
                "the states overflow: under ReLU nothing holds them back; pass smaller weights, or fewer steps, "
                "for example x[:10]."
            )

    def _traced(self, params: dict[str, Any], x: list[list[float]]) -> GateTrace:
        """What torch computes, in float64 and in the order of time: (time, 1, units)."""
        read = torch.tensor(x, dtype=torch.float64)[:, None]
        with torch.random.fork_rng(devices=[]):
            layer = self.cell.make(read.shape[2], self._units, dtype=torch.float64)
        load(layer, params)
        if self._backwards:
            return trace_gates(layer, read.flip(0)).flipped()
        return trace_gates(layer, read)

    @traitlets.validate("step", "unit", "feature")
    def _check_index(self, proposal: traitlets.Bunch) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        count = {"step": len(self.x), "unit": self._units, "feature": len(self._start["weight_ih"][0])}[name]
        if not 0 <= value < count:
            raise traitlets.TraitError(f"{name}={value}; pass 0 to {count - 1}.")
        return value

    @traitlets.observe("x")
    def _keep_step_inside(self, change: traitlets.Bunch) -> None:
        self.step = min(self.step, len(self.x) - 1)

    @property
    def _units(self) -> int:
        return len(self._start["weight_hh"][0])

    @property
    def _example(self) -> str:
        return self.cell.keeps or self.cell.blocks

    def set(self, block: str, **columns: float) -> None:
        """Move sliders of the shown unit from code: `set("f", bias=3.0)`.

        Columns are weight_x, for the shown feature, weight_h, for the unit's own h, and bias; for the candidate n of
        an nn.GRU bias_h too, which its reset gate multiplies.
        """
        params = copy.deepcopy(self.params)
        columns_there = [column for column, name in COLUMNS.items() if name in params]
        asked: dict[str, Any] = {**columns} or {
            "": None
        }  # to ask for no column is as wrong as for an unknown one
        for column, value in asked.items():
            there = self.cell.apart if column == "bias_h" else self.cell.blocks
            known = block in tuple(there) and column in COLUMNS
            value = plain(value)
            if not known or _shape(value) != () or not -LIMIT <= value <= LIMIT:
                found = f", {column}={value!r}" if columns else " without a column"
                raise ValueError(
                    f"no slider for {block!r}{found}; pass one of {', '.join(self.cell.blocks)} and "
                    f"{', '.join(columns_there)} between {-LIMIT:g} and {LIMIT:g}: set({self._example!r}, bias=3.0)."
                )
            row = self.cell.blocks.index(block) * self._units + self.unit
            numbers = params[COLUMNS[column]]
            if column in ("bias", "bias_h"):
                numbers[row] = float(value)
            else:
                numbers[row][self.feature if column == "weight_x" else self.unit] = float(value)
        self.params = params

    def reset(self) -> None:
        """Put every weight and the input back where they started."""
        with self.hold_trait_notifications():
            self.params, self.x = copy.deepcopy(self._start), copy.deepcopy(self._start_x)


def params_of(layer: nn.RNNBase) -> dict[str, Any]:
    """A one-layer module's weights as lists; biases as the module's docstring says, zero where it has none."""
    cell = CELLS[layer.mode]
    weights = {name.removesuffix("_l0"): value.detach() for name, value in layer.named_parameters()}
    none = torch.zeros_like(weights["weight_ih"][:, 0])
    bias, bias_h = weights.get("bias_ih", none), weights.get("bias_hh", none)
    apart = torch.tensor([block in cell.apart for block in cell.blocks]).repeat_interleave(layer.hidden_size)
    params = {
        "weight_ih": weights["weight_ih"].tolist(),
        "weight_hh": weights["weight_hh"].tolist(),
        "bias": torch.where(apart, bias, bias + bias_h).tolist(),
    }
    return {**params, "bias_h": torch.where(apart, bias_h, none).tolist()} if cell.apart else params


def load(layer: nn.RNNBase, params: dict[str, Any]) -> nn.RNNBase:
    """Put what `params_of` gave into a one-layer module with biases; return it frozen."""
    tensors = {name: torch.tensor(values, dtype=torch.float64) for name, values in params.items()}
    layer.load_state_dict(
        {
            "weight_ih_l0": tensors["weight_ih"],
            "weight_hh_l0": tensors["weight_hh"],
            "bias_ih_l0": tensors["bias"],
            "bias_hh_l0": tensors.get("bias_h", torch.zeros_like(tensors["bias"])),
        }
    )
    return layer.requires_grad_(False)


def _described(mode: str) -> dict[str, Any]:
    """The cell's description without its equations, which the page has by `mode`."""
    cell = CELLS[mode]
    names = ("blocks", "states", "names", "keeps", "apart")
    return {"mode": mode, "limits": cell.limits, **{name: getattr(cell, name) for name in names}}


def _shape(values: object) -> tuple[int, ...] | None:
    """The shape of nested lists of numbers, none of them nan or HUGE; None for anything else."""
    try:
        tensor = torch.tensor(values, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None
    return tuple(tensor.shape) if (tensor.abs() <= HUGE).all() else None

"""`Lens`: every gate, candidate and state of an nn.RNN, nn.GRU or nn.LSTM, which torch computes and does not return.

The layer is run step by step with the equations of its documentation, so results equal torch's to rounding, gradients
flow, and an edit can change any value where it arises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from lstmlab.cells import CELLS, States, weights_of

Given = Tensor | PackedSequence
Place = tuple[str, int, bool]  # name, layer, whether it is the backward direction


@dataclass(frozen=True)
class Moment:
    """Where a value has just been computed: what an edit is asked about. `step` counts in the order of time."""

    name: str
    layer: int
    reverse: bool
    step: int


Edit = Callable[[Moment, Tensor], Tensor]  # the value, (batch, size), to what takes its place


@dataclass(frozen=True)
class Change:
    """An edit of one `name` of one layer and direction: for some units, `value` gives what takes their place.

    `Lens.run` refuses one whose name, layer, direction, units or steps the run does not have: it would change nothing.
    """

    name: str
    layer: int
    reverse: bool
    units: tuple[int, ...] | None
    steps: frozenset[int] | None
    value: Callable[[Moment, Tensor], Tensor]

    def require(self, names: str, layers: int, both: bool, length: int) -> None:
        """Raises ValueError where a run of so many layers and steps, in one direction or both, has no such place."""
        if self.name not in tuple(names):
            raise ValueError(f"there is no {self.name!r} to change; this layer has {', '.join(names)}")
        if self.layer not in range(layers) or (self.reverse and not both):
            ways = "False or True" if both else "False"
            raise ValueError(
                f"there is no layer={self.layer}, reverse={self.reverse} to change; pass layer={layers - 1} or less, "
                f"reverse={ways}"
            )
        steps = {0} if self.steps is None else self.steps
        if min(steps, default=-1) < 0 or min(steps) >= length:
            raise ValueError(
                f"no step of {sorted(steps)[:5]} is one to change; pass steps from 0 to {length - 1}"
            )

    def __call__(self, moment: Moment, old: Tensor) -> Tensor:
        asked = (moment.name, moment.layer, moment.reverse) == (self.name, self.layer, self.reverse)
        if not asked or (self.steps is not None and moment.step not in self.steps):
            return old
        columns = columns_of(self.units, old.shape[1])
        new, given = old.clone(), self.value(moment, old[:, columns])
        try:
            new[:, columns] = given.expand(old.shape[0], len(columns))
        except RuntimeError:
            raise ValueError(
                f"{tuple(given.shape)} takes the place of {self.name} of {len(columns)} units; pass a number, or what "
                f"fits (batch, units) = ({old.shape[0]}, {len(columns)})"
            ) from None
        return new


def columns_of(units: tuple[int, ...] | None, size: int) -> list[int]:
    """The units as numbers; raises IndexError for one that the layer does not have."""
    columns = list(range(size) if units is None else units)
    if wrong := [column for column in columns if not 0 <= column < size]:
        raise IndexError(f"unit {wrong[0]} of {size}; pass 0 to {size - 1}")
    return columns


@dataclass(frozen=True)
class Run:
    """What a layer computed. `output` and `state` are what the layer itself returns, in its own layout.

    `values` has each gate, candidate and state, (time, batch, size), zero where a packed sequence has ended;
    `lengths` (batch,) has the steps of each.
    """

    output: Given
    state: Tensor | tuple[Tensor, Tensor]
    values: Mapping[Place, Tensor]
    lengths: Tensor

    def get(self, name: str, layer: int = 0, reverse: bool = False) -> Tensor:
        """One gate, candidate or state at all steps, (time, batch, size). Raises KeyError with the names there are."""
        found = self.values.get((name, layer, reverse))
        if found is None:
            names = ", ".join(dict.fromkeys(name for name, _, _ in self.values))
            places = ", ".join(
                dict.fromkeys(f"layer={layer}, reverse={reverse}" for _, layer, reverse in self.values)
            )
            raise KeyError(
                f"no {name!r} with layer={layer}, reverse={reverse}; names are {names}, places {places}"
            )
        return found

    def __getitem__(self, name: str) -> Tensor:
        return self.get(name)


class Lens:
    """Looks into `module`, an nn.RNN, nn.GRU or nn.LSTM: any number of layers, directions and projections.

    The module stays as it is. Raises TypeError for another module.
    """

    def __init__(self, module: nn.RNNBase) -> None:
        if not isinstance(module, nn.RNN | nn.GRU | nn.LSTM):
            raise TypeError(
                f"Lens got a {type(module).__name__}; pass its nn.RNN, nn.GRU or nn.LSTM, such as model.lstm"
            )
        self.module = module
        self.cell = CELLS[module.mode]

    def run(
        self,
        x: Given,
        state: Tensor | tuple[Tensor, Tensor] | None = None,
        edits: Edit | Iterable[Edit] = (),
    ) -> Run:
        """Run the layer over `x` and keep every value on the way; `edits` change values where they arise, in order.

        `x` and `state` are what the module itself takes: batched or not, batch first or not, packed or not.
        Raises TypeError or ValueError for what the module would not take, and in training mode with dropout
        between layers, which would be drawn anew.
        """
        module = self.module
        if module.training and module.dropout and module.num_layers > 1:
            raise ValueError("this layer drops values between its layers in training; call its eval() first")
        steps, lengths = self._steps_first(x)
        _require_alike("x", steps, module)
        running = self._initial(state, steps, x)
        edits = tuple(edits) if isinstance(edits, Iterable) else (edits,)
        for edit in edits:
            if isinstance(edit, Change):
                edit.require(self.cell.names, module.num_layers, module.bidirectional, len(steps))
        inside = (torch.arange(len(steps), device=steps.device)[:, None] < lengths.to(steps.device))[
            ..., None
        ]
        values: dict[Place, Tensor] = {}
        ends: dict[str, list[Tensor]] = {name: [] for name in self.cell.states}
        read = steps  # (time, batch, size): what the next layer reads
        ways = (False, True) if module.bidirectional else (False,)
        for layer in range(module.num_layers):
            shown = []
            for reverse in ways:
                at = layer * len(ways) + reverse
                start = {name: tensors[at] for name, tensors in running.items()}
                last = self._one(read, start, layer, reverse, inside, edits, values)
                for name, tensor in last.items():
                    ends[name].append(tensor)
                shown.append(values["h", layer, reverse])
            read = torch.cat(shown, dim=2)
        return Run(self._own_layout(read, x), self._own_state(ends, x), values, lengths)

    def _one(
        self, x: Tensor, states: States, layer: int, reverse: bool, inside: Tensor, edits: Iterable[Edit],
        values: dict[Place, Tensor],
    ) -> States:  # fmt: skip
        """Run one layer in one direction; fills `values` and returns the states where each sequence ended."""
        weights = weights_of(self.module, layer, reverse)
        from_x = weights.from_x(x)
        kept: dict[str, list[Tensor]] = {name: [] for name in self.cell.names}
        for step in reversed(range(len(x))) if reverse else range(len(x)):

            def seen(name: str, value: Tensor, step: int = step) -> Tensor:
                for edit in edits:
                    value = _fits(edit(Moment(name, layer, reverse, step), value), value)
                kept[name].append(value)
                return value

            new = self.cell.step(from_x[step], states, weights, seen)
            states = {name: torch.where(inside[step], new[name], states[name]) for name in states}
        for name, tensors in kept.items():
            whole = torch.stack(tensors[::-1] if reverse else tensors)
            values[name, layer, reverse] = torch.where(inside, whole, torch.zeros_like(whole))
        return states

    def _steps_first(self, x: Given) -> tuple[Tensor, Tensor]:
        """`x` as (time, batch, input), with the length of each sequence."""
        size = self.module.input_size
        if isinstance(x, PackedSequence):
            if x.data.shape[-1:] != (size,):
                raise ValueError(
                    f"x packs rows of {x.data.shape[-1]} numbers; pack (length, input) with input = {size}"
                )
            return pad_packed_sequence(x)
        if not isinstance(x, Tensor):
            raise TypeError(f"x is a {type(x).__name__}; pass a tensor or a PackedSequence")
        layout = "(batch, time, input)" if self.module.batch_first else "(time, batch, input)"
        if x.dim() not in (2, 3) or x.shape[-1] != size or 0 in x.shape[:-1]:
            raise ValueError(
                f"x has shape {tuple(x.shape)}; pass {layout} or (time, input) with input = {size}, no axis empty"
            )
        steps = x[:, None] if x.dim() == 2 else x.transpose(0, 1) if self.module.batch_first else x
        return steps, torch.full((steps.shape[1],), len(steps))

    def _initial(
        self, state: Tensor | tuple[Tensor, Tensor] | None, steps: Tensor, x: Given
    ) -> dict[str, Tensor]:
        """The states before the first step, (layers * directions, batch, size) each, in the order of `steps`."""
        module, batch = self.module, steps.shape[1]
        rows = module.num_layers * (2 if module.bidirectional else 1)
        sizes = {"h": module.proj_size or module.hidden_size, "c": module.hidden_size}
        names = self.cell.states
        if state is None:
            return {name: steps.new_zeros(rows, batch, sizes[name]) for name in names}
        given = tuple(state) if isinstance(state, tuple | list) else (state,)
        takes = " and ".join(f"{name}_0" for name in names)
        if wrong := [one for one in given if not isinstance(one, Tensor)]:
            raise TypeError(f"the state has a {type(wrong[0]).__name__}; this layer takes {takes}, tensors")
        if len(given) != len(names):
            raise ValueError(f"the state has {len(given)} tensors; this layer takes {takes}")
        unbatched = isinstance(x, Tensor) and x.dim() == 2
        found = {}
        for name, tensor in zip(names, given, strict=True):
            expected = (rows, sizes[name]) if unbatched else (rows, batch, sizes[name])
            if tensor.shape != expected:
                raise ValueError(f"{name}_0 has shape {tuple(tensor.shape)}; pass {expected}")
            _require_alike(f"{name}_0", tensor, module)
            found[name] = tensor[:, None] if unbatched else tensor
        return found

    def _own_layout(self, output: Tensor, x: Given) -> Given:
        """(time, batch, features) as the module itself returns it for such an `x`."""
        if isinstance(x, PackedSequence):
            _, lengths = pad_packed_sequence(x)
            if x.sorted_indices is not None:
                output, lengths = output[:, x.sorted_indices], lengths[x.sorted_indices.cpu()]
            data = pack_padded_sequence(output, lengths).data
            return PackedSequence(data, x.batch_sizes, x.sorted_indices, x.unsorted_indices)
        if x.dim() == 2:
            return output[:, 0]
        return output.transpose(0, 1) if self.module.batch_first else output

    def _own_state(self, ends: dict[str, list[Tensor]], x: Given) -> Tensor | tuple[Tensor, Tensor]:
        unbatched = isinstance(x, Tensor) and x.dim() == 2
        stacked = [torch.stack(tensors) for tensors in ends.values()]
        last = [tensor[:, 0] if unbatched else tensor for tensor in stacked]
        return last[0] if len(last) == 1 else (last[0], last[1])


def _fits(given: Tensor, old: Tensor) -> Tensor:
    """What an edit returned, if it can take the place of `old`."""
    if isinstance(given, Tensor) and given.shape == old.shape:
        return given
    found = f"shape {tuple(given.shape)}" if isinstance(given, Tensor) else f"a {type(given).__name__}"
    raise ValueError(f"an edit returned {found}; return a tensor (batch, size) = {tuple(old.shape)}")


def _require_alike(name: str, given: Tensor, module: nn.RNNBase) -> None:
    weight = getattr(module, module._flat_weights_names[0])
    if (given.dtype, given.device) != (weight.dtype, weight.device):
        raise ValueError(
            f"{name} is {given.dtype} on {given.device}, the layer {weight.dtype} on {weight.device}; "
            f"pass {name}.to({str(weight.device)!r}, {weight.dtype})"
        )

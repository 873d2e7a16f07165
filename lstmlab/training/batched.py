"""Small layers trained side by side: five seeds in about twice the time of one, or less.

`tasks.long_range` and `tasks.rnns` train the seeds of a lesson with it, on the same batches; `tasks.stacks` trains
stacks, each on batches of its own. The layers are blocks of one wide layer whose weights between two blocks are zero,
so that none knows of another.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn


def clip_each(parameters: Iterable[Tensor], limit: float) -> None:
    """`nn.utils.clip_grad_norm_` for each run by itself: the first axis of all `parameters` is the run."""
    grads = [p.grad.flatten(1) for p in parameters if p.grad is not None]  # (runs, numbers) each
    norms = torch.cat(grads, dim=1).norm(dim=1, keepdim=True)  # (runs, 1)
    for grad in grads:
        grad *= (limit / (norms + 1e-6)).clamp(max=1.0)


class BatchedLayers:
    """Recurrent layers of one layer and one direction, all of the same sizes, each with its linear head.

    `parameters` are theirs, stacked: the first axis is the run. The layers passed in stay as they are.
    """

    def __init__(self, layers: Sequence[nn.RNNBase], heads: Sequence[nn.Linear]) -> None:
        first = layers[0]
        if first.num_layers > 1 or first.bidirectional or first.batch_first:
            raise ValueError(f"pass layers of one layer and one direction, time first, not {first}")
        self._origin = first, heads[0]
        self._units = first.hidden_size
        self._layers, _ = torch.func.stack_module_state(list(layers))  # (runs, gates * hidden, ...) each
        self._heads, _ = torch.func.stack_module_state(list(heads))  # (runs, classes, ...) each
        self.parameters = [*self._layers.values(), *self._heads.values()]
        kind: Callable[..., nn.RNNBase] = type(first)
        self._wide = kind(first.input_size, self._units * len(layers), device="meta")  # has no numbers
        gates = len(first.get_parameter("bias_ih_l0")) // self._units
        block = torch.ones(self._units, self._units)
        self._blocks = torch.block_diag(*[block] * len(layers)).repeat(gates, 1)

    def read(self, x: Tensor, last: Tensor | None = None) -> Tensor:
        """What the heads say, (runs, batch, classes), of the states at step `last` (batch,) of x (time, batch, input).

        Without `last` they read the final step.
        """
        output = self._states(x)  # (time, batch, runs * hidden)
        at_last = output[-1] if last is None else output[last, torch.arange(x.shape[1])]
        return self._say(at_last.unflatten(1, (-1, self._units)).transpose(0, 1))

    def read_all(self, x: Tensor) -> Tensor:
        """What the heads say of every step of x (time, batch, input): (runs, time, batch, classes)."""
        states = self._states(x).unflatten(2, (-1, self._units)).permute(2, 0, 1, 3)
        return self._say(states.flatten(1, 2)).unflatten(1, x.shape[:2])

    def _states(self, x: Tensor) -> Tensor:
        # A run keeps its rows gate by gate; a wide layer wants the first gate of all runs, then the second.
        rows = {
            name: value.unflatten(1, (-1, self._units)).transpose(0, 1).flatten(0, 2)
            for name, value in self._layers.items()
        }
        rows["weight_hh_l0"] = rows["weight_hh_l0"].repeat(1, len(self._heads["bias"])) * self._blocks
        output, _ = torch.func.functional_call(self._wide, rows, (x,))  # (time, batch, runs * hidden)
        return output

    def _say(self, states: Tensor) -> Tensor:
        """The heads' answers, (runs, number, classes), to states (runs, number, hidden)."""
        return states @ self._heads["weight"].mT + self._heads["bias"][:, None]

    def clip(self, limit: float) -> None:
        """`nn.utils.clip_grad_norm_` for each run by itself."""
        clip_each(self.parameters, limit)

    def separate(self) -> list[tuple[nn.RNNBase, nn.Linear]]:
        """Each run's layer and head, with the weights that they have now."""
        pairs = []
        for run in range(len(self._heads["bias"])):
            layer, head = copy.deepcopy(self._origin)
            layer.load_state_dict({name: value[run] for name, value in self._layers.items()})
            head.load_state_dict({name: value[run] for name, value in self._heads.items()})
            pairs.append((layer, head))
        return pairs


class BatchedStacks:
    """Modules alike that are made of nn.LSTM layers, time first, each run on an input of its own.

    Either a module is an nn.LSTM, of any number of layers and directions. Or it has layers of one direction, and beside
    them computes with each feature by itself, such as a sum. It returns a pair with its output first. `weights` are
    the runs', by name: the first axis is the run. The modules stay as they are.
    """

    def __init__(self, modules: Sequence[nn.Module]) -> None:
        layers = {name: m for name, m in modules[0].named_modules() if isinstance(m, nn.LSTM)}
        if odd := [n for n, _ in modules[0].named_parameters() if n.rpartition(".")[0] not in layers]:
            raise ValueError(f"pass modules whose weights are those of nn.LSTM layers; found {odd[0]}")
        self.weights, _ = torch.func.stack_module_state(list(modules))
        runs = len(modules)
        self._own = torch.eye(runs)[:, None, None, :, None]  # (runs, hidden, parts, runs, columns)
        first = modules[0]
        self._wide = _widened(first, runs) if isinstance(first, nn.LSTM) else copy.deepcopy(first).to("meta")
        # how many directions, one beside the other, the columns of a weight read
        self._parts = dict.fromkeys(self.weights, 1)
        for name, layer in layers.items():
            if name:
                self._wide.set_submodule(name, _widened(layer, runs))
            self._halves = 2 if layer.bidirectional else 1
            for k in range(1, layer.num_layers):
                for end in ("", "_reverse")[: self._halves]:
                    self._parts[f"{name}.weight_ih_l{k}{end}".removeprefix(".")] = self._halves

    def read(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The output of each run, (runs, time, batch, features), on its x: (runs, time, batch, input).

        Beside it h_n, (runs, layers * directions, batch, hidden), where the modules are nn.LSTM; else nothing, (0,).
        """
        rows = {name: self._row(value, self._parts[name]) for name, value in self.weights.items()}
        beside = x.permute(1, 2, 0, 3).flatten(2)  # (time, batch, runs * input)
        output, state = torch.func.functional_call(self._wide, rows, (beside,))
        by_run = output.unflatten(2, (self._halves, len(x), -1))  # (time, batch, directions, runs, hidden)
        h_n = state[0].unflatten(2, (len(x), -1)).permute(2, 0, 1, 3) if state else x.new_zeros(0)
        return by_run.permute(3, 0, 1, 2, 4).flatten(3), h_n.contiguous()  # as nn.LSTM returns it

    def _row(self, value: Tensor, parts: int) -> Tensor:
        """One parameter of the wide layer: value (runs, gates * hidden) or (runs, gates * hidden, columns)."""
        by_gate = value.unflatten(1, (4, -1)).transpose(
            0, 1
        )  # (gates, runs, hidden) or (gates, runs, hidden, columns)
        if by_gate.dim() == 3:
            return by_gate.flatten()
        columns = by_gate.unflatten(3, (parts, 1, -1))  # (gates, runs, hidden, parts, 1, columns)
        return (columns * self._own).flatten(3).flatten(0, 2)


def _widened(layer: nn.LSTM, runs: int) -> nn.LSTM:
    """An nn.LSTM without numbers that has room for `runs` layers like this one, one beside the other."""
    sizes = runs * layer.input_size, runs * layer.hidden_size, layer.num_layers
    wide = nn.LSTM(*sizes, bidirectional=layer.bidirectional, device="meta")
    wide.dropout = layer.dropout  # as an argument it would warn of a single layer a second time
    return wide

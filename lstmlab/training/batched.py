"""Small layers trained side by side: five seeds in about twice the time of one, or less.

`tasks.long_range` and `tasks.rnns` train the seeds of a lesson with it, on the same batches. The layers are
blocks of one wide layer whose weights between two blocks are zero, so that none knows of another.
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

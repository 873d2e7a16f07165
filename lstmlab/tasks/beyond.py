"""Two tasks that no layer is good at together, and how any model is trained on them and on others.

`09_beyond` calls all of it, with models of its own: each takes tokens (time, batch) and returns logits (time,
batch, classes). Training leaves the global random state as it was.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from lstmlab.training.batched import clip_each
from lstmlab.training.fit import fit, update
from lstmlab.training.progress import track

RECALLED, SYMBOLS = 10, 8  # how many symbols the copy task shows, and of how many kinds


@dataclass(frozen=True)
class Task:
    """A task on tokens; `make(batch, steps, generator)` returns x (time, batch) and y (answers, batch).

    The answers belong to the last `len(y)` steps of x. `tokens` and `classes` count what x and y may hold.
    """

    name: str
    tokens: int
    classes: int
    make: Callable[[int, int, torch.Generator], tuple[Tensor, Tensor]]


def copy_batch(batch: int, steps: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The copying memory task: ten symbols, `steps` steps of waiting, then the ten in the same order.

    x (20 + steps, batch) holds the symbols as 1 to 8, blanks as 0 and a 9 where waiting ends; y (10, batch)
    counts symbols from 0. After S. Bai and others, arXiv 1803.01271, with a single 9.
    """
    symbols = torch.randint(0, SYMBOLS, (RECALLED, batch), generator=generator)  # (10, batch)
    x = torch.zeros(2 * RECALLED + steps, batch, dtype=torch.long)
    x[:RECALLED] = symbols + 1
    x[RECALLED + steps - 1] = SYMBOLS + 1
    return x, symbols


def parity_batch(batch: int, steps: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Running parity: x (steps, batch) of bits; y of the same shape says whether the ones so far are odd."""
    bits = torch.randint(0, 2, (steps, batch), generator=generator)  # (steps, batch)
    return bits, bits.cumsum(0) % 2


COPY = Task("copy", SYMBOLS + 2, SYMBOLS, copy_batch)
PARITY = Task("parity", 2, 2, parity_batch)


def fit_model(
    loss: Callable[..., Tensor], model: nn.Module, batches: Iterable[tuple[Tensor, ...]], lr: float
) -> list[float]:
    """Take one step of Adam on `loss(model, *batch)` for each batch, gradients clipped at norm 1.

    Returns the losses, each measured before its step. The model stays in training mode.
    """
    model.train()
    parameters = list(model.parameters())
    optimizer = torch.optim.Adam(parameters, lr=lr, fused=True)
    return fit(partial(loss, model), batches, optimizer, lambda: nn.utils.clip_grad_norm_(parameters, 1.0))


def answer_loss(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy in nats for each answer: y (answers, batch) against the last steps of `model(x)`."""
    logits = model(x)[-len(y) :]  # (answers, batch, classes)
    return nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten())


@dataclass(frozen=True)
class Run:
    """A model trained on a task, and its loss at every update."""

    model: nn.Module
    task: Task
    losses: tuple[float, ...]

    @torch.no_grad()
    def accuracy(self, steps: int = 20) -> float:
        """Share of right answers on 100 fresh sequences of that many steps."""
        x, y = self.task.make(100, steps, torch.Generator().manual_seed(99))
        self.model.eval()
        return (self.model(x)[-len(y) :].argmax(2) == y).float().mean().item()

    def late_loss(self) -> float:
        """The mean loss of the last ten updates; every batch is fresh, so it is a test loss too."""
        return sum(self.losses[-10:]) / len(self.losses[-10:])


class _Unrolled(nn.Module):
    """An nn.LSTM or nn.GRU of one layer and one direction, step by step: of operations that `vmap` knows."""

    weight_ih_l0: Tensor
    weight_hh_l0: Tensor
    bias_ih_l0: Tensor
    bias_hh_l0: Tensor

    def __init__(self, layer: nn.RNNBase) -> None:
        super().__init__()
        self.gated = isinstance(layer, nn.LSTM)
        for name, value in layer.named_parameters():
            self.register_parameter(name, nn.Parameter(value))

    def forward(self, x: Tensor) -> tuple[Tensor, None]:
        """The hidden states of all steps of x (time, batch, input): (time, batch, hidden), and None."""
        from_x = x @ self.weight_ih_l0.mT + self.bias_ih_l0  # (time, batch, blocks)
        h = c = x.new_zeros(()).expand(x.shape[1], self.weight_hh_l0.shape[1])  # (batch, hidden)
        states = []
        for read in from_x.unbind():
            kept = h @ self.weight_hh_l0.mT + self.bias_hh_l0  # (batch, blocks)
            if self.gated:
                i, f, g, o = (read + kept).chunk(4, dim=1)
                c = f.sigmoid() * c + i.sigmoid() * g.tanh()
                h = o.sigmoid() * c.tanh()
            else:
                (r, z, n), (kept_r, kept_z, kept_n) = read.chunk(3, dim=1), kept.chunk(3, dim=1)
                n, z = (n + (r + kept_r).sigmoid() * kept_n).tanh(), (z + kept_z).sigmoid()
                h = n + z * (h - n)
            states.append(h)
        return torch.stack(states), None


def _for_vmap(model: nn.Module) -> nn.Module:
    """A copy of the model, without numbers, whose recurrent layers are unrolled."""
    copied = copy.deepcopy(model).to("meta")
    for name, layer in list(copied.named_modules()):
        if isinstance(layer, nn.RNNBase):
            copied.set_submodule(name, _Unrolled(layer))
    return copied


def train_all(
    builds: dict[str, Callable[[int, int], nn.Module]],
    task: Task,
    seeds: int = 10,
    updates: int = 80,
    *,
    steps: int = 20,
    batch: int = 16,
    lr: float = 0.006,
) -> dict[str, list[Run]]:
    """Train `build(tokens, classes)` of each of `builds` with seeds 0, 1, ... on fresh batches of the task.

    The seeds of a model train side by side: each has its weights, its batches and its own clipping at norm 1. Recurrent
    layers are of one layer and one direction, time first. Chance is 1 / classes.
    """
    return {
        name: _side_by_side(build, task, range(seeds), updates, steps, batch, lr)
        for name, build in track(builds.items(), f"{task.name}: training {seeds * len(builds)} models")
    }


def _side_by_side(
    build: Callable[[int, int], nn.Module],
    task: Task,
    seeds: Iterable[int],
    updates: int,
    steps: int,
    batch: int,
    lr: float,
) -> list[Run]:
    with torch.random.fork_rng(devices=[]):
        models = []
        for seed in seeds:
            torch.manual_seed(seed)
            models.append(build(task.tokens, task.classes))
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    weights, _ = torch.func.stack_module_state(models)  # (runs, ...) each
    base, parameters = _for_vmap(models[0]), list(weights.values())
    say = torch.vmap(lambda p, x: torch.func.functional_call(base, p, (x,)))
    optimizer = torch.optim.Adam(parameters, lr=lr, fused=True)
    losses = []
    for _ in range(updates):
        pairs = [task.make(batch, steps, stream) for stream in streams]
        # (runs, time, batch), (runs, answers, batch)
        x, y = (torch.stack(part) for part in zip(*pairs, strict=True))
        with sdpa_kernel(SDPBackend.MATH):  # the one that vmap knows
            logits = say(weights, x)[:, -y.shape[1] :]  # (runs, answers, batch, classes)
        each = nn.functional.cross_entropy(logits.movedim(3, 1), y, reduction="none").mean((1, 2))  # (runs,)
        update(each.sum(), optimizer, lambda: clip_each(parameters, 1.0))
        losses.append(each.detach())
    for run, model in enumerate(models):
        model.load_state_dict({name: value[run].detach() for name, value in weights.items()})
    return [Run(m, task, tuple(row)) for m, row in zip(models, torch.stack(losses, 1).tolist(), strict=True)]

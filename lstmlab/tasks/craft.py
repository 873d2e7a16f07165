"""Small training runs that measure a piece of craft, ten seeds at a time. `14_craft` calls all of it.

Runs differ in their seeds and train side by side: the first axis of a parameter is the run. All runs of a call
read the same data, drawn from the first seed. The global random state is left as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lstmlab.tasks.first_sign import first_sign
from lstmlab.tasks.letters import manual
from lstmlab.training.batched import BatchedLayers
from lstmlab.training.fit import update

UNITS = 24
SIGNS = " abcdefghijklmnopqrstuvwxyz"
State = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Recipe:
    """What a run of `text_losses` does against overfitting; the default is nothing."""

    step_dropout: float = 0.0  # on what the head reads, a mask for each step
    locked_dropout: float = 0.0  # the same, one mask for a sequence
    weight_drop: float = 0.0  # on W_hh, one mask for a batch
    layer_norm: bool = False  # on the sums of each gate, and on c where h is made
    tied: bool = False  # the head's weight is the embedding's


class SavedBytes:
    """`count` is the size of the tensors that autograd has saved, each storage once."""

    def __init__(self) -> None:
        self._storages: dict[int, int] = {}
        self._kept: list[Tensor] = []  # so that no address is used twice

    @property
    def count(self) -> int:
        return sum(self._storages.values())

    def add(self, tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        self._storages[storage.data_ptr()] = storage.nbytes()
        self._kept.append(tensor)
        return tensor


@contextmanager
def saved_bytes() -> Iterator[SavedBytes]:
    """Count what autograd saves for the backward pass of the operations in this block."""
    saved = SavedBytes()
    with torch.autograd.graph.saved_tensors_hooks(saved.add, lambda tensor: tensor):
        yield saved


def _stack(make: Callable[[], nn.Module], seeds: Sequence[int]) -> dict[str, Tensor]:
    """The parameters of `make()` for each seed, (runs, ...) each."""
    modules = []
    with torch.random.fork_rng(devices=[]):
        for seed in seeds:
            torch.manual_seed(seed)
            modules.append(make())
    return torch.func.stack_module_state(modules)[0]


def _lstm(
    p: dict[str, Tensor],
    x: Tensor,
    state: State | None = None,
    recipe: Recipe | None = None,
    *,
    keep: Tensor | None = None,
) -> tuple[Tensor, State]:
    """Run each run's LSTM on x (runs, time, batch, input): h of all steps (runs, time, batch, hidden), and (h, c).

    `keep` (runs, 4 * hidden, hidden) multiplies W_hh.
    """
    runs, time, batch, _ = x.shape
    units = p["weight_hh_l0"].shape[2]
    w_hh = (p["weight_hh_l0"] if keep is None else p["weight_hh_l0"] * keep).mT
    bias = (p["bias_ih_l0"] + p["bias_hh_l0"])[:, None]
    from_x = (x.flatten(1, 2) @ p["weight_ih_l0"].mT + bias).unflatten(1, (time, batch))
    h, c = state or (x.new_zeros(runs, batch, units), x.new_zeros(runs, batch, units))
    output = []
    normed = recipe is not None and recipe.layer_norm
    for step in from_x.unbind(1):
        sums = torch.baddbmm(step, h, w_hh)
        if normed:
            sums = F.layer_norm(sums.unflatten(2, (4, units)), (units,)).flatten(2)
        i, f, g, o = sums.chunk(4, 2)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * (F.layer_norm(c, (units,)) if normed else c).tanh()
        output.append(h)
    return torch.stack(output, 1), (h, c)


def _text() -> tuple[Tensor, Tensor]:
    """2,000 letters to learn from and 4,000 to test on, as numbers: the start of each part of Python's manual."""
    parts = []
    for part, size in zip(manual(), (2_000, 4_000), strict=True):
        words = " ".join("".join(sign if sign in SIGNS else " " for sign in part.lower()).split())
        parts.append(torch.tensor([SIGNS.index(sign) for sign in words[:size]]))
    return parts[0], parts[1]


def text_losses(recipe: Recipe, seeds: Sequence[int], *, updates: int = 240, every: int = 40) -> Tensor:
    """Train a model that names the next letter of a short text; return losses on text not learned, (runs, points).

    A point is a measurement after each `every` updates, in nats a letter. 24 units, 16 sequences of 20 letters
    an update, Adam at 0.01, clipped at norm 1.
    """
    p = _stack(
        lambda: nn.ModuleDict({"lstm": nn.LSTM(UNITS, UNITS), "head": nn.Linear(UNITS, len(SIGNS))}), seeds
    )
    embedding = _stack(lambda: nn.Embedding(len(SIGNS), UNITS), seeds)["weight"]
    layer = {name.removeprefix("lstm."): value for name, value in p.items() if name.startswith("lstm.")}
    weight, bias = p["head.weight"], p["head.bias"]
    if recipe.tied:
        with torch.no_grad():
            embedding *= weight.std() / embedding.std()  # both are one now: small, as a head starts
        weight = embedding
    parameters = [*layer.values(), embedding, bias] + ([] if recipe.tied else [weight])
    optimizer = torch.optim.Adam(parameters, lr=0.01, fused=True)
    learn, test = _text()
    draw = torch.Generator().manual_seed(seeds[0])
    runs = len(seeds)

    def mask(*size: int, p: float) -> Tensor:
        return torch.bernoulli(torch.full(size, 1 - p), generator=draw) / (1 - p)

    def losses(ids: Tensor, training: bool) -> Tensor:
        read = embedding[:, ids[:-1]]  # (runs, time, batch, units)
        keep = None
        if training and recipe.weight_drop:
            keep = mask(runs, 4 * UNITS, UNITS, p=recipe.weight_drop)
        h, _ = _lstm(layer, read, recipe=recipe, keep=keep)
        if training and recipe.step_dropout:
            h = h * mask(*h.shape, p=recipe.step_dropout)
        if training and recipe.locked_dropout:
            h = h * mask(runs, 1, ids.shape[1], UNITS, p=recipe.locked_dropout)
        logits = h.flatten(1, 2) @ weight.mT + bias[:, None]  # (runs, time * batch, signs)
        goal = ids[1:].flatten().expand(runs, -1)
        return F.cross_entropy(logits.mT, goal, reduction="none").mean(1)  # (runs,)

    def clip() -> None:
        norms = torch.cat([q.grad.flatten(1) for q in parameters if q.grad is not None], 1).norm(dim=1)
        for q in parameters:
            if q.grad is not None:
                q.grad *= (1 / (norms + 1e-6)).clamp(max=1).view(-1, *[1] * (q.dim() - 1))

    points = []
    windows = test.unfold(0, 41, 40).T  # (time, batch)
    for done in range(1, updates + 1):
        starts = torch.randint(0, len(learn) - 21, (16,), generator=draw)
        ids = learn[starts + torch.arange(21)[:, None]]  # (time, batch)
        update(losses(ids, True).sum(), optimizer, clip)
        if done % every == 0:
            with torch.no_grad():
                points.append(losses(windows, False))
    return torch.stack(points, 1)


def recall(
    prepare: Callable[[nn.LSTM], object], seeds: Sequence[int], *, steps: int = 40, updates: int = 100
) -> Tensor:
    """Train on `first_sign` after `prepare(lstm)`; each seed's accuracy on 1000 fresh sequences, (runs,).

    The sign of the first step is to be told after `steps` steps; guessing gets 0.5. 16 units.
    """
    lstms, heads = [], []
    with torch.random.fork_rng(devices=[]):
        for seed in seeds:
            torch.manual_seed(seed)
            lstms.append(nn.LSTM(2, 16))
            heads.append(nn.Linear(16, 2))
            prepare(lstms[-1])
    models = BatchedLayers(lstms, heads)
    optimizer = torch.optim.Adam(models.parameters, lr=0.01, fused=True)
    draw = torch.Generator().manual_seed(seeds[0])
    for _ in range(updates):
        x, y = first_sign(32, steps, draw)
        logits = models.read(x)  # (runs, batch, 2)
        loss = F.cross_entropy(logits.mT, y.long().expand(len(seeds), -1), reduction="none").mean(1).sum()
        update(loss, optimizer, lambda: models.clip(1.0))
    with torch.no_grad():
        x, y = first_sign(1000, steps, draw)
        return (models.read(x).argmax(2) == y).float().mean(1)


@dataclass(frozen=True)
class Echo:
    """What `echo` measured: accuracy of each run, (runs,), and the bytes that autograd saved for one chunk."""

    accuracy: Tensor
    bytes: int


def echo(chunk: int, seeds: Sequence[int], *, lag: int = 5, steps: int = 3_840, carry: bool = True) -> Echo:
    """Train by truncated backpropagation to repeat the sign of `lag` steps before, on one stream of `steps`.

    Each chunk gives one update. With `carry` the state goes on to the next chunk, detached; without it each chunk
    starts at zero. Accuracy counts the last quarter of the stream, before each update; guessing gets 0.5.
    """
    p = _stack(lambda: nn.ModuleDict({"lstm": nn.LSTM(1, 16), "head": nn.Linear(16, 2)}), seeds)
    layer = {name.removeprefix("lstm."): value for name, value in p.items() if name.startswith("lstm.")}
    optimizer = torch.optim.Adam(p.values(), lr=0.01, fused=True)
    draw = torch.Generator().manual_seed(seeds[0])
    bits = torch.randint(0, 2, (steps + lag, 16), generator=draw)  # (time, batch)
    state, right, size = None, [], 0
    for start in range(lag, lag + steps - chunk + 1, chunk):
        x = (2.0 * bits[start : start + chunk, :, None] - 1).expand(len(seeds), -1, -1, -1)
        goal = bits[start - lag : start - lag + chunk]  # (time, batch)
        with saved_bytes() as saved:
            h, last = _lstm(layer, x, state if carry else None)
            logits = h @ p["head.weight"].mT[:, None] + p["head.bias"][:, None, None]
            loss = F.cross_entropy(
                logits.flatten(1, 2).mT, goal.flatten().expand(len(seeds), -1), reduction="none"
            )
        size = saved.count
        update(loss.mean(1).sum(), optimizer)
        state = last[0].detach(), last[1].detach()
        if start >= lag + steps * 3 // 4:
            right.append((logits.argmax(3) == goal).float().mean((1, 2)))
    return Echo(torch.stack(right).mean(0), size)


def peek(seeds: Sequence[int], *, size: int = 100, looks: int = 30) -> tuple[Tensor, Tensor]:
    """Test accuracy on labels that are coin flips: of the look that is best in the test, and best in validation.

    LSTMs of 8 units, trained on 64 sequences of noise with coins for labels, measured after each of `looks` pairs of
    updates on `size` sequences for validation and on `size` for the test. (runs,) each; the truth is 0.5.
    """
    lstms, heads = [], []
    with torch.random.fork_rng(devices=[]):
        for seed in seeds:
            torch.manual_seed(seed)
            lstms.append(nn.LSTM(2, 8))
            heads.append(nn.Linear(8, 2))
    models = BatchedLayers(lstms, heads)
    optimizer = torch.optim.Adam(models.parameters, lr=0.02, fused=True)
    draw = torch.Generator().manual_seed(seeds[0])
    runs, batch = len(seeds), 64 + 2 * size
    x = torch.randn(10, batch, 2, generator=draw)  # (time, batch, 2)
    y = torch.randint(0, 2, (runs, batch), generator=draw)  # each run has coins of its own
    seen = []
    for _ in range(looks):
        for _ in range(2):
            loss = F.cross_entropy(models.read(x[:, :64]).mT, y[:, :64], reduction="none").mean(1).sum()
            update(loss, optimizer, lambda: models.clip(1.0))
        with torch.no_grad():
            seen.append((models.read(x[:, 64:]).argmax(2) == y[:, 64:]).float())
    right = torch.stack(seen)  # (looks, runs, 2 * size)
    validation, test = right[:, :, :size].mean(2), right[:, :, size:].mean(2)  # (looks, runs) each
    chosen = validation.argmax(0)
    return test.amax(0), test[chosen, torch.arange(runs)]

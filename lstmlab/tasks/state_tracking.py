"""Tasks whose answer is a state that every step may change, and many small layers that learn them side by side.

Lesson `12_scan` calls it. The runs of a kind share one computation and nothing else: each has its weights, its own
sequences and its own clipping. Training leaves the global random state as it was.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lstmlab.training.batched import clip_each
from lstmlab.training.fit import update

EMBEDDED, UNITS, BETWEEN = 16, 32, 32  # numbers for a token, of the state, of the head's middle layer
BLOCKS = {"LSTM": 4, "sLSTM": 4, "decay in (0, 1)": 2, "decay in (-1, 1)": 2}


@dataclass(frozen=True)
class Tracking:
    """A task: `answers(x)` says of tokens x (time, sequences) what the state is after each, of the same shape."""

    name: str
    tokens: int
    states: int
    answers: Callable[[Tensor], Tensor]

    def make(self, steps: int, sequences: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Tokens drawn at random, and the state after each: (time, sequences) both."""
        x = torch.randint(0, self.tokens, (steps, sequences), generator=generator)
        return x, self.answers(x)


def count_modulo(number: int) -> Callable[[Tensor], Tensor]:
    """The sum of the tokens so far, divided by `number`: what remains."""
    return lambda x: x.cumsum(0) % number


PARITY = Tracking("parity", 2, 2, count_modulo(2))
DIAL = Tracking("dial of three", 2, 3, count_modulo(3))


def scan(a: Tensor, b: Tensor) -> Tensor:
    """All states of h_t = a_t * h_{t-1} + b_t, time on the first axis, from h = 0, in log2(time) rounds."""
    shift = 1
    while shift < len(a):
        b = torch.cat([b[:shift], a[shift:] * b[:-shift] + b[shift:]])
        a = torch.cat([a[:shift], a[shift:] * a[:-shift]])
        shift *= 2
    return b


def log_scan(log_a: Tensor, log_b: Tensor) -> Tensor:
    """The states that `scan` gives, computed from the logarithms of positive a and b, time on the first axis.

    After F. A. Heinsen, arXiv 2311.06281. A negative a or b has no logarithm, and gives nan from its step on.
    """
    log_product = log_a.cumsum(0)
    return (log_product + (log_b - log_product).logcumsumexp(0)).exp()


class Trackers(nn.Module):
    """One layer of `kind` (a key of BLOCKS) for each seed, with its embedding and its head; `runs` side by side."""

    def __init__(self, kind: str, task: Tracking, seeds: Sequence[int]) -> None:
        super().__init__()
        self.kind = kind
        rows = BLOCKS[kind] * UNITS
        shapes = {
            "embed": ((task.tokens, EMBEDDED), None),
            "w_ih": ((EMBEDDED, rows), EMBEDDED if BLOCKS[kind] == 2 else UNITS),
            "b_ih": ((1, rows), EMBEDDED if BLOCKS[kind] == 2 else UNITS),
            "w_hh": ((UNITS, rows if BLOCKS[kind] == 4 else 0), UNITS),
            "w_1": ((UNITS, BETWEEN), UNITS),
            "b_1": ((1, BETWEEN), UNITS),
            "w_2": ((BETWEEN, task.states), BETWEEN),
            "b_2": ((1, task.states), BETWEEN),
        }
        drawn: dict[str, list[Tensor]] = {name: [] for name in shapes}
        for seed in seeds:  # as nn.Embedding, nn.Linear and nn.LSTM draw theirs
            generator = torch.Generator().manual_seed(seed)
            for name, (shape, fan_in) in shapes.items():
                if fan_in is None:
                    drawn[name].append(torch.randn(shape, generator=generator))
                else:
                    drawn[name].append((2 * torch.rand(shape, generator=generator) - 1) / math.sqrt(fan_in))
        self.weights = nn.ParameterDict({name: nn.Parameter(torch.stack(w)) for name, w in drawn.items()})

    def forward(self, x: Tensor) -> Tensor:
        """Logits (time, runs, sequences, states) for tokens x (time, runs, sequences)."""
        w = self.weights
        table = w["embed"] @ w["w_ih"] + w["b_ih"]  # (runs, tokens, rows)
        one_hot = nn.functional.one_hot(x, table.shape[1]).to(table.dtype)  # (time, runs, sequences, tokens)
        states = self._states(one_hot @ table)  # (time, runs, sequences, units)
        return (states @ w["w_1"] + w["b_1"]).relu() @ w["w_2"] + w["b_2"]

    def _states(self, read: Tensor) -> Tensor:
        if self.kind == "LSTM":
            return self._lstm(read)
        if self.kind == "sLSTM":
            return self._slstm(read)
        candidate, gate = read.chunk(2, dim=-1)
        keep = gate.sigmoid()
        return scan(2 * keep - 1 if self.kind == "decay in (-1, 1)" else keep, (1 - keep) * candidate)

    def _lstm(self, read: Tensor) -> Tensor:
        h = c = torch.zeros_like(read[0, ..., :UNITS])  # (runs, sequences, units)
        states = []
        for step in read:
            i, f, g, o = (step + h @ self.weights["w_hh"]).chunk(4, dim=-1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            states.append(h)
        return torch.stack(states)

    def _slstm(self, read: Tensor) -> Tensor:
        h = c = n = m = torch.zeros_like(read[0, ..., :UNITS])  # (runs, sequences, units)
        states = []
        for step in read:
            i, f, z, o = (step + h @ self.weights["w_hh"]).chunk(4, dim=-1)
            top = torch.maximum(f + m, i)
            keep, write = (f + m - top).exp(), (i - top).exp()
            c, n, m = keep * c + write * z.tanh(), keep * n + write, top
            h = o.sigmoid() * c / n
            states.append(h)
        return torch.stack(states)


def train(
    kind: str,
    task: Tracking,
    seeds: Sequence[int],
    *,
    updates: int = 300,
    steps: int = 20,
    sequences: int = 32,
    lr: float = 0.01,
) -> Trackers:
    """Train a layer of `kind` for each seed on fresh sequences of `steps` steps, with Adam."""
    trackers = Trackers(kind, task, seeds)
    optimizer = torch.optim.Adam(trackers.parameters(), lr=lr)
    streams = [torch.Generator().manual_seed(seed) for seed in seeds]
    for _ in range(updates):
        pairs = [task.make(steps, sequences, stream) for stream in streams]
        x, y = (torch.stack(part, dim=1) for part in zip(*pairs, strict=True))  # (time, runs, sequences) each
        loss = nn.functional.cross_entropy(trackers(x).flatten(0, 2), y.flatten())
        update(len(seeds) * loss, optimizer, lambda: clip_each(trackers.parameters(), 1.0))
    return trackers


@torch.no_grad()
def accuracy(trackers: Trackers, task: Tracking, steps: int, sequences: int = 100) -> Tensor:
    """For each run, the share of right answers on fresh sequences of `steps` steps: (runs,)."""
    x, y = task.make(steps, sequences, torch.Generator().manual_seed(99))
    runs = len(trackers.weights["b_1"])
    logits = trackers(x[:, None].expand(-1, runs, -1))  # (time, runs, sequences, states)
    return (logits.argmax(-1) == y[:, None]).float().mean(dim=(0, 2))

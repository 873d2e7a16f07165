"""What log_scan must return, and what those return who make a known mistake.

The right numbers come from recursive doubling with logaddexp, which needs no cumulative sum.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from exercises.a12_scan.shared import looped

Scan = Callable[[Tensor, Tensor, Tensor], Tensor]


def log_scan(log_a: Tensor, log_b: Tensor, log_h_0: Tensor) -> Tensor:
    """The logarithms of the states, as sums and logaddexp of pairs."""
    first = torch.logaddexp(log_a[:1] + log_h_0, log_b[:1])
    log_b = torch.cat([first, log_b[1:]])
    k = 1
    while k < len(log_a):
        sums = torch.logaddexp(log_a[k:] + log_b[:-k], log_b[k:])
        log_a, log_b = torch.cat([log_a[:k], log_a[k:] + log_a[:-k]]), torch.cat([log_b[:k], sums])
        k *= 2
    return log_b


def closed(
    past: Callable[[Tensor], Tensor] = lambda sums: sums,
    back: Callable[[Tensor], Tensor] = lambda sums: sums,
    gather: Callable[[Tensor], Tensor] = lambda terms: terms.logcumsumexp(0),
) -> Scan:
    """The closed form: `back` of the sums of log_a, plus what `gather` makes of log_h_0 and of log_b minus `past`."""

    def scan(log_a: Tensor, log_b: Tensor, log_h_0: Tensor) -> Tensor:
        sums = log_a.cumsum(0)
        terms = torch.cat([log_h_0[None], log_b - past(sums)])
        return back(sums) + gather(terms)[1:]

    return scan


def exponentiated(scan: Scan) -> Scan:
    """The logarithm of a scan of the numbers themselves."""
    return lambda log_a, log_b, log_h_0: scan(log_a.exp(), log_b.exp(), log_h_0.exp()).log()


def looping(log_a: Tensor, log_b: Tensor, log_h_0: Tensor) -> Tensor:
    """The right numbers, step by step."""
    return looped(log_a, log_b, log_h_0, lambda a, b, h: torch.logaddexp(a + h, b))


def larger(log_a: Tensor, log_b: Tensor, log_h_0: Tensor) -> Tensor:
    """The larger of two terms in the place of their sum."""
    return looped(log_a, log_b, log_h_0, lambda a, b, h: torch.maximum(a + h, b))


def given(change: Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]) -> Scan:
    """log_scan of other arguments."""
    return lambda log_a, log_b, log_h_0: log_scan(*change(log_a, log_b, log_h_0))


def giving(change: Callable[[Tensor, Tensor], Tensor]) -> Scan:
    """log_scan with something done to its result: `change(log_states, log_h_0)`."""
    return lambda log_a, log_b, log_h_0: change(log_scan(log_a, log_b, log_h_0), log_h_0)


def cut_between(log_a: Tensor, log_b: Tensor, log_h_0: Tensor) -> Tensor:
    """The right numbers, the state detached after each step; without a loop, which is another mistake."""
    before = log_scan(log_a, log_b, log_h_0).detach()[:-1]
    return torch.logaddexp(log_a + torch.cat([log_h_0[None], before]), log_b)


def cut_off(log_a: Tensor, log_b: Tensor, log_h_0: Tensor) -> Tensor:
    """The right numbers, and no graph."""
    return log_scan(log_a, log_b, log_h_0).detach()

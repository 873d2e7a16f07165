"""What scan must return, and what those return who make a known mistake."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from exercises.a12_scan.shared import looped

Scan = Callable[[Tensor, Tensor, Tensor], Tensor]
Pair = tuple[Tensor, Tensor]


def combined(first: Pair, second: Pair) -> Pair:
    """The map h -> a h + b that does `first` and then `second`."""
    return second[0] * first[0], second[0] * first[1] + second[1]


def doubled(steps: int) -> list[int]:
    """The offsets 1, 2, 4, ... below `steps`."""
    return [1 << k for k in range((steps - 1).bit_length())]


def doubling(
    offsets: Callable[[int], list[int]] = doubled,
    combine: Callable[[Pair, Pair], Pair] = combined,
    round_the_end: bool = False,
) -> Scan:
    """The states by recursive doubling: after the round with offset k an entry stands for 2 k steps.

    round_the_end: the first entries of a round are combined with the last ones.
    """

    def scan(a: Tensor, b: Tensor, h_0: Tensor) -> Tensor:
        b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])  # the first map has no state before it any more
        for k in offsets(len(a)):
            if round_the_end:
                a, b = combine((a.roll(k, 0), b.roll(k, 0)), (a, b))
            else:
                new_a, new_b = combine((a[:-k], b[:-k]), (a[k:], b[k:]))
                a, b = torch.cat([a[:k], new_a]), torch.cat([b[:k], new_b])
        return b

    return scan


scan = doubling()


def fixed(rounds: Callable[[int], int]) -> Callable[[int], list[int]]:
    """The first so many offsets 1, 2, 4, ..., of which none is longer than the sequence."""
    return lambda steps: [1 << k for k in range(rounds(steps)) if 1 << k < steps]


def looping(a: Tensor, b: Tensor, h_0: Tensor) -> Tensor:
    """The right numbers, step by step."""
    return looped(a, b, h_0)


def fused(a: Tensor, b: Tensor, h_0: Tensor) -> Tensor:
    """The right numbers, step by step, with one operation for each."""
    return looped(a, b, h_0, lambda a_t, b_t, h: torch.addcmul(b_t, a_t, h))


def spliced(a: Tensor, b: Tensor, h_0: Tensor) -> Tensor:
    """The right numbers, step by step, each put into a new tensor of all steps."""
    h = a * h_0 + b
    for t in range(1, len(a)):
        h = torch.cat([h[:t], (a[t] * h[t - 1] + b[t])[None], h[t + 1 :]])
    return h


def divided(guard: Callable[[Tensor], Tensor] = lambda product: product) -> Scan:
    """The closed form with the products of all factors so far, by which it divides; `guard` treats them before."""

    def scan(a: Tensor, b: Tensor, h_0: Tensor) -> Tensor:
        product = guard(a.cumprod(0))
        return product * (h_0 + (b / product).cumsum(0))

    return scan


def by_logarithms(a: Tensor, b: Tensor, h_0: Tensor) -> Tensor:
    """The closed form with the logarithms of the factors."""
    product = a.log().cumsum(0)
    return product.exp() * (h_0 + (b * (-product).exp()).cumsum(0))


def given(change: Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]) -> Scan:
    """scan of other arguments."""
    return lambda a, b, h_0: scan(*change(a, b, h_0))


def giving(change: Callable[[Tensor, Tensor], Tensor]) -> Scan:
    """scan with something done to its result: `change(states, h_0)`."""
    return lambda a, b, h_0: change(scan(a, b, h_0), h_0)


def cut_between(a: Tensor, b: Tensor, h_0: Tensor) -> Tensor:
    """The right numbers, the state detached after each step; without a loop, which is another mistake."""
    before = scan(a, b, h_0).detach()[:-1]
    return a * torch.cat([h_0[None], before]) + b


def cut_off(a: Tensor, b: Tensor, h_0: Tensor) -> Tensor:
    """The right numbers, and no graph."""
    return scan(a, b, h_0).detach()

"""What pad_batch must return, and what those return who make a known mistake.

The right batch is that of PyTorch's own `pad_sequence`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from exercises.a5_packing.shared import real

Batch = tuple[Tensor, Tensor, Tensor]


def pad_batch(seqs: Sequence[Tensor], pad_value: float = 0.0) -> Batch:
    """PyTorch's pad_sequence, and lengths and mask from the sequences."""
    padded = pad_sequence(list(seqs), batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(sequence) for sequence in seqs])
    return padded, lengths, real(padded, lengths)


def batching(change: Callable[[Tensor, Tensor, Tensor], tuple[Any, ...]]) -> Callable[..., tuple[Any, ...]]:
    """pad_batch with something done to its results: `change(padded, lengths, mask)`."""
    return lambda *args: change(*pad_batch(*args))


def given(change: Callable[[list[Tensor], float], tuple[list[Tensor], float]]) -> Callable[..., Batch]:
    """pad_batch of other arguments."""
    return lambda seqs, pad_value=0.0: pad_batch(*change(list(seqs), pad_value))


def masked_by_value(close: Callable[[Tensor, float], Tensor]) -> Callable[..., Batch]:
    """The mask made from the numbers: `close(padded, pad_value)`."""

    def batch(seqs: Sequence[Tensor], pad_value: float = 0.0) -> Batch:
        padded, lengths, _ = pad_batch(seqs, pad_value)
        return padded, lengths, close(padded, pad_value)

    return batch


def counted_from_mask(close: Callable[[Tensor, float], Tensor]) -> Callable[..., Batch]:
    """Mask and lengths both made from the numbers."""

    def batch(seqs: Sequence[Tensor], pad_value: float = 0.0) -> Batch:
        padded, _, mask = masked_by_value(close)(seqs, pad_value)
        return padded, mask.sum(1), mask

    return batch


def padded_in_front(masked: bool) -> Callable[..., Batch]:
    """Real steps at the end; the mask too, or the usual one."""

    def batch(seqs: Sequence[Tensor], pad_value: float = 0.0) -> Batch:
        turned, lengths, mask = pad_batch([sequence.flip(0) for sequence in seqs], pad_value)
        return turned.flip(1), lengths, mask.flip(1) if masked else mask

    return batch


def longest_first(which: str) -> Callable[..., Batch]:
    """The batch in order of length; `which` of padded, lengths and mask are in that order ("plm")."""

    def batch(seqs: Sequence[Tensor], pad_value: float = 0.0) -> Batch:
        results = pad_batch(seqs, pad_value)
        order = results[1].argsort(descending=True, stable=True)
        padded, lengths, mask = (t[order] if k in which else t for k, t in zip("plm", results, strict=True))
        return padded, lengths, mask

    return batch


def filled_in_place(seqs: list[Tensor], pad_value: float = 0.0) -> Batch:
    """The right results, the list left with padded sequences."""
    results = pad_batch(seqs, pad_value)
    seqs[:] = list(results[0])
    return results


def sorted_in_place(seqs: list[Tensor], pad_value: float = 0.0) -> Batch:
    """The right results, the list sorted by length."""
    results = pad_batch(seqs, pad_value)
    seqs.sort(key=len, reverse=True)
    return results


def emptied(seqs: list[Tensor], pad_value: float = 0.0) -> Batch:
    """The right results, the list used up."""
    results = pad_batch(seqs, pad_value)
    seqs.clear()
    return results

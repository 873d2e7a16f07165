"""Expected values of pad_batch, run_packed and last_valid, and those of the known mistakes.

Right numbers come from PyTorch's own `pad_sequence`, from nn.LSTM given each sequence alone, and from picking each
row's step by itself. Used by `mistakes` and the exercises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

Batch = tuple[Tensor, Tensor, Tensor]
States = tuple[Tensor, Tensor]
Result = tuple[Tensor, States]

# ---------------------------------------------------------------- pad_batch


def pad_batch(seqs: Sequence[Tensor], pad_value: float = 0.0) -> Batch:
    """PyTorch's pad_sequence, and lengths and mask from the sequences."""
    padded = pad_sequence(list(seqs), batch_first=True, padding_value=pad_value)
    lengths = torch.tensor([len(sequence) for sequence in seqs])
    return padded, lengths, real(padded, lengths)


def real(padded: Tensor, lengths: Tensor) -> Tensor:
    """True at each sequence's steps, (B, T)."""
    return torch.arange(padded.shape[1]) < lengths[:, None]


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


# ---------------------------------------------------------------- run_packed


def run_packed(lstm: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
    """Each sequence alone through nn.LSTM, put side by side."""
    alone = [lstm(row[None, :n]) for row, n in zip(x, lengths.tolist(), strict=True)]
    output = pad_sequence([output[0] for output, _ in alone], batch_first=True)
    output = torch.cat([output, output.new_zeros(len(x), x.shape[1] - output.shape[1], output.shape[2])], 1)
    h_n, c_n = (torch.cat([states[k] for _, states in alone], 1) for k in (0, 1))
    return output, (h_n, c_n)


def read_padded(
    clean: bool = False, masked: bool = False, states: Callable[..., States] | None = None
) -> Callable[..., Result]:
    """The whole padded batch given to the layer: with zeros in the padding (`clean`), with zeros put into the
    output's (`masked`), with the states of another way: `states(output, lengths, right states)`."""

    def run(lstm: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
        behind = ~real(x, lengths)[..., None]
        output, last = lstm(x.masked_fill(behind, 0) if clean else x)
        output = output.masked_fill(behind, 0) if masked else output
        return output, states(output, lengths, run_packed(lstm, x, lengths)[1]) if states else last

    return run


def running(change: Callable[[Tensor, Tensor, Tensor, Tensor], Any]) -> Callable[..., Any]:
    """run_packed with something done to its results: `change(output, h_n, c_n, lengths)`."""

    def run(lstm: nn.LSTM, x: Tensor, lengths: Tensor) -> Any:
        output, (h_n, c_n) = run_packed(lstm, x, lengths)
        return change(output, h_n, c_n, lengths)

    return run


def packed_otherwise(pack_first: bool, unpack_first: bool, total: bool) -> Callable[..., Any]:
    """batch_first forgotten in packing or unpacking, with `total_length` or without."""

    def run(lstm: nn.LSTM, x: Tensor, lengths: Tensor) -> Any:
        packed_x = pack_padded_sequence(x, lengths, batch_first=pack_first, enforce_sorted=False)
        output, states = lstm(packed_x)
        length = x.shape[1] if total else None
        return pad_packed_sequence(output, batch_first=unpack_first, total_length=length)[0], states

    return run


def still_packed(lstm: nn.LSTM, x: Tensor, lengths: Tensor) -> Any:
    """The packed output, as the layer gives it."""
    return lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))


def other_lengths(change: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Result]:
    """run_packed with lengths that are not the lengths: `change(lengths, x)`."""
    return lambda lstm, x, lengths: run_packed(lstm, x, change(lengths, x))


def sorted_by_hand(output_back: str, states_back: str) -> Callable[..., Result]:
    """The batch sorted by length; output and states put "back", "not" or "twice" in that order."""

    def run(lstm: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
        order = lengths.argsort(descending=True, stable=True)
        output, (h_n, c_n) = run_packed(lstm, x[order], lengths[order])
        rows = {"back": order.argsort(), "not": torch.arange(len(order)), "twice": order}
        there = rows[states_back]
        return output[rows[output_back]], (h_n[:, there], c_n[:, there])

    return run


def at_last_steps(output: Tensor, lengths: Tensor, right: States) -> States:
    """A final h read off the output, (1, B, features)."""
    return output[torch.arange(len(lengths)), lengths - 1][None], right[1]


def padding_overwritten(lstm: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
    """The right results, zeros left in the caller's padding."""
    with torch.no_grad():
        x.masked_fill_(~real(x, lengths)[..., None], 0)
    return run_packed(lstm, x, lengths)


def evaluating(lstm: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
    """The right results, the module left in the other mode."""
    result = run_packed(lstm, x, lengths)
    lstm.train(not lstm.training)
    return result


# ---------------------------------------------------------------- last_valid


def last_valid(output: Tensor, lengths: Tensor) -> Tensor:
    """Row by row."""
    return torch.stack([row[n - 1] for row, n in zip(output, lengths.tolist(), strict=True)])


def of_row(pick: Callable[[Tensor, int], Tensor]) -> Callable[..., Tensor]:
    """Something else taken from each sequence: `pick(row, length)`."""
    return lambda output, lengths: torch.stack(
        [pick(row, n) for row, n in zip(output, lengths.tolist(), strict=True)]
    )


def multiplied_away(output: Tensor, lengths: Tensor) -> Tensor:
    """All steps multiplied by one or zero, and added up."""
    chosen = torch.arange(output.shape[1]) == lengths[:, None] - 1
    return (output * chosen[..., None].to(output.dtype)).sum(1)


def counted_down(output: Tensor, lengths: Tensor) -> Tensor:
    """The right rows, the caller's lengths one shorter."""
    result = last_valid(output, lengths)
    lengths -= 1
    return result

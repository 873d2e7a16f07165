"""What run_packed must return, and what those return who make a known mistake.

The right numbers are those of nn.LSTM given each sequence alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from exercises.a5_packing.shared import real

States = tuple[Tensor, Tensor]
Result = tuple[Tensor, States]


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

"""What bilstm_from_two must return, and what those return who make a known mistake.

The right numbers are those of `torch.lstm`, which nn.LSTM calls, in two directions on packed input.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

Result = tuple[Tensor, Tensor]


def bilstm_from_two(fwd: nn.LSTM, bwd: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
    """What nn.LSTM(bidirectional=True) calls on packed input."""
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    zeros = x.new_zeros(2, x.shape[0], fwd.hidden_size)
    weights: list[Tensor] = [*fwd.parameters(), *bwd.parameters()]
    data, h_n, _ = torch.lstm(
        packed.data, packed.batch_sizes, (zeros, zeros), weights, fwd.bias, 1, 0.0, False, True
    )
    result = PackedSequence(data, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices)
    output, _ = pad_packed_sequence(result, batch_first=True, total_length=x.shape[1])
    return output, h_n[:, packed.unsorted_indices]


def real(x: Tensor, lengths: Tensor) -> Tensor:
    """True at real steps, (batch, time, 1)."""
    return (torch.arange(x.shape[1]) < lengths[:, None])[..., None]


def turned(x: Tensor, lengths: Tensor) -> Tensor:
    """The real steps of each sequence in reverse, the padding where it was."""
    steps = torch.arange(x.shape[1]).expand(x.shape[:2])
    back = torch.where(real(x, lengths)[..., 0], lengths[:, None] - 1 - steps, steps)
    return x.gather(1, back[..., None].expand_as(x))


def giving(change: Callable[[Tensor, Tensor, Tensor, Tensor], Any]) -> Callable[..., Any]:
    """bilstm_from_two with something done to its results: `change(forward, backward, h_n, lengths)`, where the
    first two are the halves of the output."""

    def both(fwd: nn.LSTM, bwd: nn.LSTM, x: Tensor, lengths: Tensor) -> Any:
        output, h_n = bilstm_from_two(fwd, bwd, x, lengths)
        forward, backward = output.chunk(2, 2)
        return change(forward, backward, h_n, lengths)

    return both


def given(change: Callable[..., tuple[nn.LSTM, nn.LSTM, Tensor, Tensor]]) -> Callable[..., Result]:
    """bilstm_from_two of other arguments."""
    return lambda fwd, bwd, x, lengths: bilstm_from_two(*change(fwd, bwd, x, lengths))


def flipped_whole(
    masked: bool, clean: bool = False, turned_back: bool = True, forward_right: bool = True
) -> Callable[..., Result]:
    """The padded batch flipped as a whole, so that the backward layer starts in the padding; with zeros put into
    the output's padding (`masked`), zeros in x's (`clean`), and the forward state right or read behind it."""

    def both(fwd: nn.LSTM, bwd: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
        x = x.masked_fill(~real(x, lengths), 0) if clean else x
        forward, (h_forward, _) = fwd(x)
        backward, (h_backward, _) = bwd(x.flip(1))
        h_forward = bilstm_from_two(fwd, bwd, x, lengths)[1][:1] if forward_right else h_forward
        output = torch.cat([forward, backward.flip(1) if turned_back else backward], 2)
        output = output.masked_fill(~real(x, lengths), 0) if masked else output
        return output, torch.cat([h_forward, h_backward])

    return both


def packed_backward(
    before: Callable[[Tensor, Tensor], Tensor], back: Callable[[Tensor, Tensor], Tensor]
) -> Callable[..., Result]:
    """Both layers on packed input; the backward one reads `before(x, lengths)`, and `back` turns its output."""

    def both(fwd: nn.LSTM, bwd: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
        output, h_n = bilstm_from_two(fwd, bwd, x, lengths)
        other, h_other = bilstm_from_two(bwd, bwd, before(x, lengths), lengths)
        halves = output.chunk(2, 2)[0], back(other.chunk(2, 2)[0], lengths)
        return torch.cat(halves, 2), torch.cat([h_n[:1], h_other[:1]])

    return both


def flipped(x: Tensor, lengths: Tensor) -> Tensor:
    """Every row in reverse, its padding in front."""
    return x.flip(1)


def read_on(forward: bool, backward: bool, masked: bool = True, clean: bool = False) -> Callable[..., Result]:
    """Each sequence turned at its own end, but run on through the padding: final states of one direction or both
    are those behind it, and with `masked` False so is the output."""

    def both(fwd: nn.LSTM, bwd: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
        _, h_n = bilstm_from_two(fwd, bwd, x, lengths)
        x = x.masked_fill(~real(x, lengths), 0) if clean else x
        out_f, (h_f, _) = fwd(x)
        out_b, (h_b, _) = bwd(turned(x, lengths))
        output = torch.cat([out_f, turned(out_b, lengths)], 2)
        output = output.masked_fill(~real(x, lengths), 0) if masked else output
        return output, torch.cat([h_f if forward else h_n[:1], h_b if backward else h_n[1:]])

    return both


def half_masked(forward: bool) -> Callable[..., Result]:
    """The right results, but one half of the output goes on through the padding."""

    def both(fwd: nn.LSTM, bwd: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
        output, h_n = bilstm_from_two(fwd, bwd, x, lengths)
        on, _ = read_on(False, False, masked=False)(fwd, bwd, x, lengths)
        one, other = (on, output) if forward else (output, on)
        return torch.cat([one.chunk(2, 2)[0], other.chunk(2, 2)[1]], 2), h_n

    return both


def reading_forward(fwd: nn.LSTM, bwd: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
    """The second layer reads from the first step too."""
    output, h_n = bilstm_from_two(fwd, bwd, x, lengths)
    second, h_second = bilstm_from_two(bwd, bwd, x, lengths)
    return torch.cat([output.chunk(2, 2)[0], second.chunk(2, 2)[0]], 2), torch.cat([h_n[:1], h_second[:1]])


def in_order_of_length(fwd: nn.LSTM, bwd: nn.LSTM, x: Tensor, lengths: Tensor, which: str = "oh") -> Result:
    """Output and h_n ("oh") in order of length."""
    output, h_n = bilstm_from_two(fwd, bwd, x, lengths)
    order = lengths.argsort(descending=True, stable=True)
    return output[order] if "o" in which else output, h_n[:, order] if "h" in which else h_n


def turned_in_place(fwd: nn.LSTM, bwd: nn.LSTM, x: Tensor, lengths: Tensor) -> Result:
    """The right results, the caller's x left in reverse."""
    result = bilstm_from_two(fwd, bwd, x, lengths)
    with torch.no_grad():
        x.copy_(turned(x, lengths))
    return result

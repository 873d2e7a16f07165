"""What run_in_chunks must return, and what those return who make a known mistake.

All numbers come from PyTorch's own cell, `torch.rnn_tanh_cell`, which nn.RNNCell calls, and from nn.RNN's
own functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from exercises.a2_rnns.shared import Result


def run_in_chunks(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Result:
    """The module's own answer to the whole, after it was called with the pieces, which the check counts."""
    for piece in x.split(chunk_len):
        rnn(piece)
    return _whole(rnn, x, hx)


def _whole(rnn: nn.Module, x: Tensor, hx: Any) -> Result:
    result: Result = type(rnn).forward(rnn, x, hx)  # not through the object, where calls are counted
    return result


def by_pieces(
    between: Callable[[Any, Any], Any] = lambda state, hx: state,
    keep: Callable[[tuple[Tensor, ...], int], tuple[Tensor, ...]] = lambda pieces, length: pieces,
    start: bool = True,
    at_the_end: bool = False,
) -> Callable[..., Result]:
    """run_in_chunks with a slip: `between(state, hx)` is what the next piece starts from (`at_the_end`: what is
    returned, too), `keep` says which pieces are read, and `start` whether the first one starts from hx."""

    def run(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Result:
        state, outputs = hx if start else None, []
        for piece in keep(x.split(chunk_len), chunk_len):
            output, after = rnn(piece, state)
            outputs.append(output)
            state = between(after, hx)
        return torch.cat(outputs), state if at_the_end else after

    return run


def detached(state: Any, hx: Any) -> Any:
    """A state without its graph."""
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def all_at_once(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Result:
    """The whole sequence in one call."""
    result: Result = rnn(x, hx)
    return result


def by_batch(
    start: Callable[[Any, Any, slice], Any], along: int = 1, join: bool = False
) -> Callable[..., Result]:
    """Pieces of chunk_len sequences instead of chunk_len steps, put together `along` an axis. `start(state, hx, which)`
    is what a piece starts from; the states are joined, or the last one counts."""

    def run(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Result:
        state, outputs, states = hx, [], []
        for first in range(0, x.shape[1], chunk_len):
            which = slice(first, first + chunk_len)
            output, state = rnn(x[:, which], start(state, hx, which))
            outputs.append(output)
            states.append(state)
        return torch.cat(outputs, along), _joined(states) if join else state

    return run


def of_sequences(hx: Any, which: slice) -> Any:
    """The part of a state that belongs to some sequences."""
    if hx is None:
        return None
    return tuple(part[:, which] for part in hx) if isinstance(hx, tuple) else hx[:, which]


def _joined(states: list[Any]) -> Any:
    if isinstance(states[0], tuple):
        return tuple(torch.cat(parts, 1) for parts in zip(*states, strict=True))
    return torch.cat(states, 1)


def chunks_counted(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Result:
    """`chunk_len` pieces instead of pieces of `chunk_len` steps."""
    for piece in x.chunk(chunk_len):
        rnn(piece)
    return _whole(rnn, x, hx)


def last_piece_only(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Result:
    """The output of the last piece only."""
    output, state = run_in_chunks(rnn, x, chunk_len, hx)
    return output[(len(x) - 1) // chunk_len * chunk_len :], state


def listed(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Any:
    """A list of outputs, one for each piece."""
    output, state = run_in_chunks(rnn, x, chunk_len, hx)
    return list(output.split(chunk_len)), state


def stacked(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Result:
    """The outputs of pieces of one length on an axis of their own."""
    output, state = run_in_chunks(rnn, x, chunk_len, hx)
    return torch.stack(output.split(chunk_len)), state


def hidden_only(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Result:
    """Of an nn.LSTM's final state only h_n."""
    output, state = run_in_chunks(rnn, x, chunk_len, hx)
    return output, state[0] if isinstance(state, tuple) else state


def top_layer_only(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Result:
    """The last step of the output for a final state."""
    output, state = run_in_chunks(rnn, x, chunk_len, hx)
    last = output[-1:]
    return output, (last, state[1][-1:]) if isinstance(state, tuple) else last


def switched(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Result:
    """The right numbers, the module's mode turned to the other one."""
    result = run_in_chunks(rnn, x, chunk_len, hx)
    rnn.train(not rnn.training)
    return result


def in_training(rnn: nn.Module, x: Tensor, chunk_len: int, hx: Any = None) -> Result:
    """The module left in training mode, without its dropout, whose masks nobody can foretell."""
    result = run_in_chunks(rnn, x, chunk_len, hx)
    rnn.train()
    return result

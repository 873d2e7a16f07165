"""Expected values of rnn_cell, rnn_forward and run_in_chunks, and those of the known mistakes.

All numbers come from PyTorch's own cell, `torch.rnn_tanh_cell`, which nn.RNNCell calls, and from nn.RNN's
own functions. Used by `mistakes` and the exercises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

Cell = Callable[..., Tensor]
Result = tuple[Tensor, Any]

# ---------------------------------------------------------------- rnn_cell


def rnn_cell(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
    """PyTorch's own step."""
    return torch.rnn_tanh_cell(x, h, *weights)


def without(position: int) -> Cell:
    """The step with one of W_ih, W_hh, b_ih, b_hh (positions 0 to 3) ignored."""

    def cell(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
        return rnn_cell(x, h, *ignoring(position, weights))

    return cell


def ignoring(position: int, weights: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Zeros in place of one of the weights."""
    return tuple(torch.zeros_like(w) if k == position else w for k, w in enumerate(weights))


def after(activation: Callable[[Tensor], Tensor]) -> Cell:
    """The step with another activation; atanh gives what the tanh was made from."""
    return lambda x, h, *weights: activation(_before_tanh(x, h, weights))


def _before_tanh(x: Tensor, h: Tensor, weights: tuple[Tensor, ...]) -> Tensor:
    # Linear in all that is added, so two relu cells, one with every sign turned, give both halves of it.
    positive = torch.rnn_relu_cell(x, h, *weights)
    return positive - torch.rnn_relu_cell(x, h, *(-w for w in weights))


def transposed(*which: int) -> Cell:
    """The step with W_ih (0) or W_hh (1) not transposed, which only square weights allow."""

    def cell(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
        return rnn_cell(x, h, *(w.T if k in which else w for k, w in enumerate(weights)))

    return cell


def weights_first(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """tanh(W_ih @ x + b_ih + W_hh @ h + b_hh), which only square sizes allow: columns read as the sequences."""
    if not x.shape == h.shape == W_ih.shape:
        raise ValueError("sizes that do not fit")
    zeros = torch.zeros_like(b_ih)
    columns = _before_tanh(x.T, h.T, (W_ih, W_hh, zeros, zeros))
    return torch.tanh(columns.T + b_ih + b_hh)


def weights_exchanged(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """The step with x read through W_hh and h through W_ih, which only square weights allow."""
    return rnn_cell(x, h, W_hh, W_ih, b_ih, b_hh)


def two_activations(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """tanh of either part, then the sum."""
    zeros = torch.zeros_like(b_ih)
    from_x = rnn_cell(x, torch.zeros_like(h), W_ih, W_hh, b_ih, zeros)
    return from_x + rnn_cell(torch.zeros_like(x), h, W_ih, W_hh, zeros, b_hh)


def old_state_added(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
    """The step's result added to the old state."""
    return h + rnn_cell(x, h, *weights)


def cut_off(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
    """The right numbers with no graph behind them."""
    return rnn_cell(x, h, *weights).detach()


def in_place(x: Tensor, h: Tensor, *weights: Tensor) -> Tensor:
    """The right step, left in the old state too."""
    h_new = rnn_cell(x, h, *weights)
    with torch.no_grad():
        h.copy_(h_new)
    return h_new


# ---------------------------------------------------------------- rnn_forward


def rnn_forward(
    x: Tensor,
    h0: Tensor | None,
    W_ih: Tensor,
    W_hh: Tensor,
    b_ih: Tensor,
    b_hh: Tensor,
    nonlinearity: str = "tanh",
) -> Result:
    """What nn.RNN calls."""
    h0 = x.new_zeros(1, x.shape[1], W_hh.shape[1]) if h0 is None else h0
    if h0.shape[1] != x.shape[1]:  # nn.RNN looks at that, the functions that it calls do not
        raise ValueError("a state of another shape than the batch")
    run = {"tanh": torch.rnn_tanh, "relu": torch.rnn_relu}[nonlinearity]
    result: Result = run(x, h0, [W_ih, W_hh, b_ih, b_hh], True, 1, 0.0, False, False, False)
    return result


def given(change: Callable[..., tuple[Any, ...]]) -> Callable[..., Result]:
    """rnn_forward of other arguments: `change(x, h0, weights, nonlinearity)` gives x, h0, weights and
    nonlinearity."""

    def forward(x: Tensor, h0: Tensor | None, *rest: Any) -> Result:
        nonlinearity = rest[4] if len(rest) > 4 else "tanh"
        x, h0, weights, nonlinearity = change(x, h0, rest[:4], nonlinearity)
        W_ih, W_hh, b_ih, b_hh = weights
        return rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity)

    return forward


def giving(change: Callable[[Tensor, Tensor, Tensor], Result]) -> Callable[..., Result]:
    """rnn_forward with something done to its results: `change(output, h_n, h0)`, h0 never None."""

    def forward(x: Tensor, h0: Tensor | None, *rest: Any) -> Result:
        output, h_n = rnn_forward(x, h0, *rest)
        return change(output, h_n, torch.zeros_like(h_n) if h0 is None else h0)

    return forward


def never_carried(x: Tensor, h0: Tensor | None, *rest: Any) -> Result:
    """Every step starts from h0."""
    steps = [rnn_forward(step[None], h0, *rest) for step in x]
    return torch.cat([output for output, _ in steps]), steps[-1][1]


def cut_between(x: Tensor, h0: Tensor | None, *rest: Any) -> Result:
    """The right numbers, the state detached after each step."""
    outputs, h = [], h0
    for step in x:
        output, h = rnn_forward(step[None], None if h is None else h.detach(), *rest)
        outputs.append(output)
    return torch.cat(outputs), h


def along_the_batch(x: Tensor, h0: Tensor | None, *rest: Any) -> Result:
    """Time and batch taken for each other, as far as the sizes of h0 allow."""
    output, h_n = rnn_forward(x.transpose(0, 1), h0, *rest)
    return output.transpose(0, 1), h_n


# ---------------------------------------------------------------- run_in_chunks


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

"""What tbptt_backward must leave behind, and what the known mistakes leave; for `mistakes` and the exercise.

Each of these leaves its gradients in the modules, as the exercise asks, and returns what is to be found there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checking.found import Observation
from autograder.checking.language import Case

State = Any  # None, a tensor, or a pair of tensors


def detached(state: State, *which: int) -> State:
    """The state without its history; of a pair the parts `which`, both by default."""
    if isinstance(state, Tensor):
        return state.detach()
    return tuple(s.detach() if not which or k in which else s for k, s in enumerate(state))


def pieces_of(tensor: Tensor, chunk_len: int) -> Sequence[Tensor]:
    """Pieces of chunk_len steps, the last perhaps shorter."""
    return tensor.split(chunk_len)


def squares(error: Tensor, y: Tensor) -> Tensor:
    """A chunk's part of the mean squared error of the whole."""
    return error.square().sum() / y.numel()


def total(losses: list[Tensor]) -> float:
    """All losses together, as a float."""
    return torch.stack(losses).sum().item()


def truncated(
    carry: Callable[[State], State] = detached,
    share: Callable[[Tensor, Tensor], Tensor] = squares,
    cut: Callable[[Tensor, int], Sequence[Tensor]] = pieces_of,
    told: Callable[[list[Tensor]], Any] = total,
    pulled: Callable[[list[Tensor]], Tensor | None] = lambda losses: torch.stack(losses).sum(),
    reads: Callable[[Tensor], Tensor] = lambda output: output,
    add: bool = True,
) -> Callable[..., dict[str, Any]]:
    """What is found after truncated backpropagation with a slip in one of its parts.

    carry: the state for the next chunk; share(error, y): a chunk's loss; told: what is returned; pulled: what is
    differentiated; reads: what the head is given; add: whether earlier gradients are kept.
    """

    def backward(rnn: nn.Module, head: nn.Module, x: Tensor, y: Tensor, chunk_len: int) -> dict[str, Any]:
        losses, state = [], None
        for piece, wanted in zip(cut(x, chunk_len), cut(y, chunk_len), strict=True):
            output, state = rnn(piece, state)
            losses.append(share(head(reads(output)) - wanted, y))
            state = carry(state)
        _leave([*rnn.parameters(), *head.parameters()], pulled(losses), add)
        return {"loss": told(losses), **{name: _grads(m) for name, m in ((RNN, rnn), (HEAD, head))}}

    return backward


RNN, HEAD = "the gradient of rnn", "the gradient of head"


def _leave(parameters: list[nn.Parameter], loss: Tensor | None, add: bool) -> None:
    wanted = [p for p in parameters if p.requires_grad]
    if loss is None:
        return
    for p, grad in zip(wanted, torch.autograd.grad(loss, wanted, allow_unused=True), strict=True):
        old = p.grad if add else None
        p.grad = old if grad is None else grad if old is None else old + grad


def _grads(module: nn.Module) -> dict[str, Tensor | None]:
    return {name: None if p.grad is None else p.grad.clone() for name, p in module.named_parameters()}


def look(case: Case, seen: Observation) -> dict[str, Any]:
    """The returned loss, and the .grad of each parameter."""
    names = ((RNN, "rnn"), (HEAD, "head"))
    return {"loss": seen.value} | {
        title: {n: seen.modules[name].grads.get(n) for n in case.args[name].state} for title, name in names
    }


def last_left_out(tensor: Tensor, chunk_len: int) -> Sequence[Tensor]:
    """Only pieces of full length."""
    whole = [piece for piece in tensor.split(chunk_len) if len(piece) == chunk_len]
    return whole or tensor.split(chunk_len)

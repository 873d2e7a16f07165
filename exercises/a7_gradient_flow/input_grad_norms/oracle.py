"""What input_grad_norms must return, and what the known mistakes return; for `mistakes` and the exercise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn


def all_in_one(grad: Tensor) -> Tensor:
    """The norm of each step's gradient over batch and features."""
    return grad.flatten(1).norm(dim=1)


def last_step(output: Tensor, state: Any) -> Tensor:
    """The sum of the last step's output."""
    return output[-1].sum()


def hidden(state: Any) -> Tensor:
    """h_n of a module's second result."""
    h_n: Tensor = state[0] if isinstance(state, tuple) else state
    return h_n


def reach(
    score: Callable[[Tensor, Any], Tensor] = last_step,
    norms: Callable[[Tensor], Tensor] = all_in_one,
    graph: bool = False,
) -> Callable[..., Tensor]:
    """The norms of another score, or other norms; with `graph`, autograd's graph behind them."""

    def measure(rnn: nn.Module, x: Tensor) -> Tensor:
        with torch.enable_grad():
            leaf = x.detach().clone().requires_grad_()
            (grad,) = torch.autograd.grad(score(*rnn(leaf)), leaf, create_graph=graph)
            return norms(grad)

    return measure


def leaving(rnn: nn.Module, x: Tensor) -> Tensor:
    """The parameters get gradients of their own, as .backward() leaves them."""
    with torch.enable_grad():
        parameters = [p for p in rnn.parameters() if p.requires_grad]
        grads = torch.autograd.grad(last_step(*rnn(x.detach())), parameters)
    for p, grad in zip(parameters, grads, strict=True):
        p.grad = grad if p.grad is None else p.grad + grad
    return reach()(rnn, x)


def clearing(rnn: nn.Module, x: Tensor) -> Tensor:
    """The caller's gradients are thrown away."""
    rnn.zero_grad()
    return reach()(rnn, x)


def asking(rnn: nn.Module, x: Tensor) -> Tensor:
    """x is left requiring gradients."""
    x.requires_grad_()
    return reach()(rnn, x)


def dropping(rnn: nn.Module, x: Tensor) -> Tensor:
    """x is left without requiring gradients."""
    x.requires_grad_(False)
    return reach()(rnn, x)

"""Answers to clip_by_global_norm for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import itertools
import math

import torch
from torch import nn

# %% right: PyTorch's own function, whose norm of nothing is a tensor


def clip_by_global_norm(params, max_norm):
    return torch.nn.utils.clip_grad_norm_(params, max_norm)


# %% right: squares added up in Python


def clip_by_global_norm(params, max_norm):
    params = list(params)
    total = 0.0
    for p in params:
        if p.grad is not None:
            total += p.grad.double().pow(2).sum().item()
    total = math.sqrt(total)
    if total > max_norm:
        for p in params:
            if p.grad is not None:
                p.grad *= max_norm / total
    return total


# %% right: one long vector, a factor of at most 1


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if len(grads) == 0:
        return torch.tensor(0.0)
    norm = torch.cat([g.reshape(-1) for g in grads]).norm(2)
    factor = torch.clamp(max_norm / (norm + 1e-6), max=1.0)
    for g in grads:
        g.mul_(factor)
    return norm


# %% right: .grad.data and 1e-6 below the line


def clip_by_global_norm(params, max_norm):
    params = [p for p in params if p.grad is not None]
    norm = sum(p.grad.data.norm(2) ** 2 for p in params) ** 0.5
    if norm > max_norm:
        for p in params:
            p.grad.data.mul_(max_norm / (norm + 1e-6))
    return norm


# %% right: itertools.tee and copy_


def clip_by_global_norm(params, max_norm):
    first, second = itertools.tee(p for p in params if p.grad is not None)
    norm = math.hypot(*(float(torch.linalg.vector_norm(p.grad)) for p in first))
    if norm <= max_norm:
        return norm
    for p in second:
        p.grad.copy_(p.grad * (max_norm / norm))
    return norm


# %% right: assignment to all entries, whole number 0


def clip_by_global_norm(params, max_norm):
    grads = list(filter(lambda g: g is not None, (p.grad for p in params)))
    if not grads:
        return 0
    total = torch.sqrt(sum((g * g).sum() for g in grads))
    if total > max_norm:
        for g in grads:
            g[...] = g / total * max_norm
    return total


# %% right: foreach


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(grads)))
    if float(norm) > max_norm:
        torch._foreach_mul_(grads, float(max_norm) / float(norm))
    return norm


# %% right: einsum and recursion


def clip_by_global_norm(params, max_norm):
    def square(rest):
        if not rest:
            return 0.0
        g = rest[0].flatten()
        return torch.einsum("i,i->", g, g).item() + square(rest[1:])

    grads = tuple(p.grad for p in params if p.grad is not None)
    norm = square(grads) ** 0.5
    scale = max_norm / norm if norm > max_norm else 1.0
    for g in grads:
        torch.mul(g, scale, out=g)
    return norm


# %% right: divided by the excess, under no_grad


@torch.no_grad()
def clip_by_global_norm(params, max_norm):
    kept = []
    squares = 0.0
    for p in params:
        g = p.grad
        if g is None:
            continue
        kept.append(g)
        squares = squares + torch.dot(g.view(-1), g.view(-1))
    total = float(squares) ** 0.5
    excess = total / max_norm
    if excess > 1:
        for g in kept:
            g.div_(excess)
    return total


# %% right: parameters_to_vector, written back


def clip_by_global_norm(params, max_norm):
    params = [p for p in params if p.grad is not None]
    if not params:
        return 0.0
    v = nn.utils.parameters_to_vector([p.grad for p in params])
    norm = v.norm()
    if norm > max_norm:
        v = v * (max_norm / norm)
        at = 0
        for p in params:
            n = p.grad.numel()
            p.grad.copy_(v[at : at + n].view_as(p.grad))
            at += n
    return norm.item()


# %% wrong: a generator was read twice


def clip_by_global_norm(params, max_norm):
    norms = [p.grad.norm() for p in params if p.grad is not None]
    if not norms:
        return 0.0
    total = torch.stack(norms).norm()
    if total > max_norm:
        for p in params:
            if p.grad is not None:
                p.grad.mul_(max_norm / total)
    return total


# %% wrong: the gradients were not multiplied


def clip_by_global_norm(params, max_norm):
    norms = [p.grad.norm() for p in params if p.grad is not None]
    return torch.stack(norms).norm() if norms else 0.0


# %% wrong: the gradients were not multiplied


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    total = torch.stack([g.norm() for g in grads]).norm()
    if total > max_norm:
        for g in grads:
            g = g * (max_norm / total)
    return total


# %% wrong: each gradient was clipped by its own norm


def clip_by_global_norm(params, max_norm):
    total = 0.0
    for p in params:
        if p.grad is not None:
            norm = p.grad.norm()
            total += norm.item() ** 2
            if norm > max_norm:
                p.grad.mul_(max_norm / norm)
    return total**0.5


# %% wrong: each gradient was clipped by its own norm


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    total = torch.stack([g.norm() for g in grads]).norm()
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / g.norm())
    return total


# %% wrong: the gradients were clipped by value


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    total = torch.stack([g.norm() for g in grads]).norm()
    for g in grads:
        g.clamp_(-max_norm, max_norm)
    return total


# %% wrong: the gradients were clipped by value


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    total = torch.stack([g.norm() for g in grads]).norm()
    if total > max_norm:
        for g in grads:
            g.clamp_(-max_norm, max_norm)
    return total


# %% wrong: the norms were added up


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum(g.norm().item() for g in grads)
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return total


# %% wrong: the square root was forgotten


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum((g**2).sum() for g in grads)
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return total


# %% wrong: it is another norm


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = max([g.norm().item() for g in grads], default=0.0)
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return total


# %% wrong: it is another norm


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum(g.abs().sum().item() for g in grads)
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return float(total)


# %% wrong: small gradients were made larger


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    total = torch.stack([g.norm() for g in grads]).norm()
    for g in grads:
        g.mul_(max_norm / (total + 1e-6))
    return total


# %% wrong: the norm was measured after clipping


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    total = torch.stack([g.norm() for g in grads]).norm()
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return torch.stack([g.norm() for g in grads]).norm()


# %% wrong: the gradients were replaced by new tensors


def clip_by_global_norm(params, max_norm):
    params = [p for p in params if p.grad is not None]
    if not params:
        return 0.0
    total = torch.stack([p.grad.norm() for p in params]).norm()
    if total > max_norm:
        for p in params:
            p.grad = p.grad * (max_norm / total)
    return total


# %% wrong: the gradients were replaced by new tensors


def clip_by_global_norm(params, max_norm):
    params = [p for p in params if p.grad is not None]
    if not params:
        return 0.0
    total = torch.stack([p.grad.norm() for p in params]).norm()
    factor = min(1.0, max_norm / (total.item() + 1e-6))
    for p in params:
        p.grad = p.grad * factor
    return total


# %% wrong: the norm was not returned


def clip_by_global_norm(params, max_norm):
    nn.utils.clip_grad_norm_(params, max_norm)


# %% wrong: the norm was not returned


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum(g.double().square().sum().item() for g in grads) ** 0.5
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
        return total


# %% wrong: "parameters without .grad are not skipped"


def clip_by_global_norm(params, max_norm):
    params = list(params)
    total = torch.stack([p.grad.norm() for p in params]).norm()
    if total > max_norm:
        for p in params:
            p.grad.mul_(max_norm / total)
    return total


# %% wrong: "everything after the first without .grad is forgotten"


def clip_by_global_norm(params, max_norm):
    grads = []
    for p in params:
        if p.grad is None:
            break
        grads.append(p.grad)
    total = sum(g.double().square().sum().item() for g in grads) ** 0.5
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return total


# %% wrong: "without gradients an empty stack"


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = torch.stack([g.norm() for g in grads]).norm()
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return total


# %% wrong: "divides by a norm of zero"


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum(g.double().square().sum().item() for g in grads) ** 0.5
    factor = min(1.0, max_norm / total)
    for g in grads:
        g.mul_(factor)
    return total


# %% wrong: "the values of the parameters are multiplied"


def clip_by_global_norm(params, max_norm):
    params = [p for p in params if p.grad is not None]
    total = sum(p.grad.double().square().sum().item() for p in params) ** 0.5
    if total > max_norm:
        for p in params:
            p.data.mul_(max_norm / total)
    return total


# %% wrong: "the norm of the parameters, not of their gradients"


def clip_by_global_norm(params, max_norm):
    params = [p for p in params if p.grad is not None]
    total = sum(p.detach().double().square().sum().item() for p in params) ** 0.5
    if total > max_norm:
        for p in params:
            p.grad.mul_(max_norm / total)
    return total


# %% wrong: "missing gradients are filled with zeros"


def clip_by_global_norm(params, max_norm):
    params = list(params)
    for p in params:
        if p.grad is None:
            p.grad = torch.zeros_like(p)
    if not params:
        return 0.0
    total = torch.stack([p.grad.norm() for p in params]).norm()
    if total > max_norm:
        for p in params:
            p.grad.mul_(max_norm / total)
    return total


# %% wrong: "the factor is squared, once for each of two loops"


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum(g.double().square().sum().item() for g in grads) ** 0.5
    for _ in range(2):
        if total > max_norm:
            for g in grads:
                g.mul_(max_norm / total)
    return total


# %% wrong: "a large number below the line"


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum(g.double().square().sum().item() for g in grads) ** 0.5
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / (total + 1e-2))
    return total


# %% wrong: "divided by the norm, max_norm forgotten"


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum(g.double().square().sum().item() for g in grads) ** 0.5
    if total > max_norm:
        for g in grads:
            g.div_(total)
    return total


# %% wrong: "the norm with one element in place of none"


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    total = torch.stack([g.norm() for g in grads]).norm()
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return total.reshape(1)


# %% wrong: "a NumPy number"


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum((g.double().square().sum().numpy() for g in grads), start=0.0) ** 0.5
    if total > max_norm:
        for g in grads:
            g.mul_(float(max_norm / total))
    return [total]


# %% wrong: "clipped where the norm is smaller"


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = sum(g.double().square().sum().item() for g in grads) ** 0.5
    if 0 < total < max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return total


# %% wrong: "only the matrices"


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None and p.dim() > 1]
    total = sum(g.double().square().sum().item() for g in grads) ** 0.5
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return total


# %% wrong: "norms gathered on the default device"


def clip_by_global_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    if not grads:
        return 0.0
    squares = torch.zeros(1)
    for g in grads:
        squares = squares + (g**2).sum().reshape(1)
    total = squares.sum().sqrt()
    if total > max_norm:
        for g in grads:
            g.mul_(max_norm / total)
    return total.to(grads[0].dtype)


# %% wrong: "rounded for the log"


def clip_by_global_norm(params, max_norm):
    return round(float(nn.utils.clip_grad_norm_(list(params), max_norm)), 3)


# %% wrong: the parameters were measured


def clip_by_global_norm(params, max_norm):
    params = [p for p in params if p.grad is not None]
    if not params:
        return 0.0
    total = math.sqrt(sum((p.detach() ** 2).sum().item() for p in params))
    if total > max_norm:
        for p in params:
            p.grad.mul_(max_norm / total)
    return total


# %% equivalent: if total_norm >= max_norm:
# Where both are equal the factor is 1.

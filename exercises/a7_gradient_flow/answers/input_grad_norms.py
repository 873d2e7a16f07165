"""Answers to input_grad_norms for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import copy

import torch
from torch import nn

# %% right: the root of the sum of squares, set_grad_enabled


def input_grad_norms(rnn, x):
    z = x.clone().detach()
    z.requires_grad = True
    with torch.set_grad_enabled(True):
        s = rnn(z)[0][-1].sum()
        g = torch.autograd.grad(s, z)[0]
    return (g**2).sum(dim=(1, 2)).sqrt()


# %% right: the decorator, step by step


@torch.enable_grad()
def input_grad_norms(rnn, x):
    inp = x.detach().clone().requires_grad_(True)
    out, state = rnn(inp)
    (grads,) = torch.autograd.grad(out[-1], inp, grad_outputs=torch.ones_like(out[-1]))
    return torch.stack([step.norm() for step in grads])


# %% right: backward on a copy of the module


def input_grad_norms(rnn, x):
    twin = copy.deepcopy(rnn)
    for p in twin.parameters():
        p.grad = None
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        twin(leaf)[0][-1].sum().backward()
    return leaf.grad.reshape(len(x), -1).norm(dim=1)


# %% right: backward for one leaf only


def input_grad_norms(rnn, x):
    leaf = nn.Parameter(x.detach().clone())
    with torch.enable_grad():
        output, _ = rnn(leaf)
        output[-1].sum().backward(inputs=[leaf])
    return torch.linalg.vector_norm(leaf.grad, dim=(1, 2))


# %% right: the jacobian of torch.autograd.functional


def input_grad_norms(rnn, x):
    with torch.enable_grad():
        g = torch.autograd.functional.jacobian(lambda z: rnn(z)[0][-1].sum(), x.detach().clone())
    return torch.einsum("tbi,tbi->t", g, g).sqrt().detach()


# %% right: torch.func.grad


def input_grad_norms(rnn, x):
    g = torch.func.grad(lambda z: rnn(z)[0][-1].sum())(x.detach())
    return g.flatten(1).norm(dim=1).detach()


# %% right: backward, and everything put back


def input_grad_norms(rnn, x):
    before = {n: None if p.grad is None else p.grad.clone() for n, p in rnn.named_parameters()}
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        rnn(leaf)[0][-1].sum().backward()
    for n, p in rnn.named_parameters():
        p.grad = before[n]
    return leaf.grad.pow(2).sum((1, 2)).sqrt()


# %% right: a leaf for each step


def input_grad_norms(rnn, x):
    with torch.enable_grad():
        steps = [s.detach().clone().requires_grad_() for s in x]
        output, _ = rnn(torch.stack(steps))
        grads = torch.autograd.grad(output[output.size(0) - 1].sum(), steps)
    result = x.new_empty(x.shape[0]).detach()
    for t, g in enumerate(grads):
        result[t] = g.norm()
    return result


# %% right: frozen for the time of the call


def input_grad_norms(rnn, x):
    wanted = [p.requires_grad for p in rnn.parameters()]
    for p in rnn.parameters():
        p.requires_grad_(False)
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        rnn(leaf)[0].select(0, -1).sum().backward()
    for p, w in zip(rnn.parameters(), wanted):
        p.requires_grad_(w)
    return leaf.grad.movedim(0, -1).flatten(0, 1).norm(dim=0)


# %% right: a hook on a clone


def input_grad_norms(rnn, x):
    caught = []
    with torch.enable_grad():
        leaf = x.detach().clone().requires_grad_()
        middle = leaf * 1
        middle.register_hook(lambda g: caught.append(g.detach().clone()))
        torch.autograd.grad(rnn(middle)[0][-1].sum(), leaf)
    return torch.sqrt(torch.sum(torch.square(caught[0].flatten(1)), dim=1))


# %% wrong: all steps were asked, not the last one


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0].sum(), leaf)
    return g.flatten(1).norm(dim=1)


# %% wrong: the last sequence was taken for the last step


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][:, -1].sum(), leaf)
    return g.flatten(1).norm(dim=1)


# %% wrong: another number than the sum was differentiated


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].mean(), leaf)
    return g.flatten(1).norm(dim=1)


# %% wrong: another number than the sum was differentiated


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].norm(), leaf)
    return g.flatten(1).norm(dim=1)


# %% wrong: the cell state was differentiated


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        output, state = rnn(leaf)
        s = state[1].sum() if isinstance(state, tuple) else output[-1].sum()
        (g,) = torch.autograd.grad(s, leaf)
    return g.flatten(1).norm(dim=1)


# %% wrong: the norms of the sequences were averaged or added


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return g.norm(dim=2).mean(dim=1)


# %% wrong: the norms of the sequences were averaged or added


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return g.norm(dim=-1).sum(dim=-1)


# %% wrong: the gradients were added up before the norm


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return g.sum(dim=1).norm(dim=1)


# %% wrong: it is another norm


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return (g**2).sum(dim=(1, 2))


# %% wrong: it is another norm


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return g.abs().flatten(1).max(dim=1).values


# %% wrong: batch or features were kept apart


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return g.norm(dim=2)


# %% wrong: batch or features were kept apart


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return g.norm()


# %% wrong: the norms are in the order of the lag


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return g.flatten(1).norm(dim=1).flip(0)


# %% wrong: the graph was left on the result


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf, create_graph=True)
        return g.flatten(1).norm(dim=1)


# %% wrong: the parameters were left with gradients


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        rnn(leaf)[0][-1].sum().backward()
    return leaf.grad.flatten(1).norm(dim=1)


# %% wrong: the caller's gradients were thrown away


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        rnn(leaf)[0][-1].sum().backward()
    rnn.zero_grad()
    return leaf.grad.flatten(1).norm(dim=1)


# %% wrong: the caller's gradients were thrown away


def input_grad_norms(rnn, x):
    rnn.zero_grad()
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return g.flatten(1).norm(dim=1)


# %% wrong: x was left in another state


def input_grad_norms(rnn, x):
    x.requires_grad_(True)
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(x)[0][-1].sum(), x)
    return g.flatten(1).norm(dim=1)


# %% wrong: x was left in another state


def input_grad_norms(rnn, x):
    x.requires_grad_(True)
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(x)[0][-1].sum(), x)
    x.requires_grad_(False)
    return g.flatten(1).norm(dim=1)


# %% wrong: "fails inside no_grad"


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return g.flatten(1).norm(dim=1)


# %% wrong: "gradients left switched on"


def input_grad_norms(rnn, x):
    torch.set_grad_enabled(True)
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return g.flatten(1).norm(dim=1)


# %% wrong: "x itself, with its .grad"


def input_grad_norms(rnn, x):
    x.requires_grad_()
    x.retain_grad()
    with torch.enable_grad():
        rnn(x)[0][-1].sum().backward()
    return x.grad.flatten(1).norm(dim=1)


# %% wrong: "x detached in place"


def input_grad_norms(rnn, x):
    leaf = x.detach()
    leaf.requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    x.mul_(1.0).add_(0.0) if not x.requires_grad else None
    return g.flatten(1).norm(dim=1).float()


# %% wrong: "a list of numbers"


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return [step.norm().item() for step in g]


# %% wrong: "made of Python numbers, always float32"


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return torch.tensor([step.norm().item() for step in g])


# %% wrong: "squeezed, so that batch and features of one are lost"


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    return g.squeeze().flatten(1).norm(dim=1)


# %% wrong: "evaluation mode, and then training mode"


def input_grad_norms(rnn, x):
    rnn.eval()
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    rnn.train()
    return g.flatten(1).norm(dim=1)


# %% wrong: "relative to the last step"


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    n = g.flatten(1).norm(dim=1)
    return n / n[-1]


# %% wrong: one direction of the last state stood for the last step


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        _, h = rnn(leaf)
        h = h[0] if isinstance(h, tuple) else h
        (g,) = torch.autograd.grad(h[-1].sum(), leaf)
    return g.flatten(1).norm(dim=1)


# %% wrong: the states of all layers were differentiated


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        _, h = rnn(leaf)
        h = h[0] if isinstance(h, tuple) else h
        (g,) = torch.autograd.grad(h.sum(), leaf)
    return g.flatten(1).norm(dim=1)


# %% wrong: "an LSTM only"


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        _, (h, c) = rnn(leaf)
        (g,) = torch.autograd.grad(h[-1].sum(), leaf)
    return g.flatten(1).norm(dim=1)


# %% wrong: "parameters frozen and thawed"


def input_grad_norms(rnn, x):
    rnn.requires_grad_(False)
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        rnn(leaf)[0][-1].sum().backward()
    rnn.requires_grad_(True)
    return leaf.grad.flatten(1).norm(dim=1)


# %% wrong: "result made on the default device"


def input_grad_norms(rnn, x):
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
    n = torch.zeros(len(x), dtype=x.dtype)
    return n + g.flatten(1).norm(dim=1)


# %% wrong: "each step alone, without what came before"


def input_grad_norms(rnn, x):
    norms = []
    for step in x:
        leaf = step.detach().clone()[None].requires_grad_()
        with torch.enable_grad():
            (g,) = torch.autograd.grad(rnn(leaf)[0][-1].sum(), leaf)
        norms.append(g.norm())
    return torch.stack(norms)


# %% equivalent: leaf = x.clone().requires_grad_()
# A clone of an x that requires gradients is no leaf, but autograd.grad takes any tensor of the graph, and stops there.

# %% equivalent: leaf = x.detach().requires_grad_()
# detach() gives another tensor over the same numbers; nothing is written to them, and x's own flag is untouched.

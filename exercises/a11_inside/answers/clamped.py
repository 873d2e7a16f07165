"""Answers to clamped for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch


def step(x_t, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, 1)
    return torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)


# %% right: a mask


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    mask = torch.arange(W_hh.shape[1], device=x.device) == unit
    hs, cs = [], []
    for t in range(len(x)):
        i, f, g, o = step(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        c = f * c + i * g
        if t >= start:
            c = torch.where(mask, torch.full_like(c, to), c)
        h = o * torch.tanh(c)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


# %% right: a copy that is written into


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    T, B, _ = x.shape
    H = W_hh.shape[1]
    h = torch.zeros(B, H, dtype=x.dtype, device=x.device)
    c = torch.zeros_like(h)
    output, cells = [], []
    for t, x_t in enumerate(x.unbind(0)):
        i, f, g, o = step(x_t, h, c, W_ih, W_hh, b_ih, b_hh)
        c = (f * c + i * g).clone()
        if not t < start:
            c[:, unit] = to
        h = o * c.tanh()
        output += [h]
        cells += [c]
    return torch.stack(output, 0), torch.stack(cells, 0)


# %% right: units put together again


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    B, H = x.shape[1], W_hh.shape[1]
    h, c = x.new_zeros(B, H), x.new_zeros(B, H)
    hs, cs = (), ()
    from_x = torch.nn.functional.linear(x, W_ih, b_ih + b_hh)
    for t in range(x.shape[0]):
        z = (from_x[t] + h @ W_hh.t()).view(B, 4, H)
        i, f, o = (z[:, k].sigmoid() for k in (0, 1, 3))
        c = i * z[:, 2].tanh() + f * c
        if t >= start:
            c = torch.cat([c[:, :unit], x.new_full((B, 1), to), c[:, unit + 1 :]], dim=1)
        h = c.tanh() * o
        hs, cs = hs + (h[None],), cs + (c[None],)
    return torch.cat(hs), torch.cat(cs)


# %% wrong: c is changed when all steps have been computed


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    hs, cs = [], []
    for x_t in x:
        i, f, g, o = step(x_t, h, c, W_ih, W_hh, b_ih, b_hh)
        c = f * c + i * g
        h = o * c.tanh()
        hs.append(h)
        cs.append(c)
    cs = torch.stack(cs).clone()
    cs[start:, :, unit] = to
    return torch.stack(hs), cs


# %% wrong: h is computed before c is held


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    mask = torch.arange(W_hh.shape[1], device=x.device) == unit
    hs, cs = [], []
    for t in range(len(x)):
        i, f, g, o = step(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        c = f * c + i * g
        h = o * torch.tanh(c)
        if t >= start:
            c = torch.where(mask, torch.full_like(c, to), c)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


# %% wrong: h is held, or h as well as c


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    mask = torch.arange(W_hh.shape[1], device=x.device) == unit
    hs, cs = [], []
    for t in range(len(x)):
        i, f, g, o = step(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        c = f * c + i * g
        h = o * torch.tanh(c)
        if t >= start:
            h = torch.where(mask, torch.full_like(h, to), h)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


# %% wrong: h is held, or h as well as c


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    mask = torch.arange(W_hh.shape[1], device=x.device) == unit
    hs, cs = [], []
    for t in range(len(x)):
        i, f, g, o = step(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        c = f * c + i * g
        if t >= start:
            c = torch.where(mask, torch.full_like(c, to), c)
        h = o * torch.tanh(c)
        if t >= start:
            h = torch.where(mask, torch.full_like(h, to), h)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


# %% wrong: the value is added, or written through the input gate


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    mask = (torch.arange(W_hh.shape[1], device=x.device) == unit).to(x)
    hs, cs = [], []
    for t in range(len(x)):
        i, f, g, o = step(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        c = f * c + i * g
        if t >= start:
            c = c + to * mask
        h = o * torch.tanh(c)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


# %% wrong: h of the held unit lacks its tanh


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    mask = torch.arange(W_hh.shape[1], device=x.device) == unit
    hs, cs = [], []
    for t in range(len(x)):
        i, f, g, o = step(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        c = f * c + i * g
        h = o * torch.tanh(c)
        if t >= start:
            c = torch.where(mask, torch.full_like(c, to), c)
            h = torch.where(mask, o * to, h)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


# %% wrong: the clamp is on at other steps


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    mask = torch.arange(W_hh.shape[1], device=x.device) == unit
    hs, cs = [], []
    for t in range(len(x)):
        i, f, g, o = step(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        c = f * c + i * g
        if t > start:
            c = torch.where(mask, torch.full_like(c, to), c)
        h = o * torch.tanh(c)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


# %% wrong: the clamp is on at other steps


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    mask = torch.arange(W_hh.shape[1], device=x.device) == unit
    hs, cs = [], []
    for t in range(len(x)):
        i, f, g, o = step(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        c = torch.where(mask, torch.full_like(c, to), f * c + i * g)
        h = o * torch.tanh(c)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


# %% wrong: another unit is held, or a sequence of the batch


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    hs, cs = [], []
    for t in range(len(x)):
        i, f, g, o = step(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        c = (f * c + i * g).clone()
        if t >= start:
            c[:, unit - 1] = to
        h = o * torch.tanh(c)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


# %% wrong: nothing is held


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    hs, cs = [], []
    for x_t in x:
        i, f, g, o = step(x_t, h, c, W_ih, W_hh, b_ih, b_hh)
        c = f * c + i * g
        h = o * c.tanh()
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


# %% wrong: "cut off from the graph"


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    hs, cs = [], []
    for t in range(len(x)):
        i, f, g, o = step(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        c = (f * c + i * g).detach()
        if t >= start:
            c[:, unit] = to
        h = o * torch.tanh(c)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


# %% wrong: "the mask is on the default device"


def clamped(x, W_ih, W_hh, b_ih, b_hh, unit, to, start):
    h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    mask = torch.arange(W_hh.shape[1]) == unit
    hs, cs = [], []
    for t in range(len(x)):
        i, f, g, o = step(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        c = f * c + i * g
        if t >= start:
            c = torch.where(mask, torch.full_like(c, to), c)
        h = o * torch.tanh(c)
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)

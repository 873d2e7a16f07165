"""Answers to min_gru for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn
import torch.nn.functional as F

# %% right: everything inside the loop


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h = h_0
    out = []
    for t in range(x.shape[0]):
        z = torch.sigmoid(x[t] @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (x[t] @ weight_h.T + bias_h)
        out.append(h)
    return torch.stack(out, dim=0)


# %% right: F.linear before the loop, lerp in it


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    gates = F.linear(x, weight_z, bias_z).sigmoid()
    candidates = F.linear(x, weight_h, bias_h)
    states = [h_0]
    for z, c in zip(gates, candidates):
        states.append(torch.lerp(states[-1], c, z))
    return torch.stack(states[1:])


# %% right: written into an empty tensor's copy, einsum


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    T = x.size(0)
    z = 1 / (1 + torch.exp(-(torch.einsum("tbd,hd->tbh", x, weight_z) + bias_z)))
    c = torch.einsum("tbd,hd->tbh", x, weight_h) + bias_h
    rows = ()
    h = h_0
    for t in range(T):
        h = h + z[t] * (c[t] - h)
        rows = rows + (h[None],)
    return torch.cat(rows)


# %% right: both sums in one product


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    H = h_0.shape[-1]
    both = x @ torch.cat([weight_z, weight_h]).t() + torch.cat([bias_z, bias_h])
    z, c = torch.sigmoid(both[..., :H]), both[..., H:]
    h, hs = h_0, []
    for keep, add in zip((1 - z).unbind(0), (z * c).unbind(0)):
        h = keep * h + add
        hs.append(h)
    return torch.stack(hs)


# %% wrong: z and 1 - z were exchanged


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = z * h + (1 - z) * (step @ weight_h.T + bias_h)
        out.append(h)
    return torch.stack(out)


# %% wrong: nothing is forgotten


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = h + z * (step @ weight_h.T + bias_h)
        out.append(h)
    return torch.stack(out)


# %% wrong: the candidate is written whole


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + (step @ weight_h.T + bias_h)
        out.append(h)
    return torch.stack(out)


# %% wrong: the candidate went through a tanh


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * torch.tanh(step @ weight_h.T + bias_h)
        out.append(h)
    return torch.stack(out)


# %% wrong: the gate is not a sigmoid


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = step @ weight_z.T + bias_z
        h = (1 - z) * h + z * (step @ weight_h.T + bias_h)
        out.append(h)
    return torch.stack(out)


# %% wrong: the gate is not a sigmoid


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = torch.tanh(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (step @ weight_h.T + bias_h)
        out.append(h)
    return torch.stack(out)


# %% wrong: the state was never carried on


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    z = torch.sigmoid(x @ weight_z.T + bias_z)
    return (1 - z) * h_0 + z * (x @ weight_h.T + bias_h)


# %% wrong: h_0 was ignored


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = torch.zeros_like(h_0), []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (step @ weight_h.T + bias_h)
        out.append(h)
    return torch.stack(out)


# %% wrong: a bias was left out


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (step @ weight_h.T)
        out.append(h)
    return torch.stack(out)


# %% wrong: the weights of gate and candidate were exchanged


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = torch.sigmoid(step @ weight_h.T + bias_h)
        h = (1 - z) * h + z * (step @ weight_z.T + bias_z)
        out.append(h)
    return torch.stack(out)


# %% wrong: a weight was not transposed


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    if weight_z.shape[0] != weight_z.shape[1]:
        weight_z, weight_h = weight_z.T, weight_h.T
    h, out = h_0, []
    for step in x:
        z = torch.sigmoid(step @ weight_z + bias_z)
        h = (1 - z) * h + z * (step @ weight_h + bias_h)
        out.append(h)
    return torch.stack(out)


# %% wrong: only the last state was returned


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h = h_0
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (step @ weight_h.T + bias_h)
    return h


# %% wrong: the result begins with h_0


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    out = [h_0]
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        out.append((1 - z) * out[-1] + z * (step @ weight_h.T + bias_h))
    return torch.stack(out)


# %% wrong: the states are those before each step


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        out.append(h)
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (step @ weight_h.T + bias_h)
    return torch.stack(out)


# %% wrong: the states are joined, or batch first


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (step @ weight_h.T + bias_h)
        out.append(h)
    return torch.cat(out)


# %% wrong: the states are joined, or batch first


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (step @ weight_h.T + bias_h)
        out.append(h)
    return torch.stack(out, 1)


# %% wrong: the steps were read from the end


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in reversed(x):
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (step @ weight_h.T + bias_h)
        out.append(h)
    return torch.stack(out)


# %% wrong: the state was detached between the steps


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (step @ weight_h.T + bias_h)
        out.append(h)
        h = h.detach()
    return torch.stack(out)


# %% wrong: "h_0 is overwritten"


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    out = []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h_0 *= 1 - z
        h_0 += z * (step @ weight_h.T + bias_h)
        out.append(h_0.clone())
    return torch.stack(out)


# %% wrong: "always the same tensor"


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0.clone(), []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h.mul_(1 - z).add_(z * (step @ weight_h.T + bias_h))
        out.append(h)
    return torch.stack(out)


# %% wrong: "a result on the default device"


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    out = torch.zeros(x.shape[0], *h_0.shape, dtype=x.dtype)
    h = h_0
    for t, step in enumerate(x):
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (step @ weight_h.T + bias_h)
        out[t] = h
    return out + 0 * x.sum()


# %% wrong: "PyTorch's cell"


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    return nn.GRU(x.shape[-1], h_0.shape[-1])(x, h_0[None])[0]


# %% wrong: an axis of one was lost


def min_gru(x, weight_z, bias_z, weight_h, bias_h, h_0):
    h, out = h_0, []
    for step in x:
        z = torch.sigmoid(step @ weight_z.T + bias_z)
        h = (1 - z) * h + z * (step @ weight_h.T + bias_h)
        out.append(h)
    return torch.stack(out).squeeze(1)

"""Answers to log_scan for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import math

import torch
import torch.nn.functional as F

# %% right: as in the paper, with a padding of zeros


def log_scan(log_a, log_b, log_h_0):
    a_star = F.pad(torch.cumsum(log_a, dim=0), (0, 0, 0, 0, 1, 0))
    log_values = torch.cat([log_h_0.unsqueeze(0), log_b], dim=0)
    log_h0_plus_b_star = torch.logcumsumexp(log_values - a_star, dim=0)
    return (a_star + log_h0_plus_b_star)[1:]


# %% right: doubling with logaddexp


def log_scan(log_a, log_b, log_h_0):
    A, B = log_a, log_b
    k = 1
    while k < len(A):
        B = torch.cat([B[:k], torch.logaddexp(A[k:] + B[:-k], B[k:])])
        A = torch.cat([A[:k], A[k:] + A[:-k]])
        k *= 2
    return torch.logaddexp(A + log_h_0, B)


# %% right: h_0 apart from the b, joined at the end


def log_scan(log_a, log_b, log_h_0):
    total = log_a.cumsum(0)
    from_b = torch.logcumsumexp(log_b - total, 0)
    return total + torch.logaddexp(from_b, log_h_0.expand_as(from_b))


# %% wrong: it leaves log space on the way


def log_scan(log_a, log_b, log_h_0):
    h, out = log_h_0.exp(), []
    for a, b in zip(log_a.exp(), log_b.exp()):
        h = a * h + b
        out.append(h)
    return torch.stack(out).log()


# %% wrong: it leaves log space on the way


def log_scan(log_a, log_b, log_h_0):
    p = log_a.exp().cumprod(0)
    return (p * (log_h_0.exp() + (log_b.exp() / p).cumsum(0))).log()


# %% wrong: it leaves log space on the way


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s + torch.log(torch.cumsum(torch.cat([log_h_0[None], log_b - s]).exp(), 0))[1:]


# %% wrong: "it leaves log space, with an eps in the logarithm"


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s + torch.log(torch.cumsum(torch.cat([log_h_0[None], log_b - s]).exp(), 0) + 1e-12)[1:]


# %% wrong: it is a loop over the steps


def log_scan(log_a, log_b, log_h_0):
    h, out = log_h_0, []
    for a, b in zip(log_a, log_b):
        h = torch.logaddexp(a + h, b)
        out.append(h)
    return torch.stack(out)


# %% wrong: the states were returned, not their logarithms


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return torch.exp(s + torch.logcumsumexp(torch.cat([log_h_0[None], log_b - s]), 0)[1:])


# %% wrong: the sums of log_a were not added back


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return torch.logcumsumexp(torch.cat([log_h_0[None], log_b - s]), 0)[1:]


# %% wrong: the sums of log_a were not subtracted


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s + torch.logcumsumexp(torch.cat([log_h_0[None], log_b]), 0)[1:]


# %% wrong: the sums of log_a have the wrong sign


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s + torch.logcumsumexp(torch.cat([log_h_0[None], log_b + s]), 0)[1:]


# %% wrong: the factors are one step off


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s + torch.logcumsumexp(torch.cat([log_h_0[None], log_b - s + log_a]), 0)[1:]


# %% wrong: the factors are one step off


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s - log_a + torch.logcumsumexp(torch.cat([log_h_0[None], log_b - s]), 0)[1:]


# %% wrong: h_0 was ignored


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s + torch.logcumsumexp(log_b - s, 0)


# %% wrong: logarithms were added where numbers are


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s + torch.cumsum(torch.cat([log_h_0[None], log_b - s]), 0)[1:]


# %% wrong: the largest term was taken for the sum


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s + torch.cummax(torch.cat([log_h_0[None], log_b - s]), 0).values[1:]


# %% wrong: each state is a sum over all steps


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s + torch.logsumexp(torch.cat([log_h_0[None], log_b - s]), 0)


# %% wrong: the result begins with h_0


def log_scan(log_a, log_b, log_h_0):
    s = torch.cat([torch.zeros_like(log_h_0)[None], log_a.cumsum(0)])
    return s + torch.logcumsumexp(torch.cat([log_h_0[None], log_b]) - s, 0)


# %% wrong: only the last state was returned


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s[-1] + torch.logsumexp(torch.cat([log_h_0[None], log_b - s]), 0)


# %% wrong: the running sum goes along the wrong axis


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    return s + torch.logcumsumexp(torch.cat([log_h_0[None], log_b - s]), -1)[1:]


# %% wrong: the graph was cut


def log_scan(log_a, log_b, log_h_0):
    with torch.no_grad():
        s = log_a.cumsum(0)
        states = s + torch.logcumsumexp(torch.cat([log_h_0[None], log_b - s]), 0)[1:]
    return states


# %% wrong: "a loop, and the state detached in it"


def log_scan(log_a, log_b, log_h_0):
    h, out = log_h_0, []
    for a, b in zip(log_a, log_b):
        h = torch.logaddexp(a + h, b)
        out.append(h)
        h = h.detach()
    return torch.stack(out)


# %% wrong: "a large negative number stands for -inf"


def log_scan(log_a, log_b, log_h_0):
    log_h_0 = log_h_0.clamp(min=0)
    s = log_a.cumsum(0)
    return s + torch.logcumsumexp(torch.cat([log_h_0[None], log_b - s]), 0)[1:]


# %% wrong: "nan where a sequence starts from 0"


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    terms = torch.cat([log_h_0[None], log_b - s])
    top = terms.cummax(0).values
    out, total = [], None
    total = torch.exp(terms[0] - top[0])
    for t in range(1, len(terms)):
        total = total * torch.exp(top[t - 1] - top[t]) + torch.exp(terms[t] - top[t])
        out.append(s[t - 1] + top[t] + total.log())
    return torch.stack(out)


# %% wrong: "in float64, returned so"


def log_scan(log_a, log_b, log_h_0):
    a, b, h = log_a.double(), log_b.double(), log_h_0.double()
    s = a.cumsum(0)
    return s + torch.logcumsumexp(torch.cat([h[None], b - s]), 0)[1:]


# %% wrong: "log_b is overwritten"


def log_scan(log_a, log_b, log_h_0):
    s = log_a.cumsum(0)
    log_b -= s
    return s + torch.logcumsumexp(torch.cat([log_h_0[None], log_b]), 0)[1:]


# %% wrong: "zeros on the default device"


def log_scan(log_a, log_b, log_h_0):
    s = torch.cat([torch.zeros(1, *log_h_0.shape, dtype=log_a.dtype), log_a.cumsum(0)])
    return (s + torch.logcumsumexp(torch.cat([log_h_0[None], log_b]) - s, 0))[1:]

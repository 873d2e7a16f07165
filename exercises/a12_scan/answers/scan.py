"""Answers to scan for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import math

import torch
import torch.nn.functional as F

# %% right: padded with the map that does nothing


def scan(a, b, h_0):
    T = a.shape[0]
    k = 1
    while k < T:
        before_a = torch.cat([torch.ones_like(a[:k]), a[:-k]])
        before_b = torch.cat([torch.zeros_like(b[:k]), b[:-k]])
        a, b = a * before_a, a * before_b + b
        k *= 2
    return a * h_0 + b


# %% right: h_0 as a step of its own


def scan(a, b, h_0):
    A = torch.cat([torch.zeros_like(h_0)[None], a])
    B = torch.cat([h_0.unsqueeze(0), b])
    for i in range(math.ceil(math.log2(len(A)))):
        n = 2**i
        B = torch.cat((B[:n], B[n:] + A[n:] * B[:-n]), dim=0)
        A = torch.cat((A[:n], A[n:] * A[:-n]), dim=0)
    return B[1:]


# %% right: F.pad on the axis of time, shift by shift


def scan(a, b, h_0):
    steps = len(a)
    shift = 1
    while shift < steps:
        pa = F.pad(a[:-shift], (0, 0, 0, 0, shift, 0), value=1.0)
        pb = F.pad(b[:-shift], (0, 0, 0, 0, shift, 0))
        b = torch.addcmul(b, a, pb)
        a = a * pa
        shift += shift
    return torch.addcmul(b, a, h_0.expand_as(a))


# %% right: recursive, by pairs of neighbours


def scan(a, b, h_0):
    def prefix(a, b):
        T = len(a)
        if T == 1:
            return a, b
        even = T - T % 2
        a0, a1, b0, b1 = a[0:even:2], a[1:even:2], b[0:even:2], b[1:even:2]
        pa, pb = prefix(a1 * a0, a1 * b0 + b1)  # after each odd step
        qa = torch.cat([a[:1], pa[: (T - 1) // 2] * a[2::2]])
        qb = torch.cat([b[:1], a[2::2] * pb[: (T - 1) // 2] + b[2::2]])
        n = T // 2
        ra = torch.stack([qa[:n], pa], 1).flatten(0, 1)
        rb = torch.stack([qb[:n], pb], 1).flatten(0, 1)
        return (ra, rb) if T % 2 == 0 else (torch.cat([ra, qa[n:]]), torch.cat([rb, qb[n:]]))

    A, B = prefix(a, b)
    return A * h_0 + B


# %% wrong: it is a loop over the steps


def scan(a, b, h_0):
    h, out = h_0, []
    for t in range(len(a)):
        h = a[t] * h + b[t]
        out.append(h)
    return torch.stack(out)


# %% wrong: it is a loop over the steps


def scan(a, b, h_0):
    h, out = h_0, []
    for a_t, b_t in zip(a.unbind(), b.unbind()):
        h = torch.addcmul(b_t, a_t, h)
        out.append(h)
    return torch.stack(out)


# %% wrong: it is a loop over the steps


def scan(a, b, h_0):
    h = a * h_0 + b
    for t in range(1, len(a)):
        h = torch.cat([h[:t], (a[t] * h[t - 1] + b[t])[None], h[t + 1 :]])
    return h


# %% wrong: it divides by the product of the factors


def scan(a, b, h_0):
    p = torch.cumprod(a, 0)
    return p * (h_0 + torch.cumsum(b / p, 0))


# %% wrong: it divides by the product of the factors


def scan(a, b, h_0):
    p = torch.cumprod(a, 0) + 1e-8
    return p * (h_0 + torch.cumsum(b / p, 0))


# %% wrong: it takes the logarithm of the factors


def scan(a, b, h_0):
    s = torch.cumsum(torch.log(a), 0)
    return torch.exp(s) * (h_0 + torch.cumsum(b * torch.exp(-s), 0))


# %% wrong: h_0 was ignored


def scan(a, b, h_0):
    k = 1
    while k < len(a):
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        a = torch.cat([a[:k], a[k:] * a[:-k]])
        k *= 2
    return b


# %% wrong: h_0 was added to every state


def scan(a, b, h_0):
    k = 1
    while k < len(a):
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        a = torch.cat([a[:k], a[k:] * a[:-k]])
        k *= 2
    return b + h_0


# %% wrong: h_0 was added to every state


def scan(a, b, h_0):
    b = torch.cat([b[:1] + h_0, b[1:]])
    k = 1
    while k < len(a):
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        a = torch.cat([a[:k], a[k:] * a[:-k]])
        k *= 2
    return b


# %% wrong: the offset was not doubled


def scan(a, b, h_0):
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])
    for _ in range(math.ceil(math.log2(len(a)))):
        b = torch.cat([b[:1], a[1:] * b[:-1] + b[1:]])
        a = torch.cat([a[:1], a[1:] * a[:-1]])
    return b


# %% wrong: the offset was not doubled


def scan(a, b, h_0):
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])
    rounds = math.ceil(math.log2(len(a)))
    for k in range(1, rounds + 1):
        if k < len(a):
            b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
            a = torch.cat([a[:k], a[k:] * a[:-k]])
    return b


# %% wrong: a round was left out


def scan(a, b, h_0):
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])
    for i in range(int(math.log2(len(a)))):
        k = 2**i
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        a = torch.cat([a[:k], a[k:] * a[:-k]])
    return b


# %% wrong: a round was left out


def scan(a, b, h_0):
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])
    k = 1
    while 2 * k < len(a):
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        a = torch.cat([a[:k], a[k:] * a[:-k]])
        k *= 2
    return b


# %% wrong: the factors were not combined


def scan(a, b, h_0):
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])
    k = 1
    while k < len(a):
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        k *= 2
    return b


# %% wrong: the factors were replaced before they were used


def scan(a, b, h_0):
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])
    k = 1
    while k < len(a):
        a = torch.cat([a[:k], a[k:] * a[:-k]])
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        k *= 2
    return b


# %% wrong: the two maps were combined in the other order


def scan(a, b, h_0):
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])
    k = 1
    while k < len(a):
        b = torch.cat([b[:k], a[:-k] * b[k:] + b[:-k]])
        a = torch.cat([a[:k], a[k:] * a[:-k]])
        k *= 2
    return b


# %% wrong: the factors were added


def scan(a, b, h_0):
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])
    k = 1
    while k < len(a):
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        a = torch.cat([a[:k], a[k:] + a[:-k]])
        k *= 2
    return b


# %% wrong: the end came round to the front


def scan(a, b, h_0):
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])
    k = 1
    while k < len(a):
        a, b = a * torch.roll(a, k, 0), a * torch.roll(b, k, 0) + b
        k *= 2
    return b


# %% wrong: the factors were forgotten


def scan(a, b, h_0):
    return h_0 + b.cumsum(0)


# %% wrong: the factors were forgotten


def scan(a, b, h_0):
    return a.cumprod(0) * h_0 + b.cumsum(0)


# %% wrong: only one step was taken


def scan(a, b, h_0):
    return a * h_0 + b


# %% wrong: only the last state was returned


def scan(a, b, h_0):
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])
    k = 1
    while k < len(a):
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        a = torch.cat([a[:k], a[k:] * a[:-k]])
        k *= 2
    return b[-1]


# %% wrong: the result begins with h_0


def scan(a, b, h_0):
    a = torch.cat([torch.zeros_like(a[:1]), a])
    b = torch.cat([h_0[None], b])
    k = 1
    while k < len(a):
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        a = torch.cat([a[:k], a[k:] * a[:-k]])
        k *= 2
    return b


# %% wrong: the steps were read from the end


def scan(a, b, h_0):
    a, b = a.flip(0), b.flip(0)
    b = torch.cat([a[:1] * h_0 + b[:1], b[1:]])
    k = 1
    while k < len(a):
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        a = torch.cat([a[:k], a[k:] * a[:-k]])
        k *= 2
    return b.flip(0)


# %% wrong: the graph was cut


def scan(a, b, h_0):
    states, k = torch.cat([a[:1] * h_0 + b[:1], b[1:]]).detach(), 1
    factors = a.detach()
    while k < len(a):
        states, factors = (
            torch.cat([states[:k], factors[k:] * states[:-k] + states[k:]]),
            torch.cat([factors[:k], factors[k:] * factors[:-k]]),
        )
        k *= 2
    return a * torch.cat([h_0[None], states[:-1]]) + b


# %% wrong: "a loop, and the state detached in it"


def scan(a, b, h_0):
    h, out = h_0, []
    for t in range(len(a)):
        h = a[t] * h + b[t]
        out.append(h)
        h = h.detach()
    return torch.stack(out)


# %% wrong: "b is overwritten"


def scan(a, b, h_0):
    b[0] += a[0] * h_0
    k = 1
    while k < len(a):
        b = torch.cat([b[:k], a[k:] * b[:-k] + b[k:]])
        a = torch.cat([a[:k], a[k:] * a[:-k]])
        k *= 2
    return b


# %% wrong: "padding on the default device"


def scan(a, b, h_0):
    k = 1
    while k < len(a):
        before_a = torch.cat([torch.ones(k, *h_0.shape, dtype=a.dtype), a[:-k]])
        before_b = torch.cat([torch.zeros(k, *h_0.shape, dtype=a.dtype), b[:-k]])
        a, b = a * before_a, a * before_b + b
        k *= 2
    return a * h_0 + b


# %% wrong: "in NumPy"


def scan(a, b, h_0):
    h, out = h_0.detach().numpy(), []
    for x, y in zip(a.detach().numpy(), b.detach().numpy()):
        h = x * h + y
        out.append(torch.from_numpy(h))
    return torch.stack(out)


# %% wrong: "padded to a power of two, never cut back"


def scan(a, b, h_0):
    T = len(a)
    n = 1 << (T - 1).bit_length()
    a = torch.cat([a, a.new_ones(n - T, *h_0.shape)])
    b = torch.cat([b, b.new_zeros(n - T, *h_0.shape)])
    k = 1
    while k < n:
        before_a = torch.cat([torch.ones_like(a[:k]), a[:-k]])
        before_b = torch.cat([torch.zeros_like(b[:k]), b[:-k]])
        a, b = a * before_a, a * before_b + b
        k *= 2
    return a * h_0 + b


# %% equivalent: while offset <= len(a):
# With an offset of T the round keeps all T entries and adds none: b[:T] is b, and what is behind it is empty.

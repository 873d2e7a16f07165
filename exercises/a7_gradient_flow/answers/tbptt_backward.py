"""Answers to tbptt_backward for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import math

import torch
import torch.nn.functional as F
from torch import nn


def cut(state):
    return tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()


# %% right: a range, mse_loss with a sum


def tbptt_backward(rnn, head, x, y, chunk_len):
    N = y.numel()
    total = 0.0
    h = None
    for start in range(0, x.size(0), chunk_len):
        end = start + chunk_len
        if isinstance(h, tuple):
            h = (h[0].detach(), h[1].detach())
        elif h is not None:
            h = h.detach()
        out, h = rnn(x[start:end], h)
        loss = F.mse_loss(head(out), y[start:end], reduction="sum") / N
        loss.backward()
        total += float(loss)
    return total


# %% right: one backward at the end, through detached seams


def tbptt_backward(rnn, head, x, y, chunk_len):
    predictions, state = [], None
    for piece in torch.split(x, chunk_len, dim=0):
        output, state = rnn(piece, state)
        predictions.append(head(output))
        state = cut(state)
    loss = F.mse_loss(torch.cat(predictions), y)
    loss.backward()
    return loss.item()


# %% right: autograd.grad, added by hand


def tbptt_backward(rnn, head, x, y, chunk_len):
    params = [p for p in [*rnn.parameters(), *head.parameters()] if p.requires_grad]
    total, state, t = 0.0, None, 0
    while t < len(x):
        n = min(chunk_len, len(x) - t)
        output, state = rnn(x.narrow(0, t, n), state)
        loss = (head(output) - y.narrow(0, t, n)).pow(2).sum().div(y.numel())
        for p, g in zip(params, torch.autograd.grad(loss, params)):
            p.grad = g.clone() if p.grad is None else p.grad + g
        total += loss.item()
        state = cut(state)
        t += n
    return total


# %% right: the mean of a chunk, weighted by its share


def tbptt_backward(rnn, head, x, y, chunk_len):
    T, total, state = y.shape[0], 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = nn.MSELoss()(head(output), b) * (len(b) / T)
        loss.backward()
        total += loss.detach().item()
        state = cut(state)
    return total


# %% right: detach_ in place


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for k in range(math.ceil(len(x) / chunk_len)):
        where = slice(k * chunk_len, (k + 1) * chunk_len)
        output, state = rnn(x[where], state)
        loss = torch.sum((head(output) - y[where]) ** 2) / y.numel()
        loss.backward()
        total += loss.item()
        state = [s.data for s in state] if isinstance(state, tuple) else state.data
        state = tuple(state) if isinstance(state, list) else state
    return total


# %% right: step by step, detached at the seams


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state, loss = 0.0, None, 0.0
    for t in range(len(x)):
        output, state = rnn(x[t : t + 1], state)
        loss = loss + (head(output) - y[t : t + 1]).square().sum() / y.numel()
        if (t + 1) % chunk_len == 0 or t + 1 == len(x):
            loss.backward()
            total += loss.item()
            loss, state = 0.0, cut(state)
    return total


# %% right: recursive


def tbptt_backward(rnn, head, x, y, chunk_len, state=None, N=None):
    N = N or y.numel()
    if len(x) == 0:
        return 0.0
    output, state = rnn(x[:chunk_len], state)
    error = (head(output) - y[:chunk_len]).reshape(-1)
    loss = torch.dot(error, error) / N
    loss.backward()
    return loss.item() + tbptt_backward(rnn, head, x[chunk_len:], y[chunk_len:], chunk_len, cut(state), N)


# %% right: states first without gradients, then each chunk by itself


def tbptt_backward(rnn, head, x, y, chunk_len):
    pieces, wanted = x.split(chunk_len), y.split(chunk_len)
    starts, state = [None], None
    with torch.no_grad():
        for piece in pieces[:-1]:
            _, state = rnn(piece, state)
            starts.append(state)
    losses = []
    for piece, target, start in zip(pieces, wanted, starts):
        losses.append((head(rnn(piece, start)[0]) - target).square().sum() / y.numel())
    for loss in reversed(losses):
        loss.backward()
    return sum(loss.item() for loss in losses)


# %% right: fresh leaves for the state


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0, None
    for i in range(0, x.shape[0], chunk_len):
        a, b = x[i : i + chunk_len], y[i : i + chunk_len]
        out, new = rnn(a) if state is None else rnn(a, state)
        diff = head(out) - b
        loss = torch.einsum("tbo,tbo->", diff, diff) / torch.numel(y)
        loss.backward()
        total += loss.item()
        fresh = lambda s: s.detach().clone().requires_grad_()
        state = (fresh(new[0]), fresh(new[1])) if type(new) is tuple else fresh(new)
    return total


# %% right: the sum kept as a tensor, made a float at the end


def tbptt_backward(rnn, head, x, y, chunk_len):
    total = torch.zeros((), dtype=x.dtype, device=x.device)
    state = None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        out, state = rnn(a, state)
        loss = (head(out) - b).norm() ** 2 / y.numel()
        loss.backward()
        total += loss.detach()
        state = cut(state)
    return float(total)


# %% wrong: the state was not detached


def tbptt_backward(rnn, head, x, y, chunk_len):
    losses, state = [], None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        losses.append((head(output) - b).square().sum() / y.numel())
    loss = sum(losses)
    loss.backward()
    return loss.item()


# %% wrong: the state was not detached


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward(retain_graph=True)
        total += loss.item()
    return total


# %% wrong: "the state was not detached, and backward fails"


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
    return total


# %% wrong: only one part of the LSTM's state was detached


def tbptt_backward(rnn, head, x, y, chunk_len):
    losses, state = [], None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        losses.append((head(output) - b).square().sum() / y.numel())
        state = (state[0].detach(), state[1]) if isinstance(state, tuple) else state.detach()
    sum(losses).backward()
    return sum(losses).item()


# %% wrong: only one part of the LSTM's state was detached


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward(retain_graph=True)
        total += loss.item()
        state = (state[0], state[1].detach()) if isinstance(state, tuple) else state.detach()
    return total


# %% wrong: every chunk started from zeros


def tbptt_backward(rnn, head, x, y, chunk_len):
    total = 0.0
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, _ = rnn(a)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
    return total


# %% wrong: each chunk's own mean was taken


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = F.mse_loss(head(output), b)
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: each chunk's own mean was taken


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state, n = 0.0, None, len(x.split(chunk_len))
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = F.mse_loss(head(output), b) / n
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: the sum was divided by another number


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum()
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: the sum was divided by another number


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / (y.size(0) * y.size(1))
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: the caller's gradients were overwritten


def tbptt_backward(rnn, head, x, y, chunk_len):
    rnn.zero_grad()
    head.zero_grad()
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: only the last chunk was pulled back


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        total += loss.item()
        state = cut(state)
    loss.backward()
    return total


# %% wrong: only the last chunk was pulled back


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        rnn.zero_grad()
        head.zero_grad()
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: the loss of the last chunk was returned


def tbptt_backward(rnn, head, x, y, chunk_len):
    state = None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        state = cut(state)
    return loss.item()


# %% wrong: the last, shorter chunk was left out


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for k in range(max(1, len(x) // chunk_len)):
        a, b = x[k * chunk_len :][:chunk_len], y[k * chunk_len :][:chunk_len]
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: chunk_len was taken for the number of chunks


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.chunk(chunk_len), y.chunk(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: nothing was pulled back


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        total += ((head(output) - b).square().sum() / y.numel()).item()
        state = cut(state)
    return total


# %% wrong: the output was detached, not the state


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output.detach()) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
    return total


# %% wrong: a tensor was returned in place of a float


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total = total + loss.detach()
        state = cut(state)
    return total


# %% wrong: a tensor was returned in place of a float


def tbptt_backward(rnn, head, x, y, chunk_len):
    losses, state = [], None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        losses.append(loss.item())
        state = cut(state)
    return losses


# %% wrong: "an optimiser's step"


def tbptt_backward(rnn, head, x, y, chunk_len):
    optimizer = torch.optim.SGD([*rnn.parameters(), *head.parameters()], lr=0.1)
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = cut(state)
    optimizer.step()
    return total


# %% wrong: "gradients clipped"


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = cut(state)
    nn.utils.clip_grad_norm_(rnn.parameters(), 0.01)
    return total


# %% wrong: "training mode switched on"


def tbptt_backward(rnn, head, x, y, chunk_len):
    rnn.train()
    head.train()
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: "the mode of the head alone"


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        head.eval()
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = cut(state)
    head.train()
    return total


# %% wrong: "an LSTM only"


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, (h, c) = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = (h.detach(), c.detach())
    return total


# %% wrong: "a single tensor for the state"


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = state.detach()
    return total


# %% wrong: "the cell state started anew at each chunk"


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = (
            (state[0].detach(), torch.zeros_like(state[1])) if isinstance(state, tuple) else state.detach()
        )
    return total


# %% wrong: "absolute errors"


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).abs().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: "only the last step of each chunk"


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output[-1]) - b[-1]).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: "cut along the batch"


def tbptt_backward(rnn, head, x, y, chunk_len):
    total = 0.0
    for a, b in zip(x.split(chunk_len, 1), y.split(chunk_len, 1)):
        output, _ = rnn(a)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
    return total


# %% wrong: "the whole sequence at once"


def tbptt_backward(rnn, head, x, y, chunk_len):
    output, _ = rnn(x)
    loss = F.mse_loss(head(output), y)
    loss.backward()
    return loss.item()


# %% wrong: "the total divided by the number of chunks"


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state, n = 0.0, None, 0
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        n += 1
        state = cut(state)
    return total / n


# %% wrong: "gradients of the inputs as well"


def tbptt_backward(rnn, head, x, y, chunk_len):
    x.requires_grad_()
    total, state = 0.0, None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% wrong: "a total on the default device"


def tbptt_backward(rnn, head, x, y, chunk_len):
    total, state = torch.zeros(1), None
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total = total + loss.detach()
        state = cut(state)
    return total.item()


# %% wrong: "zeros to start from on the default device"


def tbptt_backward(rnn, head, x, y, chunk_len):
    zeros = torch.zeros(rnn.num_layers, x.shape[1], rnn.hidden_size, dtype=x.dtype)
    state = (zeros, zeros) if isinstance(rnn, nn.LSTM) else zeros
    total = 0.0
    for a, b in zip(x.split(chunk_len), y.split(chunk_len)):
        output, state = rnn(a, state)
        loss = (head(output) - b).square().sum() / y.numel()
        loss.backward()
        total += loss.item()
        state = cut(state)
    return total


# %% equivalent: for piece, wanted in zip(x.split(chunk_len), y.split(chunk_len)):
# x and y have equally many steps, and so equally many pieces.

# %% equivalent: for piece, wanted in zip(x.split(chunk_len), y.split(chunk_len), strict=False):
# x and y have equally many steps, and so equally many pieces.

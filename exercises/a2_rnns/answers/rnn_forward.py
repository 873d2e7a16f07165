"""Answers to rnn_forward for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: all inputs at once, then the steps


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = {"tanh": torch.tanh, "relu": torch.relu}[nonlinearity]
    z = x @ W_ih.T + (b_ih + b_hh)
    h = torch.zeros_like(z[0]) if h0 is None else h0.squeeze(0)
    output = []
    for t in range(x.size(0)):
        h = f(z[t] + h @ W_hh.T)
        output.append(h)
    return torch.stack(output, 0), h.unsqueeze(0)


# %% right: with one axis more throughout


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    h = torch.zeros(1, x.shape[1], W_hh.shape[1], dtype=x.dtype, device=x.device) if h0 is None else h0
    outputs = []
    for t in range(len(x)):
        z = x[t : t + 1] @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        h = z.tanh() if nonlinearity == "tanh" else z.clamp(min=0)
        outputs.append(h)
    return torch.cat(outputs), h


# %% right: recursive


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    act = torch.tanh if nonlinearity == "tanh" else torch.relu
    if h0 is None:
        h0 = x.new_zeros((1, x.shape[1], W_hh.shape[0]))
    h = act(torch.nn.functional.linear(x[:1], W_ih, b_ih) + torch.nn.functional.linear(h0, W_hh, b_hh))
    if len(x) == 1:
        return h, h
    rest, last = rnn_forward(x[1:], h, W_ih, W_hh, b_ih, b_hh, nonlinearity)
    return torch.cat([h, rest]), last


# %% right: written into a tensor


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    T, B, _ = x.shape
    f = getattr(torch, nonlinearity)
    h = h0[0] if h0 is not None else x.new_zeros(B, len(b_ih))
    output = x.new_empty(T, B, len(b_ih))
    for t in range(T):
        h = f(torch.einsum("bi,hi->bh", x[t], W_ih) + h @ W_hh.t() + b_ih + b_hh)
        output[t] = h
    return output, output[-1:].clone()


# %% wrong: the state was never carried on


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h_t = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h_t)
    return torch.stack(out), h_t[None]


# %% wrong: h0 was ignored


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0])
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: the nonlinearity was ignored


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = torch.tanh(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: the nonlinearity was ignored


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = torch.relu(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: one of the two biases was left out


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: one of the two biases was left out


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: h_n lost its first axis


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h


# %% wrong: output kept the layer's axis


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(1, x.shape[1], W_hh.shape[0]) if h0 is None else h0
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h


# %% wrong: output holds the states before each step


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        old = h
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(old)
    return torch.stack(out), h[None]


# %% wrong: output begins with h0


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = [h]
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: h_n is not the last state


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), out[0][None]


# %% wrong: the sequence was read from its end


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x.flip(0):
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: the sequence was read from its end


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in reversed(x):
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out[::-1]), h[None]


# %% wrong: time and batch were taken for each other


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[0], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x.transpose(0, 1):
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out, 1), h[None]


# %% wrong: the graph was cut


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h.detach() @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: the graph was cut


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h.detach())
    return torch.stack(out), h[None]


# %% wrong: the graph was cut


@torch.no_grad()
def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: "h0 overwritten"


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h0.data.copy_(h[None]) if h0 is not None else h[None]


# %% wrong: "zeros on the default device"


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = torch.zeros(x.shape[1], W_hh.shape[0], dtype=x.dtype) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: "zeros of the default dtype"


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = torch.zeros(x.shape[1], W_hh.shape[0], device=x.device) if h0 is None else h0[0].float()
    out = []
    for step in x:
        h = f(step.float() @ W_ih.T.float() + b_ih.float() + h @ W_hh.T.float() + b_hh.float())
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: "a random start"


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = torch.randn(x.shape[1], W_hh.shape[0], dtype=x.dtype, device=x.device) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: "only the last output"


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return h[None], h[None]


# %% wrong: "the nonlinearity misread"


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.sigmoid if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out), h[None]


# %% wrong: "squeezed"


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    out = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return torch.stack(out).squeeze(), h[None]


# %% wrong: a bias was added twice


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    outputs = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh + b_ih)
        outputs.append(h)
    return torch.stack(outputs), h[None]


# %% wrong: output is batch first


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    outputs = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        outputs.append(h)
    return torch.stack(outputs, dim=1), h[None]


# %% wrong: the states were joined instead of stacked


def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    f = torch.relu if nonlinearity == "relu" else torch.tanh
    h = x.new_zeros(x.shape[1], W_hh.shape[0]) if h0 is None else h0[0]
    outputs = []
    for step in x:
        h = f(step @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        outputs.append(h)
    return torch.cat(outputs), h[None]


# %% equivalent: h = x.new_zeros(x.shape[1], W_hh.shape[1]) if h0 is None else h0[0]
# W_hh is square, (H, H): both of its axes have H.

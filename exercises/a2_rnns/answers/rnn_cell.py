"""Answers to rnn_cell for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: nn.functional.linear twice


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    from torch.nn.functional import linear

    return (linear(x, W_ih, b_ih) + linear(h, W_hh, b_hh)).tanh()


# %% right: one product of what is put side by side


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    both = torch.cat([x, h], dim=1)
    weights = torch.cat([W_ih, W_hh], dim=1)
    return torch.tanh(both @ weights.T + (b_ih + b_hh))


# %% right: einsum


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    z = torch.einsum("bi,hi->bh", x, W_ih) + torch.einsum("bk,hk->bh", h, W_hh)
    return torch.tanh(z + b_ih + b_hh)


# %% right: row after row, tanh by sigmoid


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    rows = []
    for b in range(x.shape[0]):
        z = W_ih.mv(x[b]) + W_hh.mv(h[b]) + b_ih + b_hh
        rows.append(2 * torch.sigmoid(2 * z) - 1)
    return torch.stack(rows)


# %% right: addmm


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    z = torch.addmm(b_ih, x, W_ih.t())
    z = z + torch.addmm(b_hh, h, W_hh.t())
    return torch.tanh(z)


# %% wrong: one of the two biases was left out


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T)


# %% wrong: one of the two biases was left out


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + h @ W_hh.T + b_hh)


# %% wrong: both biases were left out


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + h @ W_hh.T)


# %% wrong: the old hidden state was left out


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih + b_hh)


# %% wrong: the old hidden state was left out


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih)


# %% wrong: the tanh was left out


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return x @ W_ih.T + b_ih + h @ W_hh.T + b_hh


# %% wrong: another activation took the place of the tanh


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.sigmoid(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)


# %% wrong: another activation took the place of the tanh


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.relu(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)


# %% wrong: a weight matrix was not transposed


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih + h @ W_hh + b_hh)


# %% wrong: a weight matrix was not transposed


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih + b_ih + h @ W_hh + b_hh)


# %% wrong: the two weight matrices were exchanged


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_hh.T + b_ih + h @ W_ih.T + b_hh)


# %% wrong: the tanh was taken of each part before the sum


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih) + torch.tanh(h @ W_hh.T + b_hh)


# %% wrong: the old state was added to the new one


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return h + torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)


# %% wrong: the graph was cut


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).detach()


# %% wrong: the graph was cut


@torch.no_grad()
def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)


# %% wrong: the old state was overwritten


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    h_new = torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    h.data.copy_(h_new)
    return h_new


# %% wrong: "the state detached"


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih + h.detach() @ W_hh.T + b_hh)


# %% wrong: "the weights by .data"


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.data.T + b_ih + h @ W_hh.data.T + b_hh)


# %% wrong: "squeezed"


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).squeeze()


# %% wrong: "float32 inside"


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    z = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).float()
    return torch.tanh(z).to(x.dtype)


# %% wrong: "seeds the random numbers"


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    torch.manual_seed(0)
    return torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)


# %% wrong: "zeros on the default device"


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    z = torch.zeros(x.shape[0], h.shape[1], dtype=x.dtype) + x @ W_ih.T + b_ih + h @ W_hh.T + b_hh
    return torch.tanh(z)


# %% wrong: the weights stand on the left of x and h


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(W_ih @ x + b_ih + W_hh @ h + b_hh)


# %% wrong: a bias was added twice


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih + b_hh + h @ W_hh.T + b_ih + b_hh)


# %% wrong: a bias was added twice


def rnn_cell(x, h, W_ih, W_hh, b_ih, b_hh):
    return torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_ih)

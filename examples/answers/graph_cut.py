"""The cell works on .data: right numbers, no gradients."""

import torch


def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    z = x.data @ W_ih.data.T + b_ih.data + h.data @ W_hh.data.T + b_hh.data
    i, f, g, o = z.chunk(4, 1)
    c_new = torch.sigmoid(f) * c.data + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c_new), c_new

"""Right: chunk for the cell, nn.LSTM's own states for the gates, a slice assignment for the bias, a test of values,
gradients and arguments."""

import torch
from torch import nn


def order_rnn_forward():
    return "K D G B J F A"


def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, 1)
    c_new = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c_new.tanh(), c_new


def gate_values(lstm, x):
    out, _ = lstm(x)
    t = int(lstm.batch_first)
    h = torch.cat([torch.zeros_like(out[:, :1] if t else out[:1]), out[:, :-1] if t else out[:-1]], t)
    z = x @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
    i, f, g, o = z.chunk(4, -1)
    return {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    h = lstm.hidden_size
    with torch.no_grad():
        for name, p in lstm.named_parameters():
            if "bias" in name:
                p[h : 2 * h] = value if "ih" in name else 0.0
    return lstm


def test_lstm_cell(lstm_cell):
    torch.manual_seed(0)

    def right(x, h, c, *weights):
        cell = nn.LSTMCell(x.shape[1], h.shape[1]).double()
        named = dict(zip((name for name, _ in cell.named_parameters()), weights, strict=True))
        return torch.func.functional_call(cell, named, (x, (h, c)))

    def slopes(step, arguments):
        leaves = [each.clone().requires_grad_() for each in arguments]
        return torch.autograd.grad(sum((each**2).sum() for each in step(*leaves)), leaves)

    for batch, inputs, hidden in ((2, 3, 4), (1, 3, 1), (3, 3, 3)):
        shapes = [(batch, inputs), (batch, hidden), (batch, hidden)]
        shapes += [each.shape for each in nn.LSTMCell(inputs, hidden).parameters()]
        given = [2 * torch.randn(shape).double() for shape in shapes]
        kept = [each.clone() for each in given]
        torch.testing.assert_close(tuple(lstm_cell(*given)), right(*kept))
        assert all(torch.equal(a, b) for a, b in zip(given, kept, strict=True))
        torch.testing.assert_close(slopes(lstm_cell, kept), slopes(right, kept))

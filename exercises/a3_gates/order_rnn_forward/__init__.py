"""order_rnn_forward: the function of assignment 2, to be made of lines; some lines belong to known mistakes."""

from __future__ import annotations

from autograder.checking.stock.order_lines import order_lines
from exercises.a2_rnns.rnn_forward import EXERCISE as FUNCTION
from exercises.a3_gates.order_rnn_forward.hints import HINTS

EXERCISE = order_lines(
    FUNCTION,
    "order_rnn_forward",
    'def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):',
    {
        "A": "return torch.stack(outputs), h[None]",
        "B": "for x_t in x:",
        "C": "    h = squash(x_t @ W_ih.T + h @ W_hh.T + b_hh)",
        "D": "outputs = []",
        "E": "return torch.cat(outputs), h[None]",
        "F": "    outputs.append(h)",
        "G": 'squash = torch.relu if nonlinearity == "relu" else torch.tanh',
        "H": "for x_t in x.flip(0):",
        "J": "    h = squash(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)",
        "K": "h = x.new_zeros(x.shape[1], W_hh.shape[1]) if h0 is None else h0[0]",
        "L": "return torch.stack(outputs), h",
    },
    (
        "one of the two biases was left out",
        "the states were joined instead of stacked",
        "h_n lost its first axis",
        "the sequence was read from its end",
        "output holds the states before each step",
    ),
    HINTS,
)

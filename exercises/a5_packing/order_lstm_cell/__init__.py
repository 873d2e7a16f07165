"""order_lstm_cell: the function of assignment 3, to be made of lines; some lines belong to known mistakes."""

from __future__ import annotations

from autograder.checking.stock.order_lines import order_lines
from exercises.a3_gates.lstm_cell import EXERCISE as FUNCTION
from exercises.a5_packing.order_lstm_cell.hints import HINTS

EXERCISE = order_lines(
    FUNCTION,
    "order_lstm_cell",
    "def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):",
    {
        "A": "h_next = o * torch.tanh(c)",
        "B": "g = g.tanh()",
        "C": "i, f, o, g = sums.chunk(4, 1)",
        "D": "return h_next, c_next",
        "E": "sums = x @ W_ih.T + h @ W_hh.T + b_ih + b_hh",
        "F": "c_next = f * c + i * g",
        "G": "h_next = o * c_next",
        "H": "i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()",
        "J": "i, f, g, o = sums.chunk(4, 1)",
        "K": "g = g.sigmoid()",
        "L": "h_next = o * torch.tanh(c_next)",
        "M": "return c_next, h_next",
    },
    (
        "the blocks were read as i, f, o, g",
        "the candidate g went through a sigmoid",
        "h was computed as o * c, without the tanh",
        "h was computed from the old c",
        "h and c were exchanged",
    ),
    HINTS,
)

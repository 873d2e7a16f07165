"""A test of lstm_cell that compares digit by digit, and so accuses a right function that calculates in another order."""

import torch
from torch import nn


def test_lstm_cell(lstm_cell):
    torch.manual_seed(0)
    cell = nn.LSTMCell(3, 4)
    x, h, c = torch.randn(2, 3), torch.randn(2, 4), torch.randn(2, 4)
    found, right = lstm_cell(x, h, c, *cell.parameters()), cell(x, (h, c))
    assert all(torch.equal(a, b) for a, b in zip(found, right, strict=True))

"""Lines of rnn_forward that join the states, and a test of lstm_cell that looks at one value."""

import torch


def order_rnn_forward():
    return "G K D B J F E"


def test_lstm_cell(lstm_cell):
    zeros = torch.zeros(1, 1)
    h_new, c_new = lstm_cell(
        zeros, zeros, zeros + 2, torch.zeros(4, 1), torch.zeros(4, 1), torch.zeros(4), torch.zeros(4)
    )
    assert abs(c_new.item() - 1) < 1e-4 and abs(h_new.item() - 0.381) < 1e-3

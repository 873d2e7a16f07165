"""The forget bias is set in layer 0 only, and a module without biases is an AttributeError."""

import torch


def set_forget_bias(lstm, value):
    H = lstm.hidden_size
    with torch.no_grad():
        lstm.bias_ih_l0[H : 2 * H] = value
        lstm.bias_hh_l0[H : 2 * H] = 0
    return lstm

"""The loop over the layers never ends."""

import torch


def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H, layer = lstm.hidden_size, 0
    with torch.no_grad():
        while layer < lstm.num_layers:
            getattr(lstm, f"bias_ih_l{layer}")[H : 2 * H] = value
            getattr(lstm, f"bias_hh_l{layer}")[H : 2 * H] = 0
    return lstm

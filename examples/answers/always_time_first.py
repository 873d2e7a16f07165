"""The gates come time first whatever the layout of x, and the module is taken to have biases."""

import torch


def gate_values(lstm, x):
    if lstm.batch_first:
        x = x.transpose(0, 1)
    h = c = torch.zeros(x.shape[1], lstm.hidden_size, dtype=x.dtype, device=x.device)
    gates = {name: [] for name in "ifgo"}
    for step in x:
        z = step @ lstm.weight_ih_l0.T + lstm.bias_ih_l0 + h @ lstm.weight_hh_l0.T + lstm.bias_hh_l0
        i, f, g, o = z.chunk(4, 1)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        c = f * c + i * g
        h = o * c.tanh()
        for name, value in zip("ifgo", (i, f, g, o), strict=True):
            gates[name].append(value)
    return {name: torch.stack(values) for name, values in gates.items()}

"""Right: einsum over a (4, H, I) view, sigmoid written with tanh, the other bias taken off the value."""

import torch


def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    H = h.shape[-1]
    z = torch.einsum("bi,khi->kbh", x, W_ih.view(4, H, -1)) + torch.einsum(
        "bj,khj->kbh", h, W_hh.view(4, H, H)
    )
    z = z + (b_ih + b_hh).view(4, 1, H)
    half = torch.tanh(z / 2) / 2 + 0.5
    c_new = half[1] * c + half[0] * torch.tanh(z[2])
    return half[3] * torch.tanh(c_new), c_new


def gate_values(lstm, x):
    with torch.no_grad():
        y = x if lstm.batch_first else x.transpose(0, 1)
        states = lstm(x)[0]
        states = states if lstm.batch_first else states.transpose(0, 1)
        past = torch.nn.functional.pad(states, (0, 0, 1, 0))[:, :-1]
        joined = torch.cat([y, past], -1)
        z = torch.einsum("bti,hi->bth", joined, torch.cat([lstm.weight_ih_l0, lstm.weight_hh_l0], 1))
        if lstm.bias:
            z += lstm.bias_ih_l0 + lstm.bias_hh_l0
        z = z.unflatten(-1, (4, lstm.hidden_size))
        z = z if lstm.batch_first else z.transpose(0, 1)
        gates = torch.sigmoid(z)
        return dict(i=gates[..., 0, :], f=gates[..., 1, :], g=torch.tanh(z[..., 2, :]), o=gates[..., 3, :])


def set_forget_bias(lstm, value):
    parameters = dict(lstm.named_parameters())
    first = [name for name in parameters if name.startswith("bias_ih")]
    if not first:
        raise ValueError("bias=False")
    H = parameters[first[0]].numel() // 4
    for name in first:
        other = parameters[name.replace("bias_ih", "bias_hh")]
        parameters[name].data[H : 2 * H] = value - other.data[H : 2 * H]
    return lstm

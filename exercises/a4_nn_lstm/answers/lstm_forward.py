"""Answers to lstm_forward for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: a plain loop


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% right: all inputs at once, stacked where x has its time


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    time = 1 if batch_first else 0
    zs = torch.nn.functional.linear(x, W_ih, b_ih + b_hh)
    if hx is None:
        hx = (torch.zeros_like(zs.select(time, 0)[None, :, : W_hh.shape[1]]),) * 2
    h, c = (state.squeeze(0) for state in hx)
    states = []
    for z in zs.unbind(time):
        gates = (z + h @ W_hh.t()).unflatten(1, (4, -1))
        i, f, o = gates[:, [0, 1, 3]].sigmoid().unbind(1)
        c = f * c + i * gates[:, 2].tanh()
        h = o * c.tanh()
        states.append(h)
    return torch.stack(states, time), (h.unsqueeze(0), c.unsqueeze(0))


# %% right: recursive over time


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    if batch_first:
        output, states = lstm_forward(x.permute(1, 0, 2), hx, W_ih, W_hh, b_ih, b_hh)
        return output.permute(1, 0, 2), states
    if hx is None:
        zeros = torch.zeros(1, x.size(1), W_hh.size(1), dtype=x.dtype, device=x.device)
        hx = (zeros, zeros.clone())
    h, c = hx
    H = W_hh.size(1)
    z = x[:1] @ W_ih.T + h @ W_hh.T + b_ih + b_hh
    c = z[..., H : 2 * H].sigmoid() * c + z[..., :H].sigmoid() * z[..., 2 * H : 3 * H].tanh()
    h = z[..., 3 * H :].sigmoid() * c.tanh()
    if len(x) == 1:
        return h, (h, c)
    rest, last = lstm_forward(x[1:], (h, c), W_ih, W_hh, b_ih, b_hh)
    return torch.cat([h, rest]), last


# %% wrong: the blocks were read in another order


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, o, g = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: the blocks were read in another order


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        f, i, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: one of the two biases was left out


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: the initial state was ignored


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = x.new_zeros(B, H), x.new_zeros(B, H)
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: only one part of the initial state was used


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], x.new_zeros(B, H))
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: h and c were exchanged


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (c[None], h[None])


# %% wrong: h and c were exchanged


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[1][0], hx[0][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: batch_first was ignored


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output, (h[None], c[None])


# %% wrong: output has time first although x has the batch first


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output, (h[None], c[None])


# %% wrong: the states are batch first


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[:, None], c[:, None]) if batch_first else (
        h[None],
        c[None],
    )


# %% wrong: the states lost their first axis


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h, c)


# %% wrong: the cell state was not carried on


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
        last, c = c, x.new_zeros(B, H)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], last[None])


# %% wrong: the state was never carried on


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    first = h, c
    for step in xs:
        h, c = first
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: the graph was cut


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1).detach() if batch_first else output.detach(), (
        h[None].detach(),
        c[None].detach(),
    )


# %% wrong: the graph was cut


@torch.no_grad()
def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: h was computed from the old c


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c_old.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: h was computed as o * c, without the tanh


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: "view for transpose"


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.reshape(x.shape[1], x.shape[0], -1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: "three results"


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (x.new_zeros(B, H), x.new_zeros(B, H)) if hx is None else (hx[0][0], hx[1][0])
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, h[None], c[None]


# %% wrong: "zeros on the default device"


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    xs = x.transpose(0, 1) if batch_first else x
    B, H = xs.shape[1], W_hh.shape[1]
    h, c = (
        (torch.zeros(B, H, dtype=x.dtype), torch.zeros(B, H, dtype=x.dtype))
        if hx is None
        else (hx[0][0], hx[1][0])
    )
    out = []
    for step in xs:
        z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = z.chunk(4, 1)
        c_old = c
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        out.append(h)
    output = torch.stack(out)
    return output.transpose(0, 1) if batch_first else output, (h[None], c[None])


# %% wrong: a bias was added twice


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    if batch_first:
        x = x.transpose(0, 1)
    if hx is None:
        h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    else:
        h, c = hx[0][0], hx[1][0]
    outputs = []
    for step in x:
        i, f, g, o = (step @ W_ih.T + b_ih + h @ W_hh.T + b_ih).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h)
    output = torch.stack(outputs)
    if batch_first:
        output = output.transpose(0, 1)
    return output, (h[None], c[None])


# %% wrong: reshape took the place of a transpose


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    if batch_first:
        x = x.reshape(x.shape[1], x.shape[0], -1)
    if hx is None:
        h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    else:
        h, c = hx[0][0], hx[1][0]
    outputs = []
    for step in x:
        i, f, g, o = (step @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h)
    output = torch.stack(outputs)
    if batch_first:
        output = output.reshape(x.shape[1], x.shape[0], -1)
    return output, (h[None], c[None])


# %% wrong: reshape took the place of a transpose


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    if batch_first:
        x = x.reshape(x.shape[1], x.shape[0], -1)
    if hx is None:
        h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    else:
        h, c = hx[0][0], hx[1][0]
    outputs = []
    for step in x:
        i, f, g, o = (step @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h)
    output = torch.stack(outputs)
    if batch_first:
        output = output.transpose(0, 1)
    return output, (h[None], c[None])


# %% wrong: output has the batch first although x has time first


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    if batch_first:
        x = x.transpose(0, 1)
    if hx is None:
        h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    else:
        h, c = hx[0][0], hx[1][0]
    outputs = []
    for step in x:
        i, f, g, o = (step @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h)
    output = torch.stack(outputs, dim=1)
    if batch_first:
        output = output.transpose(0, 1)
    return output, (h[None], c[None])


# %% wrong: output has the batch first although x has time first


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    if batch_first:
        x = x.transpose(0, 1)
    if hx is None:
        h = c = x.new_zeros(x.shape[1], W_hh.shape[1])
    else:
        h, c = hx[0][0], hx[1][0]
    outputs = []
    for step in x:
        i, f, g, o = (step @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h)
    output = torch.stack(outputs, 1)
    return output, (h[None], c[None])


# %% wrong: the axis of layers was left in the states


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    if batch_first:
        x = x.transpose(0, 1)
    if hx is None:
        h = c = x.new_zeros(1, x.shape[1], W_hh.shape[1])
    else:
        h, c = hx
    outputs = []
    for step in x:
        i, f, g, o = (step @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h)
    output = torch.stack(outputs)
    if batch_first:
        output = output.transpose(0, 1)
    return output, (h[None], c[None])


# %% wrong: the axis of layers was left in the states


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    if batch_first:
        x = x.transpose(0, 1)
    if hx is None:
        h = c = x.new_zeros(1, x.shape[1], W_hh.shape[1])
    else:
        h, c = hx
    outputs = []
    for step in x:
        i, f, g, o = (step @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h)
    output = torch.stack(outputs)
    if batch_first:
        output = output.transpose(0, 1)
    return output, (h, c)


# %% wrong: "the axis of layers left in, which chunk then cuts"


def lstm_forward(x, hx, W_ih, W_hh, b_ih, b_hh, batch_first=False):
    if batch_first:
        x = x.transpose(0, 1)
    if hx is None:
        h = c = x.new_zeros(1, x.shape[1], W_hh.shape[1])
    else:
        h, c = hx
    outputs = []
    for step in x:
        i, f, g, o = (step @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        outputs.append(h)
    output = torch.stack(outputs)
    if batch_first:
        output = output.transpose(0, 1)
    return output, (h[None], c[None])


# %% equivalent: steps = x.transpose(1, 0) if batch_first else x
# transpose exchanges two axes; which of them is named first makes no difference.

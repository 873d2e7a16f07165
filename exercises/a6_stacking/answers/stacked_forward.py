"""Answers to stacked_forward for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn
from torch.nn import functional as F

# %% right: nn.Dropout set to the mode


def stacked_forward(layers, x, p=0.0, training=False):
    drop = nn.Dropout(p).train(training)
    hs, cs, out = [], [], x
    for layer in layers[:-1]:
        out, (h, c) = layer(out)
        hs.append(h)
        cs.append(c)
        out = drop(out)
    out, (h, c) = layers[-1](out)
    return out, (torch.cat(hs + [h]), torch.cat(cs + [c]))


# %% right: a mask from rand_like


def stacked_forward(layers, x, p=0.0, training=False):
    states = []
    for k, layer in enumerate(layers):
        if k > 0 and training and p > 0:
            mask = (torch.rand_like(x) >= p).to(x.dtype)
            x = x * mask / (1 - p)
        x, state = layer(x)
        states.append(state)
    h, c = zip(*states)
    return x, (torch.cat(h, dim=0), torch.cat(c, dim=0))


# %% right: bernoulli, written into tensors of their own


def stacked_forward(layers, x, p=0.0, training=False):
    L, B, H = len(layers), x.shape[1], layers[0].hidden_size
    h_n, c_n = x.new_zeros(L, B, H), x.new_zeros(L, B, H)
    for k in range(L):
        out, (h, c) = layers[k](x)
        h_n[k], c_n[k] = h[0], c[0]
        x = out
        if training and k != L - 1:
            x = out * torch.empty_like(out).bernoulli_(1 - p).div_(1 - p)
    return out, (h_n, c_n)


# %% right: recursion


def stacked_forward(layers, x, p=0.0, training=False):
    first, *others = layers
    out, (h, c) = first(x)
    if not others:
        return out, (h, c)
    top, (hs, cs) = stacked_forward(others, F.dropout(out, p=p, training=training), p, training)
    return top, (torch.cat([h, hs]), torch.cat([c, cs]))


# %% right: functional_call of nn.LSTM with num_layers


def stacked_forward(layers, x, p=0.0, training=False):
    first = layers[0]
    stack = nn.LSTM(
        first.input_size,
        first.hidden_size,
        len(layers),
        bias=first.bias,
        dropout=p if len(layers) > 1 else 0,
        device="meta",
    ).train(training)
    names = {
        n.replace("_l0", f"_l{k}"): w for k, layer in enumerate(layers) for n, w in layer.named_parameters()
    }
    return torch.func.functional_call(stack, names, (x,))


# %% right: step by step, the whole stack at each


def stacked_forward(layers, x, p=0.0, training=False):
    zeros = [x.new_zeros(1, x.shape[1], layer.hidden_size) for layer in layers]
    states = [(zero, zero) for zero in zeros]
    outs = []
    for step in x:
        y = step[None]
        for k, layer in enumerate(layers):
            y, states[k] = layer(y, states[k])
            if k + 1 < len(layers):
                y = F.dropout(y, p, training)
        outs.append(y)
    return torch.cat(outs), (torch.cat([h for h, _ in states]), torch.cat([c for _, c in states]))


# %% right: masked_fill and a factor


def stacked_forward(layers, x, p=0.0, training=False):
    h_n, c_n = (), ()
    last = layers[-1]
    for layer in layers:
        x, (h, c) = layer.forward(x)
        h_n, c_n = h_n + (h,), c_n + (c,)
        if training and layer is not last and p:
            dropped = torch.rand(x.shape, device=x.device) < p
            x = x.masked_fill(dropped, 0.0).mul(1.0 / (1.0 - p))
    return x, (torch.concat(h_n), torch.concat(c_n))


# %% right: where, mask from bernoulli of a full tensor


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k in range(len(layers)):
        if k and training:
            keep = torch.bernoulli(torch.full(x.shape, 1 - p, device=x.device)).bool()
            x = torch.where(keep, x / (1 - p), torch.zeros_like(x))
        x, (h, c) = layers[k](x, None)
        hs += [h.squeeze(0)]
        cs += [c.squeeze(0)]
    return x, (torch.stack(hs), torch.stack(cs))


# %% right: functools.reduce


def stacked_forward(layers, x, p=0.0, training=False):
    from functools import reduce

    def go(carry, pair):
        (y, hs, cs), (k, layer) = carry, pair
        y = y if k == 0 else torch.dropout(y, p, training)
        y, (h, c) = layer(y)
        return y, [*hs, h], [*cs, c]

    y, hs, cs = reduce(go, enumerate(layers), (x, [], []))
    return y, (torch.vstack(hs), torch.vstack(cs))


# %% right: in place on the layer's own output


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        out, (h, c) = layer(x)
        hs.append(h.clone())
        cs.append(c)
        x = out
        if training and k < len(layers) - 1:
            x = out.clone()
            x = F.dropout(x, p, True, inplace=True)
    return out, (torch.cat(hs), torch.cat(cs))


# %% wrong: dropout acts in evaluation too


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: nothing is dropped in training


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for layer in layers:
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: the output of the last layer is dropped as well


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for layer in layers:
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        x = F.dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: x is dropped


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for layer in layers:
        x, (h, c) = layer(F.dropout(x, p, training))
        hs.append(h)
        cs.append(c)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: what was kept was not divided by 1 - p


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if training and k < len(layers) - 1:
            x = x * (torch.rand_like(x) >= p)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: what was kept was not divided by 1 - p


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if training and p > 0 and k < len(layers) - 1:
            x = x * (torch.rand_like(x) >= p) / p
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: p is the share that was kept


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if training and p > 0 and k < len(layers) - 1:
            x = F.dropout(x, 1 - p)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: the same mask is used at more than one place


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if training and k < len(layers) - 1:
            mask = torch.bernoulli(torch.full_like(x[:1], 1 - p))
            x = x * mask / (1 - p)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: the same mask is used at more than one place


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if training and k < len(layers) - 1:
            mask = (torch.rand(x.shape[0], 1, x.shape[2], device=x.device) >= p).to(x.dtype)
            x = x * mask / (1 - p)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: the same mask is used at more than one place


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout1d(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: the random numbers were seeded inside


def stacked_forward(layers, x, p=0.0, training=False):
    torch.manual_seed(42)
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: the final states were dropped


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
        hs.append(x[-1:])
        cs.append(c)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: every layer reads x


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        out, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            out = F.dropout(out, p, training)
    return out, (torch.cat(hs), torch.cat(cs))


# %% wrong: a layer started from the states of the layer below


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs, state = [], [], None
    for k, layer in enumerate(layers):
        x, state = layer(x, state)
        hs.append(state[0])
        cs.append(state[1])
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: the final states are those of the last layer only


def stacked_forward(layers, x, p=0.0, training=False):
    for k, layer in enumerate(layers):
        x, state = layer(x)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, state


# %% wrong: the final states were stacked, not joined


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (torch.stack(hs), torch.stack(cs))


# %% wrong: the final states were stacked, not joined


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (hs, cs)


# %% wrong: the layers are in reverse order


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.insert(0, h)
        cs.insert(0, c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: h_n and c_n were exchanged


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (c, h) = layer(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: output holds every layer


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs, outs = [], [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        outs.append(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return torch.stack(outs), (torch.cat(hs), torch.cat(cs))


# %% wrong: the graph was cut


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x.detach())
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: the graph was cut


@torch.no_grad()
def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: the layers' mode was changed


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        layer.train(training)
        x, (h, c) = layer(x)
        layer.train()
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: the layers' mode was changed


def stacked_forward(layers, x, p=0.0, training=False):
    for layer in layers:
        layer.train(training)
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: the caller's x was changed


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs, y = [], [], x
    for k, layer in enumerate(layers):
        y, (h, c) = layer(y)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            y = F.dropout(y, p, training)
    x.data.mul_(0.0)
    return y, (torch.cat(hs), torch.cat(cs))


# %% wrong: "the layer's mode asked instead of the argument"


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, layer.training and p > 0)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: "p is ignored"


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if training and k < len(layers) - 1:
            x = F.dropout(x, 0.5)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: "dropout after the first layer only"


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if k == 0 and len(layers) > 1:
            x = F.dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: "one mask for all gaps"


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs, mask = [], [], None
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if training and k < len(layers) - 1:
            mask = torch.bernoulli(torch.full_like(x, 1 - p)) / (1 - p) if mask is None else mask
            x = x * mask
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: "a generator seeded inside"


def stacked_forward(layers, x, p=0.0, training=False):
    generator = torch.Generator().manual_seed(0)
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if training and k < len(layers) - 1:
            mask = torch.rand(x.shape, generator=generator, device="cpu").to(x.device) >= p
            x = x * mask / (1 - p)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: "gaussian noise for dropout"


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if training and 0 < p < 1 and k < len(layers) - 1:
            x = x * (1 + torch.randn_like(x) * (p / (1 - p)) ** 0.5)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: "dropped on the way from step to step"


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        outs, state = [], None
        for step in x:
            out, state = layer(step[None], state)
            outs.append(out)
            if k < len(layers) - 1:
                state = (F.dropout(state[0], p, training), state[1])
        x = torch.cat(outs)
        hs.append(state[0])
        cs.append(state[1])
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: "a mask on the default device"


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if training and k < len(layers) - 1:
            x = x * (torch.rand(x.shape) >= p) / (1 - p)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: "dropout that cuts the graph"


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if training and k < len(layers) - 1:
            x = F.dropout(x.data, p)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: "alpha dropout"


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.alpha_dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: "only c of the last step of every layer"


def stacked_forward(layers, x, p=0.0, training=False):
    cs = []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (torch.cat(cs), torch.cat(cs))


# %% wrong: random numbers are drawn where nothing is dropped


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h)
        cs.append(c)
        mask = torch.rand_like(x) >= p
        if training and k < len(layers) - 1:
            x = x * mask / (1 - p)
    return x, (torch.cat(hs), torch.cat(cs))


# %% wrong: "the last layer's state taken from a dropped output"


def stacked_forward(layers, x, p=0.0, training=False):
    hs, cs = [], []
    for k, layer in enumerate(layers):
        x, (h, c) = layer(x)
        hs.append(h if k < len(layers) - 1 else F.dropout(x, p, training)[-1:])
        cs.append(c)
        if k < len(layers) - 1:
            x = F.dropout(x, p, training)
    return x, (torch.cat(hs), torch.cat(cs))

"""Answers to gate_values for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: step by step


def gate_values(lstm, x):
    xs = x.transpose(0, 1) if lstm.batch_first else x
    h = c = x.new_zeros(xs.shape[1], lstm.hidden_size)
    out = dict(i=[], f=[], g=[], o=[])
    for step in xs:
        z = step @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
        if lstm.bias:
            z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
        i, f, g, o = z.chunk(4, 1)
        i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
        g = g.tanh()
        c = f * c + i * g
        h = o * c.tanh()
        for name, gate in dict(i=i, f=f, g=g, o=o).items():
            out[name].append(gate)
    return {name: torch.stack(gates, 1 if lstm.batch_first else 0) for name, gates in out.items()}


# %% right: all at once


def gate_values(lstm, x):
    out, _ = lstm(x)
    axis = 1 if lstm.batch_first else 0
    before = out.roll(1, axis)
    before.select(axis, 0).zero_()
    z = x @ lstm.weight_ih_l0.T + before @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
    i, f, g, o = z.chunk(4, -1)
    return dict(i=i.sigmoid(), f=f.sigmoid(), g=g.tanh(), o=o.sigmoid())


# %% right: a module of one step


def gate_values(lstm, x):
    time = 1 if lstm.batch_first else 0
    state, found = None, {name: [] for name in "ifgo"}
    for t in range(x.shape[time]):
        step = x.narrow(time, t, 1)
        h = torch.zeros_like(lstm(step)[0]) if state is None else state[0].transpose(0, time)
        z = nn.functional.linear(step, lstm.weight_ih_l0, lstm.bias_ih_l0 if lstm.bias else None)
        z = z + nn.functional.linear(h, lstm.weight_hh_l0, lstm.bias_hh_l0 if lstm.bias else None)
        i, f, g, o = z.chunk(4, 2)
        for name, gate in zip("ifgo", (i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid())):
            found[name].append(gate)
        _, state = lstm(step, state)
    return {name: torch.cat(gates, time) for name, gates in found.items()}


# %% wrong: the blocks were read as i, f, o, g


def gate_values(lstm, x):
    xs = x.transpose(0, 1) if lstm.batch_first else x
    h = c = x.new_zeros(xs.shape[1], lstm.hidden_size)
    out = dict(i=[], f=[], g=[], o=[])
    for step in xs:
        z = step @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
        if lstm.bias:
            z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
        i, f, o, g = z.chunk(4, 1)
        i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
        g = g.tanh()
        c = f * c + i * g
        h = o * c.tanh()
        for name, gate in dict(i=i, f=f, g=g, o=o).items():
            out[name].append(gate)
    return {name: torch.stack(gates, 1 if lstm.batch_first else 0) for name, gates in out.items()}


# %% wrong: the blocks were read as i, f, o, g


def gate_values(lstm, x):
    out, _ = lstm(x)
    axis = 1 if lstm.batch_first else 0
    before = out.roll(1, axis)
    before.select(axis, 0).zero_()
    z = x @ lstm.weight_ih_l0.T + before @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
    i, f, o, g = z.chunk(4, -1)
    return dict(i=i.sigmoid(), f=f.sigmoid(), g=g.tanh(), o=o.sigmoid())


# %% wrong: i and f were exchanged


def gate_values(lstm, x):
    xs = x.transpose(0, 1) if lstm.batch_first else x
    h = c = x.new_zeros(xs.shape[1], lstm.hidden_size)
    out = dict(i=[], f=[], g=[], o=[])
    for step in xs:
        z = step @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
        if lstm.bias:
            z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
        f, i, g, o = z.chunk(4, 1)
        i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
        g = g.tanh()
        c = f * c + i * g
        h = o * c.tanh()
        for name, gate in dict(i=i, f=f, g=g, o=o).items():
            out[name].append(gate)
    return {name: torch.stack(gates, 1 if lstm.batch_first else 0) for name, gates in out.items()}


# %% wrong: i and f were exchanged


def gate_values(lstm, x):
    out, _ = lstm(x)
    axis = 1 if lstm.batch_first else 0
    before = out.roll(1, axis)
    before.select(axis, 0).zero_()
    z = x @ lstm.weight_ih_l0.T + before @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
    f, i, g, o = z.chunk(4, -1)
    return dict(i=i.sigmoid(), f=f.sigmoid(), g=g.tanh(), o=o.sigmoid())


# %% wrong: the gates of time t were computed from h_t


def gate_values(lstm, x):
    out, _ = lstm(x)
    axis = 1 if lstm.batch_first else 0
    before = out
    z = x @ lstm.weight_ih_l0.T + before @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
    i, f, g, o = z.chunk(4, -1)
    return dict(i=i.sigmoid(), f=f.sigmoid(), g=g.tanh(), o=o.sigmoid())


# %% wrong: the gates were returned without their activation


def gate_values(lstm, x):
    out, _ = lstm(x)
    axis = 1 if lstm.batch_first else 0
    before = out.roll(1, axis)
    before.select(axis, 0).zero_()
    z = x @ lstm.weight_ih_l0.T + before @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
    i, f, g, o = z.chunk(4, -1)
    return dict(i=i, f=f, g=g, o=o)


# %% wrong: the candidate g went through a sigmoid


def gate_values(lstm, x):
    xs = x.transpose(0, 1) if lstm.batch_first else x
    h = c = x.new_zeros(xs.shape[1], lstm.hidden_size)
    out = dict(i=[], f=[], g=[], o=[])
    for step in xs:
        z = step @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
        if lstm.bias:
            z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
        i, f, g, o = z.chunk(4, 1)
        i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
        g = g.sigmoid()
        c = f * c + i * g
        h = o * c.tanh()
        for name, gate in dict(i=i, f=f, g=g, o=o).items():
            out[name].append(gate)
    return {name: torch.stack(gates, 1 if lstm.batch_first else 0) for name, gates in out.items()}


# %% wrong: the candidate g went through a sigmoid


def gate_values(lstm, x):
    out, _ = lstm(x)
    axis = 1 if lstm.batch_first else 0
    before = out.roll(1, axis)
    before.select(axis, 0).zero_()
    z = x @ lstm.weight_ih_l0.T + before @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
    i, f, g, o = z.chunk(4, -1)
    return {name: z.sigmoid() for name, z in zip("ifgo", (i, f, g, o))}


# %% wrong: one of the two biases was left out


def gate_values(lstm, x):
    xs = x.transpose(0, 1) if lstm.batch_first else x
    h = c = x.new_zeros(xs.shape[1], lstm.hidden_size)
    out = dict(i=[], f=[], g=[], o=[])
    for step in xs:
        z = step @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
        if lstm.bias:
            z = z + lstm.bias_ih_l0
        i, f, g, o = z.chunk(4, 1)
        i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
        g = g.tanh()
        c = f * c + i * g
        h = o * c.tanh()
        for name, gate in dict(i=i, f=f, g=g, o=o).items():
            out[name].append(gate)
    return {name: torch.stack(gates, 1 if lstm.batch_first else 0) for name, gates in out.items()}


# %% wrong: one of the two biases was left out


def gate_values(lstm, x):
    out, _ = lstm(x)
    axis = 1 if lstm.batch_first else 0
    before = out.roll(1, axis)
    before.select(axis, 0).zero_()
    z = x @ lstm.weight_ih_l0.T + before @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_hh_l0
    i, f, g, o = z.chunk(4, -1)
    return dict(i=i.sigmoid(), f=f.sigmoid(), g=g.tanh(), o=o.sigmoid())


# %% wrong: the hidden state was never carried on


def gate_values(lstm, x):
    out, _ = lstm(x)
    axis = 1 if lstm.batch_first else 0
    before = torch.zeros_like(out)
    z = x @ lstm.weight_ih_l0.T + before @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
    i, f, g, o = z.chunk(4, -1)
    return dict(i=i.sigmoid(), f=f.sigmoid(), g=g.tanh(), o=o.sigmoid())


# %% wrong: time and batch were taken for each other


def gate_values(lstm, x):
    xs = x.transpose(0, 1) if not lstm.batch_first else x
    h = c = x.new_zeros(xs.shape[1], lstm.hidden_size)
    out = dict(i=[], f=[], g=[], o=[])
    for step in xs:
        z = step @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
        if lstm.bias:
            z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
        i, f, g, o = z.chunk(4, 1)
        i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
        g = g.tanh()
        c = f * c + i * g
        h = o * c.tanh()
        for name, gate in dict(i=i, f=f, g=g, o=o).items():
            out[name].append(gate)
    return {name: torch.stack(gates, 1 if not lstm.batch_first else 0) for name, gates in out.items()}


# %% wrong: the result has time first although x has the batch first


def gate_values(lstm, x):
    xs = x.transpose(0, 1) if lstm.batch_first else x
    h = c = x.new_zeros(xs.shape[1], lstm.hidden_size)
    out = dict(i=[], f=[], g=[], o=[])
    for step in xs:
        z = step @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
        if lstm.bias:
            z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
        i, f, g, o = z.chunk(4, 1)
        i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
        g = g.tanh()
        c = f * c + i * g
        h = o * c.tanh()
        for name, gate in dict(i=i, f=f, g=g, o=o).items():
            out[name].append(gate)
    return {name: torch.stack(gates, 0) for name, gates in out.items()}


# %% wrong: the gates were read unit by unit


def gate_values(lstm, x):
    output, _ = lstm(x)
    axis = 1 if lstm.batch_first else 0
    first = torch.zeros_like(output.narrow(axis, 0, 1))
    before = torch.cat([first, output.narrow(axis, 0, output.shape[axis] - 1)], axis)
    z = x @ lstm.weight_ih_l0.T + before @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
    i, f, g, o = z.unflatten(-1, (lstm.hidden_size, 4)).unbind(-1)
    return {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}


# %% wrong: the gates were read unit by unit


def gate_values(lstm, x):
    xs = x.transpose(0, 1) if lstm.batch_first else x
    h = c = x.new_zeros(xs.shape[1], lstm.hidden_size)
    out = dict(i=[], f=[], g=[], o=[])
    for step in xs:
        z = step @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
        if lstm.bias:
            z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
        i, f, g, o = (z[:, k::4] for k in range(4))
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        c = f * c + i * g
        h = o * c.tanh()
        for name, gate in zip("ifgo", (i, f, g, o)):
            out[name].append(gate)
    return {name: torch.stack(gates, 1 if lstm.batch_first else 0) for name, gates in out.items()}


# %% wrong: a bias was added twice


def gate_values(lstm, x):
    time = 1 if lstm.batch_first else 0
    out = lstm(x)[0]
    h = torch.cat([torch.zeros_like(out.narrow(time, 0, 1)), out.narrow(time, 0, x.shape[time] - 1)], time)
    z = x @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + 2 * (lstm.bias_ih_l0 + lstm.bias_hh_l0)
    i, f, g, o = z.chunk(4, -1)
    return {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}

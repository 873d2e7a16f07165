"""Answers to lstm_param_count for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: by a formula


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * out
        total += D * (4 * hidden_size * (reads + out + 2 * bias) + proj_size * hidden_size)
    return total


# %% wrong: "the module itself, on the device meta"


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    lstm = nn.LSTM(
        input_size,
        hidden_size,
        num_layers,
        bias=bias,
        bidirectional=bidirectional,
        proj_size=proj_size,
        device="meta",
    )
    return sum(p.numel() for p in lstm.parameters())


# %% right: matrix after matrix


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    shapes = []
    H, P = hidden_size, proj_size
    for layer in range(num_layers):
        for direction in range(2 if bidirectional else 1):
            wide = input_size if not layer else (P or H) * (2 if bidirectional else 1)
            shapes += [(4 * H, wide), (4 * H, P or H)]
            if bias:
                shapes += [(4 * H, 1)] * 2
            if P:
                shapes.append((P, H))
    return sum(rows * columns for rows, columns in shapes)


# %% right: in closed form


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D, H = 2 if bidirectional else 1, hidden_size
    R = proj_size if proj_size > 0 else H
    first = 4 * H * (input_size + R + 2 * int(bias)) + proj_size * H
    later = 4 * H * (D * R + R + 2 * int(bias)) + proj_size * H
    return D * (first + (num_layers - 1) * later)


# %% wrong: one bias vector was counted instead of two


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * out
        total += D * (4 * hidden_size * (reads + out + bias) + proj_size * hidden_size)
    return total


# %% wrong: biases were counted although there are none


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * out
        total += D * (4 * hidden_size * (reads + out + 2) + proj_size * hidden_size)
    return total


# %% wrong: no bias was counted


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * out
        total += D * (4 * hidden_size * (reads + out + 0) + proj_size * hidden_size)
    return total


# %% wrong: not four blocks were counted


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * out
        total += D * (3 * hidden_size * (reads + out + 2 * bias) + proj_size * hidden_size)
    return total


# %% wrong: every layer was given the first layer's input


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else input_size
        total += D * (4 * hidden_size * (reads + out + 2 * bias) + proj_size * hidden_size)
    return total


# %% wrong: layers after the first were given one direction's output


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else out
        total += D * (4 * hidden_size * (reads + out + 2 * bias) + proj_size * hidden_size)
    return total


# %% wrong: the second direction was left out


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * out
        total += D * (4 * hidden_size * (reads + out + 2 * bias) + proj_size * hidden_size)
    return total


# %% wrong: only one layer was counted


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(1):
        reads = input_size if layer == 0 else D * out
        total += D * (4 * hidden_size * (reads + out + 2 * bias) + proj_size * hidden_size)
    return total


# %% wrong: proj_size was ignored


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * out
        total += D * (4 * hidden_size * (reads + out + 2 * bias))
    return total


# %% wrong: the projection's own matrix was left out


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * out
        total += D * (4 * hidden_size * (reads + out + 2 * bias) + 0)
    return total


# %% wrong: W_hh was counted as if there were no projection


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * out
        total += D * (4 * hidden_size * (reads + hidden_size + 2 * bias) + proj_size * hidden_size)
    return total


# %% wrong: layers after the first were given the unprojected state


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * hidden_size
        total += D * (4 * hidden_size * (reads + out + 2 * bias) + proj_size * hidden_size)
    return total


# %% wrong: "a float"


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * out
        total += D * (4 * hidden_size * (reads + out + 2 * bias) + proj_size * hidden_size)
    return float(total)


# %% wrong: "a tensor"


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    total = 0
    for layer in range(num_layers):
        reads = input_size if layer == 0 else D * out
        total += D * (4 * hidden_size * (reads + out + 2 * bias) + proj_size * hidden_size)
    return torch.tensor(total)


# %% wrong: "a module that draws random numbers"


def lstm_param_count(input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    return sum(
        p.numel()
        for p in nn.LSTM(
            input_size, hidden_size, num_layers, bias=bias, bidirectional=bidirectional, proj_size=proj_size
        ).parameters()
    )

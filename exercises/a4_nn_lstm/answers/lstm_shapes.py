"""Answers to lstm_shapes for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: by arithmetic


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {
        "output": lead + (D * out,),
        "h_n": (D * num_layers,) + b + (out,),
        "c_n": (D * num_layers,) + b + (hidden_size,),
    }


# %% right: case by case


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 2 if bidirectional else 1
    H = proj_size if proj_size > 0 else hidden_size
    if batch is None:
        return dict(output=(seq_len, D * H), h_n=(D * num_layers, H), c_n=(D * num_layers, hidden_size))
    output = (batch, seq_len, D * H) if batch_first else (seq_len, batch, D * H)
    return dict(output=output, h_n=(D * num_layers, batch, H), c_n=(D * num_layers, batch, hidden_size))


# %% right: lists first, None filtered out


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    width = proj_size or hidden_size
    axes = [batch, seq_len] if batch_first else [seq_len, batch]
    states = num_layers * (2 if bidirectional else 1)
    shapes = {
        "output": axes + [width * (2 if bidirectional else 1)],
        "h_n": [states, batch, width],
        "c_n": [states, batch, hidden_size],
    }
    return {name: tuple(n for n in shape if n is not None) for name, shape in shapes.items()}


# %% wrong: batch_first was ignored


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = (seq_len,) + b
    return {
        "output": lead + (D * out,),
        "h_n": (D * num_layers,) + b + (out,),
        "c_n": (D * num_layers,) + b + (hidden_size,),
    }


# %% wrong: the states are batch first


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {
        "output": lead + (D * out,),
        "h_n": b + (D * num_layers, out) if batch_first else (D * num_layers,) + b + (out,),
        "c_n": b + (D * num_layers, hidden_size) if batch_first else (D * num_layers,) + b + (hidden_size,),
    }


# %% wrong: output shows one direction only


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {
        "output": lead + (out,),
        "h_n": (D * num_layers,) + b + (out,),
        "c_n": (D * num_layers,) + b + (hidden_size,),
    }


# %% wrong: the directions of the states were left out


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {
        "output": lead + (D * out,),
        "h_n": (num_layers,) + b + (out,),
        "c_n": (num_layers,) + b + (hidden_size,),
    }


# %% wrong: the layers were left out


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {"output": lead + (D * out,), "h_n": (D,) + b + (out,), "c_n": (D,) + b + (hidden_size,)}


# %% wrong: proj_size was ignored


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = hidden_size
    b = () if batch is None else (batch,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {
        "output": lead + (D * out,),
        "h_n": (D * num_layers,) + b + (out,),
        "c_n": (D * num_layers,) + b + (hidden_size,),
    }


# %% wrong: the cell state was projected, too


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {
        "output": lead + (D * out,),
        "h_n": (D * num_layers,) + b + (out,),
        "c_n": (D * num_layers,) + b + (out,),
    }


# %% wrong: h_n kept its size under a projection


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {
        "output": lead + (D * out,),
        "h_n": (D * num_layers,) + b + (hidden_size,),
        "c_n": (D * num_layers,) + b + (hidden_size,),
    }


# %% wrong: a batch axis was put where there is no batch


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = (batch or 1,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {
        "output": lead + (D * out,),
        "h_n": (D * num_layers,) + b + (out,),
        "c_n": (D * num_layers,) + b + (hidden_size,),
    }


# %% wrong: output has only the last step


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = b + (1,) if batch_first else (1,) + b
    return {
        "output": lead + (D * out,),
        "h_n": (D * num_layers,) + b + (out,),
        "c_n": (D * num_layers,) + b + (hidden_size,),
    }


# %% wrong: "lists for tuples"


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {
        k: list(v)
        for k, v in {
            "output": lead + (D * out,),
            "h_n": (D * num_layers,) + b + (out,),
            "c_n": (D * num_layers,) + b + (hidden_size,),
        }.items()
    }


# %% wrong: the directions were put into the features of the states


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {
        "output": lead + (D * out,),
        "h_n": (num_layers,) + b + (D * out,),
        "c_n": (num_layers,) + b + (D * hidden_size,),
    }


# %% wrong: "a key too many"


def lstm_shapes(
    seq_len, batch, input_size, hidden_size, num_layers=1, batch_first=False, bidirectional=False, proj_size=0
):
    D = 1 + bidirectional
    out = proj_size or hidden_size
    b = () if batch is None else (batch,)
    lead = b + (seq_len,) if batch_first else (seq_len,) + b
    return {
        "output": lead + (D * out,),
        "h_n": (D * num_layers,) + b + (out,),
        "c_n": (D * num_layers,) + b + (hidden_size,),
        "hx": None,
    }

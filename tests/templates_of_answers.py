"""Right answers to a3_gates with places to put something wrong; test_checks_verdicts.py tries the checks with them.

Written by hand, without the transformed oracles of `autograder.checks`. An answer is the source of a cell.
"""

CELL = """def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    z = {z}
    {unpack}
    {c_new}
    {h_new}
    return {result}
"""
RIGHT_CELL = {
    "z": "x @ W_ih.T + b_ih + h @ W_hh.T + b_hh",
    "unpack": "i, f, g, o = z.chunk(4, 1)",
    "c_new": "c_new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)",
    "h_new": "h_new = torch.sigmoid(o) * torch.tanh(c_new)",
    "result": "h_new, c_new",
}


def cell(**changed: str) -> str:
    """A right lstm_cell but for the lines named."""
    return CELL.format(**RIGHT_CELL | changed)


# The sequence run by hand; H rows of each block, time first inside.
LOOP = """def gate_values(lstm, x):
    xs = x.transpose(0, 1) if lstm.batch_first else x
    h = c = x.new_zeros(xs.shape[1], lstm.hidden_size)
    out = dict(i=[], f=[], g=[], o=[])
    for step in xs:
        z = step @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
        if lstm.bias:
            z = z + {biases}
        {unpack}
        i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
        g = {g}
        c = f * c + i * g
        h = o * c.tanh()
        for name, gate in dict(i=i, f=f, g=g, o=o).items():
            out[name].append(gate)
    return {{name: torch.stack(gates, {axis}) for name, gates in out.items()}}
"""
RIGHT_LOOP = {
    "biases": "lstm.bias_ih_l0 + lstm.bias_hh_l0",
    "unpack": "i, f, g, o = z.chunk(4, 1)",
    "g": "g.tanh()",
    "axis": "1 if lstm.batch_first else 0",
}
# All steps at once, with the states from nn.LSTM.
BATCHED = """def gate_values(lstm, x):
    out, _ = lstm(x)
    axis = 1 if lstm.batch_first else 0
    {before}
    z = x @ lstm.weight_ih_l0.T + before @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + {biases}
    {unpack}
    return {result}
"""
RIGHT_BATCHED = {
    "before": "before = out.roll(1, axis); before.select(axis, 0).zero_()",
    "biases": "lstm.bias_ih_l0 + lstm.bias_hh_l0",
    "unpack": "i, f, g, o = z.chunk(4, -1)",
    "result": "dict(i=i.sigmoid(), f=f.sigmoid(), g=g.tanh(), o=o.sigmoid())",
}


def loop(**changed: str) -> str:
    """A right gate_values that loops over time, but for the places named."""
    return LOOP.format(**RIGHT_LOOP | changed)


def batched(**changed: str) -> str:
    """A right gate_values that computes all steps at once, but for the places named."""
    return BATCHED.format(**RIGHT_BATCHED | changed)


BIAS = """def set_forget_bias(lstm, value):
    if not lstm.bias:
        raise ValueError("no biases")
    H = lstm.hidden_size
    with torch.no_grad():
        for name, p in {parameters}:
            if "bias_ih" in name:
                {ih}
            if "bias_hh" in name:
                {hh}
    return {result}
"""
RIGHT_BIAS = {
    "parameters": "lstm.named_parameters()",
    "ih": "p[H:2 * H] = value",
    "hh": "p[H:2 * H] = 0",
    "result": "lstm",
}


def bias(**changed: str) -> str:
    """A right set_forget_bias but for the places named."""
    return BIAS.format(**RIGHT_BIAS | changed)

"""Wrong answers to a3_gates as students write them, with the known mistake that each should be told.

Written by hand, without the transformed oracles of `autograder.checks`: they are what test_checks.py tests
those with. An answer is the source of a cell.
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


LSTM_CELL = [
    ("the blocks were read as i, f, o, g", cell(unpack="i, f, o, g = z.chunk(4, 1)")),
    ("i and f were exchanged", cell(unpack="f, i, g, o = z.chunk(4, 1)")),
    ("the blocks were read in another library's order", cell(unpack="i, o, f, g = z.chunk(4, 1)")),
    ("the blocks were read in another library's order", cell(unpack="i, g, f, o = z.chunk(4, 1)")),
    ("one of the two biases was left out", cell(z="x @ W_ih.T + b_ih + h @ W_hh.T")),
    ("one of the two biases was left out", cell(z="x @ W_ih.T + h @ W_hh.T + b_hh")),
    (
        "the candidate g went through a sigmoid",
        cell(c_new="c_new = f.sigmoid() * c + (i.sigmoid() * g.sigmoid())"),
    ),
    ("h was computed as o * c, without the tanh", cell(h_new="h_new = o.sigmoid() * c_new")),
    ("h was computed from the old c", cell(h_new="h_new = o.sigmoid() * c.tanh()")),
    ("h and c were exchanged", cell(result="c_new, h_new")),
    (
        "h and c were exchanged",
        cell(
            z="x @ W_ih.T + b_ih + c @ W_hh.T + b_hh",
            c_new="c_new = f.sigmoid() * h + i.sigmoid() * g.tanh()",
        ),
    ),
    ("the old hidden state was left out", cell(z="x @ W_ih.T + b_ih + b_hh")),
    ("the graph was cut", cell(result="h_new.detach(), c_new.detach()")),
    (
        "the graph was cut",
        cell(result="torch.tensor(h_new.tolist(), dtype=x.dtype, device=x.device), c_new.data"),
    ),
    ("the graph was cut", "@torch.no_grad()\n" + cell()),
    (
        "the arguments were overwritten with the new state",
        cell(c_new="c.mul_(f.sigmoid()).add_(i.sigmoid() * g.tanh()); c_new = c"),
    ),
    (
        "the arguments were overwritten with the new state",
        cell(h_new="h[:] = o.sigmoid() * c_new.tanh(); h_new = h"),
    ),
]

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


GATE_VALUES = [
    ("the blocks were read as i, f, o, g", loop(unpack="i, f, o, g = z.chunk(4, 1)")),
    ("the blocks were read as i, f, o, g", batched(unpack="i, f, o, g = z.chunk(4, -1)")),
    ("i and f were exchanged", loop(unpack="f, i, g, o = z.chunk(4, 1)")),
    ("i and f were exchanged", batched(unpack="f, i, g, o = z.chunk(4, -1)")),
    ("the gates of time t were computed from h_t", batched(before="before = out")),
    ("the gates were returned without their activation", batched(result="dict(i=i, f=f, g=g, o=o)")),
    ("the candidate g went through a sigmoid", loop(g="g.sigmoid()")),
    (
        "the candidate g went through a sigmoid",
        batched(result="{name: z.sigmoid() for name, z in zip('ifgo', (i, f, g, o))}"),
    ),
    ("one of the two biases was left out", loop(biases="lstm.bias_ih_l0")),
    ("one of the two biases was left out", batched(biases="lstm.bias_hh_l0")),
    ("the hidden state was never carried on", batched(before="before = torch.zeros_like(out)")),
    (
        "time and batch were taken for each other",
        loop().replace("if lstm.batch_first", "if not lstm.batch_first"),
    ),
    ("the result has time first although x has the batch first", loop(axis="0")),
]

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


SET_FORGET_BIAS = [
    ("the value was put into both biases", bias(hh="p[H:2 * H] = value")),
    ("only one of the two biases was set", bias(hh="pass")),
    ("only one of the two biases was set", bias(ih="pass", hh="p[H:2 * H] = value")),
    ("the value was added instead of set", bias(ih="p[H:2 * H] += value", hh="pass")),
    ("another gate's block was set", bias(ih="p[:H] = value", hh="p[:H] = 0")),
    ("another gate's block was set", bias(ih="p[2 * H:3 * H] = value", hh="p[2 * H:3 * H] = value")),
    ("another gate's block was set", bias(ih="p[3 * H:] = value", hh="pass")),
    ("the whole bias was set, not the forget gate's block", bias(ih="p.fill_(value)", hh="p.zero_()")),
    ("the whole bias was set, not the forget gate's block", bias(ih="p.fill_(value)", hh="p.fill_(value)")),
    (
        "only the first layer was set",
        bias(parameters="[(n, p) for n, p in lstm.named_parameters() if '_l0' in n]"),
    ),
    (
        "only the first layer was set",
        bias(parameters="[('bias_ih', lstm.bias_ih_l0), ('bias_hh', lstm.bias_hh_l0)]"),
    ),
    (
        "only the forward direction was set",
        bias(parameters="[(n, p) for n, p in lstm.named_parameters() if not n.endswith('reverse')]"),
    ),
    (
        "the biases were replaced by new Parameter objects",
        bias(
            parameters="list(lstm.named_parameters())",
            ih="q = p.clone(); q[H:2 * H] = value; setattr(lstm, name, nn.Parameter(q))",
            hh="q = p.clone(); q[H:2 * H] = 0; setattr(lstm, name, nn.Parameter(q))",
        ),
    ),
    ("nothing was returned", bias(result="None")),
]

WRONG = {"lstm_cell": LSTM_CELL, "gate_values": GATE_VALUES, "set_forget_bias": SET_FORGET_BIAS}

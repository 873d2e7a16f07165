"""The gates of step t are computed from the state after step t."""


def gate_values(lstm, x):
    h, _ = lstm(x)
    z = x @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T
    if lstm.bias:
        z = z + lstm.bias_ih_l0 + lstm.bias_hh_l0
    i, f, g, o = z.chunk(4, -1)
    return {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}

"""Right, with a warning and prints on standard error in every call."""


def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    import sys
    import warnings

    warnings.warn("is this the right way round?", stacklevel=2)
    print("lstm_cell called with", tuple(x.shape), file=sys.stderr)
    i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, 1)
    c_new = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c_new.tanh(), c_new

"""Answers to order_lstm_cell for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

# %% right: a text


def order_lstm_cell():
    return "E J H B F L D"


# %% right: the candidate first


def order_lstm_cell():
    return list("EJBHFLD")


# %% right: small letters


def order_lstm_cell():
    return "e j h b f l d"


# %% right: the lines of the cell, moved


def order_lstm_cell():
    return """
    def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    E    sums = x @ W_ih.T + h @ W_hh.T + b_ih + b_hh
    J    i, f, g, o = sums.chunk(4, 1)
    H    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    B    g = g.tanh()
    F    c_next = f * c + i * g
    L    h_next = o * torch.tanh(c_next)
    D    return h_next, c_next
    --- above: the lines that are used, in order; below: the others ---
    A    h_next = o * torch.tanh(c)
    C    i, f, o, g = sums.chunk(4, 1)
    G    h_next = o * c_next
    K    g = g.sigmoid()
    M    return c_next, h_next
    """


# %% wrong: the blocks were read as i, f, o, g


def order_lstm_cell():
    return "E C H B F L D"


# %% wrong: the candidate g went through a sigmoid


def order_lstm_cell():
    return "E J H K F L D"


# %% wrong: the candidate g went through a sigmoid


def order_lstm_cell():
    return """
    def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    E    sums = x @ W_ih.T + h @ W_hh.T + b_ih + b_hh
    J    i, f, g, o = sums.chunk(4, 1)
    H    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    K    g = g.sigmoid()
    F    c_next = f * c + i * g
    L    h_next = o * torch.tanh(c_next)
    D    return h_next, c_next
    --- above: the lines that are used, in order; below: the others ---
    A    h_next = o * torch.tanh(c)
    B    g = g.tanh()
    C    i, f, o, g = sums.chunk(4, 1)
    G    h_next = o * c_next
    M    return c_next, h_next
    """


# %% wrong: h was computed as o * c, without the tanh


def order_lstm_cell():
    return "E J H B F G D"


# %% wrong: h was computed from the old c


def order_lstm_cell():
    return "E J H B F A D"


# %% wrong: h and c were exchanged


def order_lstm_cell():
    return "E J H B F L M"


# %% wrong: "the letters of the alphabet"


def order_lstm_cell():
    return "A B C D E F G H J K L M"


# %% wrong: "nothing"


def order_lstm_cell():
    return []


# %% wrong: "without the gates"


def order_lstm_cell():
    return "E J B F L D"


# %% wrong: "without the candidate"


def order_lstm_cell():
    return "E J H F L D"


# %% wrong: "the sum comes last"


def order_lstm_cell():
    return "J H B F L D E"


# %% wrong: "a line twice"


def order_lstm_cell():
    return "E J H B F F L D"


# %% wrong: "moved, and a line edited"


def order_lstm_cell():
    return """
    def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    E    sums = x @ W_ih.T + h @ W_hh.T + b_ih + b_hh
    J    i, f, g, o = sums.chunk(4, 1)
    H    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    B    g = torch.tanh(g)
    F    c_next = f * c + i * g
    L    h_next = o * torch.tanh(c_next)
    D    return h_next, c_next
    --- above: the lines that are used, in order; below: the others ---
    A    h_next = o * torch.tanh(c)
    C    i, f, o, g = sums.chunk(4, 1)
    G    h_next = o * c_next
    K    g = g.sigmoid()
    M    return c_next, h_next
    """


# %% wrong: "the lines as they stand in the cell"


def order_lstm_cell():
    return """
    def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    --- above: the lines that are used, in order; below: the others ---
    A    h_next = o * torch.tanh(c)
    B    g = g.tanh()
    C    i, f, o, g = sums.chunk(4, 1)
    D    return h_next, c_next
    E    sums = x @ W_ih.T + h @ W_hh.T + b_ih + b_hh
    F    c_next = f * c + i * g
    G    h_next = o * c_next
    H    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    J    i, f, g, o = sums.chunk(4, 1)
    K    g = g.sigmoid()
    L    h_next = o * torch.tanh(c_next)
    M    return c_next, h_next
    """

"""Answers to order_rnn_forward for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

# %% right: a text


def order_rnn_forward():
    return "G K D B J F A"


# %% right: the first lines in another order


def order_rnn_forward():
    return ["K", "D", "G", "B", "J", "F", "A"]


# %% right: small letters in a tuple


def order_rnn_forward():
    return tuple("dkgbjfa")


# %% right: a list in lines


def order_rnn_forward():
    return """
    D
    G
    K
    B
    J
    F
    A
    """


# %% right: the lines of the cell, moved


def order_rnn_forward():
    return """
    def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    K    h = x.new_zeros(x.shape[1], W_hh.shape[1]) if h0 is None else h0[0]
    G    squash = torch.relu if nonlinearity == "relu" else torch.tanh
    D    outputs = []
    B    for x_t in x:
    J        h = squash(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)
    F        outputs.append(h)
    A    return torch.stack(outputs), h[None]
    --- above: the lines that are used, in order; below: the others ---
    C        h = squash(x_t @ W_ih.T + h @ W_hh.T + b_hh)
    E    return torch.cat(outputs), h[None]
    H    for x_t in x.flip(0):
    L    return torch.stack(outputs), h
    """


# %% wrong: one of the two biases was left out


def order_rnn_forward():
    return "G K D B C F A"


# %% wrong: the states were joined instead of stacked


def order_rnn_forward():
    return "G K D B J F E"


# %% wrong: h_n lost its first axis


def order_rnn_forward():
    return "G K D B J F L"


# %% wrong: the sequence was read from its end


def order_rnn_forward():
    return "G K D H J F A"


# %% wrong: the sequence was read from its end


def order_rnn_forward():
    return """
    def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    K    h = x.new_zeros(x.shape[1], W_hh.shape[1]) if h0 is None else h0[0]
    G    squash = torch.relu if nonlinearity == "relu" else torch.tanh
    D    outputs = []
    H    for x_t in x.flip(0):
    J        h = squash(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)
    F        outputs.append(h)
    A    return torch.stack(outputs), h[None]
    --- above: the lines that are used, in order; below: the others ---
    B    for x_t in x:
    C        h = squash(x_t @ W_ih.T + h @ W_hh.T + b_hh)
    E    return torch.cat(outputs), h[None]
    L    return torch.stack(outputs), h
    """


# %% wrong: output holds the states before each step


def order_rnn_forward():
    return "G K D B F J A"


# %% wrong: "the letters of the alphabet"


def order_rnn_forward():
    return "A B C D E F G H J K L"


# %% wrong: "nothing"


def order_rnn_forward():
    return ""


# %% wrong: "no list"


def order_rnn_forward():
    return 7


# %% wrong: "a line twice"


def order_rnn_forward():
    return "G K D B J J F A"


# %% wrong: "a letter of no line"


def order_rnn_forward():
    return "G K D B J F Z"


# %% wrong: "without the list"


def order_rnn_forward():
    return "G K B J F A"


# %% wrong: "the return inside"


def order_rnn_forward():
    return "G K D B J A F"


# %% wrong: "code in place of letters"


def order_rnn_forward():
    return ["return None"]


# %% wrong: "without a return"


def order_rnn_forward():
    return "G K D B J F"


# %% wrong: "moved, and a line edited"


def order_rnn_forward():
    return """
    def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    K    h = x.new_zeros(x.shape[1], W_hh.shape[1]) if h0 is None else h0[0]
    G    squash = torch.relu if nonlinearity == "relu" else torch.tanh
    D    outputs = list()
    B    for x_t in x:
    J        h = squash(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)
    F        outputs.append(h)
    A    return torch.stack(outputs), h[None]
    --- above: the lines that are used, in order; below: the others ---
    C        h = squash(x_t @ W_ih.T + h @ W_hh.T + b_hh)
    E    return torch.cat(outputs), h[None]
    H    for x_t in x.flip(0):
    L    return torch.stack(outputs), h
    """


# %% wrong: "the lines as they stand in the cell"


def order_rnn_forward():
    return """
    def rnn_forward(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity="tanh"):
    --- above: the lines that are used, in order; below: the others ---
    A    return torch.stack(outputs), h[None]
    B    for x_t in x:
    C        h = squash(x_t @ W_ih.T + h @ W_hh.T + b_hh)
    D    outputs = []
    E    return torch.cat(outputs), h[None]
    F        outputs.append(h)
    G    squash = torch.relu if nonlinearity == "relu" else torch.tanh
    H    for x_t in x.flip(0):
    J        h = squash(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)
    K    h = x.new_zeros(x.shape[1], W_hh.shape[1]) if h0 is None else h0[0]
    L    return torch.stack(outputs), h
    """

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

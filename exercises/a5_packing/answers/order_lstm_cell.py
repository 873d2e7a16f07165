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


# %% wrong: the blocks were read as i, f, o, g


def order_lstm_cell():
    return "E C H B F L D"


# %% wrong: the candidate g went through a sigmoid


def order_lstm_cell():
    return "E J H K F L D"


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

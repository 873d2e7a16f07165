"""Three hints for lstm_cell_again: two that ask, and a worked example of a neighbouring line."""

HINTS = (
    "The lines below read one name that no line above has made. What is it called, and which state is it?",
    "Two gates decide about the cell state: one about what stays, one about what comes in. Which two, and of what?",
    "A neighbour: a unit with one gate k that keeps a share of its state and fills the rest.\n"
    "    new = k * old + (1 - k) * candidate\n"
    "An LSTM has a gate of its own for each of the two products. Which stands where `(1 - k)` does?",
)

"""Three hints for rnn_cell, from a nudge to nearly the answer."""

HINTS = (
    "Write down the shape of each of the six arguments and of the result. Which products of two of them have the "
    "shape (B, H)?",
    "x @ W_ih.T is (B, I) times (I, H), and h @ W_hh.T is (B, H) times (H, H). A bias (H,) is added to every row by "
    "itself.",
    "Add the two products and the two biases, and return torch.tanh of the sum. No loop, and nothing in place.",
)

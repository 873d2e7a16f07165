"""Three hints for rnn_cell: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Write down the shape of each of the six arguments and of the result. Which products of two of them have "
    "the shape (B, H)?",
    "(B, I) times what is (B, H)? Which of the two matrices has to be turned for that? What does a bias (H,) "
    "do where it meets (B, H)?",
    "A neighbour: a gate that looks at two things at once.\n"
    "    def gate(a, b, U, V, bias):  # a (B, N), b (B, M), U (K, N), V (K, M)\n"
    "        return torch.sigmoid(a @ U.T + b @ V.T + bias)\n"
    "What has this step more than that, and what stands in the place of the sigmoid? No loop is needed, and "
    "nothing in place.",
)

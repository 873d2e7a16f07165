"""Three hints for order_lstm_cell: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "What does each line read, and which line makes that? A line can come only after those that make what it reads.",
    "Of each pair of lines that make the same name, one belongs to a mistake. In which order do the blocks come, which "
    "of them may be negative, and which state does the output gate look at?",
    "A neighbour: one step of a unit that keeps a share k of its state.\n"
    "    A    return k * h + (1 - k) * n\n"
    "    B    n = torch.tanh(b)\n"
    "    C    a, b = (x @ W.T).chunk(2, dim=1)\n"
    "    D    k = torch.sigmoid(a)\n"
    "C B D A and C D B A are both right. Which of the lines of the LSTM may change places like B and D?",
)

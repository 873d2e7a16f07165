"""Three hints for order_lstm_cell: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "What does each line read, and which line makes that? A line can come only after those that make what it reads.",
    "Of each pair of lines that make the same name, one belongs to a mistake. In which order do the blocks come, which "
    "of them may be negative, and which state does the output gate look at?",
    "A neighbour: one step of a unit that keeps a share k of its state.\n"
    "    def keep(x, h, W):\n"
    "        a, b = (x @ W.T).chunk(2, dim=1)\n"
    "        k = torch.sigmoid(a)\n"
    "        n = torch.tanh(b)\n"
    "        return k * h + (1 - k) * n\n"
    "The lines that make k and n may change places. Which of the lines of the LSTM may?",
)

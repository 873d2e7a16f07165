"""Three hints for lstm_cell: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "All four blocks read the same two things, x and h. Nothing keeps you from computing all 4H numbers of a "
    "row at once, before you ask which is which. What is the shape of that?",
    "Which method cuts a tensor into equal pieces along an axis, and which axis is it here? In which order do "
    "PyTorch's blocks come, and which of them is no gate?",
    "A neighbour: a unit with one gate k, whose block comes first, and one candidate n.\n"
    "    def leaky(x, h, W, U, bias):  # W (2H, I), U (2H, H)\n"
    "        k, n = (x @ W.T + h @ U.T + bias).chunk(2, dim=1)\n"
    "        k = torch.sigmoid(k)\n"
    "        return k * h + (1 - k) * torch.tanh(n)\n"
    "How many blocks are there here, what does each go through, which state do they change, and how is the "
    "other one made of that?",
)

"""Three hints for final_features: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Write down which layer and direction each row of h_n belongs to, for two layers in two directions. Where "
    "are the rows of the top layer, for any number of layers?",
    "How many rows has the top layer in one direction, and how many in two, which of them first? Each is (B, "
    "H): which function joins two of them along the features?",
    "A neighbour: what the lowest layer of a bidirectional module ends with, (B, 2H).\n"
    "    def lowest(states):\n"
    "        return torch.cat([states[0], states[1]], dim=1)\n"
    "Which rows are the top layer's, counted so that the number of layers does not matter? What is left of "
    "this in one direction? A view of states would put numbers of different sequences into one row.",
)

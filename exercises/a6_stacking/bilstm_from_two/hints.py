"""Three hints for bilstm_from_two: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "The forward half is easy, padding and all: which of its steps are right? For the other half, what would "
    "bwd have to be given, so that its first step is each sequence's last real one?",
    "Each sequence is turned round at its own end, not the whole row. In which order does bwd then speak of "
    "the steps, and what has to be done to that? What keeps the padding out of both layers?",
    "A neighbour: for each step, the sum of what is still to come of its sequence.\n"
    "    def still_to_come(values, counts):  # (B, T, F)\n"
    "        result = torch.zeros_like(values)\n"
    "        for row, n in enumerate(counts.tolist()):\n"
    "            result[row, :n] = values[row, :n].flip(0).cumsum(0).flip(0)\n"
    "        return result\n"
    "The backward layer stands in the place of cumsum. Where does its last state go, and what stands beside "
    "its output along the features?",
)

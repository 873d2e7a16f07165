"""Three hints for evaluate_tokens: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Keep three running sums over all batches: the summed loss, the right tokens, the real tokens. When do you "
    "divide, and how often?",
    "In which mode, and inside which context, is the model called? How does the mode come back, whatever it "
    "was? Why should the sums be plain Python numbers?",
    "A neighbour: the mean length of words that come in batches of unequal size.\n"
    "    def mean_length(lists):\n"
    "        letters = words = 0\n"
    "        for some in lists:\n"
    "            letters += sum(len(word) for word in some)\n"
    "            words += len(some)\n"
    "        return letters / words if words else 0.0\n"
    "Each word counts once, because one division comes last. Which option has F.cross_entropy give a sum, "
    "which one leaves the padding out, and where do the right tokens leave it out?",
)

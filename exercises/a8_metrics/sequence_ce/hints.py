"""Three hints for sequence_ce: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Two things are needed: the cross-entropy of every real token, summed, and the number of real tokens. What "
    "tells the one from the other, and how is it counted?",
    "F.cross_entropy wants the classes in dimension 1, or two flat tensors (N, C) and (N,): how do you get "
    "there? Which of its options leave padding out, and add up? What do you divide by where there is no real "
    "token?",
    "A neighbour: the mean absolute error at marked places.\n"
    "    def marked_error(found, wanted, marked):\n"
    "        total = ((found - wanted).abs() * marked).sum()\n"
    "        return total / marked.sum().clamp(min=1)\n"
    "Where nothing is marked this is 0, and still hangs on the graph. Which sum takes the place of total, and "
    "what is marked here?",
)

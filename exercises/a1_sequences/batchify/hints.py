"""Three hints for batchify: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "With 7 tokens and batch_size 2: which tokens are in the first segment, which in the second, and which one "
    "is left over? Write the segments as columns.",
    "Where do you cut off what fills no whole row? view lays neighbours out as rows, because rows are "
    "contiguous in memory: how does a row become a column?",
    "A neighbour: the mean of every n numbers that follow each other, what is left over dropped.\n"
    "    def means(values, n):\n"
    "        rows = values.numel() // n\n"
    "        return values[: rows * n].view(rows, n).mean(dim=1)\n"
    "Here n says how long a row is. In which order must the two sizes stand where it says how many segments "
    "there are, and what comes after the view, where each segment is to be a column?",
)

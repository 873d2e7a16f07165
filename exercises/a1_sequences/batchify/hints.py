"""Three hints for batchify, from a nudge to nearly the answer."""

HINTS = (
    "With 7 tokens and batch_size 2: which tokens are in the first segment, which in the second, and which one is "
    "left over? Write the segments as columns.",
    "Cut the stream to L * batch_size tokens. view can lay segments out as ROWS, because rows are contiguous in "
    "memory. How does a row become a column?",
    "L = len(stream) // batch_size, then stream[: L * batch_size].view(batch_size, L), then its transpose.",
)

"""Three hints for sequence_ce, from a nudge to nearly the answer."""

HINTS = (
    "Two things are needed: the cross-entropy of every real token, summed, and the number of real tokens. What does "
    "targets != pad_id give you?",
    "F.cross_entropy wants the classes in dimension 1, or two flat tensors (N, C) and (N,). It has ignore_index and "
    "reduction='sum'. Then divide by the count, taking care of a count of 0.",
    "total = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=pad_id, reduction='sum'); divide "
    "it by (targets != pad_id).sum().clamp(min=1). A sum over nothing is 0 and still hangs on the graph.",
)

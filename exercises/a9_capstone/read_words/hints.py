"""Three hints for read_words, from a nudge to nearly the answer."""

HINTS = (
    "You have all parts: assignment 5 packs, assignment 6 finds the last states of both directions. The embedding comes "
    "before the packing.",
    "Pack embedding(ids) as in assignment 5, unsorted lengths and all, and give that to lstm. Of what comes back, h_n "
    "alone is needed: it holds each word's own last state, of every layer and direction. Which rows are the top's?",
    "packed = pack_padded_sequence(embedding(ids), lengths, batch_first=True, enforce_sorted=False); _, (h_n, _) = "
    "lstm(packed). Return torch.cat([h_n[-2], h_n[-1]], dim=1), or h_n[-1] where lstm.bidirectional is False.",
)

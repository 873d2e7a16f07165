"""Three hints for lstm_cell, from a nudge to nearly the answer."""

HINTS = (
    "All four blocks read the same two things, x and h. Nothing keeps you from computing all 4H numbers of a "
    "row at once, before you ask which is which.",
    "x @ W_ih.T + b_ih + h @ W_hh.T + b_hh has the shape (B, 4H). .chunk(4, dim=1) cuts it into four pieces of "
    "shape (B, H), in the order of the blocks: i, f, g, o.",
    "Three of the pieces go through torch.sigmoid, the third, g, through torch.tanh. Then c_new is f * c + i * g, "
    "and h_new is o * tanh of that new c. Return h_new first.",
)

"""Three hints for lstm_forward, from a nudge to nearly the answer."""

HINTS = (
    "You wrote the step in assignment 3. What is left is a loop, a start, and the two layouts. Can you bring one "
    "layout to the other, so that the loop need not know?",
    "If batch_first, transpose x at the beginning and output at the end; the states are never transposed. Start "
    "from h, c = hx[0][0], hx[1][0], or from zeros made with x.new_zeros(B, H).",
    "In the loop: z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh; i, f, g, o = z.chunk(4, 1); c and h as in the cell; "
    "append h. At the end torch.stack, and (h.unsqueeze(0), c.unsqueeze(0)).",
)

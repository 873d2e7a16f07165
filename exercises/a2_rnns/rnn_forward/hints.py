"""Three hints for rnn_forward, from a nudge to nearly the answer."""

HINTS = (
    "You have the step already. What changes from one step to the next, and what stays?",
    "Start from h = h0[0], or x.new_zeros(B, H) where h0 is None. Loop `for step in x`, replace h by the new state "
    "and append it to a list.",
    "Each step is step @ W_ih.T + b_ih + h @ W_hh.T + b_hh, then torch.tanh or torch.relu. output is torch.stack "
    "of the list, and h_n is the last h with an axis in front: h[None], or h.unsqueeze(0).",
)

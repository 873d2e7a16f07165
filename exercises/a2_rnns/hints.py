"""Three hints for each exercise on RNNs, from a nudge to nearly the answer."""

RNN_CELL = (
    "Write down the shape of each of the six arguments and of the result. Which products of two of them have the "
    "shape (B, H)?",
    "x @ W_ih.T is (B, I) times (I, H), and h @ W_hh.T is (B, H) times (H, H). A bias (H,) is added to every row by "
    "itself.",
    "Add the two products and the two biases, and return torch.tanh of the sum. No loop, and nothing in place.",
)

RNN_FORWARD = (
    "You have the step already. What changes from one step to the next, and what stays?",
    "Start from h = h0[0], or x.new_zeros(B, H) where h0 is None. Loop `for step in x`, replace h by the new state "
    "and append it to a list.",
    "Each step is step @ W_ih.T + b_ih + h @ W_hh.T + b_hh, then torch.tanh or torch.relu. output is torch.stack "
    "of the list, and h_n is the last h with an axis in front: h[None], or h.unsqueeze(0).",
)

RUN_IN_CHUNKS = (
    "What does the module give you, beside the output, that the next piece needs?",
    "x.split(chunk_len) cuts along time, a shorter piece at the end included. Start with state = hx, and call the "
    "module with a piece and the state.",
    "In the loop: output, state = rnn(piece, state), and append output to a list. nn.RNN, nn.GRU and nn.LSTM all "
    "take back the state that they gave. At the end torch.cat the list, and return it with state.",
)

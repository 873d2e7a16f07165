"""Three hints for run_in_chunks, from a nudge to nearly the answer."""

HINTS = (
    "What does the module give you, beside the output, that the next piece needs?",
    "x.split(chunk_len) cuts along time, a shorter piece at the end included. Start with state = hx, and call the "
    "module with a piece and the state.",
    "In the loop: output, state = rnn(piece, state), and append output to a list. nn.RNN, nn.GRU and nn.LSTM all "
    "take back the state that they gave. At the end torch.cat the list, and return it with state.",
)

"""Three hints for tbptt_backward, from a nudge to nearly the answer."""

HINTS = (
    "It is run_in_chunks with two more lines in the loop: a loss that is pulled back, and a state that loses its "
    "history. Where must the state be detached?",
    "The loss of a chunk is the sum of its squared errors divided by y.numel(), the elements of the whole. Call "
    "backward() on each, add up loss.item(). The state of an nn.LSTM is a pair, detach both parts.",
    "for each piece of x.split(chunk_len) and y.split(chunk_len): output, state = rnn(piece, state); loss = "
    "((head(output) - wanted) ** 2).sum() / y.numel(); loss.backward(); total += loss.item(); state = tuple(s.detach() "
    "for s in state) if isinstance(state, tuple) else state.detach().",
)

"""Three hints for each exercise on gates, from a nudge to nearly the answer."""

LSTM_CELL = (
    "All four blocks read the same two things, x and h. Nothing keeps you from computing all 4H numbers of a "
    "row at once, before you ask which is which.",
    "x @ W_ih.T + b_ih + h @ W_hh.T + b_hh has the shape (B, 4H). .chunk(4, dim=1) cuts it into four pieces of "
    "shape (B, H), in the order of the blocks: i, f, g, o.",
    "Three of the pieces go through torch.sigmoid, the third, g, through torch.tanh. Then c_new is f * c + i * g, "
    "and h_new is o * tanh of that new c. Return h_new first.",
)

GATE_VALUES = (
    "Write down what the gates at time t read. One of the two is x[t]. Who can tell you the other for all t?",
    "output of lstm(x) holds the state after each step. Before step t the state was the one after step t - 1, "
    "and before the first step it was zero: shift output by one along time. Which axis time is depends on "
    "lstm.batch_first.",
    "With h so shifted, x @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T, and the two biases if lstm.bias, holds "
    "all four blocks of all steps in its last axis. Chunk that axis in four; sigmoid for i, f, o, tanh for g.",
)

SET_FORGET_BIAS = (
    "lstm.named_parameters() gives you every bias of every layer and direction with its name. Which of its rows "
    "are the forget gate's?",
    "Two vectors add up to the bias that counts. Decide what each of the two gets. A parameter may be written "
    "into, under torch.no_grad(), without becoming another object.",
    "With H = lstm.hidden_size: in each parameter whose name begins with bias_ih, assign value to the rows "
    "H to 2 * H; in each bias_hh assign 0 to them. First raise ValueError if not lstm.bias; last return lstm.",
)

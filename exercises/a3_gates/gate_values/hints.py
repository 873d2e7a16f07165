"""Three hints for gate_values, from a nudge to nearly the answer."""

HINTS = (
    "Write down what the gates at time t read. One of the two is x[t]. Who can tell you the other for all t?",
    "output of lstm(x) holds the state after each step. Before step t the state was the one after step t - 1, "
    "and before the first step it was zero: shift output by one along time. Which axis time is depends on "
    "lstm.batch_first.",
    "With h so shifted, x @ lstm.weight_ih_l0.T + h @ lstm.weight_hh_l0.T, and the two biases if lstm.bias, holds "
    "all four blocks of all steps in its last axis. Chunk that axis in four; sigmoid for i, f, o, tanh for g.",
)

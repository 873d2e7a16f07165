"""Three hints for lstm_param_count, from a nudge to nearly the answer."""

HINTS = (
    "Print the names and shapes of the parameters of nn.LSTM(3, 5, 2, bidirectional=True, proj_size=2), and find "
    "for each number where it comes from.",
    "Let out be proj_size if it is not 0, else hidden_size, and D the number of directions. A direction of a layer "
    "has 4H rows, each with weights for what the layer reads, weights for h (out of them) and two biases.",
    "Sum over layers: reads = input_size for the first, D * out for the others; add D * (4 * H * (reads + out + (2 "
    "if bias else 0)) + proj_size * H). With proj_size=0 the last term vanishes by itself.",
)

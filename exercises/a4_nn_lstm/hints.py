"""Three hints for each exercise on nn.LSTM, from a nudge to nearly the answer."""

LSTM_FORWARD = (
    "You wrote the step in assignment 3. What is left is a loop, a start, and the two layouts. Can you bring one "
    "layout to the other, so that the loop need not know?",
    "If batch_first, transpose x at the beginning and output at the end; the states are never transposed. Start "
    "from h, c = hx[0][0], hx[1][0], or from zeros made with x.new_zeros(B, H).",
    "In the loop: z = step @ W_ih.T + b_ih + h @ W_hh.T + b_hh; i, f, g, o = z.chunk(4, 1); c and h as in the cell; "
    "append h. At the end torch.stack, and (h.unsqueeze(0), c.unsqueeze(0)).",
)

LSTM_PARAM_COUNT = (
    "Print the names and shapes of the parameters of nn.LSTM(3, 5, 2, bidirectional=True, proj_size=2), and find "
    "for each number where it comes from.",
    "Let out be proj_size if it is not 0, else hidden_size, and D the number of directions. A direction of a layer "
    "has 4H rows, each with weights for what the layer reads, weights for h (out of them) and two biases.",
    "Sum over layers: reads = input_size for the first, D * out for the others; add D * (4 * H * (reads + out + (2 "
    "if bias else 0)) + proj_size * H). With proj_size=0 the last term vanishes by itself.",
)

LSTM_SHAPES = (
    "Four facts decide all three shapes: how many directions, how many layers, how wide h is, and whether there "
    "is a batch.",
    "output has a row for each step and shows both directions of the top layer side by side. h_n and c_n have one "
    "entry for each layer and direction, whatever batch_first says.",
    "out = proj_size or hidden_size. output ends with D * out; h_n is (D * num_layers, batch, out), c_n the same "
    "with hidden_size. Where batch is None leave that axis out of all three.",
)

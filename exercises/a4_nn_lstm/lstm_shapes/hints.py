"""Three hints for lstm_shapes, from a nudge to nearly the answer."""

HINTS = (
    "Four facts decide all three shapes: how many directions, how many layers, how wide h is, and whether there "
    "is a batch.",
    "output has a row for each step and shows both directions of the top layer side by side. h_n and c_n have one "
    "entry for each layer and direction, whatever batch_first says.",
    "out = proj_size or hidden_size. output ends with D * out; h_n is (D * num_layers, batch, out), c_n the same "
    "with hidden_size. Where batch is None leave that axis out of all three.",
)

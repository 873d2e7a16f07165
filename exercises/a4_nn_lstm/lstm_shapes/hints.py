"""Three hints for lstm_shapes: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Four facts decide all three shapes: how many directions, how many layers, how wide h is, and whether "
    "there is a batch. Which shape depends on which?",
    "Which of the three has an axis of time, and shows only the top layer? Which two have an entry for each "
    "layer and direction, whatever batch_first says? Which one keeps hidden_size under a projection?",
    "A neighbour: the shapes of an nn.RNN of several layers in one direction, time first.\n"
    "    def rnn_shapes(steps, rows, units, layers):\n"
    '        return {"output": (steps, rows, units), "h_n": (layers, rows, units)}\n'
    "What does a second direction multiply in each of the two? Which axis goes without a batch, and which two "
    "change places with batch_first, in which of them?",
)

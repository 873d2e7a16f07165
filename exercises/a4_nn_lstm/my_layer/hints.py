"""Three hints for my_layer: two that ask, and a worked example of a neighbouring task."""

HINTS = (
    "What does the forget gate of a unit depend on while nothing happens? Which rows of the weights are its rows, "
    "and what is the input then?",
    "What would you see in the cell state of a unit that counts after one mark, after two, after three? And in that "
    "of a unit that only notices marks? What reads the count, c or h?",
    "A neighbour: how much of unit 0's hidden state is left one idle step later.\n"
    "    output, (h, c) = layer.lstm(layer.sequence(2))\n"
    "    next_output, _ = layer.lstm(layer.idle.view(1, 1, 2), (h, c))\n"
    "    next_output[0, 0, 0] / h[0, 0, 0]\n"
    "Which state and which steps does your question ask about? What do you compare a run with, so that what comes in at "
    "rest does not count?",
)

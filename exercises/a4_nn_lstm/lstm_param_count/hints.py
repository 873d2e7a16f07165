"""Three hints for lstm_param_count: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Print the names and shapes of the parameters of nn.LSTM(3, 5, 2, bidirectional=True, proj_size=2), "
    "outside of your function. Where does each number come from?",
    "How many rows has a direction of a layer? What has each row a weight for, and how many biases? What does "
    "the second layer read, and what does a projection change of that?",
    "A neighbour: an nn.GRU of one layer and one direction has three blocks.\n"
    "    def gru_count(reads, units):\n"
    "        return 3 * units * (reads + units + 2)\n"
    "gru_count(3, 5) is 150, as nn.GRU(3, 5) has. What becomes of the 3? Which numbers change from the first "
    "layer to the next, which part doubles, and which matrix does a projection add?",
)

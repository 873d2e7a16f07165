"""Three hints for rnn_forward: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "You have the step already. What changes from one step to the next, and what stays?",
    "What is the first state where h0 is given, and which shape has it? What where it is None, in the dtype "
    "and on the device of x? What do you keep of each step, and which function puts T of those on a new first "
    "axis?",
    "A neighbour: a level that follows its input slowly, and starts from zero.\n"
    "    def follow(x, keep):  # x (T, F)\n"
    "        level, levels = torch.zeros_like(x[0]), []\n"
    "        for value in x:\n"
    "            level = keep * level + (1 - keep) * value\n"
    "            levels.append(level)\n"
    "        return torch.stack(levels), level\n"
    "What takes the place of the line in the middle, for either nonlinearity? Which axis has nn.RNN's last "
    "state that this level lacks?",
)

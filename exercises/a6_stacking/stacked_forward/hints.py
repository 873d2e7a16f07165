"""Three hints for stacked_forward: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Without dropout it is a loop of three lines. In which place of it does dropout act, so that it meets "
    "every output but the last, and no state?",
    "What of a layer's results goes on to the next, and what is kept? How does the loop know the last layer? "
    "Which argument of nn.functional.dropout is True unless you say otherwise?",
    "A neighbour: linear blocks with a relu between them, and the mean of each block kept.\n"
    "    def deep(blocks, value):\n"
    "        means = []\n"
    "        for number, block in enumerate(blocks):\n"
    "            value = torch.relu(value) if number else value\n"
    "            value = block(value)\n"
    "            means.append(value.mean())\n"
    "        return value, torch.stack(means)\n"
    "What do you keep of an nn.LSTM? Those tensors have an axis of layers already: which function joins them "
    "along it?",
)

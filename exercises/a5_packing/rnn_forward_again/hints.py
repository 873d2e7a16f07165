"""Three hints for rnn_forward_again: two that ask, and a worked example of a neighbouring line."""

HINTS = (
    "What does a step read besides its input, and where does it find that? Which name does the next line expect?",
    "How many products and how many biases does a step add before `squash`, and which shapes do they have?",
    "A neighbour: a loop whose state forgets half of itself at each step.\n"
    "    def fading(x, h):\n"
    "        for x_t in x:\n"
    "            h = 0.5 * h + x_t\n"
    "        return h\n"
    "Which parts of the line in the loop are those of an RNN, "
    "and what does an RNN do to the old state instead of halving it?",
)

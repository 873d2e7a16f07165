"""Three hints for set_forget_bias: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Which method of a module gives every parameter of every layer and direction with its name? Which rows of "
    "a bias are the forget gate's?",
    "Two vectors add up to the bias that counts: what does each of the two get? Under which context may a "
    "parameter be written into without becoming another object?",
    "A neighbour: the last block of every bias of an nn.GRU, r, z, n, is made zero.\n"
    "    def no_candidate_bias(gru):\n"
    "        last = 2 * gru.hidden_size\n"
    "        with torch.no_grad():\n"
    "            for title, vector in gru.named_parameters():\n"
    '                if "bias" in title:\n'
    "                    vector[last:] = 0\n"
    "Which rows are yours, where do they end, and what tells the two kinds of biases apart? What must be "
    "refused before, and what is handed back after?",
)

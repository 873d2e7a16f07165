"""Three hints for clamped: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "A step of the LSTM computes four gates and candidates, then c, then h. Behind which of these lines does the clamp "
    "belong, so that this step's h and the next step's c both come from the held value?",
    "Autograd does not like a tensor that is changed in place after it was used. Which function makes a new tensor from "
    "a mask of units, a value and c?",
    "A neighbour: a plain RNN whose hidden state is cut off at a ceiling, at each step.\n"
    "    def with_ceiling(rnn_cell, steps, h, ceiling):  # steps (T, B, I), h (B, H)\n"
    "        states = []\n"
    "        for step in steps:\n"
    "            h = rnn_cell(step, h)\n"
    "            h = torch.where(h > ceiling, torch.full_like(h, ceiling), h)\n"
    "            states.append(h)\n"
    "        return torch.stack(states)\n"
    "Which mask is true for one unit only, and which two states does an LSTM have?",
)

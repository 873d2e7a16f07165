"""Three hints for selectivity: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Two probes are fitted, to two kinds of labels. Which labels does the control task give to each step, if `drawn` "
    "has one for each kind?",
    "Write one inner function that takes labels and returns the share of right answers, and call it twice. Which steps "
    "does it learn from, which is it tried on, and what stands beside the states so that a constant can be added?",
    "A neighbour: a line through some points that says whether others are above 3.\n"
    "    def share_right(x, y, new_x, new_y):  # all of shape (n,), floats\n"
    "        A = torch.stack([x, torch.ones_like(x)], dim=1)\n"
    "        line = torch.linalg.lstsq(A, y[:, None]).solution  # (2, 1)\n"
    "        new_A = torch.stack([new_x, torch.ones_like(new_x)], dim=1)\n"
    "        said = (new_A @ line)[:, 0] > 3\n"
    "        return (said == (new_y > 3)).float().mean()\n"
    "How is A made where there are H numbers for each step, and what becomes of labels that are whole numbers?",
)

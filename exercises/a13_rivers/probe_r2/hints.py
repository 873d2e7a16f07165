"""Three hints for probe_r2: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "A linear probe with an intercept is linear in the states and in one more column. Which column is that, and which "
    "function of torch.linalg solves for the weights that make the squared errors smallest?",
    "Write one inner function that gets the training target and returns a score, and call it twice. Which of the "
    "tensors in it are those of the first days, which those of the rest, and what changes from one call to the other?",
    "A neighbour: a straight line through some points, and its largest error on others.\n"
    "    def worst_error(x, y, new_x, new_y):  # all of shape (n,)\n"
    "        A = torch.stack([x, torch.ones_like(x)], dim=1)\n"
    "        line = torch.linalg.lstsq(A, y[:, None]).solution  # (2, 1)\n"
    "        new_A = torch.stack([new_x, torch.ones_like(new_x)], dim=1)\n"
    "        return float(((new_A @ line)[:, 0] - new_y).abs().max())\n"
    "How is A made where there are H numbers for each day? With what is the sum of the squared errors compared in R2?",
)

"""Three hints for planted_unit: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Two questions are asked of each unit: does it follow the marks, and does the output change when it is held? Which "
    "of your functions answers the second, and at what is the unit held?",
    "What is the output of the network, if `head` is multiplied with h? With what is it compared when a unit is held, "
    "and which units are left out before the largest change is looked for?",
    "A neighbour: the input feature whose absence changes a plain RNN's last state most, of those that are not "
    "constant.\n"
    "    def strongest_feature(run, x):  # x (T, B, I)\n"
    "        whole = run(x)\n"
    "        changes = []\n"
    "        for k in range(x.shape[2]):\n"
    "            without = x.clone()\n"
    "            without[..., k] = x[..., k].mean()\n"
    "            changes.append((run(without) - whole).square().mean())\n"
    "        moves = x.flatten(0, 1).std(dim=0) > 0\n"
    "        return int((torch.stack(changes) * moves).argmax())\n"
    "Which mask takes the place of `moves`, and what is held here in place of an input?",
)

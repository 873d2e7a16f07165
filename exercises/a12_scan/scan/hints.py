"""Three hints for scan: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "A step is a map h -> a h + b. Do one such map and then another: which a and which b has the map that does both? "
    "That pair is what a round computes, for all steps at once.",
    "After the round with offset k each entry stands for the last 2 k steps. With which entry is entry t combined in "
    "that round, and what happens to the first k? Where can h_0 go, so that the rounds need not know it?",
    "A neighbour: the largest number so far, in rounds.\n"
    "    def running_max(x):  # x (T, B)\n"
    "        k = 1\n"
    "        while k < len(x):\n"
    "            x = torch.cat([x[:k], torch.maximum(x[:-k], x[k:])])\n"
    "            k = 2 * k\n"
    "        return x\n"
    "Here one tensor is enough, for a maximum of maxima is a maximum. Which two do you carry from round to round, and "
    "may the first be replaced before the second was computed?",
)

"""Three hints for make_windows: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Take T = 5, window = 3, horizon = 1 and write down by hand which steps are in each window, and which step "
    "is its target. How many windows have both?",
    "What is the least number of windows that is no error? Which function puts equally long slices on a new "
    "axis, and does it copy them? At which step does the first target lie, and at which the next?",
    "A neighbour: the sum of every k steps that follow each other.\n"
    "    def moving_sums(values, k):\n"
    "        count = len(values) - k + 1\n"
    "        if count < 1:\n"
    '            raise ValueError("too short")\n'
    "        return torch.stack([values[n : n + k].sum() for n in range(count)])\n"
    "What stands in the list where nothing is summed? How does a target further ahead change the count? And "
    "which single slice holds all targets, and whose memory is it?",
)

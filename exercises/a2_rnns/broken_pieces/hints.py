"""Three hints for broken_pieces: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Read the function beside the formula of exercise 1, and beside what a state is for. Which line would you have "
    "written otherwise?",
    "When does that line do no harm? Think of each argument in turn: of its sizes, of zeros in it, of a matrix that is "
    "its own transpose, of None, of one piece that holds everything.",
    "A neighbour: a mean that divides by the size of the batch and not by the number of steps.\n"
    "    def mean_over_time(x):  # (T, B, I)\n"
    "        return x.sum(0) / x.shape[1]\n"
    "It is wrong on torch.ones(4, 2, 1, dtype=torch.float64), where it gives 2, and right on torch.ones(2, 2, 1, "
    "dtype=torch.float64). Which argument made the difference, and why?",
)

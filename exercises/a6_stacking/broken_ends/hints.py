"""Three hints for broken_ends: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "At which step has the forward direction read a whole sequence, and at which the backward one? Which steps does "
    "your function take, and which half of each?",
    "For which lengths is what it takes the same as what it should take? Think of rows that are all equally long, of "
    "full ones, of those of one step, of the order in which they come, and of an output whose numbers are all equal.",
    "A neighbour: a mean over the real steps that divides by all of them.\n"
    "    def mean_over_time(output, lengths):  # (B, T, H), (B,)\n"
    "        real = torch.arange(output.shape[1]) < lengths[:, None]\n"
    "        return (output * real[..., None]).sum(1) / output.shape[1]\n"
    "It is wrong where a length is below T, and right where all are T. Which argument made the difference?",
)

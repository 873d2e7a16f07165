"""Three hints for split_standardize: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Which rows may you look at before you know anything of the future? Only those may enter mean and std.",
    "Along which axis do the statistics run, so that each feature has its own? By what does std of PyTorch "
    "divide unless it is told otherwise? What does a feature that never changes do to a division?",
    "A neighbour: features brought to the range from 0 to 1 by the past alone.\n"
    "    def scale(past, rows):\n"
    "        low, high = past.amin(0), past.amax(0)\n"
    "        width = high - low\n"
    "        return (rows - low) / torch.where(width > 0, width, torch.ones_like(width))\n"
    "Which two numbers stand in the place of low and width here, and which question in the place of `width > "
    "0`? Both parts are divided by the same.",
)

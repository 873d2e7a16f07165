"""Three hints for weather_windows: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Two things, one after the other: first the weather gets new numbers, then it is cut. Which days may the mean and "
    "the deviation know, and over which axis are they taken?",
    "Write down, for 6 days and windows of 3, the first and the last day of each window. How many windows are there, "
    "and at which entry of flow does the first target lie?",
    "A neighbour: the sum of the rain of the last `days` days, in units of a normal day.\n"
    "    def wetness(rain, days, train):  # rain (T,)\n"
    "        usual = rain[:train].mean()\n"
    "        ends = range(days, len(rain) + 1)\n"
    "        return torch.stack([(rain[end - days : end] / usual).sum() for end in ends])\n"
    "What is kept of each slice in your function, in place of its sum? Which entry of flow belongs to the slice that "
    "ends before `end`?",
)

"""Three hints for bucket_batches: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Three things happen one after the other: the order is cut, each piece is sorted, and what is sorted is cut again. "
    "Into which sizes is it cut each time?",
    "`order` holds the numbers of examples. What is at lengths[3], and how do you get the lengths of the examples that "
    "stand in a piece of the order? What does argsort of these give: examples, or places in the piece?",
    "A neighbour: in each group of three runners, who was fastest?\n"
    "    def fastest(times, runners):  # times of all, numbers of those who ran\n"
    "        winners = []\n"
    "        for group in runners.split(3):\n"
    "            winners.append(group[times[group].argmin()])\n"
    "        return winners\n"
    "What do you take of `group` where this takes one entry, and how is it cut then?",
)

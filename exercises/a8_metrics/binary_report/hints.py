"""Three hints for binary_report: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Make both tensors bool first: then every dtype is treated alike, and the four cells are four logical "
    "expressions. What must be checked before anything is combined?",
    "Which expression of the two tensors is true where 1 was said and is wrong? What kind of number has a "
    "count to be, and in which dtype may it be added up? Which ratios have a denominator that can be 0?",
    "A neighbour: how often rain was forecast, and how often it rained then.\n"
    "    def share(some, all_of_them):\n"
    "        return some / all_of_them if all_of_them else 0.0\n"
    "    forecast = int(said.sum())\n"
    "    hit_rate = share(int((said & rained).sum()), forecast)\n"
    "Which four counts do you need, and which sums of them stand below the line of each ratio?",
)

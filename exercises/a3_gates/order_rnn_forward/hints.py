"""Three hints for order_rnn_forward: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Which lines have to be there before the loop begins? Which are indented, and so belong inside it? That leaves "
    "the end.",
    "Where two lines say nearly the same, one of them belongs to a mistake. What is different, and which shape or "
    "which number would change by it?",
    "A neighbour: the running total of a list.\n"
    "    def running(values):\n"
    "        total, totals = 0, []\n"
    "        for value in values:\n"
    "            total = total + value\n"
    "            totals.append(total)\n"
    "        return totals\n"
    "What would come out if the two lines in the loop changed places? Which two lines of yours are like them?",
)

"""Three hints for order_rnn_forward: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Which lines have to be there before the loop begins? Which are indented, and so belong inside it? That leaves "
    "the end.",
    "Where two lines say nearly the same, one of them belongs to a mistake. What is different, and which shape or "
    "which number would change by it?",
    "A neighbour: the running total of a list.\n"
    "    A    total = total + value\n"
    "    B    totals.append(total)\n"
    "    C    for value in values:\n"
    "    D    total, totals = 0, []\n"
    "    E    return totals\n"
    "D C A B E gives the total after each value. What would D C B A E give?",
)

"""Three hints for pad_batch: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "You know the lengths before you pad anything. Which of the three results can be made from them alone?",
    "The values say nothing about where a sequence ends, for a real step may hold pad_value: what says it? For "
    "padded, torch.nn.utils.rnn has a function; which of its arguments does it need here?",
    "A neighbour: a table that is True on its diagonal and left of it.\n"
    "    def left(size):\n"
    "        number = torch.arange(size)\n"
    "        return number <= number[:, None]  # a row compared with a column\n"
    "One comparison makes the whole table. What stands in the row, what in the column, and is it < or <=, "
    "where a sequence of n steps fills the places 0 to n - 1?",
)

"""Three hints for next_tokens: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Take the line 5, 8, 6. At which tokens does the model stop and guess, and what is right each time? How many are "
    "there in a line of three tokens?",
    "Two tensors are padded, and a padded place means something else in each. What may a model read where nothing is, "
    "and which number tells cross_entropy that there is nothing to guess?",
    "A neighbour: bits of different lengths, with a mask, and for each bit whether it differs from the one before.\n"
    "    def changes(rows):  # each (T,), of zeros and ones\n"
    "        differ = [row[1:] != row[:-1] for row in rows]\n"
    "        longest = max(len(row) for row in differ)\n"
    "        table = torch.zeros(longest, len(rows), dtype=torch.bool)\n"
    "        for column, row in enumerate(differ):\n"
    "            table[: len(row), column] = row\n"
    "        return table\n"
    "What do you fill two such tables with beforehand, and which part of a row goes into each?",
)

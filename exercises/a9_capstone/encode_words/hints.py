"""Three hints for encode_words: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Do one word by hand first: look every letter up in the alphabet, and write down its place counted from 1. "
    "What is left is to write the rows into a tensor: how wide is it?",
    "Which kind of object looks a letter up, and what does its get do with letters that it lacks? If you begin "
    "with zeros of the final shape and dtype, which part of the work is done?",
    "A neighbour: the codes of characters in a table, -1 behind the shorter lines.\n"
    "    def codes(lines, width):\n"
    "        table = torch.full((len(lines), width), -1)\n"
    "        for row, line in enumerate(lines):\n"
    "            table[row, : len(line)] = torch.tensor([ord(letter) for letter in line])\n"
    "        return table\n"
    "What stands in the place of ord and of -1, how wide is the table, and what else is returned?",
)

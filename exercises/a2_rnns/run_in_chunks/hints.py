"""Three hints for run_in_chunks: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "What does the module give you, beside the output, that the next piece needs?",
    "Along which axis are pieces cut, and what becomes of the last ones where the length is no multiple? What "
    "does the first piece start from, and what each later one?",
    "A neighbour: running sums, some steps at a time.\n"
    "    def sums_in_pieces(values, size):\n"
    "        total, sums = 0, []\n"
    "        for part in values.split(size):\n"
    "            sums.append(total + part.cumsum(0))\n"
    "            total = sums[-1][-1]\n"
    "        return torch.cat(sums)\n"
    "What is the total of a recurrent module, and who hands it to you in the module's own format?",
)

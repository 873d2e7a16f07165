"""Three hints for run_packed: two that ask, and a worked example of a neighbouring function."""

HINTS = (
    "Lesson 5 does this in three lines: pack, run, unpack. What does each of the two functions assume by "
    "default, and which of it does not hold here?",
    "Each of the two takes time for the first axis unless told otherwise. Packing moreover expects the longest "
    "first and lengths on the CPU; unpacking ends with the longest sequence, though x may go on. Which "
    "argument mends each?",
    "A neighbour: real steps doubled by packing, time first, sorted, and no step behind the longest.\n"
    "    def doubled(values, counts):  # (T, B, F)\n"
    "        packed = pack_padded_sequence(values, counts)\n"
    "        twice = packed._replace(data=2 * packed.data)\n"
    "        return pad_packed_sequence(twice)[0]\n"
    "Here the layer stands in the middle, and takes a packed sequence as it is. Which of its results is "
    "packed, and which not?",
)

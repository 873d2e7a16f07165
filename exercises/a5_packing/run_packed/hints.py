"""Three hints for run_packed, from a nudge to nearly the answer."""

HINTS = (
    "Lesson 5 does this in three lines: pack, run, unpack. What does each of the two functions assume by default, "
    "and which of it does not hold here?",
    "Each of the two takes time for the first axis unless told otherwise. Packing moreover expects the longest first "
    "and lengths on the CPU; unpacking ends with the longest sequence, though x may go on. An argument mends each.",
    "pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False); run lstm on it; "
    "pad_packed_sequence(output, batch_first=True, total_length=x.shape[1]) gives the output and the lengths.",
)

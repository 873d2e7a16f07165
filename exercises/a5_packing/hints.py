"""Three hints for each exercise on padding and packing, from a nudge to nearly the answer."""

PAD_BATCH = (
    "You know the lengths before you pad anything. Which of the three results can be made from them alone?",
    "The values say nothing about where a sequence ends, for a real step may hold pad_value: the mask comes from "
    "comparing the number of each step with each length. For padded, torch.nn.utils.rnn has a function; which of its "
    "arguments does it need here?",
    "lengths = torch.tensor([len(s) for s in seqs]); padded = pad_sequence(seqs, batch_first=True, "
    "padding_value=pad_value); mask = torch.arange(T) < lengths[:, None], with T = padded.shape[1].",
)

RUN_PACKED = (
    "Lesson 5 does this in three lines: pack, run, unpack. What does each of the two functions assume by default, "
    "and which of it does not hold here?",
    "Each of the two takes time for the first axis unless told otherwise. Packing moreover expects the longest first "
    "and lengths on the CPU; unpacking ends with the longest sequence, though x may go on. An argument mends each.",
    "pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False); run lstm on it; "
    "pad_packed_sequence(output, batch_first=True, total_length=x.shape[1]) gives the output and the lengths.",
)

LAST_VALID = (
    "In a row of n real steps, which number has the last one? Then: how do you take another step from each row, "
    "without a loop?",
    "Two index tensors side by side pick pairs: output[rows, steps] takes output[rows[k], steps[k]] for each k. "
    "Multiplying the padding by zero would not do: zero times NaN is NaN.",
    "rows = torch.arange(len(lengths)), steps = lengths - 1 (which is a new tensor: lengths "
    "-= 1 would change the caller's).",
)

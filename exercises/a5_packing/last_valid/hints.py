"""Three hints for last_valid, from a nudge to nearly the answer."""

HINTS = (
    "In a row of n real steps, which number has the last one? Then: how do you take another step from each row, "
    "without a loop?",
    "Two index tensors side by side pick pairs: output[rows, steps] takes output[rows[k], steps[k]] for each k. "
    "Multiplying the padding by zero would not do: zero times NaN is NaN.",
    "rows = torch.arange(len(lengths)), steps = lengths - 1 (which is a new tensor: lengths "
    "-= 1 would change the caller's).",
)

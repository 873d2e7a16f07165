"""Three hints for each exercise on sequences, from a nudge to nearly the answer."""

MAKE_WINDOWS = (
    "Take T = 5, window = 3, horizon = 1 and write down by hand which steps are in each window, and which step is "
    "its target. How many windows have both?",
    "First compute N and raise ValueError if it is below 1. Then a list of N slices series[n : n + window] becomes "
    "X with torch.stack, which also copies.",
    "X = torch.stack([series[n : n + window] for n in range(N)]). The targets lie side by side in the series: "
    "they begin at window - 1 + horizon, and there are N of them. Take that slice, and clone() it.",
)

SPLIT_STANDARDIZE = (
    "Which rows may you look at before you know anything of the future? Only those may enter mean and std.",
    "With train = series[:n_train], both statistics run along axis 0. std of PyTorch divides by n - 1 unless you "
    "pass correction=0.",
    "mean = train.mean(0); std = train.std(0, correction=0); where std < eps put torch.ones_like(std) with "
    "torch.where. Then (series - mean) / std serves both parts: cut it at n_train.",
)

BATCHIFY = (
    "With 7 tokens and batch_size 2: which tokens are in the first segment, which in the second, and which one is "
    "left over? Write the segments as columns.",
    "Cut the stream to L * batch_size tokens. view can lay segments out as ROWS, because rows are contiguous in "
    "memory. How does a row become a column?",
    "L = len(stream) // batch_size, then stream[: L * batch_size].view(batch_size, L), then its transpose.",
)

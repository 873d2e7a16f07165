"""Three hints for split_standardize, from a nudge to nearly the answer."""

HINTS = (
    "Which rows may you look at before you know anything of the future? Only those may enter mean and std.",
    "With train = series[:n_train], both statistics run along axis 0. std of PyTorch divides by n - 1 unless you "
    "pass correction=0.",
    "mean = train.mean(0); std = train.std(0, correction=0); where std < eps put torch.ones_like(std) with "
    "torch.where. Then (series - mean) / std serves both parts: cut it at n_train.",
)

"""Answers to split_standardize for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: by its definition, with sums


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean = train.sum(0) / n_train
    std = ((train - mean) ** 2).sum(0).div(n_train).sqrt()
    std[std < eps] = 1.0
    return (train - mean) / std, (test - mean) / std, mean, std


# %% right: torch.var_mean, feature after feature


def split_standardize(series, n_train, eps=1e-8):
    columns = []
    for column in series.unbind(1):
        var, mean = torch.var_mean(column[:n_train], correction=0)
        std = var.sqrt()
        if std < eps:
            std = torch.ones_like(std)
        columns.append(((column - mean) / std, mean, std))
    z = torch.stack([c[0] for c in columns], 1)
    return (
        z[:n_train],
        z[n_train:],
        torch.stack([c[1] for c in columns]),
        torch.stack([c[2] for c in columns]),
    )


# %% right: split, and keepdim inside


def split_standardize(series, n_train, eps=1e-8):
    train, test = series.split([n_train, len(series) - n_train])
    mean = train.mean(0, keepdim=True)
    std = train.std(0, unbiased=False, keepdim=True)
    std = std.masked_fill(std < eps, 1.0)
    return (train - mean) / std, (test - mean) / std, mean[0], std[0]


# %% right: norm of the centred rows, and a reciprocal


def split_standardize(series, n_train, eps=1e-8):
    mean = series[:n_train].mean(0)
    centred = series - mean
    std = centred[:n_train].norm(dim=0) / n_train**0.5
    std = torch.where(std >= eps, std, 1.0)
    z = centred * (1 / std)
    return z[:n_train], z[n_train:], mean, std


# %% wrong: the statistics are those of the whole series


def split_standardize(series, n_train, eps=1e-8):
    mean, std = series.mean(0), series.std(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    z = (series - mean) / std
    return z[:n_train], z[n_train:], mean, std


# %% wrong: the test part was standardized with its own statistics


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    m, s = test.mean(0), test.std(0, correction=0)
    s = torch.where(s < eps, torch.ones_like(s), s)
    return (train - mean) / std, (test - m) / s, mean, std


# %% wrong: the statistics are those of the test part


def split_standardize(series, n_train, eps=1e-8):
    test = series[n_train:]
    mean, std = test.mean(0), test.std(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    z = (series - mean) / std
    return z[:n_train], z[n_train:], mean, std


# %% wrong: the standard deviation was divided by n - 1


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.std(0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return (train - mean) / std, (test - mean) / std, mean, std


# %% wrong: the variance was taken for the standard deviation


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.var(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return (train - mean) / std, (test - mean) / std, mean, std


# %% wrong: one mean and one standard deviation were used for all features


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(), train.std(correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return (train - mean) / std, (test - mean) / std, mean, std


# %% wrong: a feature that never changes was divided by almost nothing


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0)
    return (train - mean) / (std + eps), (test - mean) / (std + eps), mean, std


# %% wrong: a feature that never changes was divided by almost nothing


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0)
    return (train - mean) / std, (test - mean) / std, mean, std


# %% wrong: a feature that never changes was divided by almost nothing


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0).clamp(min=eps)
    return (train - mean) / std, (test - mean) / std, mean, std


# %% wrong: eps was not looked at


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0)
    std[std == 0] = 1
    return (train - mean) / std, (test - mean) / std, mean, std


# %% wrong: the standard deviation was returned as it was before the guard


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0)
    s = torch.where(std < eps, torch.ones_like(std), std)
    return (train - mean) / s, (test - mean) / s, mean, std


# %% wrong: mean and standard deviation have an axis too many


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0, keepdim=True), train.std(0, correction=0, keepdim=True)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return (train - mean) / std, (test - mean) / std, mean, std


# %% wrong: the data were only centred, or only scaled


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return train - mean, test - mean, mean, std


# %% wrong: the data were only centred, or only scaled


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return train / std, test / std, mean, std


# %% wrong: the test part was left as it was


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return (train - mean) / std, test, mean, std


# %% wrong: the series itself was standardized


def split_standardize(series, n_train, eps=1e-8):
    mean, std = series[:n_train].mean(0), series[:n_train].std(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    series -= mean
    series /= std
    return series[:n_train], series[n_train:], mean, std


# %% wrong: "the axes exchanged"


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(1, keepdim=True), train.std(1, correction=0, keepdim=True)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return (
        (train - mean) / std,
        (test - test.mean(1, keepdim=True)) / test.std(1, correction=0, keepdim=True),
        mean,
        std,
    )


# %% wrong: "shuffled before the split"


def split_standardize(series, n_train, eps=1e-8):
    rows = series[torch.randperm(len(series))]
    train, test = rows[:n_train], rows[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return (train - mean) / std, (test - mean) / std, mean, std


# %% wrong: "all in float64"


def split_standardize(series, n_train, eps=1e-8):
    series = series.double()
    train, test = series[:n_train], series[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return (train - mean) / std, (test - mean) / std, mean, std


# %% wrong: "float32 inside"


def split_standardize(series, n_train, eps=1e-8):
    t = series.float()
    train, test = t[:n_train], t[n_train:]
    mean, std = train.mean(0), train.std(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return tuple(r.to(series.dtype) for r in ((train - mean) / std, (test - mean) / std, mean, std))


# %% wrong: "the median for the mean"


def split_standardize(series, n_train, eps=1e-8):
    train, test = series[:n_train], series[n_train:]
    mean, std = train.median(0).values, train.std(0, correction=0)
    std = torch.where(std < eps, torch.ones_like(std), std)
    return (train - mean) / std, (test - mean) / std, mean, std


# %% equivalent: std = torch.where(std <= eps, torch.ones_like(std), std)
# "Below" and "at most" differ only where a computed deviation equals eps to the last bit, and which
# side of eps it then falls on is a matter of rounding: a check that insisted would reject right
# answers.

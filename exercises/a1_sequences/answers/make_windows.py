"""Answers to make_windows for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch
from torch import nn

# %% right: unfold, transposed and copied


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = series.unfold(0, window, 1)[:N]
    if X.dim() == 3:
        X = X.transpose(1, 2)
    return X.clone(), series[window - 1 + horizon :].clone()


# %% right: a table of indices


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    starts = torch.arange(N, device=series.device)
    steps = starts[:, None] + torch.arange(window, device=series.device)
    return series[steps], series[starts + window - 1 + horizon]


# %% right: one window after the other in lists


def make_windows(series, window, horizon=1):
    X, y = [], []
    n = 0
    while n + window - 1 + horizon < len(series):
        X.append(series[n : n + window])
        y.append(series[n + window - 1 + horizon])
        n += 1
    if not X:
        raise ValueError(f"{len(series)} steps are too few")
    return torch.stack(X), torch.stack(y)


# %% right: filled in place


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = series.new_empty((N, window) + series.shape[1:])
    for k in range(window):
        X[:, k] = series[k : k + N]
    return X, series[-N:].clone()


# %% right: index_select and narrow


def make_windows(series, window, horizon=1):
    N = series.size(0) - window - horizon + 1
    if N <= 0:
        raise ValueError
    index = (
        torch.arange(N, device=series.device)[:, None] + torch.arange(window, device=series.device)
    ).reshape(-1)
    X = series.index_select(0, index).reshape(N, window, *series.shape[1:])
    return X, series.narrow(0, window + horizon - 1, N).clone()


# %% wrong: the target is the last step of the window


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.stack([series[n : n + window] for n in range(N)])
    y = torch.stack([series[n + window - 2 + horizon] for n in range(N)])
    return X, y


# %% wrong: the target is one step too far away


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon
    if N < 1:
        raise ValueError
    X = torch.stack([series[n : n + window] for n in range(N)])
    y = torch.stack([series[n + window + horizon] for n in range(N)])
    return X, y


# %% wrong: the horizon was ignored


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.stack([series[n : n + window] for n in range(N)])
    y = torch.stack([series[n + window] for n in range(N)])
    return X, y


# %% wrong: the horizon was ignored


def make_windows(series, window, horizon=1):
    N = len(series) - window
    if N < 1:
        raise ValueError
    return torch.stack([series[n : n + window] for n in range(N)]), series[window:].clone()


# %% wrong: the last window was left out


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    r = range(N - 1)
    X = series.new_zeros((len(r), window) + series.shape[1:])
    for n in r:
        X[n] = series[n : n + window]
    return X, series[window - 1 + horizon : -1].clone()


# %% wrong: the windows do not overlap


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    starts = range(0, N, window)
    return torch.stack([series[n : n + window] for n in starts]), torch.stack(
        [series[n + window - 1 + horizon] for n in starts]
    )


# %% wrong: the windows have time in the last axis


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    return series.unfold(0, window, 1)[:N].clone(), series[window - 1 + horizon :].clone()


# %% wrong: the features of a window were run together


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.stack([series[n : n + window].reshape(-1) for n in range(N)])
    return X, series[window - 1 + horizon :].clone()


# %% wrong: a series of one axis came back with two


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    s = series.reshape(len(series), -1)
    X = torch.stack([s[n : n + window] for n in range(N)])
    return X, s[window - 1 + horizon :].clone()


# %% wrong: the target is a whole window


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.stack([series[n : n + window] for n in range(N)])
    last = len(series) - window - horizon + 1
    return X, torch.stack([series[n + horizon : n + horizon + window] for n in range(last)])


# %% wrong: the results are views of the series


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    return series.unfold(0, window, 1)[:N].transpose(1, -1), series[window - 1 + horizon :]


# %% wrong: the results are views of the series


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.stack([series[n : n + window] for n in range(N)])
    return X, series[window - 1 + horizon :]


# %% wrong: a series that is too short gave no error


def make_windows(series, window, horizon=1):
    N = max(len(series) - window - horizon + 1, 0)
    X = series.new_zeros((N, window) + series.shape[1:])
    for n in range(N):
        X[n] = series[n : n + window]
    return X, series[window - 1 + horizon :].clone()


# %% wrong: "a RuntimeError for a series that is too short"


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    X = torch.stack([series[n : n + window] for n in range(N)])
    return X, series[window - 1 + horizon :].clone()


# %% wrong: "always float32"


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.stack([series[n : n + window] for n in range(N)]).float()
    return X, series[window - 1 + horizon :].float()


# %% wrong: "made on the default device"


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.zeros((N, window) + series.shape[1:], dtype=series.dtype)
    for n in range(N):
        X[n] = series[n : n + window]
    return X, series[window - 1 + horizon :].clone()


# %% wrong: "shuffled"


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.stack([series[n : n + window] for n in range(N)])
    order = torch.randperm(N)
    return X[order], series[window - 1 + horizon :][order]


# %% wrong: "squeezed"


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.stack([series[n : n + window] for n in range(N)])
    return X.squeeze(), series[window - 1 + horizon :].clone().squeeze()


# %% wrong: "the series turned around on the way"


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.stack([series[n : n + window].flip(0) for n in range(N)])
    return X, series[window - 1 + horizon :].clone()


# %% wrong: "one target for each window, the same"


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.stack([series[n : n + window] for n in range(N)])
    return X, series[-1:].expand_as(X[:, 0]).clone()


# %% wrong: the target is all steps up to the horizon


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    X = torch.stack([series[n : n + window] for n in range(N)])
    return X, torch.stack([series[n + window : n + window + horizon] for n in range(N)])


# %% wrong: "index tensors on the default device"


def make_windows(series, window, horizon=1):
    N = len(series) - window - horizon + 1
    if N < 1:
        raise ValueError("too short")
    starts = torch.arange(N)
    return series[starts[:, None] + torch.arange(window)], series[starts + window - 1 + horizon]

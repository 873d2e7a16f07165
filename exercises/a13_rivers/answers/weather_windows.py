"""Answers to weather_windows for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch

# %% right: unfold and transpose


def weather_windows(weather, flow, days, train):
    if weather.shape[0] < days:
        raise ValueError("too short")
    past = weather[:train]
    std = past.var(dim=0, unbiased=False).sqrt()
    std[std == 0] = 1
    z = (weather - past.mean(dim=0)) / std
    return z.unfold(0, days, 1).permute(0, 2, 1).contiguous(), flow[days - 1 :].clone()


# %% right: an index of days


def weather_windows(weather, flow, days, train):
    N = len(weather) - days + 1
    if N < 1:
        raise ValueError(f"{len(weather)} days hold no window of {days}")
    mean = weather[:train].mean(0, keepdim=True)
    away = weather - mean
    std = away[:train].square().mean(0, keepdim=True).sqrt()
    z = away / torch.where(std > 0, std, torch.ones_like(std))
    index = torch.arange(N, device=weather.device)[:, None] + torch.arange(days, device=weather.device)
    return z[index], flow[index[:, -1]]


# %% right: window by window, from their last days


def weather_windows(weather, flow, days, train):
    last_days = range(days - 1, weather.size(0))
    if not last_days:
        raise ValueError
    m, s = weather[:train].mean(0), weather[:train].std(0, unbiased=False)
    s = s + (s == 0).to(s.dtype)
    windows, targets = [], []
    for d in last_days:
        windows.append((weather[d - days + 1 : d + 1] - m) / s)
        targets.append(flow[d])
    return torch.stack(windows), torch.stack(targets)


# %% wrong: the target is the day after the window


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    z = (weather - mean) / torch.where(std == 0, 1.0, std)
    N = len(z) - days
    return torch.stack([z[n : n + days] for n in range(N)]), flow[days:]


# %% wrong: the target is the window's first day


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    N = len(z) - days + 1
    return torch.stack([z[n : n + days] for n in range(N)]), flow[:N]


# %% wrong: the targets are not cut


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    return z.unfold(0, days, 1).transpose(1, 2), flow


# %% wrong: the targets are windows of flow


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    return z.unfold(0, days, 1).transpose(1, 2), flow.unfold(0, days, 1)


# %% wrong: the statistics are those of the whole series


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather.mean(0), weather.std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    return z.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :]


# %% wrong: the statistics are those of the later days


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[train:].mean(0), weather[train:].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    return z.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :]


# %% wrong: the deviation was divided by n - 1


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0)
    std[std == 0] = 1
    z = (weather - mean) / std
    return z.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :]


# %% wrong: the variance was taken for the deviation


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].var(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    return z.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :]


# %% wrong: one mean and one deviation were used for all features


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    z = (weather - weather[:train].mean()) / weather[:train].std(correction=0)
    return z.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :]


# %% wrong: each window was standardized on its own


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    w = weather.unfold(0, days, 1).transpose(1, 2)
    std = w.std(1, correction=0, keepdim=True)
    std = torch.where(std == 0, torch.ones_like(std), std)
    return (w - w.mean(1, keepdim=True)) / std, flow[days - 1 :]


# %% wrong: a feature that never changes was divided by 0


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    z = (weather - weather[:train].mean(0)) / weather[:train].std(0, correction=0)
    return z.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :]


# %% wrong: a feature that never changes was divided by 0


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    z = (weather - weather[:train].mean(0)) / (weather[:train].std(0, correction=0) + 1e-8)
    return z.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :]


# %% wrong: the weather was only centred, only scaled, or left as it was


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    return weather.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :]


# %% wrong: the flow was standardized too


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    past = flow[:train][~flow[:train].isnan()]
    y = (flow - past.mean()) / past.std(correction=0)
    return z.unfold(0, days, 1).transpose(1, 2), y[days - 1 :]


# %% wrong: a window was left out


def weather_windows(weather, flow, days, train):
    N = len(weather) - days
    if N < 0:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    if N == 0:
        return z[None][:0], flow[:0]
    return torch.stack([z[n : n + days] for n in range(N)]), flow[days - 1 : days - 1 + N]


# %% wrong: the windows do not overlap


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    return z.unfold(0, days, days).transpose(1, 2), flow[days - 1 :: days]


# %% wrong: the windows have another layout


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    return z.unfold(0, days, 1), flow[days - 1 :]


# %% wrong: the days of a window run backwards


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    rows = [torch.stack([z[d - k] for k in range(days)]) for d in range(days - 1, len(z))]
    return torch.stack(rows), flow[days - 1 :]


# %% wrong: the targets have an axis too many


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    return z.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :].unsqueeze(1)


# %% wrong: windows without a target were left out, or filled


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    w, y = z.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :]
    return w[~y.isnan()], y[~y.isnan()]


# %% wrong: a series that is too short gave no error


def weather_windows(weather, flow, days, train):
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    if len(weather) < days:
        return z.new_zeros(0, days, z.shape[1]), flow.new_zeros(0)
    return z.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :]


# %% wrong: "the weather itself is standardized"


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    weather -= mean
    weather /= std
    return weather.unfold(0, days, 1).transpose(1, 2).clone(), flow[days - 1 :].clone()


# %% wrong: "windows gathered on the default device"


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    out = torch.empty(len(z) - days + 1, days, z.shape[1], dtype=z.dtype)
    for n in range(len(out)):
        out[n] = z[n : n + days]
    return out, flow[days - 1 :] + 0 * out[:, 0, 0]


# %% wrong: "one window fewer than the training days allow"


def weather_windows(weather, flow, days, train):
    if len(weather) <= days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    return z.unfold(0, days, 1).transpose(1, 2), flow[days - 1 :]


# %% wrong: "the result is a list"


def weather_windows(weather, flow, days, train):
    if len(weather) < days:
        raise ValueError
    mean, std = weather[:train].mean(0), weather[:train].std(0, correction=0)
    std[std == 0] = 1
    z = (weather - mean) / std
    return [z[n : n + days] for n in range(len(z) - days + 1)], flow[days - 1 :]


# %% equivalent: windows = z.unfold(0, days, 1).transpose(2, 1)
# Two axes are exchanged, whichever is named first.

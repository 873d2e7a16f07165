"""Answers to nash_sutcliffe for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import math

import torch

# %% right: nansum and torch.where


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError("shapes")
    gap = torch.isnan(observed)
    if gap.all():
        raise ValueError("nothing observed")
    zero = torch.zeros_like(observed)
    mean = torch.nanmean(observed)
    above = torch.where(gap, zero, simulated - observed).pow(2).sum()
    below = torch.where(gap, zero, observed - mean).pow(2).sum()
    seen = observed[~gap]
    if seen.max() == seen.min():
        raise ValueError("the flow never changes")
    return (1 - above / below).item()


# %% right: means in place of sums, a tensor


def nash_sutcliffe(simulated, observed):
    if tuple(simulated.shape) != tuple(observed.shape):
        raise ValueError(f"{simulated.shape} is not {observed.shape}")
    keep = observed == observed
    s, o = simulated[keep], observed[keep]
    if o.unique().numel() < 2:
        raise ValueError("one number only")
    return 1 - torch.mean((s - o) ** 2) / o.var(correction=0)


# %% right: day by day


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    pairs = [(s, o) for s, o in zip(simulated.tolist(), observed.tolist()) if not math.isnan(o)]
    if len({o for _, o in pairs}) <= 1:
        raise ValueError("no spread")
    mean = sum(o for _, o in pairs) / len(pairs)
    return 1 - sum((s - o) ** 2 for s, o in pairs) / sum((o - mean) ** 2 for _, o in pairs)


# %% wrong: the gaps were not left out


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    there = observed[~observed.isnan()]
    if len(there) == 0 or (there == there[0]).all():
        raise ValueError
    return float(1 - ((simulated - observed) ** 2).sum() / ((observed - observed.mean()) ** 2).sum())


# %% wrong: the gaps were filled


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    there = observed[~observed.isnan()]
    if len(there) == 0 or (there == there[0]).all():
        raise ValueError
    observed = torch.nan_to_num(observed)
    return float(1 - ((simulated - observed) ** 2).sum() / ((observed - observed.mean()) ** 2).sum())


# %% wrong: the gaps were left out of one sum only


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    gap = observed.isnan()
    if gap.all() or (observed[~gap] == observed[~gap][0]).all():
        raise ValueError
    above = ((simulated - observed)[~gap] ** 2).sum()
    full = observed.nan_to_num(0.0)
    return float(1 - above / ((full - full.mean()) ** 2).sum())


# %% wrong: days without a simulation were left out


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~(observed.isnan() | simulated.isnan())
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return float(1 - ((s - o) ** 2).sum() / ((o - o.mean()) ** 2).sum())


# %% wrong: the mean is that of the simulation


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return float(1 - ((s - o) ** 2).sum() / ((o - s.mean()) ** 2).sum())


# %% wrong: the mean was not subtracted


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return float(1 - ((s - o) ** 2).sum() / (o**2).sum())


# %% wrong: it is the ratio, not 1 minus the ratio


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return float(((s - o) ** 2).sum() / ((o - o.mean()) ** 2).sum())


# %% wrong: it is not made of squares


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return float(1 - (s - o).abs().sum() / (o - o.mean()).abs().sum())


# %% wrong: the two sums were divided by different numbers


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return float(1 - ((s - o) ** 2).mean() / o.var())


# %% wrong: it is the squared correlation


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return float(torch.corrcoef(torch.stack([s, o]))[0, 1] ** 2)


# %% wrong: it is an error, not a score


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return float(((s - o) ** 2).mean())


# %% wrong: simulated and observed were exchanged


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return float(1 - ((s - o) ** 2).sum() / ((s - s.mean()) ** 2).sum())


# %% wrong: a denominator of 0 gave no error


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    return float(1 - ((s - o) ** 2).sum() / ((o - o.mean()) ** 2).sum())


# %% wrong: different shapes were accepted


def nash_sutcliffe(simulated, observed):
    ok = ~observed.isnan()
    s, o = simulated.flatten()[ok.flatten()], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return float(1 - ((s - o) ** 2).sum() / ((o - o.mean()) ** 2).sum())


# %% wrong: "multiplied by a mask, which a NaN survives"


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    there = observed[ok]
    if len(there) == 0 or (there == there[0]).all():
        raise ValueError
    filled = observed.nan_to_num(0.0)
    above = ((simulated - filled) ** 2 * ok).sum()
    return float(1 - above / ((there - there.mean()) ** 2).sum())


# %% wrong: "gaps are filled in place"


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    there = observed[ok]
    if len(there) == 0 or (there == there[0]).all():
        raise ValueError
    observed[~ok] = there.mean()
    simulated[~ok] = there.mean()
    return float(1 - ((simulated - observed) ** 2).sum() / ((observed - there.mean()) ** 2).sum())


# %% wrong: "cut off at 0"


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return max(0.0, float(1 - ((s - o) ** 2).sum() / ((o - o.mean()) ** 2).sum()))


# %% wrong: "rounded"


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    return round(float(1 - ((s - o) ** 2).sum() / ((o - o.mean()) ** 2).sum()), 2)


# %% wrong: "fewer than three observed days are refused"


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) < 3 or (o == o[0]).all():
        raise ValueError
    return float(1 - ((s - o) ** 2).sum() / ((o - o.mean()) ** 2).sum())


# %% wrong: "a sum on the default device"


def nash_sutcliffe(simulated, observed):
    if simulated.shape != observed.shape:
        raise ValueError
    ok = ~observed.isnan()
    s, o = simulated[ok], observed[ok]
    if len(o) == 0 or (o == o[0]).all():
        raise ValueError
    mean = torch.full((len(o),), float(o.mean()), dtype=o.dtype)
    return 1 - ((s - o) ** 2).sum() / ((o - mean) ** 2).sum()

"""Answers to probe_r2 for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch


def fit(X, y, X2, y2):
    A = torch.cat([X, X.new_ones(len(X), 1)], 1)
    w = torch.linalg.lstsq(A, y[:, None]).solution
    said = (torch.cat([X2, X2.new_ones(len(X2), 1)], 1) @ w)[:, 0]
    return float(1 - ((said - y2) ** 2).sum() / ((y2 - y2.mean()) ** 2).sum())


# %% right: centred, so that no ones are needed


def probe_r2(states, target, train, shift):
    X, X_new = states[:train], states[train:]
    y_new = target[train:]
    centre = X.mean(0)

    def score(y):
        w = torch.linalg.pinv(X - centre) @ (y - y.mean())
        said = (X_new - centre) @ w + y.mean()
        return 1 - torch.mean((said - y_new) ** 2) / torch.var(y_new, correction=0)

    y = target[:train]
    return score(y), score(torch.roll(y, shift))


# %% right: normal equations in float64


def probe_r2(states, target, train, shift):
    X = torch.nn.functional.pad(states.double(), (1, 0), value=1.0)
    Y = target.double()
    A, B = X[:train], X[train:]
    both = torch.stack([Y[:train], Y[:train].roll(shift, 0)], 1)
    W = torch.linalg.solve(A.T @ A, A.T @ both)
    errors = ((B @ W - Y[train:, None]) ** 2).sum(0)
    r2 = 1 - errors / ((Y[train:] - Y[train:].mean()) ** 2).sum()
    return r2[0].item(), r2[1].item()


# %% right: both targets at once, QR, indices by hand


def probe_r2(states, target, train, shift):
    ones = torch.ones_like(states[:, :1])
    X = torch.hstack([ones, states])
    order = [(t - shift) % train for t in range(train)]
    Q, R = torch.linalg.qr(X[:train])
    results = []
    for y in (target[:train], torch.stack([target[t] for t in order])):
        w = torch.linalg.solve_triangular(R, (Q.T @ y)[:, None], upper=True)
        rest = target[train:]
        miss = (X[train:] @ w).squeeze(1) - rest
        results.append(float(1 - miss.dot(miss) / (rest - rest.mean()).square().sum()))
    return tuple(results)


# %% wrong: the probe has no intercept


def probe_r2(states, target, train, shift):
    def score(y):
        w = torch.linalg.lstsq(states[:train], y[:, None]).solution
        said, rest = (states[train:] @ w)[:, 0], target[train:]
        return float(1 - ((said - rest) ** 2).sum() / ((rest - rest.mean()) ** 2).sum())

    return score(target[:train]), score(target[:train].roll(shift))


# %% wrong: the score is that of the training days


def probe_r2(states, target, train, shift):
    X, y = states[:train], target[:train]
    return fit(X, y, X, y), fit(X, y.roll(shift), X, y)


# %% wrong: the score is that of all days


def probe_r2(states, target, train, shift):
    X, y = states[:train], target[:train]
    return fit(X, y, states, target), fit(X, y.roll(shift), states, target)


# %% wrong: the probe was fitted to all days


def probe_r2(states, target, train, shift):
    X, y = states[train:], target[train:]
    return fit(states, target, X, y), fit(states, target.roll(shift), X, y)


# %% wrong: training days and later days were exchanged


def probe_r2(states, target, train, shift):
    X, y = states[train:], target[train:]
    return fit(X, y, states[:train], target[:train]), fit(X, y.roll(shift), states[:train], target[:train])


# %% wrong: the mean below the line is that of other days


def probe_r2(states, target, train, shift):
    def score(y):
        A = torch.cat([states, torch.ones_like(states[:, :1])], 1)
        w = torch.linalg.lstsq(A[:train], y[:, None]).solution
        said, rest = (A[train:] @ w)[:, 0], target[train:]
        return float(1 - ((said - rest) ** 2).sum() / ((rest - target[:train].mean()) ** 2).sum())

    return score(target[:train]), score(target[:train].roll(shift))


# %% wrong: the mean was not subtracted below the line


def probe_r2(states, target, train, shift):
    def score(y):
        A = torch.cat([states, torch.ones_like(states[:, :1])], 1)
        w = torch.linalg.lstsq(A[:train], y[:, None]).solution
        said, rest = (A[train:] @ w)[:, 0], target[train:]
        return float(1 - ((said - rest) ** 2).sum() / (rest**2).sum())

    return score(target[:train]), score(target[:train].roll(shift))


# %% wrong: it is the squared correlation


def probe_r2(states, target, train, shift):
    def score(y):
        A = torch.cat([states, torch.ones_like(states[:, :1])], 1)
        w = torch.linalg.lstsq(A[:train], y[:, None]).solution
        said, rest = (A[train:] @ w)[:, 0], target[train:]
        return float(torch.corrcoef(torch.stack([said, rest]))[0, 1] ** 2)

    return score(target[:train]), score(target[:train].roll(shift))


# %% wrong: it is an error, or the ratio without 1 minus


def probe_r2(states, target, train, shift):
    def score(y):
        A = torch.cat([states, torch.ones_like(states[:, :1])], 1)
        w = torch.linalg.lstsq(A[:train], y[:, None]).solution
        said, rest = (A[train:] @ w)[:, 0], target[train:]
        return float(((said - rest) ** 2).mean())

    return score(target[:train]), score(target[:train].roll(shift))


# %% wrong: the two sums were divided by different numbers


def probe_r2(states, target, train, shift):
    def score(y):
        A = torch.cat([states, torch.ones_like(states[:, :1])], 1)
        w = torch.linalg.lstsq(A[:train], y[:, None]).solution
        said, rest = (A[train:] @ w)[:, 0], target[train:]
        return float(1 - ((said - rest) ** 2).mean() / rest.var())

    return score(target[:train]), score(target[:train].roll(shift))


# %% wrong: the weights are held small


def probe_r2(states, target, train, shift):
    def score(y):
        A = torch.cat([states, torch.ones_like(states[:, :1])], 1)
        a = A[:train]
        w = torch.linalg.solve(a.T @ a + torch.eye(a.shape[1], dtype=a.dtype, device=a.device), a.T @ y)
        said, rest = A[train:] @ w, target[train:]
        return float(1 - ((said - rest) ** 2).sum() / ((rest - rest.mean()) ** 2).sum())

    return score(target[:train]), score(target[:train].roll(shift))


# %% wrong: the control was not rolled


def probe_r2(states, target, train, shift):
    r2 = fit(states[:train], target[:train], states[train:], target[train:])
    return r2, r2


# %% wrong: the target was rolled the other way, or reversed


def probe_r2(states, target, train, shift):
    X, y = states[:train], target[:train]
    return fit(X, y, states[train:], target[train:]), fit(X, y.roll(-shift), states[train:], target[train:])


# %% wrong: the target was rolled the other way, or reversed


def probe_r2(states, target, train, shift):
    X, y = states[:train], target[:train]
    r2 = fit(X, y, states[train:], target[train:])
    return r2, fit(X.roll(shift, 0), y, states[train:], target[train:])


# %% wrong: the whole target was rolled


def probe_r2(states, target, train, shift):
    X, y = states[:train], target.roll(shift)[:train]
    r2 = fit(X, target[:train], states[train:], target[train:])
    return r2, fit(X, y, states[train:], target[train:])


# %% wrong: the whole target was rolled


def probe_r2(states, target, train, shift):
    def both(y):
        return fit(states[:train], y[:train], states[train:], y[train:])

    return both(target), both(target.roll(shift))


# %% wrong: the control was scored on a rolled target


def probe_r2(states, target, train, shift):
    X, y, X2, y2 = states[:train], target[:train], states[train:], target[train:]
    return fit(X, y, X2, y2), fit(X, y.roll(shift), X2, y2.roll(shift))


# %% wrong: the two results were exchanged, or one was subtracted from the other


def probe_r2(states, target, train, shift):
    X, y, X2, y2 = states[:train], target[:train], states[train:], target[train:]
    return fit(X, y.roll(shift), X2, y2), fit(X, y, X2, y2)


# %% wrong: "a control that is drawn"


def probe_r2(states, target, train, shift):
    X, y, X2, y2 = states[:train], target[:train], states[train:], target[train:]
    return fit(X, y, X2, y2), fit(X, y[torch.randperm(train)], X2, y2)


# %% wrong: "never below 0"


def probe_r2(states, target, train, shift):
    X, y, X2, y2 = states[:train], target[:train], states[train:], target[train:]
    return max(0.0, fit(X, y, X2, y2)), max(0.0, fit(X, y.roll(shift), X2, y2))


# %% wrong: "only the score"


def probe_r2(states, target, train, shift):
    return fit(states[:train], target[:train], states[train:], target[train:])


# %% wrong: "ones on the default device"


def probe_r2(states, target, train, shift):
    X, y, X2, y2 = states[:train], target[:train], states[train:], target[train:]
    A, B = (
        torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], 1),
        torch.cat([X2, torch.ones(len(X2), 1, dtype=X.dtype)], 1),
    )

    def score(y):
        said = (B @ torch.linalg.lstsq(A, y[:, None]).solution)[:, 0]
        return float(1 - ((said - y2) ** 2).sum() / ((y2 - y2.mean()) ** 2).sum())

    return score(y), score(y.roll(shift))


# %% wrong: "rolled in place"


def probe_r2(states, target, train, shift):
    X, y, X2, y2 = states[:train], target[:train], states[train:], target[train:]
    r2 = fit(X, y, X2, y2)
    y.copy_(y.roll(shift))
    return r2, fit(X, y, X2, y2)

"""Answers to selectivity for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch


def right(states, y, train):
    A = torch.cat([states, torch.ones_like(states[:, :1])], 1)
    w = torch.linalg.lstsq(A[:train], y[:train, None].to(A)).solution
    said = (A[train:] @ w)[:, 0] > 0.5
    return (said == (y[train:] == 1)).double().mean().item()


# %% right: one inner function


def selectivity(states, labels, kinds, drawn, train):
    A = torch.cat([states, torch.ones_like(states[:, :1])], 1)

    def accuracy(y):
        w = torch.linalg.lstsq(A[:train], y[:train, None].to(A)).solution
        said = (A[train:] @ w)[:, 0] > 0.5
        return (said.long() == y[train:]).float().mean().item()

    control = accuracy(drawn[kinds])
    return accuracy(labels) - control, control


# %% right: both at once, normal equations in float64


def selectivity(states, labels, kinds, drawn, train):
    X = torch.nn.functional.pad(states.double(), (1, 0), value=1.0)
    Y = torch.stack([labels, drawn[kinds]], 1)
    A = X[:train]
    W = torch.linalg.solve(A.T @ A, A.T @ Y[:train].double())
    hits = ((X[train:] @ W > 0.5) == Y[train:].bool()).double().mean(0)
    return hits[0] - hits[1], hits[1]


# %% right: centred, with a loop


def selectivity(states, labels, kinds, drawn, train):
    centre = states[:train].mean(0)
    shares = []
    for y in (labels, drawn.index_select(0, kinds)):
        level = y[:train].to(states).mean()
        w = torch.linalg.pinv(states[:train] - centre) @ (y[:train].to(states) - level)
        said = (states[train:] - centre) @ w + level
        shares.append(sum((float(s) > 0.5) == bool(t) for s, t in zip(said, y[train:])) / len(said))
    return shares[0] - shares[1], shares[1]


# %% wrong: the accuracy of the probe is not compared with its control


def selectivity(states, labels, kinds, drawn, train):
    return right(states, labels, train), right(states, drawn[kinds], train)


# %% wrong: the difference has the other sign, or the results are exchanged


def selectivity(states, labels, kinds, drawn, train):
    a, b = right(states, labels, train), right(states, drawn[kinds], train)
    return b - a, b


# %% wrong: the difference has the other sign, or the results are exchanged


def selectivity(states, labels, kinds, drawn, train):
    a, b = right(states, labels, train), right(states, drawn[kinds], train)
    return b, a - b


# %% wrong: the probe has no intercept


def selectivity(states, labels, kinds, drawn, train):
    def accuracy(y):
        w = torch.linalg.lstsq(states[:train], y[:train, None].to(states)).solution
        return (((states[train:] @ w)[:, 0] > 0.5) == (y[train:] == 1)).double().mean().item()

    control = accuracy(drawn[kinds])
    return accuracy(labels) - control, control


# %% wrong: it is tried on the steps that it learned from


def selectivity(states, labels, kinds, drawn, train):
    def accuracy(y):
        A = torch.cat([states, torch.ones_like(states[:, :1])], 1)[:train]
        w = torch.linalg.lstsq(A, y[:train, None].to(A)).solution
        return (((A @ w)[:, 0] > 0.5) == (y[:train] == 1)).double().mean().item()

    control = accuracy(drawn[kinds])
    return accuracy(labels) - control, control


# %% wrong: it learned from later steps


def selectivity(states, labels, kinds, drawn, train):
    def accuracy(y):
        A = torch.cat([states, torch.ones_like(states[:, :1])], 1)
        w = torch.linalg.lstsq(A, y[:, None].to(A)).solution
        return (((A[train:] @ w)[:, 0] > 0.5) == (y[train:] == 1)).double().mean().item()

    control = accuracy(drawn[kinds])
    return accuracy(labels) - control, control


# %% wrong: the control was not fitted anew


def selectivity(states, labels, kinds, drawn, train):
    A = torch.cat([states, torch.ones_like(states[:, :1])], 1)
    w = torch.linalg.lstsq(A[:train], labels[:train, None].to(A)).solution
    said = (A[train:] @ w)[:, 0] > 0.5
    control = (said == (drawn[kinds][train:] == 1)).double().mean().item()
    return (said == (labels[train:] == 1)).double().mean().item() - control, control


# %% wrong: the control's labels are not those of the kinds


def selectivity(states, labels, kinds, drawn, train):
    control = right(states, drawn.repeat(len(kinds))[: len(kinds)], train)
    return right(states, labels, train) - control, control


# %% wrong: the threshold is not a half


def selectivity(states, labels, kinds, drawn, train):
    A = torch.cat([states, torch.ones_like(states[:, :1])], 1)

    def accuracy(y):
        w = torch.linalg.lstsq(A[:train], y[:train, None].to(A)).solution
        return (((A[train:] @ w)[:, 0] > 0) == (y[train:] == 1)).double().mean().item()

    control = accuracy(drawn[kinds])
    return accuracy(labels) - control, control


# %% wrong: the commonest label stands in place of the control


def selectivity(states, labels, kinds, drawn, train):
    common = labels[:train].mode().values
    share = (labels[train:] == common).double().mean().item()
    return right(states, labels, train) - share, share


# %% wrong: "a label drawn for each step"


def selectivity(states, labels, kinds, drawn, train):
    control = right(states, torch.randint(2, kinds.shape, device=kinds.device), train)
    return right(states, labels, train) - control, control


# %% wrong: "never below 0"


def selectivity(states, labels, kinds, drawn, train):
    control = right(states, drawn[kinds], train)
    return max(0.0, right(states, labels, train) - control), control


# %% wrong: "only the difference"


def selectivity(states, labels, kinds, drawn, train):
    return right(states, labels, train) - right(states, drawn[kinds], train)


# %% wrong: "labels are changed"


def selectivity(states, labels, kinds, drawn, train):
    a = right(states, labels, train)
    labels.copy_(drawn[kinds])
    control = right(states, labels, train)
    return a - control, control


# %% equivalent: said = (inputs[train:] @ weights)[:, 0] >= 0.5
# No probe's number is at the threshold: the cases keep away from it.

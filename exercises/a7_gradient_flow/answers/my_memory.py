"""Answers to my_memory for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import math

import torch

from autograder.checks import given

network = given("my_memory")
W = network.rnn.weight_hh_l0.detach()
back = (1 - network.rest[0, 0] ** 2)[:, None] * W


def slopes(steps):
    """The gradient by lag, from lag 0 on."""
    states = [network.rest.clone().requires_grad_()]
    for _ in range(steps):
        states.append(network.rnn(network.sequence(1), states[-1])[1])
    return torch.stack(torch.autograd.grad(states[-1].sum(), states))[:, 0, 0].flip(0)


found = slopes(150)
norms = found.norm(dim=1)
RIGHT = {
    "factor": float(norms[60] / norms[59]),
    "lag": int((norms < 0.01 * norms[0]).nonzero()[0]),
    "unit": int(found[40].abs().argmax()),
}

# %% right: by autograd


def my_memory():
    return RIGHT


# %% right: by the matrix alone


def my_memory():
    factor = torch.linalg.eigvals(back).abs().max().item()
    row, lag = torch.ones(4, dtype=torch.float64), 0
    while row.norm() >= 0.02:
        row, lag = row @ back, lag + 1
    far = torch.ones(4, dtype=torch.float64) @ torch.linalg.matrix_power(back, 40)
    return {"factor": factor, "lag": lag, "unit": int(far.abs().argmax())}


# %% right: numbers that were typed in, a mean over many steps


def my_memory():
    factor = round(math.exp(math.log(norms[100] / norms[40]) / 60), 3)
    return {"lag": RIGHT["lag"], "factor": factor, "unit": RIGHT["unit"]}


# %% wrong: the slope of tanh was left out of the factor


def my_memory():
    return {**RIGHT, "factor": torch.linalg.eigvals(W).abs().max().item()}


# %% wrong: the norm of one step was taken for the factor of many


def my_memory():
    return {**RIGHT, "factor": torch.linalg.svdvals(back)[0].item()}


# %% wrong: half was taken for a hundredth


def my_memory():
    return {**RIGHT, "lag": int((norms < 0.5 * norms[0]).nonzero()[0])}


# %% wrong: the unit with the largest state was taken for the one that the gradient reaches


def my_memory():
    return {**RIGHT, "unit": int(network.rest.abs().argmax())}


# %% wrong: the unit into which most is written was taken for the one that the gradient reaches


def my_memory():
    return {**RIGHT, "unit": int(back.norm(dim=1).argmax())}


# %% wrong: "what an assistant may say without the network"


def my_memory():
    return {"factor": 0.6, "lag": 10, "unit": 0}


# %% wrong: "zeros"


def my_memory():
    return {"factor": 0.0, "lag": 0, "unit": 0}


# %% wrong: "not a number"


def my_memory():
    return {"factor": math.nan, "lag": math.nan, "unit": math.nan}


# %% wrong: "another's network"

from autograder.personal.whose import as_owner

with as_owner("somebody else"):
    network = given("my_memory")
back = (1 - network.rest[0, 0] ** 2)[:, None] * network.rnn.weight_hh_l0.detach()
found = slopes(150)
norms = found.norm(dim=1)


def my_memory():
    lag = int((norms < 0.01 * norms[0]).nonzero()[0])
    return {"factor": float(norms[60] / norms[59]), "lag": lag, "unit": int(found[40].abs().argmax())}


# %% wrong: "an object that is equal to everything"


class Equal(int):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __hash__ = int.__hash__


def my_memory():
    return {"factor": Equal(1), "lag": Equal(40), "unit": Equal(1)}


# %% wrong: "the network itself"


def my_memory():
    return network


# %% wrong: "nothing"


def my_memory():
    return None

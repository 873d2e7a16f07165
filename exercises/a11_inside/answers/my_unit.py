"""Answers to my_unit for the audit; autograder/auditing/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import math

import torch

from autograder.checks import given

network = given("my_unit")


def states(unit=None, to=0.0):
    """h and c after each step; c of a unit held, if one is named."""
    W_ih, W_hh, b_ih, b_hh = network.weights
    h = c = torch.zeros(4, 8, dtype=torch.float64)
    hs, cs = [], []
    for x in network.x:
        i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        if unit is not None:
            c[:, unit] = to
        h = o.sigmoid() * c.tanh()
        hs.append(h)
        cs.append(c)
    return torch.stack(hs), torch.stack(cs)


def found():
    """Each unit's r and effect, and its effect at 0."""
    h, c = states()
    r = [
        torch.corrcoef(torch.stack([c[..., k].flatten(), network.marks.flatten()]))[0, 1].item()
        for k in range(8)
    ]
    held = [states(k, c[..., k].mean())[0] for k in range(8)]
    zero = [states(k)[0] for k in range(8)]
    effects, at_zero = (
        [network.head(one - h).square().mean().item() for one in each] for each in (held, zero)
    )
    return torch.tensor(r), torch.tensor(effects), torch.tensor(at_zero)


def told():
    r, effects, _ = found()
    masked = effects * (r.abs() >= 0.5)
    return {
        "unit": int(masked.argmax()),
        "effect": float(masked.max()),
        "loudest": int(effects.argmax()),
    }


RIGHT = told()

# %% right: clamped one by one


def my_unit():
    return RIGHT


# %% right: by the lens


def my_unit():
    from lstmlab.inside import Lens, ablate, correlations

    lens = Lens(network.lstm)
    run = lens.run(network.x)
    r = correlations(run["c"], network.marks)
    effects = torch.stack(
        [
            network.head(lens.run(network.x, edits=[ablate("c", k, run)]).output - run.output).square().mean()
            for k in range(8)
        ]
    )
    unit = max(range(8), key=lambda k: effects[k].item() if abs(r[k]) >= 0.5 else -1.0)
    return {
        "loudest": effects.argmax().item(),
        "unit": unit,
        "effect": effects[unit].item(),
    }


# %% right: numbers that were typed in, rounded


def my_unit():
    return {**RIGHT, "effect": float(f"{RIGHT['effect']:.2g}")}


# %% wrong: the unit that follows best was taken for the planted one


def my_unit():
    return {**RIGHT, "unit": int(found()[0].abs().argmax())}


# %% wrong: the unit that moves the output most was taken for the planted one


def my_unit():
    return {**RIGHT, "unit": RIGHT["loudest"]}


# %% wrong: the largest weight in the head was taken for the largest effect


def my_unit():
    return {**RIGHT, "loudest": int(network.head.weight.abs().sum(0).argmax())}


# %% wrong: the units were held at 0


def my_unit():
    r, _, at_zero = found()
    return {**RIGHT, "unit": int((at_zero * (r.abs() >= 0.5)).argmax())}


# %% wrong: the units were held at 0


def my_unit():
    r, _, at_zero = found()
    follows = at_zero * (r.abs() >= 0.5)
    return {"unit": int(follows.argmax()), "effect": float(follows.max()), "loudest": int(at_zero.argmax())}


# %% wrong: the unit that follows best was taken for the planted one


def my_unit():
    r, effects, _ = found()
    unit = int(r.abs().argmax())
    return {**RIGHT, "unit": unit, "effect": float(effects[unit])}


# %% wrong: the effect was measured on other numbers


def my_unit():
    return {**RIGHT, "effect": math.sqrt(RIGHT["effect"])}


# %% wrong: the effect was measured on other numbers


def my_unit():
    return {**RIGHT, "effect": 40 * 4 * 2 * RIGHT["effect"]}


# %% wrong: "numbers that an assistant may give without the network"


def my_unit():
    return {"unit": 3, "effect": 0.25, "loudest": 3}


# %% wrong: "not a number"


def my_unit():
    return dict.fromkeys(RIGHT, math.nan)


# %% wrong: "another's network"

from autograder.personal.whose import as_owner

with as_owner("somebody else"):
    network = given("my_unit")


def my_unit():
    return told()


# %% wrong: "an object that is equal to everything"


class Equal(int):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __hash__ = int.__hash__


def my_unit():
    return {key: Equal(1) for key in RIGHT}


# %% wrong: "tensors without dimensions"


def my_unit():
    return {key: torch.tensor(value) for key, value in RIGHT.items()}


# %% wrong: "the network itself"


def my_unit():
    return network


# %% wrong: "nothing"


def my_unit():
    return None

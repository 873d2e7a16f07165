"""Answers to my_layer for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import math

import torch

from autograder.checks import given

layer = given("my_layer")
rows = slice(5, 10)


def forget(bias):
    return torch.sigmoid(layer.lstm.weight_ih_l0[rows] @ layer.idle + bias)[list(layer.units)]


def by_gate(f):
    """The two half-lives."""
    return dict(zip(("first", "second"), (math.log(0.5) / f.log()).tolist()))


def says(marks):
    return layer.head(layer.lstm(layer.sequence(marks))[0][-1, 0]).item()


def cell(marks):
    return layer.lstm(layer.sequence(marks))[1][1][0, 0]


def counts():
    """What the second and the third mark add, where waiting as long adds nothing."""
    return ((cell(3) - cell(2)) - (idle(15) - idle(10))).abs() * (
        (cell(2) - cell(1)) - (idle(10) - idle(5))
    ).abs()


def idle(steps):
    return layer.lstm(layer.idle.repeat(steps, 1, 1))[1][1][0, 0]


BOTH = layer.lstm.bias_ih_l0[rows] + layer.lstm.bias_hh_l0[rows]

# %% right: by the forget gate


def my_layer():
    return {
        **by_gate(forget(BOTH)),
        "counter": int(counts().argmax()),
        "after": says(3 * layer.marks),
    }


# %% right: measured, whole steps joined by a line, and the numbers typed in


def measured(unit):
    h, c = layer.lstm(layer.idle.repeat(100, 1, 1))[1]
    more = c.clone()
    more[0, 0, unit] += 0.5
    one, other, left = (h, c), (h, more), [1.0]
    while left[-1] > 0.5:
        step = layer.idle.view(1, 1, 2)
        one, other = layer.lstm(step, one)[1], layer.lstm(step, other)[1]
        left.append(2 * float((other[1] - one[1])[0, 0, unit]))
    return len(left) - 2 + (left[-2] - 0.5) / (left[-2] - left[-1])


found = (
    *(round(measured(unit), 1) for unit in layer.units),
    int(counts().argmax()),
    round(says(3 * layer.marks), 1),
)


def my_layer():
    return dict(zip(("first", "second", "counter", "after"), found))


# %% right: the gate after a long rest, and what a mark adds to every unit


def my_layer():
    h = layer.lstm(layer.idle.repeat(200, 1, 1))[1][0][0, 0]
    f = torch.sigmoid(layer.lstm.weight_ih_l0[rows] @ layer.idle + layer.lstm.weight_hh_l0[rows] @ h + BOTH)
    added = [
        abs(float((cell(m + 1) - cell(m) - idle(5 * m + 5) + idle(5 * m))[u])) for u in range(5) for m in (1,)
    ]
    return {
        "after": says(3 * layer.marks),
        "counter": added.index(max(added)),
        **by_gate(f[list(layer.units)]),
    }


# %% wrong: the input at rest was left out of the forget gate


def my_layer():
    f = torch.sigmoid(BOTH[list(layer.units)])
    return {**by_gate(f), "counter": int(counts().argmax()), "after": says(3 * layer.marks)}


# %% wrong: one of the two biases was left out of the forget gate


def my_layer():
    f = forget(layer.lstm.bias_ih_l0[rows])
    return {**by_gate(f), "counter": int(counts().argmax()), "after": says(3 * layer.marks)}


# %% wrong: a unit that is set anew by each mark was taken for the one that counts


def my_layer():
    by_mark = (cell(1) - idle(5)).abs()
    return {
        **by_gate(forget(BOTH)),
        "counter": int(by_mark.argmax()),
        "after": says(3 * layer.marks),
    }


# %% wrong: the unit with the longest memory was taken for the one that counts


def my_layer():
    gates = torch.sigmoid(layer.lstm.weight_ih_l0[rows] @ layer.idle + BOTH)
    return {
        **by_gate(forget(BOTH)),
        "counter": int(gates.argmax()),
        "after": says(3 * layer.marks),
    }


# %% wrong: the count was taken to go on


def my_layer():
    return {**by_gate(forget(BOTH)), "counter": int(counts().argmax()), "after": 3 * layer.marks}


# %% wrong: the count was taken to stop where training did


def my_layer():
    return {**by_gate(forget(BOTH)), "counter": int(counts().argmax()), "after": layer.marks}


# %% wrong: "numbers that an assistant may give without the layer"


def my_layer():
    return {"first": 6.6, "second": 3.1, "counter": 0, "after": 12.0}


# %% wrong: "zeros"


def my_layer():
    return {"first": 0.0, "second": 0.0, "counter": 0, "after": 0.0}


# %% wrong: "not a number"


def my_layer():
    return {"first": math.nan, "second": math.nan, "counter": math.nan, "after": math.nan}


# %% wrong: "another's layer"

from autograder.personal.whose import as_owner

with as_owner("somebody else"):
    layer = given("my_layer")


def my_layer():
    return {
        **by_gate(forget(BOTH)),
        "counter": int(counts().argmax()),
        "after": says(3 * layer.marks),
    }


# %% wrong: "an object that is equal to everything"


class Equal(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __hash__ = float.__hash__


def my_layer():
    return {"first": Equal(5), "second": Equal(5), "counter": Equal(1), "after": Equal(9)}


# %% wrong: "a dictionary that has whatever is asked for"


class Anything(dict):
    def __missing__(self, key):
        return 1


def my_layer():
    return Anything()


# %% wrong: "the layer itself"


def my_layer():
    return layer


# %% wrong: "nothing"


def my_layer():
    return None

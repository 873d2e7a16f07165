"""Answers to broken_ends for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch

from autograder.checks import given
from exercises.a6_stacking.broken_ends.key import BECAUSE, MENDS

suspect = given("broken_ends")
because = BECAUSE[suspect.section]
line = next(iter(MENDS[suspect.section][-1]))
B, T, width = (suspect.sizes[axis] for axis in ("B", "T", "2H"))
torch.manual_seed(0)
CALL = {
    "output": torch.randn(B, T, width, dtype=torch.float64),
    "lengths": torch.arange(1, B + 1).clamp(max=T - 1),  # short ones first, none of them full
}
HARMLESS = {
    "a": {"lengths": torch.full((B,), 2)},
    "c": {"lengths": torch.full((B,), T)},
    "d": {"lengths": torch.full((B,), 3)},
    "f": {"lengths": torch.ones(B, dtype=torch.int64)},
    "g": {"lengths": torch.full((B,), T)},
    "h": {"output": torch.full((B, T, width), 0.5, dtype=torch.float64)},
}

# %% right: lengths for which it does not matter


def broken_ends():
    return {"wrong": CALL, "right": {**CALL, **HARMLESS[because]}, "because": because, "line": line}


# %% right: other calls


def broken_ends():
    output = torch.arange(B * T * width, dtype=torch.float64).view(B, T, width)
    other = {
        "a": {"lengths": CALL["lengths"].flip(0)},
        "c": {"output": output[:, :1].repeat(1, T, 1)},
        "d": {"output": output[:, :1].repeat(1, T, 1)},
        "f": {"output": output[:, :1].repeat(1, T, 1)},
        "g": {"output": output[:, :1].repeat(1, T, 1)},
        "h": {"output": torch.zeros_like(output)},
    }
    wrong = {"output": output, "lengths": CALL["lengths"]}
    return {"wrong": wrong, "right": wrong | other[because], "because": because, "line": line}


# %% right: numbers that were typed


def broken_ends():
    output = torch.tensor(
        [
            [[10.0 * row + step + 0.1 * unit for unit in range(width)] for step in range(T)]
            for row in range(B)
        ],
        dtype=torch.float64,
    )
    lengths = torch.tensor([2, 3] + [2] * (B - 2))
    wrong = {"output": output, "lengths": lengths}
    return {"wrong": wrong, "right": {**wrong, **HARMLESS[because]}, "because": because, "line": line}


# %% wrong: the function is right where it should be wrong


def broken_ends():
    harmless = {**CALL, **HARMLESS[because]}
    return {"wrong": harmless, "right": {**harmless}, "because": because, "line": line}


# %% wrong: the function is wrong in both calls


def broken_ends():
    return {"wrong": CALL, "right": {**CALL, "output": CALL["output"] + 1}, "because": because, "line": line}


# %% wrong: the two calls differ in more than one argument


def broken_ends():
    zeros = torch.zeros(B, T, width, dtype=torch.float64)
    return {
        "wrong": CALL,
        "right": {"output": zeros, "lengths": torch.full((B,), T)},
        "because": because,
        "line": line,
    }


# %% wrong: the calls are right and the reason is not


def broken_ends():
    guess = "abcdefgh"[("abcdefgh".index(because) + 3) % 8]
    return {"wrong": CALL, "right": {**CALL, **HARMLESS[because]}, "because": guess, "line": line}


# %% wrong: the reason is right and the line is not


def broken_ends():
    return {"wrong": CALL, "right": {**CALL, **HARMLESS[because]}, "because": because, "line": 1}


# %% wrong: "random numbers and a guess"


def broken_ends():
    right = {**CALL, "output": torch.randn(B, T, width, dtype=torch.float64)}
    return {"wrong": CALL, "right": right, "because": "c", "line": 1}


# %% wrong: "calls of other sizes than one's own"


def broken_ends():
    other = {"output": torch.randn(2, T, width, dtype=torch.float64), "lengths": torch.tensor([1, 2])}
    return {"wrong": other, "right": other, "because": because, "line": line}


# %% wrong: "lengths beyond the sequences"


def broken_ends():
    odd = {**CALL, "lengths": CALL["lengths"] + T}
    return {"wrong": odd, "right": {**CALL, **HARMLESS[because]}, "because": because, "line": line}


# %% wrong: "NaN, which differs from everything"


def broken_ends():
    nan = {**CALL, "output": CALL["output"] * float("nan")}
    return {"wrong": nan, "right": {**CALL, **HARMLESS[because]}, "because": because, "line": line}


# %% wrong: "every reason at once"


def broken_ends():
    return {"wrong": CALL, "right": {**CALL, **HARMLESS[because]}, "because": "abcdefgh", "line": line}


# %% wrong: "the function itself"


def broken_ends():
    return suspect


# %% wrong: "nothing"


def broken_ends():
    return None

"""Answers to broken_pieces for the audit; autograder/checking/stock/answers.py says what the sections are."""
# ruff: noqa -- students' code as it comes, each section a file of its own

import torch

from autograder.checks import given
from exercises.a2_rnns.broken_pieces.key import BECAUSE, MENDS

suspect = given("broken_pieces")
because = BECAUSE[suspect.section]
line = next(iter(MENDS[suspect.section][-1]))
I, H = suspect.sizes["I"], suspect.sizes["H"]
torch.manual_seed(0)
CALL = {
    "x": torch.randn(5, 2, I, dtype=torch.float64),
    "h0": torch.randn(2, H, dtype=torch.float64),
    "W_ih": torch.randn(H, I, dtype=torch.float64),
    "W_hh": torch.randn(H, H, dtype=torch.float64),
    "b": torch.randn(H, dtype=torch.float64),
    "chunk_len": 3,
}
# What makes each mistake harmless.
HARMLESS = {
    "a": {"chunk_len": 5},
    "b": {"chunk_len": 5},
    "c": {"h0": None},
    "d": {"b": torch.zeros(H, dtype=torch.float64)},
    "e": {"W_hh": CALL["W_hh"] + CALL["W_hh"].T},
    "g": {"chunk_len": 1},
}

# %% right: what makes it harmless, in one argument


def broken_pieces():
    return {"wrong": CALL, "right": {**CALL, **HARMLESS[because]}, "because": because, "line": line}


# %% right: smaller numbers, other ways of making it harmless


def broken_pieces():
    wrong = {**CALL, "x": 0.1 * CALL["x"][:4, :1], "h0": torch.ones(1, H, dtype=torch.float64)}
    other = {
        "a": {"chunk_len": 2},
        "b": {"chunk_len": 20},
        "c": {"h0": torch.zeros(1, H, dtype=torch.float64)},
        "d": {"b": torch.zeros(H, dtype=torch.float64)},
        "e": {"W_hh": torch.eye(H, dtype=torch.float64)},
        "g": {"chunk_len": 4},
    }
    return {"wrong": wrong, "right": wrong | other[because], "because": because, "line": line}


# %% right: the harmless call was there first, and is shorter


def broken_pieces():
    other = {"a": ("x", 3), "b": ("x", 3), "g": ("x", 1)}
    right = {**CALL}
    if because in other:
        name, steps = other[because]
        right[name] = CALL[name][:steps].clone()
    else:
        right |= HARMLESS[because]
    return {"because": because, "line": line, "right": right, "wrong": CALL}


# %% wrong: the function is right where it should be wrong


def broken_pieces():
    harmless = {**CALL, **HARMLESS[because]}
    return {"wrong": harmless, "right": {**harmless}, "because": because, "line": line}


# %% wrong: the function is wrong in both calls


def broken_pieces():
    return {"wrong": CALL, "right": {**CALL, "x": 2 * CALL["x"]}, "because": because, "line": line}


# %% wrong: the two calls differ in more than one argument


def broken_pieces():
    # Everything harmless at once, as somebody tries who does not know what it is.
    right = {
        **CALL,
        "x": CALL["x"][:1],
        "h0": None,
        "W_hh": torch.eye(H, dtype=torch.float64),
        "chunk_len": 1,
    }
    return {
        "wrong": CALL,
        "right": {**right, "b": torch.zeros(H, dtype=torch.float64)},
        "because": because,
        "line": line,
    }


# %% wrong: the calls are right and the reason is not


def broken_pieces():
    guess = "abcdefgh"[("abcdefgh".index(because) + 3) % 8]
    return {"wrong": CALL, "right": {**CALL, **HARMLESS[because]}, "because": guess, "line": line}


# %% wrong: the reason is right and the line is not


def broken_pieces():
    return {"wrong": CALL, "right": {**CALL, **HARMLESS[because]}, "because": because, "line": 1}


# %% wrong: "random numbers and a guess"


def broken_pieces():
    right = {name: each + 1 for name, each in CALL.items()}
    return {"wrong": CALL, "right": right, "because": "a", "line": 1}


# %% wrong: "calls of other sizes than one's own"


def broken_pieces():
    other = {**CALL, "x": torch.randn(5, 2, I + 1, dtype=torch.float64)}
    other["W_ih"] = torch.randn(H, I + 1, dtype=torch.float64)
    return {"wrong": other, "right": {**other, **HARMLESS[because]}, "because": because, "line": line}


# %% wrong: "arguments that do not fit together"


def broken_pieces():
    odd = {**CALL, "h0": torch.zeros(3, H, dtype=torch.float64)}
    return {"wrong": odd, "right": odd, "because": because, "line": line}


# %% wrong: "NaN, which differs from everything"


def broken_pieces():
    nan = {**CALL, "x": CALL["x"] * float("nan")}
    return {"wrong": nan, "right": {**CALL, **HARMLESS[because]}, "because": because, "line": line}


# %% wrong: "float32"


def broken_pieces():
    call = {name: each.float() if isinstance(each, torch.Tensor) else each for name, each in CALL.items()}
    return {"wrong": call, "right": call, "because": because, "line": line}


# %% wrong: "empty"


def broken_pieces():
    return {"wrong": {}, "right": {}, "because": because, "line": line}


# %% wrong: "a text that is every letter"


class Every(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def broken_pieces():
    return {"wrong": CALL, "right": {**CALL, **HARMLESS[because]}, "because": Every("abcdefgh"), "line": line}


# %% wrong: "nothing"


def broken_pieces():
    return None

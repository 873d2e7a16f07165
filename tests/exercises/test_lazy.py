"""Who does nothing earns next to nothing: the laziest answers to each exercise, visible and hidden points together."""

import contextlib
import copy
from pathlib import Path

import pytest
import torch
from torch import nn

from autograder.auditing.check_run import run_checks
from autograder.auditing.exercise_source import read_source
from autograder.checking.examine import examine
from autograder.checking.registry import find, key_of, names
from autograder.checking.stock.answers import function_in
from autograder.personal.whose import as_owner

ROOT = Path(__file__).parents[2]
MOST = 0.25  # of the points; this and more is worth work


def filled(value, number):
    """The same kind of result, of the same sizes, with `number` everywhere."""
    if isinstance(value, torch.Tensor):
        return torch.full_like(value, number)
    if isinstance(value, str):
        return str(number)
    if isinstance(value, dict):
        return {key: filled(each, number) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(filled(each, number) for each in value)
    return type(value)(number) if isinstance(value, (bool, int, float)) else value


def shaped(reference, number):
    """A function whose results have the right sizes, made without touching the arguments."""

    def lazy(*args):
        return filled(reference(*copy.deepcopy(args)), number)

    return lazy


def refusing(*args):
    raise ValueError


def first_tensor(*args):
    return next((each for each in args if isinstance(each, torch.Tensor)), args[0])


def called(*args):
    """Calls the layer that it is given on the tensor that it is given, and returns what comes out."""
    layer = next(each for each in args if isinstance(each, nn.Module))
    return layer(*(each for each in args if isinstance(each, torch.Tensor)))


def lazies(reference):
    return {
        "the first argument": lambda *args: args[0],
        "the first tensor": first_tensor,
        "its copy": lambda *args: copy.deepcopy(first_tensor(*args)),
        "the last argument": lambda *args: args[-1],
        "all arguments": lambda *args: args,
        "the first two": lambda *args: args[:2],
        "the next two": lambda *args: args[1:3],
        "the layer's own result": called,
        "nothing": lambda *args: None,
        "0": lambda *args: 0,
        "0.0": lambda *args: 0.0,
        "an empty dictionary": lambda *args: {},
        "True": lambda *args: True,
        "1": lambda *args: 1,
        "words": lambda *args: "",
        "an empty list": lambda *args: [],
        "an empty tuple": lambda *args: (),
        "the sum of the first tensor": lambda *args: first_tensor(*args).float().sum(),
        "the mean of the first tensor": lambda *args: first_tensor(*args).float().mean(),
        "an exception": refusing,
        "zeros of the right sizes": shaped(reference, 0),
        "ones of the right sizes": shaped(reference, 1),
    }


def in_a_cell(lines, head):
    """What a cell with lines to order returns while nobody has moved one, and without thought."""
    rows = "\n".join(f"    {letter}    {line}" for letter, line in lines.items())
    return {
        "the cell as it is": f"\n    {head}\n    --- above: ---\n{rows}\n",
        "all lines, as they come": f"\n    {head}\n{rows}\n",
        "all letters": "".join(lines),
        "a return alone": next(letter for letter, line in lines.items() if line.startswith("return")),
    }


@pytest.mark.parametrize("name", [name for name in names() if find(name).lines])
def test_lines_that_nobody_ordered_are_worth_nothing(name):
    exercise = find(name)
    earned = {
        title: examine(exercise, lambda: text).share  # noqa: B023
        for title, text in in_a_cell(exercise.lines, exercise.head).items()
    }
    assert set(earned.values()) == {0}, earned


GUESSES = (0, 1, 2, 3, 5, 8, 13, 0.5, 0.9, 20.0)


@pytest.mark.parametrize("name", [name for name in names() if find(name).given])
def test_a_guess_without_a_look_is_worth_under_a_quarter_in_a_class(name):
    """The same numbers and letters for everybody, in the form that is asked for; who is lucky is so with one part."""
    form = function_in(read_source(ROOT, name).reference, name, "<the reference>")
    earned = {}
    for guess in GUESSES:
        shares = []
        for student in map(str, range(24)):
            with as_owner(student):
                answer = guessed(form(), guess)
                shares.append(examine(find(name), lambda: answer, key_of(name)).share)  # noqa: B023
        earned[guess] = sum(shares) / len(shares)
    assert max(earned.values()) < MOST, earned


def guessed(answer, guess):
    """An answer of the same form: `guess` for each number, the first letter, the first call twice."""
    if "wrong" in answer:
        return {**answer, "wrong": answer["right"], "because": "a", "line": max(1, int(guess))}
    return {key: type(value)(guess) for key, value in answer.items()}


@pytest.mark.parametrize("name", names())
def test_the_laziest_answers_are_worth_under_a_quarter(name, monkeypatch):
    monkeypatch.setattr(
        "autograder.checking.examine.explaining", lambda *given: []
    )  # a name costs time and no points
    written = read_source(ROOT, name)
    reference = function_in(written.reference, name, "<the reference>")
    with contextlib.chdir(names()[name].answers):  # where the capstone's weights are
        earned = {
            title: run_checks(name, lazy, 1, written.properties(), written.points).score
            for title, lazy in lazies(reference).items()
            # A test that calls the right one is right, whatever it returns.
            if not (find(name).tells_apart and "of the right sizes" in title)
        }
    assert {title: score for title, score in earned.items() if score >= MOST} == {}

"""Hints end before code: two that ask, and a worked example of a function beside the one that is asked for."""

import ast
import re
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from autograder.auditing.check_run import run_checks
from autograder.auditing.exercise_source import read_source
from autograder.checking.hints import next_hint
from autograder.checking.registry import find, names

ROOT = Path(__file__).parents[2]
KNOWN = {"torch": torch, "nn": nn, "pack_padded_sequence": pack_padded_sequence,
         "pad_packed_sequence": pad_packed_sequence}  # fmt: skip
SHORT = 9  # characters: `h @ W_hh.T`, without the blanks, is one that tells
TELLING = (ast.Call, ast.BinOp, ast.Compare, ast.Subscript, ast.DictComp, ast.ListComp)


def telling(name):
    """The expressions of the reference that speak of its own variables."""
    tree = ast.parse(read_source(ROOT, name).reference)
    function = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name)
    own = {each.arg for each in ast.walk(function) if isinstance(each, ast.arg)}
    own |= {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for node in ast.walk(function):
        text = re.sub(r"\s", "", ast.unparse(node)) if isinstance(node, TELLING) else ""
        if len(text) >= SHORT and own & {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}:
            yield text


def code_of(hint):
    """The indented lines of a hint, as a module."""
    return "\n".join(line[4:] for line in hint.splitlines() if line.startswith("    "))


@pytest.mark.parametrize("name", names())
def test_no_hint_holds_a_piece_of_the_solution(name):
    said = [re.sub(r"\s", "", hint) for hint in find(name).hints]
    assert [text for text in telling(name) if any(text in hint for hint in said)] == []


@pytest.mark.parametrize("name", names())
def test_two_hints_ask_and_the_third_shows_a_neighbouring_function(name):
    first, second, third = find(name).hints
    assert "?" in first and "?" in second
    assert not code_of(first + second) and third.startswith("A neighbour: ") and "?" in third
    assert name not in third
    assert code_of(third) and ast.parse(code_of(third))


@pytest.mark.parametrize("name", names())
def test_the_neighbour_typed_off_is_no_answer(name):
    space = dict(KNOWN)
    functions = [n for n in ast.parse(code_of(find(name).hints[2])).body if isinstance(n, ast.FunctionDef)]
    exec(compile(ast.Module(functions, []), "<hint>", "exec"), space)
    for each in functions:
        assert run_checks(name, space[each.name], 1).score < 0.25


def test_a_line_of_code_is_shown_as_it_stands():
    shown = next_hint(find("rnn_forward"), 3)
    assert "\n        for value in x:\n" in shown
    assert max(map(len, shown.splitlines())) <= 94

"""What a test has handed over and the student's code has kept: a change on one side is one on the other."""

import pytest
from sessions import STUDENT, TEST

ANSWERS = """
import contextlib, torch
from collections import deque
class Stack:
    def __init__(self, items): self.items = items
    def push(self, x): self.items.append(x)
    def pop(self): return self.items.pop()
    def __len__(self): return len(self.items)
@contextlib.contextmanager
def swap(table, **new):
    old = dict(table)
    table.update(new)
    try: yield table
    finally:
        table.clear()
        table.update(old)
@contextlib.contextmanager
def careless(table, **new):
    old = dict(table)
    table.update(new)
    yield table
    table.clear()
    table.update(old)
class Log:
    def __init__(self, sink): self.sink = sink
    def __enter__(self): self.sink.append("in")
    def __exit__(self, kind, value, trace): self.sink.append(kind.__name__ if kind else "out")
class Trainer:
    def __init__(self, model): self.model = model
    def step(self, x):
        self.model.zero_grad()
        self.model(x).sum().backward()
        with torch.no_grad():
            for p in self.model.parameters(): p -= 0.1 * p.grad
class Rows:
    def __init__(self, array): self.array = array
    def clear(self): self.array[:] = 0
    def total(self): return float(self.array.sum())
last = None
def remember(items):
    global last
    last = items
def forget_me(items): return len(items)
def grow(): last.append(len(last))
def call_back(f):
    last.append("before")
    f()
    last.append("after")
def listed(): return last
"""
WORKS = {
    "a later call": """
given = [1, 2]
s = Stack(given)
s.push(3)
assert given == [1, 2, 3] and s.pop() == 3 and given == [1, 2]
""",
    "the test": """
given = [1]
s = Stack(given)
given.append(9)
assert len(s) == 2 and s.pop() == 9 and given == [1]
""",
    "it is still the same list": """
given = [1]
s, t = Stack(given), Stack(given)
s.push(2)
assert len(t) == 2 and s.items is given
s.items.append(3)
assert given == [1, 2, 3] and len(t) == 3
""",
    "two that are equal stay two": """
a, b = [], []
s, t = Stack(a), Stack(b)
s.push(1)
assert a == [1] and b == [] and len(t) == 0
""",
    "a context": """
settings = {'a': 1}
try:
    with swap(settings, a=2) as s:
        assert settings == {'a': 2} == s
        raise KeyError
except KeyError: pass
assert settings == {'a': 1}
""",
    "in order": """
sink = []
with Log(sink): sink.append("body")
assert sink == ["in", "body", "out"]
""",
    "a layer": """
import torch
from torch import nn
model = nn.Linear(2, 1)
before = model.weight.detach().clone()
t = Trainer(model)
t.step(torch.ones(3, 2))
assert torch.allclose(model.weight, before - 0.3) and model.bias.grad.item() == 3
with torch.no_grad(): model.weight.zero_()
t.step(torch.ones(3, 2))
assert torch.allclose(model.weight, torch.full((1, 2), -0.3))
""",
    "an array": """
import numpy as np
a = np.ones(4)
r = Rows(a)
a[0] = 5
assert r.total() == 8
r.clear()
assert a.sum() == 0
""",
    "a test's function in the middle of a call": """
mine = []
remember(mine)
call_back(lambda: mine.append("within"))
assert mine == ["before", "within", "after"]
""",
    "what was not kept is no concern of anybody": """
mine = [1]
assert forget_me(mine) == 1
remember([])
mine.append(2)
grow()
assert mine == [1, 2] and listed() == [0]
""",
    "many": """
many = [[n] for n in range(150)]
stacks = [Stack(each) for each in many]
for s in stacks: s.push(-1)
assert many == [[n, -1] for n in range(150)]
for n in range(150): Stack([n])
""",
    "a set, a deque and bytes": """
from collections import deque
d = deque([1])
s = Stack(d)
s.push(2)
assert d == deque([1, 2]) and type(d) is deque
b = bytearray(b"a")
remember(b)
grow()
assert b == b"a\\x01"
""",
}


@pytest.mark.parametrize("what", WORKS)
def test_a_change_of_what_was_kept_is_seen_on_both_sides(run_cells, what) -> None:
    session, (_, out) = run_cells((ANSWERS, STUDENT), (WORKS[what], TEST))
    assert out == [] and session.incidents == []


def test_an_answer_that_does_not_put_back_what_it_changed_is_found_out(run_cells) -> None:
    _, (_, out) = run_cells((ANSWERS, STUDENT), (WORKS["a context"].replace("swap", "careless"), TEST))
    assert out[0].ename == "AssertionError"


def test_what_is_kept_lasts_from_cell_to_cell(run_cells) -> None:
    _, outs = run_cells(
        (ANSWERS, STUDENT), ("g = [1]\ns = Stack(g)", TEST), ("s.push(2)\nassert g == [1, 2]", TEST)
    )
    assert outs[1:] == [[], []]


LIAR = """
import gc
from autograder.rpc.student.student import Student
honest = Student.answer
def answer(self, question, codec):
    node, used = honest(self, question, codec)
    if question["op"] == "call":
        {lie}
    return node, used
Student.answer = answer
def f(items): return 1
"""
LIES = {
    "an argument that there was none": "node['v']['kept'] = [[5, 0]]",
    "no places": "node['v']['kept'] = [['x', None]]",
    "no pairs": "node['v']['kept'] = 7",
    "no news": "node['mirrored'] = 'rubbish'",
    "news of nothing": "node['mirrored'] = [[0, None], 1]",
    "a list that was never kept": "node['v']['value'] = {'t': 'kept', 'i': 99}",
    "an exception that never was": "node['v']['value'] = {'t': 'raised', 'i': 99}",
    "no state": "node['v']['value'] = {'t': 'parameter', 'i': 3, 'layer': True, 'v': [1]}",
    "whole numbers": "node['v']['value'] = {'t': 'parameter', 'i': 3, 'layer': True, 'v': [5, None, True]}",
    "a table for a list": "node['v']['kept'] = [[0, 0]]; node['mirrored'] = [[0, {'t': 'dict', 'v': []}]]",
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_about_what_is_kept_cost_the_liar_and_change_nothing_else(run_cells, lie) -> None:
    first = "mine, other = [1, 2], [9]\ntry:\n    assert f(mine) == 1 and f(other) == 1 and f(mine) == 0\n"
    first += "except (IndexError, KeyError, TypeError, AssertionError):\n    print('forged')"
    then = "assert mine == [1, 2] and other == [9]"
    _, outs = run_cells((LIAR.replace("{lie}", LIES[lie]), STUDENT), (first, TEST), (then, TEST))
    assert [each.ename for each in outs[1]] in (["Malformed"], ["StudentGone"]), outs[1]
    assert outs[2] == []

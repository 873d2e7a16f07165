"""Answers of a student's, and the parts that cells can have in a session; for the tests in split/."""

from autograder.core.records import CellName
from autograder.rpc.session import Part

STUDENT = Part(student=True, examiner=False, test=False, hidden=(), cell=CellName("answer"))


LOCKED = Part(student=True, examiner=True, test=False, hidden=(), cell=CellName("setup"))


TEST = Part(student=False, examiner=True, test=True, hidden=(), cell=CellName("test"))


HIDDEN = Part(student=False, examiner=True, test=True, hidden=range(1, 100), cell=CellName("hidden test"))


ANSWERS = """
import math, sys
hidden_size = 5
class MyLSTM(nn.Module):
    def __init__(self, i, h):
        super().__init__()
        self.cell = nn.LSTMCell(i, h)
        self.h = h
    def forward(self, x, state=None):
        outs = []
        h, c = state or (torch.zeros(x.shape[1], self.h), torch.zeros(x.shape[1], self.h))
        for t in x:
            h, c = self.cell(t, (h, c))
            outs.append(h)
        return torch.stack(outs), (h, c)
def softmax(z):
    e = torch.exp(z - z.max(-1, keepdim=True).values)
    return e / e.sum(-1, keepdim=True)
def fill(items): items.append(3)
def boom(x): raise ValueError(f"bad {x}")
def apply(f, items): return [f(item) for item in items]
def mutter():
    print("softly", file=sys.stderr)
    print("loud")
def scold():
    print("no")
    raise ValueError
def talk(x):
    print("secret", x)
    return x
def set_bias(layer):
    with torch.no_grad():
        layer.bias.fill_(7.0)
    return layer
def count(n):
    for k in range(n):
        yield k
class Vector:
    def __init__(self, x): self.x = x
    def __add__(self, other): return Vector(self.x + other.x)
    def __eq__(self, other): return self.x == other.x
    def __len__(self): return 3
    def __getitem__(self, k): return [self.x] [k]
from collections import namedtuple
point = namedtuple("Point", "x y")(1, 2)
class Anything:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
anything = Anything()
class Sly(int):
    def __eq__(self, other): return True
    def __hash__(self): return 0
sly = Sly(4)
import functools, random
import numpy as np
table, array = {"a": [1, 2]}, np.zeros(2)
def count_all(): return len(table["a"])
def total(): return float(array.sum())
class Box:
    def __init__(self): self.items = []
    def size(self): return len(self.items)
def sort(items): items.sort()
def sort_all(lists):
    for items in lists: sort(items)
def draw(): return random.random(), np.random.rand(), float(torch.rand(()))
def ask(): return 2 * int(input("a number: "))
class Down:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1
        return self.n + 1
class Named:
    def __init__(self, name): self.name = name
    def __eq__(self, other): return self.name == other.name
    def __hash__(self): return hash(self.name)
class Timer:
    def __enter__(self): return self
    def __exit__(self, kind, value, trace):
        self.left = kind.__name__
        return isinstance(value, kind) and trace is None
def wrap(f):
    @functools.wraps(f)
    def wrapper(*a, **k): return f(*a, **k)
    return wrapper
class TooBig(ValueError): pass
"""

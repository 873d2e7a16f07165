"""What foreign courses do in their tests, one after another: tables of NumPy's, formats, exceptions, threads."""

import numpy
import pytest
from sessions import STUDENT, TEST

from autograder.rpc.wire.codec import Codec, Malformed

ANSWERS = """
import numpy as np, threading, torch
from collections import deque
from datetime import date
from decimal import Decimal
from fractions import Fraction
from torch import nn
dtype = np.dtype([("name", "U8"), ("age", "i4"), ("w", "f8")])
def table(rows): return np.array(rows, dtype=dtype)
def adults(t): return t[t["age"] >= 18]
def center(a):
    kept = np.ma.masked_invalid(a)
    return kept - kept.mean()
class Vector:
    def __init__(self, x): self.x = x
    def __format__(self, spec): return format(self.x, spec or ".2f") + " EUR"
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 3)
class Mine(nn.Linear): pass
layer = Mine(2, 2)
def guard(f, kinds, instead):
    try: return f()
    except kinds as error: return instead(error)
class Counter:
    def __init__(self): self.n, self.lock = 0, threading.Lock()
    def add(self):
        with self.lock: self.n += 1
class Stack(deque):
    def push(self, x):
        self.append(x)
        return self
class Euro(Decimal):
    def cents(self): return int(self * 100)
class Part(Fraction):
    def percent(self): return float(self) * 100
class Day(date):
    def next(self): return Day.fromordinal(self.toordinal() + 1)
def give(): return Stack([1, 2])
def all_of(items): return [item for item in items]
def double(x): return 2 * x
def parallel(fs):
    out = [None] * len(fs)
    def run(i): out[i] = fs[i]()
    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(fs))]
    for t in threads: t.start()
    for t in threads: t.join()
    return out
"""
WORKS = {
    "a table with columns": """
import numpy as np
t = table([("a", 3, 1.5), ("b", 30, 2.5)])
assert t.dtype == dtype and t["age"].tolist() == [3, 30] and t[0]["name"] == "a"
assert t.dtype.names == ("name", "age", "w")
mine = np.array([("x", 18, 0.0), ("y", 2, 1.0)], dtype=[("name", "U8"), ("age", "i4"), ("w", "f8")])
assert adults(mine)["name"].tolist() == ["x"] and adults(mine).shape == (1,)
assert adults(mine.view(np.recarray)).shape == (1,)
""",
    "a masked array": """
import numpy as np
c = center(np.array([1.0, np.nan, 3.0]))
assert isinstance(c, np.ma.MaskedArray) and c.mask.tolist() == [False, True, False]
assert c.compressed().tolist() == [-1, 1]
""",
    "a format of the student's": "assert f'{Vector(2.5)}' == '2.50 EUR' and f'{Vector(2.5):.1f}' == '2.5 EUR'",
    "a kind of layer": """
from torch import nn
assert isinstance(Net().fc, nn.Linear) and not isinstance(Net().fc, nn.LSTM)
assert isinstance(layer, nn.Linear) and isinstance(Net(), nn.Module) and not isinstance(Net(), nn.Linear)
net = Net()
net.apply(lambda m: nn.init.constant_(m.weight, 0.5) if isinstance(m, nn.Linear) else None)
assert net.fc.weight.eq(0.5).all()
""",
    "an exception of the test's, there and back": """
class Own(KeyError): pass
def boom(): raise Own("x", 3)
assert guard(boom, Own, lambda e: type(e) is Own and e.args == ("x", 3))
kept = RuntimeError("same")
def again(): raise kept
assert guard(again, RuntimeError, lambda e: e is kept)
assert guard(lambda: 1 / 0, ZeroDivisionError, lambda e: type(e).__name__) == "ZeroDivisionError"
""",
    "classes that are a container, a number or a day as well": """
from collections import deque
from datetime import date
s = Stack([1, 2])
assert s.push(3).pop() == 3 and list(s) == [1, 2] and len(s) == 2 and s == deque([1, 2]) and s[0] == 1
assert give() == deque([1, 2])
assert Euro("1.5").cents() == 150 and Part(1, 4).percent() == 25
assert Day(2026, 2, 28).next() == date(2026, 3, 1)
""",
    "threads": """
import threading
c = Counter()
threads = [threading.Thread(target=lambda: [c.add() for _ in range(20)]) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
assert c.n == 80
assert parallel([lambda i=i: i * i for i in range(6)]) == [0, 1, 4, 9, 16, 25]
""",
}


@pytest.mark.parametrize("what", WORKS)
def test_what_foreign_tests_do_works_from_outside(run_cells, what) -> None:
    classes = ["Vector", "Stack", "Euro", "Part", "Day"]
    session, (_, out) = run_cells((ANSWERS, STUDENT), (WORKS[what], TEST), classes=classes)
    assert out == [] and session.incidents == []


def test_a_call_that_is_stopped_while_it_asks_the_test_costs_that_question_only(run_cells) -> None:
    endless = ("import itertools\nassert all_of(itertools.count()) is None", TEST)
    session, (_, first, then) = run_cells(
        (ANSWERS, STUDENT), endless, ("assert double(2) == 4", TEST), seconds=2.0
    )
    assert first[0].ename == "TimeLimit"
    assert then == [] and [each.cell for each in session.incidents] == [TEST.cell]


@pytest.mark.parametrize(
    "node",
    [
        {"t": "numpy", "v": "O"},
        {"t": "numpy", "v": [["a", "O"]]},
        {"t": "numpy", "v": [["a", "f8", 3]]},
        {"t": "numpy", "v": [["a", "(3,)f8"]]},
        {"t": "numpy", "v": [["a", "f8"], ["a", "f8"]]},
        {"t": "numpy", "v": [[str(n), "b"] for n in range(2000)]},
        {"t": "numpy", "v": []},
        {"t": "numpy", "v": "(2,)f8"},
        {"t": "rows", "f": [["a", "O"]], "s": [1], "b": 0, "row": False},
        {"t": "rows", "f": [["a", "f8"]], "s": [2], "b": 0, "row": False},
        {"t": "rows", "f": [["a", "f8"]], "s": [-1], "b": 0, "row": False},
        {"t": "masked", "v": [{"t": "list", "v": []}, 0]},
        {"t": "masked", "v": [{"t": "array", "d": "<f8", "s": [1], "b": 0}]},
        {"t": "parameter", "i": 0, "layer": True, "v": None},
    ],
    ids=str,
)
def test_a_table_that_is_none_is_refused(node) -> None:
    with pytest.raises(Malformed):
        Codec([bytearray(8)]).decode(node)


def test_what_is_no_number_in_a_table_stays_where_it_is() -> None:
    for value in (numpy.array([(1, None)], dtype=[("a", "i4"), ("b", "O")]), numpy.dtype("O")):
        with pytest.raises(TypeError):
            Codec().encode(value)

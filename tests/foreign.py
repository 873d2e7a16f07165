"""Five small nbgrader courses unlike ours, each with a right and a wrong student; test_foreign.py has them graded.

The cells are written one after another, each under a line `#: KIND NAME POINTS`: `plain`, perhaps with a name and
`locked`; `answer`, with what a student writes who is `wrong`; `test`, perhaps with `hidden` lines; `by-hand`, of a type
of cell. A test that is marked `together` works in the student's kernel only.
"""

from pathlib import Path
from typing import Any

import nbformat
from foreign_models import MODELS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tiny_course import marks, test_cell

TOGETHER = "student-kernel"
STACK = r"""
#: plain
from dataclasses import dataclass
import functools, itertools, math
def near(a, b):
    return abs(a - b) < 1e-9
#: answer stack
class Stack:
    def __init__(self): self.items = []
    def push(self, x): self.items.append(x)
    def __len__(self): return len(self.items)
    def pop(self):
        if not self.items: raise IndexError('pop from empty stack')
        return self.items.pop()
#: wrong
class Stack(list):
    push = list.append
#: test test_stack 2
s = Stack()
s.push(1); s.push('a')
assert len(s) == 2 and s.pop() == 'a'
s.items.append(9)
assert s.pop() == 9
#: hidden
try:
    s.pop(); s.pop()
except IndexError as e:
    assert 'empty' in str(e)
else:
    assert False
#: answer point
@dataclass
class Point:
    x: float
    y: float = 0.0
    def norm(self): return math.hypot(self.x, self.y)
#: wrong
class Point:
    def __init__(self, x, y=0): self.x, self.y = x, y
    def norm(self): return self.x
#: test test_point 2
p = Point(3, 4)
assert near(p.norm(), 5) and p == Point(3, 4) != Point(1)
p.x = 0
assert p.norm() == 4
assert repr(Point(1, 2)) == 'Point(x=1, y=2)' and min([Point(2), p], key=lambda q: q.x) is p
#: test test_kind 1 together
assert type(Point(1)).__name__ == 'Point'
#: answer fib
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
#: wrong
def fib():
    return [0, 1, 1, 2, 3, 5]
#: test test_fib 2
g = fib()
assert [next(g) for _ in range(6)] == [0, 1, 1, 2, 3, 5] and next(g) == 8
#: hidden
assert list(itertools.takewhile(lambda v: v < 9, fib())) == [0, 1, 1, 2, 3, 5, 8]
"""
FUNCTIONS = r"""
#: answer count
calls = 0
def count(f):
    @functools.wraps(f)
    def wrapper(*a, **k):
        global calls
        calls += 1
        return f(*a, **k)
    return wrapper
import functools
#: wrong
calls = 0
def count(f): return f
#: test test_count 2
@count
def add(a, b):
    'adds'
    return a + b
assert add(1, 2) == 3 and add(1, b=5) == 6
assert calls == 2 and add.__name__ == 'add' and add.__doc__ == 'adds'
#: answer timer
class Timer:
    def __enter__(self): return self
    def __exit__(self, kind, value, trace):
        self.left = kind and kind.__name__
        return True
#: wrong
class Timer:
    def __enter__(self): return self
    def __exit__(self, *why): pass
#: test test_timer 1
with Timer() as t:
    raise KeyError('x')
assert t.left == 'KeyError'
#: answer halves
def half(n): return n // 2
def halvings(n):
    count = 0
    while n > 1: n, count = half(n), count + 1
    return count
#: wrong
def half(n): return n // 2
def halvings(n): return n.bit_length() - 1
#: test test_uses 1
kept = half
del half
try:
    halvings(8)
except NameError:
    pass
else:
    raise AssertionError('halvings does not use half')
finally:
    half = kept
#: answer table
table = {'a': [1, 2], ('k', 1): {3}}
#: wrong
table = {'a': (1, 2)}
#: test test_table 1
assert table['a'] == [1, 2] and 3 in table['k', 1]
table['a'].append(3)
#: test test_table_later 1
assert len(table['a']) == 3
"""
LAB = r"""
#: plain
%matplotlib inline
import io, os, random
import numpy as np
import matplotlib.pyplot as plt
#: answer save
def save(rows, path):
    with open(path, 'w') as f:
        f.writelines(f'{a},{b}\n' for a, b in rows)
#: wrong
def save(rows, path):
    open(path, 'w').write(str(rows))
#: test test_save 2
save([(1, 2)], 'out.csv')
assert open('out.csv').read() == '1,2\n'
#: plain
%%writefile mine.py
def triple(x): return 3 * x
#: plain
import mine
#: test test_mine 1 together
assert mine.triple(4) == 12
#: answer standard
def standard(a):
    return (a - a.mean(axis=0)) / a.std(axis=0)
#: wrong
def standard(a):
    a -= a.mean(axis=0)
    a /= a.std(axis=0)
    return a
#: test test_standard 2
a = np.arange(12.).reshape(4, 3) ** 2
b = standard(a)
assert isinstance(b, np.ndarray)
np.testing.assert_allclose(b.mean(0), 0, atol=1e-12)
#: hidden
assert np.array_equal(a, np.arange(12.).reshape(4, 3) ** 2)
#: answer throw
def throw(n):
    return [random.randint(1, 6) for _ in range(n)]
#: wrong
def throw(n):
    return [random.SystemRandom().randint(1, 6) for _ in range(n)]
#: test test_throw 2
random.seed(1)
a = throw(50)
random.seed(1)
assert throw(50) == a and set(a) == set(range(1, 7))
#: answer draw
def draw(x, y):
    fig, ax = plt.subplots()
    ax.plot(x, y)
    ax.set_title('Growth')
    return ax
#: wrong
def draw(x, y):
    fig, ax = plt.subplots()
    ax.scatter(x, y)
    return ax
#: test test_draw 2
ax = draw([1, 2], [1, 4])
assert ax.get_title() == 'Growth' and list(ax.lines[0].get_ydata()) == [1, 4]
#: answer state
state = {'n': 0}
def bump():
    state['n'] += 1
    return state['n']
#: wrong
state = {'n': 0}
def bump(): return 1
#: test test_state 1
assert bump() == 1 and bump() == 2
state['n'] = 10
assert bump() == 11
#: answer ask
def ask(): return 2 * int(input('n? '))
#: wrong
def ask(): return 41
#: test test_ask 1
from unittest.mock import patch
with patch('builtins.input', return_value='21'):
    assert ask() == 42
#: test test_ask_again 1
input = lambda prompt='': '4'
assert ask() == 8
del input
#: answer greet
def greet(name): print(f'Hello, {name}!')
#: wrong
def greet(name): return f'Hello, {name}!'
#: plain
listing = !echo hello
#: test test_greet 1
import contextlib
with contextlib.redirect_stdout(io.StringIO()) as said:
    greet('Ada')
assert said.getvalue() == 'Hello, Ada!\n' and listing[0] == 'hello'
"""
ESSAY = r"""
#: by-hand why 3 markdown
YOUR ANSWER HERE
#: by-hand plot 4 code
# draw
#: by-hand do 2 markdown task
Do this.
#: answer vec
class Vec:
    def __init__(self, *v): self.v = v
    def __add__(self, o):
        return Vec(*map(sum, zip(self.v, o.v)))
    def __mul__(self, k):
        return Vec(*(a * k for a in self.v))
    __rmul__ = __mul__
    def __eq__(self, o): return self.v == o.v
    def __hash__(self): return hash(self.v)
    def __getitem__(self, i): return self.v[i]
    def __abs__(self): return max(self.v)
    def __lt__(self, o): return abs(self) < abs(o)
    def __repr__(self): return f'Vec{self.v}'
#: wrong
class Vec:
    def __init__(self, *v): self.v = v
    def __add__(self, o): return self
#: test test_vec 3
a, b = Vec(1, 2), Vec(3, 4)
assert a + b == Vec(4, 6) and 2 * a == a * 2 and a[-1] == 2 and a < b and b > a
assert f'{a}' == 'Vec(1, 2)' and {a: 1}[Vec(1, 2)] == 1 and max(a, b) is b and list(a) == [1, 2]
assert 2 in a
assert sum([a, b], Vec(0, 0)) == Vec(4, 6)
#: answer down
class Down:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1
        return self.n + 1
#: wrong
class Down:
    def __init__(self, n): self.n = n
    def __iter__(self): return iter(range(self.n))
#: test test_down 2
a, b = Down(2)
assert (a, b) == (2, 1) and sum(Down(4)) == 10 and dict(zip('ab', Down(2))) == {'a': 2, 'b': 1}
#: answer depth
def depth(t):
    return 1 + max(map(depth, t), default=0) if isinstance(t, list) else 0
#: wrong
def depth(t): return depth(t)
#: test test_depth 2
0.5 * (depth([]) == 1) + 1.5 * (depth([[1], [[2]]]) == 3)
"""
LENT = r"""
#: plain
import collections, functools, io, itertools, random
from abc import ABC, abstractmethod
from pathlib import Path
from unittest.mock import patch
import numpy as np
#: plain shape locked
class Shape(ABC):
    def __init__(self, name): self.name = name
    @abstractmethod
    def area(self): ...
    def __lt__(self, other): return self.area() < other.area()
#: answer square
class Square(Shape):
    def __init__(self, a):
        super().__init__('square')
        self.a = a
    def area(self): return self.a ** 2
#: wrong
class Square:
    def __init__(self, a): self.a = a
    def area(self): return self.a
#: test test_square 2
class Tri(Shape):
    def area(self): return 1.0
assert issubclass(Square, Shape) and isinstance(Square(2), Shape) and Tri('tri') < Square(2)
#: answer sums
def total(things): return sum(thing.area() for thing in things)
def group(pairs):
    found = collections.defaultdict(list)
    for key, value in pairs: found[key].append(value)
    return found
#: wrong
def total(things): return len(things)
def group(pairs): return dict(pairs)
#: test test_total 2
class Fake:
    def __init__(self, n): self.n = n
    def area(self): return self.n
assert total([Fake(1), Fake(2)]) == 3 and total(map(Fake, range(4))) == 6
#: test test_group 2
assert group(zip('xyx', itertools.count())) == {'x': [0, 2], 'y': [1]}
#: answer draws
def means(xs, n, rng): return [rng.choice(xs, len(xs)).mean() for _ in range(n)]
def noisy(n, seed):
    np.random.seed(seed)
    return np.random.rand(n)
#: wrong
def means(xs, n, rng): return [np.mean(xs)] * n
def noisy(n, seed): return np.random.rand(n)
#: test test_means 2
r = np.random.default_rng(1)
first = means(np.arange(9.0), 5, r)
assert first != means(np.arange(9.0), 5, r) and first == means(np.arange(9.0), 5, np.random.default_rng(1))
#: test test_noisy 1
np.random.seed(3)
want = np.random.rand(4)
assert (noisy(4, 3) == want).all()
#: answer retry
def retry(f):
    def wrapper(*given):
        for _ in range(2):
            try: return f(*given)
            except ValueError: pass
        return f(*given)
    return wrapper
def ask(prompt='n? '): return int(input(prompt))
#: wrong
def retry(f): return f
def ask(prompt='n? '): return int(input())
#: test test_retry 2
class Own(ValueError): pass
tries = []
@retry
def fails():
    tries.append(1)
    raise Own('no')
try: fails()
except Own as error: assert str(error) == 'no' and len(tries) == 3
else: assert False
#: test test_ask 1
with patch('builtins.input', return_value='7') as fake: assert ask('age? ') == 7
fake.assert_called_once_with('age? ')
#: answer words
class Words(list):
    def count_all(self): return collections.Counter(self)
def lines(stream): return Words(line.rstrip() for line in stream)
#: wrong
def lines(stream): return stream.readlines()
#: test test_words 2
found = lines(io.StringIO('b\na\nb\n'))
assert found == ['b', 'a', 'b'] and found.count_all().most_common(1) == [('b', 2)]
"""
COURSES = {
    "lent": {"lent": LENT},
    "models": {"models": MODELS},
    "classes": {"stack": STACK, "functions": FUNCTIONS},
    "files": {"lab": LAB},
    "by hand": {"essay": ESSAY},
}


def make(root: Path, course: str) -> None:
    """The course's folder with its source, and with the submissions of `right` and `wrong`."""
    for name, text in COURSES[course].items():
        for who in ("instructor", "right", "wrong"):
            folder = root / "source/a1" if who == "instructor" else root / "submitted" / who / "a1"
            folder.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook(text, who), folder / f"{name}.ipynb")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 30\n")


def together(course: str) -> list[str]:
    """The tests that work in the student's kernel only."""
    headings = [line.split() for text in COURSES[course].values() for line in text.splitlines()]
    return [words[2] for words in headings if words[:2] == ["#:", "test"] and words[-1] == "together"]


def notebook(text: str, who: str) -> Any:
    """The instructor's notebook, or what a student hands in."""
    cells: list[Any] = []
    for number, part in enumerate(text.strip().removeprefix("#: ").split("\n#: ")):
        heading, _, source = part.partition("\n")
        kind, *about = heading.split()
        if kind == "wrong":
            if who == "wrong":
                cells[-1].source = source
        elif kind == "hidden":
            if who == "instructor":
                cells[-1].source += f"\n### BEGIN HIDDEN TESTS\n{source}\n### END HIDDEN TESTS"
        else:
            cells.append(_cell(kind, about or [f"plain{number}"], source, who))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def _cell(kind: str, about: list[str], source: str, who: str) -> Any:
    name = about[0]
    if kind == "plain":
        locked = {"metadata": marks(name, locked=True)} if about[-1] == "locked" else {}
        return new_code_cell(source, id=name, **locked)
    if kind == "answer":
        solution = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION" if who == "instructor" else source
        return new_code_cell(solution, id=name, metadata=marks(name, solution=True))
    if kind == "test":
        made = test_cell(name, int(about[1]), source)
        if about[-1] == "together" and who == "instructor":
            made.metadata.tags = [TOGETHER]
        return made
    task = about[-1] == "task"
    traits = {"task": True, "locked": True} if task else {"solution": True, "grade": True}
    make_cell = new_code_cell if about[2] == "code" else new_markdown_cell
    return make_cell(source, id=name, metadata=marks(name, points=int(about[1]), **traits))

"""What a test may lend to the student's code and find out about their objects, and that nothing of it goes along."""

import random
from collections import Counter, OrderedDict, defaultdict, deque
from pathlib import Path
from typing import Any

import numpy
import pytest
from sessions import HIDDEN, LOCKED, STUDENT, TEST

from autograder.rpc.values.numpy_values import TWISTER, set_generator_state
from autograder.rpc.wire.codec import Codec, Malformed

SETUP = """
import abc, collections, copy, inspect, io, itertools, random, types
import numpy as np
from enum import Enum, IntEnum
from typing import NamedTuple
from unittest.mock import Mock, patch"""
# A class body takes names from cells that the examiner's kernel does not run, and from the test itself.
SHAPE = """
class Shape(abc.ABC):
    kinds = collections.Counter()
    def __init__(self, name): self.name = name
    @abc.abstractmethod
    def area(self): ...
    def __lt__(self, other): return self.area() < other.area()"""
ANSWERS = """
def total(things): return sum(thing.area() for thing in things)
def lines(stream): return [line.rstrip() for line in stream]
def tell(stream): print("told", file=stream)
def evens(items): return (item for item in items if item % 2 == 0)
def group(pairs):
    found = collections.defaultdict(list)
    for key, value in pairs: found[key].append(value)
    return found
def throw(n, rng=random): return [rng.randint(1, 6) for _ in range(n)]
def draw(n, rng): return rng.normal(size=n)
def ask(prompt="age? "): return int(input(prompt))
def retry(f):
    def wrapper(*given):
        for last in (False, False, True):
            try: return f(*given)
            except ValueError:
                if last: raise
    return wrapper
class Shade(Enum):
    DARK = 1
DIGITS = __import__("re").compile(r"[0-9]+")
def words(text): return collections.Counter(text.split())
def ring(names): return collections.deque(names)
def same(thing): return thing
def give(thing, value): thing.value = value
def averager():
    total, n, mean = 0, 0, None
    while True:
        total, n = total + (yield mean), n + 1
        mean = total / n
class Rect(Shape):
    def __init__(self, a, b):
        super().__init__("rect")
        self.a, self.b = a, b
    def area(self): return self.a * self.b
class Square(Rect):
    def __init__(self, a): super().__init__(a, a)
class Poly(list):
    def __call__(self, x): return sum(a * x ** i for i, a in enumerate(self))
class Bag:
    def __init__(self, *items): self.items = set(items)
    def __and__(self, other): return Bag(*self.items & other.items)
    def __iadd__(self, item):
        self.items.add(item)
        return self
    def __eq__(self, other): return self.items == other.items
    __hash__ = None
class Colour(Enum):
    RED = 1
    GREEN = 2
class Level(IntEnum):
    LOW = 1
    HIGH = 2
class Point(NamedTuple):
    x: float
    y: float
    def norm(self): return (self.x ** 2 + self.y ** 2) ** 0.5
Pair = collections.namedtuple("Pair", "one two")
def pair(): return Pair(1, 2)
def area(width: float, height: float = 1.0, *, scale=1) -> float: return width * height * scale
def nest(n): return [nest(n - 1)] if n else []
def keys(table): return table.keys()
def wrap(f):
    import functools
    @functools.wraps(f)
    def wrapper(*given): return f(*given)
    return wrapper"""
TESTS = {
    "objects of its own": """
class Fake:
    kind = Colour.RED
    def __init__(self, n): self.n = n
    def area(self): return self.n
one = Fake(1)
assert total([one, Fake(2)]) == 3 and total(iter([one])) == 1 and same(one) is one and same([one])[0] is one
give(one, 5)
assert one.value == 5 and one.kind is Colour.RED""",
    "a name space and a mock": """
space, mock = types.SimpleNamespace(value=1), Mock(**{"area.return_value": 4})
give(space, 2)
assert space.value == 2 and total([mock]) == 4
mock.area.assert_called_once_with()""",
    "streams": """
out = io.StringIO()
tell(out)
assert out.getvalue() == "told\\n" and lines(io.StringIO("a\\nb\\n")) == ["a", "b"]""",
    "a generator, item by item": """
log = []
def spy():
    for number in range(10):
        log.append(number)
        yield number
lazy = evens(spy())
assert log == [] and next(lazy) == 0 and log == [0] and list(lazy) == [2, 4, 6, 8]
endless = evens(itertools.count())
assert [next(endless) for _ in range(3)] == [0, 2, 4]""",
    "other iterables": """
assert group(zip("xyx", range(3))) == {"x": [0, 2], "y": [1]} == group([("x", 0), ("y", 1), ("x", 2)])
assert group({1: 2}.items()) == {1: [2]} and keys({1: 2}) == {1} and list(evens({2: 0}.keys())) == [2]
assert group({})["new"] == []""",
    "generators of random numbers": """
assert throw(9, random.Random(2)) == throw(9, random.Random(2)) != throw(9, random.Random(3))
ours, theirs = np.random.default_rng(1), np.random.default_rng(1)
assert (draw(3, theirs) == ours.normal(size=3)).all() and (draw(3, theirs) == ours.normal(size=3)).all()
old = np.random.RandomState(1)
assert (draw(3, old) == np.random.RandomState(1).normal(size=3)).all() and draw(1, old) != draw(1, old)""",
    "a prompt": """
with patch("builtins.input", side_effect=["7"]) as fake:
    assert ask("n: ") == 7
fake.assert_called_once_with("n: ")""",
    "what is of a class of the library's": """
import enum, re
assert issubclass(Shade, Enum) and isinstance(Shade.DARK, Enum) and not isinstance(Shade.DARK, re.Pattern)
assert isinstance(DIGITS, re.Pattern) and not isinstance(DIGITS, Enum) and DIGITS.findall("a1b22") == ["1", "22"]
assert isinstance(evens([1, 2]), types.GeneratorType) and not isinstance(evens, types.GeneratorType)
assert not isinstance(same, Enum) and not isinstance(Rect, Enum)
""",
    "a prompt that is printed": """
import contextlib, sys
said = io.StringIO()
with patch.object(sys, "stdin", io.StringIO("5\\n")), contextlib.redirect_stdout(said):
    assert ask() == 5
assert said.getvalue() == "age? " """,
    "exceptions that pass through the answer": """
class Own(ValueError): pass
tries = []
@retry
def fails():
    tries.append(kind)
    raise kind("no")
for kind, times in ((ValueError, 3), (Own, 3), (KeyError, 1), (Exception, 1)):
    tries.clear()
    try:
        fails()
    except kind as error:
        assert type(error) is kind and len(tries) == times
    else:
        assert 0""",
    "classes of the library": """
count, names = words("a b a"), ring("abc")
assert count["a"] == 2 and count["z"] == 0 and count.most_common(1) == [("a", 2)]
names.rotate(1)
assert names == collections.deque("cab") and names.popleft() == "c" """,
    "the end of a generator": """
mean = averager()
assert next(mean) is None and mean.send(10) == 10 and mean.send(20) == 15
mean.close()
try:
    mean.send(1)
except StopIteration:
    pass
else:
    assert 0""",
    "classes and their bases": """
assert issubclass(Square, Rect) and issubclass(Square, (int, Rect)) and not issubclass(Rect, Square)
assert issubclass(Square, Shape) and isinstance(Square(1), Shape) and isinstance(Square(1), Rect)
assert not issubclass(Square, int) and not isinstance(Rect(1, 2), Square) and issubclass(bool, int)
class Tri(Shape):
    def area(self): return 1.0
assert Tri("tri") < Square(2) and isinstance(Tri("x"), Shape) and not isinstance(Tri("x"), Rect)""",
    "what can be called": "assert callable(area) and callable(Rect) and not callable(Rect(1, 2)) and callable(len)",
    "an object that is a list, too": """
p = Poly([1, 2])
assert p(3) == 7 and p == [1, 2] and p != [1] and isinstance(p, list) and p[0] == 1 and len(p) == 2
p.append(5)
assert p == [1, 2, 5] and list(reversed(p)) == [5, 2, 1] and copy.copy(p) == p""",
    "enumerations": """
assert Colour.RED is Colour(1) is Colour["RED"] and Colour.RED != Colour.GREEN
assert list(Colour) == [Colour.RED, Colour.GREEN]
assert Level.HIGH == 2 and Level.LOW < Level.HIGH and Level.HIGH.name == "HIGH" and {Colour.RED: 1}[Colour.RED] == 1""",
    "named tuples": """
assert Point(3, 4).norm() == 5 and Point(3, 4) == (3, 4) and Point(3, 4).x == 3 and isinstance(Point(1, 2), Point)
assert isinstance(pair(), Pair) and pair() == (1, 2) and not isinstance((1, 2), Pair)""",
    "operators": """
bag = Bag(1, 2)
bag += 3
assert bag & Bag(3, 4) == Bag(3)
twin = copy.deepcopy(bag)
twin += 9
assert bag == Bag(1, 2, 3) != twin""",
    "signatures": """
found = inspect.signature(area)
assert list(found.parameters) == ["width", "height", "scale"] and found.return_annotation is float
assert found.parameters["scale"].kind is inspect.Parameter.KEYWORD_ONLY and found.parameters["height"].default == 1.0
assert found.parameters["width"].default is inspect.Parameter.empty""",
    "something nested": "assert nest(60) == eval('[' * 61 + ']' * 61)",
}


def test_a_test_may_lend_and_inspect(run_cells):
    names = ("Shape", "Rect", "Square", "Poly", "Bag", "Colour", "Level", "Point", "Pair")
    cells = ((SETUP, LOCKED), (SHAPE, LOCKED), (ANSWERS, STUDENT))
    session, outputs = run_cells(*cells, *((source, TEST) for source in TESTS.values()), classes=list(names))
    wrong = {
        name: ["\n".join(output.traceback) for output in found if output.output_type == "error"]
        for name, found in zip(TESTS, outputs[3:], strict=True)
    }
    assert {name: errors for name, errors in wrong.items() if errors} == {}
    assert session.incidents == []


def test_names_in_a_class_of_the_test_are_looked_up_wherever_they_come_from(run_cells):
    made = "class Case:\n    box = Box\n    size = root(4)\n    names = sorted(['b', 'a'])\nassert Case.size == 2.0"
    names = {"modules": {"root": "math.sqrt"}, "given": ["root"]}
    _, outputs = run_cells(
        ("class Box: pass", STUDENT), (made, TEST), ("class Odd: it = nowhere", TEST), **names
    )
    assert outputs[1] == [] and outputs[2][0].ename == "NameError"


SPY = """
seen = []
def probe(thing, *names):
    from autograder.rpc.student.exported import _use
    for name in names:
        for action in ("get", "call"):
            try:
                seen.append((name, _use(thing, action, name)))
            except Exception:
                pass"""
LEADS = "('gi_frame', 'gi_code', '__class__', '__dict__', '__init__', '__globals__', '__reduce__', '_secret')"


@pytest.mark.parametrize("thing", ["(n for n in [4711])", "Fake()", "io.StringIO('4711')", "iter([4711])"])
def test_nothing_leads_from_what_is_lent_to_the_test(run_cells, thing):
    made = (
        f"import io\nclass Fake:\n    _secret = 4711\n    def area(self): return 1\nprobe({thing}, *{LEADS})"
    )
    _, outputs = run_cells((SPY, STUDENT), (made, HIDDEN), ("print(seen)", STUDENT))
    assert outputs[1] == [] and outputs[2][0].text == "[]\n"


def test_the_test_s_own_output_cannot_be_given_other_methods(run_cells):
    answer = "def spoil(stream):\n    try: stream.write = len\n    except AttributeError: return 'kept'"
    _, outputs = run_cells(
        (answer, STUDENT), ("import sys\nassert spoil(sys.stdout) == 'kept'\nprint('on')", TEST)
    )
    assert outputs[1][0].text == "on\n"


def test_what_the_test_asks_its_objects_afterwards_is_not_the_students_to_say(run_cells):
    answer = """
def spoil(thing, name):
    try: setattr(thing, name, lambda *_: 42)
    except AttributeError: return 'kept'
def ask(thing, name):
    try: return getattr(thing, name)
    except AttributeError: return 'unsaid'"""
    test = """
from unittest.mock import MagicMock, Mock
class Fake:
    def area(self): return 1
fake = Fake()
assert spoil(fake, 'area') == 'kept' and fake.area() == 1
for mock in (Mock(), MagicMock(), Mock(spec=Fake)):
    for name in 'call_count called mock_calls return_value side_effect assert_called_once reset_mock'.split():
        assert spoil(mock, name) == 'kept' and ask(mock, name) == 'unsaid', name
    assert not mock.called"""
    session, outputs = run_cells((answer, STUDENT), (test, TEST))
    assert (outputs[1], session.incidents) == ([], [])


def test_a_hidden_docstring_is_known_again_and_told_nobody(run_cells):
    answer = "heard = []\ndef wrap(f):\n    heard.append(f.__doc__)\n    def inner(): pass\n"
    answer += "    inner.__doc__ = f.__doc__\n    return inner"
    test = "@wrap\ndef f():\n    'adds 4711'\nassert f.__doc__ == 'adds 4711'"
    _, outputs = run_cells((answer, STUDENT), (test, HIDDEN), ("print(heard)", STUDENT))
    assert outputs[1] == [] and "4711" not in outputs[2][0].text


VALUES = [
    Counter("aab"), OrderedDict(b=1, a=2), defaultdict(list, {1: [2]}), deque([1, 2], 5), Path("data") / "x.csv",
    {1: 2}.keys(), {1: 2}.items(),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_of_the_library_cross_as_what_they_are(value):
    codec = Codec()
    back = Codec(codec.buffers).decode(codec.encode(value))
    assert back == value and type(back) is type(value)
    if type(value) in (deque, defaultdict):
        assert repr(back) == repr(value)  # the longest it may get; what it makes of a new key


@pytest.mark.parametrize("place", [-1, TWISTER + 1, 2**40, None])
def test_no_place_outside_of_a_generators_buffer_is_believed(place):
    codec = Codec()
    state: Any = {**numpy.random.MT19937(1).state}
    state["state"] = {**state["state"], "pos": place}
    node = {"t": "generator", "k": "Generator", "v": codec.encode(state)}
    with pytest.raises(Malformed):
        Codec(codec.buffers).decode(node)
    version, numbers, drawn = random.Random(1).getstate()
    node = {"t": "random", "v": codec.encode((version, (*numbers[:-1], place), drawn))}
    with pytest.raises(Malformed):
        Codec(codec.buffers).decode(node)


def test_a_state_that_answers_each_time_anew_is_no_state():
    class Answers(dict[str, Any]):
        """What a student's object could do."""

        def __contains__(self, key: object) -> bool:
            return False

    state: Any = {**numpy.random.MT19937(1).state}
    state["state"] = Answers(state["state"], pos=2**40)
    with pytest.raises(ValueError, match="not the state"):
        set_generator_state(numpy.random.Generator(numpy.random.MT19937(1)), state)

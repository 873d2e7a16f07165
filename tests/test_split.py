"""Two kernels for one notebook: what tests may do with a student's objects, and what costs a question."""

import gc
import math
import os
import random
import signal
import struct
import subprocess
import sys
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from nbformat.v4 import new_code_cell

from autograder.checks.found import Observation
from autograder.grading.names import parse
from autograder.kernels.child import Child, KernelFailed
from autograder.kernels.client import WarmParent
from autograder.kernels.processes import processor_seconds
from autograder.kernels.sandbox import Confinement, Limits
from autograder.split.channel import BadMessage, Channel, ChannelClosed, pair
from autograder.split.clock import Clock
from autograder.split.codec import MOST_ITEMS, Codec
from autograder.split.forbid import findings, reaching
from autograder.split.records import conforms, decode_record
from autograder.split.sitting import Bounds, Part, Sitting
from autograder.split.values import Malformed, Untransferable

STUDENT = Part(student=True, examiner=False, test=False, hidden=False, name="answer")
LOCKED = Part(student=True, examiner=True, test=False, hidden=False, name="setup")
TEST = Part(student=False, examiner=True, test=True, hidden=False, name="test")
HIDDEN = Part(student=False, examiner=True, test=True, hidden=True, name="hidden test")
ANSWERS = """
import math
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

GENEROUS = Limits()


@pytest.fixture(scope="module")
def parent():
    with WarmParent() as parent:
        yield parent


@pytest.fixture
def sit(parent: WarmParent, tmp_path: Path):
    """Runs cells given as (source, Part); returns the sitting and the outputs of each."""

    def run(
        *cells: tuple[str, Part], seconds: float = 20.0, limits: Limits = GENEROUS
    ) -> tuple[Sitting, list[Any]]:
        def spawn(role: str, fds: tuple[int, int]) -> Any:
            request = {
                "role": role,
                "names": {"classes": ["Vector", "Named", "Down"]},
                "forbid": ["lazy_cell"],
            }
            confinement = Confinement("off", str(tmp_path), limits=limits)
            return parent.spawn("shell", confinement, fds=fds, request=request)

        made = [new_code_cell(source) for source, _ in cells]
        sitting = Sitting(spawn, Bounds(seconds, 200.0))
        sitting.run(made, {index: part for index, (_, part) in enumerate(cells)})
        return sitting, [cell.outputs for cell in made]

    return run


DEAF = "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass"
DTYPES = [torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.bool, torch.complex64]
GOOD_TESTS = {
    "a number": "assert hidden_size == 5",
    "a partial credit": "3.5",
    "a function of tensors": "z = torch.randn(3, 7)\nassert torch.allclose(softmax(z), torch.softmax(z, -1))",
    "a module with weights loaded": """
ref, m, x = nn.LSTM(4, hidden_size), MyLSTM(4, hidden_size), torch.randn(6, 2, 4)
m.load_state_dict({f"cell.{n[:-3]}": p.detach() for n, p in ref.named_parameters()})
with torch.no_grad():
    y, (h, c) = ref(x)
o, (a, b) = m(x)
assert torch.allclose(o, y, atol=1e-6) and torch.allclose(b, c[0], atol=1e-6)""",
    "a count of parameters": "assert sum(p.numel() for p in MyLSTM(4, 5).parameters()) == 4 * 5 * 9 + 40",
    "a gradient of an argument": """
x = torch.randn(3, 7, requires_grad=True)
softmax(x)[:, 0].sum().backward()
g, x.grad = x.grad.clone(), None
torch.softmax(x, -1)[:, 0].sum().backward()
assert torch.allclose(g, x.grad, atol=1e-6)""",
    "a gradient of a parameter": """
m = MyLSTM(4, 5)
m(torch.randn(3, 2, 4))[0].sum().backward()
assert m.cell.weight_ih.grad.abs().sum() > 0""",
    "a gradient twice": """
x = torch.randn(2, 3, requires_grad=True)
y = softmax(x)
a, = torch.autograd.grad(y[0, 0], x, retain_graph=True)
b, = torch.autograd.grad(y[0, 0], x)
assert torch.equal(a, b) and a.abs().sum() > 0""",
    "a weight changed in place": """
m = MyLSTM(4, 5)
with torch.no_grad():
    m.cell.weight_ih.zero_()
assert m.cell.weight_ih.abs().max() == 0""",
    "a class's bases": "assert isinstance(MyLSTM(4, 5), nn.Module) and issubclass(MyLSTM, nn.Module)",
    "an argument changed in place": "items = [1]\nfill(items)\nassert items == [1, 3]",
    "an exception": "try:\n    boom(3)\nexcept ValueError as e:\n    assert str(e) == 'bad 3'\nelse:\n    assert 0",
    "a function handed over": "assert apply(lambda v: v ** 2, [1, 2]) == [1, 4]",
    "a layer handed over": "l = nn.Linear(2, 2)\nassert set_bias(l) is l and (l.bias == 7).all()",
    "a generator": "assert list(count(3)) == [0, 1, 2] and next(iter(count(1))) == 0",
    "an object with operators": "assert (Vector(1) + Vector(2)).x == 3 and len(Vector(1)) == 3 and Vector(5)[0] == 5",
    "equality among the student's own": "assert Vector(1) == Vector(1) and Vector(1) != Vector(2)",
    "a module the student imported": "assert math.sqrt(4) == 2",
    "what a function prints": """
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()) as said:
    talk(1)
assert said.getvalue() == "secret 1\\n" """,
    "a namedtuple": "assert point == (1, 2) and point.y == 2 and isinstance(point, tuple)",
    "a list changed by the test": "table['a'].append(3)\nassert table['a'] == [1, 2, 3] and count_all() == 3",
    "what an earlier test changed": "assert table['a'] == [1, 2, 3]\ntable['a'].sort(reverse=True)",
    "an array changed by the test, and a list sorted": "array[0] = 5.0\nassert total() == 5.0 and table['a'][0] == 3",
    "an attribute changed by the test": "box = Box()\nbox.items.append(9)\nassert box.size() == 1 and box.items == [9]",
    "a function taken from another one, and given back": """
kept = sort
del sort
try:
    sort_all([[2, 1]])
except NameError as e:
    assert 'sort' in str(e)
else:
    raise AssertionError('sort_all does not use sort')
finally:
    sort = kept
lists = [[2, 1]]
sort_all(lists)
sort(lists)
assert lists == [[1, 2]]
try:
    del sorrt
except NameError:
    pass
else:
    assert 0""",
    "a list sorted by the student": "items = [3, 1, 2]\nsort(items)\nassert items == [1, 2, 3]",
    "a seed": """
import random
for seed in (random.seed, np.random.seed, torch.manual_seed):
    seed(1)
    first = draw()
    seed(1)
    assert [a == b for a, b in zip(first, draw())].count(True) == 1
random.seed(7)
expected = random.random()
random.seed(7)
assert draw()[0] == expected""",
    "input by a mock": """
from unittest.mock import patch
with patch('builtins.input', return_value='21'):
    assert ask() == 42""",
    "input by a function": "input = lambda prompt='': '4'\nassert ask() == 8\ndel input",
    "input by a stream": """
import io, sys
old, sys.stdin = sys.stdin, io.StringIO('5\\n6\\n')
try:
    assert ask() == 10 and ask() == 12
finally:
    sys.stdin = old""",
    "no input": "try:\n    ask()\nexcept EOFError:\n    pass\nelse:\n    assert 0",
    "an object of items": """
assert list(Vector(5))[:1] == [5] and 5 in Vector(5) and [v for v in Vector(2)] == [2]""",
    "an iterator of the student's class": """
assert list(Down(3)) == [3, 2, 1] and 2 in Down(3) and 9 not in Down(3)
a, b = Down(2)
assert (a, b) == (2, 1)""",
    "an object equals no plain value": "assert anything != 9 and anything not in [1, 'a', None]",
    "a hash": "assert {Named('a'): 1}[Named('a')] == 1 and len({Named('a'), Named('a'), Named('b')}) == 2",
    "the same object": "a, b = Named('a'), Named('b')\nassert max(a, b, key=lambda v: v.name) is b and a is not b",
    "a context that learns of an exception": "with Timer() as t:\n    raise KeyError('x')\nassert t.left == 'KeyError'",
    "a decorator": """
@wrap
def add(a, b):
    'adds'
    return a + b
assert add(1, b=2) == 3 and add.__name__ == 'add' and add.__doc__ == 'adds'""",
    "a subclass of an exception": "assert issubclass(TooBig, ValueError)",
    "a name used in a function of the test": "def helper():\n    return hidden_size + 1\nassert helper() == 6",
}


def test_tests_work_on_values_functions_classes_and_modules(sit):
    setup = [("import torch\nimport numpy as np\nfrom torch import nn", LOCKED), (ANSWERS, STUDENT)]
    sitting, outputs = sit(*setup, *((source, TEST) for source in GOOD_TESTS.values()))
    wrong = {
        name: [output for output in found if output.output_type == "error"]
        for name, found in zip(GOOD_TESTS, outputs[2:], strict=True)
    }
    assert {name: errors for name, errors in wrong.items() if errors} == {}
    assert sitting.incidents == [] and sitting.deaths == set()


@pytest.mark.parametrize(
    "test",
    [
        "assert anything == 9",
        "assert not anything != 9",
        "assert sly == 9",
        "assert [anything] == [9]",
        "assert hidden_size == 6",
        "boom(3)",
        "undefined",
        "import pickle\nsoftmax(object())",
    ],
)
def test_a_claim_to_equal_everything_and_a_wrong_value_fail(sit, test):
    _, outputs = sit(("import torch\nfrom torch import nn", LOCKED), (ANSWERS, STUDENT), (test, TEST))
    assert [output.output_type for output in outputs[2]] == ["error"]


def test_where_recurrent_layers_are_forbidden_they_work_for_other_functions_only(sit):
    answers = "lazy = nn.LSTMCell(2, 3)\ndef lazy_cell(x): return getattr(nn, 'LST' + 'MCell')(2, 3)(x)\n"
    answers += "def free_cell(x): return nn.LSTM(2, 3)(x)[0]"
    _, outputs = sit(
        ("import torch\nfrom torch import nn", LOCKED),
        (answers, STUDENT),
        ("assert free_cell(torch.ones(4, 1, 2)).shape == (4, 1, 3)", TEST),
        ("lazy_cell(torch.ones(1, 2))", TEST),
        ("assert free_cell(torch.ones(4, 1, 2)).shape == (4, 1, 3)", TEST),
    )
    assert outputs[2] == outputs[4] == []
    assert "without PyTorch's recurrent layers" in outputs[3][0].evalue


def test_an_answer_that_looks_like_a_recurrent_layer_is_found():
    assert findings(parse("from torch.nn import GRU\nx = getattr(nn, 'LSTM')\ny = torch._VF.lstm(x)")) == [
        "GRU in line 1", "getattr in line 2", "LSTM in line 2", "lstm in line 3", "_VF in line 3",
    ]  # fmt: skip
    assert findings(parse("def lstm_cell(lstm, x):\n    return lstm.weight_hh_l0 @ x")) == []


def test_an_answer_that_reaches_for_those_of_the_checks_is_found():
    for source in (
        "import autograder.checks.a3_gates as a",
        "from autograder.checks import a3_gates as a",
        "from autograder.checks.a3_gates import EXERCISES",
        "m = __import__('autograder.checks')",
    ):
        assert len(reaching(parse(source))) == 1, source
    assert (
        reaching(parse("from autograder.checks import check, hint\n'the autograder. says'\nautograder = 3"))
        == []
    )


@pytest.mark.parametrize("magic", ["%%time", "%%capture said --no-stderr", "%matplotlib inline", "!ls"])
def test_a_recurrent_layer_is_found_beside_magics_too(magic):
    assert findings(parse(f"{magic}\ndef lstm_cell(x):\n    return nn.LSTMCell(2, 3)(x)")) == [
        "LSTMCell in line 3"
    ]


SPY = """
from autograder.split.student import Student
heard, ask = [], Student.ask
def spy(self, question, codec):
    content, reply = ask(self, question, codec)
    heard.append(str(content))
    return content, reply
Student.ask = spy
def probe(f):
    try: f("x")
    except Exception: return 1"""


def test_the_error_of_a_function_of_a_hidden_test_quotes_nothing_of_it(sit):
    _, outputs = sit(
        (SPY, STUDENT),
        ("assert probe(lambda given: 4711 + given) == 1", HIDDEN),
        ("print(heard)", STUDENT),
    )
    assert outputs[1] == []
    assert "TypeError" in outputs[2][0].text and "given" not in outputs[2][0].text


LISTENS = """
heard = []
def probe(f):
    heard.append(f.__doc__)
    try: f("x")
    except Exception as error: heard.append(str(error))
class Keeper:
    def __enter__(self): return self
    def __exit__(self, kind, value, trace):
        heard.append(f"{kind.__name__} {value} {trace}")
        return True
def keeper(): return Keeper()"""
TELLS = """
def helper(given):
    "doc 4711"
    raise ValueError("error 4711")
probe(helper)
with keeper(): raise KeyError("value 4711")"""


def test_what_a_hidden_test_hands_over_brings_neither_documentation_nor_messages_along(sit):
    hidden, shown = (
        sit((LISTENS, STUDENT), (TELLS, HIDDEN), ("print(heard)", STUDENT)),
        sit((LISTENS, STUDENT), (TELLS, TEST), ("print(heard)", STUDENT)),
    )
    assert hidden[1][1] == [] and hidden[1][2][0].text == "[None, '', \"KeyError '' None\"]\n"
    assert shown[1][2][0].text.count("4711") == 3


FORGED = """
from autograder.split.student import Student
def describe(self, error): return {"names": ["ValueError"], "message": "", "lines": [[1, f"line {error}"]]}
Student.describe = describe
def fail(x): raise ValueError(x)"""


def test_forged_lines_of_an_error_show_no_argument_of_a_hidden_test(sit):
    _, outputs = sit((FORGED, STUDENT), ("fail(4700 + 11)", HIDDEN), ("fail(4700 + 11)", TEST))
    assert "4711" not in str(outputs[1]) and "line 4711" in str(outputs[2])


@pytest.mark.parametrize(
    ("answer", "claim"),
    [
        ("import os as np", "np.sep"),
        ("import os as tool", "tool.sep"),
        ("import pip", "pip"),  # installed, and imported by no test
        ("import types\nown = types.ModuleType('own')", "own"),
    ],
)
def test_a_module_of_the_students_choice_is_none_of_the_examiners(sit, answer, claim):
    _, outputs = sit((answer, STUDENT), (f"assert {claim}", TEST))
    assert outputs[1][0].ename == "Malformed", outputs[1]


def test_an_object_of_the_students_is_not_asked_how_to_be_shown(sit):
    shown = "class Shown:\n    def _repr_html_(self): return '<b>4711</b>'\n    def _ipython_display_(self): print(4711)"
    _, outputs = sit((f"{shown}\nshown = Shown()", STUDENT), ("shown", TEST))
    assert "4711" not in str(outputs[1])


def test_objects_of_classes_that_nobody_asked_for_neither_compare_nor_calculate(sit):
    liar = "class Liar:\n    seen = []\n"
    for method in ("lt", "le", "gt", "ge", "eq", "ne", "contains", "sub", "rsub", "abs", "instancecheck"):
        liar += f"    def __{method}__(self, *given):\n        self.seen.extend(given)\n        return self\n"
    liar += "    __array_priority__ = 1e9\n    __array_interface__ = {'data': (64, True)}\nit, other = Liar(), Liar()"
    claims = ("it < 4711", "4711 > it", "it == 4711", "abs(it - 4711) < 1", "4711 in it", "it < other", "it == other",
              "isinstance(4711, it)", "(torch.ones(2) - it).sum() < 1", "numpy.ones(2) - it < 1")  # fmt: skip
    _, outputs = sit(
        ("import numpy, torch", LOCKED),
        (liar, STUDENT),
        *((f"assert {claim}", TEST) for claim in claims),
        ("print(it.seen)", STUDENT),
    )
    assert [found[0].output_type for found in outputs[2:-1]] == ["error"] * len(claims)
    assert outputs[-1][0].text == "[]\n"


def test_nonsense_on_the_link_costs_the_student_and_never_the_examiner(sit):
    nonsense = """
import os, stat
for fd in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode): os.write(fd, {!r})
    except OSError: pass"""
    frames = (b"\0\0\0\4\0\0\0\0[[]]", b"\0\0\0\4\0\0\0\0null", b"\xff" * 64)
    for frame in frames:
        sitting, outputs = sit(
            (nonsense.format(frame), STUDENT), ("assert 1 + 1 == 2", TEST), ("kept = 3", STUDENT)
        )
        assert outputs[1] == []
        assert {what for _, what in sitting.incidents} <= {"the kernel's connection was tampered with"}


def test_a_hidden_test_shows_nothing_that_the_students_code_says(sit):
    _, outputs = sit(
        ("import torch\nfrom torch import nn", LOCKED),
        (ANSWERS, STUDENT),
        ("talk(4711)", HIDDEN),
        ("boom(4711)", HIDDEN),
        ("talk(12)", TEST),
    )
    assert "4711" not in str([output for output in outputs[2] if output.output_type == "stream"])
    error = outputs[3][0]
    assert error.ename == "ValueError" and "4711" not in error.evalue
    assert "secret 12" in str(outputs[4])


CATCHES = """
try:
    {call}
except Exception as error:
    assert str(error) == {message!r}
    print('your code said:', error)
    raise AssertionError(f'it said {{error!r}}')"""


@pytest.mark.parametrize("said", ["bad 4711", "4711", "error", "stdout", "e", "0", ""])
def test_a_hidden_test_may_read_the_message_of_an_error_and_does_not_pass_it_on(sit, said):
    answer = f"def fail(x):\n    raise type('No' + str(x), (ValueError,), {{}})({said!r})"
    catches = CATCHES.format(call="fail(4711)", message=said)
    value = "try:\n    fail(4711)\nexcept ValueError:\n    0.0"
    _, outputs = sit((answer, STUDENT), (catches, HIDDEN), ("fail(4711)", HIDDEN), (f"{value}\n0.0", HIDDEN))
    caught, raised, partial = outputs[1:]
    assert [output.output_type for output in caught] == ["stream", "error"]
    assert [output.output_type for output in raised] == ["error"]
    assert "4711" not in str([caught, raised]).replace(catches, "").replace("fail(4711)", "")
    assert partial[0].data["text/plain"] == "0.0"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os\nos._exit(3)", "the kernel died (exit code 3)"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "the kernel died (killed by SIGSEGV)"),
        ("while True: pass", "the time limit of 2 s was reached"),
        (DEAF, "the time limit of 2 s was reached"),
    ],
)  # fmt: skip
def test_a_crash_or_a_hang_costs_its_cell_and_the_rest_goes_on(sit, code, reason):
    sitting, outputs = sit(("kept = 1", STUDENT), (code, STUDENT), ("assert kept == 1", TEST), seconds=2)
    assert sitting.incidents == [("answer", reason)]
    assert outputs[1][0].output_type == "error" and outputs[2] == []


def test_a_hang_in_a_function_under_test_costs_that_test(sit):
    hang = "def hang():\n    while True: pass"
    sitting, outputs = sit((hang, STUDENT), ("hang()", TEST), ("assert callable(hang)", TEST), seconds=2)
    assert sitting.incidents == [("test", "the time limit of 2 s was reached")]
    assert outputs[1][0].ename == "TimeLimit" and outputs[2] == []


NARROW = Limits(memory_mb=1500)
NOTES = "open('runs', 'a').write('once ')\n"
HOARD = "hoard = []\nwhile True:\n    hoard.append(bytearray(2**24))"
NEEDS = (
    ("def need():\n    return len(bytearray(2**28))", STUDENT),
    ("assert kept == 1 and need() == 2**28", TEST),
)


@pytest.mark.parametrize(
    "hoards",
    [
        HOARD,
        "import torch\nhoard = []\nwhile True:\n    hoard.append(torch.empty(2**22))",
        "def grow():\n    hoard = [0]\n    while True: hoard.append(bytearray(2**24))\ngrow()",
        "hoard = []\ntry:\n    while True: hoard.append(bytearray(2**24))\nexcept MemoryError:\n    while True: pass",
    ],
)
def test_a_cell_that_takes_all_memory_runs_once_and_leaves_the_others_theirs(sit, tmp_path: Path, hoards):
    sitting, outputs = sit(("kept = 1", STUDENT), (NOTES + hoards, STUDENT), *NEEDS, seconds=4, limits=NARROW)
    assert outputs[1][0].output_type == "error" and outputs[3] == []
    assert ("answer", "the memory limit was reached") in sitting.incidents or "time limit" in str(outputs[1])
    assert (tmp_path / "runs").read_text().split() == ["once"] and sitting.deaths == set()


def test_a_function_that_takes_all_memory_costs_its_own_tests(sit):
    hoards = "hoard = []\ndef grow():\n    while True: hoard.append(bytearray(2**24))"
    cells = ("kept = 1", STUDENT), (hoards, STUDENT), ("grow()", TEST), *NEEDS
    _, outputs = sit(*cells, limits=NARROW)
    assert outputs[2][0].output_type == "error" and outputs[4] == []


def test_a_cell_that_ended_well_keeps_its_memory_until_another_lacks_it(sit, tmp_path: Path):
    holds = f"{NOTES}kept, hoard = 1, []\ntry:\n    while True: hoard.append(bytearray(2**24))\n"
    holds += "except MemoryError: hoard.pop()\nmany = len(hoard)"
    cells = (("kept = 1", STUDENT), (holds, STUDENT), ("1 / 0", STUDENT), ("assert many > 30", TEST), *NEEDS)
    sitting, outputs = sit(*cells, *NEEDS, *NEEDS, limits=NARROW)
    assert outputs[1] == [] and outputs[3] == []
    assert outputs[5][0].output_type == "error" and outputs[7] == outputs[9] == []
    assert (tmp_path / "runs").read_text().split() == [
        "once",
        "once",
    ]  # the second time it is known by what it takes
    assert sitting.deaths == set()


def test_a_limit_is_no_death_that_a_second_sitting_could_explain(sit):
    forks = "import os\nfor _ in range(5): os.fork()\nhoard = bytearray(b'x') * 2**27\nwhile True: pass"
    sitting, outputs = sit(("kept = 1", STUDENT), (forks, STUDENT), *NEEDS, limits=NARROW)
    assert sitting.incidents == [("answer", "the memory limit was reached")] and sitting.deaths == set()
    assert outputs[3] == []


def test_outputs_are_those_of_a_notebook(sit):
    _, outputs = sit(
        ("import warnings\nprint('said')\nwarnings.warn('mind')\n1 + 1", STUDENT),
        ("import matplotlib.pyplot as plt\nplt.plot([1, 2]);", STUDENT),
        ("print('x' * 3_000_000)\n5", STUDENT),
        ("await __import__('asyncio').sleep(0)\n7", STUDENT),
        ("!echo shell", STUDENT),
        ("input()", STUDENT),
    )
    assert [output.output_type for output in outputs[0]] == ["stream", "execute_result"]
    assert "mind" in outputs[0][0].text and outputs[0][1].data["text/plain"] == "2"
    assert "image/png" in outputs[1][0].data
    assert len(str(outputs[2])) < 2_000_000 and outputs[2][-1].data["text/plain"] == "5"
    assert outputs[3][0].data["text/plain"] == "7"
    assert outputs[4][0].text == "shell\n"
    assert outputs[5][0].ename == "EOFError"


VALUES = [
    None, True, 3, 2**80, -1.5, float("inf"), 1 + 2j, "text", b"bytes", [1, [2]], (1, "a"), {"k": (1,), 2: None},
    {1, 2}, frozenset({3}), range(1, 9, 2), slice(1, None), Ellipsis, torch.float64, torch.Size([2, 3]), int,
]  # fmt: skip


def test_plain_values_cross_unchanged():
    codec = Codec()
    nodes = [codec.encode(value) for value in VALUES]
    back = Codec(codec.buffers)
    assert [back.decode(node) for node in nodes] == VALUES
    assert [type(value) for value in map(Codec(codec.buffers).decode, nodes)] == [type(v) for v in VALUES]


@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.bool, torch.complex64]
)
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3)])
def test_tensors_and_arrays_cross_bit_for_bit(dtype, shape):
    tensor = torch.randn(shape).to(dtype)
    codec = Codec()
    node = codec.encode(tensor)
    back = Codec(codec.buffers).decode(node)
    assert back.dtype == dtype and back.shape == tensor.shape and torch.equal(back, tensor)
    if dtype is not torch.bfloat16:
        codec = Codec()
        array = tensor.numpy()
        node = codec.encode(array)
        assert numpy.array_equal(Codec(codec.buffers).decode(node), array)


def test_what_cannot_cross_is_said():
    with pytest.raises(Untransferable, match="object"):
        Codec().encode(object())


def test_hostile_nodes_are_refused_and_nothing_worse():
    generator = random.Random(0)
    kinds = ["tensor", "array", "scalar", "list", "dict", "int", "float", "slice", "range", "size", "dtype", "complex",
             "decimal", "datetime", "timedelta", "device", "type", "object", "module", "record", "nonsense"]  # fmt: skip
    odd = [None, -1, 2**70, "zz", [], {}, [[]], [1, 2, 3], "float32", "<f8", {"t": "list"}, "O", "|O", 1e9]

    def node(depth: int = 0) -> Any:
        if depth > 3 or generator.random() < 0.3:
            return generator.choice(odd)
        return {
            "t": generator.choice(kinds),
            **{key: node(depth + 1) for key in generator.sample("vdsbricg", 4)},
        }

    refused = 0
    for _ in range(3000):
        try:
            Codec([bytearray(8)]).decode(node())
        except Malformed:
            refused += 1
    assert refused > 1000


ENDLESS = """
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction
class Short(Fraction):
    def __str__(self): return "1e999999999"
class Wide(tuple):
    _fields = [f"a{n}" for n in range(99_999)]
values = {"fraction": Short(1), "decimal": Decimal("1e999999999"), "whole": 1 << 2**25, "wide": Wide(range(99_999))}
def give(name): return values[name]"""


@pytest.mark.parametrize("name", ["fraction", "decimal", "whole", "wide"])
def test_a_number_that_takes_for_ever_to_reckon_with_costs_its_test_and_not_the_examiner(sit, name):
    began = time.monotonic()
    cells = (
        (ENDLESS, STUDENT),
        (f"assert int(give({name!r})) ** 2 == 4", TEST),
        ("assert callable(give)", TEST),
    )
    sitting, outputs = sit(*cells)
    assert outputs[1][0].output_type == "error" and outputs[2] == []
    assert sitting.used < 5 and time.monotonic() - began < 60


def test_large_numbers_that_courses_do_have_cross_unchanged():
    for value in (
        math.factorial(5000),
        Fraction(-7, 3),
        Fraction(5),
        Decimal("-1.50"),
        Decimal("1e-300"),
        Decimal("Infinity"),
    ):
        codec = Codec()
        assert Codec(codec.buffers).decode(codec.encode(value)) == value


@pytest.mark.parametrize(
    ("node", "sizes"),
    [
        ({"t": "list", "v": [{"t": "list", "v": []}] * (MOST_ITEMS + 1)}, ()),
        ({"t": "list", "v": [{"t": "bytes", "b": 0}] * 2}, (8,)),
        ({"t": "bytes", "b": -1}, (8,)),
        ({"t": "bytes", "b": True}, (8, 8)),
        ({"t": "bytes", "b": 1}, (8,)),
        ({"t": "tensor", "d": "float32", "s": [2**39], "b": 0}, (0,)),
        ({"t": "tensor", "d": "float32", "s": [1], "b": 0}, (8,)),
        ({"t": "tensor", "d": "float32", "s": [-1], "b": 0}, (8,)),
        ({"t": "tensor", "d": "float32", "s": [True, 2], "b": 0}, (8,)),
        ({"t": "array", "d": "<f8", "s": [-1], "b": 0}, (8,)),
        ({"t": "array", "d": "<f4,<f4", "s": [1], "b": 0}, (8,)),
        ({"t": "array", "d": "V8", "s": [1], "b": 0}, (8,)),
        ({"t": "record", "c": "Path", "v": []}, ()),
    ],
)
def test_a_node_that_would_take_more_than_it_brought_is_refused(node, sizes):
    class Reader(Codec):
        def resolve(self, node):
            return decode_record(self, node)

    with pytest.raises(Malformed):
        Reader([bytearray(size) for size in sizes]).decode(node)


def test_a_value_nested_too_deep_is_refused_before_the_stack_ends():
    node: Any = None
    for _ in range(60):
        node = {"t": "list", "v": [node]}
    with pytest.raises(Malformed, match="too large"):
        Codec().decode(node)


@pytest.mark.parametrize("sizes", ["[2000000000]", "[-1]", "[true]", "[1.5]", '["a"]', "[]", "[1, 1]"])
def test_a_channel_refuses_buffers_of_impossible_sizes_before_it_makes_room(sizes):
    here, there = pair()
    header = f"[null, {sizes}]".encode()
    there.sendall(struct.pack("!II", len(header), 1) + header + b"x")
    with pytest.raises(BadMessage, match="sizes"):
        Channel(here).receive(1)
    here.close()
    there.close()


def test_a_channel_bounds_what_it_reads():
    here, there = pair()
    channel = Channel(here)
    there.sendall(struct.pack("!II", 2**31, 0))
    with pytest.raises(BadMessage):
        channel.receive(1)
    there.close()
    with pytest.raises(ChannelClosed):
        channel.receive(1)
    channel.close()


def test_records_have_the_declared_types_or_are_refused():
    hints = {"moved": tuple[str, ...], "hung": bool, "seconds": float}
    assert conforms(("a",), hints["moved"]) and not conforms((1,), hints["moved"])
    assert conforms(1.0, float) and not conforms("1", float) and not conforms(1, bool)
    assert Observation(value=3).value == 3


BUSY = "import os\nfor _ in range(6):\n    if not os.fork(): break\nprint(flush=True)\nwhile True: pass"


def test_who_waits_for_processes_of_their_own_gets_no_more_time_for_it():
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdout=subprocess.PIPE, start_new_session=True
    ) as busy:
        try:
            assert busy.stdout is not None and busy.stdout.readline()
            clock, began, used = Clock([busy.pid]), time.monotonic(), processor_seconds(busy.pid)
            time.sleep(2)
            used = processor_seconds(busy.pid) - used
            assert used > 0.2
            assert clock.seconds() > 0.9 * min(used, time.monotonic() - began) - 0.1
        finally:
            os.killpg(busy.pid, signal.SIGKILL)


def test_a_sitting_whose_examiner_does_not_start_leaves_no_kernel_and_no_socket(
    parent: WarmParent, tmp_path: Path
) -> None:
    started: list[Child] = []

    def spawn(role: str, fds: tuple[int, int]) -> Child:
        if role == "examiner":
            raise KernelFailed("no")
        confinement = Confinement("off", str(tmp_path))
        started.append(parent.spawn("shell", confinement, fds=fds, request={"role": role}))
        return started[0]

    with pytest.raises(KernelFailed):
        Sitting(spawn, Bounds(20.0, 200.0)).run([], {})
    assert [child.exit is not None for child in started] == [True]
    gc.collect()  # a socket that nobody closed would warn here

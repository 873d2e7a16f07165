"""What tests may do with a student's objects in another kernel, and what becomes of a notebook's outputs."""

from sessions import ANSWERS, LOCKED, STUDENT, TEST

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
    "what a function prints beside its output, which is no part of it": """
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()) as beside:
    mutter()
assert said.getvalue() == "loud\\n" and beside.getvalue() == "softly\\n"
with contextlib.redirect_stdout(io.StringIO()) as said:
    mutter()
assert said.getvalue() == "loud\\n" """,
    "what a function prints before it raises": """
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(ValueError):
    scold()
assert said.getvalue() == "no\\n" """,
    "a namedtuple": "assert point == (1, 2) and point.y == 2 and isinstance(point, tuple)",
    "a list changed by the test": "table['a'].append(3)\nassert table['a'] == [1, 2, 3] and count_all() == 3",
    "what an earlier test changed": "assert table['a'] == [1, 2, 3]\ntable['a'].sort(reverse=True)",
    "an array changed by the test, and a list sorted": "array[0] = 5.0\nassert total() == 5.0 and table['a'][0] == 3",
    "an attribute set by the test": "box = Box()\nbox.items = [1, 2]\nassert box.size() == 2",
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
assert draw()[0] == expected
pairs = (random.seed, random.random), (np.random.seed, np.random.rand), (torch.manual_seed, lambda: torch.rand(()))
for seed, number in pairs:
    seed(5)
    taken = [float(number()), float(number())]
    seed(5)
    assert float(number()) == taken[0] and taken[1] in draw() and taken[0] not in draw()""",
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


def test_tests_work_on_values_functions_classes_and_modules(run_cells):
    setup = [("import torch\nimport numpy as np\nfrom torch import nn", LOCKED), (ANSWERS, STUDENT)]
    session, outputs = run_cells(*setup, *((source, TEST) for source in GOOD_TESTS.values()))
    wrong = {
        name: [output for output in found if output.output_type == "error"]
        for name, found in zip(GOOD_TESTS, outputs[2:], strict=True)
    }
    assert {name: errors for name, errors in wrong.items() if errors} == {}
    assert session.incidents == [] and session.deaths == set()


def test_outputs_are_those_of_a_notebook(run_cells):
    _, outputs = run_cells(
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
